"""Asking for permissions, scopes, widgets, categories and cities, and what was answered."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.domains.developers import WISH_KINDS, Named, Request, WishKind
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import support_words
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened


@get(f"{APPS_PATH}/{{slug:str}}/requests")
async def requests_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """What was asked and answered, and the form to ask."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        asked = await developers.requests_of(tx, opened.app.id)
    return _page(visitor, opened, asked, html.Form())


@post(f"{APPS_PATH}/{{slug:str}}/requests", status_code=200)
async def ask(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Ask for what was ticked, with one reason for all of it."""
    path = desk.path_of(slug, "requests")
    visitor.require_person(back=path)
    form = await visitor.form(fields_count_max=1_000)
    _ = visitor.gettext
    wishes: list[Named] = [(kind, name) for kind in WISH_KINDS for name in form.all(f"wish_{kind}")]
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            made = await developers.ask(
                tx,
                opened.app.id,
                person_id=opened.person.id,
                wishes=wishes,
                offered=support_words.offered(),
                reason=form.raw("reason"),
                evidence_url=form.raw("evidence_url"),
                evidence_needed=any(support_words.is_delicate(*one) for one in wishes),
            )
            names = [one.name for one in made.wishes]
            await desk.note(tx, opened, "app.requested", asked=names)
    except developers.InvalidField as error:
        form.fail(error.field, support_words.refusal(_, visitor.lang, error))
    except developers.AlreadyAsked as error:
        form.fail("wishes", support_words.refusal(_, visitor.lang, error))
    except developers.TooMany as error:
        form.fail("", words.refusal(_, error))
    if not form.ok:
        async with services.db.read() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            asked = await developers.requests_of(tx, opened.app.id)
        return _page(visitor, opened, asked, form, status=422)
    return desk.saved(visitor, path, _("Your request is sent. The answer appears here."))


@post(f"{APPS_PATH}/{{slug:str}}/requests/{{request_id:int}}/withdraw", status_code=200)
async def withdraw(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    request_id: FromPath[int],
) -> AnyResponse:
    """Take back what has no answer yet."""
    path = desk.path_of(slug, "requests")
    visitor.require_person(back=path)
    await visitor.form()
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        taken = await developers.withdraw_request(tx, opened.app.id, desk.bounded(request_id))
        if taken:
            names = [one.name for one in taken]
            await desk.note(tx, opened, "app.request_withdrawn", asked=names)
    return desk.saved(visitor, path, visitor.gettext("What had no answer yet is taken back."))


def _page(
    visitor: Visitor, opened: Opened, asked: list[Request], form: html.Form, *, status: int = 200
) -> AnyResponse:
    _, lang = visitor.gettext, visitor.lang
    return desk.app_page(
        visitor,
        opened,
        "panel/requests.html",
        current="requests",
        status=status,
        form=form,
        requests=[
            {
                "request": one.request,
                "rows": [support_words.wish_row(_, lang, wish) for wish in one.wishes],
                "state": support_words.wish_state(_, one.state),
                "note": next((wish.note for wish in one.wishes if wish.note), ""),
                "is_open": one.state == "open",
            }
            for one in asked
        ],
        groups=_groups(visitor, opened, asked, form),
        reason_length_max=developers.REASON_LENGTH_MAX,
        evidence_length_max=developers.EVIDENCE_LENGTH_MAX,
    )


def _groups(
    visitor: Visitor, opened: Opened, asked: list[Request], form: html.Form
) -> list[dict[str, Any]]:
    """What there still is to ask for, kind by kind, and what of it is ticked."""
    _, lang, app = visitor.gettext, visitor.lang, opened.app
    waiting = {(one.kind, one.name) for request in asked for one in request.open_wishes()}
    titles: dict[WishKind, str] = {
        "scope": _("Scopes"),
        "permission": _("Permissions"),
        "widget": _("Widgets"),
        "category": _("Categories"),
        "city": _("Cities"),
    }
    offered = support_words.offered()
    groups = []
    for kind, title in titles.items():
        left = [
            name
            for name in offered[kind]
            if (kind, name) not in waiting
            and (app.is_development or not developers.holds(app, kind, name))
        ]
        is_code = kind in ("scope", "permission", "widget")
        labels = {name: support_words.wish_label(lang, kind, name) for name in left}
        hints = {
            name: _("%(label)s (delicate: needs evidence)", label=labels[name])
            if support_words.is_delicate(kind, name)
            else labels[name]
            for name in left
        }
        ticked = form.all(f"wish_{kind}")
        groups.append(
            {
                "field": f"wish_{kind}",
                "title": title,
                "options": [
                    (name, name, hints[name]) if is_code else (name, labels[name] or name)
                    for name in left
                ],
                "values": ticked,
                "is_code": is_code,
                "is_open": bool(ticked),
            }
        )
    return groups
