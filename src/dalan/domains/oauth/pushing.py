"""Authorization requests that apps send ahead, so that the browser carries a reference alone.

Source: RFC 9126, 2.2 and 4.
"""

from datetime import timedelta

from dalan.domains.oauth import queries
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

REQUEST_URI_PREFIX = "urn:ietf:params:oauth:request_uri:"
PUSHED_SECONDS = 60
"""How long a browser may take to arrive: the RFC recommends 5 to 600 seconds."""


async def push_request(tx: WriteTransaction, *, keys: Keyring, app_id: int, parameters: str) -> str:
    """Keep a checked request (as a query string) and answer its ``request_uri``.

    The caller owns the transaction.
    """
    reference = keys.new_token("par")
    now = clock.now()
    await queries.add_pushed_request.execute(
        tx,
        mac=keys.token_mac(reference),
        app_id=app_id,
        parameters=parameters,
        created_at=now,
        expires_at=now + timedelta(seconds=PUSHED_SECONDS),
    )
    return REQUEST_URI_PREFIX + reference


async def open_pushed(
    tx: WriteTransaction, *, keys: Keyring, app_id: int, request_uri: str
) -> int | None:
    """Use up a ``request_uri`` of this app; answers the request's id.

    None when it is unknown, too old, used before or another app's. The caller owns the
    transaction.
    """
    mac = keys.token_mac(request_uri.removeprefix(REQUEST_URI_PREFIX))
    if mac is None:
        return None
    found = await queries.use_pushed_request.scalar(
        tx, presented_mac=mac, by_app=app_id, now=clock.now()
    )
    return None if found is None else int(found)


async def pushed_parameters(tx: ReadTransaction, pushed_id: int) -> str | None:
    """The query string that was pushed, or None when it is forgotten."""
    found = await queries.pushed_parameters.scalar(tx, pushed_id=pushed_id)
    return None if found is None else str(found)
