"""When secrets were last used: noted in memory, written in batches, never on a call's own path.

Keys that call the API are noted where calls are counted (``Quotas``); this is for the rest:
client secrets and OAuth-enabled keys at the token endpoint, credentials of the door for short
links. A killed process loses what it noted since the last flush, never anything else.
"""

from datetime import datetime
from typing import Literal

from dalan.domains.developers import pod_queries, queries
from dalan.kernel import clock
from dalan.kernel.db import Database
from dalan.kernel.repeating import Repeating

FLUSH_SECONDS = 15.0

CredentialKind = Literal["api_key", "client_secret", "pod"]


class CredentialUses:
    """What one process noted. Built, started and stopped by the composition root."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._noted: dict[tuple[CredentialKind, int], datetime] = {}
        self._flushes = Repeating("uses of credentials", self.flush, seconds=FLUSH_SECONDS)

    def note(self, kind: CredentialKind, credential_id: int) -> None:
        """It proved who was asking, just now."""
        self._noted[kind, credential_id] = clock.now()

    async def start(self) -> None:
        """Flush every few seconds until ``stop``."""
        await self._flushes.start()

    async def stop(self) -> None:
        """Write what is left."""
        await self._flushes.stop()
        await self.flush()

    async def forget(self) -> None:
        """Drop what was noted: another world takes the place of this one."""
        self._noted = {}

    async def flush(self) -> None:
        """Write what was noted, in one unit of work; when that fails, it waits for the next."""
        noted, self._noted = self._noted, {}
        if not noted:
            return
        try:
            async with self._db.write() as tx:
                # In one order everywhere: two processes never wait for each other's rows.
                for (kind, credential_id), used_at in sorted(noted.items()):
                    if kind == "api_key":
                        await queries.touch_key.execute(tx, key_id=credential_id, used_at=used_at)
                    elif kind == "client_secret":
                        await queries.touch_secret.execute(
                            tx, its_id=credential_id, used_at=used_at
                        )
                    else:
                        await pod_queries.touch.execute(tx, its_id=credential_id, used_at=used_at)
        except BaseException:
            self._noted = {**noted, **self._noted}
            raise
