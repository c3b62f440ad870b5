"""The clock: what time it is here, how fast it goes, and moving it."""

from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.errors import DalanError
from dalan.kernel import clock
from dalan.kernel.text import fold_digits
from dalan.surfaces.console import desk
from dalan.surfaces.console.time import InvalidMove
from dalan.surfaces.html.context import Flash
from dalan.surfaces.html.session import Visitor

HOUR, DAY, MONTH = 3_600, 86_400, 30 * 86_400

SHOWN_MAX: Final = 100
STEPS: Final = {"hour": HOUR, "day": DAY, "month": MONTH}
UNITS: Final = {"minutes": 60, "hours": HOUR, "days": DAY}


class ClockBody(msgspec.Struct, frozen=True, kw_only=True):
    """How the clock is to be set; what is left out stays."""

    set: datetime | None = None
    advance_seconds: float | None = None
    frozen: bool | None = None
    speed: float | None = None


class ClockState(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the clock is set. ``fired``: what happened when it was moved, in its order."""

    now: datetime
    frozen: bool
    speed: float
    fired: list[Any] | None = None
    fired_count: int | None = None
    is_complete: bool | None = None


def _state(visitor: Visitor, moved: Any = None) -> ClockState:
    moving = desk.workshop_of(visitor).time.clock
    return ClockState(
        now=moving(),
        frozen=moving.state.is_frozen,
        speed=moving.state.speed,
        fired=moved and moved.fired,
        fired_count=moved and moved.fired_count,
        is_complete=moved and moved.is_complete,
    )


@get("/clock")
async def clock_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """How the clock is set."""
    return desk.answer(_state(visitor))


@post("/clock", status_code=200)
async def move_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Set it, doing what is due on the way."""
    body = await desk.body_as(visitor, ClockBody)
    moved = await desk.workshop_of(visitor).time.change(
        at=body.set,
        advance_seconds=body.advance_seconds,
        frozen=body.frozen,
        speed=body.speed,
    )
    return desk.answer(_state(visitor, moved))


@get("/clock")
async def clock_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """What time it is, and the buttons that move it."""
    return _page(visitor)


@post("/clock", status_code=200)
async def move_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Move it; what happened is shown."""
    form = await visitor.form()
    _ = visitor.gettext
    try:
        moved = await desk.workshop_of(visitor).time.change(**_asked(form))
    except DalanError as refusal:
        problem = {
            "console.clock_backwards": _("The clock does not go back. Restore a snapshot instead."),
            "console.invalid_clock": _("No clock can be set to this."),
        }.get(refusal.code)
        if problem is None:
            raise
        return _page(visitor, problem=problem, status=400)
    if form.text("act") != "advance":
        return visitor.see_other("/console/clock", flash=Flash("success", _("The clock is set.")))
    return _page(visitor, moved=moved)


def _page(
    visitor: Visitor, *, moved: Any = None, problem: str = "", status: int = 200
) -> Response[str]:
    state = _state(visitor, moved)
    return desk.page(
        visitor,
        "console/clock.html",
        "clock",
        status=status,
        forms=True,
        clock_state=state,
        now_rfc=_rfc(state.now),
        machine_now=clock.machine(),
        machine_rfc=_rfc(clock.machine()),
        moved=moved,
        fired=moved.fired[:SHOWN_MAX] if moved else [],
        problem=problem,
        speeds=(1, 60, 3_600, 86_400),
    )


def _rfc(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _asked(form: Any) -> dict[str, Any]:
    """What the form asks of the clock. Raises ``InvalidMove``."""
    match form.text("act"):
        case "freeze":
            return {"frozen": True}
        case "resume":
            return {"frozen": False}
        case "speed":
            return {"speed": _number(form.text("speed"))}
        case "advance":
            step: float | None = STEPS.get(form.text("step"))
            if step is None:
                unit = UNITS.get(form.text("unit"))
                if unit is None:
                    raise InvalidMove("unit: minutes, hours or days")
                step = _number(form.text("amount")) * unit
            return {"advance_seconds": step}
        case _:
            raise InvalidMove("act: freeze, resume, speed or advance")


def _number(text: str) -> float:
    try:
        return float(fold_digits(text))
    except ValueError:
        raise InvalidMove("a number") from None


PAGES: Final = (clock_page, move_page)
API: Final = (clock_api, move_api)
