"""What operators decide about an app; its team reads the notes."""

from collections.abc import Awaitable, Callable

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, developers, oauth, taxonomy
from dalan.domains.developers import (
    PERMISSION_NAMES,
    App,
    Ceiling,
    InvalidField,
    WrongState,
)
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import support_words
from dalan.surfaces.web.admin import apps, desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse
from dalan.surfaces.web.panel import words

PER_MINUTE_MAX, PER_DAY_MAX = 1_000_000, 1_000_000_000

Facts = dict[str, audit.Fact]
Decision = Callable[[WriteTransaction, App], Awaitable[Facts]]


@post(f"{PATH}/apps/{{slug:str}}/approve", status_code=200)
async def approve(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Let the app serve everybody, or change where it does."""
    form = await desk.form(visitor, services, "apps")
    _ = visitor.gettext
    known = {one.slug for one in support_words.offered_categories()}
    chosen = None if form.flag("all_categories") else form.all("categories")
    cities = None if form.flag("all_cities") else form.all("cities")
    if _says_both(form, "categories") or (
        chosen is not None and (not chosen or not set(chosen) <= known)
    ):
        return _refused(visitor, slug, _("Choose categories, or all of them."))
    if _says_both(form, "cities") or (
        cities is not None
        and (not cities or not set(cities) <= {one.slug for one in taxonomy.cities()})
    ):
        return _refused(visitor, slug, _("Choose cities, or all of them."))
    categories = None
    if chosen is not None:
        categories = list(
            dict.fromkeys(leaf for group in chosen for leaf in developers.leaves_of(group))
        )

    if any(_says_both(form, name) for name in ("permissions", "scopes", "widgets")):
        return _refused(visitor, slug, _("Choose some of them, or all: not both."))
    ceiling = _ceiling(form)

    async def decide(tx: WriteTransaction, app: App) -> Facts:
        facts: Facts = {"categories": chosen or [_EVERYWHERE], "cities": cities or [_EVERYWHERE]}
        # Afterwards what it may do changes by requests and by the form for it alone.
        is_new = app.is_development
        await developers.approve(
            tx,
            app.slug,
            categories=categories,
            cities=cities,
            ceiling=ceiling if is_new else None,
        )
        if is_new:
            me = visitor.require_person()
            note = form.raw("note")
            answered = await developers.settle(tx, app.id, by_id=me.id, note=note)
            facts |= {
                **_facts_of(ceiling),
                "refused": [one.name for one in answered.refused],
                "note": form.text("note") if answered.refused else "",
            }
        return facts

    return await _decide(visitor, services, slug, "app.approved", decide, _("The app is approved."))


@post(f"{PATH}/apps/{{slug:str}}/request-changes", status_code=200)
async def request_changes(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Send the app back to its team, with a note."""
    form = await desk.form(visitor, services, "apps")
    _ = visitor.gettext

    async def decide(tx: WriteTransaction, app: App) -> Facts:
        changed = await developers.request_changes(tx, app.slug, note=form.raw("note"))
        return {"note": changed.review_note}

    return await _decide(
        visitor, services, slug, "app.changes_requested", decide, _("The team has your note.")
    )


@post(f"{PATH}/apps/{{slug:str}}/suspend", status_code=200)
async def suspend(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Stop the app at once, with a reason."""
    form = await desk.form(visitor, services, "apps")
    _ = visitor.gettext
    if not form.text("reason"):
        return _refused(visitor, slug, _("Give a reason; the team reads it."))

    async def decide(tx: WriteTransaction, app: App) -> Facts:
        changed = await developers.suspend(tx, app.slug, note=form.raw("reason"))
        return {"reason": changed.review_note}

    return await _decide(
        visitor, services, slug, "app.suspended", decide, _("The app is suspended.")
    )


@post(f"{PATH}/apps/{{slug:str}}/lift", status_code=200)
async def lift_suspension(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The app may go on; a production app waits until its team resumes it."""
    await desk.form(visitor, services, "apps")
    _ = visitor.gettext

    async def decide(tx: WriteTransaction, app: App) -> Facts:
        await developers.lift_suspension(tx, app.slug)
        return {}

    return await _decide(
        visitor, services, slug, "app.suspension_lifted", decide, _("The suspension is lifted.")
    )


@post(f"{PATH}/apps/{{slug:str}}/limits", status_code=200)
async def set_limits(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Give the app limits of its own; an empty field is the limit of its kind."""
    form = await desk.form(visitor, services, "apps")
    _ = visitor.gettext
    limits = {}
    for field, most in (("per_minute", PER_MINUTE_MAX), ("per_day", PER_DAY_MAX)):
        number = form.whole_number(field)
        if form.text(field) and not (number is not None and 0 < number <= most):
            return _refused(visitor, slug, _("A limit is a number above zero, or empty."))
        limits[field] = number

    async def decide(tx: WriteTransaction, app: App) -> Facts:
        await developers.set_limits(
            tx, app.id, per_minute=limits["per_minute"], per_day=limits["per_day"]
        )
        return {**limits}

    return await _decide(
        visitor, services, slug, "app.limits_set", decide, _("The limits are set.")
    )


@post(f"{PATH}/apps/{{slug:str}}/ceiling", status_code=200)
async def set_ceiling(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Say which permissions and scopes the app has at most; its keys lose the rest at once."""
    form = await desk.form(visitor, services, "apps")
    _ = visitor.gettext
    if _says_both(form, "permissions") or _says_both(form, "scopes"):
        return _refused(visitor, slug, _("Choose some of them, or all: not both."))
    ceiling = _ceiling(form)
    # A form without widgets leaves them as they are.
    says_widgets = form.flag("all_widgets") or bool(form.all("widgets"))

    async def decide(tx: WriteTransaction, app: App) -> Facts:
        kept = ceiling if says_widgets else ceiling._replace(widgets=app.widgets)
        await developers.set_ceiling(tx, app.id, **kept._asdict())
        return _facts_of(kept)

    return await _decide(
        visitor, services, slug, "app.ceiling_set", decide, _("Permissions and scopes are set.")
    )


@post(f"{PATH}/apps/{{slug:str}}/classify", status_code=200)
async def classify(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Say what kind of service it is and which tags it carries."""
    form = await desk.form(visitor, services, "apps")
    _ = visitor.gettext

    async def decide(tx: WriteTransaction, app: App) -> Facts:
        after = await developers.classify(
            tx,
            app.id,
            service_type=form.text("service_type"),
            tags=form.all("tags"),
            by_team=False,
        )
        return {"service_type": after.service_type, "tags": after.tags}

    return await _decide(visitor, services, slug, "app.classified", decide, _("Saved."))


_EVERYWHERE = "*"


def _ceiling(form: html.Form) -> Ceiling:
    """What was ticked; of widgets every one when nothing was said, for they open nothing."""
    widgets = _chosen(form, "widgets", support_words.offered()["widget"])
    return Ceiling(
        permissions=_chosen(form, "permissions", PERMISSION_NAMES),
        scopes=_chosen(form, "scopes", tuple(oauth.EVERY_SCOPE)),
        widgets=widgets or None,
    )


def _facts_of(ceiling: Ceiling) -> Facts:
    return {
        name: [_EVERYWHERE] if names is None else names for name, names in ceiling._asdict().items()
    }


def _says_both(form: html.Form, field: str) -> bool:
    """Everything and a part of it: whichever was meant, the other would be wrong."""
    return form.flag(f"all_{field}") and bool(form.all(field))


def _chosen(form: html.Form, field: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
    if form.flag(f"all_{field}"):
        return None
    ticked = set(form.all(field))
    return tuple(name for name in known if name in ticked)


async def _decide(
    visitor: Visitor,
    services: Services,
    slug: str,
    action: str,
    decide: Decision,
    said: str,
) -> AnyResponse:
    """Do it and write it down, in one unit; say on the app's page that it is done, or why not."""
    try:
        async with services.db.write() as tx:
            me = await desk.entered(tx, visitor, "apps")
            app = await developers.app_by_slug(tx, slug)
            facts = await decide(tx, app)
            await desk.note(tx, me, action, audit.Subject.app(app.id), **facts)
    except InvalidField as error:
        refused = support_words.refusal(visitor.gettext, visitor.lang, error)
        return _refused(visitor, slug, refused)
    except WrongState as error:
        return _refused(visitor, slug, words.refusal(visitor.gettext, error))
    return desk.done(visitor, apps.path_of(app), said)


def _refused(visitor: Visitor, slug: str, text: str) -> AnyResponse:
    return desk.refused(visitor, f"{PATH}/apps/{slug}", text)
