"""Consents and tokens for tests."""

from typing import Any

from dalan.domains import oauth
from dalan.domains.oauth import queries, tokens
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction


async def make_tokens(
    tx: WriteTransaction, keys: Keyring, person: Any, app: Any, scopes: str, **given: Any
) -> oauth.Issued:
    """A pair as after a consent; ``person`` and ``app`` are anything with an ``id``, or ids.

    ``scopes`` is a scope text, such as ``USER_PHONE POST_ADDON_CREATE.AZTH74V2``; of Basalam's
    with ``door="basalam"``.
    """
    door = given.get("door", "kenar")
    family_id = await oauth.begin_family(
        tx,
        person_id=getattr(person, "id", person),
        app_id=getattr(app, "id", app),
        asked=oauth.parse_scopes(scopes, door=door),
        door=door,
        lifetime_seconds=given.get("refresh_seconds", 30 * 86_400),
    )
    return await tokens.issue(
        tx,
        keys=keys,
        family=await queries.family_by_id.one(tx, family_id=family_id),
        generation=1,
        access_seconds=given.get("access_seconds", 3_600),
        with_refresh_token=True,
    )


async def make_token(
    tx: WriteTransaction, keys: Keyring, person: Any, app: Any, scopes: str, **given: Any
) -> str:
    """The access token alone."""
    return (await make_tokens(tx, keys, person, app, scopes, **given)).access_token
