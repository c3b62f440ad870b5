"""The gateway: every spelling of a call, both envelopes, its own refusals in their order.

Source: pod-links.md 1, 2 and 8.
"""

import asyncio
import re
import sys
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from dalan.domains import developers, links
from dalan.surfaces.pod.app import Pod
from dalan.surfaces.pod.form import UnreadableField, fields_of
from tests.surfaces.pod.conftest import ADD, DIRECT, GATEWAY, LIST, Scene

OUTER = ["hasError", "messageId", "referenceNumber", "errorCode", "count", "ott", "result"]
LINK: dict[str, Any] = {"urlOrContent": "https://example.com/", "shortenObjectKind": "link"}


def headers_of(scene: Scene) -> dict[str, str]:
    return {"_token_": scene.owner.token, "_token_issuer_": "1"}


async def test_success_has_every_field_of_both_envelopes_and_no_message(scene: Scene):
    answer = await scene.call(ADD, **LINK)

    outer = answer.outer
    assert list(outer) == OUTER
    assert (outer["hasError"], outer["messageId"], outer["errorCode"], outer["count"]) == (
        False, 0, 0, 0,
    )  # fmt: skip
    assert re.fullmatch("[0-9]{1,19}", outer["referenceNumber"])
    assert re.fullmatch("[0-9a-f]{16}", outer["ott"])
    assert list(outer["result"]) == ["result", "header", "statusCode"]
    assert outer["result"]["statusCode"] == 200
    assert answer.http.headers["content-type"] == "application/json;charset=UTF-8"
    assert list(answer.inner) == ["error", "code", "result"]
    assert (answer.inner["error"], answer.inner["code"]) == (False, 200)
    made = answer.result
    assert list(made) == ["urlOrContent", "hash", "visitCount", "shortenObjectKind"]
    assert re.fullmatch("[A-Za-z0-9]{7}", made["hash"])
    assert (made["urlOrContent"], made["visitCount"], made["shortenObjectKind"]) == (
        "https://example.com/", 0, "link",
    )  # fmt: skip


async def test_refusal_of_the_service_stands_inside_a_success_of_the_gateway(scene: Scene):
    answer = await scene.call(ADD, shortenObjectKind="link")

    assert list(answer.outer) == OUTER
    assert (answer.outer["hasError"], answer.outer["result"]["statusCode"]) == (False, 200)
    assert list(answer.inner) == ["error", "code", "message", "developerMessage", "result"]
    assert answer.inner["result"] is None
    assert answer.inner["message"]


async def test_text_that_is_not_latin_travels_unescaped(scene: Scene):
    answer = await scene.call(ADD, urlOrContent="متن", shortenObjectKind="content")

    assert "متن" in answer.http.text


async def test_reference_numbers_rise_and_one_time_tokens_differ(scene: Scene):
    answers = [await scene.call(LIST) for _ in range(5)]

    numbers = [int(one.outer["referenceNumber"]) for one in answers]
    assert numbers == sorted(set(numbers))
    assert len({one.outer["ott"] for one in answers}) == 5


@pytest.mark.parametrize("base", ["sc", "core", "basic-platform"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_address_takes_a_query_and_a_form(scene: Scene, base, slash, method):
    fields = {"scProductId": str(ADD), "scApiKey": scene.owner.service_key, **LINK}
    path = f"/srv/{base}/nzh/doServiceCall{slash}"

    sent: dict[str, Any] = {"params": fields} if method == "GET" else {"data": fields}
    answer = await scene.send(path=path, method=method, headers=headers_of(scene), **sent)

    assert answer.result["hash"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused(http: httpx.AsyncClient, method):
    answer = await http.request(method, GATEWAY)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


async def test_body_is_read_in_every_encoding_clients_send(scene: Scene):
    fields = {"scProductId": ADD, "urlOrContent": "متن", "shortenObjectKind": "content"}
    form = urlencode(fields).encode()
    plain = {"content-type": "application/x-www-form-urlencoded"}
    ways: list[dict[str, Any]] = [
        {"content": form, "headers": plain},
        {"content": form, "headers": {"content-type": f"{plain['content-type']};charset=UTF-8"}},
        {"content": form, "headers": {"content-type": "text/plain"}},
        {"content": form},
        {"files": {name: (None, str(value)) for name, value in fields.items()}},
        {"json": fields},
        {"content": msgspec.json.encode(fields)},
        {"params": fields},
        {"data": {"scProductId": ADD, "body": msgspec.json.encode(fields).decode()}},
        {"json": {"scProductId": ADD, "body": fields}},
        {"params": {"scProductId": 1, "urlOrContent": "x"}, "data": fields},
        {"data": fields | {"scProductId": "۴۶۴۱۰", "shortenObjectKind": " content "}},
        {"data": fields | {"body": '{"urlOrContent": "form wins", "shortenObjectKind": "link"}'}},
    ]

    for number, way in enumerate(ways):
        owner = scene.owner if number == 0 else scene.other
        headers = {"_token_": owner.token, **way.pop("headers", {})}
        answer = await scene.send(headers=headers, **way)
        if number < 2:
            assert answer.result["urlOrContent"] == "متن", number
        else:  # the same was read, for it is known already
            assert answer.said == (121, "URL_OR_CONTENT_REPETITIVE"), number


@pytest.mark.parametrize(
    "vouchers",
    [
        [("scVoucherHash", "a"), ("scVoucherHash", "b")],
        [("scVoucherHash[]", "a"), ("scVoucherHash[]", "b")],
        [("scVoucherHash[0]", "a"), ("scVoucherHash[1]", "b")],
    ],
)
async def test_vouchers_are_taken_in_three_spellings_and_ignored(scene: Scene, vouchers):
    pairs = [("scProductId", str(ADD)), *LINK.items(), *vouchers]

    answer = await scene.send(headers=headers_of(scene), params=pairs, method="GET")

    assert answer.result["hash"]


@pytest.mark.parametrize(
    "tags",
    [
        [("tags", "الف،ب, c")],
        [("tags", "الف"), ("tags", "ب"), ("tags", "c")],
        [("tags[]", "الف"), ("tags[]", "ب,c")],
        [("tags[0]", "الف"), ("tags[1]", "ب"), ("tags[2]", "c")],
    ],
)
async def test_lists_are_taken_in_every_spelling(scene: Scene, tags):
    pairs = [("scProductId", str(ADD)), *LINK.items(), *tags]

    await scene.send(headers=headers_of(scene), content=urlencode(pairs).encode())

    [link] = (await scene.call(LIST)).result["linkVos"]
    assert link["tags"] == "الف,ب,c"


async def test_token_is_read_from_each_place_and_the_header_first(scene: Scene):
    token, wrong = scene.owner.token, "0" * 32
    ways: list[dict[str, Any]] = [
        {"headers": {"_token_": token}},
        {"headers": {"_TOKEN_": f" {token} ", "apiToken": "x"}},
        {"headers": {"Authorization": f"Bearer {token}"}},
        {"headers": {"Authorization": f"bearer {token}"}},
        {"params": {"_token_": token, "_token_issuer_": "1"}},
        {"data": {"_token_": token, "_token_issuer_": "0"}},
        {"headers": {"_token_": token, "_token_issuer_": "0"}, "params": {"_token_": wrong}},
    ]

    for number, way in enumerate(ways):
        params = {"scProductId": str(LIST), **way.pop("params", {})}
        answer = await scene.send(params=params, **way)
        assert answer.outer["hasError"] is False, number


async def refusal(scene: Scene, **sent) -> tuple[int, str]:
    answer = await scene.send(**sent)
    outer = answer.outer
    assert list(outer) == [*OUTER[:4], "message", *OUTER[4:]]
    assert (outer["hasError"], outer["result"], outer["count"]) == (True, None, 0)
    assert outer["message"]
    return outer["errorCode"], outer["message"]


@pytest.mark.parametrize("token", ["TOKEN", "", "0" * 32, "توکن", "x" * 5_000])
async def test_token_nobody_was_given_is_21_with_a_message(scene: Scene, token):
    code, message = await refusal(
        scene, data={"scProductId": LIST, "_token_": token, "_token_issuer_": "1"}
    )

    assert code == 21
    assert message.startswith("توکن نامعتبر است")


async def test_missing_token_says_what_a_proxy_may_have_done(scene: Scene):
    answer = await scene.send(data={"scProductId": LIST})

    assert "زیرخط" in answer.outer["message"]
    hint = answer.http.headers["x-dalan-hint"]
    assert hint == "rule=pod.token_missing; see=/docs/guide/kenar-errors#pod-token-missing"


async def test_issuer_that_is_none_and_revoked_token_are_21(scene: Scene):
    services, owner = scene.platform.services, scene.owner
    sent: dict[str, Any] = {"data": {"scProductId": LIST}}

    code, _ = await refusal(scene, headers={"_token_": owner.token, "_token_issuer_": "2"}, **sent)
    assert code == 21
    async with services.db.write() as tx:
        for one in await developers.pod_credentials(tx, owner.app.id):
            await developers.revoke_pod_credential(tx, owner.app.id, credential_id=one.id)
    code, _ = await refusal(scene, headers=headers_of(scene), **sent)
    assert code == 21


@pytest.mark.parametrize("product", ["", "x", "46409", "46415", "0", "9" * 30, "-46410", "4.6"])
async def test_product_that_is_none_of_ours_is_78(scene: Scene, product):
    code, message = await refusal(scene, headers=headers_of(scene), data={"scProductId": product})

    assert (code, message) == (78, "شناسه سرویس نامعتبر است")


async def test_service_key_of_another_is_401_and_a_missing_one_where_they_are_required(
    scene: Scene,
):
    sent: dict[str, Any] = {"headers": headers_of(scene)}
    for key in (scene.other.service_key, "x"):
        code, message = await refusal(scene, data={"scProductId": LIST, "scApiKey": key}, **sent)
        assert (code, message) == (401, "کلید سرویس نامعتبر است")
    settings = msgspec.structs.replace(scene.platform.settings, service_keys_required=True)
    pod = Pod(msgspec.structs.replace(scene.platform.services, settings=settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=pod)) as client:
        strict = msgspec.structs.replace(scene, http=client)
        code, _ = await refusal(
            strict, path=f"http://here{GATEWAY}", data={"scProductId": LIST}, **sent
        )
        assert code == 401
        answer = await strict.send(
            path=f"http://here{GATEWAY}",
            data={"scProductId": LIST, "scApiKey": scene.owner.service_key},
            **sent,
        )
        assert answer.result["totalCount"] == 0


async def test_suspended_app_is_403(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        await developers.suspend(tx, scene.owner.app.slug, note="spam")

    code, message = await refusal(scene, headers=headers_of(scene), data={"scProductId": LIST})

    assert (code, message) == (403, "دسترسی به این سرویس ندارید")


async def test_too_many_calls_are_429_with_a_time_to_come_again(scene: Scene):
    quotas = developers.Quotas(
        scene.platform.services.db,
        developers.QuotaRules(development=developers.Limits(2, 100), enforced=True),
    )
    pod = Pod(msgspec.structs.replace(scene.platform.services, quotas=quotas))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=pod)) as client:
        limited = msgspec.structs.replace(scene, http=client)
        sent: dict[str, Any] = {
            "path": f"http://here{GATEWAY}",
            "headers": headers_of(scene),
            "data": {"scProductId": LIST},
        }
        for _ in range(2):
            assert (await limited.send(**sent)).outer["hasError"] is False
        answer = await limited.send(**sent)

    assert answer.outer["errorCode"] == 429
    assert int(answer.http.headers["retry-after"]) > 0


async def test_checks_come_in_order_token_product_key_then_the_operations_own(scene: Scene):
    wrong = {"scProductId": "1", "scApiKey": "x"}

    assert (await refusal(scene, headers={"_token_": "x"}, data=wrong))[0] == 21
    assert (await refusal(scene, headers=headers_of(scene), data=wrong))[0] == 78
    assert (await refusal(
        scene, headers=headers_of(scene), data={"scProductId": ADD, "scApiKey": "x"}
    ))[0] == 401  # fmt: skip


async def test_oversized_requests_are_http_413(scene: Scene):
    many = {f"p{number}": "x" for number in range(65)}
    requests: list[dict[str, Any]] = [
        {"content": b"x" * (1_048_576 + 1)},
        {"data": many},
        {"params": many, "method": "GET"},
        {"json": many},
        {"files": {name: (None, value) for name, value in many.items()}},
        {"params": dict(list(many.items())[:40]), "data": dict(list(many.items())[-40:])},
    ]
    for sent in requests:
        method = sent.pop("method", "POST")
        answer = await scene.http.request(method, GATEWAY, headers=headers_of(scene), **sent)
        assert answer.status_code == 413, answer.text


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "1", "{'a': 1}", "نه"])
async def test_body_that_is_no_json_object_is_116(scene: Scene, body):
    answer = await scene.call(ADD, body=body, **LINK)

    assert answer.said == (116, "INVALID_PARAMETER")


async def test_unreadable_bodies_are_refused_in_shape(scene: Scene):
    for content, kind in (
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"x", "multipart/form-data; boundary=b"),
        (b"x", "multipart/form-data"),
        (b"\xff\xfe", "application/json"),
    ):
        answer = await scene.send(
            params={"scProductId": ADD},
            content=content,
            headers=headers_of(scene) | {"content-type": kind},
        )
        assert answer.said == (116, "INVALID_PARAMETER"), (content, kind)


async def test_text_that_no_text_is_is_116(scene: Scene):
    for content in (b"urlOrContent=a%00b", b"urlOrContent=%FF", b"urlOrContent=\xff"):
        answer = await scene.send(
            params={"scProductId": ADD, "shortenObjectKind": "content"},
            content=content,
            headers=headers_of(scene),
        )
        assert answer.said == (116, "INVALID_PARAMETER"), content


async def test_of_two_hundred_who_want_one_hash_one_gets_it_and_none_a_fault(scene: Scene):
    answers = await asyncio.gather(*[
        scene.call(ADD, urlOrContent=f"https://example.com/{number}", shortenObjectKind="link",
                   hash="wanted")
        for number in range(200)
    ])  # fmt: skip

    said = [one.said for one in answers]
    assert said.count((200, "")) == 1
    assert said.count((119, "CUSTOM_HASH_REPETETIVE")) == 199


async def direct(scene: Scene, **sent: Any) -> dict[str, Any]:
    answer = await scene.http.post(DIRECT, **sent)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    said: dict[str, Any] = answer.json()
    return said


async def test_service_without_its_gateway_answers_the_inner_envelope_bare(scene: Scene):
    made = await direct(
        scene,
        params={"urlOrContent": "https://example.com/", "isURL": "true"},
        headers={"_token_": scene.owner.token},
    )
    text = await direct(
        scene,
        files={"urlOrContent": (None, "متن"), "shortenObjectKind": (None, "content")},
        headers={"Authorization": f"Bearer {scene.owner.token}"},
    )

    assert (made["error"], made["code"]) == (False, 200)
    assert made["result"]["shortenObjectKind"] == "link"
    assert text["result"]["urlOrContent"] == "متن"
    assert (await scene.http.get(f"/srv/tinylink/{made['result']['hash']}")).status_code == 302


async def test_service_without_its_gateway_says_401_itself(scene: Scene):
    for headers in ({}, {"_token_": "TOKEN"}, {"Authorization": "Basic eA=="}):
        said = await direct(scene, params=LINK, headers=headers)
        assert (said["error"], said["code"], said["developerMessage"], said["result"]) == (
            True, 401, "UNAUTHORIZED", None,
        )  # fmt: skip
        assert said["message"]


def test_object_of_any_depth_is_read_or_refused():
    limit = sys.getrecursionlimit()
    for depth in range(limit // 2, limit + 10):
        body = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
        try:
            read = fields_of(b"", body, "application/json")
        except UnreadableField:
            continue
        assert list(read) == ["a"]


async def test_call_whose_connection_ends_before_its_body_is_refused_quietly(scene: Scene):
    came = iter(
        [
            {"type": "http.request", "body": b"scProductId=4", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(came)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": GATEWAY, "query_string": b"", "headers": []}
    await Pod(scene.platform.services)(scope, receive, send)

    assert sent[0]["status"] == 400


@pytest.mark.parametrize("product", [ADD, LIST])
async def test_failure_of_the_service_is_999_inside_and_tells_nothing_of_it(
    scene: Scene, product: int
):
    await take_away(scene, "link_tag")

    answer = await scene.call(product, **LINK, tags="a", filter_tags="a")

    assert answer.outer["hasError"] is False
    assert answer.outer["result"]["statusCode"] == 200
    assert answer.said == (999, "INTERNAL_SERVER_EXCEPTION")
    assert (answer.inner["error"], answer.inner["result"]) == (True, None)
    assert "link_tag" not in answer.http.text
    assert (await scene.call(LIST)).result["totalCount"] == 0, "nothing was half done"


async def test_failure_of_the_service_without_its_gateway_is_999(scene: Scene):
    await take_away(scene, "link_tag")

    said = await direct(scene, params={**LINK, "tags": "a"}, headers={"_token_": scene.owner.token})

    assert (said["error"], said["code"], said["developerMessage"], said["result"]) == (
        True, 999, "INTERNAL_SERVER_EXCEPTION", None,
    )  # fmt: skip


async def test_failure_of_the_gateway_is_999_outside(scene: Scene):
    await take_away(scene, "pod_credential")

    code, message = await refusal(scene, headers=headers_of(scene), data={"scProductId": LIST})
    said = await direct(scene, params=LINK, headers={"_token_": scene.owner.token})

    assert (code, message) == (999, "خطای داخلی سرور")
    assert (said["error"], said["code"]) == (True, 999)


async def take_away(scene: Scene, table: str) -> None:
    """Break the database as a failed upgrade would."""
    async with scene.platform.services.db.write() as tx:
        await tx.rows(f"ALTER TABLE {table} RENAME TO taken_away", ())


async def test_more_links_than_one_may_make_are_refused_by_the_gateway(scene: Scene):
    settings = msgspec.structs.replace(
        scene.platform.services.settings, quotas_enforced=True, short_links_per_minute_app=1
    )
    pod = Pod(msgspec.structs.replace(scene.platform.services, settings=settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=pod)) as client:
        limited = msgspec.structs.replace(scene, http=client)
        answers = [
            await limited.send(
                path=f"http://here{GATEWAY}",
                headers=headers_of(scene),
                data={
                    "scProductId": ADD,
                    "shortenObjectKind": "link",
                    "urlOrContent": f"https://example.com/{number}",
                },
            )
            for number in range(2)
        ]

    assert answers[0].outer["hasError"] is False
    assert answers[1].outer["errorCode"] == 429
    assert int(answers[1].http.headers["retry-after"]) > 0


async def test_host_that_was_blocked_is_116_and_a_link_to_it_404(scene: Scene):
    kind: dict[str, Any] = {"shortenObjectKind": "link"}
    made = await scene.call(ADD, urlOrContent="https://www.evil.example/", hash="evil", **kind)
    assert made.inner["code"] == 200
    async with scene.platform.services.db.write() as tx:
        await links.block_host(tx, "evil.example")

    again = await scene.call(ADD, urlOrContent="https://evil.example/2", **kind)
    visit = await scene.call(46411, hash="evil")

    assert (again.inner["code"], again.inner["developerMessage"]) == (116, "INVALID_PARAMETER")
    assert visit.inner["code"] == 404
