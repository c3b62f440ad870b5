"""Keeping a person from posting, and letting them post or chat again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, chat, identity, moderation, posts
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import TextTooLong, clean
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, REASON_LENGTH_MAX, AnyResponse

DAYS_MAX: Final = timedelta(days=3_650).days


@post(f"{PATH}/people/{{person_id:int}}/ban", status_code=200)
async def ban(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], person_id: FromPath[int]
) -> AnyResponse:
    """Keep a person from posting for so many days; none: until it is lifted. They read why."""
    form = await desk.form(visitor, services, "people")
    _ = visitor.gettext
    path = f"{PATH}/people/{person_id}"
    try:
        reason = clean(form.raw("ban_reason"), longest=REASON_LENGTH_MAX, multiline=True)
    except TextTooLong:
        reason = ""
    if not reason:
        return desk.refused(visitor, path, _("Give a reason, in a few words."))
    days = form.whole_number("days")
    if form.text("days") and not (days and 0 < days <= DAYS_MAX):
        said = _("A ban has 1 to 3650 days; leave it empty for one without an end.")
        return desk.refused(visitor, path, said)

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "people")
        person = await identity.person(tx, desk.bounded(person_id))
        await desk.check_reach(tx, me, person.id)
        await moderation.ban(tx, person.id, reason=reason, days=days)
        await desk.note(
            tx, me, "person.banned_from_posting", audit.Subject.person(person.id),
            days=days, reason=reason,
        )  # fmt: skip

    await services.db.transact(work)
    return desk.done(visitor, path, _("The person may not post."))


@post(f"{PATH}/people/{{person_id:int}}/lift-ban", status_code=200)
async def lift_ban(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], person_id: FromPath[int]
) -> AnyResponse:
    """Let a person post again."""
    said = visitor.gettext("The person may post again.")
    action = "person.posting_ban_lifted"
    return await _lift(visitor, services, person_id, posts.lift_ban, action=action, said=said)


@post(f"{PATH}/people/{{person_id:int}}/lift-chat-ban", status_code=200)
async def lift_chat_ban(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], person_id: FromPath[int]
) -> AnyResponse:
    """Let a person chat again."""
    said = visitor.gettext("The person may chat again.")
    action = "person.chat_ban_lifted"
    return await _lift(visitor, services, person_id, chat.lift_ban, action=action, said=said)


async def _lift(
    visitor: Visitor,
    services: Services,
    person_id: int,
    lift: Callable[[WriteTransaction, int], Awaitable[bool]],
    *,
    action: str,
    said: str,
) -> AnyResponse:
    await desk.form(visitor, services, "people")

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "people")
        person = await identity.person(tx, desk.bounded(person_id))
        await desk.check_reach(tx, me, person.id)
        if await lift(tx, person.id):
            await desk.note(tx, me, action, audit.Subject.person(person.id))

    await services.db.transact(work)
    return desk.done(visitor, f"{PATH}/people/{person_id}", said)
