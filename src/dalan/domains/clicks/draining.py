"""From segments to rows: what was noted becomes clicks and sums, exactly once.

What is read, and how far it was read, are written in one transaction; whoever is killed anywhere
leaves both or neither. A folder is drained by one at a time; the progress in the database, which
must be what it was when reading began, holds even where two do so all the same.
"""

import asyncio
import contextlib
import time
import zlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from dalan.domains.clicks import journal, queries
from dalan.domains.clicks.adding import SHARDS, Prepared, add
from dalan.domains.clicks.parsing import Parser
from dalan.domains.clicks.records import MAGIC, Block, block_in
from dalan.domains.clicks.tables import Progress
from dalan.kernel import clock
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.logs import get

log = get("clicks")

READ_BYTES: Final = 1 << 20
TRANSACTION_SECONDS: Final = 0.04
"""What one transaction should take: on SQLite everybody who writes waits for it."""

CLICKS_MIN, CLICKS_MAX = 1_000, 5_000
TURN_PAUSE_SECONDS: Final = 0.01
WAIT_SECONDS: Final = 60.0


class Taken(msgspec.Struct):
    """What one transaction will write: blocks, and from where to where they were read."""

    blocks: list[Block]
    clicks_count: int
    moved: dict[str, tuple[Progress, Progress]]
    """By writer: as it was read from, and as it is to be."""


class Drainer:
    """Drains a folder into a database. ``shard``: which rows of sums it adds to."""

    def __init__(self, db: Database, folder: Path, parser: Parser) -> None:
        self._db, self._folder, self.parser = db, folder, parser
        # Machines of one database have their rows apart, so that none waits for another's.
        name = str(folder.absolute()) + _machine()
        self.shard = zlib.crc32(name.encode()) % SHARDS if db.engine != "sqlite" else 0
        self._most = 1_000

    async def drain(self) -> int:
        """Write everything down that stands in the folder now; answers how many clicks. None when
        somebody else is at it."""
        total = 0
        while True:
            with journal.held(self._folder / "draining.lock") as is_mine:
                if not is_mine:
                    break
                drained, more = await self._some()
            total += drained
            if not more:
                return total
            await asyncio.sleep(TURN_PAUSE_SECONDS)  # whoever waits to write comes first
        return total

    async def drain_all(self) -> int:
        """``drain``, after whoever else is at it. Raises TimeoutError when they do not end."""
        total, more = 0, True
        async with self.alone():
            while more:
                # Whoever was killed in their commit may be heard of now; the next look sees it.
                with contextlib.suppress(AlreadyDrained):
                    drained, more = await self._some()
                    total += drained
        return total

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Nobody drains the folder while the block runs."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            with journal.held(self._folder / "draining.lock") as is_mine:
                if is_mine:
                    yield
                    return
            await asyncio.sleep(TURN_PAUSE_SECONDS)
        raise TimeoutError("somebody else drains the clicks, and does not end")

    async def _some(self) -> tuple[int, bool]:
        """One transaction's worth, and whether there is more. The folder is ours."""
        segments = journal.segments_in(self._folder)
        if not segments:
            return 0, False
        known = await self._progress({one.writer for one in segments})
        taken, finished, more = self._take(segments, known)
        if taken.moved:
            prepared = Prepared(taken.blocks, self.parser)
            began = time.thread_time()  # of ours: a busy machine makes no batch larger
            await self._db.transact(lambda tx: self._write(tx, taken, prepared))
            self._learn(time.thread_time() - began, taken.clicks_count)
        self._delete(finished)
        return taken.clicks_count, more

    async def _progress(self, writers: set[str]) -> dict[str, Progress]:
        async with self._db.look() as look:
            return {one.writer: one for one in await queries.progress.all(look, writers=writers)}

    def _take(
        self, segments: list[journal.Segment], known: Mapping[str, Progress]
    ) -> tuple[Taken, list[journal.Segment], bool]:
        """Read blocks until there are enough; which segments are done with; is there more?"""
        taken = Taken([], 0, {})
        finished: list[journal.Segment] = []
        for segment in segments:
            if taken.clicks_count >= self._most:
                return taken, finished, True
            was = known.get(segment.writer) or Progress(segment.writer, 0, 0)
            at = taken.moved.get(segment.writer, (was, was))[1]
            if segment.number < at.segment:  # drained, and its file outlived it
                finished.append(segment)
                continue
            start = at.drained_bytes if segment.number == at.segment else 0
            try:
                reading = journal.Reading(segment)
            except FileNotFoundError:
                continue
            try:
                end = self._blocks(reading, start, taken)
                is_done = taken.clicks_count < self._most and reading.is_finished
            finally:
                reading.close()
            if end > start or segment.number > at.segment:
                new = Progress(segment.writer, segment.number, end)
                taken.moved[segment.writer] = (was, new)
            if is_done and end == 0:
                journal.set_aside(segment)
            elif is_done:
                finished.append(segment)
                if reading.size_bytes > end:
                    log.warning("the end of a segment is no click", bytes=reading.size_bytes - end)
        return taken, finished, taken.clicks_count >= self._most

    def _blocks(self, reading: journal.Reading, start: int, taken: Taken) -> int:
        """Add a segment's blocks from ``start`` on; answers where the next is read."""
        offset = start
        data, base = b"", start
        while taken.clicks_count < self._most:
            if base == 0 and offset == 0:
                if reading.data(0, len(MAGIC)) != MAGIC:
                    log.error("a segment of another version", bytes=reading.size_bytes)
                    return offset
                offset = base = len(MAGIC)
            found = block_in(data, offset - base)
            if found is None:
                data, base = reading.data(offset, READ_BYTES), offset
                found = block_in(data, 0)
            if found is None and reading.size_bytes - offset > READ_BYTES:
                data = reading.data(offset, reading.size_bytes - offset)
                found = block_in(data, 0)
            if found is None:
                return offset
            block, ends = found
            offset = base + ends
            taken.blocks.append(block)
            taken.clicks_count += len(block.clicks)
        return offset

    async def _write(self, tx: WriteTransaction, taken: Taken, prepared: Prepared) -> int:
        now = clock.machine()  # journals lie on a machine, whatever its world's clock shows
        for was, new in taken.moved.values():
            if was.segment == 0:
                await queries.begin_progress.execute(
                    tx, writer=was.writer, segment=0, drained_bytes=0, changed_at=now
                )
            moved = await queries.set_progress.execute(
                tx, of_writer=was.writer, from_segment=was.segment, from_bytes=was.drained_bytes,
                segment=new.segment, drained_bytes=new.drained_bytes, changed_at=now,
            )  # fmt: skip
            if not moved:
                raise AlreadyDrained
        return await add(tx, prepared, shard=self.shard)

    def _learn(self, seconds: float, clicks_count: int) -> None:
        """More at once while it is quick, fewer when others had to wait."""
        if seconds > TRANSACTION_SECONDS:
            self._most = max(CLICKS_MIN, self._most // 2)
        elif clicks_count >= self._most:
            self._most = min(CLICKS_MAX, self._most * 2)

    def _delete(self, finished: list[journal.Segment]) -> None:
        """Away with what is in the tables, unless somebody copies the folder just now."""
        if not finished:
            return
        with journal.held(self._folder / "keep.lock") as may_delete:
            if may_delete:
                for one in finished:
                    with contextlib.suppress(OSError):
                        one.path.unlink()


class AlreadyDrained(Exception):
    """Somebody else wrote these clicks down meanwhile; nothing was written."""


def _machine() -> str:
    try:
        return Path("/etc/machine-id").read_text().strip()
    except OSError:
        return ""
