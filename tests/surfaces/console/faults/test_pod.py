"""Faults at the short links' gateway, which says all of it inside an answer that is 200."""

from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from tests.surfaces.console.faults.conftest import order, struck
from tests.surfaces.pod.conftest import DIRECT, LIST, Outside, make_owner
from tests.surfaces.pod.conftest import Scene as Gateway

TOO_MANY = 429, "تعداد درخواست‌ها بیش از حد مجاز است"
BROKEN = 999, "خطای داخلی سرور"

SAID: dict[str, tuple[int, str]] = {
    "rate_limited_minute": TOO_MANY,
    "rate_limited_day": TOO_MANY,
    "quota_used_up": TOO_MANY,
    "server_error": BROKEN,
    "unavailable": BROKEN,
    "key_disabled": (401, "کلید سرویس نامعتبر است"),
    "api_token_refused": (21, "توکن نامعتبر است"),
    "app_suspended": (403, "دسترسی به این سرویس ندارید"),
}
STRUCK = ("api_token_refused",)
"""Faults that strike nowhere else."""


@pytest.fixture
async def gateway(platform: Platform, http: httpx.AsyncClient) -> Gateway:
    owner, other = await make_owner(platform), await make_owner(platform)
    return Gateway(platform=platform, http=http, owner=owner, other=other)


def said(answer: Outside) -> tuple[int, str]:
    """The gateway's own refusal."""
    assert answer.outer["hasError"] is True, answer.outer
    return answer.outer["errorCode"], answer.outer["message"]


@pytest.mark.parametrize("fault", SAID)
async def test_refusal_comes_in_the_gateways_envelope(gateway: Gateway, fault: str):
    await order(gateway, fault, surface="pod", operation="list_short_links")

    answer = await gateway.call(LIST)

    assert said(answer) == SAID[fault]
    assert answer.http.headers["x-dalan-fault"] == fault
    assert ("retry-after" in answer.http.headers) == (SAID[fault] is TOO_MANY)
    assert await struck(gateway) == [1]


async def test_only_calls_of_that_app_and_operation_are_struck(gateway: Gateway):
    await order(gateway, "unavailable", app=gateway.other.app.slug, operation="add_short_link")

    await gateway.add()
    listed = await gateway.call(LIST, gateway.other)
    struck_one = await gateway.call(46410, gateway.other, urlOrContent="https://example.com/a")

    assert listed.outer["hasError"] is False
    assert said(struck_one) == BROKEN


async def test_address_without_a_gateway_is_struck_in_its_one_envelope(gateway: Gateway):
    await order(gateway, "rate_limited_day", surface="pod")
    sent: dict[str, Any] = {
        "headers": {"_token_": gateway.owner.token},
        "data": {"urlOrContent": "https://example.com/", "shortenObjectKind": "link"},
    }

    first, second = [(await gateway.http.post(DIRECT, **sent)).json() for _ in range(2)]

    assert (first["error"], first["code"]) == (True, 429)
    assert second["error"] is False


async def test_call_of_nobody_known_is_no_turn(gateway: Gateway):
    await order(gateway, "unavailable", surface="pod")

    refused = await gateway.send(headers={"_token_": "none"}, data={"scProductId": LIST})

    assert said(refused)[0] == 21
    assert await struck(gateway) == [0]


async def test_done_and_answered_with_broken_json(gateway: Gateway):
    await order(gateway, "invalid_json", surface="pod", operation="add_short_link")
    sent: dict[str, Any] = {
        "headers": {"_token_": gateway.owner.token},
        "data": {
            "scProductId": 46410, "scApiKey": gateway.owner.service_key,
            "urlOrContent": "https://example.com/lost", "shortenObjectKind": "link",
        },
    }  # fmt: skip

    answer = await gateway.http.post("/srv/sc/nzh/doServiceCall", **sent)

    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(answer.content)
    listed = (await gateway.call(LIST)).result
    assert [one["urlOrContent"] for one in listed["linkVos"]] == ["https://example.com/lost"]
