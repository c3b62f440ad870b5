"""Guessing a link's password: a few times for one guesser, some more for all of them.

A guess is counted before it is looked at, in a unit of its own, so that guesses side by side are
no way around the limit. Decision 0039.
"""

from datetime import timedelta
from typing import Final

from dalan.domains.links import queries
from dalan.domains.links.errors import ProtectedLink, TooManyGuesses
from dalan.domains.links.tables import Link
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

GUESSES_MAX: Final = 10
"""Of one guesser: a network as far as it is told apart from its neighbours."""

GUESSES_OF_ALL_MAX: Final = 200
GUESSES_COUNTED_FOR: Final = timedelta(minutes=15)

EVERYBODY: Final = b""


async def count_guess(tx: WriteTransaction, link: Link, *, guesser: str, keys: Keyring) -> None:
    """One guess more of that guesser, in the caller's transaction, to be committed whatever comes
    of the guess. Raises TooManyGuesses, and the guess is not to be looked at."""
    now = clock.now()
    mac = _guesser(link, guesser, keys)
    for who, most in ((mac, GUESSES_MAX), (EVERYBODY, GUESSES_OF_ALL_MAX)):
        await queries.forget_guesses.execute(tx, link_id=link.id, guesser=who, at=now)
        row = await queries.count_guess.one(
            tx, link_id=link.id, guesser=who, until=now + GUESSES_COUNTED_FOR, guesses_count=1
        )
        if row.guesses_count > most:
            wait = row.until - now
            raise TooManyGuesses(retry_after_seconds=max(1, -(-wait // timedelta(seconds=1))))


async def uncount_guess(tx: WriteTransaction, link: Link, *, guesser: str, keys: Keyring) -> None:
    """The guess was right: people who know a password are kept from nothing."""
    for who in (_guesser(link, guesser, keys), EVERYBODY):
        await queries.uncount_guess.execute(tx, link_id=link.id, guesser=who)


async def check_password(tx: ReadTransaction, link: Link, password: str, keys: Keyring) -> None:
    """Raises ProtectedLink for another password than the link's."""
    stored: bytes | None = await queries.password_hash.scalar(tx, link_id=link.id)
    given = f"{link.id}\x00{password}"
    if not keys.secret_matches(given, "link password", stored or keys.no_mac):
        raise ProtectedLink(link)


async def purge_guesses(tx: WriteTransaction) -> None:
    """Forget guesses that count no more."""
    await queries.purge_guesses.execute(tx, before=clock.now())


def _guesser(link: Link, guesser: str, keys: Keyring) -> bytes:
    return keys.secret_mac(f"{link.id}\x00{guesser}", "link guesser")
