"""What the front answers is what the ordinary path answers, byte for byte, and counted alike."""

import asyncio
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from dalan.app import Platform
from dalan.domains import clicks, links
from dalan.front import Front
from dalan.surfaces.console.workshop import TROUBLED, WATCHED
from dalan.surfaces.forwarding import Forwarding
from tests.factories.links import edit, make_link
from tests.front.scenes import DATE, GET, PLAIN, Scene


async def test_second_who_asks_is_answered_from_memory_with_the_same_bytes(
    scene: Scene, link: links.Link
):
    ordinary = await scene.ask(PLAIN, fronted=False)
    await scene.platform.services.known.look()
    again = await scene.ask(PLAIN)

    assert again == ordinary
    assert again.startswith(b"HTTP/1.1 302 Found\r\ndate: " + DATE + b"\r\n")
    assert b"location: https://example.com/\r\n" in again
    assert scene.answered() == 1


BROWSER = (
    b"User-Agent: Mozilla/5.0\r\nAccept-Language: fa\r\nConnection: keep-alive\r\nCookie: a=b\r\n"
)

TABLE = [
    # What is asked, and whether the front answers it.
    (PLAIN, True),
    (PLAIN * 3, True),
    (b"GET /l/known HTTP/1.1\r\nHost: a.example\r\n" + BROWSER + b"\r\n", True),
    (b"GET /l/known HTTP/1.1\r\n" + BROWSER + b"Host: a.example\r\n\r\n", True),
    (b"GET /l/known HTTP/1.1\r\nhOsT:a.example \t\r\n\r\n", True),
    (b"GET /l/known HTTP/1.1\r\nHost: b.example\r\n\r\n", False),
    (b"GET /l/known HTTP/1.1\r\nHost: core.basalam.com\r\n\r\n", False),
    (b"GET /l/known HTTP/1.1\r\n\r\n", False),
    (b"GET /l/known HTTP/1.0\r\nHost: a.example\r\n\r\n", False),
    (b"GET http://a.example/l/known HTTP/1.1\r\nHost: a.example\r\n\r\n", False),
    (b"GET /l/known HTTP/1.1\nHost: a.example\n\n", False),
    (b"\r\n" + PLAIN, False),
    (GET % b"/l/known?utm=x", False),
    (GET % b"/l/known/", False),
    (GET % b"/l/%6bnown", False),
    (GET % b"/l/known+", False),
    (GET % b"/l/nobody", False),
    (PLAIN.replace(b"GET", b"HEAD"), False),
    (PLAIN.replace(b"GET", b"POST"), False),
    (PLAIN.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n"), False),
    (PLAIN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), False),
    (PLAIN.replace(b"\r\n\r\n", b"\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"), False),
    (PLAIN.replace(b"\r\n\r\n", b"\r\nX: \x00\r\n\r\n"), False),
    (PLAIN.replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 9_000 + b"\r\n\r\n"), False),
    (PLAIN.replace(b"\r\n\r\n", b"\r\nHost: a.example\r\n\r\n"), False),
    (b"\x16\x03\x01", False),
]  # fmt: skip


async def test_table_of_requests_is_answered_alike_with_the_front_and_without(
    scene: Scene, kept: links.Link
):
    for asked, in_front in TABLE:
        before = scene.answered()

        fronted = await scene.ask(asked)

        assert fronted == await scene.ask(asked, fronted=False), asked
        assert (scene.answered() > before) is in_front, asked
        scene.platform.services.known.forget()  # what the table itself taught is no part of it
        await scene.ask(PLAIN)
        await scene.platform.services.known.look()


async def test_plain_and_other_requests_in_one_piece_are_answered_in_their_order(
    scene: Scene, kept: links.Link
):
    asked = [PLAIN, GET % b"/l/nobody", PLAIN, PLAIN, GET % b"/health/live", PLAIN]

    together = await scene.ask(b"".join(asked))

    assert together == b"".join([await scene.ask(one, fronted=False) for one in asked])


async def test_links_with_any_condition_are_never_answered_in_front(scene: Scene, link: links.Link):
    services = scene.platform.services
    async with services.db.write() as tx:
        await make_link(tx, link.owner, "متن", kind="content", hash="text")
        await make_link(tx, link.owner, "https://b.example/", hash="few", visits_max=100)
    for _ in range(2):
        for hash_ in (b"text", b"few"):
            await scene.ask(GET % b"/l/" + hash_)

    assert services.known.count == 0
    assert scene.answered() == 0


async def test_click_stands_in_the_journal_before_its_answer_leaves(
    scene: Scene, kept: links.Link, monkeypatch
):
    wire, recorder = scene.connect(), scene.platform.services.clicks
    flush, sent_before = recorder.flush, []

    def flushed() -> None:
        flush()
        sent_before.append(len(wire.sent))

    monkeypatch.setattr(recorder, "flush", flushed)
    await scene.feed(wire, PLAIN * 5)

    assert sent_before == [0], "five clicks are one write"
    assert wire.sent[0].count(b"HTTP/1.1 302 Found\r\n") == 5


async def test_every_answer_is_one_click_and_one_count(scene: Scene, kept: links.Link):
    agent = b"GET %s HTTP/1.1\r\nHost: a.example\r\nUser-Agent: Mozilla/5.0 Firefox/140.0\r\n\r\n"
    await scene.ask(agent % b"/l/known" * 7)
    await scene.ask(agent % b"/l/known", fronted=False)
    await scene.ask((agent % b"/l/known").replace(b"GET", b"HEAD"))
    await scene.ask(agent % b"/l/known+")

    recorder = scene.platform.services.clicks
    await recorder.drain()
    async with scene.platform.services.db.look() as look:
        total = (await clicks.totals(look, [kept.id]))[kept.id]
    assert total.visits == 8
    assert total.bots == 1, "who first asked named no agent"
    requests = scene.platform.metrics._requests
    assert requests["redirect", "visit", 302] == 9 + 1, "the HEAD among them"


async def test_redirects_are_no_lines_of_the_access_log(
    scene: Scene, kept: links.Link, monkeypatch
):
    lines: list[Any] = []
    monkeypatch.setattr(scene.platform._access_log, "append", lambda *line: lines.append(line))

    for fronted in (True, False):
        await scene.ask(PLAIN, fronted=fronted)
        await scene.ask(GET % b"/l/nobody", fronted=fronted)

    assert [line[4] for line in lines] == [404, 404]


async def test_when_the_journal_refuses_the_ordinary_path_answers(
    scene: Scene, kept: links.Link, monkeypatch
):
    recorder = scene.platform.services.clicks

    def refused(*_: Any) -> None:
        raise clicks.JournalTrouble("the disk is full")

    with monkeypatch.context() as refusing:
        refusing.setattr(recorder, "flush", refused)
        asked = [PLAIN + PLAIN[:9], PLAIN[9:] + PLAIN]
        fronted = await scene.ask(asked)

        assert fronted == await scene.ask(asked, fronted=False)
        assert fronted.count(b"302 Found") == 3
        assert scene.answered() == 0
    scene.front.turns.rest_until = 0.0
    await scene.ask(PLAIN)

    assert scene.answered() == 1
    await recorder.drain()
    async with scene.platform.services.db.look() as look:
        total = (await clicks.totals(look, [kept.id]))[kept.id]
    assert total.bots == 1 + 3 + 3 + 1, "each of them was told once"


async def test_client_of_a_trusted_proxy_is_who_it_says(
    platform: Platform, kept: links.Link, monkeypatch
):
    forwarding = Forwarding([ip_network("10.0.0.0/8")])
    platform.metrics._counter_help.pop("front_answers")
    scene = Scene(platform, Front(platform.services, platform.metrics, forwarding=forwarding))
    told: list[str] = []

    def note(_: int, address: str, *__: Any) -> None:
        told.append(address)

    monkeypatch.setattr(platform.services.clicks, "note", note)
    asked = PLAIN.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 1.2.3.4, 5.6.7.8\r\n\r\n")

    for peer in ("10.0.0.1", "9.9.9.9"):
        await scene.ask(asked, peer=peer)
        await scene.ask(PLAIN, peer=peer)

    assert told == ["5.6.7.8", "10.0.0.1", "9.9.9.9", "9.9.9.9"]


async def test_nothing_is_answered_in_front_of_a_shut_world(scene: Scene, kept: links.Link):
    workshop = scene.platform.workshop
    assert workshop is not None
    async with workshop.time.gate.emptied():
        asking = asyncio.create_task(scene.ask(PLAIN))
        for _ in range(10):
            await asyncio.sleep(0)
        assert scene.answered() == 0
        assert not asking.done()

    assert (await asking).startswith(b"HTTP/1.1 302")


def test_the_console_neither_watches_nor_troubles_redirects():
    """Where it did, the front would have to step aside for it."""
    assert "redirect" not in WATCHED | TROUBLED


async def test_expired_link_is_refused_when_the_clock_says_so(
    scene: Scene, kept: links.Link, moment
):
    assert (await scene.ask(PLAIN)).startswith(b"HTTP/1.1 302")

    moment.advance(timedelta(days=731))

    assert (await scene.ask(PLAIN)).startswith(b"HTTP/1.1 404")


async def test_change_by_another_process_is_felt_after_the_next_look(
    scene: Scene, kept: links.Link
):
    services = scene.platform.services
    async with services.db.write() as tx:
        assert kept.app_id is not None
        await edit(tx, kept.id, kept.app_id, target="https://new.example/")
    await services.known.look()

    assert b"location: https://new.example/\r\n" in await scene.ask(PLAIN)

    async with services.db.write() as tx:
        await links.set_active(tx, kept.id, owner=kept.owner, active=False)
    await services.known.look()

    assert (await scene.ask(PLAIN)).startswith(b"HTTP/1.1 404")


async def test_hash_on_a_short_domain_is_answered_as_long_as_it_is_one(
    scene: Scene, link: links.Link
):
    services = scene.platform.services
    own = services.link_rules.own
    asked = b"GET /known HTTP/1.1\r\nHost: dln.example\r\n\r\n"
    async with services.db.write() as tx:
        await links.add_domain(tx, "dln.example", own=own)
        await make_link(
            tx, link.owner, "https://elsewhere.example/", hash="known", domain="dln.example"
        )
    await services.short_domains.look()

    assert b"location: https://elsewhere.example/\r\n" in await scene.ask(asked)
    await services.known.look()
    assert await scene.ask(asked) == await scene.ask(asked, fronted=False)
    assert scene.answered() == 1
    assert b"location: https://example.com/\r\n" in await scene.ask(PLAIN)

    async with services.db.write() as tx:
        await links.remove_domain(tx, "dln.example")
    await services.short_domains.look()
    gone = await scene.ask(asked)

    assert gone.startswith((b"HTTP/1.1 403", b"HTTP/1.1 404"))
    assert gone == await scene.ask(asked, fronted=False)


async def test_blocked_host_is_felt_after_the_next_look(scene: Scene, kept: links.Link):
    services = scene.platform.services
    async with services.db.write() as tx:
        await links.forget_all(tx)
    await services.known.look()

    assert services.known.count == 0
    assert (await scene.ask(PLAIN)).startswith(b"HTTP/1.1 302")
    assert scene.answered() == 0
