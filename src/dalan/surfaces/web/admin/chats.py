"""Chats that somebody reported: the messages the report covers, and no others."""

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, chat, identity, posts
from dalan.errors import NotFound
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse
from dalan.surfaces.web.chats.finding import Found
from dalan.surfaces.web.chats.manners import reasons
from dalan.surfaces.web.chats.showing import shown_messages

PATH: Final = f"{desk.PATH}/chats"
BAN_DAYS_MAX: Final = 3_650
REASON_LENGTH_MAX: Final = 300


@get(PATH)
async def chats_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Reports that wait, oldest first."""
    words = dict(reasons(visitor))
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "posts")
        waiting = await chat.open_reports(tx)
    return desk.page(
        visitor,
        me,
        "admin/chats.html",
        current="chats",
        rows=[
            {
                "url": f"{PATH}/{one.id}",
                "reason": words[one.reason],
                "text": one.text,
                "at": one.created_at,
            }
            for one in waiting
        ],
    )


@get(f"{PATH}/{{number:int}}")
async def chat_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], number: FromPath[int]
) -> AnyResponse:
    """One report, with the messages it covers as the one who reported saw them."""
    return await _page(visitor, services, number)


@post(f"{PATH}/{{number:int}}/decide", status_code=200)
async def decide_chat(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], number: FromPath[int]
) -> AnyResponse:
    """Dismiss the report, or uphold it and shut the reported side out of chats."""
    form = await desk.form(visitor, services, "posts")
    _ = visitor.gettext
    bans = form.text("decision") == "ban"
    if not bans and form.text("decision") != "dismiss":
        return desk.refused(visitor, f"{PATH}/{number}", _("Choose what to do with it."))
    days = form.whole_number("days")
    reason = _reason(form)
    if bans and not reason:
        form.fail("reason", _("Write the reason, in at most 300 characters."))
    if bans and form.text("days") and not (days and 0 < days <= BAN_DAYS_MAX):
        form.fail("days", _("A ban has 1 to 3650 days; leave it empty for one without an end."))
    if not form.ok:
        return await _page(visitor, services, number, form=form)

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "posts")
        told, held = await _told(tx, number)
        await chat.decide_report(tx, told.id, upheld=bans)
        reported = held.other_of(told.reporter_id)
        subject = audit.Subject("conversation", held.uuid)
        if bans and reported is not None:
            await desk.check_reach(tx, me, reported)
            await chat.ban(tx, reported, reason=reason, days=days)
            await desk.note(tx, me, "chat.report_upheld", subject, days=days)
        else:
            await desk.note(tx, me, "chat.report_dismissed", subject)

    try:
        await services.db.transact(work)
    except chat.NotAsSeen:
        said = _("It has changed since you looked. Read it again, or go on with another one.")
        return desk.refused(visitor, PATH, said)
    return desk.done(visitor, PATH, _("Decided."))


def _reason(form: html.Form) -> str:
    try:
        return clean(form.raw("reason"), longest=REASON_LENGTH_MAX)
    except TextTooLong:
        return ""


async def _told(
    tx: ReadTransaction, number: int
) -> tuple[chat.ConversationReport, chat.Conversation]:
    told = await chat.report_by_id(tx, number) if 0 < number < 2**63 else None
    held = await chat.by_id(tx, told.conversation_id) if told is not None else None
    if told is None or held is None:
        raise NotFound("there is no such report")
    return told, held


async def _page(
    visitor: Visitor, services: Services, number: int, *, form: html.Form | None = None
) -> AnyResponse:
    _ = visitor.gettext
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "posts")
        told, held = await _told(tx, number)
        if told.state != "open":
            return desk.refused(visitor, PATH, _("It was decided already."))
        reporter = await identity.person(tx, told.reporter_id)
        # As they saw it: their own words on their own side. Buttons stay with the two.
        seen = Found(path="", person=reporter, conversation=held)
        said = await chat.reported_messages(tx, told)
        messages = await shown_messages(tx, seen, said, previous=None)
        about = await posts.by_id(tx, held.post_id) if held.post_id is not None else None
        reported = held.other_of(told.reporter_id)
        ban = await chat.ban_of(tx, reported) if reported is not None else None
    return desk.page(
        visitor,
        me,
        "admin/chat.html",
        current="chats",
        status=422 if form else 200,
        form=form or html.Form(),
        told=told,
        reason=dict(reasons(visitor))[told.reason],
        messages=[
            {"message": one, "mine": one.mine, "at": one.at, "number": one.number}
            for one in messages
        ],
        title=about.title if about is not None else _("An app's bot"),
        url=f"/v/{about.token}" if about is not None and not about.is_gone else "",
        path=f"{PATH}/{told.id}",
        reported_url=f"{desk.PATH}/people/{reported}" if reported is not None else "",
        ban=ban,
        reason_length_max=REASON_LENGTH_MAX,
    )
