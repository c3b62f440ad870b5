"""Search finds what a plain look through all posts finds: random posts, random questions, every
way that may be taken, both engines. And cursors, while posts go on being added."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalan.domains import posts, search
from dalan.domains.search import choosing, queries
from dalan.domains.search.indexing import with_beginnings
from dalan.domains.search.terms import said_by
from dalan.kernel import clock
from dalan.kernel.db import Database, WriteTransaction
from tests.factories.posts import make_owner
from tests.factories.search import make_found, scan

WORDS = ("پژو", "پژو۲۰۶", "پراید", "سفید", "سفیدرنگ", "مشکی", "می‌خواهم", "خواهم", "نو", "کتاب‌ها",
         "كتاب", "۱۳۹۰", "90", "بی‌رنگ", "رنگ", "Galaxy", "s25", "فوری", "خانه‌ی", "در")  # fmt: skip
MODELS = ("Audi", "Audi TT", "Audi TT coupe", "Opel Astra")
CITIES = (("tehran", ""), ("tehran", "abshar"), ("tehran", "ajoodanieh"), ("shiraz", ""))
POSTS_COUNT = 120


def random_post(chance: random.Random) -> dict[str, Any]:
    city, district = chance.choice(CITIES)
    said: dict[str, Any] = {
        "title": " ".join(chance.choices(WORDS, k=3)),
        "description": " ".join(chance.choices(WORDS, k=chance.randint(1, 6))),
        "city": city,
        "district": district,
    }
    match chance.randrange(3):
        case 0:
            return said | {"category": "light", "fields": {
                "brand_model": chance.choice(MODELS), "usage": chance.choice((0, 7, 8, 90_000)),
                "production_year": chance.randint(1385, 1404),
                "price": chance.choice((0, 1, 999, 1_000, 10**9))}}  # fmt: skip
        case 1:
            return said | {"category": chance.choice(("apartment-rent", "house-villa-rent")),
                "fields": {"size": chance.choice((50, 51, 90)), "rent": chance.choice((0, 10**7)),
                "credit": chance.choice((10**8, 10**9)), "rooms": chance.choice(("یک", "دو")),
                "parking": chance.choice(("دارد", "ندارد"))}}  # fmt: skip
        case _:
            return said | {"category": "furniture", "fields": {"status": "used"}
                | chance.choice(({"price": 1_000}, {"price_mode": "توافقی"}))}  # fmt: skip


def ends() -> st.SearchStrategy[search.Range]:
    numbers = st.none() | st.sampled_from((0, 1, 7, 8, 50, 1_000, 1_390, 90_000, 10**8, 10**9))
    return st.builds(search.Range, numbers, numbers | st.integers(-5, 2**63))


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.just(()) | st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple)


asked_words = st.lists(
    st.sampled_from(WORDS) | st.sampled_from(WORDS).map(lambda word: word[:3]), max_size=3
).map(" ".join)

questions = st.builds(
    search.Query,
    words=asked_words,
    category=st.sampled_from(("root", "vehicles", "light", "real-estate", "furniture", "jobs")),
    cities=some(("tehran", "shiraz")),
    districts=some(("abshar", "ajoodanieh")),
    brand_models=some(("Audi", "Audi TT", "Opel Astra", "ROOT", "nothing")),
    rooms=some(("یک", "دو", "سه")),
    with_parking=st.integers(0, 4).map(lambda n: n == 0),
    ranges=st.dictionaries(
        st.sampled_from(("price", "production_year", "usage", "size", "rent", "credit")),
        ends(),
        max_size=2,
    ),
)
orders = st.sampled_from(("newest", "cheapest", "dearest"))


PAUSES = {
    "by text": (0, 0, 1, 5_000),
    "by order": (0, 0, 1, 5_000),
    "by stretch": (0, 1, 5_000, 2_500_000),
}
"""Milliseconds between posts."""


async def furnish(
    tx: WriteTransaction, moment: clock.AdjustableClock, way: str = "by text"
) -> list[posts.Post]:
    chance, owner_id = random.Random(7), await make_owner(tx)
    made = []
    for _ in range(POSTS_COUNT):
        moment.advance(timedelta(milliseconds=chance.choice(PAUSES[way])))
        made.append(await make_found(tx, owner_id=owner_id, **random_post(chance)))
    if way != "by text":  # everything is said to be common
        tokens = {token for post in made for token in with_beginnings(said_by(post).tokens)}
        rows = [{"token": token, "per_million": 500_000} for token in tokens]
        rows.append({"token": choosing.ENTRIES, "per_million": 1_000_000})
        if way == "by stretch":
            rows.append({"token": choosing.PACE, "per_million": 100})
        await queries.add_share.execute_many(tx, rows)
    return made


@pytest.fixture(params=list(PAUSES))
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let one way be taken wherever it may; where it is too short, the whole must follow."""
    said: dict[str, dict[str, Any]] = {
        "by text": {},
        "by order": {"WALK_MIN": 30, "SLACK": 1.0},
        "by stretch": {"WALK_BESIDE_STRETCHES_MAX": 0, "STRETCH_PART_MAX": 9},
    }
    for name, value in said[request.param].items():
        monkeypatch.setattr(choosing, name, value)
    if said[request.param]:
        monkeypatch.setattr(choosing, "NARROWS_BELOW", 2.0)
    return str(request.param)


async def test_finds_what_a_plain_scan_finds(
    tx: WriteTransaction, moment: clock.AdjustableClock, way: str
):
    made = await furnish(tx, moment, way)
    cases = _drawn(800)

    found_count = 0
    for query, order in cases:
        found = await search.find(tx, query, order=order, limit=100)
        expected = scan(made, query, order)
        assert [one.id for one in found.posts] == [one.id for one in expected[:100]], query
        if order == "newest":
            for most in (1_000, 7):
                counted = await search.count(tx, query, most=most)
                assert counted == min(len(expected), most), query
        found_count += bool(expected)
    assert found_count > len(cases) / 10, "questions that find nothing prove little"


def _drawn(count: int) -> list[tuple[search.Query, Any]]:
    """Questions of Hypothesis's making, drawn before the event loop needs the time."""
    drawn: list[tuple[search.Query, Any]] = []

    @settings(max_examples=count, derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(questions, orders)
    def draw(query: search.Query, order: Any) -> None:
        drawn.append((query, order))

    draw()
    return drawn


@pytest.mark.parametrize("order", ["newest", "cheapest", "dearest"])
async def test_cursors_neither_repeat_nor_skip_while_posts_are_added(
    db: Database, moment: clock.AdjustableClock, way: str, order: search.Order
):
    async with db.write() as tx:
        before = await furnish(tx, moment, way)
    chance, query = random.Random(8), search.Query(cities=("tehran",))

    seen: list[int] = []
    after: search.Place | None = None
    while True:
        async with db.look() as look:
            page = await search.find(look, query, order=order, after=after, limit=7)
        seen += [post.id for post in page.posts]
        after = page.next
        if after is None:
            break
        async with db.write() as tx:
            for _ in range(3):
                moment.advance(timedelta(milliseconds=chance.choice((0, 3))))
                await make_found(tx, **random_post(chance))

    assert len(seen) == len(set(seen)), "a post was shown twice"
    old = {post.id for post in before}
    assert [one for one in seen if one in old] == [
        post.id for post in scan(before, query, order)
    ], "a post was skipped"


async def test_the_share_of_a_token_is_learnt(db: Database, moment: clock.AdjustableClock):
    async with db.write() as tx:
        made = await furnish(tx, moment)

    await search.learn_shares(db)

    async with db.look() as look:
        held = dict(await queries.shares.all(look, tokens=["t:tehran", "پژو*", "nothing"]))
    tehran = sum(post.city == "tehran" for post in made)
    assert held["t:tehran"] == tehran * 1_000_000 // len(made)
    assert "پژو*" in held
    assert "nothing" not in held
    async with db.look() as look:
        rest = dict(await queries.shares.all(look, tokens=[choosing.ENTRIES, choosing.PACE]))
    span_ms = (made[-1].listed_at - made[0].listed_at) / timedelta(milliseconds=1)
    assert rest[choosing.ENTRIES] == len(made)
    assert rest[choosing.PACE] == len(made) * 1_000_000 // int(span_ms)
