"""What the request log keeps of what went over the wire, and what of it survives."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.kernel.outbound import OutboundAnswer, OutboundCall, OutboundTimeout
from dalan.settings import Settings
from dalan.surfaces.console.traffic import Filter, Traffic
from dalan.surfaces.console.traffic.exchange import BODY_BYTES_MAX
from dalan.surfaces.console.traffic.keeping import FILE, FILE_BEFORE, FILE_BYTES_MAX, KEPT_MAX
from tests.surfaces.console.traffic.conftest import Scene

ALL = Filter()
POSTS = "/v1/open-platform/finder/post"


def traffic_at(home: Path) -> Traffic:
    return Traffic(Settings(world="dev", home=home, secret="a secret of the tests, long enough"))


async def ask(
    traffic: Traffic,
    *,
    body: bytes = b"",
    answer: bytes = b"{}",
    status: int = 200,
    headers: tuple[tuple[bytes, bytes], ...] = (),
    answer_headers: tuple[tuple[bytes, bytes], ...] = ((b"content-type", b"application/json"),),
    surface: str = "kenar",
    path: str = "/v1/x",
    parts: int = 1,
    **scope: Any,
) -> None:
    """One request through the log, to an application that reads it whole and answers."""

    async def application(_: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": status, "headers": answer_headers})
        size = max(1, -(-len(answer) // parts))
        for at in range(0, len(answer) or 1, size):
            more = at + size < len(answer)
            part = answer[at : at + size]
            await send({"type": "http.response.body", "body": part, "more_body": more})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(_: Any) -> None:
        pass

    given = {
        "type": "http", "method": "POST" if body else "GET", "path": path,
        "raw_path": path.encode(), "query_string": b"", "headers": list(headers),
    }  # fmt: skip
    await traffic.around(application, surface, given | scope, receive, send)


async def test_call_is_kept_with_both_sides_and_who_called(traffic_scene: Scene):
    scene = traffic_scene
    token = await scene.token("USER_PHONE")

    await scene.http.get(
        f"{POSTS}/{scene.post.token}",
        headers={"x-api-key": scene.key, "authorization": f"Bearer {token}"},
    )

    [found] = await scene.requests()
    whole = await scene.whole(found["id"])
    assert found["method"] == "GET"
    assert found["address"] == f"{POSTS}/{scene.post.token}"
    assert found["status"] == 200
    assert found["surface"] == "kenar"
    assert found["operation"] == "get_post"
    assert found["app"] == scene.app.slug
    assert found["request_id"]
    assert found["refusal"] == ""
    assert '"data"' in whole["answer"]["body"]
    sent = dict(whole["request"]["headers"])
    assert sent["authorization"].startswith("Bearer ory_at_[access_token:")
    assert sent["x-api-key"].startswith("dalan_ak_")
    assert token[8:40] not in msgspec.json.encode(whole).decode()
    assert scene.key[-20:] not in msgspec.json.encode(whole).decode()


async def test_refusal_is_kept_with_its_code_hint_and_reason(traffic_scene: Scene):
    scene = traffic_scene

    await scene.http.get(f"{POSTS}/{scene.post.token}")

    [found] = await scene.requests(refused="1")
    whole = await scene.whole(found["id"])
    assert found["status"] == 401
    assert found["refusal"] == "developers.missing_key"
    assert found["hint"].startswith("rule=developers.missing_key")
    assert whole["reason"]["docs"] == "/docs/guide/kenar-errors#developers-missing-key"
    assert whole["reason"]["en"].startswith("The call carries no API key")
    assert "کلید" in whole["reason"]["fa"]


async def test_person_is_kept_where_a_token_names_one(traffic_scene: Scene):
    scene = traffic_scene
    token = await scene.token("USER_PHONE")

    await scene.http.get(
        "/v1/open-platform/users",
        headers={"x-api-key": scene.key, "authorization": f"Bearer {token}"},
    )

    [found] = await scene.requests()
    assert found["person"] == scene.person.id


async def test_token_request_is_kept_without_secrets_and_with_its_refusal(traffic_scene: Scene):
    scene = traffic_scene
    fields = {
        "grant_type": "authorization_code", "code": "one-that-was-never-given",
        "client_id": scene.app.slug, "client_secret": scene.secret,
        "redirect_uri": "https://app.example/oauth/callback",
    }  # fmt: skip

    await scene.http.post("/oauth2/token", data=fields)

    [found] = await scene.requests()
    whole = await scene.whole(found["id"])
    assert found["refusal"] == "oauth.invalid_grant"
    assert found["app"] == scene.app.slug
    assert "never-given" not in whole["request"]["body"]
    assert scene.secret not in whole["request"]["body"]
    assert whole["reason"]["docs"].startswith("/docs/guide/consent-and-tokens#")


async def test_pages_of_the_site_and_the_console_are_not_kept(traffic_scene: Scene):
    scene = traffic_scene

    await scene.http.get("/")
    await scene.http.get("/console/requests")
    await scene.http.get("/health/live")

    assert await scene.requests() == []


async def test_log_survives_a_restart_and_goes_on_counting(tmp_path):
    first = traffic_at(tmp_path)
    await first.start()
    await ask(first, answer=b'{"a": 1}')
    await ask(first)
    await first.stop()

    second = traffic_at(tmp_path)
    await second.start()
    await ask(second)

    kept = await second.oldest(ALL, most=10)
    await second.stop()
    assert [one.id for one in kept] == [1, 2, 3]
    assert kept[0].answer.body == '{"a": 1}'


async def test_line_cut_by_a_kill_costs_that_line_alone(tmp_path):
    first = traffic_at(tmp_path)
    await first.start()
    await ask(first)
    await ask(first)
    await first.stop()
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-20])

    second = traffic_at(tmp_path)
    await second.start()
    await ask(second)
    await second.stop()

    third = traffic_at(tmp_path)
    await third.start()
    kept = await third.oldest(ALL, most=10)
    await third.stop()
    assert [one.id for one in kept] == [1, 2]


async def test_file_is_for_its_owner_alone_and_turned_over_when_large(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()
    (tmp_path / FILE).touch(mode=0o600)
    (tmp_path / FILE).write_bytes(b"x" * (FILE_BYTES_MAX - 1) + b"\n")

    await ask(traffic)
    await traffic.stop()

    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert (tmp_path / FILE_BEFORE).stat().st_size == FILE_BYTES_MAX
    assert (tmp_path / FILE).stat().st_size < 10_000


async def test_memory_keeps_the_newest(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()
    for _ in range(KEPT_MAX + 10):
        await ask(traffic)

    kept = await traffic.oldest(ALL, most=KEPT_MAX + 100)
    await traffic.stop()

    assert len(kept) == KEPT_MAX
    assert kept[-1].id == KEPT_MAX + 10


async def test_clearing_forgets_the_file_as_well(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()
    await ask(traffic)
    await traffic.clear()
    await ask(traffic)

    kept = await traffic.oldest(ALL, most=10)
    await traffic.stop()

    assert [one.id for one in kept] == [2]
    assert (tmp_path / FILE).read_bytes().count(b"\n") == 1


async def test_long_bodies_are_cut_and_measured(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()
    long = "سلام".encode() * 30_000
    plain = ((b"content-type", b"text/plain; charset=utf-8"),)

    await ask(traffic, body=long, answer=long, headers=plain, answer_headers=plain, parts=7)

    [one] = await traffic.newest(ALL, most=1)
    await traffic.stop()
    for side in (one.request, one.answer):
        assert side.size == len(long)
        assert side.is_cut
        assert not side.is_exact
        assert len(side.body.encode()) <= BODY_BYTES_MAX
        assert side.body.startswith("سلامسلام")


@pytest.mark.parametrize(
    ("body", "content_type", "kind", "shown"),
    [
        (b"\x89PNG\x00\xff", b"image/png", "binary", ""),
        (b"\xff\xfe broken", b"application/json", "text", "\\xff\\xfe broken"),
        (b"a\x00b", b"application/json", "text", "a\x00b"),
        (b"\xff\xfe", b"", "binary", ""),
        (b"plain", b"", "text", "plain"),
        (b"{}", b"application/problem+json", "text", "{}"),
    ],
)
async def test_body_of_any_kind_is_kept_or_measured(tmp_path, body, content_type, kind, shown):
    traffic = traffic_at(tmp_path)
    await traffic.start()

    await ask(traffic, body=body, headers=((b"content-type", content_type),))

    [one] = await traffic.newest(ALL, most=1)
    await traffic.stop()
    assert (one.request.kind, one.request.body) == (kind, shown)
    assert one.request.size == len(body)
    reread = traffic_at(tmp_path)
    await reread.start()
    assert await reread.newest(ALL, most=1) == [one]
    await reread.stop()


async def test_hostile_headers_and_paths_are_kept_as_text(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()
    headers = tuple((b"x-\xff\x00%d" % number, b"\xfe\r\n" * 5_000) for number in range(300))

    await ask(traffic, headers=headers, path="/v1/é/../%00/<script>", raw_path=b"/v1/\xff\x00")

    [one] = await traffic.newest(ALL, most=1)
    await traffic.stop()
    assert one.address == "/v1/\\xff\x00"
    assert len(one.request.headers) == 101
    assert one.size < 1_000_000


async def test_body_that_nobody_read_is_seen_all_the_same(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()
    given = [{"type": "http.request", "body": b'{"a": 1}', "more_body": False}]
    seen: list[Any] = []

    async def refusing(_: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        seen.append(await receive())

    async def receive() -> dict[str, Any]:
        return given.pop(0)

    async def send(_: Any) -> None:
        pass

    scope = {
        "type": "http", "method": "POST", "path": "/v1/x", "raw_path": b"/v1/x",
        "query_string": b"", "headers": [(b"content-length", b"8")],
    }  # fmt: skip
    await traffic.around(refusing, "kenar", scope, receive, send)

    [one] = await traffic.newest(ALL, most=1)
    await traffic.stop()
    assert one.request.body == '{"a": 1}'
    assert seen == [{"type": "http.request", "body": b'{"a": 1}', "more_body": False}]


async def test_body_that_has_not_come_is_not_waited_for(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()

    async def refusing(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b"no", "more_body": False})

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(_: Any) -> None:
        pass

    scope = {
        "type": "http", "method": "POST", "path": "/v1/x", "raw_path": b"/v1/x",
        "query_string": b"", "headers": [(b"content-length", b"8")],
    }  # fmt: skip
    await traffic.around(refusing, "kenar", scope, receive, send)

    [one] = await traffic.newest(ALL, most=1)
    await traffic.stop()
    assert (one.status, one.request.size) == (403, 0)


async def test_disconnect_and_fault_are_told(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()

    async def leaving() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        pass

    async def reading(_: Any, receive: Any, __: Any) -> None:
        await receive()

    async def breaking(_: Any, __: Any, ___: Any) -> None:
        raise RuntimeError

    scope = {
        "type": "http", "method": "GET", "path": "/v1/x", "query_string": b"", "headers": []
    }  # fmt: skip
    await traffic.around(reading, "kenar", dict(scope), leaving, send)
    with pytest.raises(RuntimeError):
        await traffic.around(breaking, "kenar", dict(scope), leaving, send)

    kept = await traffic.oldest(ALL, most=10)
    await traffic.stop()
    assert [(one.problem, one.status) for one in kept] == [("disconnected", 0), ("fault", 0)]


async def test_calls_to_apps_are_kept_with_what_became_of_them(tmp_path):
    traffic = traffic_at(tmp_path)
    await traffic.start()
    call = OutboundCall("https://app.example/hook?a=1", b'{"b": 2}', {"authorization": "idkey"})

    async def answering(_: OutboundCall) -> OutboundAnswer:
        return OutboundAnswer(200, {"content-type": "application/json"}, b'{"c": 3}')

    async def silent(_: OutboundCall) -> OutboundAnswer:
        raise OutboundTimeout("app.example did not answer in time")

    answer = await traffic.calling(call, answering)
    with pytest.raises(OutboundTimeout):
        await traffic.calling(call, silent)

    told, lost = await traffic.oldest(Filter(direction="out"), most=10)
    await traffic.stop()
    assert answer.status == 200
    assert (told.method, told.address, told.status) == ("POST", call.url, 200)
    assert told.request.body == '{"b": 2}'
    assert told.answer.body == '{"c": 3}'
    assert dict(told.request.headers)["authorization"].startswith("[authorization:")
    assert dict(told.request.headers)["content-type"] == "application/json"
    assert (lost.status, lost.problem) == (0, "outbound.timeout")


async def test_real_world_keeps_nothing(database_url: str, tmp_path: Path):
    settings = Settings(
        world="real", home=tmp_path, secret="a secret of the tests, long enough to be one",
        public_base_url="http://127.0.0.1:8000", database_url=database_url,
        database_durable=False, log_file=str(tmp_path / "log"),
    )  # fmt: skip
    platform = Platform(settings, works=False)
    await platform.start()
    transport = httpx.ASGITransport(app=platform, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        await client.get(POSTS + "/AAAAAAAA")
        console = await client.get("/console/api/requests")
    await platform.stop()

    assert console.status_code == 404
    assert not (tmp_path / FILE).exists()


async def test_more_fields_than_anybody_reads_are_kept_all_the_same(tmp_path: Path):
    traffic = traffic_at(tmp_path)
    await traffic.start()

    await ask(
        traffic, surface="oauth", path="/oauth2/auth", status=400,
        query_string=b"client_id=an-app&" + b"&".join([b"a=1"] * 1_500),
    )  # fmt: skip

    (kept,) = await traffic.newest(ALL, most=2)
    assert (kept.status, kept.app) == (400, "")
    await traffic.stop()


async def test_who_looks_and_goes_away_takes_nothing_along(tmp_path: Path):
    before = traffic_at(tmp_path)
    await before.start()
    await ask(before, path="/v1/old")
    await before.stop()
    traffic = traffic_at(tmp_path)
    await traffic.start()

    hasty = asyncio.create_task(traffic.newest(ALL, most=2))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.gather(hasty, return_exceptions=True)
    await ask(traffic, path="/v1/new")

    assert [one.path for one in await traffic.newest(ALL, most=2)] == ["/v1/new", "/v1/old"]
    await traffic.stop()
