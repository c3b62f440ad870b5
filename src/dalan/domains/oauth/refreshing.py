"""Renewing a pair of tokens: the old refresh token is replaced, with a grace for lost answers.

One statement decides. Whoever comes first makes the successors and leaves them sealed under the
token just presented; whoever comes within the grace with the same token opens the box and gets
the same pair. Nobody gets a fork, and nothing at rest can be presented to anybody.

Source: RFC 6749, 6; RFC 9700, 4.14.2; kenar.md 3.3.
"""

from datetime import UTC, datetime, timedelta

import msgspec

from dalan.domains.oauth import queries
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.errors import Refusal, invalid_refresh_token
from dalan.domains.oauth.families import revoke_family
from dalan.domains.oauth.grammar import is_within
from dalan.domains.oauth.tables import Family
from dalan.domains.oauth.tokens import Issued, issue, issued_of
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

USES_MAX = 100
"""Times one refresh token answers within its grace: more is no client that lost an answer."""


class _Pair(msgspec.Struct, frozen=True, array_like=True):
    """What a successor box holds."""

    access_token: str
    refresh_token: str
    expires_at: datetime


async def refresh(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    app_id: int,
    refresh_token: str,
    scope: str | None,
    access_seconds: int,
    grace_seconds: int,
    door: Door = "kenar",
) -> Issued | Refusal:
    """The next pair for a refresh token this app got at this door. The caller has checked the
    app's credentials.

    The replaced access token lives ``grace_seconds`` more at most. Presented after its grace, a
    replaced refresh token is in two hands: the family is revoked, so the unit must be committed,
    refusal or not. No successor outlives the consent. ``scope``, when sent, may hold only what
    was granted; the answer carries all of it.
    Raises ``identity.PersonBlocked``, having changed nothing.
    """
    mac = keys.token_mac(refresh_token)
    if mac is None:
        return invalid_refresh_token("no such token was ever issued")
    if scope and (refusal := await _refuse_wider(tx, mac, app_id, door, scope)):
        return refusal
    now = clock.now()
    grace = timedelta(seconds=grace_seconds)
    rotated = await queries.rotate_refresh_token.one_or_none(
        tx,
        presented_mac=mac,
        now=now,
        grace_from=now - grace,
        uses_max=USES_MAX,
        by_app=app_id,
        at_door=door,
    )
    if rotated is None:
        return await _refusal(tx, mac, app_id, door, grace)
    family = await queries.family_by_id.one(tx, family_id=rotated.family_id)
    if rotated.uses_count > 1:
        return _same_again(keys, refresh_token, mac, rotated.successor_box, family)
    issued = await issue(
        tx,
        keys=keys,
        family=family,
        generation=rotated.generation + 1,
        access_seconds=access_seconds,
        with_refresh_token=True,
    )
    await queries.cut_access_tokens.execute(
        tx, of_family=family.id, up_to_generation=rotated.generation, until=now + grace
    )
    assert issued.refresh_token is not None, "it was asked for"
    pair = _Pair(issued.access_token, issued.refresh_token, issued.expires_at)
    await queries.keep_successors.execute(
        tx,
        presented_mac=mac,
        successor_box=keys.sealed_under(refresh_token, msgspec.json.encode(pair), mac),
    )
    return issued


def _same_again(
    keys: Keyring, refresh_token: str, mac: bytes, box: bytes | None, family: Family
) -> Issued | Refusal:
    opened = keys.open_sealed_under(refresh_token, box or b"", mac)
    if opened is None:  # wiped, while the operator had a shorter grace
        return invalid_refresh_token("its successors are no longer kept")
    pair = msgspec.json.decode(opened, type=_Pair)
    return issued_of(family, pair.access_token, pair.refresh_token, pair.expires_at.astimezone(UTC))


async def _refuse_wider(
    tx: WriteTransaction, mac: bytes, app_id: int, door: Door, scope: str
) -> Refusal | None:
    row = await queries.refresh_token_by_mac.one_or_none(tx, presented_mac=mac)
    if row is None or (row.app_id, row.door) != (app_id, door):
        return invalid_refresh_token("it is no refresh token of this app at this door")
    family = await queries.family_by_id.one(tx, family_id=row.family_id)
    if is_within(scope, family.scopes, door=family.door):
        return None
    return Refusal("invalid_scope", "the scope holds more than was granted")


async def _refusal(
    tx: WriteTransaction, mac: bytes, app_id: int, door: Door, grace: timedelta
) -> Refusal:
    row = await queries.refresh_token_by_mac.one_or_none(tx, presented_mac=mac)
    if row is None or (row.app_id, row.door) != (app_id, door):
        return invalid_refresh_token("it is no refresh token of this app at this door")
    now = clock.now()
    if row.rotated_at is not None and row.rotated_at <= now - grace:
        await revoke_family(tx, row.family_id, reason="refresh_token_reused")
        await queries.keep_successors.execute(tx, presented_mac=mac, successor_box=None)
        return invalid_refresh_token(
            "it was exchanged before, and its grace is over: all tokens of this consent are revoked"
        )
    if row.refresh_ended:
        return invalid_refresh_token("the person took offline access back")
    if row.expires_at <= now:
        return invalid_refresh_token("the consent has run out: ask the person again")
    return invalid_refresh_token("the access was taken back, or the token came too often")
