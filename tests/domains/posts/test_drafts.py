"""Posts that are being written: whose they are, how many, and that each is one post."""

import asyncio
from datetime import timedelta

import pytest

from dalan.domains import posts
from dalan.domains.posts import drafts
from dalan.kernel import clock
from tests.factories.identity import make_person
from tests.factories.posts import make_post


async def save(tx, token, person_id, **said):
    return await posts.save_draft(
        tx, token, person_id=person_id, category="furniture", typed=said.get("typed", {}),
        image_names=said.get("image_names", []),
    )  # fmt: skip


async def test_a_draft_keeps_the_newest_words_and_when_it_was_begun(tx, moment):
    person, token = await make_person(tx), posts.new_draft_token()
    begun = await save(tx, token, person.id, typed={"title": ["مبل"]})
    moment.advance(timedelta(hours=1))

    kept = await save(tx, token, person.id, typed={"title": ["مبل نو"]}, image_names=["a.jpg"])

    assert await posts.draft(tx, token, person_id=person.id) == kept
    assert (kept.typed, kept.image_names) == ({"title": ["مبل نو"]}, ["a.jpg"])
    assert (kept.created_at, kept.changed_at) == (begun.created_at, clock.now())


async def test_nobody_else_reads_saves_or_drops_a_draft(tx):
    person, other = await make_person(tx), await make_person(tx)
    token = posts.new_draft_token()
    await save(tx, token, person.id)

    for person_id in (other.id, None):
        with pytest.raises(posts.UnknownDraft):
            await posts.draft(tx, token, person_id=person_id)
        with pytest.raises(posts.UnknownDraft):
            await save(tx, token, person_id)
    with pytest.raises(posts.UnknownDraft):
        await posts.drop_draft(tx, token, person_id=other.id)
    with pytest.raises(posts.UnknownDraft):
        await posts.hold_draft(tx, token, person_id=other.id)
    for no_token in ("", "short", "A" * 23, "ب" * 22, "A" * 21 + "'"):
        with pytest.raises(posts.UnknownDraft):
            await save(tx, no_token, person.id)


async def test_a_draft_of_nobody_becomes_that_of_who_signs_in(tx):
    person, other = await make_person(tx), await make_person(tx)
    token = posts.new_draft_token()
    await save(tx, token, None, typed={"title": ["مبل"]})
    assert await posts.drafts_of(tx, person.id) == []

    held = await posts.hold_draft(tx, token, person_id=person.id)

    assert (held.person_id, held.typed) == (person.id, {"title": ["مبل"]})
    with pytest.raises(posts.UnknownDraft):
        await posts.draft(tx, token, person_id=other.id)


async def test_too_many_drafts_of_nobody_make_others_sign_in_first(tx, monkeypatch):
    monkeypatch.setattr(drafts, "DRAFTS_OF_NOBODY_MAX", 2)
    person = await make_person(tx)
    tokens = [posts.new_draft_token() for _ in range(3)]
    for token in tokens[:2]:
        await save(tx, token, None)

    with pytest.raises(posts.DraftsFull):
        await save(tx, tokens[2], None)

    await save(tx, tokens[0], None, typed={"title": ["again"]})
    await save(tx, tokens[2], person.id)


async def test_an_eleventh_draft_takes_the_place_of_the_oldest(tx, moment):
    person, tokens = await make_person(tx), []
    for _ in range(posts.DRAFTS_MAX + 1):
        tokens.append(posts.new_draft_token())
        await save(tx, tokens[-1], person.id)
        moment.advance(timedelta(minutes=1))

    kept = [one.token for one in await posts.drafts_of(tx, person.id)]

    assert kept == tokens[:0:-1]


async def test_what_became_a_post_is_no_draft_and_stays_so(tx, moment):
    person, token = await make_person(tx), posts.new_draft_token()
    await save(tx, token, person.id, typed={"title": ["مبل"]})
    held = await posts.hold_draft(tx, token, person_id=person.id)
    post = await make_post(tx, owner_id=person.id)
    await posts.draft_became(tx, held, post)

    saved = await save(tx, token, person.id, typed={"title": ["دیگر"]})
    await posts.drop_draft(tx, token, person_id=person.id)

    assert (saved.post_id, saved.typed) == (post.id, {})
    assert await posts.drafts_of(tx, person.id) == []
    assert (await posts.hold_draft(tx, token, person_id=person.id)).post_id == post.id
    await posts.purge_drafts(tx, keep=timedelta(hours=24))
    moment.advance(timedelta(hours=25))
    await posts.purge_drafts(tx, keep=timedelta(hours=24))
    with pytest.raises(posts.UnknownDraft):
        await posts.draft(tx, token, person_id=person.id)


async def test_eight_that_send_one_draft_at_once_make_one_post(db):
    token = posts.new_draft_token()
    async with db.write() as tx:
        person = await make_person(tx)
        await save(tx, token, person.id)

    async def send() -> int:
        async def work(tx) -> int:
            held = await posts.hold_draft(tx, token, person_id=person.id)
            if held.post_id is not None:
                held_id: int = held.post_id
                return held_id
            made = await make_post(tx, owner_id=person.id)
            await posts.draft_became(tx, held, made)
            made_id: int = made.id
            return made_id

        sent: int = await db.transact(work)
        return sent

    ids = await asyncio.gather(*(send() for _ in range(8)))

    assert len(set(ids)) == 1
    async with db.read() as tx:
        assert len(await posts.of_person(tx, person.id)) == 1
