"""What is done now and then whether anybody asks or not: ageing posts, forgetting what is over.

Facts that are done are purged by the outbox's own worker. Each duty is safe to run in several
processes at once and to be cut short anywhere.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from dalan.domains import (
    addons,
    audit,
    bank,
    bookmarks,
    charges,
    chat,
    clicks,
    deliveries,
    developers,
    events,
    identity,
    links,
    media,
    moderation,
    notices,
    oauth,
    payments,
    posts,
    search,
    support,
    touchpoints,
    wallet,
)
from dalan.errors import DalanError
from dalan.kernel import clock, logs
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.services import Services

log = logs.get("housekeeping")

ROUND_SECONDS = 60.0
ROUND_SECONDS_MIN = 0.25
"""Between two rounds beside a clock that runs fast."""

PURGE_EVERY = timedelta(hours=1)

Duty = tuple[str, Callable[[], Awaitable[object]]]


class Housekeeper:
    """Runs the duties until it is stopped; a duty that fails is logged and tried next time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopping = False
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._purged_at: datetime | None = None

    async def run(self) -> None:
        """Posts age every minute, the rest is purged every hour; the first round is at once."""
        while not self._stopping:
            self._woken.clear()
            async with self._turn:
                await self.round()
            pause_seconds = clock.pause_seconds(ROUND_SECONDS, most=ROUND_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(pause_seconds, ROUND_SECONDS_MIN)):
                    await self._woken.wait()

    def stop(self) -> None:
        """Return from ``run`` once the duty in hand is done."""
        self._stopping = True
        self._woken.set()

    def wake(self) -> None:
        """There may be something to do: the clock was moved."""
        self._woken.set()

    @contextlib.asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """``run`` does nothing while the block runs, which may do ``round``s instead."""
        async with self._turn:
            yield
        self._woken.set()

    async def round(self, *, purge_every: timedelta = PURGE_EVERY) -> None:
        """What is due by now; what only grows is looked at when it was not for that long."""
        await self.do(self.every_minute())
        now = clock.now()
        if self._purged_at is None or not timedelta() <= now - self._purged_at < purge_every:
            self._purged_at = now
            await self.do(self.every_hour())

    async def next_due(self, *, purge_every: timedelta = PURGE_EVERY) -> datetime | None:
        """The next moment after now at which a duty has something to do that anybody would
        notice, or what only grows is looked at; None before the first round."""
        keep = self._services.settings
        purged_at = self._purged_at
        async with self._services.db.look() as tx:
            return clock.earliest(
                purged_at and purged_at + purge_every,
                await posts.next_due(tx),
                await bookmarks.next_due(tx),
                await deliveries.next_watch(tx),
                await events.next_expiry(tx),
                await notices.next_due(tx, chats_wait=timedelta(minutes=keep.chat_notice_minutes)),
                await wallet.next_due(tx),
                await charges.next_due(tx),
                await developers.next_warning(
                    tx,
                    age_max=timedelta(days=keep.api_key_age_days),
                    expiry_notice=timedelta(days=keep.api_key_expiry_notice_days),
                ),
            )

    async def do(self, duties: list[Duty]) -> None:
        """Run these duties, one after another."""
        for name, duty in duties:
            try:
                await duty()
            except (DalanError, OSError) as error:
                log.error("duty failed", duty=name, error=type(error).__name__)
            except Exception:  # a fault of one duty must not end all duties for good
                log.exception("duty failed", duty=name)

    def every_minute(self) -> list[Duty]:
        """What people would notice."""
        services = self._services
        rules = notices.MailRules(base_url=services.settings.base_url)
        sender = services.mail_sender or notices.NoMail()
        reconcile = partial(
            wallet.reconcile, services.db, services.gateway, rules=services.promotion_rules
        )

        keep = services.settings
        waits = keep.chat_notice_minutes
        age_max = timedelta(days=keep.api_key_age_days)
        expiry_notice = timedelta(days=keep.api_key_expiry_notice_days)
        warn = partial(developers.warn_of_keys, age_max=age_max, expiry_notice=expiry_notice)
        return [
            ("posts age", self._until_none(posts.age)),
            ("saved searches", self._until_none(bookmarks.tell_due)),
            ("events nobody takes", self._until_none(deliveries.watch)),
            (
                "messages that wait",
                self._until_none(
                    partial(notices.tell_of_messages, since=timedelta(minutes=waits)),
                ),
            ),
            ("links that ended", self._once(events.tell_expired)),
            ("old keys", self._until_none(warn)),
            ("owners are reminded", self._until_none(posts.remind_of_ends)),
            ("payments by card", reconcile),
            ("payments to apps", self._until_none(charges.end_due)),
            ("mail", partial(notices.mail_due, services.db, sender, rules)),
        ]

    def every_hour(self) -> list[Duty]:
        """What only grows."""
        services, keep = self._services, self._services.settings
        unpaid_days = keep.keep_unpaid_payments_days
        moderated = timedelta(days=keep.keep_moderation_days)
        codes_days = keep.keep_codes_days
        proofs_days = keep.keep_temporary_bank_accounts_days
        pictures = timedelta(hours=keep.keep_temporary_pictures_hours)
        return [
            ("codes and sessions", self._once(
                partial(identity.purge, codes_days=codes_days,
                        sessions_days=keep.keep_sessions_days),
                partial(identity.purge_proofs, codes_days=codes_days,
                        temporary_accounts_days=proofs_days),
            )),
            ("tokens", self._once(
                partial(oauth.purge, grace_seconds=keep.refresh_grace_seconds,
                        keep_days=keep.keep_tokens_days),
            )),
            ("usage", self._once(partial(developers.purge_usage, keep_days=keep.keep_usage_days))),
            ("starts", self._once(partial(touchpoints.purge, keep_days=keep.keep_starts_days))),
            ("audit", self._once(partial(audit.purge, keep_days=keep.keep_audit_days))),
            ("tickets", self._once(
                partial(support.purge, keep_days=keep.keep_closed_tickets_days),
            )),
            ("notices", self._once(partial(notices.purge, keep_days=keep.keep_notices_days))),
            ("payments", self._once(
                partial(payments.purge, keep=timedelta(days=keep.keep_failed_payments_days)),
            )),
            ("history of posts", self._once(
                partial(posts.purge_history, keep=timedelta(days=keep.keep_post_history_days)),
            )),
            ("statistics of posts", self._once(
                partial(posts.purge_statistics,
                        keep=timedelta(days=keep.keep_post_statistics_days)),
            )),
            ("moderation", self._once(
                partial(moderation.purge_reports, keep=moderated),
                partial(moderation.purge_screenings, keep=moderated),
                partial(links.purge_reports, keep=moderated),
                partial(posts.purge_bans, keep=moderated),
                partial(bookmarks.purge_matches, keep=moderated),
                partial(chat.purge_bans, keep=moderated),
                partial(chat.purge_reports, keep=moderated),
            )),
            ("chats", self._until_none(
                partial(chat.purge, keep=timedelta(days=keep.keep_chats_days)),
            )),
            ("drafts", self._once(
                partial(posts.purge_drafts, keep=timedelta(hours=keep.keep_drafts_hours)),
            )),
            ("looks at numbers", self._once(posts.purge_looks)),
            ("add-ons of people", self._once(addons.purge)),
            ("unpaid payments by card", self._once(
                partial(wallet.purge, keep_days=unpaid_days),
                partial(bank.purge, keep_days=unpaid_days),
                partial(charges.purge, keep=timedelta(days=unpaid_days)),
            )),
            ("idempotency keys of links", self._once(
                partial(links.purge, keep=timedelta(days=keep.keep_idempotency_days)),
            )),
            ("deleted links", self._until_none(
                partial(links.purge_deleted,
                        keep=timedelta(days=keep.keep_deleted_links_days)),
            )),
            ("clicks", partial(
                clicks.keep, services.db, clicks=timedelta(days=keep.keep_clicks_days),
                minutes=timedelta(days=keep.keep_click_minutes_days),
            )),
            ("changes of links", self._once(links.purge_changes)),
            ("subscriptions", self._once(events.purge)),
            ("events", partial(
                deliveries.purge, services.db, keep=timedelta(days=keep.keep_events_days)
            )),
            ("pictures", partial(media.purge, services.db, services.media, life=pictures)),
            ("search", partial(search.keep, services.db)),
        ]  # fmt: skip

    def _once(
        self, *works: Callable[[WriteTransaction], Awaitable[object]]
    ) -> Callable[[], Awaitable[object]]:
        async def all_of_them(tx: WriteTransaction) -> None:
            for work in works:
                await work(tx)

        return partial(self._services.db.transact, all_of_them)

    def _until_none(
        self, work: Callable[[WriteTransaction], Awaitable[int]]
    ) -> Callable[[], Awaitable[object]]:
        async def repeat() -> None:
            moved = 1
            while moved:
                moved = await self._services.db.transact(work)

        return repeat
