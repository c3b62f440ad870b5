"""The pages of the request log, and its API for scripts."""

import asyncio
import html
import json
from contextlib import suppress
from typing import Any

import pytest

from tests.factories.browser import forms_of
from tests.surfaces.console.traffic.conftest import Scene

POSTS = "/v1/open-platform/finder/post"


async def test_console_opens_with_the_requests(traffic_scene: Scene):
    scene = traffic_scene

    first = await scene.http.get("/console")
    page = await scene.http.get(first.headers["location"])

    assert page.status_code == 200
    assert "هنوز درخواستی نیامده است" in page.text
    assert 'data-live="/console/api/requests/live' in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text


async def test_page_lists_requests_newest_first_and_by_filter(traffic_scene: Scene):
    scene = traffic_scene
    await scene.http.get(f"{POSTS}/FIRST123", headers={"x-api-key": scene.key})
    await scene.http.get(f"{POSTS}/{scene.post.token}", headers={"x-api-key": scene.key})

    every = (await scene.http.get("/console/requests")).text
    refused = (await scene.http.get("/console/requests?refused=1")).text
    of_path = (await scene.http.get(f"/console/requests?path={scene.post.token}")).text
    of_app = (await scene.http.get(f"/console/requests?app={scene.app.slug}&status=4xx")).text
    none = (await scene.http.get("/console/requests?status=503")).text

    assert every.index(scene.post.token) < every.index("FIRST123")
    assert "FIRST123" in refused
    assert f"post/{scene.post.token}" not in refused
    assert "FIRST123" not in of_path
    assert "FIRST123" in of_app
    assert "درخواستی با این صافی نیست" in none


async def test_page_of_a_refusal_explains_it_in_both_languages(traffic_scene: Scene):
    scene = traffic_scene
    await scene.http.get(f"{POSTS}/{scene.post.token}", headers={"x-api-key": "nonsense"})
    [found] = await scene.requests()

    page = (await scene.http.get(f"/console/requests/{found['id']}")).text

    assert "developers.invalid_key" in page
    assert "این کلید API را ما نداده‌ایم" in page
    assert "We never issued this API key" in page
    assert 'href="/docs/guide/kenar-errors#developers-invalid-key"' in page
    assert "rule=developers.invalid_key" in page


async def test_request_that_is_not_kept_says_so(traffic_scene: Scene):
    scene = traffic_scene

    page = await scene.http.get("/console/requests/77")
    said = await scene.http.get("/console/api/requests/77")

    assert page.status_code == 404
    assert "این درخواست نگه داشته نشده است" in page.text
    assert said.status_code == 404
    assert said.json()["code"] == "dalan.not_found"


async def test_what_strangers_send_is_never_markup(traffic_scene: Scene):
    scene = traffic_scene
    script = "<script>alert(1)</script>"
    await scene.http.post(
        f"/v1/open-platform/{script}?q={script}",
        content=json.dumps({script: script}).encode(),
        headers={"x-api-key": script, "content-type": "application/json", "x-mine": script},
    )
    broken = f'"{script}\x00'.encode() + b"\xff"
    await scene.http.post("/v1/users/me", content=broken, headers={"content-type": "text/plain"})
    for one in await scene.requests():
        page = (await scene.http.get(f"/console/requests/{one['id']}")).text

        assert script not in page
        assert "alert(1)" in html.unescape(page)
    assert script not in (await scene.http.get("/console/requests")).text


async def test_clearing_needs_the_form_and_empties_the_log(traffic_scene: Scene):
    scene = traffic_scene
    await scene.http.get(f"{POSTS}/{scene.post.token}")
    page = await scene.http.get("/console/requests")
    [fields] = forms_of(page.text, "/console/requests/clear")

    refused = await scene.http.post("/console/requests/clear", data={})
    assert refused.status_code == 403
    assert len(await scene.requests()) == 1

    done = await scene.http.post("/console/requests/clear", data=fields)
    assert done.status_code == 303
    assert await scene.requests() == []


async def test_script_reads_on_from_the_last_one_it_got(traffic_scene: Scene):
    scene = traffic_scene
    for _ in range(5):
        await scene.http.get(f"{POSTS}/{scene.post.token}")

    newest = await scene.api("requests", params={"limit": 2})
    first = await scene.api("requests", params={"after": 0, "limit": 3})
    rest = await scene.api("requests", params={"after": first["last"]})
    nothing = await scene.api("requests", params={"after": rest["last"]})

    assert [one["id"] for one in newest["requests"]] == [4, 5]
    assert [one["id"] for one in first["requests"]] == [1, 2, 3]
    assert [one["id"] for one in rest["requests"]] == [4, 5]
    assert nothing == {"requests": [], "last": 5}


async def test_script_clears_the_log(traffic_scene: Scene):
    scene = traffic_scene
    await scene.http.get(f"{POSTS}/{scene.post.token}")

    said = await scene.api("requests", "DELETE")

    assert said == {"requests": [], "last": 1}
    assert await scene.requests() == []


@pytest.mark.parametrize(
    "query",
    ["limit=x", "after=-1", "status=teapot", "direction=up", "surface=web", "from=1.5", "to=٣"],
)
async def test_script_is_told_what_cannot_be(traffic_scene: Scene, query):
    answer = await traffic_scene.http.get(f"/console/api/requests?{query}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "dalan.invalid"


@pytest.mark.parametrize("query", ["before=x", "status=%00", "app=%FF", "path=" + "a" * 5_000])
async def test_page_takes_what_cannot_be_for_nothing(traffic_scene: Scene, query):
    assert (await traffic_scene.http.get(f"/console/requests?{query}")).status_code == 200


async def test_stream_tells_each_request_as_it_ends(traffic_scene: Scene):
    scene = traffic_scene
    sent: asyncio.Queue[bytes] = asyncio.Queue()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body" and message.get("body"):
            await sent.put(message["body"])

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/console/api/requests/live", "raw_path": b"/console/api/requests/live",
        "query_string": b"refused=1", "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "headers": [(b"host", b"127.0.0.1:8000"), (b"accept", b"text/event-stream")],
    }  # fmt: skip
    stream = asyncio.create_task(scene.platform(scope, receive, send))
    try:
        async with asyncio.timeout(30):
            assert (await sent.get()).startswith(b": hello")
            await scene.http.get(f"{POSTS}/{scene.post.token}", headers={"x-api-key": scene.key})
            await scene.http.get(f"{POSTS}/{scene.post.token}")
            event = await sent.get()
    finally:
        stream.cancel()
        with suppress(asyncio.CancelledError):
            await stream

    name, _, data = event.decode().partition("\ndata: ")
    told = json.loads(data)
    assert name == f"id: {told['id']}"
    assert told["refusal"] == "developers.missing_key"


async def test_other_sites_do_not_read_the_log(traffic_scene: Scene):
    scene = traffic_scene

    other = await scene.http.get("/console/api/requests", headers={"sec-fetch-site": "cross-site"})
    rebound = await scene.http.get("/console/api/requests", headers={"host": "evil.example"})

    assert other.status_code == 403
    assert rebound.status_code == 403
