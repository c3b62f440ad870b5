"""Tokens of a furnished world: derived from its secret and a name, so they can be shown again."""

from itertools import count
from typing import Final

import msgspec

from dalan.domains.oauth import queries
from dalan.domains.oauth.bearer import bearer
from dalan.domains.oauth.consent import begin_family
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.grammar import parse_scopes
from dalan.domains.oauth.tokens import Issued
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

FORGOTTEN_MAX: Final = 8
"""Pairs in a row that may be forgotten while a later one of their name is still known."""


class _Pair(msgspec.Struct, frozen=True):
    """The tokens of a name and number, and what each is stored as."""

    access_token: str
    refresh_token: str
    access_mac: bytes
    refresh_mac: bytes


async def named_tokens(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    name: str,
    person_id: int,
    app_id: int,
    scopes: str,
    lifetime_seconds: int,
    door: Door = "kenar",
) -> Issued:
    """The tokens of that name, the same ones as long as they live with these scopes; then others.

    For dev worlds alone: whoever knows the world's secret can make them. They last as long as
    their consent. A pair that was used up, revoked, outgrown or has expired is followed by the
    next of its name, for what ended must not come back to life: not while anything of the name is
    known. Nothing is rotated by asking. The caller owns the transaction.
    """
    asked = parse_scopes(scopes, door=door)
    wanted = frozenset(one.pair for one in asked)
    newest = 0
    for number in count(1):
        if number > newest + FORGOTTEN_MAX:
            break
        pair = _pair(keys, name, number)
        before = await queries.refresh_token_by_mac.one_or_none(tx, presented_mac=pair.refresh_mac)
        if before is None:
            continue
        newest = number
        live = await bearer(tx, pair.access_mac, door=door)
        fresh = before.rotated_at is None and before.expires_at > clock.now()
        if live is not None and live.family_id and fresh and live.scopes == wanted:
            family = await queries.family_by_id.one(tx, family_id=live.family_id)
            return Issued(pair.access_token, pair.refresh_token, live.expires_at, family.scope)
    pair = _pair(keys, name, newest + 1)
    family_id = await begin_family(
        tx,
        person_id=person_id,
        app_id=app_id,
        asked=asked,
        lifetime_seconds=lifetime_seconds,
        door=door,
    )
    family = await queries.family_by_id.one(tx, family_id=family_id)
    await queries.add_token.execute_many(
        tx,
        [
            {
                "mac": mac,
                "family_id": family.id,
                "kind": kind,
                "generation": 1,
                "issued_at": clock.now(),
                "expires_at": family.expires_at,
                "uses_count": 0,
            }
            for mac, kind in ((pair.access_mac, "access"), (pair.refresh_mac, "refresh"))
        ],
    )
    return Issued(pair.access_token, pair.refresh_token, family.expires_at, family.scope)


def _pair(keys: Keyring, name: str, number: int) -> _Pair:
    access_token = keys.derived_token("at", f"{name} {number}")
    refresh_token = keys.derived_token("rt", f"{name} {number}")
    access_mac, refresh_mac = keys.token_mac(access_token), keys.token_mac(refresh_token)
    assert access_mac is not None
    assert refresh_mac is not None
    return _Pair(access_token, refresh_token, access_mac, refresh_mac)
