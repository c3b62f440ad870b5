"""Finding posts on both engines."""

from datetime import timedelta

import pytest

from dalan.domains import posts, search, taxonomy
from dalan.domains.search import queries
from dalan.domains.search.tables import POST_BITS, place
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import TextTooLong
from tests.factories.posts import make_post
from tests.factories.search import make_found


async def titles(tx: WriteTransaction, **wanted: object) -> list[str]:
    found = await search.find(tx, search.Query(**wanted), limit=20)  # type: ignore[arg-type]
    return [post.title for post in found.posts]


async def test_finds_by_words_of_title_and_description(tx: WriteTransaction):
    await make_found(tx, title="پژو پارس سفید", description="بدون رنگ")
    await make_found(tx, title="پراید مشکی", description="تصادفی")

    assert await titles(tx, words="پارس") == ["پژو پارس سفید"]
    assert await titles(tx, words="تصادف") == ["پراید مشکی"]
    assert await titles(tx, words="پارس مشکی") == []


async def test_finds_in_everything_below_a_category(tx: WriteTransaction):
    await make_found(tx, title="یک خودرو")

    for category in ("root", "vehicles", "cars", "light"):
        assert await titles(tx, category=category) == ["یک خودرو"]
    assert await titles(tx, category="real-estate") == []


async def test_finds_in_any_of_several_cities_and_districts(tx: WriteTransaction):
    await make_found(tx, title="در تهران", city="tehran", district="abshar")
    await make_found(tx, title="در شیراز", city="shiraz")

    assert await titles(tx, cities=("tehran",)) == ["در تهران"]
    assert set(await titles(tx, cities=("tehran", "shiraz"))) == {"در تهران", "در شیراز"}
    assert await titles(tx, cities=("tehran",), districts=("abshar",)) == ["در تهران"]
    assert await titles(tx, districts=("ajoodanieh",)) == []


async def test_finds_models_below_a_make(tx: WriteTransaction):
    phone = {"status": "used", "price": 1_000}
    await make_found(tx, title="گوشی اولترا", category="mobile-phones",
                     fields=phone | {"brand_model": "samsung galaxy s25 ultra"})  # fmt: skip
    await make_found(tx, title="گوشی ساده", category="mobile-phones",
                     fields=phone | {"brand_model": "samsung galaxy s25"})  # fmt: skip

    assert len(await titles(tx, brand_models=("samsung",))) == 2
    assert await titles(tx, brand_models=("samsung galaxy s25",)) == ["گوشی ساده"]
    assert len(await titles(tx, brand_models=("ROOT",))) == 2


async def test_finds_within_ranges_ends_included(tx: WriteTransaction):
    await make_found(tx, title="مدل نود", fields=car(production_year=1390, usage=100_000))

    for least, most, found in ((1390, 1390, 1), (1391, None, 0), (None, 1389, 0), (None, None, 1)):
        bounds = {"production_year": search.Range(least, most)}
        assert len(await titles(tx, ranges=bounds)) == found
    bounds = {"usage": search.Range(99_999, 100_000), "price": search.Range(least=1)}
    assert await titles(tx, ranges=bounds) == ["مدل نود"]
    assert await titles(tx, ranges={"usage": search.Range(5, 4)}) == []
    assert await titles(tx, ranges={"rent": search.Range(0)}) == []


async def test_finds_homes_by_rooms_and_parking(tx: WriteTransaction):
    home = {"size": 90, "credit": 1, "rent": 1}
    await make_found(tx, title="با پارکینگ", category="apartment-rent",
                     fields=home | {"rooms": "پنج یا بیشتر", "parking": "دارد"})  # fmt: skip
    await make_found(tx, title="بی‌پارکینگ", category="apartment-rent",
                     fields=home | {"rooms": "دو", "parking": "ندارد"})  # fmt: skip

    assert await titles(tx, with_parking=True) == ["با پارکینگ"]
    assert await titles(tx, rooms=("پنج یا بيشتر",)) == ["با پارکینگ"]
    assert len(await titles(tx, rooms=("دو", "پنج یا بیشتر"))) == 2
    assert await titles(tx, with_picture=True) == []


async def test_sorts_by_price_and_leaves_out_posts_without_one(tx: WriteTransaction):
    for price in (300, 100, 200):
        await make_found(tx, title=f"قیمت {price}", fields=car(price=price))
    goods = {"status": "used", "price_mode": "توافقی"}
    await make_found(tx, title="توافقی", category="furniture", fields=goods)

    async def ordered(order: search.Order, after: search.Place | None = None) -> list[int | None]:
        page = await search.find(tx, search.Query(), order=order, after=after, limit=2)
        rest = await ordered(order, page.next) if page.next else []
        return [post.price_tomans for post in page.posts] + rest

    assert await ordered("cheapest") == [100, 200, 300]
    assert await ordered("dearest") == [300, 200, 100]


async def test_a_bump_stands_first_again(tx: WriteTransaction, moment: AdjustableClock):
    first = await make_found(tx, title="اولی")
    moment.advance(timedelta(hours=5))
    await make_found(tx, title="دومی")
    assert await titles(tx) == ["دومی", "اولی"]

    moment.advance(timedelta(seconds=1))
    await posts.bump(tx, first, by=posts.by_owner(first.owner_id))
    await search.index(tx, [first.id])

    assert await titles(tx) == ["اولی", "دومی"]


async def test_a_post_without_its_number_free_takes_the_next(tx: WriteTransaction):
    """Two posts of one millisecond whose numbers differ by 2**20 have the same place."""
    post = await make_post(tx, title="دومی")
    taken = {"id": place(post.listed_at, post.id), "words": frozenset({"x"}), "price": None}
    other = await make_post(tx, title="اولی")
    for name in ("production_year", "usage", "size", "rent", "credit"):
        taken[name] = None
    assert await queries.add_entry.scalar(tx, post_id=other.id, **taken)

    await search.index(tx, [post.id])

    assert await titles(tx, words="دومی") == ["دومی"]
    assert POST_BITS == 20


async def test_nobody_finds_what_is_not_published_or_for_development(tx: WriteTransaction):
    for said in ({"state": "waiting_for_review"}, {"development": True}, {"state": "retired"}):
        await make_found(tx, **said)
    retired = await make_found(tx, title="هست")
    assert await titles(tx) == ["هست"]

    await posts.retire(tx, retired)

    assert await titles(tx) == []  # even before the index has heard of it
    await search.index(tx, [retired.id])
    assert await search.count(tx, search.Query(), most=10) == 0


async def test_an_edit_is_found_by_its_new_words_alone(tx: WriteTransaction):
    post = await make_found(tx, title="قدیمی")

    changes = posts.Changes(title="تازه‌نوشته")
    await posts.edit(tx, post, changes, by=posts.by_owner(post.owner_id), reviewed=False)
    await search.index(tx, [post.id])

    assert await titles(tx, words="قدیمی") == []
    assert await titles(tx, words="تازه نوشته") == ["تازه‌نوشته"]


async def test_counts_no_further_than_asked(tx: WriteTransaction):
    for n in range(5):
        await make_found(tx, title=f"آگهی {n}")

    assert await search.count(tx, search.Query(words="آگهی"), most=100) == 5
    assert await search.count(tx, search.Query(words="آگهی"), most=3) == 3
    assert await search.count(tx, search.Query(category="jobs"), most=3) == 0


@pytest.mark.parametrize(
    "words", ["'", '"', "a' OR 'b", "* NEAR(", "c:light", ":*", "\\", "😀 - AND"]
)
async def test_words_of_the_engines_are_words_like_others(tx: WriteTransaction, words: str):
    await make_found(tx)

    await search.find(tx, search.Query(words=words), limit=5)
    await search.count(tx, search.Query(words=words), most=5)


async def test_refuses_what_does_not_exist_and_what_is_too_long(tx: WriteTransaction):
    for wrong, error in (
        ({"category": "nowhere"}, taxonomy.UnknownCategory),
        ({"cities": ("atlantis",)}, taxonomy.UnknownCity),
        ({"districts": ("atlantis",)}, taxonomy.UnknownDistrict),
        ({"words": "x" * 101}, TextTooLong),
    ):
        with pytest.raises(error):
            await search.find(tx, search.Query(**wrong), limit=5)


def car(**said: object) -> dict[str, object]:
    return {"brand_model": "Peugeot 206", "production_year": 1395, "usage": 50_000,
            "price": 500_000_000} | said  # fmt: skip
