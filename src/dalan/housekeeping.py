"""What is done now and then whether anybody asks or not: ageing posts, forgetting what is over.

Facts that are done are purged by the outbox's own worker. Each duty is safe to run in several
processes at once and to be cut short anywhere.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from dalan.domains import audit, developers, identity, media, oauth, posts, touchpoints
from dalan.errors import DalanError
from dalan.kernel import logs
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.services import Services

log = logs.get("housekeeping")

ROUND_SECONDS = 60.0
PURGE_EVERY_ROUNDS = 60

Duty = tuple[str, Callable[[], Awaitable[object]]]


class Housekeeper:
    """Runs the duties until it is stopped; a duty that fails is logged and tried next time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Posts age every minute, the rest is purged every hour; the first round is at once."""
        rounds = 0
        while not self._stopping.is_set():
            await self.do(self.every_minute())
            if rounds % PURGE_EVERY_ROUNDS == 0:
                await self.do(self.every_hour())
            rounds += 1
            try:
                await asyncio.wait_for(self._stopping.wait(), ROUND_SECONDS)
            except TimeoutError:
                continue

    def stop(self) -> None:
        """Return from ``run`` once the duty in hand is done."""
        self._stopping.set()

    async def do(self, duties: list[Duty]) -> None:
        """Run these duties, one after another."""
        for name, duty in duties:
            try:
                await duty()
            except (DalanError, OSError) as error:
                log.error("duty failed", duty=name, error=type(error).__name__)

    def every_minute(self) -> list[Duty]:
        """What people would notice."""
        return [("posts age", self._until_none(posts.age))]

    def every_hour(self) -> list[Duty]:
        """What only grows."""
        services, keep = self._services, self._services.settings

        async def purge_identity(tx: WriteTransaction) -> None:
            await identity.purge(
                tx, codes_days=keep.keep_codes_days, sessions_days=keep.keep_sessions_days
            )

        async def purge_oauth(tx: WriteTransaction) -> None:
            await oauth.purge(
                tx, grace_seconds=keep.refresh_grace_seconds, keep_days=keep.keep_tokens_days
            )

        async def purge_usage(tx: WriteTransaction) -> None:
            await developers.purge_usage(tx, keep_days=keep.keep_usage_days)

        async def purge_starts(tx: WriteTransaction) -> None:
            await touchpoints.purge(tx, keep_days=keep.keep_starts_days)

        async def purge_audit(tx: WriteTransaction) -> None:
            await audit.purge(tx, keep_days=keep.keep_audit_days)

        async def purge_pictures() -> None:
            life = timedelta(hours=keep.keep_temporary_pictures_hours)
            await media.purge(services.db, services.media, life=life)

        return [
            ("codes and sessions", self._once(purge_identity)),
            ("tokens", self._once(purge_oauth)),
            ("usage", self._once(purge_usage)),
            ("starts", self._once(purge_starts)),
            ("audit", self._once(purge_audit)),
            ("pictures", purge_pictures),
        ]

    def _once(
        self, work: Callable[[WriteTransaction], Awaitable[object]]
    ) -> Callable[[], Awaitable[object]]:
        return lambda: self._services.db.transact(work)

    def _until_none(
        self, work: Callable[[WriteTransaction], Awaitable[int]]
    ) -> Callable[[], Awaitable[object]]:
        async def repeat() -> None:
            moved = 1
            while moved:
                moved = await self._services.db.transact(work)

        return repeat
