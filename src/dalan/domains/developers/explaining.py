"""Whose key or secret it is, whatever state it is in: for the developer of a dev world alone."""

from datetime import datetime
from hmac import compare_digest
from typing import Literal

import msgspec
from sqlalchemy import LargeBinary, Text, bindparam, select

from dalan.domains.developers.addresses import open_identification_key
from dalan.domains.developers.client_secrets import KEY_PURPOSE, PURPOSE, SECRET_LENGTH_MAX
from dalan.domains.developers.pod_credentials import pod_macs
from dalan.domains.developers.tables import api_key, app, client_secret, pod_credential
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Id, ReadTransaction, statement

CredentialStoryKind = Literal[
    "api_key", "client_secret", "identification_key", "pod_token", "service_key"
]


class CredentialStory(msgspec.Struct, frozen=True, kw_only=True):
    """A key or secret of an app. ``permissions`` None: it has none of its own. ``created_at`` is
    not known of an identification key, which the app chose itself."""

    kind: CredentialStoryKind
    app_id: int
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    title: str = ""
    permissions: tuple[str, ...] | None = None
    is_client_secret: bool = False
    """An API key that the first contract's apps prove themselves with as well."""

    @property
    def end(self) -> Literal["", "expired", "revoked"]:
        """Why it opens nothing any more; "" while it does."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= clock.now():
            return "expired"
        return ""


class _KeyRow(msgspec.Struct, frozen=True):
    app_id: int
    title: str
    mac: bytes
    permissions: tuple[str, ...]
    oauth_enabled: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class _SecretRow(msgspec.Struct, frozen=True):
    app_id: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class _PodRow(_SecretRow, frozen=True):
    kind: Literal["token", "service_key"]


class _BoxRow(msgspec.Struct, frozen=True):
    id: int
    identification_key_box: bytes


_mac = bindparam("presented_mac", type_=LargeBinary())
_url = bindparam("url", type_=Text())

_key_by_id = statement(
    select(
        api_key.c.app_id,
        api_key.c.title,
        api_key.c.mac,
        api_key.c.permissions,
        api_key.c.oauth_enabled,
        api_key.c.created_at,
        api_key.c.expires_at,
        api_key.c.last_used_at,
        api_key.c.revoked_at,
    ).where(api_key.c.id == bindparam("key_id", type_=Id)),
    into=_KeyRow,
)
"""An API key of any app, revoked or not."""

_secret_by_mac = statement(
    select(
        client_secret.c.app_id,
        client_secret.c.created_at,
        client_secret.c.expires_at,
        client_secret.c.last_used_at,
    ).where(client_secret.c.mac == _mac),
    into=_SecretRow,
)
"""A client secret of any app; looks at all of them, so it is for worlds with few."""

_pod_by_mac = statement(
    select(
        pod_credential.c.app_id,
        pod_credential.c.created_at,
        pod_credential.c.expires_at,
        pod_credential.c.last_used_at,
        pod_credential.c.kind,
    ).where(pod_credential.c.mac == _mac),
    into=_PodRow,
)
"""An API token or a service key."""

_identified = statement(
    select(app.c.id, app.c.identification_key_box)
    .where(app.c.identification_key_box.is_not(None))
    .order_by(app.c.id.desc()),
    into=_BoxRow,
)
"""Every app that we prove ourselves to, the newest first; for worlds with few, as above."""

_slug_at = statement(
    select(app.c.slug)
    .where(
        (app.c.session_init_url == _url)
        | (app.c.dynamic_action_url == _url)
        | (app.c.fallback_url == _url)
        | (app.c.events_url == _url)
    )
    .order_by(app.c.id.desc())
    .limit(1)
)
"""The newest app that is called at an address; looks at all of them."""


async def app_called_at(tx: ReadTransaction, url: str) -> str:
    """The slug of the app that has set this address; "" when none has."""
    return str(await _slug_at.scalar(tx, url=url) or "")


async def explain_credential(
    tx: ReadTransaction, *, keys: Keyring, text: str
) -> CredentialStory | None:
    """The story of an API key, a client secret, an API token, a service key, or of what we prove
    ourselves with to an app; None when no app has it, or no longer. Nothing is counted as used
    by it."""
    if (parts := keys.parse_api_key(text)) is not None:
        row = await _key_by_id.one_or_none(tx, key_id=parts.id)
        if row is None or not keys.secret_matches(parts.secret, KEY_PURPOSE, row.mac):
            return None
        return CredentialStory(
            kind="api_key",
            app_id=row.app_id,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
            title=row.title,
            permissions=row.permissions,
            is_client_secret=row.oauth_enabled,
        )
    if not 0 < len(text) <= SECRET_LENGTH_MAX:
        return None
    for mac in keys.secret_macs(text, PURPOSE):
        if found := await _secret_by_mac.one_or_none(tx, presented_mac=mac):
            return _secret("client_secret", found)
    for mac in pod_macs(text, keys):
        if pod := await _pod_by_mac.one_or_none(tx, presented_mac=mac):
            return _secret("pod_token" if pod.kind == "token" else "service_key", pod)
    return await _identification(tx, keys, text)


async def _identification(tx: ReadTransaction, keys: Keyring, text: str) -> CredentialStory | None:
    if not text.isascii():
        return None
    for one in await _identified.all(tx):
        held = open_identification_key(one.identification_key_box, app_id=one.id, keys=keys)
        if compare_digest(held, text):
            return CredentialStory(kind="identification_key", app_id=one.id)
    return None


def _secret(kind: CredentialStoryKind, row: _SecretRow) -> CredentialStory:
    return CredentialStory(
        kind=kind,
        app_id=row.app_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
