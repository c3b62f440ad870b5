"""The id_token: a signed word about who signed in, and the keys it is signed with.

RS256, because every client must understand it and many expect nothing else. The key is made when
it is first needed and kept sealed under the server's secret; public halves are published for as
long as the row stands.

Source: OpenID Connect Core, 2 and 3.1.3.6; RFC 7515; RFC 7517; RFC 7638 (``kid``).
"""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from dalan.domains.oauth import queries
from dalan.domains.oauth.tokens import Issued
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, WriteTransaction

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
KEY_BITS = 2_048

_PURPOSE = "id_token key"


class SigningKey(NamedTuple):
    """A private key and the name clients find its public half by."""

    kid: str
    key: "RSAKey"


async def signing_key(db: Database, *, keys: Keyring) -> SigningKey:
    """The newest key that opens with our secrets; made and kept if there is none.

    Making one takes a tenth of a second, in a thread and outside any transaction. Two processes
    that start at once may make two; both are published, so either may sign.
    """
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (heavy)
        load_der_private_key,
    )
    from joserfc.jwk import RSAKey  # noqa: PLC0415 (heavy)

    async with db.look() as look:
        rows = await queries.signing_keys.all(look)
    for row in rows:
        opened = keys.open_sealed(row.private_key_box, _PURPOSE, row.kid.encode())
        if opened is not None:
            # What we sealed ourselves needs no proof of primality each time.
            raw: Any = load_der_private_key(opened, None, unsafe_skip_rsa_key_validation=True)
            return SigningKey(row.kid, RSAKey.import_key(raw))
    key = await asyncio.to_thread(RSAKey.generate_key, KEY_BITS)
    kid = key.thumbprint()

    async def keep(tx: WriteTransaction) -> None:
        await queries.add_signing_key.execute(
            tx,
            kid=kid,
            private_key_box=keys.seal(key.as_der(private=True), _PURPOSE, kid.encode()),
            public_jwk=key.as_dict(private=False, kid=kid, use="sig", alg=ALGORITHM),
            created_at=clock.now(),
        )

    await db.transact(keep)
    return SigningKey(kid, key)


async def public_keys(db: Database, *, keys: Keyring) -> list[dict[str, Any]]:
    """The public halves of all keys that ever signed, newest first; never none (RFC 7517, 5)."""
    await signing_key(db, keys=keys)
    async with db.look() as look:
        return [row.public_jwk for row in await queries.signing_keys.all(look)]


def id_token(key: SigningKey, issued: Issued, *, issuer: str, client_id: str) -> str:
    """Who signed in, for this app alone, bound to the access token it comes with.

    It lives as long as that token. ``issued`` carries an ``authentication``.
    """
    from joserfc import jwt  # noqa: PLC0415 (heavy)

    person = issued.authentication
    assert person is not None, "only openid brings an id_token"
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": person.user_id,
        "aud": client_id,
        "exp": int(issued.expires_at.timestamp()),
        "iat": int(clock.now().timestamp()),
        "at_hash": _half_hash(issued.access_token),
    }
    if person.signed_in_at is not None:
        claims["auth_time"] = int(person.signed_in_at.timestamp())
    if person.nonce is not None:
        claims["nonce"] = person.nonce
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key.key)


def _half_hash(token: str) -> str:
    """OpenID Connect Core, 3.1.3.6: the left half of the hash RS256 uses."""
    half = hashlib.sha256(token.encode()).digest()[:16]
    return urlsafe_b64encode(half).rstrip(b"=").decode()
