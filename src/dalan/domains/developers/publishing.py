"""The life of an app, from trying out to serving everybody.

A development app may ask for review; a reviewer asks for changes or approves; an approved app
is activated for categories and cities, and may pause. Suspending ends all of it for a while.

Source: kenar.md 2.3. The published contract makes a second app with new keys on approval;
ours becomes the production app itself, so that nothing an operator runs has to be set up twice.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dalan.domains.developers import queries
from dalan.domains.developers.errors import InvalidField, UnknownApp, WrongState
from dalan.domains.developers.events import AppMoved
from dalan.domains.developers.granting import Ceiling
from dalan.domains.developers.tables import App, AppKind, AppState
from dalan.kernel import clock, outbox, paging
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

WireStatus = Literal["ACTIVE", "INACTIVE", "SUSPENDED", "DEVELOPMENT"]

_WIRE_STATUS: dict[AppState, WireStatus] = {
    "development": "DEVELOPMENT",
    "in_review": "DEVELOPMENT",
    "changes_requested": "DEVELOPMENT",
    "approved": "INACTIVE",
    "active": "ACTIVE",
    "inactive": "INACTIVE",
    "suspended": "SUSPENDED",
}

REVIEW_NOTE_LENGTH_MAX = 2_000


class AppsPage(NamedTuple):
    """Apps, and the cursor after the last of them, "" when there are no more."""

    apps: list[App]
    next_cursor: str


def wire_status(app: App) -> WireStatus:
    """The app's state as the contract tells it. Source: kenar.md 2.1."""
    return _WIRE_STATUS[app.state]


async def ask_for_review(tx: WriteTransaction, slug: str) -> App:
    """A developer believes the app is ready for everybody. Raises UnknownApp, WrongState."""
    app = await _held(tx, slug)
    return await _move(tx, app, "in_review", among=("development", "changes_requested"))


async def withdraw_from_review(tx: WriteTransaction, slug: str) -> App:
    """Back to trying out. Raises UnknownApp, WrongState."""
    app = await _held(tx, slug)
    return await _move(tx, app, "development", among=("in_review", "changes_requested"))


async def request_changes(tx: WriteTransaction, slug: str, *, note: str) -> App:
    """A reviewer wants something changed first; ``note`` says what.

    Raises UnknownApp, WrongState, InvalidField.
    """
    note = _note(note)
    if not note:
        raise InvalidField("note", "required")
    app = await _held(tx, slug)
    return await _move(tx, app, "changes_requested", among=("in_review",), note=note)


async def approve(
    tx: WriteTransaction,
    slug: str,
    *,
    categories: Sequence[str] | None = None,
    cities: Sequence[str] | None = None,
    ceiling: Ceiling | None = None,
) -> App:
    """Let an app serve everybody, on posts of these categories and cities (None: all).

    The app becomes the production app: same slug, keys and secret. ``ceiling`` is what it may
    do at most from then on; its keys lose the rest. None: as it stands, which for a development
    app is everything. Approving an active app changes its categories and cities. The caller has
    checked that all names exist. Raises UnknownApp, WrongState for a suspended one.
    """
    app = await _held(tx, slug)
    if ceiling is not None:
        await queries.set_ceiling.execute(
            tx, app_id=app.id, updated_at=clock.now(), **ceiling._asdict()
        )
    return await _move(
        tx,
        app,
        "active",
        among=("development", "in_review", "changes_requested", "approved", "inactive", "active"),
        kind="production",
        activated_for=(categories, cities),
    )


async def pause(tx: WriteTransaction, slug: str) -> App:
    """Offer a production app to nobody and refuse its calls, until it is resumed."""
    app = await _held(tx, slug)
    return await _move(tx, app, "inactive", among=("approved", "active"))


async def resume(tx: WriteTransaction, slug: str) -> App:
    """Offer a paused app again, where it was activated."""
    app = await _held(tx, slug)
    return await _move(tx, app, "active", among=("inactive",))


async def suspend(tx: WriteTransaction, slug: str, *, note: str = "") -> App:
    """An operator stops an app; its calls are refused. Suspending twice changes nothing more.

    ``note`` is shown to the app's team. Raises UnknownApp, InvalidField.
    """
    note = _note(note)
    app = await _held(tx, slug)
    return await _move(tx, app, "suspended", among=_NOT_SUSPENDED, note=note)


async def lift_suspension(tx: WriteTransaction, slug: str) -> App:
    """A suspended app may go on: trying out, or, a production app, paused until resumed."""
    app = await _held(tx, slug)
    state: AppState = "development" if app.is_development else "inactive"
    return await _move(tx, app, state, among=("suspended",))


async def apps_in_state(tx: ReadTransaction, state: AppState) -> list[App]:
    """Apps in a state, the longest unchanged first: a reviewer's queue."""
    return await queries.apps_in_state.all(tx, wanted=state)


async def newest_apps(
    tx: ReadTransaction, *, state: AppState | None = None, after: str = "", limit: int = 50
) -> AppsPage:
    """Apps, the newest first, of one state or of all; ``after`` is a page's cursor.

    Raises InvalidCursor.
    """
    before_id = paging.decode(after, tuple[int])[0] if after else _ID_MAX
    if state is None:
        found = await queries.newest_apps.all(tx, before_id=before_id, most=limit + 1)
    else:
        found = await queries.newest_apps_in_state.all(
            tx, wanted=state, before_id=before_id, most=limit + 1
        )
    shown = found[:limit]
    return AppsPage(shown, paging.encode((shown[-1].id,)) if len(found) > limit else "")


async def state_counts(tx: ReadTransaction) -> dict[AppState, int]:
    """How many apps there are in each state; states without any are left out."""
    return {one.state: one.count for one in await queries.state_counts.all(tx)}


_ID_MAX = 2**63 - 1

_NOT_SUSPENDED: tuple[AppState, ...] = (
    "development",
    "in_review",
    "changes_requested",
    "approved",
    "active",
    "inactive",
    "suspended",
)

_WORDS: dict[AppState, str] = {
    "development": "taken back to development",
    "in_review": "sent to review",
    "changes_requested": "asked for changes",
    "active": "activated",
    "inactive": "paused",
    "suspended": "suspended",
}


def _note(note: str) -> str:
    try:
        return clean(note, longest=REVIEW_NOTE_LENGTH_MAX, multiline=True)
    except TextTooLong as error:
        raise InvalidField("note", "too_long", most=REVIEW_NOTE_LENGTH_MAX) from error


async def _held(tx: WriteTransaction, slug: str) -> App:
    found = await queries.app_by_slug.one_or_none(tx, slug=slug[:80])
    locked = None if found is None else await queries.lock_app.one_or_none(tx, app_id=found.id)
    if locked is None:
        raise UnknownApp(slug)
    return locked


async def _move(
    tx: WriteTransaction,
    app: App,
    state: AppState,
    *,
    among: Sequence[AppState],
    kind: AppKind | None = None,
    note: str = "",
    activated_for: tuple[Sequence[str] | None, Sequence[str] | None] | None = None,
) -> App:
    if app.state not in among:
        raise WrongState(state=app.state, asked=_WORDS[state])
    categories, cities = activated_for or (app.categories, app.cities)
    await queries.set_state.execute(
        tx,
        app_id=app.id,
        kind=kind or app.kind,
        state=state,
        review_note=note,
        categories=categories,
        cities=cities,
        updated_at=clock.now(),
    )
    if state != app.state:
        await outbox.record(tx, AppMoved(app_id=app.id, before=app.state, state=state, note=note))
    return await queries.app_by_id.one(tx, app_id=app.id)
