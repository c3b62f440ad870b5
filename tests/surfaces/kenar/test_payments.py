"""Payments through the contract: prices, transactions, reports."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from dalan.domains import payments, posts
from dalan.kernel.clock import AdjustableClock
from tests.factories.payments import RICH_RIALS, new_id
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

V1, NEW = "/v1/open-platform", "/experimental/open-platform"
SCOPES = (
    "PAYMENT_ALL_POSTS_PRICING_READ PAYMENT_ALL_POSTS_REORDER PAYMENT_ALL_POSTS_RENEW"
    " SUBMIT_USER_POST SUBMIT_USER_PAYMENT"
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def rich(scene: Scene) -> Scene:
    """The scene's app with money in its balance."""
    async with scene.platform.services.db.write() as tx:
        await payments.pay_in(tx, scene.app.id, reference="test", amount_rials=RICH_RIALS)
    return scene


async def unpaid(scene: Scene, **said: Any) -> posts.Post:
    said = {"owner_id": scene.person.id, "app_id": scene.app.id} | said
    async with scene.platform.services.db.write() as tx:
        return await make_post(tx, state="waiting_for_payment", **said)


async def state_of(scene: Scene, post: posts.Post) -> str:
    async with scene.platform.services.db.look() as look:
        found = await posts.by_id(look, post.id)
    assert found is not None
    return found.state


async def balance(scene: Scene) -> int:
    answer = await scene.call("GET", f"{NEW}/balance")
    assert answer.status_code == 200
    return int(answer.json()["balance_rials"])


async def pay(scene: Scene, what: str, post: posts.Post, **body: Any) -> httpx.Response:
    return await scene.call(
        "POST",
        f"{NEW}/post/{post.token}/{what}",
        token=await scene.token(SCOPES),
        json={"id": new_id(), **body},
    )


async def test_new_app_is_told_of_its_empty_balance(scene: Scene):
    answer = await scene.call("GET", f"{NEW}/balance")

    assert answer.json() == {"balance_rials": "0"}


async def test_pricing_says_what_each_costs_and_what_can_be_done_now(
    scene: Scene, moment: AdjustableClock
):
    token = await scene.token(SCOPES)
    path = f"{V1}/post/{scene.post.token}/pricing"

    fresh = (await scene.call("GET", path, token=token)).json()
    moment.advance(4 * HOUR)
    later = (await scene.call("GET", path, token=await scene.token(SCOPES))).json()

    assert set(fresh) == {"reorder", "submit", "renew"}
    assert all(int(one["cost_rials"]) > 0 for one in fresh.values())
    assert not any("available" in one for one in fresh.values())
    assert later["reorder"]["available"] is True
    assert "available" not in later["submit"]


async def test_publication_is_offered_paid_once_and_told_of(rich: Scene):
    post = await unpaid(rich)
    token = await rich.token(SCOPES)
    offered = (await rich.call("GET", f"{V1}/post/{post.token}/pricing", token=token)).json()

    uuid = new_id()
    answer = await pay(rich, "publish", post, id=uuid, extra_details="فاکتور ۷")
    again = await pay(rich, "publish", post, id=uuid)

    assert offered["submit"]["available"] is True
    told = answer.json()["transaction"]
    assert told == {
        "id": uuid,
        "app_slug": rich.app.slug,
        "cost_rials": offered["submit"]["cost_rials"],
        "created_at": "2026-11-21T08:30:00Z",
        "extra_details": "فاکتور ۷",
        "state": "TRANSACTION_STATE_COMPLETED",
        "type": "TRANSACTION_TYPE_SUBMIT",
    }
    assert (again.status_code, again.json()["code"]) == (409, 6)
    assert await balance(rich) == RICH_RIALS - int(told["cost_rials"])
    assert (await rich.call("GET", f"{NEW}/transactions/{uuid}")).json() == answer.json()
    listed = (await rich.call("GET", f"{NEW}/transactions")).json()
    assert listed == {"transactions": [told]}


async def test_same_id_thirty_two_times_at_once_pays_once(rich: Scene):
    post, uuid, token = await unpaid(rich), new_id(), await rich.token(SCOPES)
    path = f"{NEW}/post/{post.token}/publish"

    answers = await asyncio.gather(
        *(rich.call("POST", path, token=token, json={"id": uuid}) for _ in range(32))
    )

    said = sorted(answer.status_code for answer in answers)
    assert said == [200, *[409] * 31]
    (paid,) = (answer.json()["transaction"] for answer in answers if answer.status_code == 200)
    assert await balance(rich) == RICH_RIALS - int(paid["cost_rials"])
    assert (await rich.call("GET", f"{NEW}/transactions")).json() == {"transactions": [paid]}


async def test_same_reference_thirty_two_times_at_once_is_reported_once(scene: Scene):
    token = await scene.token(SCOPES)
    answers = await asyncio.gather(
        *(scene.call("POST", f"{V1}/user-payments", token=token, json=REPORT) for _ in range(32))
    )

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 31]
    async with scene.platform.services.db.look() as look:
        assert len(await payments.reports_of_app(look, scene.app.id, limit=50)) == 1


async def test_reorder_and_renew_answer_each_in_its_own_shape(rich: Scene, moment: AdjustableClock):
    moment.advance(posts.LIFETIME - DAY)

    reordered = await pay(rich, "reorder", rich.post)
    renewed = await pay(rich, "renew", rich.post)

    assert set(reordered.json()) == {"id", "cost_rials"}
    assert renewed.json()["transaction"]["type"] == "TRANSACTION_TYPE_RENEW"
    assert reordered.status_code == renewed.status_code == 200


async def test_poor_app_is_refused_can_read_why_and_may_use_the_id_again(scene: Scene):
    post, uuid = await unpaid(scene), new_id()

    refused = await pay(scene, "publish", post, id=uuid)
    told = (await scene.call("GET", f"{NEW}/transactions/{uuid}")).json()["transaction"]
    async with scene.platform.services.db.write() as tx:
        await payments.pay_in(tx, scene.app.id, reference="late", amount_rials=RICH_RIALS)
    paid = await pay(scene, "publish", post, id=uuid)

    assert (refused.status_code, refused.json()["code"]) == (412, 9)
    assert "insufficient balance" in refused.json()["message"]
    assert told["state"] == "TRANSACTION_STATE_FAILED"
    assert paid.json()["transaction"]["state"] == "TRANSACTION_STATE_COMPLETED"


@pytest.mark.parametrize(
    ("what", "state", "body", "status", "code"),
    [
        ("reorder", "published", {}, 412, 9),  # listed just now
        ("renew", "published", {}, 412, 9),  # its end is far
        ("reorder", "retired", {}, 412, 9),
        ("publish", "published", {}, 412, 9),
        ("publish", "waiting_for_payment", {"id": ""}, 400, 3),
        ("publish", "waiting_for_payment", {"id": None}, 400, 3),
        ("publish", "waiting_for_payment", {"id": "7"}, 400, 3),
        ("publish", "waiting_for_payment", {"id": 7}, 400, 3),
        ("publish", "waiting_for_payment", {"extra_details": "x" * 2_001}, 400, 3),
        ("publish", "waiting_for_payment", {"extra_details": {"a": 1}}, 400, 3),
    ],
)
async def test_refused_payment_takes_nothing_and_does_nothing(
    rich: Scene, what, state, body, status, code
):
    async with rich.platform.services.db.write() as tx:
        post = await make_post(tx, owner_id=rich.person.id, app_id=rich.app.id, state=state)

    answer = await pay(rich, what, post, **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await balance(rich) == RICH_RIALS
    assert await state_of(rich, post) == state


@pytest.mark.parametrize("what", ["reorder", "renew", "publish"])
async def test_post_of_somebody_else_is_not_paid_for(rich: Scene, what):
    async with rich.platform.services.db.write() as tx:
        theirs = await make_post(tx, app_id=rich.app.id, state="waiting_for_payment")

    answer = await pay(rich, what, theirs)

    assert answer.status_code == 403
    assert await balance(rich) == RICH_RIALS


@pytest.mark.parametrize("what", ["reorder", "renew", "publish"])
async def test_post_that_is_not_there_is_not_paid_for(rich: Scene, what):
    gone = msgspec.structs.replace(rich.post, token="nothere1")

    assert (await pay(rich, what, gone)).status_code == 404


async def test_provider_prices_and_publishes_its_own_post_without_a_person(rich: Scene):
    post = await unpaid(rich, as_provider=True)

    priced = await rich.call("GET", f"{V1}/post/{post.token}/pricing")
    paid = await rich.call("POST", f"{NEW}/post/{post.token}/publish", json={"id": new_id()})

    assert priced.json()["submit"]["available"] is True
    assert paid.status_code == 200, paid.text


async def test_post_of_a_person_wants_the_persons_token_and_scope(rich: Scene):
    post = await unpaid(rich)
    narrow = await rich.token("USER_PHONE")
    publish, pricing = f"{NEW}/post/{post.token}/publish", f"{V1}/post/{post.token}/pricing"

    for method, path in (("POST", publish), ("GET", pricing)):
        without = await rich.call(method, path, json={"id": new_id()})
        wrong = await rich.call(method, path, token="nonsense", json={"id": new_id()})
        unscoped = await rich.call(method, path, token=narrow, json={"id": new_id()})

        assert [without.status_code, wrong.status_code, unscoped.status_code] == [401, 401, 403]
    assert await balance(rich) == RICH_RIALS


async def test_pages_of_transactions_give_each_once(rich: Scene, moment: AdjustableClock):
    made = []
    for _ in range(5):
        made.append((await pay(rich, "publish", await unpaid(rich))).json()["transaction"]["id"])
        moment.advance(timedelta(seconds=1))
    seen: list[str] = []
    query: dict[str, Any] = {"page_size": 2}
    while True:
        answer = (await rich.call("GET", f"{NEW}/transactions", params=query)).json()
        seen += [one["id"] for one in answer["transactions"]]
        if "next_page_token" not in answer:
            break
        query["page_token"] = answer["next_page_token"]

    assert seen == made[::-1]


@pytest.mark.parametrize(
    "query",
    [
        {"page_size": "0"},
        {"page_size": "101"},
        {"page_size": "-1"},
        {"page_size": "۲۰"},
        {"page_size": "9" * 30},
        {"page_token": "nonsense"},
    ],
)
async def test_page_nobody_can_give_is_refused(scene: Scene, query):
    assert (await scene.call("GET", f"{NEW}/transactions", params=query)).status_code == 400


async def test_transactions_of_other_apps_are_not_told(rich: Scene):
    assert (await rich.call("GET", f"{NEW}/transactions/{new_id()}")).status_code == 404
    assert (await rich.call("GET", f"{NEW}/transactions/nonsense")).status_code == 404


REPORT = {
    "amount_rials": "1500000",
    "profit_rials": "300000",
    "services": ["banner", "title_refinement"],
    "reference_id": "invoice-7",
}


async def report(scene: Scene, **said: Any) -> httpx.Response:
    return await scene.call(
        "POST", f"{V1}/user-payments", token=await scene.token(SCOPES), json=REPORT | said
    )


async def test_payment_of_a_person_is_reported_once(scene: Scene):
    first, again = await report(scene), await report(scene, amount_rials=300_000)

    assert (first.status_code, first.json()) == (200, {})
    assert (again.status_code, again.json()["code"]) == (409, 6)
    async with scene.platform.services.db.look() as look:
        kept = await payments.reports_of_person(look, scene.person.id, limit=10)
    assert [(one.amount_rials, one.profit_rials, one.services) for one in kept] == [
        (1_500_000, 300_000, ["banner", "title_refinement"])
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount_rials": "0"}, "amount_rials"),
        ({"amount_rials": "-1"}, "amount_rials"),
        ({"amount_rials": "1.5"}, "amount_rials"),
        ({"amount_rials": "یک"}, "amount_rials"),
        ({"amount_rials": 2**64 - 1}, "amount_rials"),
        ({"amount_rials": str(2**70)}, "amount_rials"),
        ({"amount_rials": True}, "amount_rials"),
        ({"profit_rials": "1500001"}, "profit_rials"),
        ({"profit_rials": None}, "profit_rials"),
        ({"services": []}, "services"),
        ({"services": [""]}, "services"),
        ({"services": ["x"] * 51}, "services"),
        ({"services": "banner"}, "services"),
        ({"reference_id": " "}, "reference_id"),
        ({"reference_id": "x" * 201}, "reference_id"),
    ],
)
async def test_report_that_makes_no_sense_is_refused_by_field(scene: Scene, said, field):
    answer = await report(scene, **said)

    assert answer.status_code == 400, answer.text
    assert field in answer.json()["message"]
    async with scene.platform.services.db.look() as look:
        assert await payments.reports_of_app(look, scene.app.id, limit=10) == []
