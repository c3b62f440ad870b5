"""What a furnished world is filled with: believable posts in Persian and the people behind them.

Everything is drawn from the given randomness, so the same seed writes the same marketplace.
Prices are those of late 1405 (autumn 2026), in tomans.
"""

from collections.abc import Callable
from random import Random

from dalan.domains.world.content import cars, goods, homes, services
from dalan.domains.world.content.offer import SeedPost
from dalan.domains.world.content.people import Person, people

_MAKERS: tuple[tuple[Callable[[Random], SeedPost], int], ...] = (
    (homes.apartment_sale, 17),
    (homes.apartment_rent, 13),
    (homes.short_stay, 5),
    (homes.house_or_land, 4),
    (homes.presale, 2),
    (cars.car, 20),
    (cars.motorcycle, 1),
    (goods.phone, 14),
    (goods.laptop, 5),
    (goods.household, 10),
    (services.service, 7),
    (services.job, 2),
)
"""Who makes posts, and how many of every hundred."""


def seed_posts(random: Random, count: int = 300) -> list[SeedPost]:
    """``count`` posts, newest first, spread over categories, cities and the last four weeks.

    Every kind of post appears once the count passes a hundred. Titles are at most 50 characters
    and no two posts share one with the same price.
    """
    turns = [maker for maker, share in _MAKERS for _ in range(share)]
    made: list[SeedPost] = []
    seen: set[tuple[str, int | None, str]] = set()
    while len(made) < count:
        order = turns.copy()
        random.shuffle(order)
        for make in order:
            post = make(random)
            known = (post.title, post.price_tomans, post.city)
            if len(made) < count and known not in seen:
                seen.add(known)
                made.append(post)
    return sorted(made, key=lambda post: post.age_minutes)


__all__ = ["Person", "SeedPost", "people", "seed_posts"]
