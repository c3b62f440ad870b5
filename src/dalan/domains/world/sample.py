"""The sample app of a furnished world: an inspector who puts a report on people's posts.

It is a production app, approved for every category and city. Its secrets are derived from the
world's own secret and a name, so they can be shown again at any time and are stored nowhere in
clear. The program itself lives in ``examples/inspector`` and is an ordinary app.
"""

import msgspec

from dalan.domains import developers, media, payments, touchpoints
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

SAMPLE_SLUG = "inspector"
SAMPLE_KEY_TITLE = "نمونه"
BALANCE_RIALS = 50_000_000
"""What it begins with: enough for a hundred bumps."""

_NAME = "sample app"

SECOND_SLUG = "second-shop"
_SECOND_NAME = "second app"


class SampleApp(msgspec.Struct, frozen=True):
    """What the sample app's program is started with."""

    slug: str
    client_secret: str
    api_key: str
    identification_key: str


class SamplePod(msgspec.Struct, frozen=True):
    """What the sample app sends at the door for short links."""

    token: str
    service_key: str


async def register_sample(tx: WriteTransaction, keys: Keyring, *, owner_id: int) -> None:
    """Register the sample app and approve it, in the caller's transaction."""
    app, _ = await developers.register_app(
        tx,
        keys=keys,
        owner_id=owner_id,
        slug=SAMPLE_SLUG,
        display="بازرس",
        subtitle="گزارش بازرسی رایگان برای آگهی شما",
        description=(
            "برنامهٔ نمونهٔ دالان: آگهی را می‌خواند، چند پرسش می‌پرسد و گزارشی به آن می‌افزاید "
            "که همهٔ بازدیدکنندگان می‌بینند. هزینه‌ای ندارد."
        ),
        client_secret=_client_secret(keys),
    )
    await developers.create_key(
        tx, app.id, keys=keys, title=SAMPLE_KEY_TITLE, derived_from=_NAME, oauth_enabled=True
    )
    await developers.set_identification_key(tx, app.id, text=_identification_key(keys), keys=keys)
    await developers.approve(tx, SAMPLE_SLUG)
    await payments.pay_in(
        tx, app.id, reference=f"world:{SAMPLE_SLUG}", amount_rials=BALANCE_RIALS, kind="world"
    )
    for place in ("MY_POST", "DEMAND_POST"):
        await touchpoints.configure(
            tx, app.id, place=place, enabled=True, operation="LOAD_WEBVIEW_DIRECT_LINK"
        )


async def give_logo(db: Database, store: media.MediaStore) -> None:
    """Draw the sample app's logo if it has none."""
    from dalan.domains.world.pictures import logo  # noqa: PLC0415 (the drawing library is heavy)

    async with db.look() as look:
        app = await developers.app_by_slug(look, SAMPLE_SLUG)
    if app.avatar_image_id is not None:
        return
    image = await media.store_image(db, store, logo(7, "check"), purpose="avatar", app_id=app.id)
    async with db.write() as tx:
        await media.attach(tx, image.id)
        await developers.set_avatar(tx, app.id, image_id=image.id)


async def settle_sample(tx: WriteTransaction, keys: Keyring, *, base_url: str) -> SampleApp:
    """Write down where the sample app listens this time, and answer what it is started with."""
    app = await developers.app_by_slug(tx, SAMPLE_SLUG)
    policy = developers.AddressPolicy(any_http=True)
    callback = f"{base_url}/oauth/callback"
    for old in await developers.redirect_uris(tx, app.id):
        if old.uri != callback and old.uri.startswith("http://127.0.0.1:"):
            await developers.remove_redirect_uri(tx, app.id, uri_id=old.id)
    await developers.add_redirect_uri(tx, app.id, uri=callback, policy=policy)
    await developers.set_addresses(
        tx,
        app.id,
        policy=policy,
        fallback_url=f"{base_url}/start",
        session_init_url=f"{base_url}/session",
        dynamic_action_url=f"{base_url}/action",
        events_url=f"{base_url}/events",
    )
    return await sample_app(tx, keys)


async def sample_app(tx: ReadTransaction, keys: Keyring) -> SampleApp:
    """The sample app's credentials, the same ones every time. Raises UnknownApp."""
    app = await developers.app_by_slug(tx, SAMPLE_SLUG)
    key = next(
        one
        for one in await developers.keys_of(tx, app.id)
        # A successor has the title too, and is nothing that could be derived again.
        if one.title == SAMPLE_KEY_TITLE and one.revoked_at is None and one.replaces_id is None
    )
    return SampleApp(
        slug=app.slug,
        client_secret=_client_secret(keys),
        api_key=keys.derived_api_key(key.id, _NAME),
        identification_key=_identification_key(keys),
    )


async def sample_pod(tx: WriteTransaction, keys: Keyring, app_id: int) -> SamplePod:
    """The sample app's API token and service key, the same ones every time; made when missing.

    What its developer made instead stays good for its overlap. Raises AppNotActive.
    """
    token = developers.derived_pod_credential(keys, "token", _NAME)
    service_key = developers.derived_pod_credential(keys, "service_key", _NAME)
    try:
        await developers.pod_caller(tx, token=token, keys=keys)
    except developers.InvalidPodToken:
        await developers.rotate_pod_credential(
            tx, app_id, kind="token", keys=keys, derived_from=_NAME
        )
    try:
        await developers.pod_caller(tx, token=token, service_key=service_key, keys=keys)
    except developers.InvalidServiceKey:
        await developers.rotate_pod_credential(
            tx, app_id, kind="service_key", keys=keys, derived_from=_NAME
        )
    return SamplePod(token, service_key)


async def second_pod_token(tx: WriteTransaction, keys: Keyring, *, owner_id: int) -> str:
    """An API token of another app, to try what is whose: the same every time, the app and the
    token made when missing."""
    token = developers.derived_pod_credential(keys, "token", _SECOND_NAME)
    try:
        await developers.pod_caller(tx, token=token, keys=keys)
    except developers.InvalidPodToken:
        try:
            app = await developers.app_by_slug(tx, SECOND_SLUG)
        except developers.UnknownApp:
            app, _ = await developers.register_app(
                tx, keys=keys, owner_id=owner_id, slug=SECOND_SLUG, display="فروشگاه دوم"
            )
        await developers.rotate_pod_credential(
            tx, app.id, kind="token", keys=keys, derived_from=_SECOND_NAME
        )
    return token


def _client_secret(keys: Keyring) -> str:
    return keys.derived_secret(f"client secret {_NAME}")


def _identification_key(keys: Keyring) -> str:
    return keys.derived_secret(f"identification key {_NAME}")
