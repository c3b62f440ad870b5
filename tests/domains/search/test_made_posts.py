"""The posts that measurements are made on: acceptable, alike for a seed, and found."""

from tools.make_posts import make_posts

from dalan.domains import posts, search, taxonomy
from dalan.kernel.db import Database


async def test_made_posts_are_such_as_people_could_have_submitted(db: Database):
    await make_posts(db, 300)

    async with db.look() as look:
        made = await posts.from_id(look, after_id=0, limit=500)
    assert len(made) == 300
    for post in made:
        taxonomy.check_fields(post.category, posts.form_values(post))
        assert posts.TITLE_LENGTH_MIN <= len(post.title) <= posts.TITLE_LENGTH_MAX
        assert not post.district or taxonomy.district(post.district).city == post.city


async def test_made_posts_are_indexed_and_found_page_by_page(db: Database):
    await make_posts(db, 300)

    assert await search.reindex(db) == 300

    seen: set[int] = set()
    after: search.Place | None = None
    async with db.look() as look:
        while True:
            page = await search.find(look, search.Query(words="فوری"), after=after, limit=10)
            seen.update(post.id for post in page.posts)
            after = page.next
            if after is None:
                break
        assert len(seen) == await search.count(look, search.Query(words="فوری"), most=1_000) > 20
