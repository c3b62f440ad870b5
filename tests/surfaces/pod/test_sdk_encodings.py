"""Calls as the SDKs of five languages encode them, and a link's terms on this wire.

Source: pod-links.md 1.1 to 1.3 and 5.1; each row is one base class's way of writing a request.
"""

from typing import Any
from urllib.parse import urlencode

import pytest

from dalan.domains import links
from tests.factories.links import make_link
from tests.surfaces.pod.conftest import ADD, GATEWAY, Scene

VISIT = 46411
FIELDS = {"urlOrContent": "متن", "shortenObjectKind": "content", "tags": "الف،b"}


def java(scene: Scene) -> dict[str, Any]:
    """A form that says its charset, the voucher's key repeated, an older base."""
    pairs = [*FIELDS.items(), ("scVoucherHash", "a"), ("scVoucherHash", "b"), *_known(scene)]
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    headers = {"_token_": scene.owner.token, "_token_issuer_": "1", "content-type": kind}
    return {"path": "/srv/core/nzh/doServiceCall", "content": urlencode(pairs), "headers": headers}


def c_sharp(scene: Scene) -> dict[str, Any]:
    """Everything in the query, a slash behind the address."""
    query = urlencode([*FIELDS.items(), *_known(scene)])
    headers = {"_token_": scene.owner.token, "_token_issuer_": "1"}
    return {"method": "GET", "path": f"{GATEWAY}/?{query}", "headers": headers}


def php(scene: Scene) -> dict[str, Any]:
    """Lists in indexed brackets, in the query."""
    query = urlencode([*FIELDS.items(), *_known(scene), ("scVoucherHash[0]", "a")])
    return {
        "method": "GET",
        "path": f"{GATEWAY}?{query}",
        "headers": {"_token_": scene.owner.token, "_token_issuer_": "1", "apiToken": "x"},
    }


def node(scene: Scene) -> dict[str, Any]:
    """Lists in empty brackets, the token as a bearer's."""
    pairs = [*FIELDS.items(), *_known(scene), ("scVoucherHash[]", "a"), ("scVoucherHash[]", "b")]
    headers = {
        "authorization": f"bearer {scene.owner.token}",
        "content-type": "application/x-www-form-urlencoded",
    }
    return {"content": urlencode(pairs), "headers": headers}


def python(scene: Scene) -> dict[str, Any]:
    """The token among the fields, the operation's own in a body of JSON text."""
    body = '{"urlOrContent": "متن", "shortenObjectKind": "content", "tags": "الف،b"}'
    return {
        "path": "/srv/basic-platform/nzh/doServiceCall",
        "data": {**dict(_known(scene)), "body": body, "_token_": scene.owner.token,
                 "_token_issuer_": 1},
    }  # fmt: skip


def _known(scene: Scene) -> list[tuple[str, str]]:
    return [("scProductId", str(ADD)), ("scApiKey", scene.owner.service_key)]


@pytest.mark.parametrize("encode", [java, c_sharp, php, node, python])
async def test_call_of_each_sdk_is_served_alike(scene: Scene, encode):
    answer = await scene.send(**encode(scene))

    outer = dict(answer.outer)
    assert outer.pop("referenceNumber").isdigit()
    assert len(outer.pop("ott")) == 16
    result = outer.pop("result")
    assert outer == {"hasError": False, "messageId": 0, "errorCode": 0, "count": 0}
    assert list(result) == ["result", "header", "statusCode"]
    assert result["statusCode"] == 200
    hash_ = answer.result["hash"]
    assert answer.inner == {
        "error": False,
        "code": 200,
        "result": {
            "urlOrContent": "متن", "hash": hash_, "visitCount": 0, "shortenObjectKind": "content",
        },
    }  # fmt: skip
    async with scene.platform.services.db.look() as tx:
        link = await links.find(tx, hash_)
    assert link is not None
    assert link.tags == "الف,b"


async def test_terms_hold_on_this_wire_too(scene: Scene):
    rules, owner = scene.platform.services.link_rules, scene.owner.app.id
    terms = links.Terms(
        rules=(links.Rule(target="https://fa.example/", languages=("fa",)),),
        utm=links.Utm(source="pod"),
    )
    async with scene.platform.services.db.write() as tx:
        locked = await make_link(tx, owner, "https://a.example/", rules=rules, password="x")
        few = await make_link(tx, owner, "https://b.example/", rules=rules, visits_max=1)
        led = await make_link(tx, owner, "https://c.example/", rules=rules, terms=terms)

    async def visited(link: links.Link, **headers: str) -> Any:
        known = {"_token_": scene.owner.token, "_token_issuer_": "1"}
        data = {"scProductId": VISIT, "scApiKey": scene.owner.service_key, "hash": link.hash}
        answer = await scene.send(headers={**known, **headers}, data=data)
        if answer.inner is not None:
            return answer.said
        return answer.outer["result"]["header"]["Location"]

    assert await visited(locked) == (404, "NOT_FOUND")
    assert await visited(few) == "https://b.example/"
    assert await visited(few) == (404, "NOT_FOUND")
    assert await visited(led) == "https://c.example/?utm_source=pod"
    assert await visited(led, **{"accept-language": "fa"}) == "https://fa.example/?utm_source=pod"
