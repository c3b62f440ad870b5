"""Clicks in a backup: those that were not drained yet come along, and none is counted twice."""

from pathlib import Path

import pytest

from dalan.domains import clicks
from dalan.domains.clicks import journal
from dalan.settings import Settings
from tests.backups.test_backups import elsewhere, empty_url, opened, settings, take
from tests.backups.test_backups import restore as put_back
from tests.factories.clicks import make_links, make_recorder, told

__all__ = ["elsewhere", "empty_url", "settings"]


async def visits(settings: Settings, link_id: int) -> int:
    async with opened(settings) as db:
        await make_recorder(db, settings.clicks_folder).drain()
        async with db.look() as look:
            return (await clicks.totals(look, [link_id]))[link_id].visits


@pytest.mark.parametrize("is_running", [True, False])
async def test_every_click_before_a_backup_is_in_it_once(
    settings: Settings, elsewhere: Settings, tmp_path: Path, is_running: bool
):
    async with opened(settings) as db:
        (link,) = await make_links(db)
        recorder = make_recorder(db, settings.clicks_folder)
        for _ in range(3):
            await recorder.record(link.id, "192.0.2.1", told())
        await recorder.drain()
        for _ in range(4):
            await recorder.record(link.id, "192.0.2.1", told())
        if not is_running:
            await recorder.stop()

        await take(settings, tmp_path / "backup")

        await recorder.record(link.id, "192.0.2.1", told())
    await put_back(elsewhere, tmp_path / "backup")
    assert await visits(elsewhere, link.id) == 7
    assert await visits(elsewhere, link.id) == 7
    assert await visits(settings, link.id) == 8


async def test_a_world_put_back_in_its_place_counts_on(settings: Settings, tmp_path: Path):
    async with opened(settings) as db:
        (link,) = await make_links(db)
        recorder = make_recorder(db, settings.clicks_folder)
        await recorder.record(link.id, "192.0.2.1", told())
        await take(settings, tmp_path / "backup")
        await recorder.record(link.id, "192.0.2.1", told())
        await recorder.drain()
        await recorder.stop()

    await put_back(settings, tmp_path / "backup", replace=True)

    # What happened since is in the journal that was still open: it is counted, and once.
    assert await visits(settings, link.id) == 2
    assert journal.segments_in(settings.clicks_folder) == []


async def test_what_is_drained_stays_while_a_backup_runs(settings: Settings):
    async with opened(settings) as db:
        (link,) = await make_links(db)
        recorder = make_recorder(db, settings.clicks_folder)
        await recorder.record(link.id, "192.0.2.1", told())
        await recorder.stop()
        with clicks.kept_whole(settings.clicks_folder):
            assert await recorder.drain() == 1
            assert len(journal.segments_in(settings.clicks_folder)) == 1
        await recorder.drain()
    assert journal.segments_in(settings.clicks_folder) == []
    assert await visits(settings, link.id) == 1
