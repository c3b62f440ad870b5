"""Faults to order: what there is, what was ordered and how often it struck."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.kernel import phone
from dalan.kernel.text import fold_digits
from dalan.surfaces import html
from dalan.surfaces.console import desk
from dalan.surfaces.console.faults.catalogue import FAULTS, GROUPS, Fault
from dalan.surfaces.console.faults.ordering import OrderRefused, read_order
from dalan.surfaces.console.faults.rules import Rule, TooManyRules, UnknownRule
from dalan.surfaces.html import i18n
from dalan.surfaces.html.session import Visitor

PATH: Final = "/console/faults"

AnyResponse = Response[Any]


class ParameterShown(msgspec.Struct):
    """A number a fault takes."""

    name: str
    low: float
    high: float
    usual: float


class FaultShown(msgspec.Struct):
    """A fault that can be ordered, in both languages."""

    name: str
    group: str
    direction: str
    surfaces: tuple[str, ...]
    operations: tuple[str, ...]
    parameters: list[ParameterShown]
    label_fa: str
    label_en: str
    sentence_fa: str
    sentence_en: str


class RuleShown(msgspec.Struct):
    """An order: ``seen`` calls it fitted, of which it struck so many."""

    id: int
    fault: str
    app: str
    phone: str
    operation: str
    surface: str
    nth: int
    times: int
    chance: float
    seed: str
    parameters: dict[str, float]
    seen: int
    struck: int
    over: bool


class Catalogue(msgspec.Struct):
    faults: list[FaultShown]


class Ordered(msgspec.Struct):
    rules: list[RuleShown]


class Done(msgspec.Struct):
    """Nothing more is to be said."""


@get("/faults")
async def faults_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The catalogue, the form for the fault that was chosen, and what is ordered."""
    return _page(visitor, html.Form({"fault": [visitor.request.query_params.get("fault", "")]}))


@post("/faults", status_code=200)
async def order_fault(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Take an order from the form; what does not fit is said at its field."""
    form = await visitor.form()
    _ = visitor.gettext
    try:
        await _order(visitor, _given(form))
    except OrderRefused as error:
        form.fail(error.field, _why(_, form, error.field))
    except developers.UnknownApp:
        form.fail("app", _("There is no app of that name."))
    except phone.InvalidPhone:
        form.fail("phone", _("This is no mobile number."))
    except TooManyRules:
        form.fail("fault", _("There are too many orders. Take some back first."))
    if not form.ok:
        return _page(visitor, form, status=422)
    flash = html.Flash("success", _("Ordered. The next calls that fit will meet it."))
    return visitor.see_other(PATH, flash=flash)


@post("/faults/{rule_id:int}/take-back", status_code=200)
async def take_fault_back(visitor: NamedDependency[Visitor], rule_id: FromPath[int]) -> AnyResponse:
    """End one order; one that was ended before is no matter."""
    await visitor.form()
    try:
        desk.workshop_of(visitor).faults.take_back(rule_id)
    except UnknownRule:
        return visitor.see_other(PATH)
    flash = html.Flash("success", visitor.gettext("The order was taken back."))
    return visitor.see_other(PATH, flash=flash)


@post("/faults/take-back", status_code=200)
async def take_faults_back(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """End all orders."""
    await visitor.form()
    desk.workshop_of(visitor).faults.take_back()
    flash = html.Flash("success", visitor.gettext("All orders were taken back."))
    return visitor.see_other(PATH, flash=flash)


@get("/faults")
async def catalogue_api() -> AnyResponse:
    """Everything that can be ordered."""
    fa, en = i18n.translator("fa"), i18n.translator("en")
    return desk.answer(
        Catalogue(
            [
                FaultShown(
                    name=one.name,
                    group=one.group,
                    direction=one.direction,
                    surfaces=one.surfaces,
                    operations=one.operations,
                    parameters=[
                        ParameterShown(each.name, each.low, each.high, each.usual)
                        for each in one.parameters
                    ],
                    label_fa=fa(one.label),
                    label_en=en(one.label),
                    sentence_fa=fa(one.sentence),
                    sentence_en=en(one.sentence),
                )
                for one in FAULTS.values()
            ]
        )
    )


@get("/faults/rules")
async def rules_api(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """What is ordered, and how often it struck."""
    return desk.answer(Ordered([_shown(one) for one in _rules(visitor)]))


@post("/faults/rules", status_code=200)
async def order_api(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Take an order from a script."""
    given = await desk.body_as(visitor, dict[str, Any])
    return desk.answer(_shown(await _order(visitor, given)))


@delete("/faults/rules/{rule_id:int}", status_code=200)
async def take_back_api(visitor: NamedDependency[Visitor], rule_id: FromPath[int]) -> AnyResponse:
    """End one order."""
    desk.workshop_of(visitor).faults.take_back(rule_id)
    return desk.answer(Done())


@delete("/faults/rules", status_code=200)
async def take_all_back_api(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """End all orders."""
    desk.workshop_of(visitor).faults.take_back()
    return desk.answer(Done())


async def _order(visitor: Visitor, given: dict[str, Any]) -> Rule:
    workshop = desk.workshop_of(visitor)
    async with visitor.services.db.look() as look:
        rule = await read_order(look, given, workshop.operation_names())
    return workshop.faults.order(rule)


def _rules(visitor: Visitor) -> list[Rule]:
    workshop = visitor.services.workshop
    return [] if workshop is None else workshop.faults.rules


def _given(form: html.Form) -> dict[str, Any]:
    """The form's fields as a script would send them; a number nobody can read stays text, which
    is then refused at its field."""
    given: dict[str, Any] = {
        name: form.text(name)
        for name in ("fault", "app", "phone", "operation", "surface", "seed")
        if form.text(name)
    }
    fault = FAULTS.get(form.text("fault"))
    numbers = [] if fault is None else [one.name for one in fault.parameters]
    for name in ("nth", "times", *numbers):
        if form.text(name):
            given[name] = _number(form.text(name))
    if form.text("chance"):
        percent = _number(form.text("chance"))
        given["chance"] = percent if isinstance(percent, str) else percent / 100
    return given


def _why(_: Callable[..., str], form: html.Form, field: str) -> str:
    """What was wrong at a field, for people; scripts are told in English."""
    fault = FAULTS.get(form.text("fault"))
    if fault is None:
        return _("Choose a fault from the list.")
    for one in fault.parameters:
        if one.name == field:
            return _("From %(low)s to %(high)s", low=f"{one.low:g}", high=f"{one.high:g}")
    return {
        "nth": _("A whole number, 1 or more."),
        "times": _("A whole number; 0 is without end."),
        "chance": _("More than 0 and at most 100."),
        "operation": (
            _("This fault strikes only: %(names)s", names=", ".join(fault.operations))
            if fault.operations
            else _("Nothing there is called so. A path begins with /.")
        ),
        "surface": _("This fault does not fit there."),
    }.get(field, _("This does not fit with the fault."))


def _number(typed: str) -> int | float | str:
    text = fold_digits(typed).replace("٫", ".").replace(",", "")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return typed


def _shown(rule: Rule) -> RuleShown:
    return RuleShown(
        id=rule.id,
        fault=rule.fault.name,
        app=rule.app,
        phone=rule.phone,
        operation=rule.operation,
        surface=rule.surface,
        nth=rule.nth,
        times=rule.times,
        chance=rule.chance,
        seed=rule.seed,
        parameters=rule.parameters,
        seen=rule.seen,
        struck=rule.struck,
        over=rule.is_over,
    )


def _page(visitor: Visitor, form: html.Form, *, status: int = 200) -> AnyResponse:
    chosen: Fault | None = FAULTS.get(form.raw("fault"))
    return desk.page(
        visitor,
        "console/faults.html",
        "faults",
        status=status,
        forms=True,
        form=form,
        chosen=chosen,
        groups=[
            (name, title, [one for one in FAULTS.values() if one.group == name])
            for name, title in GROUPS.items()
        ],
        rules=_rules(visitor),
        national=phone.national,
        path=PATH,
        api_url=f"{visitor.services.settings.base_url}/console/api/faults/rules",
    )


PAGES: Final = (faults_page, order_fault, take_fault_back, take_faults_back)
API: Final = (catalogue_api, rules_api, order_api, take_back_api, take_all_back_api)
