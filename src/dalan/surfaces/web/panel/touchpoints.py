"""Where an app is offered, and what choosing it there does."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import touchpoints
from dalan.domains.touchpoints import PLACES, Operation, Place
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened
from dalan.surfaces.web.panel.words import Translate

PRODUCTION_ONLY: frozenset[Place] = frozenset({"MY_DIVAR", "DIVAR_PRO"})
"""Places where development apps are never listed. Source: kenar.md 2.2."""


@get(f"{APPS_PATH}/{{slug:str}}/touchpoints")
async def touchpoints_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Every place with what stands."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        standing = await touchpoints.settings_of(tx, opened.app.id)
    values = {f"operation_{one.place}": [str(one.operation)] for one in standing}
    values |= {f"enabled_{one.place}": ["1"] for one in standing if one.enabled}
    form = html.Form(values)
    return _page(visitor, opened, form)


@post(f"{APPS_PATH}/{{slug:str}}/touchpoints", status_code=200)
async def save(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Keep all places, or none when one of them will not do."""
    visitor.require_person(back=desk.path_of(slug, "touchpoints"))
    form = await visitor.form()
    _ = visitor.gettext
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
    for place in PLACES:
        operation = form.text(f"operation_{place}")
        enabled = form.flag(f"enabled_{place}")
        if operation not in touchpoints.operations_at(place):
            form.fail(f"operation_{place}", _("Choose one of what is offered."))
        elif enabled and (missing := _missing(_, opened, operation)):
            form.fail(f"operation_{place}", missing)
    if not form.ok:
        return _page(visitor, opened, form, status=422)
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug)
        before = await touchpoints.settings_of(tx, opened.app.id)
        for place in PLACES:
            await touchpoints.configure(
                tx,
                opened.app.id,
                place=place,
                enabled=form.flag(f"enabled_{place}"),
                operation=form.text(f"operation_{place}"),
            )
        after = await touchpoints.settings_of(tx, opened.app.id)
        changed = [one for one in after if one not in before]
        if changed:
            await desk.note(
                tx,
                opened,
                "app.touchpoints_set",
                enabled=[f"{one.place} {one.operation}" for one in changed if one.enabled],
                disabled=[one.place for one in changed if not one.enabled],
            )
    return desk.saved(visitor, desk.path_of(slug, "touchpoints"), _("Saved."))


def _missing(_: Translate, opened: Opened, operation: str) -> str:
    """What has to be set up before the operation can work, "" when nothing is missing."""
    if operation == "LOAD_WEBVIEW_DIRECT_LINK" and not opened.app.fallback_url:
        return _("Give the app a start address first, on the page Addresses.")
    if operation == "LOAD_WEBVIEW_SERVER_LINK" and not opened.app.session_init_url:
        return _("Say first which address we ask where to start, on the page Addresses.")
    if operation == "START_CHAT_BOT" and not opened.app.events_url:
        return _("Say first where events are sent, on the page Addresses: the bot hears by them.")
    return ""


def _page(visitor: Visitor, opened: Opened, form: html.Form, *, status: int = 200) -> AnyResponse:
    _ = visitor.gettext
    # In the order in which apps mostly want them.
    titles: dict[Place, tuple[str, str]] = {
        "MY_POST": (_("Managing a post"), _("The owner of a post, on its management page")),
        "DEMAND_POST": (_("Looking at a post"), _("Whoever looks at a post, on its page")),
        "CHAT": (_("Chat"), _("Either side of a conversation")),
        "MY_DIVAR": (_("My account"), _("Everybody, on their own page")),
        "DIVAR_PRO": (_("Business panel"), _("Members of a business")),
    }
    operations: dict[Operation, str] = {
        "LOAD_WEBVIEW_DIRECT_LINK": _("Open the start address"),
        "LOAD_WEBVIEW_SERVER_LINK": _("Ask my server where to start"),
        "START_CHAT_BOT": _("Start a chat with my bot"),
    }
    places = [
        {
            "name": place,
            "title": titles[place][0],
            "text": titles[place][1],
            "operations": [(one, operations[one]) for one in touchpoints.operations_at(place)],
            "is_production_only": place in PRODUCTION_ONLY and opened.app.is_development,
        }
        for place in titles
    ]
    return desk.app_page(
        visitor,
        opened,
        "panel/touchpoints.html",
        current="touchpoints",
        status=status,
        form=form,
        places=places,
    )
