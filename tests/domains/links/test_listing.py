"""An owner's links, searched, narrowed and ordered."""

from datetime import timedelta

import pytest

from dalan.domains import links
from dalan.kernel import clock
from tests.factories.developers import make_app
from tests.factories.links import edit, make_link

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def app_id(tx):
    return (await make_app(tx)).app.id


async def found(tx, app_id, **asked):
    question = links.Question(owner=links.Owner.app(app_id), **asked)
    page = await links.page(tx, question, most=100)
    assert await links.count(tx, question) == len(page)
    return [one.hash for one in page]


async def test_list_is_the_owners_newest_first_a_page_at_a_time(tx, app_id, moment):
    for number in range(12):
        await make_link(tx, app_id, f"https://example.com/{number}", hash=f"n{number:02}")
        moment.advance(MINUTE if number % 3 else timedelta())
    await make_link(tx, (await make_app(tx)).app.id)
    question = links.Question(owner=links.Owner.app(app_id))

    first = await links.page(tx, question)
    rest = await links.page(tx, question, offset=10)

    assert [one.hash for one in first + rest] == [f"n{number:02}" for number in range(11, -1, -1)]
    assert len(first) == 10
    assert await links.count(tx, question) == 12
    assert await links.page(tx, question, most=0) == []


async def test_hashes_are_ordered_by_code_point_both_ways(tx, app_id):
    for number, hash_ in enumerate(("b", "B", "a-b", "ab", "ت", "1")):
        await make_link(tx, app_id, f"https://example.com/{number}", hash=hash_)

    upwards = await found(tx, app_id, order="hash", ascending=True)

    assert upwards == ["1", "B", "a-b", "ab", "b", "ت"]
    assert await found(tx, app_id, order="hash") == upwards[::-1]


async def test_links_that_never_end_come_last_by_their_end(tx, app_id):
    for number, days in enumerate((2, None, 1)):
        made = await make_link(tx, app_id, f"https://example.com/{number}", hash=f"n{number}")
        until = None if days is None else clock.now() + timedelta(days=days)
        await edit(tx, made.id, app_id, expires_at=until)

    assert await found(tx, app_id, order="expires_at", ascending=True) == ["n2", "n0", "n1"]
    assert await found(tx, app_id, order="expires_at") == ["n1", "n0", "n2"]


async def test_search_takes_signs_literally_and_folds_letters(tx, app_id):
    await make_link(tx, app_id, "تخفیف 100% برای علی", kind="content", hash="sale")
    await make_link(tx, app_id, "تخفیف 1000", kind="content", hash="Thousand")
    await make_link(tx, app_id, "a_b!c", kind="content", hash="signs")

    assert await found(tx, app_id, text="100%") == ["sale"]
    assert await found(tx, app_id, text="علي") == ["sale"]
    assert await found(tx, app_id, text="a_b!") == ["signs"]
    assert await found(tx, app_id, text="a.b") == []
    assert await found(tx, app_id, text="THOUS") == ["Thousand"]
    assert await found(tx, app_id, text="%") == ["sale"]
    assert await found(tx, app_id, text="sale تخفیف") == [], "hash and text are two places"
    with pytest.raises(links.InvalidLink):
        await found(tx, app_id, text="x" * 501)


async def test_tags_are_filtered_by_all_and_searched_by_any(tx, app_id):
    await make_link(tx, app_id, "https://a.example/", hash="one", tags="الف،ب, c ,, ب")
    await make_link(tx, app_id, "https://b.example/", hash="two", tags="د،كتاب")
    await make_link(tx, app_id, "https://c.example/", hash="three")

    made = await links.find(tx, "one")
    assert made is not None
    assert made.tags == "الف,ب,c"
    assert await found(tx, app_id, tags="ب") == ["one"]
    assert await found(tx, app_id, tags="ب،C") == ["one"]
    assert await found(tx, app_id, tags="ب،د") == []
    assert await found(tx, app_id, tags="لف") == []
    assert await found(tx, app_id, words="لف") == ["one"]
    assert await found(tx, app_id, words="لف،کتا") == ["two", "one"]
    assert await found(tx, app_id, words="%") == []
    assert await found(tx, app_id, tags="کتاب", words="د") == ["two"]


@pytest.mark.parametrize("tags", ["x" * 51, ",".join(map(str, range(21))), "a\x00b"])
async def test_tags_beyond_their_bounds_are_refused(tx, app_id, tags):
    with pytest.raises(links.InvalidLink) as refusal:
        await make_link(tx, app_id, tags=tags)

    assert refusal.value.field == "tags"


async def test_kind_method_and_time_narrow_with_both_ends_counted_in(tx, app_id, moment):
    start = clock.now()
    await make_link(tx, app_id, "https://a.example/", hash="one")
    moment.advance(MINUTE)
    drawn = await make_link(tx, app_id, "text", kind="content")
    moment.advance(MINUTE)
    await make_link(tx, app_id, "https://a.example/x.pdf", kind="file", hash="three")

    assert await found(tx, app_id, kind="content") == [drawn.hash]
    assert await found(tx, app_id, kind="file") == ["three"]
    assert await found(tx, app_id, hash_method="custom") == ["three", "one"]
    assert await found(tx, app_id, hash_method="auto") == [drawn.hash]
    assert await found(tx, app_id, created_from=start + MINUTE) == ["three", drawn.hash]
    assert await found(tx, app_id, created_until=start + MINUTE) == [drawn.hash, "one"]
    assert await found(tx, app_id, created_from=start, created_until=start) == ["one"]
