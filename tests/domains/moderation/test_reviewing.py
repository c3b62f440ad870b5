"""The queue, claims and decisions."""

import asyncio
from datetime import timedelta

import pytest

from dalan.domains import moderation, notices, posts, taxonomy
from dalan.domains.moderation import Filters
from tests.factories.identity import make_person
from tests.factories.posts import make_post


@pytest.fixture
async def reviewer(tx):
    return (await make_person(tx, name="بازبین")).id


@pytest.fixture
async def waiting(tx):
    return await make_post(tx, state="waiting_for_review")


async def seen_of(tx, post):
    found = await moderation.waiting(tx, post.token)
    assert found is not None
    return found.seen


async def decide(tx, post, decision, reviewer, **given):
    return await moderation.decide(
        tx, post.token, seen=given.pop("seen", None) or await seen_of(tx, post),
        decision=decision, reviewer_id=reviewer, **given,
    )  # fmt: skip


async def told(tx, person_id):
    found = (await notices.notices_of(tx, person_id)).notices
    return [notices.words_of(one, "fa").title for one in found]


async def test_queue_is_longest_first_with_edits_among_posts(tx, moment):
    first = await make_post(tx, state="waiting_for_review")
    moment.advance(timedelta(minutes=1))
    edited = await make_post(tx)
    await posts.edit(
        tx, edited, posts.Changes(title="عنوان تازه"), by=posts.by_owner(edited.owner_id),
        reviewed=True,
    )  # fmt: skip
    moment.advance(timedelta(minutes=1))
    last = await make_post(tx, state="waiting_for_review")

    found = [(one.kind, one.post.id) for one in await moderation.queue(tx)]

    assert found == [("post", first.id), ("edit", edited.id), ("post", last.id)]


async def test_queue_is_narrowed_by_kind_category_and_city(tx):
    tehran = await make_post(tx, state="waiting_for_review")
    await make_post(tx, state="waiting_for_review", city="karaj")
    vehicles = [one.slug for one in taxonomy.descendants("vehicles")]

    async def found(**filters):
        return [one.post.id for one in await moderation.queue(tx, Filters(**filters))]

    assert await found(cities=["tehran"], categories=vehicles) == [tehran.id]
    assert await found(cities=["tehran"], categories=["apartment-rent"]) == []
    assert await found(kind="edit") == []
    assert len(await found(kind="post")) == 2


async def test_publishing_shows_it_and_tells_the_owner(tx, waiting, reviewer):
    post = await decide(tx, waiting, "publish", reviewer)

    assert post.state == "published"
    (line, _) = await posts.history_of(tx, post.id)
    assert (line.author, line.author_id) == ("operator", reviewer)
    assert await told(tx, post.owner_id) == [f"آگهی «{post.title}» منتشر شد"]


async def test_refusals_are_told_in_the_language_of_the_owner(tx, reviewer):
    reader = await make_person(tx, language="en")
    post = await make_post(tx, state="waiting_for_review", owner_id=reader.id)

    rejected = await decide(tx, post, "reject", reviewer, reason="price", note="  10 <b>  ")

    assert rejected.state == "rejected"
    assert rejected.reject_reason.startswith("The price cannot be right.")
    assert rejected.reject_reason.endswith("\n10 <b>")


@pytest.mark.parametrize(
    ("reason", "note"), [("", ""), ("", " \n "), ("no-such", "x"), ("", "x" * 701)]
)
@pytest.mark.parametrize("decision", ["ask_for_edit", "reject"])
async def test_a_refusal_without_a_reason_changes_nothing(
    tx, waiting, reviewer, decision, reason, note
):
    with pytest.raises(moderation.ReasonMissing):
        await decide(tx, waiting, decision, reviewer, reason=reason, note=note)

    assert (await posts.by_ids(tx, [waiting.id]))[waiting.id].state == "waiting_for_review"
    assert await told(tx, waiting.owner_id) == []


async def test_two_reviewers_never_decide_the_same_thing(tx, waiting, reviewer):
    other = (await make_person(tx)).id
    seen = await seen_of(tx, waiting)
    await moderation.claim(tx, waiting.id, reviewer_id=reviewer)

    with pytest.raises(moderation.ClaimedByAnother):
        await decide(tx, waiting, "reject", other, reason="price", seen=seen)
    with pytest.raises(moderation.ClaimedByAnother):
        await moderation.claim(tx, waiting.id, reviewer_id=other)
    await decide(tx, waiting, "publish", reviewer, seen=seen)
    with pytest.raises(moderation.NotAsSeen):
        await decide(tx, waiting, "reject", other, reason="price", seen=seen)

    assert (await posts.by_ids(tx, [waiting.id]))[waiting.id].state == "published"


async def test_a_claim_runs_out_and_may_be_let_go(tx, waiting, reviewer, moment):
    other = (await make_person(tx)).id
    await moderation.claim(tx, waiting.id, reviewer_id=reviewer)
    moment.advance(moderation.CLAIM_LIFE)
    await moderation.claim(tx, waiting.id, reviewer_id=other)
    await moderation.let_go(tx, waiting.id, reviewer_id=other)

    assert (await moderation.claim(tx, waiting.id, reviewer_id=reviewer)).reviewer_id == reviewer


async def test_next_passes_over_what_others_look_at(tx, reviewer, waiting, moment):
    moment.advance(timedelta(seconds=1))
    second = await make_post(tx, state="waiting_for_review")
    other = (await make_person(tx)).id

    first_claim = await moderation.claim_next(tx, reviewer_id=reviewer)
    second_claim = await moderation.claim_next(tx, reviewer_id=other)

    assert first_claim is not None
    assert second_claim is not None
    assert (first_claim.post.id, second_claim.post.id) == (waiting.id, second.id)
    third = (await make_person(tx)).id
    assert await moderation.claim_next(tx, reviewer_id=third) is None


async def test_nobody_decides_about_words_they_have_not_read(tx, waiting, reviewer, moment):
    seen = await seen_of(tx, waiting)
    moment.advance(timedelta(seconds=1))
    by = posts.by_owner(waiting.owner_id)
    await posts.edit(tx, waiting, posts.Changes(title="چیزی دیگر"), by=by, reviewed=True)

    with pytest.raises(moderation.NotAsSeen):
        await decide(tx, waiting, "publish", reviewer, seen=seen)


@pytest.mark.parametrize("decision", ["ask_for_edit", "reject"])
async def test_refused_edit_leaves_the_post_as_it_was(tx, reviewer, decision):
    post = await make_post(tx)
    by = posts.by_owner(post.owner_id)
    await posts.edit(tx, post, posts.Changes(title="دیگر"), by=by, reviewed=True)

    after = await decide(tx, post, decision, reviewer, reason="misleading")

    assert (after.state, after.title) == ("published", post.title)
    assert after.edit_refusal
    assert await moderation.waiting(tx, post.token) is None


async def test_accepted_edit_is_what_the_post_says(tx, reviewer):
    post = await make_post(tx)
    by = posts.by_owner(post.owner_id)
    await posts.edit(tx, post, posts.Changes(title="دیگر"), by=by, reviewed=True)

    assert (await decide(tx, post, "publish", reviewer)).title == "دیگر"


async def test_two_claims_at_the_same_moment_are_one(db):
    async with db.write() as tx:
        post = await make_post(tx, state="waiting_for_review")
        people = [(await make_person(tx)).id for _ in range(2)]

    async def take(person_id):
        async def work(tx):
            await moderation.claim(tx, post.id, reviewer_id=person_id)

        await db.transact(work)

    results = await asyncio.gather(*map(take, people), return_exceptions=True)

    assert sorted(type(one).__name__ for one in results) == ["ClaimedByAnother", "NoneType"]
