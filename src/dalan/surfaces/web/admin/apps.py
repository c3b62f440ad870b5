"""Apps, as operators see them: those that wait, all of them, and one with all about it."""

from datetime import timedelta
from typing import Any, cast, get_args

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, developers, identity, oauth, taxonomy, touchpoints
from dalan.domains.developers import PERMISSIONS, App, AppState
from dalan.kernel import clock, phone
from dalan.kernel.db import ReadTransaction
from dalan.kernel.paging import InvalidCursor
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse
from dalan.surfaces.web.panel import desk as panel
from dalan.surfaces.web.panel import words

STATES: tuple[AppState, ...] = get_args(AppState)
RECENT_CHANGES = 10
USAGE_DAYS = 7


@get(f"{PATH}/reviews")
async def reviews_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Apps whose teams asked for review, the one that waits longest first."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "apps")
        apps = await _listed(tx, visitor, await developers.apps_in_state(tx, "in_review"))
    return desk.page(visitor, me, "admin/reviews.html", current="reviews", apps=apps)


@get(f"{PATH}/apps")
async def apps_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Every app, newest first; ``?state`` narrows, ``?slug`` goes to one, ``?after`` goes on."""
    asked = visitor.request.query_params
    state = cast(AppState, asked["state"]) if asked.get("state") in STATES else None
    slug = asked.get("slug", "").strip()
    missing = ""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "apps")
        if slug:
            try:
                app = await developers.app_by_slug(tx, slug)
            except developers.UnknownApp:
                missing = slug[:80]
            else:
                return visitor.see_other(path_of(app))
        try:
            page = await developers.newest_apps(tx, state=state, after=asked.get("after", ""))
        except InvalidCursor:
            page = await developers.newest_apps(tx, state=state)
        apps = await _listed(tx, visitor, page.apps)
        counts = await developers.state_counts(tx)
    return desk.page(
        visitor,
        me,
        "admin/apps.html",
        current="apps",
        apps=apps,
        next_cursor=page.next_cursor,
        chosen=state or "",
        states=[(one, words.state_name(visitor.gettext, one)[0]) for one in STATES],
        counts=counts,
        missing=missing,
    )


@get(f"{PATH}/apps/{{slug:str}}")
async def app_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """One app: what a reviewer needs to judge it, and the forms to decide."""
    _ = visitor.gettext
    now = clock.now()
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "apps")
        app = await developers.app_by_slug(tx, slug)
        members = await developers.members(tx, app.id)
        people = await identity.people(tx, [one.person_id for one in members])
        uris = await developers.redirect_uris(tx, app.id)
        keys = await developers.keys_of(tx, app.id)
        places = await touchpoints.settings_of(tx, app.id)
        logo = await panel.logo_path(tx, app)
        since = (now - timedelta(days=USAGE_DAYS - 1)).date()
        usage = await developers.usage_of(tx, app.id, since=since)
        page = await audit.entries_of(tx, audit.Subject.app(app.id), limit=RECENT_CHANGES)
        recent = await changes.shown(tx, _, page.entries, to_team=False)
    return desk.page(
        visitor,
        me,
        "admin/app.html",
        current="apps",
        app=app,
        app_path=path_of(app),
        state=words.state(_, app),
        logo=logo,
        team=[
            {
                "id": one.person_id,
                "name": people[one.person_id].name,
                "phone": phone.masked(people[one.person_id].phone),
                "role": words.role(_, one.role),
            }
            for one in members
        ],
        uris=uris,
        live_keys_count=sum(key.is_live(now) for key in keys),
        places=[one for one in places if one.enabled],
        limits=services.quotas.limits_of(app),
        used=services.quotas.used(app.id),
        week_count=sum(one.count for one in usage),
        changes=recent,
        note_length_max=developers.REVIEW_NOTE_LENGTH_MAX,
        can_be_approved=app.state != "suspended",
        **_choices(visitor, app),
    )


def path_of(app: App) -> str:
    """Where operators find an app."""
    return f"{PATH}/apps/{app.slug}"


def _choices(visitor: Visitor, app: App) -> dict[str, Any]:
    """What the forms offer, and what of it is ticked."""
    lang = visitor.lang
    groups = offered_categories()
    ticked = app.categories or ()
    scopes = [one for one in oauth.SCOPES.values() if one.lifecycle != "DEPRECATED"]
    return {
        "category_options": [(one.slug, _place_of(one, lang)) for one in groups],
        "categories": [one.slug for one in groups if set(leaves_of(one.slug)) <= set(ticked)],
        "city_options": [(one.slug, one.display) for one in taxonomy.cities()],
        "cities": list(app.cities or ()),
        "permission_options": [
            (one.name, one.name, words.label(lang, one)[0]) for one in PERMISSIONS
        ],
        "permissions": list(app.permissions or ()),
        "scope_options": [(one.name, one.name, one.label(lang)) for one in scopes],
        "scopes": list(app.scopes or ()),
    }


def offered_categories() -> list[taxonomy.Category]:
    """The categories an app is activated for: groups and what is right below them."""
    return [one for one in taxonomy.categories() if one.level in (1, 2)]


def _place_of(category: taxonomy.Category, lang: str) -> str:
    """A category after the group it is in; the root says nothing."""
    line = [*taxonomy.ancestors(category.slug)[1:], category]
    return " › ".join(one.title_en if lang == "en" else one.title for one in line)


def leaves_of(slug: str) -> list[str]:
    """Where posts of a category are filed. Raises UnknownCategory."""
    return [one.slug for one in taxonomy.descendants(slug) if one.leaf]


async def _listed(tx: ReadTransaction, visitor: Visitor, apps: list[App]) -> list[dict[str, Any]]:
    logos = await panel.logo_paths(tx, apps)
    return [
        {
            "app": app,
            "url": path_of(app),
            "logo": logos.get(app.id, ""),
            "state": words.state(visitor.gettext, app),
        }
        for app in apps
    ]
