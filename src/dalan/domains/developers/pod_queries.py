"""Statements about the credentials of the door for short links."""

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from dalan.domains.developers.tables import AppKind, AppState, PodCredential, app, pod_credential
from dalan.kernel.db import Id, UtcTime, statement

_COLUMNS = [pod_credential.c[name] for name in PodCredential.__struct_fields__]
_GOOD = pod_credential.c.expires_at.is_(None) | (
    pod_credential.c.expires_at > bindparam("at", type_=UtcTime())
)

add = statement(
    insert(pod_credential), sets=("app_id", "kind", "mac", "hint", "created_at", "expires_at")
)
"""A new credential."""

of_app = statement(
    select(*_COLUMNS)
    .where(pod_credential.c.app_id == bindparam("app_id"), _GOOD)
    .order_by(pod_credential.c.kind.desc(), pod_credential.c.id.desc()),
    into=PodCredential,
)
"""What an app may send: API tokens first, the current one before the old one."""

drop_old = statement(
    delete(pod_credential).where(
        pod_credential.c.app_id == bindparam("of_app_id"),
        pod_credential.c.kind == bindparam("of_kind"),
        pod_credential.c.expires_at.is_not(None),
    )
)
"""Only the current one of a kind stays."""

expire_current = statement(
    update(pod_credential).where(
        pod_credential.c.app_id == bindparam("of_app_id"),
        pod_credential.c.kind == bindparam("of_kind"),
        pod_credential.c.expires_at.is_(None),
    ),
    sets=("expires_at",),
)
"""The current one of a kind becomes the old one."""

revoke = statement(
    delete(pod_credential)
    .where(
        pod_credential.c.app_id == bindparam("app_id"), pod_credential.c.id == bindparam("its_id")
    )
    .returning(*_COLUMNS),
    into=PodCredential,
)
"""It opens nothing any more; answers what it was."""


class Holder(msgspec.Struct, frozen=True):
    """A credential and the app behind it."""

    id: int
    mac: bytes
    app_id: int
    slug: str
    owner_id: int
    kind: AppKind
    state: AppState
    requests_per_minute: int | None
    requests_per_day: int | None
    expires_at: datetime | None


holder = statement(
    select(
        pod_credential.c.id,
        pod_credential.c.mac,
        pod_credential.c.app_id,
        app.c.slug,
        app.c.owner_id,
        app.c.kind,
        app.c.state,
        app.c.requests_per_minute,
        app.c.requests_per_day,
        pod_credential.c.expires_at,
    )
    .join(app, app.c.id == pod_credential.c.app_id)
    .where(pod_credential.c.mac == bindparam("mac"), pod_credential.c.kind == bindparam("of_kind"))
    .where(_GOOD),
    into=Holder,
)
"""Whose a presented credential is, by its MAC."""

touch = statement(
    update(pod_credential)
    .where(pod_credential.c.id == bindparam("its_id", type_=Id))
    .where(
        pod_credential.c.last_used_at.is_(None)
        | (pod_credential.c.last_used_at < bindparam("used_at", type_=UtcTime()))
    )
    .values(last_used_at=bindparam("used_at", type_=UtcTime())),
)
"""When it was last used."""
