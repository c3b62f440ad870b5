"""What an app chose to prove itself with, and what was fetched for it: table and statements."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Table, Text, bindparam, select
from sqlalchemy import update as update_of

from dalan.domains.developers.tables import ClientKey
from dalan.kernel import clock
from dalan.kernel.db import Id, Json, UtcTime, metadata, statement, upsert

FETCH_PAUSE: Final = timedelta(minutes=1)
"""Between two questions to one address, for unknown keys too: they cost strangers nothing."""

FRESH: Final = timedelta(hours=1)
"""How long what was fetched is believed without asking: a key taken off the list dies within."""

BELIEVED: Final = timedelta(days=1)
"""The same while the address does not answer."""

client_proof = Table(
    "client_proof",
    metadata,
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), primary_key=True),
    Column("signed_only", Boolean, nullable=False),
    Column("jwks_uri", Text),
    Column("found", Json, nullable=False),
    Column("asked_at", UtcTime),
    Column("answered_at", UtcTime),
    Column("fetched_at", UtcTime),
    Column("problem", Text, nullable=False),
    CheckConstraint("length(jwks_uri) <= 2000", name="jwks_uri_length"),
)
"""``found``: the public keys of the last good answer, ``{kid, algorithm, jwk}`` each. ``asked_at``
is written before the address is called, ``answered_at`` (null meanwhile) after it, well or not;
``problem`` is why the last answer was of no use, "" when it was."""


class ClientProof(msgspec.Struct, frozen=True):
    """What an app chose. ``signed_only``: its client secrets prove nothing."""

    app_id: int
    signed_only: bool = False
    jwks_uri: str | None = None
    found: Any = ()
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    fetched_at: datetime | None = None
    problem: str = ""

    @property
    def keys(self) -> list[ClientKey]:
        """What was found at ``jwks_uri``, while it may still be believed."""
        if self.fetched_at is None or self.fetched_at <= clock.now() - BELIEVED:
            return []
        return [
            ClientKey(0, self.app_id, one["kid"], one["algorithm"], one["jwk"], self.fetched_at)
            for one in self.found
        ]

    @property
    def is_stale(self) -> bool:
        """The address should be asked again, whichever key is asked for."""
        return self.fetched_at is None or self.fetched_at <= clock.now() - FRESH

    @property
    def may_be_asked(self) -> bool:
        """There is an address, and it was not asked within the last minute."""
        return self.jwks_uri is not None and (
            self.asked_at is None or self.asked_at <= clock.now() - FETCH_PAUSE
        )

    @property
    def is_under_way(self) -> bool:
        """Somebody is asking the address at this moment."""
        is_waiting = self.asked_at is not None and self.answered_at is None
        return is_waiting and not self.may_be_asked


_app_id = bindparam("of_app_id", type_=Id)
_uri = bindparam("at_uri", type_=Text())
EMPTY: Final[dict[str, Any]] = {
    "asked_at": None, "answered_at": None, "fetched_at": None, "found": [], "problem": "",
}  # fmt: skip
"""Nothing was fetched."""

proof_of_app = statement(
    select(client_proof).where(client_proof.c.app_id == bindparam("app_id", type_=Id)),
    into=ClientProof,
)
"""What an app chose; no row: nothing."""

choose_signing = statement(
    upsert(client_proof, key=("app_id",), update=("signed_only",)),
    sets=("app_id", "signed_only", "jwks_uri", *EMPTY),
)
"""Whether only signatures prove the app."""

choose_uri = statement(
    upsert(client_proof, key=("app_id",), update=("jwks_uri", *EMPTY)),
    sets=("app_id", "signed_only", "jwks_uri", *EMPTY),
)
"""Where the app's keys are fetched; what was fetched elsewhere is forgotten."""

claim_fetch = statement(
    update_of(client_proof)
    .where(client_proof.c.app_id == _app_id, client_proof.c.jwks_uri == _uri)
    .where(
        client_proof.c.asked_at.is_(None)
        | (client_proof.c.asked_at <= bindparam("before", type_=UtcTime()))
    )
    .values(asked_at=bindparam("now", type_=UtcTime()), answered_at=None)
    .returning(client_proof.c.app_id)
)
"""One asker a minute, over all processes."""

keep_found = statement(
    update_of(client_proof).where(
        client_proof.c.app_id == _app_id, client_proof.c.jwks_uri == _uri
    ),
    sets=("found", "answered_at", "fetched_at", "problem"),
)
"""A good answer."""

keep_problem = statement(
    update_of(client_proof).where(
        client_proof.c.app_id == _app_id, client_proof.c.jwks_uri == _uri
    ),
    sets=("answered_at", "problem"),
)
"""An answer of no use; what was found before stands."""
