"""The removed wallet interface, as the generated SDKs call it."""

import asyncio
from typing import Any

import httpx
import pytest

from dalan.domains import charges, ledger, payments
from dalan.kernel.clock import AdjustableClock
from tests.factories.payments import new_id
from tests.surfaces.kenar.conftest import Scene

PATH = "/experimental/open-platform/wallet/payments"
ASKED = {
    "amount_rials": "400000",
    "description": "گزارش کارشناسی",
    "redirect_url": "https://app.example/back?order=7",
}


async def create(scene: Scene, **said: Any) -> httpx.Response:
    token = await scene.token("CREATE_WALLET_PAYMENT")
    return await scene.call("POST", f"{PATH}/create", token=token, json=ASKED | said)


async def pay(scene: Scene, token: str) -> None:
    """As the person does on our page, with enough in the wallet."""
    async with scene.platform.services.db.write() as tx:
        await ledger.transfer(
            tx, reference=new_id(), kind="top_up",
            sides=[
                ledger.Side("gateway", 0, -400_000), ledger.Side("wallet", scene.person.id, 400_000)
            ],
        )  # fmt: skip
        await charges.pay(tx, token, person_id=scene.person.id)


async def status_of(scene: Scene, token: str) -> str:
    answer = await scene.call("GET", f"{PATH}/{token}")
    assert answer.status_code == 200
    told = answer.json()["transaction"]
    assert told == {"token": token, "amount_rials": "400000", "status": told["status"]}
    return str(told["status"])


async def test_payment_is_created_paid_and_committed_once(scene: Scene):
    asked = (await create(scene)).json()
    assert asked["payment_url"] == f"http://127.0.0.1:8000/pay/app/{asked['token']}"
    assert await status_of(scene, asked["token"]) == "CREATED"
    early = await scene.call("POST", f"{PATH}/commit", json={"token": asked["token"]})

    await pay(scene, asked["token"])
    assert await status_of(scene, asked["token"]) == "PAID"
    commits = await asyncio.gather(
        *(scene.call("POST", f"{PATH}/commit", json={"token": asked["token"]}) for _ in range(32))
    )

    assert (early.status_code, early.json()["code"]) == (412, 9)
    assert {one.status_code for one in commits} == {200}, [one.text for one in commits]
    assert {one.json()["transaction"]["status"] for one in commits} == {"COMMITTED"}
    assert await status_of(scene, asked["token"]) == "COMMITTED"
    async with scene.platform.services.db.look() as look:
        assert await payments.balance_rials(look, scene.app.id) == 400_000
        assert await ledger.check(look) == []


async def test_payment_nobody_makes_expires(scene: Scene, moment: AdjustableClock):
    asked = (await create(scene)).json()
    moment.advance(charges.PAY_WITHIN)

    assert await status_of(scene, asked["token"]) == "EXPIRED"
    late = await scene.call("POST", f"{PATH}/commit", json={"token": asked["token"]})
    assert (late.status_code, late.json()["message"]) == (412, "the payment has expired")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount_rials": "0"}, "amount_rials"),
        ({"amount_rials": "much"}, "amount_rials"),
        ({"amount_rials": None}, "amount_rials"),
        ({"description": ""}, "description"),
        ({"redirect_url": "javascript:alert(1)"}, "redirect_url"),
        ({"redirect_url": ""}, "redirect_url"),
    ],
)
async def test_question_that_makes_no_sense_is_refused_by_field(scene: Scene, said, field):
    answer = await create(scene, **said)

    assert answer.status_code == 400, answer.text
    assert field in answer.json()["message"]


async def test_scope_is_needed_to_ask_and_the_key_alone_afterwards(scene: Scene):
    without = await scene.call("POST", f"{PATH}/create", json=ASKED)
    narrow = await scene.call(
        "POST", f"{PATH}/create", token=await scene.token("USER_PHONE"), json=ASKED
    )
    unknown = await scene.call("GET", f"{PATH}/nonsense")

    assert [without.status_code, narrow.status_code, unknown.status_code] == [401, 403, 404]
