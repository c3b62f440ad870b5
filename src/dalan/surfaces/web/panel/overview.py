"""One app at a glance: what is still missing, its names, and the steps of its life."""

from datetime import timedelta
from typing import NamedTuple

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, oauth, touchpoints
from dalan.domains.developers import ApiKey, App, RedirectUri, WrongState
from dalan.kernel import clock
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse
from dalan.surfaces.web.panel.words import Translate


class Item(NamedTuple):
    """One thing an app needs before it is of use."""

    title: str
    text: str
    url: str
    is_done: bool


@get(f"{APPS_PATH}/{{slug:str}}")
async def overview(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The app's front page; right after registering it also shows the client secret."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        app = opened.app
        keys = await developers.keys_of(tx, app.id)
        places = await touchpoints.settings_of(tx, app.id)
        uris = await developers.redirect_uris(tx, app.id)
        logo = await desk.logo_path(tx, app)
        leaks = await oauth.leaks_of_app(tx, app.id)
    secret = desk.take_shown_once(visitor, services, f"client secret {app.id}")
    is_offered = any(place.enabled for place in places)
    items = _checklist(visitor.gettext, app, keys, uris, is_offered=is_offered)
    return desk.app_page(
        visitor,
        opened,
        "panel/overview.html",
        current="",
        logo=logo,
        leaks=leaks,
        secret=secret,
        items=items,
        old_keys_count=_old_keys_count(keys, services),
        missing_count=sum(not item.is_done for item in items),
        wire_status=developers.wire_status(app),
        base_url=services.settings.base_url,
        limits=services.quotas.limits_of(app),
        used=services.quotas.used(app.id),
    )


_STEPS = {
    "ask-for-review": (developers.ask_for_review, "app.review_asked"),
    "withdraw": (developers.withdraw_from_review, "app.review_withdrawn"),
    "pause": (developers.pause, "app.paused"),
    "resume": (developers.resume, "app.resumed"),
}


@post(f"{APPS_PATH}/{{slug:str}}/step", status_code=200)
async def take_step(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Ask for review, withdraw from it, pause or resume: what members decide themselves."""
    visitor.require_person(back=desk.path_of(slug))
    form = await visitor.form()
    _ = visitor.gettext
    step = _STEPS.get(form.text("step"))
    if step is None:
        return desk.refused(visitor, desk.path_of(slug), _("This could not be done."))
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            take, action = step
            app = await take(tx, opened.app.slug)
            await desk.note(tx, opened, action)
    except WrongState as error:
        return desk.refused(visitor, desk.path_of(slug), words.refusal(_, error))
    name, _kind = words.state(_, app)
    return desk.saved(visitor, desk.path_of(slug), _("The app is now: %(state)s", state=name))


def _old_keys_count(keys: list[ApiKey], services: Services) -> int:
    """Live keys that should have been changed; one whose successor is made is not counted."""
    now, age_max = clock.now(), timedelta(days=services.settings.api_key_age_days)
    live = [key for key in keys if key.is_live(now)]
    replaced = {key.replaces_id for key in live}
    return sum(
        key.id not in replaced and developers.is_old(key, now, age_max=age_max) for key in live
    )


def _checklist(
    _: Translate,
    app: App,
    keys: list[ApiKey],
    uris: list[RedirectUri],
    *,
    is_offered: bool,
) -> list[Item]:
    now = clock.now()
    return [
        Item(
            _("A start address"),
            _("Where people are taken when they choose your app."),
            desk.path_of(app.slug, "addresses"),
            bool(app.fallback_url or app.session_init_url),
        ),
        Item(
            _("A place where it is offered"),
            _("Beside a post, for example; then somebody can choose it."),
            desk.path_of(app.slug, "touchpoints"),
            is_offered,
        ),
        Item(
            _("A redirect address"),
            _("Where people come back to after they agreed to what your app may do."),
            desk.path_of(app.slug, "oauth"),
            bool(uris),
        ),
        Item(
            _("An API key"),
            _("Sent with every call of your server."),
            desk.path_of(app.slug, "keys"),
            any(key.is_live(now) for key in keys),
        ),
        Item(
            _("A description and a logo"),
            _("What people see before they trust you; needed for review."),
            desk.path_of(app.slug, "edit"),
            bool(app.description and app.avatar_image_id),
        ),
    ]
