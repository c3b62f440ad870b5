"""How people treat each other: seen, blocked, put away, reported."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import chat
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import streams
from dalan.surfaces.web.chats import reading, showing
from dalan.surfaces.web.chats.finding import Found, find, found

Act = Callable[[WriteTransaction, chat.Conversation, int], Awaitable[object]]


@post("/chat/{name:str}/seen", status_code=200)
async def seen(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """A script says how far the messages stand before the person's eyes."""
    form = await visitor.form()
    number = form.whole_number("number") or 0

    async def act(tx: WriteTransaction, held: chat.Conversation, person_id: int) -> None:
        await chat.see(tx, held, person_id, up_to=number)

    if await _acted(visitor, name, act) is None:
        return streams.json_answer({"problem": "gone"}, status=404)
    return streams.json_answer({})


@post("/chat/{name:str}/block", status_code=200)
async def block(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """Want nothing more from the other side, or do again."""
    form = await visitor.form()
    blocked = form.text("do") != "unblock"

    async def act(tx: WriteTransaction, held: chat.Conversation, person_id: int) -> None:
        await chat.block(tx, held, person_id, blocked=blocked)

    held = await _acted(visitor, name, act)
    if held is None:
        return reading.missing_page(visitor)
    _ = visitor.gettext
    said = _("Blocked. You get no more messages here.") if blocked else _("Unblocked.")
    return visitor.see_other(held.path, flash=html.Flash("success", said))


@post("/chat/{name:str}/clear", status_code=200)
async def clear(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """Put the conversation out of one's own sight; the other side keeps theirs."""
    await visitor.form()
    held = await _acted(visitor, name, chat.clear)
    if held is None:
        return reading.missing_page(visitor)
    _ = visitor.gettext
    flash = html.Flash("success", _("The chat was removed from your list."))
    return visitor.see_other("/chat", flash=flash)


@get("/chat/{name:str}/report")
async def report_page(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """What is wrong, out of a few things, and room to say it."""
    return await _report_page(visitor, name, html.Form())


@post("/chat/{name:str}/report", status_code=200)
async def report(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """Take it down; those who run the place may then read the last messages."""
    visitor.require_person(back=f"/chat/{name}/report")
    form = await visitor.form()
    _ = visitor.gettext

    async def act(tx: WriteTransaction, held: chat.Conversation, person_id: int) -> None:
        await chat.report(tx, held, person_id, reason=form.text("reason"), text=form.raw("text"))
        if form.flag("block"):
            await chat.block(tx, held, person_id, blocked=True)

    try:
        held = await _acted(visitor, name, act)
    except chat.InvalidReport:
        if not form.text("reason"):
            form.fail("reason", _("Choose what is wrong."))
        else:
            form.fail("text", _("Say what is wrong, in at most 500 characters."))
        return await _report_page(visitor, name, form, status=422)
    except chat.ChatLimit:
        form.fail("reason", _("So much was reported from here today. Please come back tomorrow."))
        return await _report_page(visitor, name, form, status=429)
    if held is None:
        return reading.missing_page(visitor)
    flash = html.Flash("success", _("Thank you. We will look at it."))
    return visitor.see_other(held.path, flash=flash)


async def _report_page(
    visitor: Visitor, name: str, form: html.Form, *, status: int = 200
) -> Response[Any]:
    try:
        async with visitor.services.db.look() as tx:
            held = await found(tx, name, visitor)
    except (chat.UnknownConversation, chat.NoBot):
        return reading.missing_page(visitor)
    if held.conversation is None or not held.conversation.last_number:
        return reading.missing_page(visitor)
    _ = visitor.gettext
    return visitor.page(
        "chats/report.html",
        status=status,
        active="chat",
        found=held,
        title=showing.title_of(held, _),
        form=form,
        reasons=reasons(visitor),
        text_length_max=chat.REPORT_LENGTH_MAX,
    )


def reasons(visitor: Visitor) -> list[tuple[str, str]]:
    """What may be wrong, in words."""
    _ = visitor.gettext
    words = {
        "fraud": _("Fraud, or asks for money or codes"),
        "offensive": _("Insults or threatens"),
        "spam": _("Advertising"),
        "outside": _("Wants to go on outside this site"),
        "other": _("Something else"),
    }
    return [(reason, words[reason]) for reason in chat.REPORT_REASONS]


async def _acted(visitor: Visitor, name: str, act: Act) -> Found | None:
    """Do something with a conversation of the person's; None when it is none."""
    person = visitor.require_person(back=f"/chat/{name}")

    async def work(tx: WriteTransaction) -> Found | None:
        held = await find(tx, name, person)
        if held.conversation is None:
            return None
        await act(tx, held.conversation, person.id)
        return held

    try:
        return await visitor.services.db.transact(work)
    except (chat.UnknownConversation, chat.NoBot):
        return None
