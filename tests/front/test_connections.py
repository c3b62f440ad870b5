"""How a connection lives and ends while the front and uvicorn take turns answering it."""

import asyncio

import pytest

from dalan.domains import links
from tests.front.scenes import GET, PLAIN, Scene

ORDINARY = GET % b"/health/live"


async def test_idle_connection_is_let_go_and_one_in_use_is_not(scene: Scene, kept: links.Link):
    wire = scene.connect()
    inner = wire.protocol._inner
    await scene.feed(wire, ORDINARY)
    assert inner.timeout_keep_alive_task is not None

    await scene.feed(wire, PLAIN)
    assert inner.timeout_keep_alive_task is None, "it would run out whatever is answered here"
    assert inner._patience is None
    wire.protocol._last -= inner.timeout_keep_alive - 1.0
    wire.protocol._look_whether_idle()
    assert not wire.closed
    wire.protocol._last -= 2.0
    wire.protocol._look_whether_idle()

    assert wire.closed


async def test_half_a_request_is_waited_for_no_longer_than_ever(scene: Scene, kept: links.Link):
    wire = scene.connect()
    assert wire.protocol._inner._patience is not None, "nothing came yet"
    await scene.feed(wire, PLAIN, PLAIN[:20])

    assert wire.protocol._inner._patience is not None

    await scene.feed(wire, PLAIN[20:])
    assert b"".join(wire.sent).count(b"302 Found") == 2


@pytest.mark.parametrize("ending", ["shutdown", "eof_received"])
async def test_what_was_asked_before_the_end_is_answered(
    scene: Scene, kept: links.Link, ending: str
):
    wire = scene.connect()

    wire.protocol.data_received(PLAIN * 2)
    getattr(wire.protocol, ending)()

    assert b"".join(wire.sent).count(b"302 Found") == 2
    assert wire.closed is (ending == "shutdown")


async def test_ordinary_request_under_way_is_finished_when_the_server_stops(
    scene: Scene, kept: links.Link
):
    wire = scene.connect()

    wire.protocol.data_received(PLAIN + ORDINARY)
    wire.protocol.shutdown()
    await scene.settle()

    assert b"".join(wire.sent).count(b"HTTP/1.1 ") == 2
    assert wire.closed


async def test_client_that_goes_before_the_turn_ends_troubles_nobody(
    scene: Scene, kept: links.Link
):
    gone, staying = scene.connect(), scene.connect()
    gone.protocol.data_received(PLAIN)
    staying.protocol.data_received(PLAIN)
    gone.lose()
    await scene.settle()

    assert gone.sent == []
    assert b"302 Found" in staying.sent[0]


async def test_client_that_does_not_read_is_left_to_uvicorn(scene: Scene, kept: links.Link):
    wire = scene.connect()
    wire.protocol.pause_writing()
    wire.protocol.data_received(PLAIN)
    wire.protocol.data_received(PLAIN)
    await asyncio.sleep(0)

    assert wire.sent == []
    assert wire.paused, "no more is read from it than is being answered"
    wire.protocol.resume_writing()
    await scene.settle()
    assert b"".join(wire.sent).count(b"302 Found") == 2
    assert scene.answered() == 0


async def test_fault_of_the_front_costs_nobody_an_answer(
    scene: Scene, kept: links.Link, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scene.front, "begin_turn", None)

    assert await scene.ask(PLAIN) == await scene.ask(PLAIN, fronted=False)


async def test_after_an_upgrade_was_asked_for_everything_is_uvicorns(
    scene: Scene, kept: links.Link
):
    upgrade = PLAIN.replace(b"\r\n\r\n", b"\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n")

    asked = [upgrade, PLAIN, PLAIN]

    assert await scene.ask(asked) == await scene.ask(asked, fronted=False)
