"""How often an app may search in a day, beside its quota of all calls."""

from dalan.domains.search import queries
from dalan.domains.search.errors import SearchQuota
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

DAY_SECONDS = 86_400


async def count_call(
    tx: WriteTransaction, *, app_id: int, slug: str, per_day: int, enforced: bool
) -> None:
    """Count one search of an app. ``per_day`` is what every app may whom nobody allowed another
    number (``allow``); days are those of UTC.

    Raises ``SearchQuota`` beyond it, if ``enforced``: the refused call is then not counted.
    """
    seconds = int(clock.now().timestamp())
    row = await queries.count_call.one_or_none(
        tx, app_id=app_id, day=seconds // DAY_SECONDS, calls_count=1
    )
    assert row is not None, "an upsert that updates answers a row"
    count, allowed = row
    most = per_day if allowed is None else allowed
    if enforced and count > most:
        left = DAY_SECONDS - seconds % DAY_SECONDS
        raise SearchQuota(slug=slug, most=most, retry_after_seconds=left)


async def allow(tx: WriteTransaction, *, app_id: int, per_day: int | None) -> None:
    """Let an app search so often a day; None: as often as everybody."""
    today = int(clock.now().timestamp()) // DAY_SECONDS
    await queries.allow.execute(tx, app_id=app_id, day=today, calls_count=0, calls_per_day=per_day)


async def used_today(tx: ReadTransaction, app_id: int) -> int:
    """How often an app searched today."""
    row = await queries.use_of.one_or_none(tx, of_app=app_id)
    today = int(clock.now().timestamp()) // DAY_SECONDS
    return 0 if row is None or row[0] != today else int(row[1])
