"""What is kept in memory is never answered for longer than it may be, and never weighs too much."""

import asyncio
from typing import Any

import pytest

from dalan.app import Platform
from dalan.domains import links
from dalan.front import Known, known
from dalan.kernel.db import Database, DatabaseUnavailable
from tests.factories.developers import make_app
from tests.factories.links import make_link

HEADERS = [(b"content-length", b"0"), (b"location", b"https://example.com/")]


@pytest.fixture
async def link(db: Database) -> links.Link:
    async with db.write() as tx:
        return await make_link(tx, (await make_app(tx)).app.id)


def scope_of(path: bytes, host: bytes = b"a.example", query: bytes = b"") -> dict[str, Any]:
    return {
        "method": "GET", "raw_path": path, "query_string": query, "headers": [(b"host", host)]
    }  # fmt: skip


async def keep(kept: Known, link: links.Link, scope: dict[str, Any], mark: int) -> None:
    async def sent(_: Any) -> None:
        return

    message = {"type": "http.response.start", "status": 302, "headers": HEADERS}
    await kept.keeping(scope, link, sent, mark)(message)


def find(kept: Known, target: bytes, host: bytes = b"a.example") -> known.Answer | None:
    """What may be answered now."""
    return kept.by_target.get(target, {}).get(host) if kept.is_fresh() else None


async def test_what_was_read_before_a_change_is_not_kept_after_it_was_heard(db: Database, link):
    kept = Known(db)
    await kept.look()
    mark = kept.mark()
    async with db.look() as look:
        old = await links.live(look, link.hash)

    async with db.write() as tx:
        await links.set_active(tx, link.id, owner=link.owner, active=False)
    await kept.look()
    await keep(kept, old, scope_of(b"/l/x"), mark)

    assert find(kept, b"/l/x") is None
    assert kept.count == 0


async def test_what_was_kept_before_a_change_was_heard_goes_with_it(db: Database, link):
    kept = Known(db)
    await kept.look()
    mark = kept.mark()
    async with db.look() as look:
        old = await links.live(look, link.hash)

    async with db.write() as tx:
        await links.set_active(tx, link.id, owner=link.owner, active=False)
    await keep(kept, old, scope_of(b"/l/x"), mark)
    assert find(kept, b"/l/x") is not None
    await kept.look()

    assert find(kept, b"/l/x") is None


async def test_without_a_look_nothing_is_answered_for_long(db: Database, link, monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(known, "monotonic", lambda: now)
    monkeypatch.setattr(known, "LEASE_SECONDS", 0.9)
    kept = Known(db)
    await kept.look()
    await keep(kept, link, scope_of(b"/l/x"), kept.mark())

    now += 0.89
    assert find(kept, b"/l/x") is not None
    now += 0.02
    assert find(kept, b"/l/x") is None
    await kept.look()
    assert find(kept, b"/l/x") is not None


async def test_lease_counts_from_before_the_look(db: Database, link, monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(known, "monotonic", lambda: now)
    monkeypatch.setattr(known, "LEASE_SECONDS", 0.9)
    kept = Known(db)
    await kept.look()
    await keep(kept, link, scope_of(b"/l/x"), kept.mark())
    heard = kept._changes.heard

    async def slowly(tx: Any) -> Any:
        nonlocal now
        changed = await heard(tx)
        now += 5.0
        return changed

    monkeypatch.setattr(kept._changes, "heard", slowly)
    await kept.look()

    assert find(kept, b"/l/x") is None


async def test_database_that_is_away_ends_the_lease_and_not_the_looking(
    platform: Platform, link, monkeypatch
):
    kept = platform.services.known
    monkeypatch.setattr(known, "LOOK_SECONDS", 0.0)
    looks = 0

    async def failing(_: Any) -> Any:
        nonlocal looks
        looks += 1
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(kept._changes, "heard", failing)
    await keep(kept, link, scope_of(b"/l/x"), kept.mark())
    while looks < 3:
        await asyncio.sleep(0)

    assert kept.count == 1


async def test_world_that_was_put_in_the_place_of_this_one_is_read_anew(db: Database, link):
    kept = Known(db)
    await kept.look()
    await keep(kept, link, scope_of(b"/l/x"), kept.mark())
    mark = kept.mark()

    kept.look_anew()
    await keep(kept, link, scope_of(b"/l/y"), mark)
    await kept.look()

    assert kept.count == 0


async def test_memory_is_bounded_and_the_oldest_goes_first(db: Database, link, monkeypatch):
    monkeypatch.setattr(known, "BYTES_MAX", 3_000)
    kept = Known(db)
    await kept.look()
    async with db.write() as tx:
        others = [
            await make_link(tx, link.app_id, f"https://{number}.example/") for number in range(6)
        ]
    for number, other in enumerate(others):
        await keep(kept, other, scope_of(b"/l/%d" % number), kept.mark())

    assert kept._bytes <= 3_000
    assert 1 < kept.count < 6
    assert find(kept, b"/l/0") is None
    assert find(kept, b"/l/5") is not None
    kept.forget()
    assert (kept.count, kept._bytes, kept.by_target) == (0, 0, {})


async def test_one_link_is_kept_under_a_few_addresses_alone(db: Database, link):
    kept = Known(db)
    await kept.look()
    for number in range(100):
        await keep(kept, link, scope_of(b"/l/x", b"%d.example" % number), kept.mark())
        await keep(kept, link, scope_of(b"/l/x", b"%d.example" % number), kept.mark())

    assert sum(map(len, kept.by_target.values())) == known.SPELLINGS_MAX
    assert find(kept, b"/l/x", b"99.example") is not None


@pytest.mark.parametrize(
    "scope",
    [
        scope_of(b"/l/x", query=b"a=b"),
        scope_of(b"/l/x", host=b"a b"),
        scope_of(b"/l/x", host=b""),
        scope_of(b"/l/\xd8\xb9"),
        scope_of(b"/l/" + b"x" * 2_000),
        {**scope_of(b"/l/x"), "method": "HEAD"},
        {**scope_of(b"/l/x"), "headers": []},
    ],
)
async def test_what_is_not_plain_is_not_kept(db: Database, link, scope):
    kept = Known(db)
    await kept.look()

    async def sent(_: Any) -> None:
        return

    assert kept.keeping(scope, link, sent, kept.mark()) is sent


async def test_scan_of_a_printed_code_is_told_apart(db: Database, link):
    kept = Known(db)
    await kept.look()
    for query in (b"", b"qr"):
        await keep(kept, link, scope_of(b"/l/x", query=query), kept.mark())

    web, qr = find(kept, b"/l/x"), find(kept, b"/l/x?qr")
    assert web is not None
    assert qr is not None
    assert (web.source, qr.source) == ("web", "qr")
