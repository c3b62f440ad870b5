"""Posts are found by the new names of what they are filed under, and by the old ones no more."""

from collections.abc import Iterator

import pytest

from dalan.app import listeners
from dalan.domains import posts, search, taxonomy
from dalan.domains.search import renaming
from dalan.kernel import outbox
from dalan.kernel.db import Database, WriteTransaction
from tests.factories.identity import make_person
from tests.factories.search import make_found


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """The lists are the process's: whatever a test made of them goes with it."""
    yield
    taxonomy.use([])


async def rename(db: Database, name: str, slug: str, title: str) -> None:
    async def work(tx: WriteTransaction) -> None:
        person = await make_person(tx)
        await taxonomy.rename(tx, name, slug, title=title, by_person_id=person.id)

    await db.transact(work)
    await taxonomy.refresh(db)


async def tokens(db: Database, *words: str) -> list[int]:
    """How many posts are found by each of these words."""
    async with db.look() as tx:
        return [await search.count(tx, search.Query(words=word), most=1_000) for word in words]


@pytest.mark.parametrize(
    ("name", "slug", "title"),
    [
        ("category", "light", "اتومبیل"),
        ("city", "tehran", "پایتخت"),
        ("district", "valiasr", "پهلوان"),
        ("brand_models/light", "Peugeot 206 5", "پژوچه"),
    ],
)
async def test_new_name_finds_posts_of_before(db: Database, name: str, slug: str, title: str):
    worker = outbox.Worker(db, listeners())
    async with db.write() as tx:
        post = await make_found(tx, district="valiasr", title="خوش‌رکاب")
        await make_found(tx, category="apartment-sell", city="shiraz", title="دوخوابه")
        await posts.retire(tx, await make_found(tx, district="valiasr"))
    await worker.drain()
    assert await tokens(db, title) == [0]

    await rename(db, name, slug, title)
    taxonomy.use([])  # as in a process that has not looked yet
    await worker.drain()

    assert await tokens(db, title) == [1]
    async with db.look() as tx:
        found = await search.find(tx, search.Query(words=title), limit=5)
    assert [one.id for one in found.posts] == [post.id]


async def test_old_name_finds_them_no_more(db: Database):
    worker = outbox.Worker(db, listeners())
    async with db.write() as tx:
        await make_found(tx, city="shiraz", title="خوش‌رکاب")
    assert await tokens(db, "شیراز") == [1]

    await rename(db, "city", "shiraz", "شهر راز")
    await worker.drain()

    assert await tokens(db, "شیراز", "راز") == [0, 1]


async def test_many_posts_are_indexed_page_by_page(db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(renaming, "PAGE_SIZE", 2)
    worker = outbox.Worker(db, listeners())
    async with db.write() as tx:
        for number in range(5):
            await make_found(tx, title=f"شمارهٔ {number}")
    await worker.drain()

    await rename(db, "city", "tehran", "پایتخت")
    await rename(db, "city", "tehran", "پایتخت کشور")
    await worker.drain()

    assert await tokens(db, "پایتخت", "کشور") == [5, 5]
    async with db.look() as tx:
        rows = await tx.rows(
            "SELECT count(*) FROM outbox_fact WHERE kind = 'search.renaming_goes_on'", ()
        )
        assert await outbox.owed(tx) == (0, 0)
    assert rows[0][0] == 4


@pytest.mark.parametrize(
    ("name", "slug", "title"),
    [("category", "vehicles", "خودروها"), ("colors/light", "سفید", "سپید")],
)
async def test_names_no_post_is_found_by_make_no_work(
    db: Database, name: str, slug: str, title: str
):
    worker = outbox.Worker(db, listeners())

    await rename(db, name, slug, title)
    await worker.drain()

    async with db.look() as tx:
        assert await outbox.owed(tx) == (0, 0)


async def test_the_same_name_again_is_no_news(db: Database):
    await rename(db, "city", "tehran", taxonomy.city("tehran").display)

    async with db.look() as tx:
        rows = await tx.rows(
            "SELECT count(*) FROM outbox_fact WHERE kind = 'taxonomy.entry_renamed'", ()
        )
    assert rows[0][0] == 0
