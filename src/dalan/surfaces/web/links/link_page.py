"""The page of one link: its address and code, who came, and how they came; it moves by itself.

Server-sent events say that something was counted and bring the part of the page anew; a browser
without them asks again and again, one without scripts is reloaded by its person.
"""

from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html, qr
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import streams
from dalan.surfaces.web.links import codes, holding, statistics, words
from dalan.surfaces.web.links.holding import AnyResponse, Holder
from dalan.surfaces.web.watching import Watch

LinkWatch = Watch[int]

PAUSE_SECONDS: Final = 1.0
"""So far apart are looks at what was counted: what thousands click is drawn once a second."""


BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Spreadsheets take a file for another alphabet's without it."""

FILE_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def watch_clicks(db: Any) -> LinkWatch:
    """Who looks at which links' clicks, in this process."""
    return Watch(db, _versions, pause_seconds=PAUSE_SECONDS)


@get(holding.at("/at/{hash:str}"))
async def link_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """All there is to know of a link."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
        values = await _statistics(tx, visitor, holder, link)
        left = (await links.visits_left(tx, [link])).get(link.id)
    services, _ = visitor.services, visitor.gettext
    return holder.page(
        visitor,
        "links/link.html",
        link=link,
        link_url=holder.path_of(link),
        edit_url=holder.path_of(link, "edit"),
        switch_url=holder.path_of(link, "switch"),
        delete_url=holder.path_of(link, "delete"),
        code_url=holder.path_of(link, "qr"),
        live_url=holder.path_of(link, "live"),
        file_url=holder.path_of(link, "statistics.csv"),
        address=holding.short_address(services, link),
        readable=holding.readable_address(services, link),
        picture=qr.svg(codes.scanned_address(services, link), qr.Look(margin=2)),
        link_state=words.state(_, link, now=clock.now()),
        tags=link.tags.split(",") if link.tags else [],
        terms=_terms_in_words(visitor, link, left),
        **values,
    )


@get(holding.at("/at/{hash:str}/live"))
async def live(
    visitor: NamedDependency[Visitor], watch: NamedDependency[LinkWatch]
) -> Response[Any]:
    """What is counted as it happens; who takes no events is answered at once."""
    async with visitor.services.db.look() as tx:
        holder = await holding.held(tx, visitor)
        try:
            link = await holding.link_here(tx, visitor, holder)
        except links.UnknownLink:
            return streams.json_answer({"problem": "gone"}, status=404)
    if not streams.wants_events(visitor):
        return streams.json_answer(await _news(visitor, holder, link))
    streams.refuse_crowd(watch)
    return Stream(
        _events(visitor, watch, holder, link),
        media_type="text/event-stream",
        headers=streams.HEADERS,
    )


@get(holding.at("/at/{hash:str}/statistics.csv"))
async def statistics_file(visitor: NamedDependency[Visitor]) -> Response[bytes]:
    """The window of the page as a file for a spreadsheet: the plot, then each list."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
        window = statistics.window_asked(visitor)
        shown = await statistics.shown(tx, visitor, link, window, path="")
    _ = visitor.gettext
    lines: list[tuple[object, ...]] = [(_("Part"), _("Name"), _("Clicks"))]
    lines += [(_("Time"), bar.name, bar.count) for bar in shown.plot.bars]
    for breakdown in shown.breakdowns:
        lines += [(breakdown.title, one.name, one.count) for one in breakdown.shares]
    return Response(
        BYTE_ORDER_MARK + links.csv_lines(lines),
        media_type="text/csv; charset=utf-8",
        headers=FILE_HEADERS | {"content-disposition": 'attachment; filename="statistics.csv"'},
    )


async def _statistics(
    tx: ReadTransaction, visitor: Visitor, holder: Holder, link: links.Link
) -> dict[str, Any]:
    window = statistics.window_asked(visitor)
    earlier, later = statistics.beside(window)
    path = holder.path_of(link).partition("?")[0]
    return {
        "statistics": await statistics.shown(tx, visitor, link, window, path=path),
        "zooms": statistics.zooms(visitor, window),
        "earlier": earlier,
        "later": later,
    }


async def _events(
    visitor: Visitor, watch: LinkWatch, holder: Holder, link: links.Link
) -> AsyncIterator[bytes]:
    with watch.waiting(link.id) as waiting:
        yield streams.HELLO
        # What was counted while the page, or a stream before this one, was on its way.
        yield streams.event(await _news(visitor, holder, link))
        for _ in streams.turns():
            if await waiting.wait(streams.BEAT_SECONDS):
                yield streams.event(await _news(visitor, holder, link))
            else:
                yield streams.BEAT


async def _news(visitor: Visitor, holder: Holder, link: links.Link) -> dict[str, Any]:
    async with visitor.services.db.read() as tx:
        values = await _statistics(tx, visitor, holder, link)
    # Its links lead to the page it stands on, not to where a script asked for it.
    context = msgspec.structs.replace(
        visitor.context(), path=holder.path_of(link).partition("?")[0]
    )
    text = html.render(context, "links/_statistics.html", **values)
    total = values["statistics"].total
    return {"html": text, "version": total.visits + total.bots}


async def _versions(look: ReadTransaction, link_ids: Any) -> dict[int, int]:
    found = await clicks.totals(look, list(link_ids))
    return {link_id: total.visits + total.bots for link_id, total in found.items()}


def _terms_in_words(visitor: Visitor, link: links.Link, left: int | None) -> list[tuple[str, str]]:
    """What holds of the link beside where it leads; empty for a plain one."""
    _, lang, terms = visitor.gettext, visitor.lang, links.terms_of(link.terms)
    ngettext = visitor.context().ngettext
    said: list[tuple[str, str]] = []
    if link.valid_from:
        said.append((_("Valid from"), html.numbers.jalali_time(link.valid_from, lang)))
    if link.visits_max is not None:
        said.append((_("Visits at most"), html.numbers.group(link.visits_max, lang)))
    if left is not None:
        said.append((_("Visits left"), html.numbers.group(left, lang)))
    if link.has_password:
        said.append((_("Password"), _("Asked of every visitor")))
    if terms.rules:
        said.append((_("Rules"), ngettext("%(num)s rule", "%(num)s rules", len(terms.rules))))
    if terms.weighted:
        said.append((_("Several addresses"), html.numbers.group(len(terms.weighted), lang)))
    if terms.forwards_query:
        said.append((_("Query of the visited address"), _("Handed on")))
    if terms.utm != links.Utm():
        named = [getattr(terms.utm, name) for name in terms.utm.__struct_fields__]
        said.append((_("Campaign parameters"), ", ".join(one for one in named if one)))
    if link.after_address:
        said.append((_("Where to go afterwards"), link.after_address))
    return said
