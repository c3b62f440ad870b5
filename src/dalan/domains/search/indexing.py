"""Keeping the index true: one post when something happened to it, all of them when asked."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any

from dalan.domains import posts
from dalan.domains.search import queries
from dalan.domains.search.choosing import ENTRIES, PACE
from dalan.domains.search.tables import POST_BITS, place
from dalan.domains.search.terms import said_by
from dalan.domains.search.windows import is_stretch, stretches_of
from dalan.domains.search.words import PREFIX_LENGTH_MIN, beginnings_of
from dalan.kernel import outbox
from dalan.kernel.db import Database, WriteTransaction

FORM, FORM_MADE = 3, "#form"
"""Counted up with every change to what a row's tokens are; and where it is noted, beside the shares
of tokens, in which form the whole index was last made."""

REINDEX_PAGE = 100
"""Posts of one unit of work: on SQLite nobody else writes meanwhile."""

SAMPLE_POSTS = 5_000
SHARE_MIN = 5_000
"""Tokens in fewer of a million posts than this are rare, and are not remembered."""


def followers() -> outbox.Listeners:
    """What is heard of posts. One name, so that a post's facts are followed in their order."""
    follows = (("search.follow", outbox.Together(follow)),)
    kinds = (posts.PostChangedState.kind, posts.PostEdited.kind, posts.PostRelisted.kind)
    return dict.fromkeys(kinds, follows)


async def follow(tx: WriteTransaction, news: Sequence[outbox.Recorded]) -> None:
    """Put posts into the index as they are now, or out of it."""
    await index(tx, [int(one.body["post_id"]) for one in news])


async def index(tx: WriteTransaction, post_ids: Sequence[int]) -> int:
    """Make the index say of these posts what they say now; answers how many can be found.

    Posts that are not published, development posts and posts that are no more are found by
    nobody. The caller owns the transaction.
    """
    return await write(tx, post_ids, await posts.by_ids(tx, post_ids))


async def write(
    tx: WriteTransaction, post_ids: Sequence[int], by_id: Mapping[int, posts.Post]
) -> int:
    """The same of posts that were read already."""
    await queries.drop_entries.execute(tx, post_ids=list(post_ids))
    listed = [post for post in by_id.values() if posts.is_listed(post)]
    rows = []
    for post in listed:
        said = said_by(post)
        row = {"id": place(post.listed_at, post.id), "post_id": post.id, "words": said.tokens}
        rows.append(_placed(tx.engine, row | said.numbers))
    rows.sort(key=itemgetter("id"))  # FTS5 ends a segment wherever numbers go back
    await queries.add_entries.execute_many(tx, rows)
    if rows:
        await _place_the_rest(tx, rows)
    return len(rows)


def _placed(engine: str, row: dict[str, Any]) -> dict[str, Any]:
    """With what PostgreSQL keeps no index of by itself: beginnings of words, and the stretches of
    time its number stands in. SQLite gives what it finds newest first, and indexes beginnings."""
    if engine == "sqlite":
        return row
    tokens = {token for token in row["words"] if is_said(token)}
    words = {token for token in tokens if ":" not in token}
    return row | {"words": tokens | beginnings_of(words) | stretches_of(row["id"])}


def is_said(token: str) -> bool:
    """Whether the post says it, and not its row alone (``_placed``)."""
    return not (token.endswith("*") or is_stretch(token))


async def _place_the_rest(tx: WriteTransaction, rows: Sequence[dict[str, Any]]) -> None:
    """Who finds their number taken by a post of the same millisecond takes the next free one."""
    post_ids = [row["post_id"] for row in rows]
    there = {post_id for (post_id,) in await queries.indexed.all(tx, post_ids=post_ids)}
    for row in rows:
        taken = row["post_id"] not in there
        while taken:
            row = _placed(tx.engine, row | {"id": row["id"] + 1})  # noqa: PLW2901 (the next try)
            taken = await queries.add_entry.scalar(tx, **row) is None


async def reindex(db: Database) -> int:
    """Make the whole index anew, a page at a time, while everybody goes on searching; answers
    how many posts can be found. Safe to be cut short and to run again."""
    after = 0
    while page := await _page(db, after):
        await _settle(db, [post.id for post in page])
        after = page[-1].id
    await learn_shares(db)

    async def work(tx: WriteTransaction) -> None:
        await queries.add_share.execute(tx, token=FORM_MADE, per_million=FORM)

    await db.transact(work)
    async with db.look() as tx:
        return int(await queries.count_entries.scalar(tx))


async def keep(db: Database) -> None:
    """What the clock asks for: an index that was never made to the end, or in a form of earlier
    times, is made; another is learnt from."""
    async with db.look() as tx:
        made = dict(await queries.shares.all(tx, tokens=[FORM_MADE]))
    await (learn_shares(db) if made.get(FORM_MADE) == FORM else reindex(db))


async def learn_shares(db: Database) -> None:
    """Look at the newest posts and note how common their tokens are, how fast they come, and how
    many there are in all."""
    seen: Counter[str] = Counter()
    moments: list[int] = []
    async with db.read() as tx:
        async for row_id, tokens in queries.newest_words.stream(tx, count=SAMPLE_POSTS):
            seen.update(with_beginnings({token for token in tokens if is_said(token)}))
            moments.append(row_id >> POST_BITS)
        entries_count = await queries.count_entries.scalar(tx)
    sample_count = len(moments)
    span_milliseconds = max(moments[0] - moments[-1], 1) if moments else 1
    rows = [
        {"token": ENTRIES, "per_million": entries_count},
        {"token": PACE, "per_million": sample_count * 1_000_000 // span_milliseconds},
    ]
    rows += [
        {"token": token, "per_million": count * 1_000_000 // sample_count}
        for token, count in sorted(seen.items())
        if count * 1_000_000 >= SHARE_MIN * sample_count
    ]

    async def work(tx: WriteTransaction) -> None:
        await queries.drop_shares.execute(tx, kept=FORM_MADE)
        await queries.add_share.execute_many(tx, rows)

    await db.transact(work)


def with_beginnings(tokens: Collection[str]) -> set[str]:
    """The tokens, and what one may have typed of them: a prefix is as common as its words."""
    beginnings = {
        f"{token[:length]}*"
        for token in tokens
        if ":" not in token and not token.isdigit()
        for length in range(PREFIX_LENGTH_MIN, len(token) + 1)
    }
    return beginnings | set(tokens)


async def _page(db: Database, after: int) -> Sequence[posts.Post]:
    async with db.look() as tx:
        return await posts.from_id(tx, after_id=after, limit=REINDEX_PAGE)


async def _settle(db: Database, post_ids: Sequence[int]) -> None:
    """Index these posts, and once more those that somebody changed in between: their own news
    may have been followed before we wrote down what we had read."""
    while post_ids:

        async def work(
            tx: WriteTransaction, post_ids: Sequence[int] = post_ids
        ) -> dict[int, posts.Post]:
            written = await posts.by_ids(tx, post_ids)
            await write(tx, post_ids, written)
            return written

        written = await db.transact(work)
        async with db.look() as tx:
            now = await posts.by_ids(tx, post_ids)
        post_ids = [one for one in post_ids if now.get(one) != written.get(one)]
