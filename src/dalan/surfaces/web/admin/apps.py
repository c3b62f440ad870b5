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
from dalan.surfaces.web import changes, support_words
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
    """Every app, newest first; ``?state``, ``?service`` and ``?tag`` narrow, ``?slug`` goes to
    one, ``?after`` goes on."""
    asked = visitor.request.query_params
    state = cast(AppState, asked["state"]) if asked.get("state") in STATES else None
    types, tags = support_words.service_types(), support_words.tag_options(visitor.lang)
    service_type = asked["service"] if asked.get("service") in dict(types) else ""
    tag = asked["tag"] if asked.get("tag") in dict(tags) else ""
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
        narrow: dict[str, Any] = {"state": state, "service_type": service_type, "tag": tag}
        try:
            page = await developers.find_apps(tx, **narrow, after=asked.get("after", ""))
        except InvalidCursor:
            page = await developers.find_apps(tx, **narrow)
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
        service_types=types,
        service_type=service_type,
        tag_options=tags,
        tag=tag,
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
        tags = await developers.tags_of(tx, app.id)
        wished = await developers.wished(tx, app.id)
        asked = await developers.requests_of(tx, app.id)
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
        requests=[
            {
                "url": f"{PATH}/requests/{one.request.id}",
                "at": one.request.asked_at,
                "names": [wish.name for wish in one.wishes],
                "state": support_words.wish_state(_, one.state),
            }
            for one in asked
        ],
        service_types=support_words.service_types(),
        tag_options=support_words.tag_options(visitor.lang),
        tags=list(tags),
        has_wishes=bool(wished),
        **_choices(visitor, app, wished),
    )


def path_of(app: App) -> str:
    """Where operators find an app."""
    return f"{PATH}/apps/{app.slug}"


def _choices(
    visitor: Visitor, app: App, wished: dict[developers.WishKind, list[str]]
) -> dict[str, Any]:
    """What the forms offer, and what of it is ticked.

    Approval of a development app starts from what its team asked for: no more is given unasked.
    """
    lang = visitor.lang
    groups = support_words.offered_categories()
    ticked = app.categories or ()
    is_new = app.is_development
    scopes = [one for one in oauth.EVERY_SCOPE.values() if one.lifecycle != "DEPRECATED"]
    return {
        "category_options": [(one.slug, support_words.place_of(one, lang)) for one in groups],
        "categories": wished.get("category", [])
        if is_new
        else [one.slug for one in groups if set(developers.leaves_of(one.slug)) <= set(ticked)],
        "city_options": [(one.slug, one.display) for one in taxonomy.cities()],
        "cities": wished.get("city", []) if is_new else list(app.cities or ()),
        "wished": {kind: wished.get(kind, []) for kind in developers.WISH_KINDS},
        "widget_options": [(name, name) for name in support_words.offered()["widget"]],
        "widgets": list(app.widgets or ()),
        "permission_options": [
            (one.name, one.name, words.label(lang, one)[0]) for one in PERMISSIONS
        ],
        "permissions": list(app.permissions or ()),
        "scope_options": [(one.name, one.name, one.label(lang)) for one in scopes],
        "scopes": list(app.scopes or ()),
    }


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
