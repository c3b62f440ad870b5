"""The short links' gateway in the request log: five operations, refusals inside an envelope."""

import httpx
import pytest

from dalan.app import Platform
from dalan.surfaces.console.traffic.exchange import Filter
from dalan.surfaces.console.traffic.exports import replay
from tests.surfaces.pod.conftest import ADD, DIRECT, LIST, STATISTICS, STATUS, VISIT, make_owner
from tests.surfaces.pod.conftest import Scene as Gateway


@pytest.fixture
async def gateway(platform: Platform, http: httpx.AsyncClient) -> Gateway:
    owner, other = await make_owner(platform), await make_owner(platform)
    return Gateway(platform=platform, http=http, owner=owner, other=other)


async def log_of(gateway: Gateway) -> list[dict[str, object]]:
    answer = await gateway.http.get("/console/api/requests")
    requests: list[dict[str, object]] = answer.json()["requests"]
    return requests


async def test_each_operation_stands_by_its_name_with_its_app(gateway: Gateway):
    hash_ = await gateway.add()
    await gateway.call(VISIT, hash=hash_)
    await gateway.call(LIST)
    await gateway.call(STATUS, hash=hash_, setStatus="deactive")
    await gateway.call(STATISTICS, hash=hash_)

    kept = await log_of(gateway)

    assert [one["operation"] for one in kept] == [
        "add_short_link", "visit_short_link", "list_short_links", "set_short_link_status",
        "short_link_statistics",
    ]  # fmt: skip
    assert {(one["surface"], one["app"], one["refusal"]) for one in kept} == {
        ("pod", gateway.owner.app.slug, "")
    }


async def test_refusals_inside_envelopes_are_refusals(gateway: Gateway):
    await gateway.send(headers={"_token_": "none"}, data={"scProductId": LIST})
    await gateway.send(data={"scProductId": LIST})
    await gateway.call(1)
    await gateway.call(ADD, urlOrContent="x" * 20, shortenObjectKind="link")
    await gateway.call(VISIT, hash="nowhere")
    await gateway.http.post(DIRECT, data={"urlOrContent": "https://example.com/"})
    await gateway.http.delete(DIRECT)

    kept = await log_of(gateway)

    assert [one["refusal"] for one in kept] == [
        "developers.invalid_pod_token", "pod.token_missing", "pod.product_unknown",
        "links.invalid", "links.unknown", "pod.token_missing", "pod.wrong_method",
    ]  # fmt: skip
    whole = (await gateway.http.get(f"/console/api/requests/{kept[4]['id']}")).json()
    page = await gateway.http.get(f"/console/requests/{kept[4]['id']}")
    assert whole["reason"]["docs"] == "/docs/guide/kenar-errors#links-unknown"
    assert "چنین پیوندی نیست" in page.text


async def test_its_token_and_service_key_stand_nowhere(gateway: Gateway):
    owner = gateway.owner
    await gateway.call(LIST)
    await gateway.http.get(
        "/srv/core/nzh/doServiceCall",
        params={"scProductId": LIST, "scApiKey": owner.service_key, "_token_": owner.token},
    )
    await gateway.http.post(
        DIRECT, json={"_token_": owner.token, "scApiKey": owner.service_key, "urlOrContent": "x"}
    )

    export = await gateway.http.get("/console/api/requests/export?format=har")

    assert export.text.count("_token_") >= 3
    assert owner.token not in export.text
    assert owner.service_key not in export.text


async def test_replay_notices_that_a_refusal_is_none_any_more(gateway: Gateway):
    await gateway.send(headers={"_token_": "none"}, data={"scProductId": LIST})
    await gateway.http.post(DIRECT, data={"urlOrContent": "https://example.com/"})
    workshop = gateway.platform.workshop
    assert workshop is not None
    kept = await workshop.traffic.oldest(Filter(), most=10)

    module = replay.module(kept, "http://127.0.0.1:8000")

    assert "assert answer.json()['hasError'] is True" in module
    assert "assert answer.json()['error'] is True" in module
    compile(module, "test_requests.py", "exec")
