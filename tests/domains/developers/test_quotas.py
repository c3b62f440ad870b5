"""Counting calls: the limits, and that no count gets lost on its way to the database."""

import asyncio
from datetime import date, timedelta

import msgspec
import pytest
from tests.factories.developers import KEYS, make_app, make_key

from dalan.domains import developers
from dalan.domains.developers import Limits, QuotaRules, Quotas
from dalan.kernel import clock
from dalan.kernel.db import DatabaseBusy
from dalan.kernel.db.sqlite import SqliteDatabase

TIGHT = QuotaRules(development=Limits(3, 5), production=Limits(30, 50))


async def made_caller(db, **given):
    async with db.write() as tx:
        app = (await make_app(tx, **given)).app
        _, text = await make_key(tx, app.id)
        return await developers.caller(tx, text, KEYS)


async def usage(db, caller):
    async with db.read() as tx:
        return await developers.usage_of(tx, caller.app_id, since=date(2026, 1, 1))


async def test_count_refuses_past_the_minute_and_the_day(db, moment):
    caller, quotas = await made_caller(db), Quotas(db, TIGHT)

    first = [quotas.count(caller) for _ in range(4)]
    moment.advance(timedelta(minutes=1))
    later = [quotas.count(caller) for _ in range(3)]

    assert first[:3] == [None, None, None]
    assert refused(first[3]) == ("minute", 3, 60)
    assert later[:2] == [None, None]
    assert refused(later[2]) == ("day", 5, (24 - 8) * 3_600 - 31 * 60)
    assert quotas.used(caller.app_id) == (2, 5)
    moment.advance(timedelta(hours=16))
    assert quotas.used(caller.app_id) == (0, 0)
    assert quotas.count(caller) is None


async def test_count_only_counts_when_limits_are_not_enforced(db):
    caller = await made_caller(db)
    quotas = Quotas(db, QuotaRules(development=Limits(1, 1), enforced=False))

    assert [quotas.count(caller) for _ in range(5)] == [None] * 5
    assert quotas.used(caller.app_id) == (5, 5)


async def test_an_apps_own_limits_go_before_those_of_its_kind(db):
    caller = await made_caller(db, production=True)
    quotas = Quotas(db, TIGHT)
    assert quotas.limits_of(caller) == (30, 50)

    async with db.write() as tx:
        await developers.set_limits(tx, caller.app_id, per_minute=2, per_day=None)
        app = await developers.app(tx, caller.app_id)

    assert quotas.limits_of(app) == (2, 50)


async def test_flush_adds_up_over_processes_and_a_restart(db):
    caller = await made_caller(db)
    here, there = Quotas(db, QuotaRules()), Quotas(db, QuotaRules())
    for _ in range(7):
        here.count(caller)
    for _ in range(5):
        there.count(caller)

    await asyncio.gather(here.flush(), there.flush())
    here.count(caller)
    await here.flush()

    assert [(one.day, one.count) for one in await usage(db, caller)] == [("2026-11-21", 13)]
    assert here.used(caller.app_id).day == 13
    restarted = Quotas(db, QuotaRules())
    await restarted.start()
    assert restarted.used(caller.app_id).day == 13
    await restarted.stop()


async def test_flush_that_fails_keeps_every_count(db, moment):
    caller = await made_caller(db)
    quotas = Quotas(_BusyOnce(db), QuotaRules())
    for _ in range(4):
        quotas.count(caller)
    moment.advance(timedelta(days=1))
    for _ in range(2):
        quotas.count(caller)

    with pytest.raises(DatabaseBusy):
        await quotas.flush()
    quotas.count(caller)
    await quotas.flush()
    await quotas.flush()

    assert [(one.day, one.count) for one in await usage(db, caller)] == [
        ("2026-11-21", 4),
        ("2026-11-22", 3),
    ]


async def test_counts_during_a_flush_are_in_the_next(db):
    caller, quotas = await made_caller(db), Quotas(db, QuotaRules(enforced=False))
    stop = asyncio.Event()

    async def call():
        count = 0
        while not stop.is_set():
            quotas.count(caller)
            count += 1
            await asyncio.sleep(0)
        return count

    calling = asyncio.create_task(call())
    for _ in range(20):
        await quotas.flush()
        await asyncio.sleep(0.001)
    stop.set()
    counted = await calling
    await quotas.flush()

    assert (await usage(db, caller))[0].count == counted == quotas.used(caller.app_id).day


async def test_stop_writes_what_is_left(db):
    caller, quotas = await made_caller(db), Quotas(db, QuotaRules())
    await quotas.start()
    quotas.count(caller)

    await quotas.stop()

    assert (await usage(db, caller))[0].count == 1


async def test_flush_tells_when_a_key_was_last_used(db):
    caller, quotas = await made_caller(db), Quotas(db, QuotaRules())
    quotas.count(caller)

    await quotas.flush()

    async with db.read() as tx:
        (key,) = await developers.keys_of(tx, caller.app_id)
    assert key.last_used_at == clock.now()


def refused(refusal):
    assert refusal is not None
    return refusal.window, refusal.most, refusal.retry_after_seconds


class _BusyOnce(SqliteDatabase):
    """A database that gives no turn the first time it is asked."""

    def __init__(self, real):
        self._real, self._is_busy = real, True

    def write(self):
        if self._is_busy:
            self._is_busy = False
            raise DatabaseBusy("somebody else holds the database")
        return self._real.write()


async def facts(db):
    async with db.read() as tx:
        rows = await tx.rows("SELECT body FROM outbox_fact ORDER BY id", ())
    bodies = [msgspec.json.decode(row[0]) if isinstance(row[0], str) else row[0] for row in rows]
    return [(one["window"], one["percent"], one["day"]) for one in bodies]


async def test_shares_of_a_limit_are_announced_once_a_day(db, moment):
    caller = await made_caller(db)
    quotas = Quotas(db, QuotaRules(development=Limits(1_000, 10), enforced=False))
    today = clock.now().date().isoformat()

    for _ in range(7):
        quotas.count(caller)
    await quotas.flush()
    assert await facts(db) == []
    quotas.count(caller)
    await quotas.flush()
    await quotas.flush()
    assert await facts(db) == [("day", 80, today)]
    for _ in range(5):
        quotas.count(caller)
        await quotas.flush()
    assert await facts(db) == [("day", 80, today), ("day", 100, today)]

    moment.advance(timedelta(days=1))
    for _ in range(8):
        quotas.count(caller)
    await quotas.flush()
    assert await facts(db) == [
        ("day", 80, today),
        ("day", 100, today),
        ("day", 80, clock.now().date().isoformat()),
    ]


async def test_busy_minute_is_announced_though_it_passed_before_the_flush(db, moment):
    caller = await made_caller(db)
    quotas = Quotas(db, QuotaRules(development=Limits(5, 1_000)))

    for _ in range(4):
        quotas.count(caller)
    moment.advance(timedelta(minutes=1))
    quotas.count(caller)
    await quotas.flush()

    assert await facts(db) == [("minute", 80, clock.now().date().isoformat())]
