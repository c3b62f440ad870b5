"""Finding people, for those who run the place."""

from sqlalchemy import ColumnElement, Integer, Text, bindparam, func, select

from dalan.domains.identity.tables import Person, person
from dalan.kernel import text
from dalan.kernel.db import Id, ReadTransaction, statement

FOUND_MAX = 50

_FOLDED = (
    ("\u064a", "\u06cc"),  # Arabic yeh
    ("\u0643", "\u06a9"),  # Arabic kaf
    ("آ", "ا"),
    ("أ", "ا"),
    ("إ", "ا"),
    ("ؤ", "و"),
    ("ئ", "\u06cc"),
    ("ة", "ه"),
    ("\u0640", ""),  # tatweel
    ("\u200c", ""),  # ZWNJ
)
"""What ``kernel.text.fold`` makes of the letters that names have, as far as the database can."""


def _folded(column: ColumnElement[str]) -> ColumnElement[str]:
    found: ColumnElement[str] = func.lower(column, type_=Text())
    for written, folded in _FOLDED:
        found = func.replace(found, written, folded, type_=Text())
    return found


people_named = statement(
    select(person)
    .where(_folded(person.c.name).like(bindparam("pattern", type_=Text()), escape="!"))
    .order_by(person.c.id.desc())
    .limit(bindparam("most", type_=Integer())),
    into=Person,
)
"""People whose name holds a text; looks at everybody, so it is no query for visitors."""

people_listed = statement(
    select(person)
    .where(person.c.id > bindparam("after", type_=Id))
    .where(person.c.phone.notlike("+0-%"))
    .order_by(person.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Person,
)
"""People who have not left, those who came first first."""


async def people_after(tx: ReadTransaction, after: int, *, most: int) -> list[Person]:
    """Those who came after the person of that id, in the order they came; 0: from the first."""
    return await people_listed.all(tx, after=after, most=most)


async def find_people(tx: ReadTransaction, name: str, *, limit: int = FOUND_MAX) -> list[Person]:
    """People whose name holds ``name``, however either is spelled, the newest first."""
    asked = text.fold(name)
    if not asked:
        return []
    pattern = asked.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return await people_named.all(tx, pattern=f"%{pattern}%", most=limit)
