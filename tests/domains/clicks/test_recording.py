"""What is recorded is counted once: through the journal, or past it."""

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from dalan.domains import clicks
from dalan.domains.clicks import journal, records
from dalan.domains.clicks.tables import Progress
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database
from tests.factories.clicks import WHATSAPP, make_links, make_recorder, told


async def visits(db: Database, link_id: int) -> tuple[int, int]:
    async with db.look() as look:
        total = (await clicks.totals(look, [link_id]))[link_id]
    return total.visits, total.bots


async def test_what_was_noted_and_flushed_is_counted_when_it_is_drained(
    db: Database, tmp_path: Path
):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    for number in range(3):
        recorder.note(link.id, f"192.0.2.{number}", told())
    recorder.note(link.id, "192.0.2.9", told(WHATSAPP))
    recorder.flush()

    drained = await recorder.drain()

    assert drained == 4
    assert await visits(db, link.id) == (3, 1)
    assert await recorder.drain() == 0
    assert await visits(db, link.id) == (3, 1)


async def test_what_was_withdrawn_never_happened(db: Database, tmp_path: Path):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id, "192.0.2.1", told())
    recorder.withdraw()

    assert await recorder.drain() == 0


async def test_a_torn_tail_is_no_click_and_hides_none(db: Database, tmp_path: Path):
    (link,) = await make_links(db)
    killed = make_recorder(db, tmp_path)
    killed.note(link.id, "192.0.2.1", told())
    killed.flush()
    await killed.stop()
    (segment,) = journal.segments_in(tmp_path)
    block = segment.path.read_bytes()[len(records.MAGIC) :]
    with segment.path.open("ab") as file:
        file.write(block[:-1])

    alive = make_recorder(db, tmp_path)
    alive.note(link.id, "192.0.2.2", told())

    assert await alive.drain() == 2
    assert await visits(db, link.id) == (2, 0)
    assert not segment.path.exists()


@pytest.mark.parametrize("damage", [b"\x00" * 64, b"\xff" * 64])
async def test_a_tail_of_rubbish_is_no_click(db: Database, tmp_path: Path, damage: bytes):
    (link,) = await make_links(db)
    killed = make_recorder(db, tmp_path)
    killed.note(link.id, "192.0.2.1", told())
    killed.flush()
    await killed.stop()
    (segment,) = journal.segments_in(tmp_path)
    with segment.path.open("ab") as file:
        file.write(damage)

    assert await make_recorder(db, tmp_path).drain() == 1


async def test_a_segment_of_another_version_is_kept_and_hides_none(db: Database, tmp_path: Path):
    (link,) = await make_links(db)
    foreign = tmp_path / f"{'0' * 16}-0000000001.clicks"
    foreign.write_bytes(b"of a time to come")
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id, "192.0.2.1", told())

    drained = await recorder.drain()

    assert drained == 1
    assert not foreign.exists()
    assert foreign.with_suffix(".unread").read_bytes() == b"of a time to come"


async def test_a_segment_in_use_stays_and_goes_on(db: Database, tmp_path: Path):
    (link,) = await make_links(db)
    recorder, other = make_recorder(db, tmp_path), make_recorder(db, tmp_path)
    recorder.note(link.id, "192.0.2.1", told())
    recorder.flush()

    assert await other.drain() == 1
    assert len(journal.segments_in(tmp_path)) == 1
    recorder.note(link.id, "192.0.2.1", told())
    assert await recorder.drain() == 1

    await recorder.stop()
    assert await other.drain() == 0
    assert journal.segments_in(tmp_path) == []


async def test_what_somebody_else_drained_meanwhile_is_looked_for_behind_it(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id, "192.0.2.1", told())
    assert await recorder.drain() == 1
    progress, looks = recorder.drainer._progress, 0

    async def behind(writers: set[str]) -> dict[str, Progress]:
        nonlocal looks
        looks += 1
        return {} if looks == 1 else await progress(writers)

    monkeypatch.setattr(recorder.drainer, "_progress", behind)
    recorder.note(link.id, "192.0.2.2", told())

    assert await recorder.drain() == 1
    assert await visits(db, link.id) == (2, 0)


async def test_ordinary_path_touches_nobody_elses_click_and_remembers_nothing(
    db: Database, tmp_path: Path, moment: AdjustableClock
):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id, "192.0.2.1", told())
    noted_at = clock.now()
    moment.advance(timedelta(days=1))

    await recorder.record(link.id, "192.0.2.2", told())

    assert recorder._visits == {}, "those of yesterday are somebody else, and this one is not kept"
    recorder.flush()
    assert await recorder.drain() == 2
    async with db.look() as look:
        assert [one.at for one in await clicks.raw_after(look, link.id)] == [noted_at, clock.now()]


async def test_clicks_of_excluded_addresses_are_kept_apart(db: Database, tmp_path: Path):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path, excluded=(ip_network("192.0.2.0/24"),))
    for address in ("192.0.2.1", "::ffff:192.0.2.1", "198.51.100.1", "2001:db8::1", "nowhere"):
        recorder.note(link.id, address, told())

    await recorder.drain()

    assert await visits(db, link.id) == (3, 2)


async def test_clicks_of_a_link_that_is_gone_are_dropped_alone(db: Database, tmp_path: Path):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id + 1_000, "192.0.2.1", told())
    recorder.note(link.id, "192.0.2.1", told())

    await recorder.drain()

    assert await visits(db, link.id) == (1, 0)


async def test_a_full_journal_refuses_and_the_ordinary_path_writes_to_the_database(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dalan.domains.clicks.recording.WAIT_SECONDS", 0.0)
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path, backlog_bytes_max=100)
    recorder.note(link.id, "192.0.2.1", told())
    recorder.flush()
    recorder.note(link.id, "192.0.2.2", told())
    with pytest.raises(clicks.JournalTrouble):
        recorder.flush()
    recorder.withdraw()

    await recorder.record(link.id, "192.0.2.2", told(), "qr")

    assert await visits(db, link.id) == (1, 0)
    await recorder.drain()
    assert await visits(db, link.id) == (2, 0)


async def test_a_disk_that_refuses_leaves_nothing_half_written(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id, "192.0.2.1", told())
    recorder.flush()
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:10]))
    recorder.note(link.id, "192.0.2.2", told())
    with pytest.raises(clicks.JournalTrouble):
        recorder.flush()
    monkeypatch.undo()

    recorder.flush()

    assert await recorder.drain() == 2


async def test_the_address_is_nowhere_in_what_is_stored(db: Database, tmp_path: Path):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    recorder.note(link.id, "203.0.113.77", told())
    recorder.note(link.id, "2001:db8:1:2:3:4:5:6", told())
    recorder.flush()
    (segment,) = journal.segments_in(tmp_path)
    written = segment.path.read_bytes()

    for whole in (bytes([203, 0, 113, 77]), b"203.0.113.77", bytes.fromhex("20010db8000100020003")):
        assert whole not in written
    assert bytes([203, 0, 113]) in written
