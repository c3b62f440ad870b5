"""Conversations of a furnished world: what people who buy and sell say to each other."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from dalan.domains import chat, identity, posts
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction

Line = tuple[Literal["buyer", "seller"], str]

_ABOUT_THEIRS: Final[tuple[tuple[Line, ...], ...]] = (
    (
        ("buyer", "سلام، وقت بخیر. هنوز موجوده؟"),
        ("seller", "سلام، بله موجوده."),
        ("buyer", "آخرین قیمتش چنده؟"),
        ("seller", "قیمت مقطوعه، ولی پای معامله تخفیف مختصری می‌دم."),
        ("buyer", "باشه، کی می‌شه از نزدیک دید؟"),
    ),
    (
        ("buyer", "سلام. رسیدش رو هم دارید؟"),
        ("seller", "سلام، بله، رسید و جعبه کامل هست."),
        ("buyer", "عالیه، خبرتون می‌کنم."),
    ),
    (("buyer", "سلام، معاوضه هم می‌کنید؟"),),
)
"""About posts of the person newcomers sign in as."""

_ABOUT_OTHERS: Final[tuple[tuple[Line, ...], ...]] = (
    (
        ("buyer", "سلام، کجا می‌تونم ببینمش؟"),
        ("seller", "سلام، همین محلی که در آگهی نوشتم؛ عصرها هستم."),
    ),
)
"""About a post somebody else offers, which that person may want."""

_BETWEEN: Final = timedelta(minutes=7)


async def write_chats(tx: WriteTransaction, people: Sequence[identity.Person]) -> None:
    """Let people talk. The newest post of the first person is talked about first: its
    conversation is the one ``credentials`` name."""
    first, others = people[0], people[1:]
    for number, lines in enumerate(_ABOUT_THEIRS):
        buyer = others[number]
        mine = await _open_to(tx, buyer, owner=first)
        if mine:
            post = mine[min(number, len(mine) - 1)]
            await _talk(tx, post, buyer, lines, hours_ago=2 + 20 * number)
    for number, lines in enumerate(_ABOUT_OTHERS):
        theirs = [post for one in others for post in await _open_to(tx, first, owner=one)]
        if theirs:
            await _talk(tx, theirs[number], first, lines, hours_ago=1)
    # Whoever enters a world sees what waits; nobody need be told of it elsewhere as well.
    for _, one in await chat.untold(tx, since=timedelta(0), limit=100):
        await chat.mark_told(tx, one)


async def _open_to(
    tx: WriteTransaction, buyer: identity.Person, *, owner: identity.Person
) -> list[posts.Post]:
    """Posts about which the one may write to the other, newest first: colleagues may not."""
    found = await posts.of_person(tx, owner.id, states=("published",), limit=30)
    return [
        post for post in found if post.chat_enabled and not await posts.may_act(tx, post, buyer.id)
    ]


async def _talk(
    tx: WriteTransaction,
    post: posts.Post,
    buyer: identity.Person,
    lines: Sequence[Line],
    *,
    hours_ago: int,
) -> None:
    held = await chat.open_about_post(tx, post, buyer_id=buyer.id)
    begun = clock.now() - timedelta(hours=hours_ago)
    for number, (side, text) in enumerate(lines):
        writer_id = buyer.id if side == "buyer" else post.owner_id
        sent = await chat.send(
            tx,
            held,
            chat.text_content(text),
            writer=chat.Writer(person_id=writer_id),
            at=begun + number * _BETWEEN,
        )
        # Whoever answers has read what came before.
        await chat.see(tx, held, writer_id, up_to=sent.number)
