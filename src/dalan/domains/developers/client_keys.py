"""Keys an app signs its assertions with instead of sending a secret: their public halves.

Source: RFC 7523, 3; RFC 7517, 4; RFC 7638 (the name of a key that brings none).
"""

import warnings
from typing import Any, cast

import msgspec

from dalan.domains.developers import client_key_queries, queries
from dalan.domains.developers.client_proof_queries import proof_of_app
from dalan.domains.developers.errors import InvalidField, NoKeysHeld, TooMany, UnknownApp
from dalan.domains.developers.tables import ClientKey, KeyAlgorithm
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

CLIENT_KEYS_MAX = 5
"""Keys of one app at once: two for a rotation, and room for several servers."""

KEYS_READ_MAX = 20
"""Of a key set that an app publishes itself."""

KEY_TEXT_LENGTH_MAX = 16_384
KID_LENGTH_MAX = 128

_RSA_BITS_MIN, _RSA_BITS_MAX = 2_048, 4_096
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class PublicKey(msgspec.Struct, frozen=True):
    """A key somebody pasted, checked and without anything that is not public."""

    kid: str
    algorithm: KeyAlgorithm
    jwk: dict[str, Any]


def read_public_keys(text: str) -> list[PublicKey]:
    """The keys in a JWKS, a JWK or a PEM: RSA of 2048 to 4096 bits, P-256 or Ed25519.

    Raises ``InvalidField`` for ``key`` with the reason: ``too_long``, ``unreadable``,
    ``private_key`` (a private half was pasted, which nobody but its owner should have),
    ``weak_key`` or ``unknown_key_type``.
    """
    if len(text) > KEY_TEXT_LENGTH_MAX:
        raise InvalidField("key", "too_long")
    text = text.strip()
    if text.startswith("-----BEGIN"):
        if "PRIVATE" in text:
            raise InvalidField("key", "private_key")
        return [_of_pem(text)]
    try:
        decoded = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise InvalidField("key", "unreadable") from error
    found = decoded.get("keys", [decoded])
    if not isinstance(found, list) or not 0 < len(found) <= CLIENT_KEYS_MAX:
        raise InvalidField("key", "unreadable")
    return [_of_jwk(one) for one in found]


def read_key_set(body: bytes) -> list[PublicKey]:
    """The keys of a JWKS that an app publishes, those that are for something else left out.

    Whoever publishes one may have keys of other kinds and for other purposes in it; only the
    first ``KEYS_READ_MAX`` are looked at. Raises ``InvalidField`` for ``jwks_uri``:
    ``unreadable``, ``private_key`` (a private half for everybody to see), ``no_keys``.
    """
    try:
        found = msgspec.json.decode(body, type=dict[str, Any]).get("keys")
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidField("jwks_uri", "unreadable") from error
    if not isinstance(found, list):
        raise InvalidField("jwks_uri", "unreadable")
    keys: dict[str, PublicKey] = {}
    for one in found[:KEYS_READ_MAX]:
        if isinstance(one, dict) and one.get("use", "sig") != "sig":
            continue
        try:
            key = _of_jwk(one)
        except InvalidField as error:
            if error.problem == "private_key" and one.get("kty") != "oct":
                raise InvalidField("jwks_uri", "private_key") from error
            continue
        keys.setdefault(key.kid, key)
    if not keys:
        raise InvalidField("jwks_uri", "no_keys")
    return list(keys.values())


async def client_keys(tx: ReadTransaction, app_id: int) -> list[ClientKey]:
    """The keys an app may sign with, the newest first."""
    return await client_key_queries.keys_of_app.all(tx, app_id=app_id)


async def add_client_keys(
    tx: WriteTransaction, app_id: int, *, found: list[PublicKey]
) -> list[str]:
    """Let an app prove itself with these keys too; answers the ``kid`` of each that is new.

    A ``kid`` it has already keeps its key: a key is changed under a new name, so that nothing
    signed becomes ambiguous. Raises ``TooMany`` past five, ``UnknownApp``.
    """
    # Held still, so that two additions at once are both counted.
    if await queries.lock_app.one_or_none(tx, app_id=app_id) is None:
        raise UnknownApp(f"#{app_id}")
    standing = {one.kid for one in await client_key_queries.keys_of_app.all(tx, app_id=app_id)}
    new = {one.kid: one for one in found if one.kid not in standing}
    if len(standing) + len(new) > CLIENT_KEYS_MAX:
        raise TooMany("client_keys", CLIENT_KEYS_MAX)
    for one in new.values():
        await client_key_queries.add_key.execute(
            tx,
            app_id=app_id,
            kid=one.kid,
            algorithm=one.algorithm,
            public_jwk=one.jwk,
            created_at=clock.now(),
        )
    return list(new)


async def remove_client_key(tx: WriteTransaction, app_id: int, *, key_id: int) -> str:
    """Believe nothing signed with this key any more; its ``kid``, "" when there is none such.

    Raises ``NoKeysHeld``, nothing changed, for the last key of an app that signs only.
    """
    if await queries.lock_app.one_or_none(tx, app_id=app_id) is None:
        raise UnknownApp(f"#{app_id}")
    proof = await proof_of_app.one_or_none(tx, app_id=app_id)
    held = await client_key_queries.keys_of_app.all(tx, app_id=app_id)
    is_last = [one.id for one in held] == [key_id]
    if proof is not None and proof.signed_only and is_last and not proof.keys:
        raise NoKeysHeld
    kid = await client_key_queries.remove_key.scalar(tx, app_id=app_id, key_id=key_id)
    return "" if kid is None else str(kid)


def _of_pem(text: str) -> PublicKey:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415 (heavy)
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (heavy)
        load_pem_public_key,
    )
    from joserfc.jwk import ECKey, OKPKey, RSAKey  # noqa: PLC0415 (heavy)

    try:
        loaded = load_pem_public_key(text.encode())
    except Exception as error:  # whatever a stranger's bytes make a parser say
        raise InvalidField("key", "unreadable") from error
    kinds: tuple[tuple[type[Any], type[Any]], ...] = (
        (rsa.RSAPublicKey, RSAKey),
        (ec.EllipticCurvePublicKey, ECKey),
        (ed25519.Ed25519PublicKey, OKPKey),
    )
    for loaded_kind, key_kind in kinds:
        if isinstance(loaded, loaded_kind):
            return _checked(_imported(key_kind, text).as_dict(private=False))
    raise InvalidField("key", "unknown_key_type")


def _of_jwk(given: object) -> PublicKey:
    if not isinstance(given, dict):
        raise InvalidField("key", "unreadable")
    if _PRIVATE & given.keys():
        raise InvalidField("key", "private_key")
    return _checked(cast(dict[str, Any], given))


def _checked(given: dict[str, Any]) -> PublicKey:
    """One public key, if it is of a kind and a strength we take."""
    from joserfc.jwk import ECKey, OKPKey, RSAKey  # noqa: PLC0415 (heavy)

    kinds: dict[tuple[object, object], tuple[type[Any], KeyAlgorithm]] = {
        ("RSA", None): (RSAKey, "RS256"),
        ("EC", "P-256"): (ECKey, "ES256"),
        ("OKP", "Ed25519"): (OKPKey, "EdDSA"),
    }
    found = kinds.get((str(given.get("kty")), given.get("crv") and str(given["crv"])))
    if found is None:
        raise InvalidField("key", "unknown_key_type")
    kind, algorithm = found
    said = given.get("alg", algorithm)
    if said not in (algorithm, "Ed25519" if algorithm == "EdDSA" else algorithm):
        raise InvalidField("key", "unknown_key_type")
    names = ("n", "e") if algorithm == "RS256" else ("crv", "x", "y")
    bare = {name: given[name] for name in ("kty", *names) if name in given}
    try:
        key = _imported(kind, bare)
        public = key.raw_value
        kid = given.get("kid") or key.thumbprint()
        bits = public.key_size if algorithm == "RS256" else 0
    except Exception as error:  # whatever a stranger's numbers make a parser say
        raise InvalidField("key", "unreadable") from error
    if algorithm == "RS256" and not _RSA_BITS_MIN <= bits <= _RSA_BITS_MAX:
        raise InvalidField("key", "weak_key")
    if not isinstance(kid, str) or len(kid) > KID_LENGTH_MAX or not kid.isprintable():
        raise InvalidField("key", "unreadable")
    return PublicKey(kid, algorithm, bare)


def _imported(kind: Any, key: str | dict[str, Any]) -> Any:
    """A key as the library holds it; what it thinks of its strength is decided here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind.import_key(key)
