"""The simulated bank keeps to the form of the real one, and to dev worlds."""

from typing import Any

import httpx
import pytest

from dalan.app import Platform
from dalan.surfaces.bank import make_app
from tests.factories.browser import forms_of, make_services

REQUEST = "/pay/bank/pg/v4/payment/request.json"
VERIFY = "/pay/bank/pg/v4/payment/verify.json"
MERCHANT = "00000000-0000-4000-8000-000000000001"
BACK = "http://shop.example/back?order=7"
GOOD: dict[str, Any] = {
    "merchant_id": MERCHANT,
    "amount": 500_000,
    "callback_url": BACK,
    "description": "یک چیز",
    "metadata": {"order_id": "7"},
}


async def asked(http: httpx.AsyncClient, **said: Any) -> str:
    answer = await http.post(REQUEST, json=GOOD | said)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["errors"] == []
    assert body["data"]["code"] == 100
    authority: str = body["data"]["authority"]
    assert len(authority) == 36
    return authority


async def verified(http: httpx.AsyncClient, authority: str, **said: Any) -> int:
    body = {"merchant_id": MERCHANT, "amount": 500_000, "authority": authority} | said
    answer = (await http.post(VERIFY, json=body)).json()
    code: int = (answer["data"] or answer["errors"])["code"]
    return code


async def press(http: httpx.AsyncClient, authority: str, decision: str) -> httpx.Response:
    path = f"/pay/bank/pg/StartPay/{authority}"
    page = await http.get(path)
    return await http.post(path, data=forms_of(page.text, path)[0] | {"decision": decision})


@pytest.mark.parametrize(
    ("decision", "status", "codes"),
    [
        ("pay", "OK", (100, 101, 101)),
        ("pay_twice", "OK", (101, 101, 101)),
        ("cancel", "NOK", (-51, -51, -51)),
        ("time_out", "NOK", (-51, -51, -51)),
    ],
)
async def test_each_button_leads_back_and_is_remembered(http, decision, status, codes):
    authority = await asked(http)

    answer = await press(http, authority, decision)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{BACK}&Authority={authority}&Status={status}"
    assert tuple([await verified(http, authority) for _ in codes]) == codes


async def test_paying_without_coming_back_stays_on_the_page(http):
    authority = await asked(http)

    answer = await press(http, authority, "pay_and_leave")

    assert answer.status_code == 200
    assert "پرداخت شد" in answer.text
    assert await verified(http, authority) == 100


async def test_only_the_first_press_counts(http):
    authority = await asked(http)
    await press(http, authority, "cancel")

    again = await press(http, authority, "pay")

    assert again.headers["location"].endswith("Status=NOK")
    assert await verified(http, authority) == -51


async def test_another_amount_merchant_or_authority_is_told_apart(http):
    authority = await asked(http)
    await press(http, authority, "pay")

    assert await verified(http, authority, amount=500_001) == -50
    assert await verified(http, authority, merchant_id="m" * 36) == -53
    assert await verified(http, "A" * 36) == -54
    assert await verified(http, authority, amount=50_000, currency="IRT") == 100


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"merchant_id": "short"}, -10),
        ({"amount": 9_999}, -9),
        ({"amount": 10**12}, -9),
        ({"amount": "500000"}, -9),
        ({"amount": None}, -9),
        ({"currency": "USD"}, -9),
        ({"description": ""}, -9),
        ({"description": "x" * 501}, -9),
        ({"callback_url": "javascript:alert(1)"}, -9),
        ({"callback_url": "http://[::1"}, -9),
        ({"callback_url": "http://a.example/\r\nx"}, -9),
    ],
)
async def test_what_no_gateway_takes_is_refused_in_its_form(http, said, code):
    answer = await http.post(REQUEST, json=GOOD | said)

    assert answer.status_code == 422
    assert answer.json()["data"] == []
    assert answer.json()["errors"]["code"] == code


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{", b'{"amount": 1e400}'])
async def test_what_is_no_message_is_refused_in_its_form(http, body):
    for path in (REQUEST, VERIFY):
        assert (await http.post(path, content=body)).json()["errors"]["code"] == -9


async def test_a_press_without_the_pages_token_does_nothing(http):
    authority, other = await asked(http), await asked(http)
    path, other_path = (f"/pay/bank/pg/StartPay/{one}" for one in (authority, other))
    token = forms_of((await http.get(other_path)).text, other_path)[0]["csrf_token"]

    for fields in ({}, {"csrf_token": token}, {"csrf_token": "x"}):
        assert (await http.post(path, data=fields | {"decision": "pay"})).status_code == 403

    assert await verified(http, authority) == -51


async def test_page_speaks_both_languages_and_says_that_it_is_none(http):
    path = f"/pay/bank/pg/StartPay/{await asked(http)}"

    persian, english = await http.get(path), await http.get(f"{path}?lang=en")

    assert "شبیه‌سازی" in persian.text
    assert 'dir="rtl"' in persian.text
    assert "No real bank" in english.text
    assert "javascript" not in persian.text


async def test_what_it_does_not_know_has_a_page_of_its_own(http):
    for path in ("/pay/bank", "/pay/bank/pg/StartPay/nothing", "/pay/bank/x/y"):
        answer = await http.get(path)
        assert answer.status_code == 404, path
        assert "بانک چنین پرداختی را نمی‌شناسد" in answer.text


async def test_there_is_none_in_a_real_world(db, platform: Platform):
    with pytest.raises(ValueError, match="dev worlds alone"):
        make_app(make_services(db, world="real"))
