"""Hundreds of thousands of plausible Persian posts, for measuring: ``python -m tools.make_posts``.

Written straight into the tables, many at a time and without facts, history or pictures, which is
why this is a tool and no command of the platform. What they say comes from the same lists that
people choose from (cities, districts, models, forms), so that some words and places are common
and most are rare. The search's index is made afterwards by ``search.reindex``, and timed.
"""

import argparse
import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from dalan import migrations
from dalan.domains import identity, posts, search, taxonomy
from dalan.domains.posts import queries
from dalan.kernel.db import Database, database_at

PAGE = 500
SPAN = timedelta(days=30)
FIXED_PRICE = "مقطوع"
TOKEN_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # noqa: S105

COLOURS = ("سفید", "مشکی", "نقره‌ای", "خاکستری", "نوک‌مدادی", "آبی", "قرمز", "بژ", "نقرآبی")
CAR_SAID = (
    "بدون رنگ", "یک تکه رنگ", "فنی سالم", "بیمه کامل", "لاستیک نو", "دوگانه‌سوز",
    "تک‌برگ سند", "فروش فوری", "معاوضه ندارم", "بازدید عصرها", "کارکرد واقعی",
    "تخفیف پای معامله",
)  # fmt: skip
HOME_SAID = (
    "نورگیر", "بازسازی‌شده", "خوش‌نقشه", "نوساز", "نزدیک مترو", "سند تک‌برگ",
    "کابینت هایگلاس", "پکیج و رادیاتور", "فروش فوری", "تخلیه", "مناسب زوج", "دسترسی عالی",
    "تراس دلباز",
)  # fmt: skip
GOODS_SAID = (
    "در حد نو", "سالم و تمیز", "بدون خط و خش", "با کارتن", "فروش فوری", "کم‌کار", "اصل",
    "با ضمانت", "قیمت مناسب", "به علت جابه‌جایی", "ارسال به شهرستان", "تخفیف دارد",
)  # fmt: skip
FILLER = (
    "لطفاً", "فقط", "تماس", "بگیرید", "با", "احترام", "از", "ساعت", "تا", "هستم", "می‌باشد",
    "خیلی", "قیمت", "مقطوع", "برای", "اطلاعات", "بیشتر", "پیام", "دهید", "خریدار", "واقعی",
    "و", "در",
)  # fmt: skip
ROOMS = ("یک", "دو", "دو", "سه", "چهار")


class Maker:
    """Draws posts; the same seed draws the same ones."""

    def __init__(self, seed: int, owner_id: int) -> None:
        self.chance, self.owner_id = random.Random(seed), owner_id  # noqa: S311 (data to measure on)
        cities = [*taxonomy.major_cities()]
        weights = [250 / (n + 1) for n in range(len(cities))]
        others = [one for one in taxonomy.cities() if one not in cities]
        self.cities = cities + others
        self.city_weights = weights + [1.0] * len(others)
        self.cars = [one for one in taxonomy.brand_models("light") if one.slug != "ROOT"]
        self.phones = [one for one in taxonomy.brand_models("mobile-phones") if one.slug != "ROOT"]
        self.goods = [one for one in taxonomy.descendants("home-kitchen") if one.leaf]
        self.goods += [one for one in taxonomy.descendants("personal") if one.leaf]

    def draw(self, number: int, at: datetime) -> dict[str, Any]:
        """One row of ``post``."""
        chance = self.chance
        city = chance.choices(self.cities, self.city_weights)[0].slug
        districts = taxonomy.districts_of(city)
        said = chance.choices(
            (self._car, self._home, self._rent, self._phone, self._thing), (20, 15, 15, 15, 35)
        )[0]()
        district = chance.choice(districts).slug if districts else ""
        return said | {
            "token": "".join(chance.choices(TOKEN_ALPHABET, k=6)) + f"{number:06x}",
            "owner_id": self.owner_id, "city": city, "district": district, "image_names": [],
            "price_mode": FIXED_PRICE if said["price_tomans"] is not None else "",
            "state": "published", "reject_reason": "", "chat_enabled": True, "hide_phone": False,
            "development": False, "created_at": at, "first_published_at": at,
            "last_modified_at": at, "listed_at": at, "expires_at": at + 2 * SPAN,
            "state_changed_at": at, "details": posts.Details(), "edit_refusal": "",
        }  # fmt: skip

    def _car(self) -> dict[str, Any]:
        chance = self.chance
        model = self.cars[int(len(self.cars) * chance.random() ** 2)]
        year, colour = 1405 - int(abs(chance.gauss(0, 8))), chance.choice(COLOURS)
        fields = {"brand_model": model.slug, "production_year": year,
                  "usage": chance.randrange(0, 400) * 1_000}  # fmt: skip
        title = f"{model.display[:34]} {colour} {year}"
        return self._said("light", title, CAR_SAID, fields, chance.randrange(150, 6_000) * 10**6)

    def _home(self) -> dict[str, Any]:
        size = self.chance.randrange(40, 250)
        fields = {"size": size, "rooms": self.chance.choice(ROOMS),
                  "parking": self.chance.choice(("دارد", "ندارد")), "floor": 2}  # fmt: skip
        title = f"آپارتمان {size} متری {self.chance.choice(HOME_SAID)}"
        price = size * self.chance.randrange(20, 300) * 10**6
        return self._said("apartment-sell", title, HOME_SAID, fields, price)

    def _rent(self) -> dict[str, Any]:
        size = self.chance.randrange(40, 200)
        fields = {"size": size, "rooms": self.chance.choice(ROOMS),
                  "parking": self.chance.choice(("دارد", "ندارد")),
                  "rent": self.chance.randrange(0, 80) * 10**6,
                  "credit": self.chance.randrange(50, 2_000) * 10**6}  # fmt: skip
        title = f"اجارهٔ آپارتمان {size} متری {self.chance.choice(HOME_SAID)}"
        return self._said("apartment-rent", title, HOME_SAID, fields, None)

    def _phone(self) -> dict[str, Any]:
        model = self.chance.choice(self.phones)
        fields = {"brand_model": model.slug, "status": self.chance.choice(("new", "used"))}
        title = f"{model.display[:30]} {self.chance.choice(GOODS_SAID)}"
        price = self.chance.randrange(2, 120) * 10**6
        return self._said("mobile-phones", title, GOODS_SAID, fields, price)

    def _thing(self) -> dict[str, Any]:
        node = self.chance.choice(self.goods)
        title = f"{node.title[:30]} {self.chance.choice(GOODS_SAID)}"
        price = self.chance.randrange(1, 500) * 100_000
        return self._said(node.slug, title, GOODS_SAID, {"status": "used"}, price)

    def _said(
        self, category: str, title: str, said: tuple[str, ...], fields: dict[str, Any],
        price: int | None,
    ) -> dict[str, Any]:  # fmt: skip
        sentences = self.chance.sample(said, 4)
        sentences.append(" ".join(self.chance.choices(FILLER, k=self.chance.randrange(4, 18))))
        return {"category": category, "title": title[:50], "description": "، ".join(sentences),
                "fields": fields, "price_tomans": price}  # fmt: skip


async def make_posts(db: Database, count: int, *, seed: int = 1) -> float:
    """Write so many posts, listed evenly over the last thirty days; answers seconds."""
    async with db.write() as tx:
        owner = await identity.register(tx, phone="+989120000001", name="سارا")
    maker, began = Maker(seed, owner.id), time.perf_counter()
    first = datetime.now(UTC).replace(microsecond=0) - SPAN
    for start in range(0, count, PAGE):
        rows = [
            maker.draw(number, first + SPAN * (number / count))
            for number in range(start, min(start + PAGE, count))
        ]
        async with db.write() as tx:
            await queries.add_post.execute_many(tx, rows)
    return time.perf_counter() - began


async def main() -> None:
    """Migrate, make, index; say how long each took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url", help="sqlite:///FILE or postgresql://…; it may be empty")
    options.add_argument("count", type=int)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    await migrations.upgrade_in_thread(given.url)
    db = database_at(given.url, durable=False)
    await db.open()
    seconds = await make_posts(db, given.count, seed=given.seed)
    print(f"{given.count} posts in {seconds:.0f} s")
    began = time.perf_counter()
    indexed = await search.reindex(db)
    seconds = time.perf_counter() - began
    print(f"{indexed} indexed in {seconds:.0f} s, {indexed / seconds:.0f} a second")
    await db.close()


if __name__ == "__main__":
    asyncio.run(main())
