"""The reviewers' queue: what waits, who is looking at it, and what they decide."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from dalan.domains import identity, posts
from dalan.domains.moderation import queries
from dalan.domains.moderation.errors import ClaimedByAnother, NotAsSeen
from dalan.domains.moderation.reasons import reason_text
from dalan.domains.moderation.reporting import settle_reports
from dalan.domains.moderation.screening import flags_of, must_be_seen, screenings_of
from dalan.domains.moderation.tables import Claim, Flag
from dalan.domains.moderation.telling import tell_owner
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

QUEUE_MAX: Final = 100
CLAIM_LIFE: Final = timedelta(minutes=10)
"""How long a post is a reviewer's own to decide; opening or deciding renews it."""

Kind = Literal["post", "edit"]
Decision = Literal["publish", "ask_for_edit", "reject"]


class Filters(NamedTuple):
    """Which part of the queue; None: all of it. ``categories`` are leaves."""

    kind: Kind | None = None
    categories: Sequence[str] | None = None
    cities: Sequence[str] | None = None


EVERYTHING: Final = Filters()


class Waiting(NamedTuple):
    """Something that waits for a reviewer, since when, and who is looking at it (None: nobody).

    ``content`` is what it would say: the post as it is, or what its edit would make of it.
    ``seen`` stands for exactly that; a decision names it, so that nobody decides about words
    they have not read.
    """

    kind: Kind
    post: posts.Post
    content: posts.Content
    since: datetime
    seen: str
    flags: list[Flag]
    must_be_seen: bool
    claim: Claim | None


async def queue(
    tx: ReadTransaction, filters: Filters = EVERYTHING, *, limit: int = QUEUE_MAX
) -> list[Waiting]:
    """Posts and edits that wait for a reviewer, longest first."""
    where = {"categories": filters.categories, "cities": filters.cities}
    found: list[tuple[Kind, posts.Post, posts.Content, datetime]] = []
    if filters.kind != "edit":
        found += [
            ("post", post, posts.content_of(post), post.state_changed_at)
            for post in await posts.waiting_for_review(tx, limit=limit, **where)
        ]
    if filters.kind != "post":
        edits = await posts.proposed_edits(tx, limit=limit, **where)
        of_edits = await posts.by_ids(tx, [edit.post_id for edit in edits])
        for edit in edits:
            proposed = await posts.proposed_edit(tx, edit.post_id)
            if proposed is not None:
                found.append(("edit", of_edits[edit.post_id], proposed[1], edit.proposed_at))
    found.sort(key=lambda one: (one[3], one[1].id))
    return await _with_flags(tx, found[:limit])


async def waiting(tx: ReadTransaction, token: str) -> Waiting | None:
    """What of this post waits for a reviewer, if anything."""
    post = await posts.by_token(tx, token)
    if post is None or post.development:
        return None
    if post.state == "waiting_for_review":
        found: tuple[Kind, posts.Post, posts.Content, datetime] = (
            "post", post, posts.content_of(post), post.state_changed_at
        )  # fmt: skip
    else:
        proposed = await posts.proposed_edit(tx, post.id)
        if post.state != "published" or proposed is None:
            return None
        found = ("edit", post, proposed[1], proposed[0].proposed_at)
    return (await _with_flags(tx, [found]))[0]


async def claim(tx: WriteTransaction, post_id: int, *, reviewer_id: int) -> Claim:
    """Look at a post before anybody else does, or go on doing so. Raises ClaimedByAnother."""
    now = clock.now()
    await queries.drop_stale_claim.execute(tx, post_id=post_id, at=now, reviewer_id=reviewer_id)
    expires_at = now + CLAIM_LIFE
    if (
        await queries.add_claim.scalar(
            tx, post_id=post_id, reviewer_id=reviewer_id, expires_at=expires_at
        )
        is None
    ):
        (other,) = await queries.claims.all(tx, ids=[post_id], at=now)
        raise ClaimedByAnother(other.reviewer_id)
    return Claim(post_id, reviewer_id, expires_at)


async def claim_next(
    tx: WriteTransaction, *, reviewer_id: int, filters: Filters = EVERYTHING
) -> Waiting | None:
    """Claim what waits longest and nobody else looks at; None when there is nothing."""
    for one in await queue(tx, filters):
        if one.claim is None or one.claim.reviewer_id == reviewer_id:
            await claim(tx, one.post.id, reviewer_id=reviewer_id)
            return one
    return None


async def let_go(tx: WriteTransaction, post_id: int, *, reviewer_id: int) -> None:
    """Leave a post to the others. Raises ClaimedByAnother."""
    await claim(tx, post_id, reviewer_id=reviewer_id)
    await queries.drop_claim.execute(tx, post_id=post_id)


async def decide(
    tx: WriteTransaction,
    token: str,
    *,
    seen: str,
    decision: Decision,
    reviewer_id: int,
    reason: str = "",
    note: str = "",
) -> posts.Post:
    """Decide about what was ``seen``: publish it, ask its owner for an edit, or reject it.

    An edit is accepted or, both otherwise, refused, and its post goes on as it was. ``reason`` is
    the name of a ready-made one, ``note`` the reviewer's own words; the owner reads both in their
    language, by notice and on their post's page. Reports that were open against the post are
    settled with it. The caller owns the transaction.

    Raises NotAsSeen when it says something else by now or was decided, ClaimedByAnother and
    ReasonMissing, having changed nothing.
    """
    found = await waiting(tx, token)
    if found is None or found.seen != seen:
        raise NotAsSeen
    post = found.post
    owner = await identity.person(tx, post.owner_id)
    text = "" if decision == "publish" else reason_text(reason, note, language=owner.language)
    await claim(tx, post.id, reviewer_id=reviewer_id)
    by = posts.by_operator(reviewer_id)
    if found.kind == "edit":
        if decision == "publish":
            decided = await posts.accept_edit(tx, post, by=by)
        else:
            decided = await posts.refuse_edit(tx, post, by=by, reason=text)
        told = "edit_accepted" if decision == "publish" else "edit_refused"
    else:
        decided, told = await _decide_post(tx, post, decision, text, by)
        if decision != "ask_for_edit":
            await settle_reports(
                tx, post.id, into="dismissed" if decision == "publish" else "upheld"
            )
    await queries.drop_claim.execute(tx, post_id=post.id)
    await tell_owner(tx, decided, told, reason=text)
    return decided


async def _decide_post(
    tx: WriteTransaction, post: posts.Post, decision: Decision, text: str, by: posts.Author
) -> tuple[posts.Post, str]:
    if decision == "publish":
        await must_be_seen(tx, post, wanted=False)
        return await posts.publish(tx, post, by=by), "published"
    if decision == "reject":
        return await posts.reject(tx, post, reason=text, by=by), "rejected"
    # What a reviewer sent back, a reviewer sees again, even where nobody else's is reviewed.
    await must_be_seen(tx, post)
    return await posts.ask_for_edit(tx, post, reason=text, by=by), "edit_asked"


async def _with_flags(
    tx: ReadTransaction, found: list[tuple[Kind, posts.Post, posts.Content, datetime]]
) -> list[Waiting]:
    ids = [post.id for _, post, _, _ in found]
    claims = {one.post_id: one for one in await queries.claims.all(tx, ids=ids, at=clock.now())}
    screenings = await screenings_of(tx, ids)
    return [
        Waiting(
            kind=kind,
            post=post,
            content=content,
            since=since,
            seen=_seen(kind, post, since),
            flags=flags_of(screenings.get(post.id)),
            must_be_seen=post.id in screenings and screenings[post.id].must_be_seen,
            claim=claims.get(post.id),
        )
        for kind, post, content, since in found
    ]


def _seen(kind: Kind, post: posts.Post, since: datetime) -> str:
    at = post.last_modified_at if kind == "post" else since
    return f"{kind}-{int(at.timestamp() * 1_000_000)}"
