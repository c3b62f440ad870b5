"""Changing what a post says, with and without a reviewer in between."""

import pytest

from dalan.domains import media, posts, taxonomy
from tests.factories.media import make_image
from tests.factories.posts import make_post

OPERATOR = posts.by_operator(7)


def owner(post: posts.Post) -> posts.Author:
    return posts.by_owner(post.owner_id)


async def edit(tx, post, *, reviewed=False, **changes):
    return await posts.edit(tx, post, posts.Changes(**changes), by=owner(post), reviewed=reviewed)


async def proposal(tx, post: posts.Post) -> tuple[posts.ProposedEdit, posts.Content]:
    found = await posts.proposed_edit(tx, post.id)
    assert found is not None
    return found


async def kinds(tx) -> list[str]:
    return [row[0] for row in await tx.rows("SELECT kind FROM outbox_fact ORDER BY id", ())]


async def test_edit_changes_what_is_said_and_leaves_the_rest(tx):
    post = await make_post(tx, category="light", chat_enabled=True)

    edited = await edit(tx, post, title="پژو ۲۰۶ تیپ ۵", chat_enabled=False)

    assert (edited.title, edited.chat_enabled) == ("پژو ۲۰۶ تیپ ۵", False)
    assert edited == await posts.by_id(tx, post.id)
    assert (edited.description, edited.fields) == (post.description, post.fields)
    assert edited.listed_at == post.listed_at, "an edit is no way to the top"
    assert (await kinds(tx))[-1] == "posts.edited"


async def test_edit_clears_an_optional_field_and_refuses_to_clear_a_required_one(tx):
    post = await make_post(tx, category="light")
    schema = taxonomy.submit_schema("light")
    optional = next(f.name for f in schema.fields if not f.required and f.name in post.fields)
    required = next(f.name for f in schema.fields if f.required and f.name in post.fields)

    edited = await edit(tx, post, fields={optional: None})
    with pytest.raises(taxonomy.InvalidFields) as refused:
        await edit(tx, edited, fields={required: None})

    assert optional not in edited.fields
    assert [problem.field for problem in refused.value.problems] == [required]
    assert await posts.by_id(tx, post.id) == edited


async def test_edit_changes_the_price(tx):
    post = await make_post(tx, category="light")

    edited = await edit(tx, post, fields={"price": "۱۲۳٬۰۰۰٬۰۰۰"})

    assert edited.price_tomans == 123_000_000


async def test_edit_shows_other_pictures_in_their_new_order(db, tmp_path):
    store = media.MediaStore(f"file://{tmp_path}")
    first, second = await make_image(db, store), await make_image(db, store)
    async with db.write() as tx:
        post = await make_post(tx, image_names=[first.name])

        edited = await edit(tx, post, image_names=[second.name, first.name])

        assert edited.image_names == [second.name, first.name]
        rows = await tx.rows("SELECT image_id FROM post_image ORDER BY position", ())
        assert [row[0] for row in rows] == [second.id, first.id]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "ab"}, "title"),
        ({"description": ""}, "description"),
        ({"district": "abshar-nowhere"}, None),
        ({"image_names": ["x.jpg", "x.jpg"]}, "images"),
        ({"latitude": 35.7}, "longitude"),
        ({"latitude": 91.0, "longitude": 51.0}, "latitude"),
        ({"latitude": 35.0, "longitude": float("nan")}, "longitude"),
        ({"location_type": "exact"}, "latitude"),
        ({"location_type": "somewhere"}, "location_type"),
        ({"video": posts.Video(name="")}, "video"),
    ],
)
async def test_edit_refuses_what_no_post_may_say_and_changes_nothing(tx, changes, field):
    post = await make_post(tx)

    with pytest.raises((posts.InvalidPost, taxonomy.UnknownDistrict)) as refused:
        await edit(tx, post, **changes)

    assert field is None or getattr(refused.value, "field", "") == field
    assert await posts.by_id(tx, post.id) == post


async def test_edit_of_a_published_post_waits_for_the_reviewer(tx):
    post = await make_post(tx)

    shown = await edit(tx, post, reviewed=True, title="عنوان تازه")

    assert shown == post == await posts.by_id(tx, post.id)
    waiting, content = await proposal(tx, post)
    assert (content.title, waiting.author) == ("عنوان تازه", "owner")
    assert [one.post_id for one in await posts.proposed_edits(tx, limit=9)] == [post.id]

    accepted = await posts.accept_edit(tx, post, by=OPERATOR)

    assert accepted.title == "عنوان تازه"
    assert await posts.proposed_edit(tx, post.id) is None
    with pytest.raises(posts.NoSuchEdit):
        await posts.accept_edit(tx, accepted, by=OPERATOR)


async def test_a_refused_edit_leaves_the_post_and_says_why_until_the_next_one(tx):
    post = await make_post(tx)
    await edit(tx, post, reviewed=True, title="شماره در عنوان")

    refused = await posts.refuse_edit(tx, post, by=OPERATOR, reason="شماره را بردارید")

    assert (refused.title, refused.edit_refusal) == (post.title, "شماره را بردارید")
    again = await edit(tx, refused, title="بدون شماره")
    assert again.edit_refusal == ""


async def test_a_second_edit_takes_the_place_of_the_first_and_going_back_takes_it_away(tx):
    post = await make_post(tx)
    await edit(tx, post, reviewed=True, title="عنوان یک")

    await edit(tx, post, reviewed=True, title="عنوان دو")
    _, content = await proposal(tx, post)
    await edit(tx, post, reviewed=True, title=post.title)

    assert content.title == "عنوان دو"
    assert await posts.proposed_edit(tx, post.id) is None


async def test_an_edit_that_waits_is_gone_with_the_post(tx):
    post = await make_post(tx)
    await edit(tx, post, reviewed=True, title="عنوان تازه")

    await posts.retire(tx, post)

    assert await posts.proposed_edits(tx, limit=9) == []


async def test_a_post_sent_back_goes_to_the_reviewers_again(tx):
    sent_back = await posts.ask_for_edit(
        tx, await make_post(tx, state="waiting_for_review"), reason="عکس بگذارید"
    )

    edited = await edit(tx, sent_back, reviewed=True, title="عنوان تازه")

    assert (edited.state, edited.title) == ("waiting_for_review", "عنوان تازه")
    assert [one.id for one in await posts.waiting_for_review(tx, limit=9)] == [edited.id]


async def test_a_post_sent_back_is_published_at_once_where_nobody_reviews(tx):
    sent_back = await posts.ask_for_edit(
        tx, await make_post(tx, state="waiting_for_review"), reason="عکس بگذارید"
    )

    edited = await edit(tx, sent_back, title="عنوان تازه")

    assert edited.state == "published"


@pytest.mark.parametrize("state", ["retired", "rejected", "deleted"])
async def test_what_is_over_is_not_edited(tx, state):
    post = await make_post(tx, state=state)

    with pytest.raises(posts.WrongState):
        await edit(tx, post, title="عنوان تازه")


async def test_an_edit_of_a_post_somebody_moved_meanwhile_is_refused(tx):
    seen = await make_post(tx)
    await posts.retire(tx, seen)

    with pytest.raises(posts.WrongState):
        await edit(tx, seen, title="عنوان تازه")


async def test_the_history_says_who_did_what(tx):
    post = await make_post(tx, state="waiting_for_review")
    post = await posts.publish(tx, post, by=OPERATOR)
    await edit(tx, post, reviewed=True, title="عنوان تازه")
    await posts.refuse_edit(tx, post, by=OPERATOR, reason="نه")
    await posts.retire(tx, post, by=owner(post))

    told = [
        (one.what, one.author, one.author_id, one.state, one.reason)
        for one in await posts.history_of(tx, post.id)
    ]

    assert told[::-1] == [
        ("submitted", "owner", post.owner_id, "waiting_for_review", ""),
        ("moved", "operator", 7, "published", ""),
        ("edit_proposed", "owner", post.owner_id, "published", ""),
        ("edit_refused", "operator", 7, "published", "نه"),
        ("moved", "owner", post.owner_id, "retired", ""),
    ]


async def test_facts_of_an_edit_are_of_its_post(tx):
    post = await make_post(tx)
    await edit(tx, post, reviewed=True, title="عنوان تازه")
    await posts.accept_edit(tx, post, by=OPERATOR)

    rows = await tx.rows("SELECT DISTINCT resource FROM outbox_fact", ())
    assert [row[0] for row in rows] == [f"post:{post.id}"]
