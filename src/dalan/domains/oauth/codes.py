"""Exchanging an authorization code for tokens, once.

Source: RFC 6749, 4.1.3 and 10.5; RFC 7636, 4.6; RFC 9700, 2.1.1 and 4.5.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

import msgspec

from dalan.domains import developers
from dalan.domains.oauth import queries
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.errors import Refusal, invalid_code, redirect_uri_mismatch
from dalan.domains.oauth.families import revoke_family
from dalan.domains.oauth.grammar import is_offline
from dalan.domains.oauth.scopes import OPENID
from dalan.domains.oauth.tokens import Authentication, Issued, issue
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


async def redeem_code(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    app_id: int,
    code: str,
    redirect_uri: str | None,
    code_verifier: str | None,
    access_seconds: int,
    always_refresh: bool,
    door: Door = "kenar",
) -> Issued | Refusal:
    """Tokens for a code this app got at this door, whose credentials the caller has checked.

    One statement burns the code and decides every race. A wrong ``redirect_uri`` (None: the
    first contract sends none) or ``code_verifier`` changes nothing. A repeat with everything
    right means that two hold the code: the family is revoked, so the unit must be committed,
    refusal or not. ``always_refresh``: a refresh token comes without ``offline_access`` too.
    Raises ``identity.PersonBlocked``, having changed nothing.
    """
    mac = keys.token_mac(code)
    challenge = _challenge_of(code_verifier)
    if mac is None:
        return invalid_code("no such code was ever issued")
    if challenge is None or not (redirect_uri or "").isprintable():
        return invalid_code("code_verifier or redirect_uri is malformed")
    now = clock.now()
    used = await queries.use_code.one_or_none(
        tx,
        presented_mac=mac,
        now=now,
        any_redirect=int(redirect_uri is None),
        presented_redirect=redirect_uri or "",
        presented_challenge=challenge,
        by_app=app_id,
        at_door=door,
    )
    if used is None:
        return await _refusal(tx, mac, app_id, door, redirect_uri, challenge)
    family = await queries.family_by_id.one(tx, family_id=used.family_id)
    issued = await issue(
        tx,
        keys=keys,
        family=family,
        generation=1,
        access_seconds=access_seconds,
        with_refresh_token=always_refresh or is_offline(family.scopes),
    )
    if not any(name == OPENID for name, _ in family.scopes):
        return issued
    user_id = await developers.remember_user_id(
        tx, keys=keys, app_id=app_id, person_id=family.person_id
    )
    authentication = Authentication(user_id, used.nonce, used.signed_in_at)
    return msgspec.structs.replace(issued, authentication=authentication)


async def _refusal(
    tx: WriteTransaction,
    mac: bytes,
    app_id: int,
    door: Door,
    redirect_uri: str | None,
    challenge: str,
) -> Refusal:
    row = await queries.code_by_mac.one_or_none(tx, presented_mac=mac)
    if row is None:
        return invalid_code("the code expired long ago")
    if row.app_id != app_id:
        return invalid_code("the code was issued to another app")
    if row.door != door:
        return invalid_code("the code is for the token endpoint of another contract")
    if redirect_uri not in (None, row.redirect_uri):
        if door == "basalam":
            return redirect_uri_mismatch()
        return invalid_code("redirect_uri is not the one of the authorization request")
    if not hmac.compare_digest(row.code_challenge or "", challenge):
        return invalid_code("code_verifier does not fit the code_challenge that was sent, or not")
    if row.used_at is None:
        return invalid_code("the code has expired, or the access was taken back")
    await revoke_family(tx, row.family_id, reason="code_reused")
    return invalid_code("the code was used before: the tokens issued for it are now revoked")


def _challenge_of(verifier: str | None) -> str | None:
    """The S256 challenge, empty without a verifier, None when it cannot be one."""
    if verifier is None:
        return ""
    if _VERIFIER.fullmatch(verifier) is None:
        return None
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
