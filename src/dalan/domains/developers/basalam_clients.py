"""The number each app is known by at Basalam's door, beside the slug that names it elsewhere.

Source: basalam.md 2.2 (``client_id`` is numeric). Drawn by chance: a counter would tell everybody
how many apps there are.
"""

from typing import Final

import msgspec
from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, bindparam, select

from dalan.domains.developers import queries
from dalan.domains.developers.errors import UnknownApp
from dalan.domains.developers.tables import App
from dalan.kernel import randomness
from dalan.kernel.db import Id, ReadTransaction, WriteTransaction, metadata, statement, upsert

CLIENT_ID_MIN: Final = 100_000_000
CLIENT_ID_MAX: Final = 999_999_999
"""Nine digits: every one fits a signed 32-bit number, which clients in other languages use."""

_LENGTH = len(str(CLIENT_ID_MAX))

basalam_client = Table(
    "basalam_client",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("client_id", Id, nullable=False, unique=True),
    CheckConstraint("client_id > 0", name="client_id"),
)
"""Every app has one, from its registration on and for good."""


class _ClientRow(msgspec.Struct, frozen=True):
    app_id: int
    client_id: int


_add = statement(
    upsert(basalam_client, key=("client_id",), returning=(basalam_client.c.client_id,)),
    sets=("app_id", "client_id"),
)
"""An app gets a number; no row when the number is another's."""

_of_app = statement(
    select(basalam_client).where(basalam_client.c.app_id == bindparam("app_id", type_=Id)),
    into=_ClientRow,
)
"""The number of an app."""

_by_number = statement(
    select(basalam_client).where(basalam_client.c.client_id == bindparam("client_id", type_=Id)),
    into=_ClientRow,
)
"""The app of a number."""


async def add_basalam_client(tx: WriteTransaction, app_id: int) -> int:
    """Draw the number of an app that has none yet."""
    while True:
        number = CLIENT_ID_MIN + randomness.below(CLIENT_ID_MAX - CLIENT_ID_MIN + 1)
        if await _add.scalar(tx, app_id=app_id, client_id=number) is not None:
            return number


async def basalam_client_id(tx: ReadTransaction, app_id: int) -> int:
    """The ``client_id`` of an app at Basalam's door. Raises UnknownApp."""
    found = await _of_app.one_or_none(tx, app_id=app_id)
    if found is None:
        raise UnknownApp(f"#{app_id}")
    return found.client_id


async def app_by_basalam_client_id(tx: ReadTransaction, client_id: str) -> App:
    """The app of that number, written in digits; whatever its state. Raises UnknownApp."""
    is_number = client_id.isascii() and client_id.isdigit() and len(client_id) <= _LENGTH
    found = await _by_number.one_or_none(tx, client_id=int(client_id)) if is_number else None
    if found is None or str(found.client_id) != client_id:
        raise UnknownApp("no app has that number")
    return await queries.app_by_id.one(tx, app_id=found.app_id)
