"""Telling those who run the place that something is wrong with a short link. Nobody signs in."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.domains import links
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import link_words
from dalan.surfaces.web.site.reporting import reporter_codes

PATH: Final = "/report-link"


@get(PATH)
async def report_link_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Which link, what is wrong, and room to say it. Preview pages lead here with the link."""
    form = html.Form({"link": [visitor.request.query_params.get("link", "")]})
    return _page(visitor, form)


@post(PATH, status_code=200)
async def report_link(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Take it down, once from each browser."""
    form = await visitor.form()
    _ = visitor.gettext
    reporter = links.LinkReporter(*reporter_codes(visitor))
    base_url = visitor.services.settings.base_url

    async def work(tx: WriteTransaction) -> bool:
        found = await links.addressed(tx, form.text("link"), base_url=base_url)
        if found is None:
            return False
        await links.report_link(
            tx, found, reporter=reporter, reason=form.text("reason"), text=form.raw("text")
        )
        return True

    try:
        is_known = await visitor.services.db.transact(work)
    except links.InvalidLinkReport:
        if not form.text("reason"):
            form.fail("reason", _("Choose what is wrong."))
        else:
            form.fail("text", _("Say what is wrong, in at most 500 characters."))
        return _page(visitor, form, status=422)
    except links.LinkReportedAlready:
        flash = html.Flash("info", _("You told us of this link already; thank you."))
        return visitor.see_other(PATH, flash=flash)
    except links.LinkLimit:
        form.fail("reason", _("So much was reported from here today. Please come back tomorrow."))
        return _page(visitor, form, status=429)
    if not is_known:
        form.fail("link", _("There is no such link here. Paste it as you got it."))
        return _page(visitor, form, status=422)
    flash = html.Flash("success", _("Thank you. We will look at it."))
    return visitor.see_other(PATH, flash=flash)


def _page(visitor: Visitor, form: html.Form, *, status: int = 200) -> Response[Any]:
    return visitor.page(
        "site/report_link.html",
        status=status,
        forms=True,
        form=form,
        reasons=link_words.reasons(visitor.gettext),
        text_length_max=links.LINK_REPORT_LENGTH_MAX,
    )
