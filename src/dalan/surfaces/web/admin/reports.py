"""What visitors say is wrong with posts, and what is done about it."""

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, moderation, posts
from dalan.domains.moderation import ReportDecision
from dalan.errors import NotFound
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse
from dalan.surfaces.web.admin.posts_shown import reason_options, record_of
from dalan.surfaces.web.report_words import reason_words
from dalan.surfaces.web.site import showing

PATH: Final = f"{desk.PATH}/reports"
BAN_DAYS_MAX: Final = 3_650


@get(PATH)
async def reports_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Posts with open reports, those with most first."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "posts")
        reported = await moderation.reported(tx)
        found = await posts.by_ids(tx, [one.post_id for one in reported])
    now = clock.now()
    return desk.page(
        visitor,
        me,
        "admin/reports.html",
        current="reports",
        hide_at=services.settings.reports_hide_at,
        rows=[
            {
                "card": showing.card(found[one.post_id], visitor.lang, now=now),
                "url": f"{PATH}/{found[one.post_id].token}",
                "state": showing.state_badge(found[one.post_id], visitor.lang),
                "count": one.count,
                "first_at": one.first_at,
            }
            for one in reported
        ],
    )


@get(f"{PATH}/{{token:str}}")
async def report_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], token: FromPath[str]
) -> AnyResponse:
    """What is said about one post, and the post."""
    return await _report_page(visitor, services, token)


@post(f"{PATH}/{{token:str}}/decide", status_code=200)
async def decide_reports(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], token: FromPath[str]
) -> AnyResponse:
    """Dismiss what was read, ask for an edit, take the post down, or ban its owner too."""
    form = await desk.form(visitor, services, "posts")
    _ = visitor.gettext
    chosen: ReportDecision
    match form.text("decision"):
        case "dismiss" | "ask_for_edit" | "take_down" | "ban" as decision:
            chosen = decision
        case _other:
            return desk.refused(visitor, f"{PATH}/{token}", _("Choose what to do with it."))
    days = form.whole_number("days")
    if chosen == "ban" and form.text("days") and not (days and 0 < days <= BAN_DAYS_MAX):
        form.fail("days", _("A ban has 1 to 3650 days; leave it empty for one without an end."))
        return await _report_page(visitor, services, token, form=form)
    up_to_id = form.whole_number("up_to_id") or 0

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "posts")
        found = await posts.by_token_though_gone(tx, token)
        if found is None:
            raise NotFound("there is no such post")
        if chosen == "ban":
            await desk.check_reach(tx, me, found.owner_id)
        await moderation.decide_reports(
            tx,
            found.id,
            up_to_id=min(max(up_to_id, 0), 2**63 - 1),
            decision=chosen,
            by_id=me.person.id,
            reason=form.text("reason"),
            note=form.raw("note"),
            ban_days=days,
        )
        action = "post.reports_dismissed" if chosen == "dismiss" else "post.reports_upheld"
        await desk.note(
            tx, me, action, audit.Subject("post", found.token),
            decision=chosen, reason=form.text("reason"),
        )  # fmt: skip
        if chosen == "ban":
            await desk.note(
                tx, me, "person.banned_from_posting", audit.Subject.person(found.owner_id),
                days=days,
            )  # fmt: skip

    try:
        await services.db.transact(work)
    except moderation.ReasonMissing:
        form.fail("reason", _("Choose a reason, or write one of at most 700 characters."))
        return await _report_page(visitor, services, token, form=form)
    except (moderation.NotAsSeen, posts.WrongState):
        said = _("It has changed since you looked. Read it again, or go on with another one.")
        return desk.refused(visitor, PATH, said)
    return desk.done(visitor, PATH, _("Decided."))


async def _report_page(
    visitor: Visitor, services: Services, token: str, *, form: html.Form | None = None
) -> AnyResponse:
    _ = visitor.gettext
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "posts")
        found = await posts.by_token_though_gone(tx, token)
        if found is None:
            raise NotFound("there is no such post")
        reports = await moderation.reports_of(tx, found.id)
        if not reports:
            return desk.refused(visitor, PATH, _("Nothing is open against this post any more."))
        record = await record_of(tx, visitor, found.owner_id)
    lang = visitor.lang
    return desk.page(
        visitor,
        me,
        "admin/report.html",
        current="reports",
        status=422 if form else 200,
        form=form or html.Form(),
        post=found,
        state=showing.state_badge(found, lang),
        place=showing.place_of(found),
        categories=showing.category_line(found, lang),
        price_lines=showing.price_lines(found, lang),
        pictures=showing.pictures(found),
        url=showing.path_of(found),
        path=f"{PATH}/{found.token}",
        reports=[
            {
                "reason": reason_words(_, one.reason),
                "text": one.text,
                "at": one.created_at,
                "signed_in": one.person_id is not None,
            }
            for one in reports
        ],
        up_to_id=reports[-1].id,
        record=record,
        reasons=reason_options(lang),
        note_length_max=moderation.NOTE_LENGTH_MAX,
    )
