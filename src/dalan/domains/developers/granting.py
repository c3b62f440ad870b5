"""Answering requests: what is granted is the app's in the same unit of work."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from dalan.domains.developers import queries, request_queries
from dalan.domains.developers.errors import InvalidField, UnknownApp
from dalan.domains.developers.request_tables import Wish, WishKind
from dalan.domains.developers.requesting import Named, answer, holds, leaves_of, request
from dalan.domains.developers.tables import App
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import TextTooLong, clean

NOTE_LENGTH_MAX = 2_000


class Ceiling(NamedTuple):
    """What an app may do at most; None: everything."""

    permissions: Sequence[str] | None
    scopes: Sequence[str] | None
    widgets: Sequence[str] | None


class Answered(NamedTuple):
    """What was granted and refused just now, and the app as it stands after it."""

    app: App
    granted: list[Wish]
    refused: list[Wish]


async def decide(
    tx: WriteTransaction,
    request_id: int,
    *,
    by_id: int,
    granted: Collection[Named] = (),
    refused: Collection[Named] = (),
    note: str = "",
) -> Answered:
    """Answer all or some of a request; what is in neither list goes on waiting, and what has an
    answer keeps it. The app may do what is granted from now on: keys are checked against it at
    each call, and people are asked for it at the next consent.

    Refusing takes a ``note``, which the team reads. Raises UnknownRequest, InvalidField
    (``note``, or ``wishes`` when nothing was chosen or something both ways).
    """
    text = _note(note)
    found = await request(tx, request_id)
    app = await queries.lock_app.one_or_none(tx, app_id=found.request.app_id)
    if app is None:
        raise UnknownApp(f"#{found.request.app_id}")
    waiting = (await request(tx, request_id)).open_wishes()
    yes, no = set(granted), set(refused)
    if yes & no or not yes | no:
        raise InvalidField("wishes", "required")
    if no and not text:
        raise InvalidField("note", "required")
    given = [one for one in waiting if (one.kind, one.name) in yes]
    denied = [one for one in waiting if (one.kind, one.name) in no]
    await answer(tx, given, "granted", by_id=by_id, note=text)
    await answer(tx, denied, "refused", by_id=by_id, note=text)
    await _widen(tx, app, given)
    return Answered(await queries.app_by_id.one(tx, app_id=app.id), given, denied)


async def settle(
    tx: WriteTransaction, app_id: int, *, by_id: int | None, note: str = ""
) -> Answered:
    """Answer everything that waits by what the app has now: for right after its approval, where
    a reviewer chose what it gets. ``note`` goes to what it did not get; ``by_id`` is None at the
    shell. Raises UnknownApp, InvalidField."""
    app = await queries.lock_app.one_or_none(tx, app_id=app_id)
    if app is None:
        raise UnknownApp(f"#{app_id}")
    text = _note(note)
    waiting = [
        one
        for one in await request_queries.wishes_of_app.all(tx, app_id=app_id)
        if one.state == "open"
    ]
    given = [one for one in waiting if holds(app, one.kind, one.name)]
    denied = [one for one in waiting if one not in given]
    await answer(tx, given, "granted", by_id=by_id, note="")
    await answer(tx, denied, "refused", by_id=by_id, note=text)
    return Answered(app, given, denied)


async def _widen(tx: WriteTransaction, app: App, granted: Iterable[Wish]) -> None:
    names: dict[WishKind, list[str]] = {}
    for one in granted:
        gained = leaves_of(one.name) if one.kind == "category" else [one.name]
        names.setdefault(one.kind, []).extend(gained)
    if not names:
        return
    await request_queries.set_reach.execute(
        tx,
        app_id=app.id,
        permissions=_joined(app.permissions, names.get("permission", ())),
        scopes=_joined(app.scopes, names.get("scope", ())),
        widgets=_joined(app.widgets, names.get("widget", ())),
        categories=_joined(app.categories, names.get("category", ())),
        cities=_joined(app.cities, names.get("city", ())),
        updated_at=clock.now(),
    )


def _joined(held: tuple[str, ...] | None, gained: Iterable[str]) -> tuple[str, ...] | None:
    """Everything stays everything."""
    return None if held is None else tuple(dict.fromkeys((*held, *gained)))


def _note(note: str) -> str:
    try:
        return clean(note, longest=NOTE_LENGTH_MAX, multiline=True)
    except TextTooLong as error:
        raise InvalidField("note", "too_long", most=NOTE_LENGTH_MAX) from error
