"""Registering an app and changing what it is."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dalan.domains.developers import client_secrets, queries
from dalan.domains.developers.basalam_clients import add_basalam_client
from dalan.domains.developers.errors import InvalidField, SlugTaken, TooMany, UnknownApp
from dalan.domains.developers.slugs import check_slug, suggest_slug
from dalan.domains.developers.tables import App, AppSettings, Usage
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

DEVELOPMENT_APPS_MAX = 10
"""Development apps of one developer. Source: kenar.md 2.2."""

DISPLAY_LENGTH_MAX, SUBTITLE_LENGTH_MAX, DESCRIPTION_LENGTH_MAX = 40, 80, 1_000


class Registered(NamedTuple):
    """A new app, and its client secret in clear: shown now and never again."""

    app: App
    client_secret: str


async def register_app(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    owner_id: int,
    display: str,
    slug: str = "",
    subtitle: str = "",
    description: str = "",
    client_secret: str = "",
) -> Registered:
    """Register a development app, which works at once, with every permission, scope and widget.

    ``slug`` is for good; empty draws three words. ``client_secret`` is for seeded worlds, which
    derive theirs; empty makes a new one. The owner becomes its first member.

    Raises InvalidSlug, SlugTaken, InvalidField, and TooMany past ten development apps.
    """
    texts = _texts(display, subtitle, description)
    slug = check_slug(slug) if slug else await suggest_slug(tx)
    # Lock before counting: whoever registers beside us waits, then counts our app too.
    await queries.lock_development_apps.all(tx, owner_id=owner_id)
    if await queries.development_apps_count.scalar(tx, owner_id=owner_id) >= DEVELOPMENT_APPS_MAX:
        raise TooMany("apps", DEVELOPMENT_APPS_MAX)
    now = clock.now()
    app_id = await queries.add_app.scalar(
        tx,
        slug=slug,
        **texts,
        avatar_image_id=None,
        kind="development",
        state="development",
        owner_id=owner_id,
        service_type=None,
        identification_key_box=None,
        fallback_url="",
        session_init_url="",
        dynamic_action_url="",
        events_url="",
        permissions=None,
        scopes=None,
        widgets=None,
        categories=None,
        cities=None,
        settings=AppSettings(),
        review_note="",
        requests_per_minute=None,
        requests_per_day=None,
        created_at=now,
        updated_at=now,
    )
    if app_id is None:
        raise SlugTaken(slug)
    await add_basalam_client(tx, app_id)
    await queries.add_member.execute(
        tx, app_id=app_id, person_id=owner_id, role="owner", added_at=now
    )
    secret = client_secret or keys.new_client_secret()
    await client_secrets.add(tx, keys=keys, app_id=app_id, secret=secret)
    return Registered(await queries.app_by_id.one(tx, app_id=app_id), secret)


async def app(tx: ReadTransaction, app_id: int) -> App:
    """The app of that id. Raises UnknownApp."""
    found = await queries.app_by_id.one_or_none(tx, app_id=app_id)
    if found is None:
        raise UnknownApp(f"#{app_id}")
    return found


async def app_by_slug(tx: ReadTransaction, slug: str) -> App:
    """The app of that slug, whatever its state. Raises UnknownApp."""
    found = None
    if 0 < len(slug) <= 64 and "\0" not in slug:
        found = await queries.app_by_slug.one_or_none(tx, slug=slug)
    if found is None:
        raise UnknownApp(slug)
    return found


async def apps_of(tx: ReadTransaction, person_id: int) -> list[App]:
    """The apps a person is a member of, newest first."""
    return await queries.apps_of_person.all(tx, person_id=person_id)


async def edit_display(
    tx: WriteTransaction, app_id: int, *, display: str, subtitle: str, description: str
) -> None:
    """Change what people see of an app. Raises InvalidField."""
    await queries.edit_display.execute(
        tx, app_id=app_id, updated_at=clock.now(), **_texts(display, subtitle, description)
    )


async def set_avatar(tx: WriteTransaction, app_id: int, *, image_id: int | None) -> None:
    """Change or take away an app's logo; the caller attaches the image."""
    await queries.set_avatar.execute(
        tx, app_id=app_id, avatar_image_id=image_id, updated_at=clock.now()
    )


async def set_settings(tx: WriteTransaction, app_id: int, settings: AppSettings) -> None:
    """Change an app's compatibility settings."""
    await queries.set_settings.execute(tx, app_id=app_id, settings=settings, updated_at=clock.now())


async def set_ceiling(
    tx: WriteTransaction,
    app_id: int,
    *,
    permissions: Sequence[str] | None,
    scopes: Sequence[str] | None,
    widgets: Sequence[str] | None,
) -> None:
    """Say what an app may do at most; None: everything. Its keys lose what is taken at once."""
    await queries.set_ceiling.execute(
        tx,
        app_id=app_id,
        permissions=permissions,
        scopes=scopes,
        widgets=widgets,
        updated_at=clock.now(),
    )


async def set_limits(
    tx: WriteTransaction, app_id: int, *, per_minute: int | None, per_day: int | None
) -> None:
    """Give an app limits of its own, in calls; None: those of its kind."""
    await queries.set_limits.execute(
        tx,
        app_id=app_id,
        requests_per_minute=per_minute,
        requests_per_day=per_day,
        updated_at=clock.now(),
    )


async def usage_of(tx: ReadTransaction, app_id: int, *, since: date) -> list[Usage]:
    """An app's calls by day (UTC) from ``since`` on; days without calls are left out."""
    return await queries.usage_of_app.all(tx, app_id=app_id, since=since.isoformat())


async def purge_usage(tx: WriteTransaction, *, keep_days: int) -> int:
    """Forget how much apps called more than so many days ago; answers how many rows."""
    before = clock.now().date() - timedelta(days=keep_days)
    return await queries.purge_usage.execute(tx, before_day=before.isoformat())


def _texts(display: str, subtitle: str, description: str) -> dict[str, str]:
    cleaned = {
        "display": _text("display", display, DISPLAY_LENGTH_MAX),
        "subtitle": _text("subtitle", subtitle, SUBTITLE_LENGTH_MAX),
        "description": _text("description", description, DESCRIPTION_LENGTH_MAX, multiline=True),
    }
    if not cleaned["display"]:
        raise InvalidField("display", "required")
    return cleaned


def _text(field: str, text: str, longest: int, *, multiline: bool = False) -> str:
    try:
        return clean(text, longest=longest, multiline=multiline)
    except TextTooLong as error:
        raise InvalidField(field, "too_long", most=longest) from error
