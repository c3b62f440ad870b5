"""What each room says when it has to do something next: for a clock that is moved. Both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, update

from dalan.domains import (
    bookmarks,
    charges,
    chat,
    deliveries,
    developers,
    identity,
    notices,
    oauth,
    posts,
    wallet,
)
from dalan.domains.deliveries.tables import event_endpoint
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import WriteTransaction, statement
from tests.conftest import START
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person
from tests.factories.posts import make_post

_fail = statement(
    update(event_endpoint).where(event_endpoint.c.id == bindparam("endpoint_id")),
    sets=("failing_since",),
)

TICK = timedelta(microseconds=1)
WAIT = timedelta(minutes=5)


async def test_rooms_without_anything_due_say_so(tx: WriteTransaction):
    far = timedelta(days=60)

    assert await posts.next_due(tx) is None
    assert await bookmarks.next_due(tx) is None
    assert await charges.next_due(tx) is None
    assert await wallet.next_due(tx) is None
    assert await deliveries.next_watch(tx) is None
    assert await notices.next_due(tx, chats_wait=WAIT) is None
    assert await developers.next_warning(tx, age_max=far, expiry_notice=far) is None
    assert await oauth.ended_between(tx, START, START + far) == {"codes": 0, "tokens": 0}
    assert await identity.ended_between(tx, START, START + far) == {"sessions": 0}


async def test_post_is_due_before_its_end_at_its_end_and_long_after(
    tx: WriteTransaction, moment: AdjustableClock
):
    post = await make_post(tx)
    seen = []

    while (due := await posts.next_due(tx)) is not None:
        assert due > clock.now()
        seen.append(due)
        moment.freeze(due)
        while await posts.remind_of_ends(tx) or await posts.age(tx):
            pass

    assert seen == [
        post.expires_at - posts.REMIND_BEFORE_END,
        post.expires_at + TICK,
        post.expires_at + TICK + timedelta(days=30) + TICK,
    ]
    found = await posts.by_id(tx, post.id)
    assert found is not None
    assert found.state == "archived"


@pytest.mark.parametrize("ends_in", [None, timedelta(days=20)])
async def test_key_is_due_when_it_is_old_and_when_it_ends_soon(
    tx: WriteTransaction, moment: AdjustableClock, ends_in: timedelta | None
):
    app = (await make_app(tx)).app
    expires_at = START + ends_in if ends_in is not None else None
    await developers.create_key(tx, app.id, keys=KEYS, title="one", expires_at=expires_at)
    bounds = {"age_max": timedelta(days=60), "expiry_notice": timedelta(days=7)}
    seen = []

    while (due := await developers.next_warning(tx, **bounds)) is not None:
        seen.append(due - START)
        moment.freeze(due)
        await developers.warn_of_keys(tx, **bounds)

    if ends_in is None:
        assert seen == [timedelta(days=60)]
    else:
        assert seen[0] == timedelta(days=13)


async def test_messages_nobody_looks_at_are_due_once(tx: WriteTransaction, moment: AdjustableClock):
    post = await make_post(tx)
    buyer = await make_person(tx)
    held = await chat.open_about_post(tx, post, buyer_id=buyer.id)
    await chat.send(tx, held, chat.text_content("سلام"), writer=chat.Writer(person_id=buyer.id))

    assert await notices.next_due(tx, chats_wait=WAIT) == START + WAIT

    moment.advance(WAIT)
    assert await notices.tell_of_messages(tx, since=WAIT) == 1
    assert await chat.next_untold(tx, after=START - WAIT) is None


async def test_failing_address_is_due_at_each_word_to_its_team(
    tx: WriteTransaction, moment: AdjustableClock
):
    app = (await make_app(tx)).app
    await deliveries.make_endpoint(
        tx, app.id, name=deliveries.MAIN, url="http://127.0.0.1:9", authorization_box=None
    )
    endpoint = await deliveries.endpoint(tx, app.id)
    assert endpoint is not None
    await _fail.execute(tx, endpoint_id=endpoint.id, failing_since=START)
    seen = []

    while (due := await deliveries.next_watch(tx)) is not None:
        seen.append((due - START).total_seconds() / 3_600)
        moment.freeze(due)
        await deliveries.watch(tx)

    assert seen == [1, 24, 72, 120]
