"""The recording side, in every process that answers visitors: about a microsecond a click.

``note`` puts a click into this turn's buffer, ``flush`` appends the buffer to the process's segment
in one write; an answer leaves only after its click's flush. From then on the click survives the
process, and, after the next sync, a power cut. Where the journal is full or the disk refuses, the
ordinary path waits a moment and then writes the click into the database before it answers: what
was answered is counted, always.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Final

import msgspec

from dalan.domains.clicks import journal, records
from dalan.domains.clicks.adding import Prepared, add
from dalan.domains.clicks.draining import Drainer
from dalan.domains.clicks.errors import JournalTrouble
from dalan.domains.clicks.parsing import Parser, ParsingRules
from dalan.domains.clicks.records import SOURCES, Packed, Source, Told
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database
from dalan.kernel.db.types import microseconds_of
from dalan.kernel.repeating import Repeating

VISITS_REMEMBERED_MAX: Final = 10_000
WAIT_SECONDS: Final = 1.0
WAIT_STEP_SECONDS: Final = 0.02
SEGMENT_SECONDS: Final = 60.0
DAY_US: Final = 86_400_000_000

_CODES: Final = {source: code for code, source in enumerate(SOURCES)}


class RecordingRules(msgspec.Struct, frozen=True):
    """What the operator decides. ``sync_seconds``: what a power cut may cost at most;
    ``backlog_bytes_max``: more waiting in segments than that, and clicks go straight to the
    database; ``excluded``: whose clicks are nobody's."""

    sync_seconds: float = 1.0
    backlog_bytes_max: int = 256_000_000
    excluded: tuple[IPv4Network | IPv6Network, ...] = ()
    parsing: ParsingRules = ParsingRules()


class Recorder:
    """Records the clicks of one process. Built, started and stopped by the composition root."""

    def __init__(self, db: Database, keys: Keyring, folder: Path, rules: RecordingRules) -> None:
        self._db, self._keys, self._folder, self._rules = db, keys, folder, rules
        self._writer = journal.Writer(folder)
        self._noted: list[Packed] = []
        self._at = 0
        self._day = -1
        self._key = b""
        self._visits: dict[tuple[str, Told], msgspec.Raw] = {}
        self._elsewhere_bytes = 0
        self._began = time.monotonic()
        self._syncs = Repeating("clicks", self._look_after, seconds=rules.sync_seconds)
        self._drainer: Drainer | None = None
        self.on_first: Callable[[], None] | None = None
        """Called once, when the first click of this process stands in the journal."""

    # Hot path: no I/O, and nothing is made twice.

    def note(self, link_id: int, address: str, told: Told, source: Source = "web") -> None:
        """Put a click of now into this turn's buffer."""
        noted = self._noted
        if not noted:
            self._tell_time()
        visit = self._visits.get((address, told)) or self._visit(address, told)
        noted.append((link_id, _CODES[source], visit, told.raw))

    def flush(self) -> None:
        """Everything noted stands in the segment. Raises JournalTrouble: nothing of it does, and
        it stays noted."""
        if self._noted:
            self._write(self._at, self._noted)
            self._noted = []

    def withdraw(self) -> None:
        """Forget what was noted and not flushed: those requests go the ordinary path."""
        self._noted = []

    # The ordinary path.

    async def record(self, link_id: int, address: str, told: Told, source: Source = "web") -> None:
        """A click of now, kept before this returns; what others noted is left alone.

        Raises DatabaseUnavailable when neither the journal nor the database takes it.
        """
        held_at = self._at
        self._tell_time()
        at, self._at = self._at, held_at
        # Nothing is remembered: who comes this way says what they say once, and would push out
        # those who are asked for again.
        clicks: list[Packed] = [
            (link_id, _CODES[source], self._made_visit(address, told), told.raw)
        ]
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                self._write(at, clicks)
                return
            except JournalTrouble:
                if time.monotonic() >= until:
                    break
            await asyncio.sleep(WAIT_STEP_SECONDS)
        drainer = self.drainer
        prepared = Prepared([records.decoded(at, clicks)], drainer.parser)
        await self._db.transact(lambda tx: add(tx, prepared, shard=drainer.shard))

    # Around them.

    async def start(self) -> None:
        """Sync every now and then until ``stop``."""
        self._measure()
        await self._syncs.start()

    async def stop(self) -> None:
        """Finish the segment; it is drained by whoever comes next."""
        await self._syncs.stop()
        with contextlib.suppress(JournalTrouble):
            self.flush()
        self._writer.finish()
        await asyncio.to_thread(self._writer.sync)

    async def drain(self) -> int:
        """Write down all that was recorded, in this process: for tests, worlds and backups."""
        self.flush()
        return await self.drainer.drain_all()

    async def forget(self) -> None:
        """Drop what is not drained yet: another world takes the place of this one."""
        self.withdraw()
        async with self.drainer.alone():
            self._writer.finish()
            self._writer.sync()
            for one in journal.segments_in(self._folder):
                one.path.unlink(missing_ok=True)

    @property
    def drainer(self) -> Drainer:
        """Drains inside this process; loaded when it is first needed."""
        if self._drainer is None:
            self._drainer = Drainer(self._db, self._folder, Parser(self._rules.parsing))
        return self._drainer

    def _write(self, at: int, clicks: list[Packed]) -> None:
        writer = self._writer
        if self._elsewhere_bytes + writer.size_bytes > self._rules.backlog_bytes_max:
            raise JournalTrouble("too much waits to be drained")
        writer.append(records.block_of(at, clicks))
        if self.on_first is not None:
            first, self.on_first = self.on_first, None
            first()

    def _tell_time(self) -> None:
        """The moment of this turn; on a new day everybody is somebody else."""
        self._at = microseconds_of(clock.now())
        day = self._at // DAY_US
        if day != self._day:
            self._day = day
            self._key = self._keys.secret_mac(str(day), "visitors of links")
            self._visits.clear()

    def _visit(self, address: str, told: Told) -> msgspec.Raw:
        if len(self._visits) >= VISITS_REMEMBERED_MAX:
            self._visits.clear()
        made = self._visits[address, told] = self._made_visit(address, told)
        return made

    def _made_visit(self, address: str, told: Told) -> msgspec.Raw:
        return records.visit_of(
            address, told.agent, self._key, is_excluded=self._is_excluded(address)
        )

    def _is_excluded(self, address: str) -> bool:
        if not self._rules.excluded:
            return False
        try:
            one = ip_address(address)
        except ValueError:
            return False
        # A socket for both versions tells of IPv4 in IPv6.
        one = getattr(one, "ipv4_mapped", None) or one
        return any(one.version == net.version and one in net for net in self._rules.excluded)

    async def _look_after(self) -> None:
        """What need not be done at every click: sync, end an old segment, measure the backlog."""
        writer = self._writer
        if time.monotonic() - self._began > SEGMENT_SECONDS and writer.size_bytes:
            self._began = time.monotonic()
            writer.finish()
        if writer.is_unsynced:
            await asyncio.to_thread(writer.sync)
        self._measure()

    def _measure(self) -> None:
        total = journal.backlog_bytes(self._folder)
        self._elsewhere_bytes = max(0, total - self._writer.size_bytes)
