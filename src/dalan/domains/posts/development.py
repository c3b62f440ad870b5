"""Development posts: real in everything but that only their developer's team sees them."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import msgspec

from dalan.domains.posts import queries
from dalan.domains.posts.authority import may_act
from dalan.domains.posts.content import form_values
from dalan.domains.posts.errors import DevelopmentLimit, UnknownPost
from dalan.domains.posts.presets import PRESETS, PresetName
from dalan.domains.posts.reading import ACTIVE, by_token, is_token
from dalan.domains.posts.submitting import create
from dalan.domains.posts.tables import Post, State
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

IsTeammate = Callable[[ReadTransaction, int, int], Awaitable[bool]]
"""``(tx, owner_id, person_id)``: whether they are members of one app. Asked of a room above."""

TAKES_A_SLOT: tuple[State, ...] = tuple(
    state for state in ACTIVE if state not in ("retired", "rejected")
)


class DevelopmentLimits(msgspec.Struct, frozen=True):
    """How many development posts one developer may have and make.

    Source: Kenar digest 2.5 (ten active is published; the other two are our choice).
    """

    active_max: int = 10
    per_hour: int = 10
    per_day: int = 30


LIMITS = DevelopmentLimits()


def token_in(text: str) -> str | None:
    """The token in what a developer pasted: a token, or the address of a post page."""
    path = re.split(r"[?#]", text.strip(), maxsplit=1)[0].rstrip("/")
    last = path.rpartition("/")[2]
    return last if is_token(last) else None


async def clone_for_development(
    tx: WriteTransaction,
    person_id: int,
    token_or_address: str,
    *,
    is_teammate: IsTeammate | None = None,
    limits: DevelopmentLimits = LIMITS,
) -> Post:
    """A copy of a post in every field and picture, published at once to its developer alone.

    What may be copied is what the developer may see: published posts, their own, and their
    team's. The copy shows the same pictures. Raises ``UnknownPost``, ``DevelopmentLimit``.
    """
    token = token_in(token_or_address)
    source = await by_token(tx, token) if token is not None else None
    if source is None or not await may_see(tx, source, person_id, is_teammate=is_teammate):
        raise UnknownPost(token or token_or_address)
    await _take_slot(tx, person_id, limits)
    return await _create(
        tx,
        person_id,
        category=source.category,
        city=source.city,
        district=source.district,
        title=source.title,
        description=source.description,
        fields=form_values(source),
        image_names=source.image_names,
        chat_enabled=source.chat_enabled,
        hide_phone=source.hide_phone,
        details=source.details,
    )


async def create_preset(
    tx: WriteTransaction,
    person_id: int,
    name: PresetName,
    *,
    image_names: Sequence[str] = (),
    limits: DevelopmentLimits = LIMITS,
) -> Post:
    """A ready-made development post, published at once, with these stored pictures.

    Raises ``DevelopmentLimit``.
    """
    preset = PRESETS[name]
    await _take_slot(tx, person_id, limits)
    return await _create(
        tx,
        person_id,
        category=preset.category,
        city=preset.city,
        district=preset.district,
        title=preset.title,
        description=preset.description,
        fields=preset.fields,
        image_names=image_names,
    )


async def development_posts(tx: ReadTransaction, person_id: int) -> list[Post]:
    """A developer's development posts that still stand, retired ones too, newest first."""
    return await queries.development_posts.all(tx, person_id=person_id, states=list(ACTIVE))


async def check_slot(
    tx: WriteTransaction, person_id: int, limits: DevelopmentLimits = LIMITS
) -> None:
    """Wait for one's turn, then raise ``DevelopmentLimit`` when every slot is taken."""
    # Before counting: whoever makes one at the same moment waits here, then counts ours too.
    await queries.take_turn.execute(tx, person_id=person_id, last_created_at=clock.now())
    active = await queries.development_posts.all(tx, person_id=person_id, states=list(TAKES_A_SLOT))
    if len(active) >= limits.active_max:
        raise DevelopmentLimit(limit="active", allowed=limits.active_max)


def takes_slot(post: Post) -> bool:
    """Whether it counts as active; retiring it frees the slot."""
    return post.development and post.state in TAKES_A_SLOT


async def may_see(
    tx: ReadTransaction,
    post: Post,
    person_id: int | None,
    *,
    is_teammate: IsTeammate | None = None,
) -> bool:
    """Whether that person (None: anybody) may open the post's page.

    Published and retired ones everybody, development posts their developer and who shares an
    app with them, all else its owner, or whoever works for its business; gone ones nobody.
    """
    if post.is_gone:
        return False
    if await may_act(tx, post, person_id):
        return True
    if post.development:
        return (
            person_id is not None
            and is_teammate is not None
            and await is_teammate(tx, post.owner_id, person_id)
        )
    return post.state in ("published", "retired")


async def _create(tx: WriteTransaction, person_id: int, **said: object) -> Post:
    return await create(tx, owner_id=person_id, development=True, **said)  # type: ignore[arg-type]  # its two callers are above, and tested


async def _take_slot(tx: WriteTransaction, person_id: int, limits: DevelopmentLimits) -> None:
    now = clock.now()
    # Before counting: whoever makes one at the same moment waits here, then counts ours too.
    await queries.take_turn.execute(tx, person_id=person_id, last_created_at=now)
    active = await queries.development_posts.all(tx, person_id=person_id, states=list(TAKES_A_SLOT))
    if len(active) >= limits.active_max:
        raise DevelopmentLimit(limit="active", allowed=limits.active_max)
    for limit, allowed, span in (
        ("hour", limits.per_hour, timedelta(hours=1)),
        ("day", limits.per_day, timedelta(days=1)),
    ):
        made, first_at = await queries.count_development_since.one(
            tx, person_id=person_id, since=now - span
        )
        if made >= allowed:
            waits = (first_at + span - now).total_seconds()
            raise DevelopmentLimit(
                limit="hour" if limit == "hour" else "day",
                allowed=allowed,
                retry_after_seconds=max(1, int(waits)),
            )
