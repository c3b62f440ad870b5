"""Telling those who run the place that something is wrong with a post."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import moderation, posts
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.callers import network_of
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import report_words
from dalan.surfaces.web.site import showing
from dalan.surfaces.web.site.post_page import missing_page, over_page
from dalan.surfaces.web.site.sight import visible_post


@get("/v/{token:str}/report")
async def report_page(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """What is wrong, out of a few things, and room to say it."""
    if visitor.services.settings.reports_signed_in:
        visitor.require_person()
    return await _page(visitor, token, html.Form())


@post("/v/{token:str}/report", status_code=200)
async def report(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Take it down, once from each person or browser."""
    if visitor.services.settings.reports_signed_in:
        visitor.require_person(back=f"/v/{token}/report" if posts.is_token(token) else "/")
    form = await visitor.form()
    _ = visitor.gettext
    reporter = _reporter(visitor)
    rules = moderation.ReportRules(hide_at=visitor.services.settings.reports_hide_at)

    async def work(tx: WriteTransaction) -> posts.Post | None:
        found, _over = await visible_post(tx, token, reporter.person_id)
        if found is None:
            return None
        await moderation.report(
            tx, found, reporter=reporter, reason=form.text("reason"), text=form.raw("text"),
            rules=rules,
        )  # fmt: skip
        return found

    flash = html.Flash("success", _("Thank you. We will look at it."))
    try:
        found = await visitor.services.db.transact(work)
    except moderation.InvalidReport:
        if not form.text("reason"):
            form.fail("reason", _("Choose what is wrong."))
        else:
            form.fail("text", _("Say what is wrong, in at most 500 characters."))
        return await _page(visitor, token, form, status=422)
    except moderation.ReportedAlready:
        flash = html.Flash("info", _("You told us of this post already; thank you."))
        return visitor.see_other(f"/v/{token}", flash=flash)
    except moderation.OwnPost:
        flash = html.Flash("info", _("This is your own post; you can edit or delete it."))
        return visitor.see_other(f"/v/{token}", flash=flash)
    except posts.WrongState:
        return missing_page(visitor)
    except moderation.ReportLimit:
        form.fail("reason", _("So much was reported from here today. Please come back tomorrow."))
        return await _page(visitor, token, form, status=429)
    if found is None:
        return missing_page(visitor)
    # A post that was hidden by this very report shows its page no longer.
    return visitor.see_other("/" if rules.hide_at else showing.path_of(found), flash=flash)


def _reporter(visitor: Visitor) -> moderation.Reporter:
    person_id = visitor.person.id if visitor.person else None
    return moderation.Reporter(person_id, *reporter_codes(visitor))


def reporter_codes(visitor: Visitor) -> tuple[str, str]:
    """Keyed hashes of a visitor's browser and of their network, the latter of this day alone and
    "" where it is not known. A form of theirs was read, so the browser has a cookie."""
    keys = visitor.services.keys
    network = network_of(visitor.request.scope)
    dated = f"{clock.now().date().isoformat()} {network}"
    return (
        keys.secret_mac(visitor.binding, "report browser").hex(),
        keys.secret_mac(dated, "report network").hex() if network else "",
    )


async def _page(
    visitor: Visitor, token: str, form: html.Form, *, status: int = 200
) -> Response[Any]:
    person_id = visitor.person.id if visitor.person else None
    async with visitor.services.db.look() as tx:
        found, is_over = await visible_post(tx, token, person_id)
    if found is None or found.state != "published" or found.development:
        return over_page(visitor) if is_over else missing_page(visitor)
    return visitor.page(
        "site/report.html",
        status=status,
        forms=True,
        post=found,
        url=showing.path_of(found),
        form=form,
        reasons=report_words.reasons(visitor.gettext),
        text_length_max=moderation.REPORT_LENGTH_MAX,
    )
