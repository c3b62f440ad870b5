"""The API keys of an app: one for each of its services, each with no more than it needs."""

from datetime import timedelta

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.domains.developers import (
    PERMISSIONS,
    ApiKey,
    BeyondCeiling,
    InvalidField,
    RotationUnderWay,
    TooMany,
    UnknownKey,
    UnknownPermission,
)
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

LIVES_DAYS = (0, 30, 60, 90, 365)
"""What a key's life may be; 0 is without an end. Sixty days is what is advised."""

OVERLAPS_HOURS = (24, 1, 168, 0)
"""How long a rotated key may go on; the first is what is offered."""


@get(f"{APPS_PATH}/{{slug:str}}/keys")
async def keys_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The keys, the form for another, and once the text of one just made."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        keys = await developers.keys_of(tx, opened.app.id)
    ticked = list(_offered(opened)) if opened.app.is_development else []
    form = html.Form({"life_days": ["60"], "permissions": ticked})
    secret = desk.take_shown_once(visitor, services, _secret_name(opened))
    return _page(visitor, services, opened, keys, form, secret=secret)


@post(f"{APPS_PATH}/{{slug:str}}/keys", status_code=200)
async def create_key(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Make a key; its text is shown on the page that follows, once."""
    visitor.require_person(back=desk.path_of(slug, "keys"))
    form = await visitor.form()
    _ = visitor.gettext
    life_days = form.whole_number("life_days")
    if life_days not in LIVES_DAYS:
        form.fail("life_days", _("Choose one of these."))
    permissions = form.all("permissions")
    if not permissions:
        form.fail("permissions", _("Choose one permission at least."))
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        keys = await developers.keys_of(tx, opened.app.id)
    text = ""
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            made = await developers.create_key(
                tx,
                opened.app.id,
                keys=services.keys,
                title=form.raw("title"),
                permissions=permissions,
                expires_at=clock.now() + timedelta(days=life_days) if life_days else None,
                oauth_enabled=form.flag("oauth_enabled"),
            )
            text = made.text
            if not form.ok:
                raise _NothingKept
            await desk.note(
                tx,
                opened,
                "app.key_made",
                key_id=str(made.key.id),
                title=made.key.title,
                permissions=made.key.permissions,
                life_days=life_days,
            )
    except _NothingKept:
        pass
    except InvalidField as error:
        form.fail(error.field, words.refusal(_, error))
    except (BeyondCeiling, UnknownPermission) as error:
        form.fail("permissions", words.refusal(_, error))
    except TooMany as error:
        form.fail("", words.refusal(_, error))
    if not form.ok:
        return _page(visitor, services, opened, keys, form, status=422)
    desk.show_once(visitor, services, _secret_name(opened), text)
    return desk.saved(visitor, desk.path_of(slug, "keys"), _("The key is made."))


@post(f"{APPS_PATH}/{{slug:str}}/keys/{{key_id:int}}/rotate", status_code=200)
async def rotate_key(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    key_id: FromPath[int],
) -> AnyResponse:
    """Make a successor, shown once on the page that follows; the old key goes on for a while."""
    back = desk.path_of(slug, "keys")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    hours = form.whole_number("overlap_hours")
    if hours not in OVERLAPS_HOURS:
        return desk.refused(visitor, back, _("Choose how long the old key goes on."))
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            rotated = await developers.rotate_key(
                tx,
                opened.app.id,
                key_id=desk.bounded(key_id),
                keys=services.keys,
                overlap=timedelta(hours=hours),
            )
            await desk.note(
                tx,
                opened,
                "app.key_rotated",
                key_id=str(rotated.made.key.id),
                replaces_id=str(rotated.old.id),
                title=rotated.old.title,
                overlap_hours=hours,
            )
    except (RotationUnderWay, UnknownKey) as error:
        return desk.refused(visitor, back, words.refusal(_, error))
    desk.show_once(visitor, services, _secret_name(opened), rotated.made.text)
    return desk.saved(visitor, back, _("The successor is made. Give it to your service now."))


@post(f"{APPS_PATH}/{{slug:str}}/keys/{{key_id:int}}/revoke", status_code=200)
async def revoke_key(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    key_id: FromPath[int],
) -> AnyResponse:
    """Kill a key, at once and for good."""
    visitor.require_person(back=desk.path_of(slug, "keys"))
    await visitor.form()
    _ = visitor.gettext
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug)
        key = await _live_key(tx, opened, desk.bounded(key_id))
        await developers.revoke_key(tx, opened.app.id, key_id=key_id)
        if key is not None:
            await desk.note(tx, opened, "app.key_revoked", key_id=str(key.id), title=key.title)
    return desk.saved(
        visitor, desk.path_of(slug, "keys"), _("The key is revoked; calls with it are refused.")
    )


@post(f"{APPS_PATH}/{{slug:str}}/keys/oauth", status_code=200)
async def set_oauth_key(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Let one key double as the client secret, or none."""
    visitor.require_person(back=desk.path_of(slug, "keys"))
    form = await visitor.form()
    _ = visitor.gettext
    key_id = form.whole_number("key_id")
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            await developers.enable_oauth(
                tx, opened.app.id, key_id=None if not key_id else desk.bounded(key_id)
            )
            key = await _live_key(tx, opened, key_id) if key_id else None
            await desk.note(tx, opened, "app.oauth_key_set", title=key.title if key else None)
    except UnknownKey as error:
        return desk.refused(visitor, desk.path_of(slug, "keys"), words.refusal(_, error))
    return desk.saved(visitor, desk.path_of(slug, "keys"), _("Saved."))


async def _live_key(tx: ReadTransaction, opened: Opened, key_id: int) -> ApiKey | None:
    for key in await developers.keys_of(tx, opened.app.id):
        if key.id == key_id and key.revoked_at is None:
            return key
    return None


class _NothingKept(Exception):
    """Rolls back, for another field will not do."""


def _secret_name(opened: Opened) -> str:
    return f"api key {opened.app.id}"


def _offered(opened: Opened) -> tuple[str, ...]:
    ceiling = opened.app.permissions
    return tuple(
        permission.name
        for permission in PERMISSIONS
        if permission.state != "DEPRECATED" and (ceiling is None or permission.name in ceiling)
    )


def overlap_options(_: words.Translate) -> list[tuple[int, str]]:
    """How long what is rotated goes on, as a form offers it."""
    named = {1: _("1 hour"), 24: _("1 day"), 168: _("7 days"), 0: _("Not at all: it has leaked")}
    return [(hours, named[hours]) for hours in OVERLAPS_HOURS]


def _page(
    visitor: Visitor,
    services: Services,
    opened: Opened,
    keys: list[ApiKey],
    form: html.Form,
    *,
    secret: str = "",
    status: int = 200,
) -> AnyResponse:
    now, _ = clock.now(), visitor.gettext
    ceiling = opened.app.permissions
    options = []
    for permission in PERMISSIONS:
        if ceiling is None or permission.name in ceiling:
            title, text = words.label(visitor.lang, permission)
            options.append((permission.name, permission.name, f"{title}: {text}"))
    lives = [
        (days, visitor.context().ngettext("%(num)s day", "%(num)s days", days))
        for days in LIVES_DAYS
        if days
    ]
    age_max = timedelta(days=services.settings.api_key_age_days)
    live_keys = [key for key in keys if key.is_live(now)]
    by_id = {key.id: key for key in live_keys}
    successors = {key.replaces_id: key for key in live_keys if key.replaces_id in by_id}
    return desk.app_page(
        visitor,
        opened,
        "panel/keys.html",
        current="keys",
        status=status,
        form=form,
        secret=secret,
        live_keys=live_keys,
        successors=successors,
        predecessors={made.id: by_id[old_id] for old_id, made in successors.items() if old_id},
        old_ids={
            key.id
            for key in live_keys
            if key.id not in successors and developers.is_old(key, now, age_max=age_max)
        },
        age_max_days=services.settings.api_key_age_days,
        overlap_options=overlap_options(_),
        dead_keys=[key for key in keys if not key.is_live(now)],
        permission_options=options,
        all_count=len(options),
        life_options=[*lives, (0, _("Without an end"))],
    )
