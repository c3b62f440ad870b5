"""When apps last called for people: noted in memory, written in batches.

Noting costs a look into a set and writes nothing; a killed process loses what it noted since the
last flush, never anything else.
"""

from datetime import datetime

from dalan.domains.oauth import connection_queries as queries
from dalan.domains.oauth.bearer import Bearer
from dalan.domains.oauth.personal_tokens import touch_personal_token
from dalan.kernel import clock
from dalan.kernel.db import Database
from dalan.kernel.repeating import Repeating

FLUSH_SECONDS = 15.0


class LastUses:
    """What one process noted. Built, started and stopped by the composition root."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._noted: dict[tuple[int, int], datetime] = {}
        self._families: dict[int, datetime] = {}
        self._flushes = Repeating("last uses of consents", self.flush, seconds=FLUSH_SECONDS)

    def note(self, bearer: Bearer) -> None:
        """The app called for the person just now."""
        self._noted[bearer.person_id, bearer.app_id] = clock.now()

    def note_family(self, bearer: Bearer) -> None:
        """The token was used just now; only of personal tokens is that kept."""
        if bearer.family_id is not None:
            self._families[bearer.family_id] = clock.now()

    async def start(self) -> None:
        """Flush every few seconds until ``stop``."""
        await self._flushes.start()

    async def stop(self) -> None:
        """Write what is left."""
        await self._flushes.stop()
        await self.flush()

    async def forget(self) -> None:
        """Drop what was noted: another world takes the place of this one."""
        self._noted, self._families = {}, {}

    async def flush(self) -> None:
        """Write what was noted, in one unit of work; when that fails, it waits for the next."""
        noted, self._noted = self._noted, {}
        families, self._families = self._families, {}
        if not noted and not families:
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
                await touch_personal_token.execute_many(
                    tx,
                    [
                        {"of_family": family_id, "used_at": used_at}
                        for family_id, used_at in sorted(families.items())
                    ],
                )
        except BaseException:
            self._noted = {**noted, **self._noted}
            self._families = {**families, **self._families}
            raise
