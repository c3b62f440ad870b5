"""The room's statements about pictures and files. Those about uploads: ``upload_queries``."""

from sqlalchemy import Integer, bindparam, delete, insert, select, update

from dalan.domains.media.tables import Image, MediaFile, image, media_file
from dalan.kernel.db import Id, UtcTime, in_list, statement

add_image = statement(
    insert(image).returning(*image.c),
    sets=[
        *("name", "purpose", "app_id", "person_id"),
        *("width_px", "height_px", "size_bytes", "created_at", "placeholder"),
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

add_file = statement(
    insert(media_file).returning(*media_file.c),
    sets=[
        *("name", "kind", "purpose", "app_id", "person_id", "title", "size_bytes"),
        *("width_px", "height_px", "duration_ms", "placeholder", "created_at"),
    ],
    into=MediaFile,
)
"""Write down that a file is coming; its row."""

file_by_name = statement(
    select(media_file).where(
        media_file.c.name == bindparam("wanted"), media_file.c.removed_at.is_(None)
    ),
    into=MediaFile,
)
"""The file of that name, unless it is being removed."""

files_by_name = statement(
    select(media_file).where(
        in_list(media_file.c.name, "names"), media_file.c.removed_at.is_(None)
    ),
    into=MediaFile,
)
"""Those of the named files that are there, in no order."""

files_by_id = statement(
    select(media_file).where(in_list(media_file.c.id, "ids"), media_file.c.removed_at.is_(None)),
    into=MediaFile,
)
"""Those of the numbered files that are there, in no order."""

attach_file = statement(
    update(media_file)
    .where(media_file.c.id == bindparam("file_id", type_=Id), media_file.c.removed_at.is_(None))
    .values(attached_at=bindparam("at", type_=UtcTime)),
)
"""Keep a file for good. No row: it is gone, or about to be."""

release_files = statement(
    update(media_file).where(in_list(media_file.c.id, "ids")).values(attached_at=None),
)
"""Nothing shows these any more; the next purge removes what is old enough."""

pin_file = statement(
    update(media_file)
    .where(media_file.c.name == bindparam("wanted"), media_file.c.removed_at.is_(None))
    .values(pins_count=media_file.c.pins_count + 1),
)
"""One more holds a file. No row: it is gone, or about to be."""

unpin_file = statement(
    update(media_file)
    .where(media_file.c.name == bindparam("wanted"), media_file.c.pins_count > 0)
    .values(pins_count=media_file.c.pins_count - 1),
)
"""One less holds a file."""

temporary_files_before = statement(
    select(media_file)
    .where(
        media_file.c.attached_at.is_(None),
        media_file.c.pins_count == 0,
        media_file.c.created_at <= bindparam("before"),
    )
    .order_by(media_file.c.created_at)
    .limit(bindparam("count", type_=Integer)),
    into=MediaFile,
)
"""Files nothing shows, oldest first; those whose removal was cut short are among them."""

mark_files_removed = statement(
    update(media_file)
    .where(
        in_list(media_file.c.id, "ids"),
        media_file.c.attached_at.is_(None),
        media_file.c.pins_count == 0,
    )
    .values(removed_at=bindparam("at", type_=UtcTime))
    .returning(media_file.c.name),
)
"""From here on they cannot be attached; answers the names of those that were still temporary."""

forget_removed_files = statement(
    delete(media_file).where(
        in_list(media_file.c.name, "names"), media_file.c.removed_at.is_not(None)
    ),
)
"""Drop the rows of files whose bytes are gone."""
