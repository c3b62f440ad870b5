"""Faults of the connection, met over a socket on the server the commands start."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn

from dalan.domains import developers, posts
from dalan.protocol import CorkedProtocol
from tests.surfaces.console.faults.conftest import Scene, issued, order, read_post, struck

CREATE = "/experimental/open-platform/wallet/payments/create"
ASKED = {"amount_rials": "400000", "description": "گزارش", "redirect_url": "https://a.example"}


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The signals are the test runner's."""
        yield


@pytest.fixture
async def served(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same platform, on a socket."""
    taken = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        scene.platform, http=CorkedProtocol, lifespan="off", log_config=None, access_log=False
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[taken]))
    while not server.started:
        await asyncio.sleep(0.005)
    address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        yield client
    server.should_exit = True
    await running


async def charges_count(scene: Scene) -> int:
    async with scene.platform.services.db.look() as look:
        return len(await look.rows("SELECT 1 FROM charge", ()))


async def ask_for_money(scene: Scene, client: httpx.AsyncClient) -> httpx.Response:
    """An operation that writes."""
    headers = {
        "x-api-key": scene.key,
        "authorization": f"Bearer {await scene.token('CREATE_WALLET_PAYMENT')}",
    }
    return await client.post(CREATE, headers=headers, json=ASKED)


async def slow(scene: Scene, client: httpx.AsyncClient) -> None:
    began = time.monotonic()

    answer = await ask_for_money(scene, client)

    assert time.monotonic() - began >= 0.2
    assert (answer.status_code, answer.headers["x-dalan-fault"]) == (200, "slow")


async def connection_reset(scene: Scene, client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.TransportError):
        await ask_for_money(scene, client)

    assert await charges_count(scene) == 0
    assert (await ask_for_money(scene, client)).status_code == 200


async def answer_lost(scene: Scene, client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.TransportError):
        await ask_for_money(scene, client)

    assert await charges_count(scene) == 1, "it was done all the same"
    assert (await ask_for_money(scene, client)).status_code == 200
    assert await charges_count(scene) == 2, "and this operation does it again for who tries again"


async def body_cut(scene: Scene, client: httpx.AsyncClient) -> None:
    read = b""

    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        async with client.stream(
            "GET",
            f"/v1/open-platform/finder/post/{scene.post.token}",
            headers={"x-api-key": scene.key},
        ) as answer:
            announced = int(answer.headers["content-length"])
            assert (answer.status_code, answer.headers["x-dalan-fault"]) == (200, "body_cut")
            async for piece in answer.aiter_raw():
                read += piece

    assert len(read) == announced // 2


async def invalid_json(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await ask_for_money(scene, client)

    assert (answer.status_code, answer.headers["x-dalan-fault"]) == (200, "invalid_json")
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(answer.content)
    assert await charges_count(scene) == 1


async def empty_answer(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await ask_for_money(scene, client)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["x-dalan-fault"] == "empty_answer"
    assert await charges_count(scene) == 1


async def gateway_page(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await ask_for_money(scene, client)

    assert (answer.status_code, answer.headers["x-dalan-fault"]) == (502, "gateway_page")
    assert answer.headers["content-type"] == "text/html"
    assert answer.text.startswith("<html>")
    assert await charges_count(scene) == 0


STRUCK: dict[str, Callable[[Scene, httpx.AsyncClient], Awaitable[None]]] = {
    one.__name__: one
    for one in (
        slow, connection_reset, answer_lost, body_cut, invalid_json, empty_answer, gateway_page
    )
}  # fmt: skip


@pytest.mark.parametrize("fault", STRUCK)
async def test_connection_meets_what_was_ordered(
    scene: Scene, served: httpx.AsyncClient, fault: str
):
    await order(scene, fault, **({"seconds": 0.2} if fault == "slow" else {}))

    await STRUCK[fault](scene, served)

    assert await struck(scene) == [1]
    assert (await ask_for_money(scene, served)).status_code == 200, "it was one call's trouble"


async def test_pair_that_was_rotated_in_a_lost_answer_comes_again_within_the_grace(
    scene: Scene, served: httpx.AsyncClient
):
    services = scene.platform.services
    secret = await services.db.transact(
        lambda tx: developers.rotate_client_secret(tx, scene.app.id, keys=services.keys)
    )
    pair = await issued(scene, "USER_PHONE offline_access")
    fields = {
        "grant_type": "refresh_token", "refresh_token": pair.refresh_token,
        "client_id": scene.app.slug, "client_secret": secret,
    }  # fmt: skip
    await order(scene, "answer_lost", surface="oauth", operation="/oauth2/token")

    with pytest.raises(httpx.TransportError):
        await served.post("/oauth2/token", data=fields)
    again = await served.post("/oauth2/token", data=fields)

    assert again.status_code == 200, again.text
    assert again.json()["refresh_token"] != pair.refresh_token


@pytest.mark.parametrize(
    ("fault", "status"),
    [("invalid_json", 200), ("gateway_page", 502), ("server_error", 500), ("empty_answer", 200)],
)
async def test_pages_and_documents_of_the_authorization_server_meet_it_too(
    scene: Scene, served: httpx.AsyncClient, fault: str, status: int
):
    await order(scene, fault, operation="/jwks")

    answer = await served.get("/jwks")

    assert (answer.status_code, answer.headers["x-dalan-fault"]) == (status, fault)
    assert (await served.get("/jwks")).json()["keys"]


@pytest.mark.parametrize("fault", ["connection_reset", "answer_lost"])
async def test_client_reads_a_reset_and_no_end(scene: Scene, served: httpx.AsyncClient, fault: str):
    await order(scene, fault)
    host, port = served.base_url.host, served.base_url.port
    assert port is not None
    reader, writer = await asyncio.open_connection(host, port)

    path = f"/v1/open-platform/finder/post/{scene.post.token}"
    writer.write(f"GET {path} HTTP/1.1\r\nhost: a\r\nx-api-key: {scene.key}\r\n\r\n".encode())

    async with asyncio.timeout(30):
        with pytest.raises(ConnectionResetError):
            await reader.read()
    writer.close()


async def test_bodies_that_cannot_be_halved_are_not_sent_at_all(
    scene: Scene, served: httpx.AsyncClient
):
    token = await scene.token(f"POST_EDIT.{scene.post.token}")
    await order(scene, "body_cut", operation="/health/*")
    await order(scene, "body_cut", operation="/v8/upload/resumable*")

    with pytest.raises(httpx.TransportError):
        await served.options("/v8/upload/resumable", headers={"authorization": f"Bearer {token}"})
    assert (await served.get("/health/live")).status_code == 200, "no surface that apps call"


@pytest.mark.parametrize("fault", ["connection_reset", "body_cut"])
async def test_without_a_socket_it_ends_in_an_error(scene: Scene, fault: str):
    """Where whoever serves us has no way to break a connection off."""
    await order(scene, fault)
    transport = httpx.ASGITransport(app=scene.platform)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        scene.http = client
        with pytest.raises(ConnectionResetError):
            await read_post(scene)


@pytest.mark.parametrize("fault", ["answer_lost", "server_error", "invalid_json"])
async def test_head_is_answered_without_a_body(scene: Scene, served: httpx.AsyncClient, fault: str):
    await order(scene, fault)
    path = f"/v1/open-platform/finder/post/{scene.post.token}"

    async def ask() -> httpx.Response:
        return await served.head(path, headers={"x-api-key": scene.key})

    if fault == "answer_lost":
        with pytest.raises(httpx.TransportError):
            await ask()
    else:
        assert (await ask()).content == b""
    answer: Any = await ask()
    assert answer.status_code == 200


async def test_post_deleted_in_an_answer_that_is_lost_is_deleted(
    scene: Scene, served: httpx.AsyncClient
):
    token = await scene.token("DELETE_USER_POST")
    await order(scene, "answer_lost", operation="delete_user_post")
    headers = {"x-api-key": scene.key, "authorization": f"Bearer {token}"}
    path = f"/v1/open-platform/post/{scene.post.token}"

    with pytest.raises(httpx.TransportError):
        await served.delete(path, headers=headers)

    async with scene.platform.services.db.look() as look:
        assert await posts.by_token(look, scene.post.token) is None
    assert (await served.delete(path, headers=headers)).status_code in (200, 404)
