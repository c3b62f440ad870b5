"""What developers ask for, and the answers to it."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, developers, identity
from dalan.domains.developers import Named, Request
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes, support_words
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse, Entered
from dalan.surfaces.web.panel import words

ANSWERS = ("grant", "refuse")


@get(f"{PATH}/requests")
async def requests_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Requests that wait, the one that waits longest first."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "requests")
        waiting = await developers.open_requests(tx)
        apps = await developers.apps_by_id(tx, [one.request.app_id for one in waiting])
    return desk.page(
        visitor,
        me,
        "admin/requests.html",
        current="requests",
        requests=[
            {
                "url": path_of(one),
                "app": apps[one.request.app_id],
                "asked_at": one.request.asked_at,
                "reason": one.request.reason,
                "names": [wish.name for wish in one.open_wishes()],
            }
            for one in waiting
        ],
    )


@get(f"{PATH}/requests/{{request_id:int}}")
async def request_page(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    request_id: FromPath[int],
) -> AnyResponse:
    """One request: what for, by whom, and a choice for each thing."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "requests")
        return await _page(tx, visitor, me, request_id, html.Form())


@post(f"{PATH}/requests/{{request_id:int}}/decide", status_code=200)
async def decide(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    request_id: FromPath[int],
) -> AnyResponse:
    """Grant and refuse; what has no choice goes on waiting."""
    form = await desk.form(visitor, services, "requests")
    _ = visitor.gettext
    chosen = await _chosen(services, form, request_id)
    try:
        async with services.db.write() as tx:
            me = await desk.entered(tx, visitor, "requests")
            answered = await developers.decide(
                tx,
                desk.bounded(request_id),
                by_id=me.person.id,
                granted=[one for one, answer in chosen if answer == "grant"],
                refused=[one for one, answer in chosen if answer == "refuse"],
                note=form.raw("note"),
            )
            if answered.granted or answered.refused:
                await desk.note(
                    tx,
                    me,
                    "app.request_decided",
                    audit.Subject.app(answered.app.id),
                    granted=[one.name for one in answered.granted],
                    refused=[one.name for one in answered.refused],
                    note=form.text("note"),
                )
    except developers.InvalidField as error:
        form.fail(error.field, support_words.refusal(_, visitor.lang, error))
        async with services.db.read() as tx:
            me = await desk.entered(tx, visitor, "requests")
            return await _page(tx, visitor, me, request_id, form, status=422)
    return desk.done(visitor, f"{PATH}/requests", _("The team has your answer."))


def path_of(request: Request) -> str:
    """Where operators find a request."""
    return f"{PATH}/requests/{request.request.id}"


async def _chosen(services: Services, form: html.Form, request_id: int) -> list[tuple[Named, str]]:
    """What was chosen for each thing that waits. A button may answer all of it at once."""
    async with services.db.read() as tx:
        found = await developers.request(tx, desk.bounded(request_id))
    everything = form.text("everything")
    return [
        ((one.kind, one.name), everything or form.text(f"answer_{one.kind}_{one.name}"))
        for one in found.open_wishes()
    ]


async def _page(
    tx: ReadTransaction,
    visitor: Visitor,
    me: Entered,
    request_id: int,
    form: html.Form,
    *,
    status: int = 200,
) -> AnyResponse:
    _, lang = visitor.gettext, visitor.lang
    found = await developers.request(tx, desk.bounded(request_id))
    app = await developers.app(tx, found.request.app_id)
    asker = await identity.person(tx, found.request.asked_by_id)
    return desk.page(
        visitor,
        me,
        "admin/request.html",
        current="requests",
        status=status,
        form=form,
        request=found.request,
        request_path=path_of(found),
        app=app,
        state=words.state(_, app),
        asker=_("A closed account") if changes.is_closed(asker) else changes.name_of(asker),
        open_rows=[support_words.wish_row(_, lang, one) for one in found.open_wishes()],
        done_rows=[
            support_words.wish_row(_, lang, one) for one in found.wishes if one.state != "open"
        ],
        answers=[("grant", _("Grant")), ("refuse", _("Refuse"))],
        note_length_max=developers.REASON_LENGTH_MAX,
    )
