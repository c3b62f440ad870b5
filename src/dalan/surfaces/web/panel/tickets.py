"""Tickets of one app: what its team asked the operators, and what was said."""

from collections.abc import Awaitable, Callable

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import support
from dalan.domains.support import TicketClosed, TooMuch
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import attachments, support_words, threads
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

_TICKETS = f"{APPS_PATH}/{{slug:str}}/tickets"
_TICKET = f"{_TICKETS}/{{ticket_id:int}}"


@get(_TICKETS)
async def tickets_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Every ticket of the app, the one last written in first."""
    _ = visitor.gettext
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        tickets = await support.tickets_of(tx, opened.app.id)
        unread = await support.unread(tx, tickets, opened.person.id, side="team")
    return desk.app_page(
        visitor,
        opened,
        "panel/tickets.html",
        current="tickets",
        tickets=[
            {
                "ticket": one,
                "url": _path(slug, one.id),
                "category": support_words.category(_, one.category),
                "state": support_words.ticket_state(_, one.state, to_team=True),
                "is_unread": one.id in unread,
            }
            for one in tickets
        ],
    )


@get(f"{_TICKETS}/new")
async def new_ticket_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The form; ``?category`` chooses beforehand."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
    category = visitor.request.query_params.get("category", "")
    return _new_page(visitor, opened, html.Form({"category": [category]}))


@post(_TICKETS, status_code=200)
async def open_ticket(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Ask something."""
    visitor.require_person(back=desk.path_of(slug, "tickets/new"))
    form = await attachments.form_with_files(visitor, services)
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
    _ = visitor.gettext
    files = await attachments.prepared(visitor, services, form)
    made = None
    try:
        if form.ok:
            async with services.db.write() as tx:
                opened = await desk.opened(tx, visitor, slug)
                made = await support.open_ticket(
                    tx,
                    opened.app.id,
                    person_id=opened.person.id,
                    category=form.text("category"),
                    subject=form.raw("subject"),
                    text=form.raw("text"),
                    files=files,
                )
                await desk.note(
                    tx, opened, "ticket.opened", ticket_id=str(made.id), category=made.category
                )
    except support.InvalidField as error:
        form.fail(error.field, support_words.refusal(_, visitor.lang, error))
    except TooMuch as error:
        form.fail("", support_words.refusal(_, visitor.lang, error))
    if made is None:
        return _new_page(visitor, opened, form, status=422)
    return desk.saved(
        visitor, _path(slug, made.id), _("Your ticket is open. The answer appears here.")
    )


@get(_TICKET)
async def ticket_page(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """What was said; from now on the reader has read it."""
    return await _shown(visitor, services, slug, ticket_id, html.Form())


@post(f"{_TICKET}/messages", status_code=200)
async def write(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """Write on."""
    path = _path(slug, ticket_id)
    visitor.require_person(back=path)
    form = await attachments.form_with_files(visitor, services)
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        await support.ticket(tx, desk.bounded(ticket_id), app_id=opened.app.id)
    _ = visitor.gettext
    files = await attachments.prepared(visitor, services, form)
    try:
        if form.ok:
            async with services.db.write() as tx:
                opened = await desk.opened(tx, visitor, slug)
                await support.write(
                    tx,
                    ticket_id,
                    app_id=opened.app.id,
                    person_id=opened.person.id,
                    text=form.raw("text"),
                    files=files,
                )
                await desk.note(tx, opened, "ticket.written", ticket_id=str(ticket_id))
    except support.InvalidField as error:
        form.fail(error.field, support_words.refusal(_, visitor.lang, error))
    except (TooMuch, TicketClosed) as error:
        form.fail("", support_words.refusal(_, visitor.lang, error))
    if not form.ok:
        return await _shown(visitor, services, slug, ticket_id, form, status=422)
    return visitor.see_other(f"{path}#end")


@post(f"{_TICKET}/close", status_code=200)
async def close(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """Say that it is settled."""

    async def settle(tx: WriteTransaction, opened: Opened) -> None:
        await support.close_ticket(
            tx, ticket_id, person_id=opened.person.id, side="team", app_id=opened.app.id
        )

    said = visitor.gettext("The ticket is closed.")
    return await _moved(visitor, services, slug, ticket_id, "ticket.closed", settle, said)


@post(f"{_TICKET}/reopen", status_code=200)
async def reopen(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    ticket_id: FromPath[int],
) -> AnyResponse:
    """It was not settled after all."""

    async def again(tx: WriteTransaction, opened: Opened) -> None:
        await support.reopen_ticket(
            tx, ticket_id, person_id=opened.person.id, side="team", app_id=opened.app.id
        )

    said = visitor.gettext("The ticket is open again.")
    return await _moved(visitor, services, slug, ticket_id, "ticket.reopened", again, said)


@get(f"{APPS_PATH}/{{slug:str}}/files/{{file_id:int}}")
async def file(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    file_id: FromPath[int],
) -> AnyResponse:
    """A file of a ticket or a receipt, for the team of its app."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        found = await support.file_of_app(
            tx, desk.bounded(file_id), app_id=opened.app.id, with_notes=False
        )
        content = await support.content_of(tx, found)
    return attachments.download(found, content)


def _path(slug: str, ticket_id: int) -> str:
    return desk.path_of(slug, f"tickets/{ticket_id}")


async def _moved(
    visitor: Visitor,
    services: Services,
    slug: str,
    ticket_id: int,
    action: str,
    move: Callable[[WriteTransaction, Opened], Awaitable[None]],
    said: str,
) -> AnyResponse:
    path = _path(slug, ticket_id)
    visitor.require_person(back=path)
    await visitor.form()
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            before = await support.ticket(tx, desk.bounded(ticket_id), app_id=opened.app.id)
            await move(tx, opened)
            if (await support.ticket(tx, ticket_id)).state != before.state:
                await desk.note(tx, opened, action, ticket_id=str(ticket_id))
    except TooMuch as error:
        refused = support_words.refusal(visitor.gettext, visitor.lang, error)
        return desk.refused(visitor, path, refused)
    return desk.saved(visitor, path, said)


async def _shown(
    visitor: Visitor,
    services: Services,
    slug: str,
    ticket_id: int,
    form: html.Form,
    *,
    status: int = 200,
) -> AnyResponse:
    _ = visitor.gettext
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        ticket = await support.ticket(tx, desk.bounded(ticket_id), app_id=opened.app.id)
        unread = await support.unread(tx, [ticket], opened.person.id, side="team")
        lines = await threads.lines(tx, _, ticket, me_id=opened.person.id, to_team=True)
    if unread:
        async with services.db.write() as tx:
            await support.mark_read(tx, ticket, opened.person.id)
    return desk.app_page(
        visitor,
        opened,
        "panel/ticket.html",
        current="tickets",
        status=status,
        form=form,
        ticket=ticket,
        ticket_path=_path(slug, ticket.id),
        file_path=desk.path_of(slug, "files"),
        category=support_words.category(_, ticket.category),
        ticket_state=support_words.ticket_state(_, ticket.state, to_team=True),
        lines=lines,
        accept=attachments.ACCEPT,
        files_max=support.FILES_MAX,
        text_length_max=support.TEXT_LENGTH_MAX,
    )


def _new_page(
    visitor: Visitor, opened: Opened, form: html.Form, *, status: int = 200
) -> AnyResponse:
    return desk.app_page(
        visitor,
        opened,
        "panel/new_ticket.html",
        current="tickets",
        status=status,
        form=form,
        categories=support_words.categories(visitor.gettext),
        accept=attachments.ACCEPT,
        files_max=support.FILES_MAX,
        subject_length_max=support.SUBJECT_LENGTH_MAX,
        text_length_max=support.TEXT_LENGTH_MAX,
    )
