"""Apps and their keys."""

from typing import Any, NamedTuple

from dalan.domains import developers
from dalan.domains.developers import App, CreatedKey
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction
from tests.factories.identity import make_person

KEYS = Keyring(["a secret of the tests, long enough to be one"])
"""A keyring for tests that do not bring their own."""


class MadeApp(NamedTuple):
    """An app, what it proves itself with, and where its person may return to."""

    app: App
    client_secret: str
    redirect_uri: str


async def make_app(
    tx: WriteTransaction,
    *,
    owner_id: int | None = None,
    keys: Keyring = KEYS,
    redirect_uri: str = "https://app.example/oauth/callback",
    production: bool = False,
    **given: Any,
) -> MadeApp:
    """A development app (or an active production one) with one redirect address.

    ``owner_id`` None: a person of its own. ``given`` goes to ``developers.register_app``.
    """
    if owner_id is None:
        owner_id = (await make_person(tx)).id
    given.setdefault("display", "کارشناس همراه")
    registered = await developers.register_app(tx, keys=keys, owner_id=owner_id, **given)
    app = registered.app
    await developers.add_redirect_uri(
        tx, app.id, uri=redirect_uri, policy=developers.AddressPolicy()
    )
    if production:
        app = await developers.approve(tx, app.slug)
    return MadeApp(app, registered.client_secret, redirect_uri)


async def make_key(
    tx: WriteTransaction, app_id: int, *, keys: Keyring = KEYS, **given: Any
) -> CreatedKey:
    """An API key with every permission of the app. ``given`` goes to ``create_key``."""
    given.setdefault("title", "کلید آزمون")
    return await developers.create_key(tx, app_id, keys=keys, **given)
