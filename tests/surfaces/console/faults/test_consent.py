"""Faults on the way through consent and payment, met by a browser and an app."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from dalan.domains import developers, ledger
from tests.factories.payments import new_id
from tests.surfaces.console.faults.conftest import PHONES, Scene, order, struck
from tests.surfaces.oauth.conftest import fields_of

BACK = "https://app.example/oauth/callback"
PAYMENTS = "/experimental/open-platform/wallet/payments"


def told(answer: httpx.Response) -> dict[str, str]:
    """What a redirect back to the app says."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(BACK)
    return {
        name: one[0] for name, one in parse_qs(urlsplit(answer.headers["location"]).query).items()
    }


async def authorize(scene: Scene) -> httpx.Response:
    asked = {
        "response_type": "code", "client_id": scene.app.slug, "redirect_uri": BACK,
        "scope": "USER_PHONE", "state": "a state",
    }  # fmt: skip
    return await scene.http.get("/oauth2/auth", params=asked)


async def agree(scene: Scene) -> httpx.Response:
    page = await authorize(scene)
    assert page.status_code == 200, page.text
    decision = fields_of(page.text) | {"decision": "allow"}
    return await scene.http.post("/oauth2/auth", data=decision)


async def exchange(scene: Scene, code: str) -> httpx.Response:
    async def rotate(tx: Any) -> str:
        return await developers.rotate_client_secret(
            tx, scene.app.id, keys=scene.platform.services.keys
        )

    secret = await scene.platform.services.db.transact(rotate)
    return await scene.http.post(
        "/oauth2/token",
        data={
            "grant_type": "authorization_code", "code": code, "redirect_uri": BACK,
            "client_id": scene.app.slug, "client_secret": secret,
        },
    )  # fmt: skip


async def consent_denied(scene: Scene) -> httpx.Response:
    answer = await authorize(scene)

    said = told(answer)
    assert (said["error"], said["state"]) == ("access_denied", "a state")
    return answer


async def state_lost(scene: Scene) -> httpx.Response:
    answer = await agree(scene)

    said = told(answer)
    assert "state" not in said
    assert (await exchange(scene, said["code"])).status_code == 200, "the code is good"
    return answer


async def code_used(scene: Scene) -> httpx.Response:
    code = told(await agree(scene))["code"]

    answer = await exchange(scene, code)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    return answer


async def payment_unreturned(scene: Scene) -> httpx.Response:
    token = await scene.token("CREATE_WALLET_PAYMENT")
    asked = {"amount_rials": "400000", "description": "گزارش", "redirect_url": BACK}
    made = (await scene.call("POST", f"{PAYMENTS}/create", token=token, json=asked)).json()
    async with scene.platform.services.db.write() as tx:
        await ledger.transfer(
            tx, reference=new_id(), kind="top_up",
            sides=[
                ledger.Side("gateway", 0, -400_000), ledger.Side("wallet", scene.person.id, 400_000)
            ],
        )  # fmt: skip
    path = f"/pay/app/{made['token']}"
    page = await scene.http.get(path)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert csrf is not None, page.text

    answer = await scene.http.post(f"{path}/pay", data={"csrf_token": csrf[1]})

    assert (answer.status_code, answer.headers["location"]) == (303, path), "not back to the app"
    state = (await scene.call("GET", f"{PAYMENTS}/{made['token']}")).json()
    assert state["transaction"]["status"] == "PAID"
    return answer


STRUCK: dict[str, Callable[[Scene], Awaitable[httpx.Response]]] = {
    one.__name__: one for one in (consent_denied, state_lost, code_used, payment_unreturned)
}


@pytest.mark.parametrize("fault", STRUCK)
async def test_way_there_and_back_meets_what_was_ordered(signed_in: Scene, fault: str):
    await order(signed_in, fault, app=signed_in.app.slug)

    answer = await STRUCK[fault](signed_in)

    assert answer.headers["x-dalan-fault"] == fault
    assert await struck(signed_in) == [1]


async def test_code_that_was_used_ends_what_was_given_for_it(signed_in: Scene):
    """As the room has it for every code that comes twice: somebody may have stolen it."""
    await order(signed_in, "code_used")
    code = told(await agree(signed_in))["code"]
    await exchange(signed_in, code)

    again = await exchange(signed_in, code)

    assert again.json()["error"] == "invalid_grant"
    assert (await signed_in.call("POST", PHONES, token=code)).status_code == 401


@pytest.mark.parametrize("fault", ["consent_denied", "state_lost", "payment_unreturned"])
async def test_another_app_is_left_alone(signed_in: Scene, fault: str):
    services = signed_in.platform.services
    async with services.db.write() as tx:
        other = await developers.register_app(
            tx, keys=services.keys, owner_id=signed_in.person.id, display="دیگری"
        )
    await order(signed_in, fault, app=other.app.slug)

    said = told(await agree(signed_in))

    assert said["state"] == "a state"
    assert await struck(signed_in) == [0]


@pytest.mark.parametrize("fault", ["consent_denied", "state_lost"])
async def test_person_is_who_agrees(signed_in: Scene, fault: str):
    await order(signed_in, fault, phone="09000000000")
    ordered = await order(signed_in, fault, phone=signed_in.person.phone)

    page = await authorize(signed_in)
    if page.status_code == 200:
        decision = fields_of(page.text) | {"decision": "allow"}
        page = await signed_in.http.post("/oauth2/auth", data=decision)

    assert page.headers["x-dalan-fault"] == fault
    assert ordered["phone"] == signed_in.person.phone
    assert await struck(signed_in) == [0, 1]
