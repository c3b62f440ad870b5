"""Filling an empty world, once and always alike: people, businesses, posts, a sample app.

Pictures come first, each in a unit of work of its own and temporary; everything else is one
unit, so that a start cut short leaves a world that the next start furnishes from the beginning.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from dalan.domains import identity, media, posts
from dalan.domains.world.chats import write_chats
from dalan.domains.world.content import SeedPost, people, seed_posts
from dalan.domains.world.sample import register_sample
from dalan.domains.world.shops import Shops, count_visits, link_sample, open_businesses
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

SEED = "dalan"
POSTS_COUNT = 300
LOOKS_PER_KIND = 3
"""Different sets of pictures for one kind of thing in one colour; more posts share them."""

PICTURES_PER_POST_MAX = 3
FAVOURED_SHARE = 0.06
"""How much of the world belongs to the first person, whom newcomers sign in as."""

Progress = Callable[[int, int], None]
Look = tuple[str, str | None, int]


async def is_furnished(tx: ReadTransaction) -> bool:
    """Whether this world's people have moved in."""
    return await identity.person_by_phone(tx, people()[0].phone) is not None


async def furnish(
    db: Database,
    store: media.MediaStore,
    keys: Keyring,
    *,
    posts_count: int = POSTS_COUNT,
    progress: Progress | None = None,
) -> None:
    """Fill an empty world. Does nothing to one that is furnished already."""
    async with db.look() as look:
        if await is_furnished(look):
            return
    # A start that was cut short drew pictures under the very names we are about to draw.
    await media.purge(db, store, life=timedelta(0))
    seeds = seed_posts(Random(SEED), posts_count)  # noqa: S311 (a believable world, no secret)
    looks = [_look(number, seed) for number, seed in enumerate(seeds)]
    names = await _draw(db, store, seeds, looks, progress)
    async with db.write() as tx:
        owners = [await identity.register(tx, phone=one.phone, name=one.name) for one in people()]
        shops = await open_businesses(tx, owners)
        await _write_posts(tx, seeds, _shown(seeds, looks, names), owners, shops)
        await register_sample(tx, keys, owner_id=owners[-1].id)
        await link_sample(tx, shops.dealer, by_person_id=owners[0].id)
        await count_visits(tx, await posts.of_person(tx, owners[0].id))
        await write_chats(tx, owners)


def _look(number: int, seed: SeedPost) -> Look:
    return seed.picture_kind, seed.picture_colour, number % LOOKS_PER_KIND


async def _draw(
    db: Database,
    store: media.MediaStore,
    seeds: Sequence[SeedPost],
    looks: Sequence[Look],
    progress: Progress | None,
) -> dict[Look, list[str]]:
    """Names of the stored pictures of every look, drawn ahead of being stored."""
    from dalan.domains.world.pictures import picture  # noqa: PLC0415 (the drawing library is heavy)

    counts: dict[Look, int] = {}
    for look, seed in zip(looks, seeds, strict=True):
        count = min(seed.picture_count, PICTURES_PER_POST_MAX)
        counts[look] = max(counts.get(look, 0), count)
    wanted = [(look, variant) for look, count in counts.items() for variant in range(count)]
    ahead = asyncio.Semaphore(4)

    async def draw(look: Look, variant: int) -> bytes:
        async with ahead:
            kind, colour, group = look
            return await asyncio.to_thread(picture, kind, group, variant, colour)

    drawn = [asyncio.create_task(draw(look, variant)) for look, variant in wanted]
    names: dict[Look, list[str]] = defaultdict(list)
    # Stored one after another: names come from the world's own stream of chance, in order.
    for done, ((look, _), data) in enumerate(zip(wanted, drawn, strict=True), start=1):
        image = await media.store_image(db, store, await data, purpose="post")
        names[look].append(image.name)
        if progress is not None:
            progress(done, len(wanted))
    return names


def _shown(
    seeds: Sequence[SeedPost], looks: Sequence[Look], names: dict[Look, list[str]]
) -> list[list[str]]:
    """The pictures of each post. Posts that share a look begin with another one of it in turn, so
    that neighbours in a list do not look alike."""
    turns: dict[Look, int] = defaultdict(int)
    shown = []
    for seed, look in zip(seeds, looks, strict=True):
        first = turns[look] % len(names[look]) if names[look] else 0
        turns[look] += 1
        in_turn = names[look][first:] + names[look][:first]
        shown.append(in_turn[: min(seed.picture_count, PICTURES_PER_POST_MAX)])
    return shown


async def _write_posts(
    tx: WriteTransaction,
    seeds: Sequence[SeedPost],
    names: Sequence[Sequence[str]],
    owners: Sequence[identity.Person],
    shops: Shops,
) -> None:
    now = clock.now()
    chance = Random(f"{SEED} owners")  # noqa: S311 (as above)
    for number in reversed(range(len(seeds))):  # oldest first, so that ids grow with time
        seed = seeds[number]
        favoured = number in (0, 3, 7) or chance.random() < FAVOURED_SHARE
        owner = owners[0] if favoured else chance.choice(owners[1:])
        await posts.create(
            tx,
            owner_id=owner.id,
            category=seed.category,
            city=seed.city,
            district=seed.district,
            title=seed.title,
            description=seed.description,
            fields=seed.fields,
            image_names=names[number],
            chat_enabled=seed.chat_enabled,
            hide_phone=seed.hide_phone,
            business_id=shops.of(owner, seed.category),
            at=now - timedelta(minutes=seed.age_minutes),
        )
