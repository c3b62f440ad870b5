"""Who has to be asked before a post is seen."""

import pytest

from dalan.domains import moderation, posts
from dalan.domains.moderation import Policy
from tests.factories.identity import make_person
from tests.factories.posts import FIELDS, make_owner, make_post

ALL, NEW, NONE = Policy("all"), Policy("new_people", trusted_after=2), Policy("none")


async def submitted(tx, policy, **said):
    post = await make_post(tx, state="waiting_for_review", **said)
    return await moderation.let_through(tx, post, policy=policy)


async def flags_of(tx, post):
    found = await moderation.waiting(tx, post.token)
    return [] if found is None else [(flag.rule, flag.holds) for flag in found.flags]


async def test_without_review_a_post_goes_straight_out(tx):
    assert (await submitted(tx, NONE)).state == "published"


async def test_with_review_it_waits_for_a_person(tx):
    post = await submitted(tx, ALL)

    assert post.state == "waiting_for_review"
    assert [one.post.id for one in await moderation.queue(tx) if one.post.id == post.id]


async def test_new_people_are_looked_at_until_they_are_known(tx):
    owner = await make_owner(tx)
    first = await submitted(tx, NEW, owner_id=owner)
    await make_post(tx, owner_id=owner, title="دوم")
    await make_post(tx, owner_id=owner, title="سوم")

    fourth = await submitted(tx, NEW, owner_id=owner, title="چهارم")

    assert (first.state, fourth.state) == ("waiting_for_review", "published")


async def test_development_posts_pass_unseen(tx):
    post = await make_post(tx, state="waiting_for_review", development=True)

    assert (await moderation.let_through(tx, post, policy=ALL)).state == "published"
    assert await moderation.waiting(tx, post.token) is None


@pytest.mark.parametrize(
    ("word", "title", "found"),
    [
        ("عتیقه", "سكه‌ي عَتيقه", True),
        ("عتیقه جات", "عتیقه-جات خانگی", True),
        ("کلاس", "کلاسیک سفید", False),
        ("کلاس*", "کلاسیک سفید", True),
        ("Gun", "GUN for sale", True),
    ],
)
async def test_forbidden_words_are_found_however_they_are_spelled(tx, word, title, found):
    await moderation.forbid_word(tx, word, effect="hold")

    post = await submitted(tx, NONE, title=title)

    assert (post.state == "waiting_for_review") is found


async def test_a_word_that_only_flags_lets_the_post_out(tx):
    await moderation.forbid_word(tx, "فوری", effect="flag")

    assert (await submitted(tx, NONE, title="فروش فوری")).state == "published"
    assert await flags_of(tx, await submitted(tx, ALL, title="خیلی فوری")) == [
        ("forbidden_word", False)
    ]


async def test_a_word_taken_off_the_list_is_allowed_again(tx):
    await moderation.forbid_word(tx, "عتیقه", effect="hold")
    (word,) = [one for one in await moderation.forbidden_words(tx) if one.shown == "عتیقه"]
    await moderation.allow_word(tx, word.id)

    assert (await submitted(tx, NONE, title="عتیقه")).state == "published"
    with pytest.raises(moderation.UnknownWord):
        await moderation.allow_word(tx, word.id)


@pytest.mark.parametrize("typed", ["", " ", "ا", "*", "x" * 61, "***", "!!!", "ب*"])
async def test_what_is_no_word_is_not_forbidden(tx, typed):
    with pytest.raises(moderation.InvalidRule):
        await moderation.forbid_word(tx, typed, effect="hold")


@pytest.mark.parametrize(
    "title",
    [
        "تماس ۰۹۱۲۱۲۳۴۵۶۷",
        "تماس ۰۹۱۲ ۱۲۳ ۴۵ ۶۷",
        "+989121234567",
        "0912-123-4567",
        "زنگ بزن ٠٩١٢١٢٣٤٥٦٧",
        "سایت example.ir",
        "https://x.y",
        "کانال @my_shop",
        "t.me/abc",
    ],
)
async def test_phones_and_links_in_a_title_are_flagged(tx, title):
    assert ("contact_in_title", False) in await flags_of(tx, await submitted(tx, ALL, title=title))


@pytest.mark.parametrize("title", ["پژو 206 مدل 1398", "خانه 120 متری 3 خوابه", "پراید 150000000"])
async def test_numbers_that_are_no_phones_are_not_flagged(tx, title):
    assert await flags_of(tx, await submitted(tx, ALL, title=title)) == []


async def test_the_same_words_of_somebody_else_wait_for_a_person(tx):
    first = await submitted(tx, NONE, title="میز تحرير چوبی", description="در حد نو.")
    again = await submitted(tx, NONE, title="ميز  تحریر چوبی", description="در حدّ نو!")
    await posts.delete(tx, first)
    later = await submitted(tx, NONE, title="میز تحریر چوبی", description="در حد نو")

    assert (first.state, again.state) == ("published", "waiting_for_review")
    assert await flags_of(tx, again) == [("duplicate", True)]
    assert later.state == "waiting_for_review"  # the second still stands


async def test_ones_own_words_are_no_duplicate_of_anothers(tx):
    owner = await make_owner(tx)
    await submitted(tx, NONE, owner_id=owner, title="میز ناهارخوری")

    assert (await submitted(tx, NONE, owner_id=owner, title="میز ناهارخوری")).state == "published"


async def test_too_many_posts_a_day_are_flagged(tx):
    await moderation.set_rule(tx, "many_posts", effect="hold", number=2)
    owner = await make_owner(tx)
    made = [await submitted(tx, NONE, owner_id=owner, title=f"میز {n}") for n in range(3)]

    assert [one.state for one in made] == ["published", "published", "waiting_for_review"]


async def test_a_price_far_from_its_category_is_flagged(tx):
    await moderation.set_rule(tx, "odd_price", effect="hold", number=10)

    async def car(n, price):
        fields = FIELDS["light"] | {"price": price}
        return await submitted(tx, NONE, title=f"خودرو {n}", fields=fields)

    for number in range(20):
        assert (await car(number, 500_000_000 + number)).state == "published"

    assert (await car(31, 5_100_000_000)).state == "waiting_for_review"
    assert (await car(32, 49_000_000)).state == "waiting_for_review"
    assert (await car(33, 4_900_000_000)).state == "published"


async def test_few_prices_say_nothing(tx):
    await moderation.set_rule(tx, "odd_price", effect="hold", number=2)

    assert (await submitted(tx, NONE)).state == "published"


@pytest.mark.parametrize(
    ("name", "effect", "number"),
    [("x", "flag", 5), ("many_posts", "x", 5), ("many_posts", "flag", 1),
     ("odd_price", "hold", 10_001), ("odd_price", "hold", -1)],
)  # fmt: skip
async def test_rules_that_cannot_be_are_refused(tx, name, effect, number):
    with pytest.raises(moderation.InvalidRule):
        await moderation.set_rule(tx, name, effect=effect, number=number)


async def test_an_edit_without_review_is_seen_at_once_unless_a_rule_holds_it(tx):
    await moderation.forbid_word(tx, "عتیقه", effect="hold")
    post = await make_post(tx)
    by = posts.by_owner(post.owner_id)

    for title in ("پژو سفید", "پژو عتیقه"):
        edited = await posts.edit(tx, post, posts.Changes(title=title), by=by, reviewed=True)
        post = await moderation.let_through(tx, edited, policy=NONE)

    assert (post.state, post.title) == ("published", "پژو سفید")
    held = await moderation.waiting(tx, post.token)
    assert held is not None
    assert (held.kind, held.content.title) == ("edit", "پژو عتیقه")


async def test_retiring_is_no_way_past_the_reviewers(tx):
    post = await submitted(tx, ALL)
    retired = await posts.retire(tx, post, by=posts.by_owner(post.owner_id))

    with pytest.raises(posts.WrongState):
        await posts.publish(tx, retired)
    back = await moderation.put_back(tx, retired, policy=ALL, by=posts.by_owner(post.owner_id))

    assert back.state == "waiting_for_review"


async def test_what_was_on_display_comes_back_at_once(tx):
    post = await posts.retire(tx, await make_post(tx))

    back = await moderation.put_back(tx, post, policy=ALL, by=posts.by_owner(post.owner_id))

    assert back.state == "published"


async def test_what_a_reviewer_sent_back_is_seen_by_one_again_though_review_is_off(tx):
    reviewer = (await make_person(tx)).id
    await moderation.forbid_word(tx, "عتیقه", effect="hold")
    post = await submitted(tx, NONE, title="عتیقه")
    seen = await moderation.waiting(tx, post.token)
    assert seen is not None
    asked = await moderation.decide(
        tx, post.token, seen=seen.seen, decision="ask_for_edit", reviewer_id=reviewer,
        reason="forbidden",
    )  # fmt: skip

    edited = await posts.edit(
        tx, asked, posts.Changes(title="قدیمی"), by=posts.by_owner(post.owner_id), reviewed=True
    )
    after = await moderation.let_through(tx, edited, policy=NONE)

    assert after.state == "waiting_for_review"
