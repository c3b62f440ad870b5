"""An app proves itself with a signed statement instead of a secret, each good once.

Source: RFC 7521, 4.2; RFC 7523, 2.2 and 3; RFC 8725, 3 (the key says the algorithm).
"""

import hashlib
import math
import warnings
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from dalan.domains import developers
from dalan.domains.oauth import queries
from dalan.domains.oauth.errors import Refusal
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction

JWT_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")

ASSERTION_SECONDS_MAX: Final = 600
"""How far off its end may be: what is good for long is kept, and stolen, for long."""

_LEEWAY_SECONDS: Final = 30
"""How much an app's clock may be ahead of ours."""

_LENGTH_MAX: Final = 8_192
_JTI_LENGTH_MAX: Final = 255
_SPELLINGS: Final = {"RS256": {"RS256"}, "ES256": {"ES256"}, "EdDSA": {"EdDSA", "Ed25519"}}


class Assertion(msgspec.Struct, frozen=True):
    """A statement that was checked, but for whether it was used before."""

    jti: str
    expires_at: datetime


def unproven(hint: str) -> Refusal:
    """The app did not prove itself, for whatever reason."""
    return Refusal("invalid_client", "client authentication failed", hint)


def client_of(text: str) -> str:
    """Whom an assertion claims to be from, believed of nobody yet; "" when it cannot be read."""
    claims = _unverified(text).get("iss")
    return claims if isinstance(claims, str) else ""


def is_key_known(text: str, keys: Sequence[developers.ClientKey]) -> bool:
    """Whether the key an assertion names is among these. One that names none, or cannot be read,
    asks for no other key."""
    kid = _header(text).get("kid")
    return not isinstance(kid, str) or any(key.kid == kid for key in keys)


def check_assertion(
    text: str,
    keys: Sequence[developers.ClientKey],
    *,
    client_id: str,
    audiences: Collection[str],
) -> Assertion | Refusal:
    """What an assertion says, if a key of this app signed it and it is meant for us, now.

    ``audiences``: every name of ours it may be meant for; one that is meant for somebody else as
    well is refused, for they could bring it here. Of its header only ``alg`` and ``kid`` are read,
    and the key decides which algorithm is meant.
    """
    header = _header(text)
    alg, kid = str(header.get("alg")), header.get("kid")
    fitting = [
        key for key in keys if alg in _SPELLINGS[key.algorithm] and (kid is None or kid == key.kid)
    ]
    if not fitting:
        return unproven("no key of the app has this kid and this alg (RS256, ES256, EdDSA)")
    claims = next(filter(None, (_verified(text, key, alg) for key in fitting)), None)
    if claims is None:
        return unproven("the assertion was not signed with a key of the app")
    return _of_claims(claims, client_id, audiences)


async def use_assertion(tx: WriteTransaction, *, app_id: int, assertion: Assertion) -> bool:
    """Use a checked assertion up; False when it was used before. The caller owns the transaction.

    One statement decides, so that of two at the same moment one is refused.
    """
    used = await queries.use_assertion.one_or_none(
        tx,
        app_id=app_id,
        jti_hash=hashlib.sha256(assertion.jti.encode(errors="replace")).digest(),
        expires_at=assertion.expires_at,
    )
    return used is not None


def _of_claims(
    claims: Mapping[str, Any], client_id: str, audiences: Collection[str]
) -> Assertion | Refusal:
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return unproven("iss and sub must both be the client_id")
    meant = claims.get("aud")
    named = [meant] if isinstance(meant, str) else meant
    if not isinstance(named, list) or not named or any(one not in audiences for one in named):
        return unproven("aud must be the issuer or the address of this endpoint, and nobody else")
    now = clock.now().timestamp()
    until = _seconds(claims, "exp")
    if until is None or not now < until <= now + ASSERTION_SECONDS_MAX:
        return unproven(f"exp must be within the next {ASSERTION_SECONDS_MAX} seconds")
    for name in ("iat", "nbf"):
        since = _seconds(claims, name)
        if name in claims and (since is None or since > now + _LEEWAY_SECONDS):
            return unproven(f"{name} is still to come")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _JTI_LENGTH_MAX:
        return unproven(f"jti must be a text of at most {_JTI_LENGTH_MAX} characters")
    return Assertion(jti, datetime.fromtimestamp(math.ceil(until), UTC))


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -(2**53) < value < 2**53 else None


def _verified(text: str, key: developers.ClientKey, alg: str) -> Mapping[str, Any] | None:
    from joserfc import jwt  # noqa: PLC0415 (heavy)
    from joserfc.errors import JoseError, SecurityWarning  # noqa: PLC0415 (heavy)
    from joserfc.jwk import import_key  # noqa: PLC0415 (heavy)

    with warnings.catch_warnings():
        # RFC 9864 has a newer name for EdDSA, which every library in use still says.
        warnings.simplefilter("ignore", SecurityWarning)
        try:
            public = import_key(key.public_jwk, key.public_jwk["kty"])
            claims: object = jwt.decode(text, public, algorithms=[alg]).claims
        except (JoseError, ValueError, TypeError):
            return None
    return claims if isinstance(claims, dict) else None


def _header(text: str) -> Mapping[str, Any]:
    return _part(text, 0)


def _unverified(text: str) -> Mapping[str, Any]:
    return _part(text, 1)


def _part(text: str, number: int) -> Mapping[str, Any]:
    """A part of a compact JWS as the JSON object it should be; empty where it is none."""
    parts = text.split(".")
    if len(text) > _LENGTH_MAX or len(parts) != 3 or not text.isascii():
        return {}
    try:
        decoded = msgspec.json.decode(_decoded(parts[number]))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
