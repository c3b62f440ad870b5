"""An app gives a token back.

A refresh token stands for the whole consent, so its family ends; an access token is one key of
several, so it ends alone, and the refresh token beside it still renews.

Source: RFC 7009, 2.1 (both halves are its SHOULD and MAY) and 2.2.
"""

from dalan.domains.oauth import queries
from dalan.domains.oauth.client_tokens import end_client_token
from dalan.domains.oauth.families import revoke_family
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction


async def revoke_token(tx: WriteTransaction, *, keys: Keyring, app_id: int, token: str) -> None:
    """End this token if it is one of the app's, whose credentials the caller has checked.

    Another app's, a dead and an unknown one are no error, and nothing happens. The caller owns
    the transaction.
    """
    mac = keys.token_mac(token)
    if mac is None:
        return
    row = await queries.refresh_token_by_mac.one_or_none(tx, presented_mac=mac)
    if row is None:
        await queries.end_access_token.execute(
            tx, presented_mac=mac, by_app=app_id, now=clock.now()
        )
        await end_client_token(tx, app_id=app_id, mac=mac)
    elif row.app_id == app_id:
        await revoke_family(tx, row.family_id, reason="revoked_by_app")
