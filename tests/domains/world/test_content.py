"""A furnished world's posts: believable, acceptable, and the same for the same seed."""

import re
from collections import Counter
from random import Random

import pytest

from dalan.domains import taxonomy
from dalan.domains.world import content, pictures


@pytest.fixture(scope="module")
def posts():
    return content.seed_posts(Random(1405), 300)


def test_the_same_seed_writes_the_same_posts(posts):
    assert content.seed_posts(Random(1405), 300) == posts
    assert content.seed_posts(Random(1406), 300) != posts


def test_every_post_passes_the_form_of_a_leaf_category(posts):
    for post in posts:
        assert taxonomy.check_fields(post.category, post.fields) == post.fields


def test_places_exist_and_districts_lie_in_their_city(posts):
    for post in posts:
        taxonomy.city(post.city)
        if post.district:
            assert taxonomy.district(post.district).city == post.city


def test_price_and_mode_agree_with_the_fields(posts):
    for post in posts:
        assert post.fields.get("price") == post.price_tomans
        assert (post.price_mode == "توافقی") == (post.fields.get("price_mode") == "توافقی")
        assert post.price_mode == "مقطوع" or post.price_tomans is None


def test_titles_and_descriptions_have_a_readable_length(posts):
    for post in posts:
        assert 3 <= len(post.title) <= 50
        assert 2 <= len(post.description.split("\n")) <= 6
        assert not re.search(r"[يك{}]|None|  ", post.title + post.description)


def test_sizes_told_are_the_sizes_in_the_fields(posts):
    for post in posts:
        if post.category.startswith("apartment-"):
            assert f"{post.fields['size']} متر" in post.description


def test_the_spread_covers_what_people_look_for(posts):
    count = Counter(post.category for post in posts)

    assert min(count[slug] for slug in ("apartment-sell", "apartment-rent", "light")) >= 20
    assert count["mobile-phones"] >= 20
    assert {"suite-apartment", "laptops", "furniture", "presell"} <= count.keys()
    assert len(count) >= 20
    assert len({post.city for post in posts}) >= 10
    assert posts == sorted(posts, key=lambda post: post.age_minutes)


def test_every_picture_kind_and_colour_can_be_drawn(posts):
    for post in posts:
        assert post.picture_kind in pictures.KINDS
        assert post.picture_colour is None or post.picture_colour in pictures.COLORS
        assert post.picture_count >= 1


def test_prices_are_of_their_time(posts):
    for post in posts:
        if post.category == "apartment-sell" and post.city == "tehran":
            assert 70_000_000 < post.price_tomans / post.fields["size"] < 500_000_000


def test_people_have_distinct_made_up_numbers():
    found = content.people()

    assert len(found) == 6
    assert len({person.phone for person in found}) == 6
    assert all(re.fullmatch(r"\+98912000000\d", person.phone) for person in found)
