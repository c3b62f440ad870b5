"""The door: whoever is inside when the world changes is answered by one world, never by two."""

import asyncio
from typing import Any

import httpx
import pytest

from dalan.surfaces.console.time.gate import Gate, WorldBusy


class World:
    """What is there to be asked about."""

    def __init__(self) -> None:
        self.name = "old"
        self.gate = Gate()
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()

    def client(self, application: Any) -> httpx.AsyncClient:
        async def gated(scope: Any, receive: Any, send: Any) -> None:
            await self.gate.around(application, scope, receive, send)

        transport = httpx.ASGITransport(app=gated)
        return httpx.AsyncClient(transport=transport, base_url="http://here")

    async def change(self) -> None:
        async with self.gate.emptied():
            self.name = "new"


async def say(send: Any, text: str, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


async def start(send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def test_request_that_changes_something_is_let_finish_in_its_world():
    world = World()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        before = world.name
        world.arrived.set()
        await world.go_on.wait()
        await start(send)
        await say(send, f"{before} {world.name}")

    async with world.client(application) as client:
        asked = asyncio.create_task(client.post("/"))
        await world.arrived.wait()
        changing = asyncio.create_task(world.change())
        await asyncio.sleep(0)
        world.go_on.set()
        answer = await asked
        await changing

    assert answer.text == "old old"
    assert world.name == "new"


async def test_request_that_only_looks_and_waits_is_asked_again_of_the_new_world():
    world = World()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        before = world.name
        if before == "old":
            await receive()
            world.arrived.set()
            await asyncio.Event().wait()
        message = await receive()
        await start(send)
        await say(send, f"{before} {world.name} {message['type']}")

    async with world.client(application) as client:
        asked = asyncio.create_task(client.get("/"))
        await world.arrived.wait()
        await world.change()
        answer = await asked

    assert answer.text == "new new http.request"


async def test_stream_ends_well_and_its_reader_comes_again():
    world = World()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await start(send)
        await say(send, world.name, more=True)
        world.arrived.set()
        await asyncio.Event().wait()

    async with world.client(application) as client:
        asked = asyncio.create_task(client.get("/"))
        await world.arrived.wait()
        await world.change()
        answer = await asked

    assert answer.text == "old"


async def test_what_is_done_after_an_answer_is_done_in_its_world(monkeypatch):
    monkeypatch.setattr("dalan.surfaces.console.time.gate.GRACE_SECONDS", 0.0)
    world = World()
    done = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await start(send)
        await say(send, world.name)
        world.arrived.set()
        await world.go_on.wait()
        done.append(world.name)

    async with world.client(application) as client:
        asked = asyncio.create_task(client.post("/"))
        await world.arrived.wait()
        changing = asyncio.create_task(world.change())
        await asyncio.sleep(0.05)  # time enough to be sent out, were it to be
        world.go_on.set()
        answer = await asked
        await changing

    assert (answer.text, done, world.name) == ("old", ["old"], "new")


async def test_look_that_was_answered_is_neither_answered_nor_asked_again(monkeypatch):
    monkeypatch.setattr("dalan.surfaces.console.time.gate.GRACE_SECONDS", 0.0)
    world = World()
    said = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await start(send)
        await say(send, world.name)
        world.arrived.set()
        await asyncio.Event().wait()

    async def never() -> Any:
        await asyncio.Event().wait()

    async def keep(message: Any) -> None:
        said.append(message["type"])

    asked = asyncio.create_task(world.gate.around(application, {"method": "GET"}, never, keep))
    await world.arrived.wait()
    await world.change()
    await asked

    assert said == ["http.response.start", "http.response.body"]


async def test_who_waits_for_the_other_side_to_go_is_told():
    world = World()
    heard = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        heard.append(await receive())
        while heard[-1].get("more_body"):
            heard[-1] = await receive()
        world.arrived.set()
        heard.append(await receive())
        await start(send)
        await say(send, world.name)

    async with world.client(application) as client:
        asked = asyncio.create_task(client.post("/"))
        await world.arrived.wait()
        await world.change()
        answer = await asked

    assert [one["type"] for one in heard] == ["http.request", "http.disconnect"]
    assert answer.text == "old"


async def test_who_comes_meanwhile_waits_at_the_door():
    world = World()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await start(send)
        await say(send, world.name)

    async with world.client(application) as client:
        async with world.gate.emptied():
            asked = asyncio.create_task(client.get("/"))
            await asyncio.sleep(0.01)
            assert not asked.done()
            world.name = "new"
        answer = await asked

    assert answer.text == "new"


async def test_request_that_does_not_end_leaves_the_world_as_it_is(monkeypatch):
    monkeypatch.setattr("dalan.surfaces.console.time.gate.EMPTY_SECONDS_MAX", 0.05)
    world = World()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        world.arrived.set()
        await world.go_on.wait()
        await start(send)
        await say(send, world.name)

    async with world.client(application) as client:
        asked = asyncio.create_task(client.post("/"))
        await world.arrived.wait()
        with pytest.raises(WorldBusy):
            await world.change()
        world.go_on.set()
        answer = await asked
        again = await client.post("/")

    assert (answer.text, again.text) == ("old", "old")


async def test_two_that_change_the_world_do_not_wait_for_each_other():
    world = World()
    turn = asyncio.Lock()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        with world.gate.aside():
            async with turn:
                await world.change()
        await start(send)
        await say(send, world.name)

    async with world.client(application) as client:
        answers = await asyncio.gather(*(client.post("/") for _ in range(3)))

    assert [one.text for one in answers] == ["new"] * 3
