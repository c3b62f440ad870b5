"""Sums, raw clicks and totals always agree, whatever was asked, dropped and joined."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dalan.domains import clicks
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database
from tests.factories.clicks import CHROME, IPHONE, WHATSAPP, make_links, make_recorder, told

TEHRAN = ZoneInfo("Asia/Tehran")
AGENTS = [CHROME, IPHONE, WHATSAPP, ""]
REFERRERS = ["", "https://t.me/x", "https://www.example.com/", "not an address"]


class Model:
    """Every click that was recorded, remembered in the plainest way."""

    def __init__(self) -> None:
        self.all: list[tuple[int, datetime, str, str]] = []

    def count(self, link_id: int, begin: datetime, end: datetime, *, bots: bool = False) -> int:
        return sum(
            one == link_id and begin <= at < end and (agent in (CHROME, IPHONE)) is not bots
            for one, at, agent, _ in self.all
        )


async def live(
    db: Database, moment: AdjustableClock, folder: Path, seed: int, ids: list[int]
) -> Model:
    """A random history over two months; drained now and then."""
    chance, model = random.Random(seed), Model()
    recorder = make_recorder(db, folder)
    for _ in range(12):
        for _ in range(chance.randrange(1, 25)):
            moment.advance(
                chance.choice([timedelta(seconds=7), timedelta(minutes=9), timedelta(hours=11)])
            )
            link_id, agent, from_ = (
                chance.choice(ids),
                chance.choice(AGENTS),
                chance.choice(REFERRERS),
            )
            recorder.note(link_id, f"192.0.2.{chance.randrange(9)}", told(agent, from_))
            recorder.flush()
            model.all.append((link_id, clock.now(), agent, from_))
        if chance.random() < 0.7:
            await recorder.drain()
        if chance.random() < 0.3:
            await recorder.stop()
    await recorder.drain()
    return model


def moments(chance: random.Random, model: Model, count: int) -> list[datetime]:
    first = model.all[0][1] - timedelta(days=1)
    length = clock.now() - first + timedelta(hours=1)
    return sorted(first + length * chance.random() for _ in range(count))


async def check(db: Database, model: Model, ids: list[int], seed: int, since: datetime) -> None:
    """Windows that begin after ``since`` are told as the model does, in every way."""
    chance = random.Random(seed)
    async with db.read() as tx:
        for begin, end in pairwise([since, *moments(chance, model, 6)]):
            if begin < since:
                continue
            for link_id in ids:
                told_of = await clicks.report(tx, [link_id], begin, end)
                assert told_of.clicks == model.count(link_id, begin, end)
                assert told_of.bots == model.count(link_id, begin, end, bots=True)
                for names in (told_of.referrers, told_of.browsers, told_of.sources):
                    assert sum(names.values()) == told_of.clicks
                assert (
                    sum(map(sum, (one.values() for one in told_of.places.values())))
                    == told_of.clicks
                )
            both = await clicks.report(tx, ids, begin, end)
            assert both.clicks == sum(model.count(one, begin, end) for one in ids)
            for zone in (UTC, TEHRAN):
                for kind in ("hour", "day", "month"):
                    starts = clicks.starts(kind, begin, end, zone)[:-1]
                    if len(starts) < 2:
                        continue
                    starts[0] = begin
                    counted = await clicks.series(tx, ids, starts, end)
                    for link_id in ids:
                        assert counted[link_id] == [
                            model.count(link_id, one, after)
                            for one, after in pairwise([*starts, end])
                        ]


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_window_is_told_as_it_was(
    db: Database, moment: AdjustableClock, tmp_path: Path, seed: int
):
    ids = [link.id for link in await make_links(db, 2)]
    model = await live(db, moment, tmp_path, seed, ids)

    await check(db, model, ids, seed, model.all[0][1])

    async with db.read() as tx:
        totals = await clicks.totals(tx, ids)
        always = datetime(2020, 1, 1, tzinfo=UTC), clock.now() + timedelta(days=1)
        for link_id in ids:
            assert totals[link_id].visits == model.count(link_id, *always)
            assert totals[link_id].bots == model.count(link_id, *always, bots=True)
            raw = await clicks.raw_after(tx, link_id)
            assert Counter(one.at for one in raw) == Counter(
                at for one, at, _, _ in model.all if one == link_id
            )


async def test_what_is_dropped_stays_in_every_sum(
    db: Database, moment: AdjustableClock, tmp_path: Path
):
    ids = [link.id for link in await make_links(db, 2)]
    model = await live(db, moment, tmp_path, 3, ids)
    now = clock.now()

    await clicks.keep(db, clicks=timedelta(days=20), minutes=timedelta(days=5))

    await check(db, model, ids, 3, now - timedelta(days=19))
    async with db.read() as tx:
        for link_id in ids:
            # Long ago a quarter belongs where it begins: neighbours together miss nothing.
            bounds = [*moments(random.Random(3), model, 8), now + timedelta(days=1)]
            parts = [
                (await clicks.report(tx, [link_id], one, after)).clicks
                for one, after in pairwise([model.all[0][1] - timedelta(days=2), *bounds])
            ]
            assert sum(parts) == (await clicks.totals(tx, [link_id]))[link_id].visits
            starts = clicks.starts("minute", now - timedelta(hours=12), now, UTC)
            counted = (await clicks.series(tx, [link_id], starts, now + timedelta(minutes=1)))[
                link_id
            ]
            assert sum(counted) == model.count(link_id, starts[0], now + timedelta(minutes=1))


async def test_jalali_months_are_summed_from_quarters_and_days(
    db: Database, moment: AdjustableClock, tmp_path: Path
):
    ids = [link.id for link in await make_links(db, 1)]
    model = await live(db, moment, tmp_path, 4, ids)
    # Azar and Dey of 1405 begin at midnight in Tehran.
    starts = [
        datetime(2026, month, day, tzinfo=TEHRAN) for month, day in ((10, 23), (11, 22), (12, 22))
    ]
    end = datetime(2027, 1, 21, tzinfo=TEHRAN)

    async with db.read() as tx:
        counted = await clicks.series(tx, ids, starts, end)

    assert counted[ids[0]] == [
        model.count(ids[0], one, after) for one, after in pairwise([*starts, end])
    ]


async def test_visitors_are_told_apart_and_long_tails_are_summed(
    db: Database, moment: AdjustableClock, tmp_path: Path
):
    (link,) = await make_links(db)
    recorder = make_recorder(db, tmp_path)
    for number in range(700):
        recorder.note(link.id, f"10.0.{number % 50}.1", told(CHROME, f"https://h{number}.example/"))
    await recorder.drain()

    async with db.read() as tx:
        found = await clicks.report(tx, [link.id], clock.now(), clock.now() + timedelta(days=1))

    assert found.clicks == 700
    assert len(found.visitors) == 50
    listed = clicks.ranked(found.referrers)
    assert sum(times for _, times in listed) == 700
    assert listed[-1] == (clicks.OTHER, 600)


def test_names_are_told_unknown_first_then_by_clicks_then_by_name():
    names = {"b": 2, "a": 2, clicks.UNKNOWN: 1, "c": 9, clicks.OTHER: 4}

    assert clicks.ranked(names) == [
        (clicks.UNKNOWN, 1), ("c", 9), ("a", 2), ("b", 2), (clicks.OTHER, 4)
    ]  # fmt: skip
    assert clicks.ranked(names, most=1)[-1] == (clicks.OTHER, 8)
