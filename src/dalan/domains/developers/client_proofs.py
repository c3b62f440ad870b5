"""How an app proves itself besides its secret: whether it signs only, and where its keys are
fetched from.

What was fetched is kept in the database, so that every process believes the same keys and no
address is asked more than once a minute, however many processes there are and whoever sends
assertions that name unknown keys.

Source: RFC 7591, 2 (``jwks_uri``, ``token_endpoint_auth_method``); RFC 7517, 5; RFC 9700, 2.5.
"""

from collections.abc import Sequence
from typing import Final

from dalan.domains.developers import client_proof_queries, queries
from dalan.domains.developers.client_key_queries import keys_of_app
from dalan.domains.developers.client_keys import PublicKey, read_key_set
from dalan.domains.developers.client_proof_queries import EMPTY, FETCH_PAUSE, ClientProof
from dalan.domains.developers.errors import InvalidField, NoKeysHeld, UnknownApp
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.outbound import Outbound, OutboundRefused

JWKS_URI_LENGTH_MAX: Final = 2_000
JWKS_BYTES_MAX: Final = 65_536
FETCH_SECONDS_MAX: Final = 5.0
"""Whoever asks for a token waits for it."""


async def proof_of(tx: ReadTransaction, app_id: int) -> ClientProof:
    """What an app chose."""
    return await client_proof_queries.proof_of_app.one_or_none(tx, app_id=app_id) or ClientProof(
        app_id
    )


async def sign_only(tx: WriteTransaction, app_id: int, *, on: bool) -> bool:
    """Believe no client secret of this app any more, at any door, or believe them again; False
    when it was so already. Raises ``NoKeysHeld`` of an app that could then prove itself by
    nothing, ``UnknownApp``."""
    proof = await _held(tx, app_id)
    if proof.signed_only == on:
        return False
    if on and not proof.keys and not await keys_of_app.all(tx, app_id=app_id):
        raise NoKeysHeld
    await client_proof_queries.choose_signing.execute(
        tx, app_id=app_id, signed_only=on, jwks_uri=None, **EMPTY
    )
    return True


async def set_jwks_uri(
    tx: WriteTransaction, app_id: int, *, uri: str, found: Sequence[PublicKey]
) -> bool:
    """Fetch the app's keys there from now on; ``found`` is what it holds (``fetch_key_set``).

    False when the address was the same already, whose keys are then the newer ones. Raises
    ``UnknownApp``. The caller owns the transaction.
    """
    proof = await _held(tx, app_id)
    await client_proof_queries.choose_uri.execute(
        tx, app_id=app_id, signed_only=proof.signed_only, jwks_uri=uri, **EMPTY
    )
    await keep_found(tx, app_id, uri=uri, found=found)
    return proof.jwks_uri != uri


async def remove_jwks_uri(tx: WriteTransaction, app_id: int) -> bool:
    """Fetch its keys nowhere, and believe none that was fetched; False when there was no address.

    Raises ``NoKeysHeld`` of an app that signs only and has no other key, ``UnknownApp``.
    """
    proof = await _held(tx, app_id)
    if proof.jwks_uri is None:
        return False
    if proof.signed_only and not await keys_of_app.all(tx, app_id=app_id):
        raise NoKeysHeld
    await client_proof_queries.choose_uri.execute(
        tx, app_id=app_id, signed_only=proof.signed_only, jwks_uri=None, **EMPTY
    )
    return True


async def claim_fetch(tx: WriteTransaction, app_id: int, *, uri: str) -> bool:
    """Whether the caller is to ask the address now: nobody did within the last minute."""
    now = clock.now()
    return (
        await client_proof_queries.claim_fetch.scalar(
            tx, of_app_id=app_id, at_uri=uri, now=now, before=now - FETCH_PAUSE
        )
        is not None
    )


async def keep_found(
    tx: WriteTransaction, app_id: int, *, uri: str, found: Sequence[PublicKey]
) -> None:
    """These are the app's keys from now on, if it still has them fetched there."""
    now = clock.now()
    await client_proof_queries.keep_found.execute(
        tx, of_app_id=app_id, at_uri=uri, answered_at=now, fetched_at=now, problem="",
        found=[{"kid": one.kid, "algorithm": one.algorithm, "jwk": one.jwk} for one in found],
    )  # fmt: skip


async def keep_problem(tx: WriteTransaction, app_id: int, *, uri: str, problem: str) -> None:
    """The address was of no use, for this reason; what it gave before stands for a day."""
    await client_proof_queries.keep_problem.execute(
        tx, of_app_id=app_id, at_uri=uri, answered_at=clock.now(), problem=problem
    )


async def fetch_key_set(outbound: Outbound, uri: str, *, https_only: bool) -> list[PublicKey]:
    """The public keys at an address, called through the guard. Never inside a transaction.

    Raises ``InvalidField`` for ``jwks_uri``: ``too_long``, ``scheme``, ``fragment``,
    ``not_an_address`` (that we may call), ``no_answer``, ``not_found`` (any status but 200), and
    what ``read_key_set`` says of the text.
    """
    check_jwks_uri(uri, outbound, https_only=https_only)
    try:
        answer = await outbound.get(
            uri, timeout_seconds=FETCH_SECONDS_MAX, response_bytes_max=JWKS_BYTES_MAX
        )
    except OutboundRefused as error:
        raise InvalidField("jwks_uri", "not_an_address") from error
    except Unavailable as error:
        raise InvalidField("jwks_uri", "no_answer") from error
    if answer.status != 200:
        raise InvalidField("jwks_uri", "not_found")
    return read_key_set(answer.body)


def check_jwks_uri(uri: str, outbound: Outbound, *, https_only: bool) -> None:
    """Refuse what could never be called, without calling; raises as ``fetch_key_set``."""
    if len(uri) > JWKS_URI_LENGTH_MAX:
        raise InvalidField("jwks_uri", "too_long", most=JWKS_URI_LENGTH_MAX)
    if "#" in uri:
        raise InvalidField("jwks_uri", "fragment")
    if not uri.startswith("https://") and (https_only or not uri.startswith("http://")):
        raise InvalidField("jwks_uri", "scheme")
    try:
        outbound.check_url(uri)
    except OutboundRefused as error:
        raise InvalidField("jwks_uri", "not_an_address") from error


async def _held(tx: WriteTransaction, app_id: int) -> ClientProof:
    """The choice, held still with the app, so that its last key is not removed meanwhile."""
    if await queries.lock_app.one_or_none(tx, app_id=app_id) is None:
        raise UnknownApp(f"#{app_id}")
    return await proof_of(tx, app_id)
