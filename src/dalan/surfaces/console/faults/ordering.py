"""An order as a script or the form gives it, checked: what does not fit is refused by its name."""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from dalan.domains import developers
from dalan.errors import Invalid
from dalan.kernel import phone, randomness
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.console.faults.catalogue import FAULTS, SURFACES, Fault, Parameter
from dalan.surfaces.console.faults.rules import Rule

COUNT_MAX: Final = 1_000_000
TEXT_LENGTH_MAX: Final = 200

_COMMON: Final = frozenset(
    {"fault", "app", "phone", "operation", "surface", "nth", "times", "chance", "seed"}
)


class OrderRefused(Invalid):
    """An order that makes no sense; ``field`` names what does not fit."""

    code = "faults.order_refused"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


Names = Mapping[str, Collection[str]]
"""What the operations of each surface are called."""


async def read_order(tx: ReadTransaction, given: Mapping[str, Any], names: Names) -> Rule:
    """The rule for an order, not yet taken. Raises ``OrderRefused``; for an app nobody made
    ``developers.UnknownApp``, for what is no number ``phone.InvalidPhone``."""
    fault = FAULTS.get(_text(given, "fault"))
    if fault is None:
        raise OrderRefused("fault", "there is no fault of that name; GET faults lists them")
    takes = _COMMON | {one.name for one in fault.parameters}
    for name in given:
        if name not in takes:
            raise OrderRefused(name, f"{fault.name} takes no such member")
    rule = Rule(
        fault=fault,
        app=_text(given, "app"),
        phone=_phone(fault, _text(given, "phone")),
        surface=_surface(fault, _text(given, "surface")),
        nth=_whole(given, "nth", low=1, usual=1),
        times=_whole(given, "times", low=0, usual=1),
        chance=_chance(given),
        seed=_text(given, "seed") or randomness.token_urlsafe(6),
        parameters={one.name: _parameter(given, one) for one in fault.parameters},
    )
    rule.operation = _operation(rule, _text(given, "operation"), names)
    if rule.app:
        if "bank" in (rule.surface, *fault.surfaces):
            raise OrderRefused("app", "what we ask of the bank is for no app")
        await developers.app_by_slug(tx, rule.app)
    return rule


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if name == "seed" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise OrderRefused(name, "must be text")
    if len(value) > TEXT_LENGTH_MAX:
        raise OrderRefused(name, f"at most {TEXT_LENGTH_MAX} characters")
    return value.strip()


def _phone(fault: Fault, typed: str) -> str:
    if not typed:
        return ""
    if fault.direction == "out":
        raise OrderRefused("phone", f"{fault.name} strikes calls we make, which are for no person")
    if fault.needs == "code":
        raise OrderRefused("phone", "whose code it is is not known before it is exchanged")
    return phone.parse(typed)


def _operation(rule: Rule, wanted: str, names: Names) -> str:
    fault = rule.fault
    if not wanted or wanted.startswith("/"):
        return wanted
    if fault.operations and wanted not in fault.operations:
        fitting = ", ".join(fault.operations)
        raise OrderRefused("operation", f"{fault.name} strikes only {fitting}")
    if fault.direction == "in" and not _is_there(rule, wanted, names):
        raise OrderRefused("operation", "nothing there is called so; a path begins with /")
    return wanted


def _is_there(rule: Rule, wanted: str, names: Names) -> bool:
    """Whether anything could ever be struck: else somebody waits for a name they misspelt."""
    places = (rule.surface,) if rule.surface else rule.fault.surfaces
    if "oauth" in places and wanted[0] in "*?[":
        return True  # there operations are called by their paths
    return any(fnmatchcase(name, wanted) for one in places for name in names.get(one, ()))


def _surface(fault: Fault, wanted: str) -> str:
    if wanted and wanted not in SURFACES:
        raise OrderRefused("surface", f"is one of {', '.join(SURFACES)}")
    if wanted and wanted not in fault.surfaces:
        raise OrderRefused("surface", f"{fault.name} fits only {', '.join(fault.surfaces)}")
    return wanted


def _whole(given: Mapping[str, Any], name: str, *, low: int, usual: int) -> int:
    value = given.get(name)
    if value is None:
        return usual
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= COUNT_MAX:
        raise OrderRefused(name, f"is a whole number from {low} to {COUNT_MAX}")
    return value


def _chance(given: Mapping[str, Any]) -> float:
    chance = _number(given, "chance", low=0, high=1, usual=1)
    if not chance:
        raise OrderRefused("chance", "is more than 0 and at most 1")
    return chance


def _parameter(given: Mapping[str, Any], one: Parameter) -> float:
    value = _number(given, one.name, low=one.low, high=one.high, usual=one.usual)
    if one.is_whole and value != int(value):
        raise OrderRefused(one.name, "is a whole number")
    return value


def _number(given: Mapping[str, Any], name: str, *, low: float, high: float, usual: float) -> float:
    value = given.get(name)
    if value is None:
        return usual
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise OrderRefused(name, f"is a number from {low:g} to {high:g}")
    return float(value)
