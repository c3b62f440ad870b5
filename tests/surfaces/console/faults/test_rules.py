"""Which calls an order strikes, how often, and what it may say at all."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from dalan.surfaces.console.faults.catalogue import FAULTS, GROUPS
from dalan.surfaces.console.faults.rules import RULES_MAX, Facts, Rule, Rules
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.oauth import make_token
from tests.surfaces.console.faults import (
    test_calls_of_ours,
    test_consent,
    test_pod,
    test_refusals,
    test_wire,
)
from tests.surfaces.console.faults.conftest import (
    PHONES,
    RULES,
    Scene,
    order,
    read_post,
    struck,
)

PAGE = Path(__file__).parents[4] / "docs/guide/console-faults.md"
GET_POST = Facts(direction="in", surface="kenar", operation="get_post", path="/v1/x")


def test_every_fault_is_struck_in_a_test():
    met = [
        name
        for module in (test_calls_of_ours, test_consent, test_pod, test_refusals, test_wire)
        for name in module.STRUCK
    ]

    assert sorted(met) == sorted(FAULTS)
    assert len(met) >= 20


def test_guide_lists_every_fault_and_no_other():
    page = PAGE.read_text().partition("\n## The faults\n")[2]
    listed = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)

    assert sorted(listed) == sorted(FAULTS)


def test_every_fault_has_a_group_that_is_shown():
    assert {one.group for one in FAULTS.values()} == set(GROUPS)


def strikes(rule: Rule, count: int, facts: Facts = GET_POST) -> list[int]:
    """The numbers of the calls it strikes."""
    rules = Rules()
    rules.add(rule)
    return [
        number
        for number in range(1, count + 1)
        if rules.strike(facts, is_possible=lambda _: True) is not None
    ]


@pytest.mark.parametrize(
    ("given", "struck_calls"),
    [
        ({}, [1]),
        ({"nth": 3}, [3]),
        ({"times": 2}, [1, 2]),
        ({"nth": 3, "times": 2}, [3, 4]),
        ({"nth": 8, "times": 0}, [8, 9, 10]),
    ],
)
def test_rule_strikes_from_its_nth_call_so_many_times(given: dict[str, Any], struck_calls):
    assert strikes(Rule(fault=FAULTS["unavailable"], **given), 10) == struck_calls


def test_same_seed_strikes_the_same_calls():
    def drawn(seed: str, **given: Any) -> list[int]:
        fault = FAULTS["unavailable"]
        return strikes(Rule(fault=fault, times=0, chance=0.3, seed=seed, **given), 1_000)

    assert drawn("a") == drawn("a")
    assert drawn("a") != drawn("b")
    assert 200 < len(drawn("a")) < 400
    assert drawn("a", nth=500) == [one for one in drawn("a") if one >= 500]


def test_one_fault_strikes_a_call_and_the_other_has_the_next():
    rules = Rules()
    first, second = (rules.add(Rule(fault=FAULTS[name])) for name in ("slow", "unavailable"))

    met = [rules.strike(GET_POST, is_possible=lambda _: True) for _ in range(3)]

    assert met == [first, second, None]
    assert (first.seen, second.seen) == (1, 2)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"surface": "kenar"}, True),
        ({"surface": "oauth"}, False),
        ({"operation": "get_post"}, True),
        ({"operation": "get_*"}, True),
        ({"operation": "edit_*"}, False),
        ({"operation": "/v1/*"}, True),
        ({"operation": "/v2/*"}, False),
        ({"app": "another"}, False),
        ({"phone": "+989120000000"}, False),
    ],
)
def test_rule_is_about_the_calls_it_names(given: dict[str, Any], fits: bool):
    assert bool(strikes(Rule(fault=FAULTS["slow"], **given), 1)) is fits


async def test_counters_are_exact_however_many_call_at_once(scene: Scene):
    await order(scene, "unavailable", nth=11, times=7)

    answers = await asyncio.gather(*(read_post(scene) for _ in range(40)))

    statuses = [one.status_code for one in answers]
    assert (statuses.count(503), statuses.count(200)) == (7, 33)
    assert await struck(scene) == [7]
    rule = (await scene.http.get(RULES)).json()["rules"][0]
    assert rule["over"] is True
    assert 17 <= rule["seen"] <= 40


async def test_order_of_an_app_and_a_person_strikes_theirs_alone(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        other_person = await make_person(tx)
        other_app = (await make_app(tx, keys=services.keys, production=True)).app
        other_key = (await make_key(tx, other_app.id, keys=services.keys)).text
        theirs = await make_token(tx, services.keys, other_person, scene.app, "USER_PHONE")
        elsewhere = await make_token(tx, services.keys, scene.person, other_app, "USER_PHONE")
    mine = await scene.token("USER_PHONE")
    await order(scene, "unavailable", app=scene.app.slug, phone=scene.person.phone)

    answers = [
        (await scene.call("POST", PHONES, token=token, key=key)).status_code
        for token, key in ((theirs, scene.key), (elsewhere, other_key), (mine, scene.key))
    ]

    assert answers == [200, 200, 503]
    assert (await scene.call("POST", PHONES)).status_code == 401, "of nobody is of nobody else"


async def test_call_that_brings_nothing_to_strike_is_not_counted(scene: Scene):
    await order(scene, "token_revoked")
    await order(scene, "post_deleted")

    await scene.call("POST", PHONES, token="no token of anybody's")
    await scene.call("GET", "/v1/open-platform/finder/post/nothing0")

    rules = (await scene.http.get(RULES)).json()["rules"]
    assert [(one["seen"], one["struck"]) for one in rules] == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("given", "status", "code", "says"),
    [
        ({}, 400, "faults.order_refused", "fault"),
        ({"fault": "nothing"}, 400, "faults.order_refused", "no fault of that name"),
        ({"fault": 7}, 400, "faults.order_refused", "must be text"),
        ({"fault": "slow", "seconds": 0}, 400, "faults.order_refused", "from 0.1 to 60"),
        ({"fault": "slow", "seconds": "5"}, 400, "faults.order_refused", "a number"),
        ({"fault": "slow", "seconds": True}, 400, "faults.order_refused", "a number"),
        ({"fault": "slow", "copies": 2}, 400, "faults.order_refused", "no such member"),
        ({"fault": "slow", "nth": 0}, 400, "faults.order_refused", "from 1"),
        ({"fault": "slow", "nth": 1.5}, 400, "faults.order_refused", "whole number"),
        ({"fault": "slow", "times": -1}, 400, "faults.order_refused", "from 0"),
        ({"fault": "slow", "chance": 0}, 400, "faults.order_refused", "more than 0"),
        ({"fault": "slow", "chance": 2}, 400, "faults.order_refused", "from 0 to 1"),
        ({"fault": "slow", "surface": "redirect"}, 400, "faults.order_refused", "is one of"),
        ({"fault": "slow", "surface": "events"}, 400, "faults.order_refused", "fits only"),
        ({"fault": "slow", "operation": "x" * 201}, 400, "faults.order_refused", "200"),
        ({"fault": "slow", "app": "nobody-made-it"}, 404, "developers.unknown_app", "no app"),
        ({"fault": "slow", "phone": "12"}, 400, "phone.invalid", ""),
        ({"fault": "event_late", "phone": "09121234567"}, 400, "faults.order_refused", "no person"),
        ({"fault": "code_used", "phone": "09121234567"}, 400, "faults.order_refused", "code"),
        ({"fault": "bank_silent", "app": "x"}, 400, "faults.order_refused", "for no app"),
        ({"fault": "event_duplicate", "copies": 2.5}, 400, "faults.order_refused", "whole"),
        ({"fault": "delivery_restricted", "operation": "get_post"}, 400, "faults.order_refused",
         "strikes only"),
        ({"fault": "slow", "operation": "get_psot"}, 400, "faults.order_refused", "called so"),
        ({"fault": "slow", "operation": "got_*"}, 400, "faults.order_refused", "called so"),
        ({"fault": "slow", "operation": "get_post", "surface": "basalam"}, 400,
         "faults.order_refused", "called so"),
        ({"fault": "code_used", "operation": "get_post"}, 400, "faults.order_refused", "called so"),
    ],
)  # fmt: skip
async def test_order_that_does_not_fit_is_refused_clearly(
    sqlite_http: httpx.AsyncClient, given: dict[str, Any], status: int, code: str, says: str
):
    answer = await sqlite_http.post(RULES, json=given)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert says in answer.json()["message"]
    assert (await sqlite_http.get(RULES)).json() == {"rules": []}


@pytest.mark.parametrize(
    "given",
    [
        {"operation": "get_post"},
        {"operation": "get_*", "surface": "kenar"},
        {"operation": "pull_events", "surface": "api"},
        {"operation": "/anything"},
        {"operation": "*/token", "surface": "oauth"},
    ],
)
async def test_operation_that_may_be_called_is_taken(
    sqlite_http: httpx.AsyncClient, given: dict[str, Any]
):
    answer = await sqlite_http.post(RULES, json={"fault": "slow", **given})

    assert (answer.status_code, answer.json()["operation"]) == (200, given["operation"])


async def test_more_orders_than_anybody_could_follow_are_refused(scene: Scene):
    for _ in range(RULES_MAX):
        await order(scene, "slow", nth=1_000)

    answer = await scene.http.post(RULES, json={"fault": "slow"})

    assert (answer.status_code, answer.json()["code"]) == (409, "faults.too_many_rules")


async def test_orders_are_listed_and_taken_back(scene: Scene):
    ordered = await order(
        scene, "slow", app=scene.app.slug, phone="09121234567", operation="get_*",
        surface="kenar", nth=2, times=0, chance=0.5, seed=7, seconds=3,
    )  # fmt: skip
    await order(scene, "unavailable")

    assert (await scene.http.get(RULES)).json()["rules"][0] == ordered
    assert ordered == {
        "id": 1, "fault": "slow", "app": scene.app.slug, "phone": "+989121234567",
        "operation": "get_*", "surface": "kenar", "nth": 2, "times": 0, "chance": 0.5,
        "seed": "7", "parameters": {"seconds": 3.0}, "seen": 0, "struck": 0, "over": False,
    }  # fmt: skip
    assert (await scene.http.delete(f"{RULES}/1")).status_code == 200
    gone = await scene.http.delete(f"{RULES}/1")
    assert (gone.status_code, gone.json()["code"]) == (404, "faults.unknown_rule")
    assert (await scene.http.delete(RULES)).status_code == 200
    assert await struck(scene) == []
    assert (await read_post(scene)).status_code == 200


async def test_catalogue_says_each_fault_in_both_languages(sqlite_http: httpx.AsyncClient):
    told = (await sqlite_http.get("/console/api/faults")).json()["faults"]

    assert [one["name"] for one in told] == list(FAULTS)
    for one in told:
        assert re.search("[آ-ی]", one["label_fa"]), one["name"]
        assert re.search("[آ-ی]", one["sentence_fa"]), one["name"]
        assert one["label_en"].isascii()
        assert one["surfaces"]
    slow = next(one for one in told if one["name"] == "slow")
    assert slow["parameters"] == [{"name": "seconds", "low": 0.1, "high": 60, "usual": 5}]
