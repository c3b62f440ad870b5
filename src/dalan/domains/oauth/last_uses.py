"""When apps last called for people: noted in memory, written in batches.

Noting costs a look into a set and writes nothing; a killed process loses what it noted since the
last flush, never anything else.
"""

import asyncio
from contextlib import suppress
from datetime import datetime

from dalan.domains.oauth import connection_queries as queries
from dalan.domains.oauth.bearer import Bearer
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.db import Database
from dalan.kernel.logs import get

log = get("oauth")

FLUSH_SECONDS = 15.0


class LastUses:
    """What one process noted. Built, started and stopped by the composition root."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._noted: dict[tuple[int, int], datetime] = {}
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def note(self, bearer: Bearer) -> None:
        """The app called for the person just now."""
        self._noted[bearer.person_id, bearer.app_id] = clock.now()

    async def start(self) -> None:
        """Flush every few seconds until ``stop``."""
        self._stopping.clear()
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left."""
        if self._running is not None:
            self._stopping.set()
            await self._running
            self._running = None
        await self.flush()

    async def flush(self) -> None:
        """Write what was noted, in one unit of work; when that fails, it waits for the next."""
        noted, self._noted = self._noted, {}
        if not noted:
            return
        try:
            async with self._db.write() as tx:
                # In one order everywhere: two processes never wait for each other's rows.
                await queries.touch_grant.execute_many(
                    tx,
                    [
                        {"of_person": person_id, "of_app": app_id, "used_at": used_at}
                        for (person_id, app_id), used_at in sorted(noted.items())
                    ],
                )
        except BaseException:
            self._noted = {**noted, **self._noted}
            raise

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), FLUSH_SECONDS)
                return
            try:
                await self.flush()
            except Unavailable as error:
                log.warning("last uses not written, kept for later", reason=str(error))
