"""Taking somebody back to where they left from, whatever the app did."""

from dalan.domains.touchpoints import queries
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction


async def return_path(
    tx: ReadTransaction,
    *,
    keys: Keyring,
    token: str = "",
    browser_token: str = "",
    person_id: int | None,
) -> str:
    """The path somebody left from: by the token the app brought back, else by the person's
    latest start, else by the token their browser kept; "" when none of them is remembered.

    The start of another person than the one who came counts for nothing; a path says nothing
    to whoever carries its token, so somebody signed out meanwhile is taken back too.

    Source: reference/kenar.md 4.9.
    """
    if path := await _by_token(tx, token, keys, person_id):
        return path
    if person_id is not None:
        latest = await queries.latest_start.one_or_none(tx, person_id=person_id, at=clock.now())
        if latest is not None:
            return latest.origin_path
    return await _by_token(tx, browser_token, keys, person_id)


async def _by_token(tx: ReadTransaction, token: str, keys: Keyring, person_id: int | None) -> str:
    mac = keys.token_mac(token) if token else None
    start = await queries.start_by_mac.one_or_none(tx, mac=mac) if mac is not None else None
    if start is None or start.expires_at <= clock.now():
        return ""
    is_anothers = None not in (start.person_id, person_id) and start.person_id != person_id
    return "" if is_anothers else start.origin_path
