"""An app made ready in one step, with everything a test-suite needs of it, in clear."""

from collections.abc import Sequence
from typing import Final

import msgspec

from dalan.domains import deliveries, developers, identity, payments
from dalan.domains.world.content.people import people
from dalan.kernel import randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

KEY_TITLE: Final = "test"
DISPLAY: Final = "برنامهٔ آزمون"
BALANCE_RIALS: Final = 50_000_000

_ANY_HTTP: Final = developers.AddressPolicy(any_http=True)


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where an app lives; ``None`` leaves what stands."""

    fallback_url: str | None = None
    session_init_url: str | None = None
    dynamic_action_url: str | None = None
    events_url: str | None = None


class ReadyApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app's credentials. They are shown now and never again."""

    slug: str
    client_secret: str
    api_key: str
    identification_key: str
    signing_secret: str
    redirect_uri: str
    basalam_client_id: str
    owner_phone: str
    state: str


async def make_app(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    owner_phone: str = "",
    slug: str = "",
    display: str = DISPLAY,
    redirect_uri: str,
    addresses: Addresses,
    permissions: Sequence[str] | None = None,
    scopes: Sequence[str] | None = None,
    development: bool = False,
) -> ReadyApp:
    """Register an app, approve it (unless it is to stay in ``development``) and give it a key, a
    proof of ourselves, a secret that signs its events and something on its balance.

    ``permissions``: the key's, ``scopes``: what the app may ask people for; None: everything.
    ``owner_phone``: in E.164, of somebody who is registered when they are not; "" is the person
    whose the sample app is. The caller owns the transaction. Raises what ``developers`` raises.
    """
    owner = await identity.register(tx, phone=owner_phone or people()[-1].phone)
    app, client_secret = await developers.register_app(
        tx, keys=keys, owner_id=owner.id, slug=slug, display=display
    )
    await developers.add_redirect_uri(tx, app.id, uri=redirect_uri, policy=_ANY_HTTP)
    await settle(tx, app, addresses)
    identification_key = randomness.token_urlsafe(24)
    await developers.set_identification_key(tx, app.id, text=identification_key, keys=keys)
    if scopes is not None:
        await developers.set_ceiling(tx, app.id, permissions=None, scopes=scopes, widgets=None)
    if not development:
        app = await developers.approve(tx, app.slug)
    key = await developers.create_key(
        tx, app.id, keys=keys, title=KEY_TITLE, permissions=permissions, oauth_enabled=True
    )
    await payments.pay_in(
        tx, app.id, reference=f"world:{app.slug}", amount_rials=BALANCE_RIALS, kind="world"
    )
    return ReadyApp(
        slug=app.slug,
        client_secret=client_secret,
        api_key=key.text,
        identification_key=identification_key,
        signing_secret=await deliveries.rotate_secret(tx, app.id, keys=keys),
        redirect_uri=redirect_uri,
        basalam_client_id=str(await developers.basalam_client_id(tx, app.id)),
        owner_phone=owner.phone,
        state=app.state,
    )


async def settle(tx: WriteTransaction, app: developers.App, addresses: Addresses) -> None:
    """Change where an app lives. Raises ``developers.InvalidField``."""
    given = msgspec.structs.asdict(addresses)
    await developers.set_addresses(
        tx,
        app.id,
        policy=_ANY_HTTP,
        **{name: getattr(app, name) if url is None else url for name, url in given.items()},
    )
