"""What went over the wire: a page that moves, one for each exchange, and the same for scripts."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import identity
from dalan.errors import Invalid, NotFound
from dalan.kernel import phone
from dalan.surfaces import html
from dalan.surfaces.console import desk, reasons
from dalan.surfaces.console.sections.requests_shown import full, pretty, summary
from dalan.surfaces.console.traffic import Exchange, Filter
from dalan.surfaces.console.traffic.keeping import KEPT_MAX
from dalan.surfaces.console.workshop import WATCHED
from dalan.surfaces.html.forms import number_in
from dalan.surfaces.html.session import Visitor

PATH: Final = "/console/requests"
PAGE_SIZE: Final = 100
LIMIT_DEFAULT: Final = 200
STATUSES: Final = ("2xx", "3xx", "4xx", "5xx")


@get("/requests")
async def requests_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """The log, newest first, by app, path, status and direction; ``?before`` goes on to older."""
    query = visitor.request.query_params
    asked = _asked(query)
    before = number_in(query.get("before", ""))
    traffic = desk.workshop_of(visitor).traffic
    chosen = _filter(asked, last=before - 1 if before else None)
    found = await traffic.newest(chosen, most=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    _ = visitor.gettext
    return desk.page(
        visitor,
        "console/requests.html",
        "requests",
        exchanges=shown,
        asked=asked,
        is_filtered=any(asked.values()),
        is_first=before is None,
        next_before=shown[-1].id if len(found) > PAGE_SIZE else None,
        app_options=[(one, one) for one in await traffic.apps()],
        status_options=[(one, one) for one in STATUSES],
        direction_options=[("in", _("To us")), ("out", _("To apps"))],
        first_id=shown[-1].id if shown else 0,
        last_id=shown[0].id if shown else 0,
        export_query={name: value for name, value in asked.items() if value},
        # A clearing form stands on it, for the anonymous too.
        forms=True,
    )


@get("/requests/{number:int}")
async def request_page(visitor: NamedDependency[Visitor], number: FromPath[int]) -> Response[str]:
    """One exchange, both sides of it, and why it was refused."""
    found = await _found(visitor, number)
    _ = visitor.gettext
    if found is None:
        return visitor.error_page(
            404,
            _("That request is not kept"),
            _("The log holds the newest ones; this one is older, or was cleared away."),
            (html.Action(_("All requests"), PATH),),
        )
    person = None
    if found.person is not None:
        async with visitor.services.db.look() as tx:
            known = await identity.people(tx, [found.person])
        if one := known.get(found.person):
            person = (one.name, phone.national(one.phone))
    return desk.page(
        visitor,
        "console/request.html",
        "requests",
        one=found,
        person=person,
        reason=reasons.explained(found.refusal) if found.refusal else None,
        request_body=pretty(found.request),
        answer_body=pretty(found.answer),
        hint=reasons.hint_parts(found.hint),
        exports_query=f"from={found.id}&to={found.id}",
    )


@post("/requests/clear", status_code=200)
async def clear_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Forget all of it."""
    await visitor.form()
    await desk.workshop_of(visitor).traffic.clear()
    said = html.Flash("success", visitor.gettext("The log is empty."))
    return visitor.see_other(PATH, flash=said)


class Listed(msgspec.Struct):
    """``last`` is what to pass as ``after`` next time."""

    requests: list[dict[str, Any]]
    last: int


@get("/requests")
async def requests_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Oldest first: what came after ``after``, without it the newest."""
    query = visitor.request.query_params
    chosen = filter_of(query)
    limit = min(_whole(query, "limit", LIMIT_DEFAULT), KEPT_MAX)
    traffic = desk.workshop_of(visitor).traffic
    if "after" in query:
        found = await traffic.oldest(chosen, most=limit)
    else:
        found = (await traffic.newest(chosen, most=limit))[::-1]
    last = found[-1].id if len(found) == limit and found else traffic.last
    return desk.answer(Listed([summary(one) for one in found], last))


@get("/requests/{number:int}")
async def request_api(visitor: NamedDependency[Visitor], number: FromPath[int]) -> Response[Any]:
    """One exchange, whole."""
    found = await _found(visitor, number)
    if found is None:
        raise NotFound("no such request is kept")
    return desk.answer(full(found))


@delete("/requests", status_code=200)
async def clear_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Forget all of it; ids go on where they were."""
    traffic = desk.workshop_of(visitor).traffic
    await traffic.clear()
    return desk.answer(Listed([], traffic.last))


def filter_of(query: Mapping[str, str]) -> Filter:
    """What a script asks for. Raises ``Invalid`` naming what cannot be."""
    asked = {name: query.get(name, "") for name in ("app", "path", "status", "direction")}
    if asked["status"] and not _is_status(asked["status"]):
        raise Invalid("status is a number such as 404, or a class such as 4xx")
    if asked["direction"] not in ("", "in", "out"):
        raise Invalid("direction is in or out")
    surface = query.get("surface", "")
    if surface and surface not in WATCHED:
        raise Invalid(f"surface is one of {', '.join(sorted(WATCHED))}")
    after = _whole(query, "after", 0)
    first = _whole(query, "from", 0)
    return Filter(
        **asked,
        surface=surface,
        refused=query.get("refused", "") in ("1", "true"),
        first=max(after + 1, first) or None,
        last=_whole(query, "to", 0) or None,
    )


async def _found(visitor: Visitor, number: int) -> Exchange | None:
    return await desk.workshop_of(visitor).traffic.one(number)


def _asked(query: Mapping[str, str]) -> dict[str, str]:
    """The filters as they may be; what cannot be is as good as absent."""
    status, direction = query.get("status", ""), query.get("direction", "")
    return {
        "app": _plain(query.get("app", "")),
        "path": _plain(query.get("path", "")),
        "status": status if _is_status(status) else "",
        "direction": direction if direction in ("in", "out") else "",
        "refused": "1" if query.get("refused") == "1" else "",
    }


def _filter(asked: Mapping[str, str], *, last: int | None) -> Filter:
    return Filter(
        app=asked["app"],
        path=asked["path"],
        status=asked["status"],
        direction=asked["direction"],
        refused=asked["refused"] == "1",
        last=last,
    )


def _is_status(text: str) -> bool:
    return text in STATUSES or (text.isascii() and text.isdigit() and len(text) == 3)


def _plain(text: str) -> str:
    return "".join(one for one in text[:200] if one.isprintable()).strip()


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    number = number_in(text)
    if number is None:
        raise Invalid(f"{name} is a whole number")
    return number


PAGES: Final = (requests_page, request_page, clear_page)
API: Final = (requests_api, request_api, clear_api)
