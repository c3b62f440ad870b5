"""The queue of tickets, and answering them."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, developers, identity, operators, support
from dalan.domains.support import CATEGORIES, VIEWS, Category, Ticket, TicketClosed, TooMuch, View
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.paging import InvalidCursor
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import attachments, changes, support_words, threads
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse, Entered

_TICKET = f"{PATH}/tickets/{{ticket_id:int}}"

Move = Callable[[WriteTransaction, Entered], Awaitable[dict[str, audit.Fact]]]


@get(f"{PATH}/tickets")
async def tickets_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Tickets; ``?view``, ``?category``, ``?mine`` and ``?app`` narrow, ``?after`` goes on."""
    _, asked = visitor.gettext, visitor.request.query_params
    view = cast(View, asked["view"]) if asked.get("view") in VIEWS else "waiting"
    category = cast(Category, asked["category"]) if asked.get("category") in CATEGORIES else None
    slug = asked.get("app", "").strip()[:80]
    is_mine = bool(asked.get("mine"))
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "tickets")
        page = await _queue(
            tx,
            view,
            category,
            me.person.id if is_mine else None,
            slug,
            asked.get("after", ""),
        )
        apps = await developers.apps_by_id(tx, [one.app_id for one in page.tickets])
        unread = await support.unread(tx, page.tickets, me.person.id, side="operator")
        people = await identity.people(tx, [one.assignee_id or 0 for one in page.tickets])
    return desk.page(
        visitor,
        me,
        "admin/tickets.html",
        current="tickets",
        tickets=[
            {
                "ticket": one,
                "url": path_of(one.id),
                "app": apps[one.app_id],
                "category": support_words.category(_, one.category),
                "state": support_words.ticket_state(_, one.state, to_team=False),
                "is_unread": one.id in unread,
                "assignee": changes.name_of(people[one.assignee_id])
                if one.assignee_id in people
                else "",
            }
            for one in page.tickets
        ],
        next_cursor=page.next_cursor,
        view=view,
        views=[
            ("waiting", _("Waiting")),
            ("answered", _("Answered")),
            ("closed", _("Closed")),
            ("all", _("All")),
        ],
        category=category or "",
        categories=support_words.categories(_),
        is_mine=is_mine,
        slug=slug,
    )


async def _queue(
    tx: ReadTransaction,
    view: View,
    category: Category | None,
    assignee_id: int | None,
    slug: str,
    after: str,
) -> support.TicketsPage:
    given: dict[str, Any] = {"view": view, "category": category, "assignee_id": assignee_id}
    if slug:
        try:
            given["app_id"] = (await developers.app_by_slug(tx, slug)).id
        except developers.UnknownApp:
            return support.TicketsPage([], "")
    try:
        return await support.queue(tx, **given, after=after)
    except InvalidCursor:
        return await support.queue(tx, **given)


@get(_TICKET)
async def ticket_page(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """One ticket with its notes; from now on the operator has read it."""
    return await _shown(visitor, services, ticket_id, html.Form())


@post(f"{_TICKET}/reply", status_code=200)
async def reply(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """Answer the team, or leave a note for colleagues."""
    visitor.require_person(back=PATH)
    async with services.db.read() as tx:
        await desk.entered(tx, visitor, "tickets")
    form = await attachments.form_with_files(visitor, services)
    _ = visitor.gettext
    files = await attachments.prepared(visitor, services, form)
    is_note = form.flag("is_note")
    try:
        if form.ok:
            async with services.db.write() as tx:
                me = await desk.entered(tx, visitor, "tickets")
                written = await support.reply(
                    tx,
                    desk.bounded(ticket_id),
                    person_id=me.person.id,
                    text=form.raw("text"),
                    is_note=is_note,
                    files=files,
                )
                action = "ticket.noted" if is_note else "ticket.answered"
                await desk.note(tx, me, action, _subject(ticket_id), app_id=str(written.app_id))
    except support.InvalidField as error:
        form.fail(error.field, support_words.refusal(_, visitor.lang, error))
    except (TooMuch, TicketClosed) as error:
        form.fail("", support_words.refusal(_, visitor.lang, error))
    if not form.ok:
        return await _shown(visitor, services, ticket_id, form, status=422)
    said = _("The note is kept; the team does not see it.") if is_note else _("The team is told.")
    return desk.done(visitor, path_of(ticket_id), said)


@post(f"{_TICKET}/assign", status_code=200)
async def assign(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """Say who answers; nobody, when the choice is empty."""
    form = await desk.form(visitor, services, "tickets")
    _ = visitor.gettext
    assignee_id = form.whole_number("assignee_id")

    async def move(tx: WriteTransaction, me: Entered) -> dict[str, audit.Fact]:  # noqa: ARG001
        if assignee_id:
            await operators.require(tx, desk.bounded(assignee_id), "tickets")
        await support.assign(tx, ticket_id, assignee_id=assignee_id or None)
        return {"person_id": assignee_id or None}

    return await _moved(visitor, services, ticket_id, "ticket.assigned", move, _("Saved."))


@post(f"{_TICKET}/close", status_code=200)
async def close(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """Say that it is settled."""
    await desk.form(visitor, services, "tickets")

    async def move(tx: WriteTransaction, me: Entered) -> dict[str, audit.Fact]:
        await support.close_ticket(tx, ticket_id, person_id=me.person.id, side="operator")
        return {}

    said = visitor.gettext("The ticket is closed.")
    return await _moved(visitor, services, ticket_id, "ticket.closed", move, said)


@post(f"{_TICKET}/reopen", status_code=200)
async def reopen(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """It was not settled after all."""
    await desk.form(visitor, services, "tickets")

    async def move(tx: WriteTransaction, me: Entered) -> dict[str, audit.Fact]:
        await support.reopen_ticket(tx, ticket_id, person_id=me.person.id, side="operator")
        return {}

    said = visitor.gettext("The ticket is open again.")
    return await _moved(visitor, services, ticket_id, "ticket.reopened", move, said)


@get(f"{PATH}/files/{{file_id:int}}")
async def file(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], file_id: FromPath[int]
) -> AnyResponse:
    """A file of a ticket, or of a deposit for those who decide about them."""
    async with services.db.read() as tx:
        await desk.entered(tx, visitor)
        found = await support.file_of_app(tx, desk.bounded(file_id), app_id=None, with_notes=True)
        await desk.entered(tx, visitor, "deposits" if found.deposit_id else "tickets")
        content = await support.content_of(tx, found)
    return attachments.download(found, content)


def path_of(ticket_id: int) -> str:
    """Where operators find a ticket."""
    return f"{PATH}/tickets/{ticket_id}"


def _subject(ticket_id: int) -> audit.Subject:
    # Not the app: its team reads the app's history, and notes are none of its business.
    return audit.Subject("ticket", str(ticket_id))


async def _moved(
    visitor: Visitor, services: Services, ticket_id: int, action: str, move: Move, said: str
) -> AnyResponse:
    try:
        async with services.db.write() as tx:
            me = await desk.entered(tx, visitor, "tickets")
            before = await support.ticket(tx, desk.bounded(ticket_id))
            facts = await move(tx, me)
            after = await support.ticket(tx, ticket_id)
            if (after.state, after.assignee_id) != (before.state, before.assignee_id):
                await desk.note(
                    tx, me, action, _subject(ticket_id), app_id=str(after.app_id), **facts
                )
    except (operators.UnknownOperator, operators.BeyondRole):
        if not await _still_here(visitor, services):
            raise
        refused = visitor.gettext("Choose an operator who answers tickets.")
        return desk.refused(visitor, path_of(ticket_id), refused)
    return desk.done(visitor, path_of(ticket_id), said)


async def _still_here(visitor: Visitor, services: Services) -> bool:
    """It was the chosen colleague who may not, and not whoever asks."""
    async with services.db.read() as tx:
        found = await operators.operator(tx, visitor.require_person().id)
    return found is not None and "tickets" in operators.duties_of(found.role)


async def _shown(
    visitor: Visitor,
    services: Services,
    ticket_id: int,
    form: html.Form,
    *,
    status: int = 200,
) -> AnyResponse:
    _ = visitor.gettext
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "tickets")
        ticket = await support.ticket(tx, desk.bounded(ticket_id))
        app = await developers.app(tx, ticket.app_id)
        unread = await support.unread(tx, [ticket], me.person.id, side="operator")
        lines = await threads.lines(tx, _, ticket, me_id=me.person.id, to_team=False)
        colleagues = await _colleagues(tx)
    if unread:
        async with services.db.write() as tx:
            await support.mark_read(tx, ticket, me.person.id)
    return desk.page(
        visitor,
        me,
        "admin/ticket.html",
        current="tickets",
        status=status,
        form=form,
        ticket=ticket,
        ticket_path=path_of(ticket.id),
        file_path=f"{PATH}/files",
        app=app,
        category=support_words.category(_, ticket.category),
        ticket_state=_state(visitor, ticket),
        lines=lines,
        colleagues=colleagues,
        accept=attachments.ACCEPT,
        files_max=support.FILES_MAX,
        text_length_max=support.TEXT_LENGTH_MAX,
    )


def _state(visitor: Visitor, ticket: Ticket) -> support_words.Badge:
    return support_words.ticket_state(visitor.gettext, ticket.state, to_team=False)


async def _colleagues(tx: ReadTransaction) -> list[tuple[int, str]]:
    """Operators who answer tickets, by name."""
    ids = [
        one.person_id
        for one in await operators.operators(tx)
        if "tickets" in operators.duties_of(one.role)
    ]
    people = await identity.people(tx, ids)
    return [(one, changes.name_of(people[one])) for one in ids if one in people]
