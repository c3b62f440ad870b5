"""What is asked of the room about connected apps: what people gave, and what they take back."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import LargeBinary, Text, bindparam, func, or_, select, update

from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.tables import authorization_grant, grant_scope, token_family
from dalan.kernel.db import Id, UtcTime, in_list, statement

_person_id = bindparam("person_id", type_=Id)
_app_id = bindparam("app_id", type_=Id)
_grant_id = bindparam("of_grant", type_=Id)
_now = bindparam("now", type_=UtcTime())

LEAKS = ("refresh_token_reused", "code_reused")
"""Reasons of a family's end that mean: a secret was in two hands."""


class GrantRow(msgspec.Struct, frozen=True):
    """A person's connection to an app."""

    id: int
    person_id: int
    app_id: int
    created_at: datetime
    last_used_at: datetime | None


class GivenRow(msgspec.Struct, frozen=True):
    """One permission that holds."""

    grant_id: int
    scope: str
    resource: str
    granted_at: datetime


class LiveRow(msgspec.Struct, frozen=True):
    """A family that is alive, with what it was asked and given."""

    id: int
    door: Door
    scope: str
    scopes: Any


class UntilRow(msgspec.Struct, frozen=True):
    """Till when a connection's tokens may live."""

    grant_id: int
    until: datetime


class LeakRow(msgspec.Struct, frozen=True):
    """A family that was closed because a secret of it was in two hands."""

    grant_id: int
    revoked_at: datetime
    revoked_reason: str


class LeaksRow(msgspec.Struct, frozen=True):
    """How often that happened to an app, and when last."""

    count: int
    last_at: datetime | None


_grants = select(
    authorization_grant.c.id,
    authorization_grant.c.person_id,
    authorization_grant.c.app_id,
    authorization_grant.c.created_at,
    authorization_grant.c.last_used_at,
).where(authorization_grant.c.revoked_at.is_(None))

grants_of_person = statement(
    _grants.where(authorization_grant.c.person_id == _person_id).order_by(
        authorization_grant.c.created_at.desc(), authorization_grant.c.id.desc()
    ),
    into=GrantRow,
)
"""The apps a person is connected to, the newest first."""

lock_grant = statement(
    _grants.where(authorization_grant.c.person_id == _person_id)
    .where(authorization_grant.c.app_id == _app_id)
    .with_for_update(),
    into=GrantRow,
)
"""One connection, held until the unit ends: consents to the same app wait meanwhile."""

scopes_of_grants = statement(
    select(
        grant_scope.c.grant_id,
        grant_scope.c.scope,
        grant_scope.c.resource,
        grant_scope.c.granted_at,
    )
    .where(in_list(grant_scope.c.grant_id, "grant_ids"))
    .where(grant_scope.c.revoked_at.is_(None))
    .order_by(grant_scope.c.id),
    into=GivenRow,
)
"""What these connections hold."""

scopes_given = statement(
    select(
        grant_scope.c.grant_id,
        grant_scope.c.scope,
        grant_scope.c.resource,
        grant_scope.c.granted_at,
    )
    .join(authorization_grant, authorization_grant.c.id == grant_scope.c.grant_id)
    .where(authorization_grant.c.person_id == _person_id)
    .where(authorization_grant.c.app_id == _app_id)
    .where(authorization_grant.c.revoked_at.is_(None))
    .where(grant_scope.c.revoked_at.is_(None))
    .where(grant_scope.c.consent_mark == bindparam("consent_mark", type_=LargeBinary())),
    into=GivenRow,
)
"""What a person gave an app that looked just so."""

lives_of_grants = statement(
    select(token_family.c.grant_id, func.max(token_family.c.expires_at).label("until"))
    .where(in_list(token_family.c.grant_id, "grant_ids"))
    .where(token_family.c.revoked_at.is_(None))
    .where(token_family.c.expires_at > _now)
    .group_by(token_family.c.grant_id),
    into=UntilRow,
)
"""Till when the tokens of these connections may live; without a row, none is alive."""

leaks_of_grants = statement(
    select(token_family.c.grant_id, token_family.c.revoked_at, token_family.c.revoked_reason)
    .where(in_list(token_family.c.grant_id, "grant_ids"))
    .where(or_(*(token_family.c.revoked_reason == reason for reason in LEAKS)))
    .where(token_family.c.revoked_at > bindparam("since", type_=UtcTime()))
    .order_by(token_family.c.revoked_at),
    into=LeakRow,
)
"""Families of these connections that were closed for a leak, the newest last."""

leaks_of_app = statement(
    select(func.count().label("count"), func.max(token_family.c.revoked_at).label("last_at"))
    .select_from(token_family)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .where(authorization_grant.c.app_id == _app_id)
    .where(or_(*(token_family.c.revoked_reason == reason for reason in LEAKS)))
    .where(token_family.c.revoked_at > bindparam("since", type_=UtcTime())),
    into=LeaksRow,
)
"""How many families of an app were closed for a leak lately."""

live_families = statement(
    select(token_family.c.id, token_family.c.door, token_family.c.scope, token_family.c.scopes)
    .where(token_family.c.grant_id == _grant_id)
    .where(token_family.c.revoked_at.is_(None))
    .where(token_family.c.expires_at > _now)
    .order_by(token_family.c.id),
    into=LiveRow,
)
"""Families that a withdrawal concerns."""

narrow_family = statement(
    update(token_family).where(token_family.c.id == bindparam("family_id", type_=Id)),
    sets=("scope", "scopes"),
)
"""What a family still holds."""

end_families = statement(
    update(token_family)
    .where(token_family.c.grant_id == _grant_id)
    .where(token_family.c.revoked_at.is_(None)),
    sets=("revoked_at", "revoked_reason"),
)
"""End everything a connection brought forth."""

end_family = statement(
    update(token_family)
    .where(token_family.c.id == bindparam("family_id", type_=Id))
    .where(token_family.c.revoked_at.is_(None)),
    sets=("revoked_at", "revoked_reason"),
)
"""End a family that holds nothing any more."""

end_refreshing = statement(
    update(token_family)
    .where(token_family.c.grant_id == _grant_id)
    .where(token_family.c.door == "kenar")
    .where(token_family.c.refresh_ended_at.is_(None)),
    sets=("refresh_ended_at",),
)
"""No refresh token of the connection's families is exchanged from now on. At Basalam's door
renewing is part of every consent, so nothing is taken back there."""

withdraw_scope = statement(
    update(grant_scope)
    .where(grant_scope.c.grant_id == _grant_id)
    .where(grant_scope.c.scope == bindparam("name", type_=Text()))
    .where(grant_scope.c.resource == bindparam("thing", type_=Text()))
    .where(grant_scope.c.revoked_at.is_(None)),
    sets=("revoked_at",),
)
"""Take one permission back."""

withdraw_scopes = statement(
    update(grant_scope)
    .where(grant_scope.c.grant_id == _grant_id)
    .where(grant_scope.c.revoked_at.is_(None)),
    sets=("revoked_at",),
)
"""Take all permissions of a connection back."""

end_grant = statement(
    update(authorization_grant).where(authorization_grant.c.id == _grant_id),
    sets=("revoked_at",),
)
"""End a connection."""

touch_grant = statement(
    update(authorization_grant)
    .where(authorization_grant.c.person_id == bindparam("of_person", type_=Id))
    .where(authorization_grant.c.app_id == bindparam("of_app", type_=Id))
    .where(
        or_(
            authorization_grant.c.last_used_at.is_(None),
            authorization_grant.c.last_used_at < bindparam("used_at", type_=UtcTime()),
        )
    )
    .values(last_used_at=bindparam("used_at", type_=UtcTime())),
)
"""When an app last called for a person; never set back."""
