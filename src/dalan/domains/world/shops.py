"""The businesses of a furnished world: a car dealer and an estate agency, with people in them."""

from collections.abc import Sequence
from random import Random

import msgspec

from dalan.domains import businesses, developers, identity, posts
from dalan.domains.world.sample import SAMPLE_SLUG
from dalan.kernel.db import WriteTransaction

DEALER = ("نمایشگاه خودروی پارس", "خرید، فروش و معاوضهٔ خودروی کارکرده با کارشناسی رایگان.")
AGENCY = ("املاک صدف", "رهن، اجاره و فروش در شمال و غرب تهران؛ از ۱۳۸۲.")

HOMES = frozenset({"apartment-sell", "apartment-rent", "house-villa-sell", "house-villa-rent"})


class Shops(msgspec.Struct, frozen=True):
    """The two businesses, and who of them sells what."""

    dealer: businesses.Business
    agency: businesses.Business
    dealers: set[int]
    agent_id: int

    def of(self, owner: identity.Person, category: str) -> int | None:
        """The business that somebody's post of that category belongs to, if it does to one."""
        if owner.id in self.dealers and category == "light":
            return self.dealer.id
        if owner.id == self.agent_id and category in HOMES:
            return self.agency.id
        return None


async def open_businesses(tx: WriteTransaction, people: Sequence[identity.Person]) -> Shops:
    """The first person owns the dealer and manages the second person's agency."""
    first, second, third = people[:3]
    name, about = DEALER
    dealer = await businesses.open_business(
        tx,
        owner_id=first.id,
        name=name,
        kind="CAR",
        about=about,
        city="tehran",
        address="خیابان آزادی، نبش خوش",
        hours="شنبه تا پنجشنبه، ۹ تا ۲۰",
    )
    name, about = AGENCY
    agency = await businesses.open_business(
        tx,
        owner_id=second.id,
        name=name,
        kind="REAL_ESTATE",
        about=about,
        city="tehran",
        address="صادقیه، بلوار فردوس شرق",
        hours="همه‌روزه، ۱۰ تا ۲۱",
    )
    await businesses.add_member(
        tx, dealer.id, by_person_id=first.id, person_id=third.id, role="member"
    )
    await businesses.add_member(
        tx, agency.id, by_person_id=second.id, person_id=first.id, role="manager"
    )
    return Shops(dealer, agency, {first.id, third.id}, second.id)


async def link_sample(
    tx: WriteTransaction, business: businesses.Business, *, by_person_id: int
) -> None:
    """The sample app may submit for the dealer in its own name."""
    app = await developers.app_by_slug(tx, SAMPLE_SLUG)
    await businesses.link_app(tx, business.id, app_id=app.id, by_person_id=by_person_id)


async def count_visits(tx: WriteTransaction, shown: Sequence[posts.Post]) -> None:
    """A believable week of visits of these posts, so that their statistics show something."""
    chance = Random("dalan visits")  # noqa: S311 (a believable world, no secret)
    for post in shown:
        for days_ago in range(posts.DAYS):
            views = chance.randrange(4, 60)
            counted: dict[posts.Counted, int] = {
                "impression": views * chance.randrange(5, 12),
                "view": views,
                "contact": views // chance.randrange(8, 20),
                "chat": views // chance.randrange(10, 30),
            }
            for kind, times in counted.items():
                await posts.count(tx, kind, post.id, times=times, days_ago=days_ago)
