"""The room's statements about uploads that come in parts."""

from sqlalchemy import BigInteger, Integer, Text, bindparam, delete, func, insert, select, update

from dalan.domains.media.tables import Part, Upload, upload, upload_part
from dalan.kernel.db import Id, UtcTime, in_list, statement

_open = upload.c.result_name.is_(None) & upload.c.refused_because.is_(None)

add_upload = statement(
    insert(upload).returning(*upload.c),
    sets=["mac", "kind", "purpose", "app_id", "title", "size_bytes", "received_bytes",
          "created_at"],
    into=Upload,
)  # fmt: skip
"""Write down that a file is coming in parts; its row."""

open_uploads_of_app = statement(
    select(func.count())
    .select_from(upload)
    .where(
        upload.c.app_id == bindparam("app_id"),
        upload.c.created_at > bindparam("after", type_=UtcTime),
        _open,
    ),
)
"""How many of an app's uploads are under way."""

upload_by_mac = statement(select(upload).where(upload.c.mac == bindparam("mac")), into=Upload)
"""The upload behind an address."""

advance = statement(
    update(upload)
    .where(
        upload.c.id == bindparam("upload_id", type_=Id),
        upload.c.received_bytes == bindparam("offset", type_=BigInteger),
        _open,
    )
    .values(received_bytes=upload.c.received_bytes + bindparam("count", type_=BigInteger))
    .returning(*upload.c),
    into=Upload,
)
"""Count a part that begins where the last one ended; no row: it does not, or not any more."""

add_part = statement(insert(upload_part), sets=["upload_id", "offset_bytes", "size_bytes", "name"])
"""Write down where a part stands."""

parts_of_upload = statement(
    select(upload_part.c.offset_bytes, upload_part.c.size_bytes, upload_part.c.name)
    .where(upload_part.c.upload_id == bindparam("upload_id", type_=Id))
    .order_by(upload_part.c.offset_bytes),
    into=Part,
)
"""The parts of an upload, in their order."""

settle = statement(
    update(upload)
    .where(upload.c.id == bindparam("upload_id", type_=Id), _open)
    .values(
        result_name=bindparam("result_name", type_=Text),
        refused_because=bindparam("refused_because", type_=Text),
    ),
)
"""Say what became of an upload; no row: somebody else did."""

set_begun = statement(
    update(upload)
    .where(upload.c.mac == bindparam("of_mac"))
    .values(created_at=bindparam("begun_at", type_=UtcTime)),
)
"""Say when an upload was begun."""

forget_parts = statement(
    delete(upload_part).where(upload_part.c.upload_id == bindparam("upload_id", type_=Id)),
)
"""Drop the rows of parts that are not needed any more."""

uploads_before = statement(
    select(upload)
    .where(upload.c.created_at <= bindparam("before", type_=UtcTime))
    .order_by(upload.c.created_at)
    .limit(bindparam("count", type_=Integer)),
    into=Upload,
)
"""Uploads whose time is over, oldest first."""

forget_uploads = statement(delete(upload).where(in_list(upload.c.id, "ids")))
"""Drop uploads, and their parts with them."""
