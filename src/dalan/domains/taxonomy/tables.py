"""What operators said otherwise than the published lists do."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Table, Text

from dalan.kernel.db import Id, UtcTime, metadata

taxonomy_entry = Table(
    "taxonomy_entry",
    metadata,
    Column("list", Text, primary_key=True),
    Column("slug", Text, primary_key=True),
    Column("parent", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("leaf", Boolean, nullable=False),
    Column("retired_at", UtcTime),
    Column("edition", BigInteger, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by_id", Id, ForeignKey("person.id"), nullable=False),
    CheckConstraint("length(slug) > 0 AND length(title) > 0", name="named"),
)
"""One entry of one list as it is now, over the shipped one of the same slug if there is any. A row
is never deleted: posts may name it. ``parent``: the category above, a district's city, a city's
province. ``edition``: the one that brought it, which is the order added entries stand in."""

taxonomy_edition = Table(
    "taxonomy_edition",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""How often the lists were changed: what every process asks whether it must look again. Whoever
changes a list changes this row first, so that writers take turns."""


class Entry(msgspec.Struct, frozen=True):
    """An entry that operators added, renamed or retired. ``list`` is ``category``, ``city``,
    ``district``, or one of options, such as ``brand_models/light`` and ``field/status``."""

    list: str
    slug: str
    parent: str
    title: str
    title_en: str
    leaf: bool
    retired_at: datetime | None
    edition: int
    changed_at: datetime
    changed_by_id: int
