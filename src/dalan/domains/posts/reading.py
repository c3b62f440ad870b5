"""Finding posts: one by its token, a person's, everybody's newest."""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from dalan.domains import media
from dalan.domains.posts import latest_queries, queries
from dalan.domains.posts.tables import GONE, STATES, Latest, Post, State
from dalan.kernel.db import ReadTransaction, WriteTransaction

OWNED_MAX = 500

ACTIVE: tuple[State, ...] = tuple(state for state in STATES if state not in GONE)
ONGOING_OR_PUBLISHED: tuple[State, ...] = (
    "waiting_for_payment",
    "waiting_for_review",
    "waiting_for_edit",
    "published",
)
"""What an app is told of a person's posts (Kenar digest 5.1, user posts)."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,16}")

_MODEL_YEAR, _MODEL_YEAR_OF_FINDER = "production_year", "production-year"
"""The same field in submitted posts and in the finder's published examples."""

Value = str | int | float | bool | list[str] | dict[str, str | int]


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A place in the list of newest posts: just after this moment and number."""

    listed_at: datetime
    id: int


def is_token(text: str) -> bool:
    """Whether it could be a public token; anything else is not looked up."""
    return _TOKEN.fullmatch(text) is not None


async def by_token(tx: ReadTransaction, token: str) -> Post | None:
    """The post of that public token; None for deleted and archived ones too.

    A development post is found like any other: who may see it is for the caller to ask
    (``may_see``).
    """
    found = await by_token_though_gone(tx, token)
    return found if found is not None and found.state not in GONE else None


async def by_token_though_gone(tx: ReadTransaction, token: str) -> Post | None:
    """Like ``by_token``, with deleted and archived ones, to tell «gone» from «never was»."""
    if not is_token(token):
        return None
    return await queries.post_by_token.one_or_none(tx, wanted=token)


async def by_id(tx: ReadTransaction, post_id: int) -> Post | None:
    """The post of that number, in whatever state."""
    return await queries.post_by_id.one_or_none(tx, post_id=post_id)


async def by_ids(tx: ReadTransaction, ids: Sequence[int]) -> dict[int, Post]:
    """Those of the numbered posts that exist, in whatever state."""
    return {post.id: post for post in await queries.posts_by_id.all(tx, ids=list(ids))}


async def held_still(tx: WriteTransaction, ids: Sequence[int]) -> dict[int, Post]:
    """The same, and nobody changes them before the caller's unit of work ends."""
    await queries.hold_still.all(tx, ids=list(ids))
    return await by_ids(tx, ids)


async def newest(tx: ReadTransaction, *, after: Place | None = None, limit: int) -> list[Post]:
    """Published posts, newest first, from just after ``after``; no development posts.

    Whatever arrives while somebody turns pages comes before their place, so that nothing is
    shown twice and nothing is left out.
    """
    if after is None:
        return await queries.newest.all(tx, count=limit)
    return await queries.newest_after.all(
        tx, after_at=after.listed_at, after_id=after.id, count=limit
    )


async def from_id(tx: ReadTransaction, *, after_id: int, limit: int) -> list[Post]:
    """All posts in the order of their numbers, page by page, in whatever state."""
    return await queries.posts_from.all(tx, after_id=after_id, count=limit)


def is_listed(post: Post) -> bool:
    """Whether it stands in lists: published, and no development post."""
    return post.state == "published" and not post.development


def place_of(post: Post) -> Place:
    """Where the list goes on after this post."""
    return Place(post.listed_at, post.id)


async def of_person(
    tx: ReadTransaction,
    person_id: int,
    *,
    states: Sequence[State] = ACTIVE,
    limit: int = OWNED_MAX,
) -> list[Post]:
    """A person's own posts in these states, newest first; development posts aside."""
    return await queries.posts_of_person.all(
        tx, person_id=person_id, states=list(states), count=limit
    )


async def of_business(
    tx: ReadTransaction,
    business_id: int,
    *,
    states: Sequence[State] = ACTIVE,
    limit: int = OWNED_MAX,
) -> list[Post]:
    """A business's posts in these states, newest first."""
    return await queries.posts_of_business.all(
        tx, business_id=business_id, states=list(states), count=limit
    )


async def latest_of_person(
    tx: ReadTransaction, person_id: int, *, development: bool, limit: int
) -> list[Latest]:
    """A person's newest posts that are not gone, newest first: all real ones, or all others."""
    return await latest_queries.latest_of_person.all(
        tx, person_id=person_id, development=development, states=list(ACTIVE), count=limit
    )


async def newest_number_of(tx: ReadTransaction, person_id: int) -> int:
    """The number of a person's newest post of any kind and state; 0 without one. Whatever they
    post later has a larger one."""
    return int(await latest_queries.newest_number_of_person.scalar(tx, person_id=person_id) or 0)


async def newest_number_of_business(tx: ReadTransaction, business_id: int) -> int:
    """Likewise of a business."""
    newest = await latest_queries.newest_number_of_business.scalar(tx, business_id=business_id)
    return int(newest or 0)


async def counts_of(tx: ReadTransaction, person_id: int) -> dict[State, int]:
    """How many posts a person has in each state, those taken away too; development posts aside."""
    found = await queries.states_of_person.all(tx, person_id=person_id)
    return {one.state: one.count for one in found}


async def published_once_count(tx: ReadTransaction, person_id: int) -> int:
    """How many posts of a person were ever on display."""
    return int(await queries.count_published_once.scalar(tx, person_id=person_id))


async def is_owner(tx: ReadTransaction, *, person_id: int, token: str) -> bool:
    """Whether the post stands and belongs to that person: what consent to it rests on."""
    post = await by_token(tx, token)
    return post is not None and post.owner_id == person_id


def public_data(post: Post, *, base_url: str = "", with_images: bool = True) -> dict[str, Value]:
    """What anybody may know of a post, in the manner of the contract's free ``data`` object.

    Money is in tomans, numbers are numbers, pictures are addresses below ``base_url``. A price
    is said as ``price.value`` and ``new_price``, a model year in both its spellings, for apps
    read either. Source: Kenar digest 8.1.
    """
    data: dict[str, Value] = {
        "title": post.title,
        "description": post.description,
        "images": image_addresses(post, base_url=base_url) if with_images else [],
    }
    if post.price_mode:
        price: dict[str, str | int] = {"mode": post.price_mode}
        data["price"] = price
        if post.price_tomans is not None:
            price["value"] = data["new_price"] = post.price_tomans
    if _MODEL_YEAR in post.fields:
        data[_MODEL_YEAR_OF_FINDER] = post.fields[_MODEL_YEAR]
    return data | post.fields


def image_addresses(
    post: Post, *, base_url: str = "", size_px: media.Size = media.SIZES[0]
) -> list[str]:
    """Where the post's pictures are served, in their order."""
    return [base_url + media.path_of(name, size_px) for name in post.image_names]
