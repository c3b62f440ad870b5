"""Personal access tokens: a developer gives an app of theirs access to their own account.

Such a token is a family like any other, of the Basalam door, whose consent the developer gave in
the panel: it is looked up, renewed, withdrawn and counted as one. What is kept besides is what
its maker calls it and when it was last used.

Source: basalam.md 2.4.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy import func as sql

from dalan.domains import developers
from dalan.domains.oauth.basalam_scopes import BASALAM_SCOPES
from dalan.domains.oauth.consent import begin_family
from dalan.domains.oauth.errors import InvalidScope
from dalan.domains.oauth.families import revoke_family
from dalan.domains.oauth.grammar import ScopeAsked
from dalan.domains.oauth.queries import family_by_id
from dalan.domains.oauth.tables import authorization_grant, token, token_family
from dalan.domains.oauth.tokens import Issued, issue
from dalan.errors import Invalid, NotFound, ResourceExhausted
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Id, ReadTransaction, UtcTime, WriteTransaction, metadata, statement
from dalan.kernel.text import clean

TITLE_LENGTH_MAX: Final = 60
PERSONAL_TOKENS_MAX: Final = 20

personal_token = Table(
    "personal_token",
    metadata,
    Column("family_id", Id, ForeignKey("token_family.id", ondelete="CASCADE"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("last_used_at", UtcTime),
    CheckConstraint("length(title) BETWEEN 1 AND 60", name="title"),
)
"""Families made in the panel. ``last_used_at`` lags by a few seconds (``LastUses``)."""


class PersonalToken(msgspec.Struct, frozen=True):
    """A personal token without its text. ``id`` is its family's.

    The access token lives until ``access_until`` (None: it is over), and may be renewed with its
    refresh token until ``renewable_until``.
    """

    id: int
    title: str
    scopes: Any
    created_at: datetime
    access_until: datetime | None
    renewable_until: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def scope_names(self) -> tuple[str, ...]:
        """What it still allows; a scope taken back elsewhere is gone here too."""
        return tuple(name for name, _ in self.scopes)

    def is_live(self, at: datetime) -> bool:
        """It opens doors at that moment, or can be renewed to open them."""
        return self.revoked_at is None and self.renewable_until > at and bool(self.scopes)


class UntitledToken(Invalid):
    """A token needs a title, or its maker will not know which one to revoke."""

    code: ClassVar[str] = "oauth.untitled_token"


class TooManyPersonalTokens(ResourceExhausted):
    """The person has as many live tokens of this app as one may have."""

    code: ClassVar[str] = "oauth.too_many_personal_tokens"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"at most {most} personal tokens of one app")
        self.most = most


class NoSuchPersonalToken(NotFound):
    """The person has no such token of this app."""

    code: ClassVar[str] = "oauth.no_such_personal_token"


_of_person = bindparam("of_person", type_=Id)
_of_app = bindparam("of_app", type_=Id)

_of_whom = (authorization_grant.c.person_id == _of_person, authorization_grant.c.app_id == _of_app)

_add = statement(insert(personal_token), sets=("family_id", "title"))
"""A family is a personal token."""

_of = statement(
    select(
        token_family.c.id,
        personal_token.c.title,
        token_family.c.scopes,
        token_family.c.created_at,
        select(sql.max(token.c.expires_at))
        .where(token.c.family_id == token_family.c.id)
        .where(token.c.kind == "access")
        .scalar_subquery()
        .label("access_until"),
        token_family.c.expires_at.label("renewable_until"),
        personal_token.c.last_used_at,
        sql.coalesce(token_family.c.revoked_at, authorization_grant.c.revoked_at).label(
            "revoked_at"
        ),
    )
    .select_from(personal_token)
    .join(token_family, token_family.c.id == personal_token.c.family_id)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .where(*_of_whom)
    .order_by(token_family.c.id.desc()),
    into=PersonalToken,
)
"""A person's tokens of an app, dead ones too until they are purged, newest first."""

touch_personal_token = statement(
    update(personal_token)
    .where(personal_token.c.family_id == bindparam("of_family", type_=Id))
    .values(last_used_at=bindparam("used_at", type_=UtcTime()))
)
"""A token was used; no row when the family is no personal token."""


async def personal_tokens(
    tx: ReadTransaction, *, person_id: int, app_id: int
) -> list[PersonalToken]:
    """The person's own tokens of an app, newest first, dead ones too until they are purged."""
    return await _of.all(tx, of_person=person_id, of_app=app_id)


async def make_personal_token(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    person_id: int,
    app_id: int,
    title: str,
    scopes: Sequence[str],
    access_seconds: int,
    refresh_seconds: int,
) -> Issued:
    """A token and its refresh token, both shown once and kept as MACs.

    The access token lives ``access_seconds``; until ``refresh_seconds`` from now the app's own
    client id and secret renew it.

    ``scopes`` are names of the Basalam door that the app may ask people for. The caller has made
    sure that the person is of the app's team. Raises ``UntitledToken``, ``InvalidScope``,
    ``TooManyPersonalTokens``, ``identity.PersonBlocked`` and what ``clean`` raises; the caller
    owns the transaction.
    """
    called = clean(title, longest=TITLE_LENGTH_MAX)
    if not called:
        raise UntitledToken("a token needs a title")
    app = await developers.app(tx, app_id)
    unknown = [name for name in scopes if name not in BASALAM_SCOPES or not app.may_ask_scope(name)]
    if unknown or not scopes:
        raise InvalidScope("choose scopes of this app" if unknown else "no scope was asked for")
    now = clock.now()
    held = await personal_tokens(tx, person_id=person_id, app_id=app_id)
    if sum(one.is_live(now) for one in held) >= PERSONAL_TOKENS_MAX:
        raise TooManyPersonalTokens(most=PERSONAL_TOKENS_MAX)
    family_id = await begin_family(
        tx,
        person_id=person_id,
        app_id=app_id,
        asked=[ScopeAsked(BASALAM_SCOPES[name], "", name) for name in dict.fromkeys(scopes)],
        lifetime_seconds=refresh_seconds,
        door="basalam",
    )
    await _add.execute(tx, family_id=family_id, title=called)
    return await issue(
        tx,
        keys=keys,
        family=await family_by_id.one(tx, family_id=family_id),
        generation=1,
        access_seconds=access_seconds,
        with_refresh_token=True,
    )


async def revoke_personal_token(
    tx: WriteTransaction, *, person_id: int, app_id: int, token_id: int
) -> PersonalToken:
    """End a token and its refresh token at once; again changes nothing.

    Raises ``NoSuchPersonalToken``. The caller owns the transaction.
    """
    for one in await personal_tokens(tx, person_id=person_id, app_id=app_id):
        if one.id == token_id:
            await revoke_family(tx, one.id, reason="revoked_by_person")
            return one
    raise NoSuchPersonalToken("there is no such token")
