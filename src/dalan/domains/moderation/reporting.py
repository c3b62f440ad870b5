"""What visitors say is wrong with a post, and what operators do about it."""

from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal

import msgspec

from dalan.domains import identity, posts
from dalan.domains.moderation import queries
from dalan.domains.moderation.errors import (
    InvalidReport,
    NotAsSeen,
    OwnPost,
    ReportedAlready,
    ReportLimit,
)
from dalan.domains.moderation.reasons import reason_text
from dalan.domains.moderation.screening import must_be_seen
from dalan.domains.moderation.tables import REPORT_REASONS, Report, Reported, ReportState
from dalan.domains.moderation.telling import tell_banned, tell_owner
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

REPORT_LENGTH_MAX: Final = 500
REPORTS_SHOWN: Final = 100
QUEUE_MAX: Final = 100
_ID_MAX: Final = 2**63 - 1

ReportDecision = Literal["dismiss", "ask_for_edit", "take_down", "ban"]


class ReportRules(msgspec.Struct, frozen=True):
    """How much may be reported, and what that does.

    ``hide_at``: so many people who are signed in hide a post until a reviewer has looked, 0:
    never. Reports of anonymous browsers never hide anything: cookies are cheap.
    """

    hide_at: int = 0
    per_reporter_a_day: int = 10
    per_network_a_day: int = 50


class Reporter(msgspec.Struct, frozen=True):
    """Whoever reports. ``browser`` and ``network`` are keyed hashes made by the surface, the
    latter with the day in it ("": not known); ``person_id`` None: nobody is signed in."""

    person_id: int | None
    browser: str
    network: str

    @property
    def name(self) -> str:
        """What tells reporters apart."""
        return f"p:{self.person_id}" if self.person_id is not None else f"b:{self.browser}"


async def report(
    tx: WriteTransaction,
    post: posts.Post,
    *,
    reporter: Reporter,
    reason: str,
    text: str,
    rules: ReportRules,
) -> posts.Post:
    """Take a report down; answers the post, hidden if that was one report too many.

    The caller owns the transaction. Raises InvalidReport, OwnPost, ``posts.WrongState`` for a
    post that is not on display, ReportedAlready and ReportLimit, having changed nothing.
    """
    known = next((one for one in REPORT_REASONS if one == reason), None)
    try:
        said = clean(text, longest=REPORT_LENGTH_MAX, multiline=True)
    except TextTooLong:
        raise InvalidReport(f"at most {REPORT_LENGTH_MAX} characters") from None
    if known is None or (known == "other" and not said):
        raise InvalidReport("a report has a reason, and another reason is told")
    if reporter.person_id == post.owner_id:
        raise OwnPost
    if post.state != "published" or post.development:
        raise posts.WrongState(state=post.state, wanted="reported")
    added = await queries.add_report.scalar(
        tx,
        post_id=post.id,
        owner_id=post.owner_id,
        reporter=reporter.name,
        person_id=reporter.person_id,
        reason=known,
        text=said,
        created_at=clock.now(),
        state="open",
        decided_at=None,
    )
    if added is None:
        raise ReportedAlready
    await _count(tx, reporter.name, rules.per_reporter_a_day)
    if reporter.network:
        await _count(tx, f"n:{reporter.network}", rules.per_network_a_day)
    people = await queries.count_open_of_people.scalar(tx, post_id=post.id)
    if not rules.hide_at or people < rules.hide_at:
        return post
    # First, for it asks the rules about the post as it is.
    await must_be_seen(tx, post)
    hidden = await posts.hold(tx, post)
    await tell_owner(tx, hidden, "hidden")
    return hidden


async def reported(tx: ReadTransaction, *, limit: int = QUEUE_MAX) -> list[Reported]:
    """Posts with open reports: those with most first, among equals longest."""
    return await queries.reported.all(tx, count=limit)


async def reported_count(tx: ReadTransaction) -> int:
    """How many posts have open reports."""
    return int(await queries.count_reported.scalar(tx))


async def reports_of(tx: ReadTransaction, post_id: int) -> list[Report]:
    """What is open against a post, oldest first, so many at most as are shown."""
    return await queries.open_reports.all(tx, post_id=post_id, count=REPORTS_SHOWN)


async def reports_against(tx: ReadTransaction, person_id: int) -> dict[ReportState, int]:
    """How many reports there are against somebody's posts, by what became of them."""
    found = await queries.reports_against.all(tx, owner_id=person_id)
    return {one.state: one.count for one in found}


async def reports_by(tx: ReadTransaction, person_id: int, *, limit: int = 10_000) -> list[Report]:
    """What somebody reported while signed in, oldest first."""
    return await queries.reports_by.all(tx, person_id=person_id, count=limit)


async def decide_reports(
    tx: WriteTransaction,
    post_id: int,
    *,
    up_to_id: int,
    decision: ReportDecision,
    by_id: int,
    reason: str = "",
    note: str = "",
    ban_days: int | None = None,
) -> posts.Post:
    """Decide about the reports of a post that were read; later ones stay open.

    ``dismiss`` leaves the post be. ``ask_for_edit`` takes it off display until its owner edited
    it and a reviewer agreed; ``take_down`` rejects it for good; ``ban`` does that and keeps its
    owner from posting, for ``ban_days`` days or (None) until it is lifted. A post that is off
    display already is left where it is. The caller owns the transaction.

    Raises NotAsSeen when nothing is open any more, and ReasonMissing, having changed nothing.
    """
    post = await posts.by_id(tx, post_id)
    if post is None:
        raise NotAsSeen
    owner = await identity.person(tx, post.owner_id)
    text = "" if decision == "dismiss" else reason_text(reason, note, language=owner.language)
    closed = await settle_reports(
        tx, post.id, into="dismissed" if decision == "dismiss" else "upheld", up_to_id=up_to_id
    )
    if not closed:
        raise NotAsSeen
    by = posts.by_operator(by_id)
    if decision == "ask_for_edit" and post.state in ("published", "waiting_for_review"):
        await must_be_seen(tx, post)
        post = await posts.ask_for_edit(tx, post, reason=text, by=by)
        await tell_owner(tx, post, "edit_asked", reason=text)
    elif decision in ("take_down", "ban"):
        post = await _take_down(tx, post, text, by)
    if decision == "ban":
        await ban(tx, post.owner_id, reason=text, days=ban_days)
    return post


async def ban(tx: WriteTransaction, person_id: int, *, reason: str, days: int | None) -> None:
    """Keep somebody from posting for so many days, or until it is lifted; they are told."""
    ends_at = None if days is None else clock.now() + timedelta(days=days)
    await posts.ban(tx, person_id, reason=reason, ends_at=ends_at)
    await tell_banned(tx, person_id, reason=reason)


async def settle_reports(
    tx: WriteTransaction,
    post_id: int,
    *,
    into: Literal["upheld", "dismissed"],
    up_to_id: int = _ID_MAX,
) -> int:
    """Close what is open against a post; answers how many reports that were."""
    return await queries.decide_reports.execute(
        tx, of_post_id=post_id, up_to_id=up_to_id, into_state=into, decided_at=clock.now()
    )


async def forget(tx: WriteTransaction, person_id: int) -> None:
    """Somebody closes their account: what they reported stays, who they were does not."""
    await queries.forget_reports_by.execute(tx, of_person_id=person_id)


async def purge_reports(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget reports that were decided longer ago than that, and yesterday's counts."""
    now = clock.now()
    await queries.purge_reports.execute(tx, before=now - keep)
    await queries.purge_allowances.execute(tx, before=_day(now))


async def _take_down(
    tx: WriteTransaction, post: posts.Post, text: str, by: posts.Author
) -> posts.Post:
    if post.state in ("published", "retired", "waiting_for_edit"):
        post = await posts.hold(tx, post, by=by)
    if post.state != "waiting_for_review":
        return post
    post = await posts.reject(tx, post, reason=text, by=by)
    await tell_owner(tx, post, "rejected", reason=text)
    return post


async def _count(tx: WriteTransaction, source: str, allowed: int) -> None:
    now = clock.now()
    made = await queries.count_report.scalar(tx, source=source, day=_day(now), count=1)
    if made > allowed:
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        raise ReportLimit(
            allowed=allowed, retry_after_seconds=max(1, int((midnight - now).total_seconds()))
        )


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()
