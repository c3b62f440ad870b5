"""The room's only statements."""

from sqlalchemy import Integer, bindparam, delete, insert, select, update

from dalan.domains.media.tables import Image, image
from dalan.kernel.db import Id, UtcTime, in_list, statement

add_image = statement(
    insert(image).returning(*image.c),
    sets=[
        *("name", "purpose", "app_id", "person_id"),
        *("width_px", "height_px", "size_bytes", "created_at"),
    ],
    into=Image,
)
"""Write down that a picture is coming; its row."""

image_by_name = statement(
    select(image).where(image.c.name == bindparam("wanted"), image.c.removed_at.is_(None)),
    into=Image,
)
"""The picture of that name, unless it is being removed."""

images_by_name = statement(
    select(image).where(in_list(image.c.name, "names"), image.c.removed_at.is_(None)),
    into=Image,
)
"""Those of the named pictures that are there, in no order."""

images_by_id = statement(
    select(image).where(in_list(image.c.id, "ids"), image.c.removed_at.is_(None)),
    into=Image,
)
"""Those of the numbered pictures that are there, in no order."""

attach = statement(
    update(image)
    .where(image.c.id == bindparam("image_id", type_=Id), image.c.removed_at.is_(None))
    .values(attached_at=bindparam("at", type_=UtcTime)),
)
"""Keep a picture for good. No row: it is gone, or about to be."""

temporary_before = statement(
    select(image)
    .where(image.c.attached_at.is_(None), image.c.created_at <= bindparam("before"))
    .order_by(image.c.created_at)
    .limit(bindparam("count", type_=Integer)),
    into=Image,
)
"""Pictures nothing shows, oldest first; those whose removal was cut short are among them."""

mark_removed = statement(
    update(image)
    .where(in_list(image.c.id, "ids"), image.c.attached_at.is_(None))
    .values(removed_at=bindparam("at", type_=UtcTime))
    .returning(image.c.name),
)
"""From here on they cannot be attached; answers the names of those that were still temporary."""

forget_removed = statement(
    delete(image).where(in_list(image.c.name, "names"), image.c.removed_at.is_not(None)),
)
"""Drop the rows of pictures whose files are gone."""
