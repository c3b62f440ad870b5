"""Asking for more than an app has: a reason, perhaps evidence, and one answer for each thing.

A development app has everything, so what its team asks for says what it needs once it is
published. Source: kenar.md 2.1 and 2.2 (permissions are extended, scopes granted one by one,
after a look at what they are for).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from dalan.domains import taxonomy
from dalan.domains.developers import queries, request_queries
from dalan.domains.developers.errors import (
    AlreadyAsked,
    InvalidField,
    TooMany,
    UnknownApp,
    UnknownRequest,
)
from dalan.domains.developers.request_tables import AppRequest, Wish, WishKind, WishState
from dalan.domains.developers.tables import App
from dalan.kernel import clock, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

REASON_LENGTH_MAX, EVIDENCE_LENGTH_MAX = 2_000, 500
WISHES_MAX = 100
"""Things in one request, and undecided things of one app."""

REQUESTS_PER_DAY_MAX = 20
SHOWN_MAX = 100

Named = tuple[WishKind, str]
"""One thing to wish for: its kind, and its name among those of that kind."""

_IDS = 2**53 - 1


class Request(NamedTuple):
    """A request with all that is asked for in it."""

    request: AppRequest
    wishes: list[Wish]

    @property
    def state(self) -> WishState:
        """Open while anything is; granted when anything was; else how the rest ended."""
        states = {one.state for one in self.wishes}
        order: tuple[WishState, ...] = ("open", "granted", "refused", "withdrawn")
        return next((state for state in order if state in states), "withdrawn")

    def open_wishes(self) -> list[Wish]:
        """What waits for an answer."""
        return [one for one in self.wishes if one.state == "open"]


async def ask(
    tx: WriteTransaction,
    app_id: int,
    *,
    person_id: int,
    wishes: Sequence[Named],
    offered: Mapping[WishKind, Collection[str]],
    reason: str,
    evidence_url: str = "",
    evidence_needed: bool = False,
) -> Request:
    """Ask for what an app does not have. ``offered`` is what there is to ask for, by kind.

    ``evidence_needed``: something asked for is delicate, so an https address that shows what
    it is for has to come with it. Raises InvalidField (``wishes``, ``reason``,
    ``evidence_url``), AlreadyAsked when the app has or waits for some of it, and TooMany.
    """
    app = await queries.lock_app.one_or_none(tx, app_id=app_id)
    if app is None:
        raise UnknownApp(f"#{app_id}")
    asked = list(dict.fromkeys(wishes))
    if not asked:
        raise InvalidField("wishes", "required")
    if any(name not in offered.get(kind, ()) for kind, name in asked):
        raise InvalidField("wishes", "unknown")
    text = _text("reason", reason, REASON_LENGTH_MAX)
    if not text:
        raise InvalidField("reason", "required")
    evidence = _address(evidence_url, needed=evidence_needed)
    waiting = {
        (one.kind, one.name)
        for one in await request_queries.wishes_of_app.all(tx, app_id=app_id)
        if one.state == "open"
    }
    had = [
        (kind, name) for kind, name in asked if holds(app, kind, name) and not app.is_development
    ]
    if had or waiting & set(asked):
        raise AlreadyAsked([name for _, name in (*had, *(waiting & set(asked)))])
    if len(waiting) + len(asked) > WISHES_MAX:
        raise TooMany("wishes", WISHES_MAX)
    now = clock.now()
    since = now - timedelta(days=1)
    if await request_queries.requests_since.scalar(tx, app_id=app_id, since=since) >= (
        REQUESTS_PER_DAY_MAX
    ):
        raise TooMany("requests", REQUESTS_PER_DAY_MAX)
    request_id = 1 + randomness.below(_IDS)
    await request_queries.add_request.execute(
        tx,
        id=request_id,
        app_id=app_id,
        asked_by_id=person_id,
        reason=text,
        evidence_url=evidence,
        asked_at=now,
    )
    for kind, name in asked:
        await request_queries.add_wish.execute(
            tx, request_id=request_id, kind=kind, name=name, app_id=app_id, state="open", note=""
        )
    return await request(tx, request_id)


async def withdraw_request(tx: WriteTransaction, app_id: int, request_id: int) -> list[Wish]:
    """Take back what nobody has answered yet; answers what that was, nothing the second time.

    Raises UnknownRequest, for other apps' too.
    """
    await queries.lock_app.one_or_none(tx, app_id=app_id)
    found = await request(tx, request_id)
    if found.request.app_id != app_id:
        raise UnknownRequest
    waiting = found.open_wishes()
    await answer(tx, waiting, "withdrawn", by_id=None, note="")
    return waiting


async def request(tx: ReadTransaction, request_id: int) -> Request:
    """One request. Raises UnknownRequest."""
    found = await request_queries.request_by_id.one_or_none(tx, request_id=request_id)
    if found is None:
        raise UnknownRequest
    return (await _with_wishes(tx, [found]))[0]


async def requests_of(tx: ReadTransaction, app_id: int) -> list[Request]:
    """What an app's team asked for, the newest hundred requests, newest first."""
    found = await request_queries.requests_of_app.all(tx, app_id=app_id, most=SHOWN_MAX)
    return await _with_wishes(tx, found)


async def open_requests(tx: ReadTransaction) -> list[Request]:
    """Requests that wait, the longest waiting first, at most a hundred: an operator's queue."""
    return await _with_wishes(tx, await request_queries.open_requests.all(tx, most=SHOWN_MAX))


async def open_requests_count(tx: ReadTransaction) -> int:
    """How many requests wait."""
    return int(await request_queries.open_requests_count.scalar(tx))


async def wished(tx: ReadTransaction, app_id: int) -> dict[WishKind, list[str]]:
    """What a team wants its app to have: asked and not refused, by kind, kinds without any left
    out. What a reviewer starts from when the app is published."""
    found: dict[WishKind, list[str]] = {}
    for one in await request_queries.wishes_of_app.all(tx, app_id=app_id):
        if one.state in ("open", "granted") and one.name not in found.get(one.kind, ()):
            found.setdefault(one.kind, []).append(one.name)
    return found


async def apps_by_id(tx: ReadTransaction, ids: Iterable[int]) -> dict[int, App]:
    """Those of the numbered apps that are there."""
    found = await request_queries.apps_by_id.all(tx, ids=sorted(set(ids)))
    return {app.id: app for app in found}


def holds(app: App, kind: WishKind, name: str) -> bool:
    """The app has it already."""
    match kind:
        case "permission":
            return app.permissions is None or name in app.permissions
        case "scope":
            return app.may_ask_scope(name)
        case "widget":
            return app.may_use_widget(name)
        case "city":
            return app.cities is None or name in app.cities
        case "category":
            return app.categories is None or set(leaves_of(name)) <= set(app.categories)


def leaves_of(category: str) -> list[str]:
    """Where posts of a category are filed. Raises UnknownCategory."""
    return [one.slug for one in taxonomy.descendants(category) if one.leaf]


async def answer(
    tx: WriteTransaction, wishes: Iterable[Wish], state: WishState, *, by_id: int | None, note: str
) -> None:
    """Write the same answer to each of these; those that have one keep it."""
    for one in wishes:
        await request_queries.answer_wish.execute(
            tx,
            of_request_id=one.request_id,
            of_kind=one.kind,
            of_name=one.name,
            answer=state,
            said=note,
            by_id=by_id,
            at=clock.now(),
        )


async def _with_wishes(tx: ReadTransaction, found: list[AppRequest]) -> list[Request]:
    ids = [one.id for one in found]
    wishes = await request_queries.wishes_of_requests.all(tx, request_ids=ids) if ids else []
    return [Request(one, [w for w in wishes if w.request_id == one.id]) for one in found]


def _text(field: str, text: str, longest: int) -> str:
    try:
        return clean(text, longest=longest, multiline=True)
    except TextTooLong as error:
        raise InvalidField(field, "too_long", most=longest) from error


def _address(text: str, *, needed: bool) -> str:
    address = _text("evidence_url", text, EVIDENCE_LENGTH_MAX)
    if not address:
        if needed:
            raise InvalidField("evidence_url", "required")
        return ""
    # Shown to operators as text, never fetched; https says at least who stands behind it.
    scheme, _, rest = address.partition("://")
    if scheme != "https" or not rest.partition("/")[0] or any(one.isspace() for one in address):
        raise InvalidField("evidence_url", "scheme")
    return address
