"""Deliveries: signed, in order per resource, tried again, and nobody waits for another's app."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import deliveries, developers
from dalan.domains.deliveries.schedule import TRIES_MAX, WAITS_SECONDS
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.outbound import Outbound, OutboundAnswer, OutboundPolicy
from tests.domains.deliveries.conftest import Told
from tests.factories.developers import KEYS


async def test_event_arrives_signed_with_the_contracts_key_and_its_id(told: Told):
    (uid,) = await told.tell("post:1", body='{"type":"POST_UPDATE","n":"سلام"}')

    await told.dispatcher.drain()

    (one,) = told.sink.received
    assert one.body == '{"type":"POST_UPDATE","n":"سلام"}'.encode()
    assert one.headers["authorization"] == "the key"
    assert one.headers["content-type"] == "application/json"
    assert one.headers["webhook-id"] == one.headers["x-kenar-event-id"] == uid
    assert one.headers["webhook-seq"] == "1"
    assert int(one.headers["webhook-timestamp"]) == int(clock.now().timestamp())
    async with told.db.look() as look:
        (secret,) = await deliveries.signing_secrets(look, told.app_id)
    shown = deliveries.secret_text(secret, keys=KEYS)
    signed = f"{uid}.{one.headers['webhook-timestamp']}.".encode() + one.body
    key = base64.b64decode(shown.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert one.headers["webhook-signature"] == f"v1,{expected}"


async def test_both_secrets_sign_while_one_takes_over(told: Told, moment: AdjustableClock):
    async with told.db.write() as tx:
        await deliveries.rotate_secret(tx, told.app_id, keys=KEYS)
        await deliveries.rotate_secret(tx, told.app_id, keys=KEYS)

    await told.tell("post:1")
    await told.dispatcher.drain()
    moment.advance(deliveries.OVERLAP)
    await told.tell("post:1")
    await told.dispatcher.drain()

    counts = [one.headers["webhook-signature"].count("v1,") for one in told.sink.received]
    assert counts == [2, 1]


async def test_next_of_a_resource_waits_while_others_go_on(told: Told, moment: AdjustableClock):
    told.sink.answer("/events", 500)
    first = await told.tell("post:1", "post:1", "post:2")
    await told.dispatcher.drain()
    assert sorted(told.arrived) == sorted([first[0], first[2]])

    del told.sink.answers["/events"]
    others = await told.tell("post:3", "post:1")
    await told.dispatcher.drain()
    assert told.arrived[2:] == [others[0]]

    moment.advance(timedelta(seconds=7))
    await told.dispatcher.drain()
    of_first = [uid for uid in told.arrived[3:] if uid != first[2]]
    assert of_first == [first[0], first[1], others[1]]
    seqs = {one.uid: one.headers["webhook-seq"] for one in told.sink.received}
    assert [seqs[uid] for uid in (first[0], first[1], others[1])] == ["1", "2", "3"]


async def test_failing_delivery_is_tried_ten_times_over_days_and_then_steps_aside(
    told: Told, moment: AdjustableClock
):
    told.sink.answer("/events", 500)
    first, second = await told.tell("post:1", "post:1")

    for wait in WAITS_SECONDS:
        await told.dispatcher.drain()
        calls = len(told.arrived)
        moment.advance(timedelta(seconds=0.79 * wait))
        await told.dispatcher.drain()
        assert len(told.arrived) == calls, "it came too soon"
        moment.advance(timedelta(seconds=0.42 * wait))
    await told.dispatcher.drain()

    assert told.arrived.count(first) == TRIES_MAX
    assert told.arrived.count(second) == 1, "the next of the resource goes on"


async def test_retry_after_is_honoured_within_bounds(told: Told, moment: AdjustableClock):
    told.sink.answer("/events", 503, **{"Retry-After": "8"})
    await told.tell("post:1")
    await told.dispatcher.drain()

    moment.advance(timedelta(seconds=7.9))
    await told.dispatcher.drain()
    assert len(told.arrived) == 1
    moment.advance(timedelta(seconds=0.2))
    await told.dispatcher.drain()
    assert len(told.arrived) == 2


async def test_410_disables_the_endpoint_and_keeps_what_happens(told: Told):
    told.sink.answer("/events", 410)
    await told.tell("post:1", "post:1")
    await told.dispatcher.drain()
    await told.tell("post:2")
    await told.dispatcher.drain()

    assert len(told.arrived) == 1


async def test_app_without_address_is_told_nothing_but_its_log_has_it(told: Told):
    app_id = await told.make_app(path="")

    (uid,) = await told.tell("post:1", app_id=app_id)
    await told.dispatcher.drain()

    assert uid
    assert not told.arrived


async def set_address(told: Told, url: str) -> None:
    """Where the app wants to be told; while it is nowhere, what is due waits."""
    async with told.db.write() as tx:
        await developers.set_addresses(
            tx, told.app_id, policy=developers.AddressPolicy(any_http=True), fallback_url="",
            session_init_url="", dynamic_action_url="", events_url=url,
        )  # fmt: skip


async def tell_nowhere(told: Told) -> str:
    """An event of an app that has taken its address away."""
    (uid,) = await told.tell("post:1")
    await set_address(told, "")
    await told.dispatcher.drain()
    return uid


async def test_move_of_the_clock_that_was_cut_leaves_no_app_waiting_for_its_end(told: Told):
    async with told.dispatcher.parking(clock.now() + timedelta(days=30)):
        uid = await tell_nowhere(told)

    await set_address(told, f"{told.sink.url}/events")
    await told.dispatcher.drain()

    assert told.arrived == [uid]


async def test_move_of_the_clock_asks_after_a_missing_address_at_its_end(
    told: Told, moment: AdjustableClock
):
    until = clock.now() + timedelta(days=30)
    async with told.dispatcher.parking(until):
        uid = await tell_nowhere(told)
        moment.advance(timedelta(days=29))
        await set_address(told, f"{told.sink.url}/events")
        await told.dispatcher.drain()
        arrived_before = list(told.arrived)
        moment.set(until)
    await told.dispatcher.drain()

    assert (arrived_before, told.arrived) == ([], [uid])


async def test_process_killed_while_it_moved_the_clock_leaves_no_app_waiting(told: Told):
    moving = told.dispatcher.parking(clock.now() + timedelta(days=30))
    await moving.__aenter__()
    uid = await tell_nowhere(told)
    await set_address(told, f"{told.sink.url}/events")
    reborn = deliveries.Dispatcher(told.db, KEYS, told.outbound)

    await reborn.recover()
    await reborn.drain()

    # Elsewhere there may be other dispatchers, and the world of a moved clock is on SQLite.
    assert told.arrived == ([uid] if told.db.engine == "sqlite" else [])


async def test_what_a_killed_process_held_is_sent_again(told: Told, moment: AdjustableClock):
    (uid,) = await told.tell("post:1")
    await told.dispatcher._claim()  # taken, and then the process was gone
    reborn = deliveries.Dispatcher(told.db, KEYS, told.outbound)

    await reborn.recover()
    if told.db.engine == "postgresql":  # others may live: the lease has to end first
        await reborn.drain()
        assert not told.arrived
        moment.advance(timedelta(seconds=26))
    await reborn.drain()

    assert told.arrived == [uid]


async def test_redirect_is_a_refusal_and_nobody_goes_there(told: Told):
    told.sink.answer("/events", 307, Location=f"{told.sink.url}/elsewhere")
    (uid,) = await told.tell("post:1")

    await told.dispatcher.drain()

    assert [one.path for one in told.sink.received] == ["/events"]
    async with told.db.look() as look:
        _, (attempt,) = await deliveries.one_event(look, told.app_id, uid)
    assert (attempt.outcome, attempt.status) == ("refused", 307)


class Broken(Outbound):
    """Breaks on calls to ``/broken`` in a way that nobody foresaw."""

    async def post_json(self, url: str, *said: Any, **more: Any) -> OutboundAnswer:
        if url.endswith("/broken"):
            raise RuntimeError("Bearer the-secret could not be spelled")
        return await super().post_json(url, *said, **more)


async def test_fault_of_ours_is_tried_on_the_schedule_and_steps_aside_at_its_end(
    told: Told, moment: AdjustableClock
):
    broken_id = await told.make_app(path="/broken")
    first, second = await told.tell("post:1", "post:1", app_id=broken_id)
    (other,) = await told.tell("post:1")

    async with Broken(OutboundPolicy(allow_private=True)) as outbound:
        dispatcher = deliveries.Dispatcher(told.db, KEYS, outbound)
        await dispatcher.drain()
        assert told.arrived == [other]
        async with told.db.look() as look:
            _, (attempt,) = await deliveries.one_event(look, broken_id, first)
        assert (attempt.outcome, attempt.status) == ("unreachable", None)
        assert attempt.error == "the call could not be made (RuntimeError)"

        moment.advance(timedelta(seconds=0.79 * WAITS_SECONDS[0]))
        await dispatcher.drain()
        assert await tries(told, broken_id, first) == 1, "it came too soon"
        for wait in WAITS_SECONDS:
            moment.advance(timedelta(seconds=1.21 * wait))
            await dispatcher.drain()

    assert await tries(told, broken_id, first) == TRIES_MAX
    assert await tries(told, broken_id, second) == 1, "the next of the resource goes on"


async def tries(told: Told, app_id: int, uid: str) -> int:
    async with told.db.look() as look:
        _, attempts = await deliveries.one_event(look, app_id, uid)
    return len(attempts)


async def test_key_that_no_header_may_hold_is_refused_before_the_call(told: Told):
    async with told.db.write() as tx:
        box = deliveries.sealed_authorization(told.app_id, "a\nkey", keys=KEYS)
        await deliveries.set_hook(
            tx, told.app_id, name="hook", url=f"{told.sink.url}/hook", authorization_box=box
        )
        news = deliveries.News(
            app_id=told.app_id, type="CHAT_MESSAGE", resource="post:1", body="{}",
            happened_at=clock.now(), endpoint="hook",
        )  # fmt: skip
        (uid,) = await deliveries.append(tx, [news])

    await told.dispatcher.drain()

    assert not told.arrived
    async with told.db.look() as look:
        _, (attempt,) = await deliveries.one_event(look, told.app_id, uid)
    assert attempt.outcome == "forbidden"
    assert "header" in attempt.error


async def test_event_that_blocks_its_resource_is_skipped_and_the_next_goes_on(told: Told):
    other_id = await told.make_app()
    told.sink.answer("/events", 400)
    first, second, third = await told.tell("post:1", "post:1", "post:1")
    await told.dispatcher.drain()
    assert told.arrived == [first]
    async with told.db.look() as look:
        waiting, _ = await deliveries.one_event(look, told.app_id, third)
        assert await deliveries.waits_for(look, waiting) == first

    del told.sink.answers["/events"]
    async with told.db.write() as tx:
        await deliveries.skip(tx, told.app_id, first)
    await told.dispatcher.drain()

    assert told.arrived == [first, second, third]
    async with told.db.write() as tx:
        skipped, attempts = await deliveries.one_event(tx, told.app_id, first)
        assert (skipped.state, len(attempts)) == ("skipped", 1)
        assert await deliveries.waits_for(tx, skipped) == ""
        for uid in (first, second):
            with pytest.raises(deliveries.NotWaiting):
                await deliveries.skip(tx, told.app_id, uid)
        with pytest.raises(deliveries.UnknownEvent):
            await deliveries.skip(tx, other_id, third)


async def test_skipping_one_in_the_middle_keeps_the_order_of_the_rest(
    told: Told, moment: AdjustableClock
):
    told.sink.answer("/events", 500)
    first, second, third = await told.tell("post:1", "post:1", "post:1")
    await told.dispatcher.drain()

    async with told.db.write() as tx:
        await deliveries.skip(tx, told.app_id, second)
    await told.dispatcher.drain()
    assert told.arrived == [first], "the one in front has its turn still"

    del told.sink.answers["/events"]
    moment.advance(timedelta(seconds=7))
    await told.dispatcher.drain()
    assert told.arrived == [first, first, third]


async def test_event_skipped_while_it_is_being_sent_stays_skipped(told: Told):
    first, second = await told.tell("post:1", "post:1")
    (job,) = await told.dispatcher._claim()

    async with told.db.write() as tx:
        await deliveries.skip(tx, told.app_id, first)
    await told.dispatcher._call(job)
    await told.dispatcher.drain()

    assert told.arrived == [first, second]
    async with told.db.look() as look:
        skipped, attempts = await deliveries.one_event(look, told.app_id, first)
    assert skipped.state == "skipped"
    assert [one.outcome for one in attempts] == ["delivered"]


async def test_breaker_opens_after_ten_failures_and_tries_with_one(
    told: Told, moment: AdjustableClock
):
    told.sink.answer("/events", 500)
    await told.tell(*(f"post:{n}" for n in range(12)))
    await told.dispatcher.drain()
    calls = len(told.arrived)
    async with told.db.look() as look:
        endpoint = await deliveries.endpoint(look, told.app_id)
    assert endpoint is not None
    assert endpoint.breaker == "open"

    moment.advance(timedelta(seconds=15))  # the first tries' waits are over, the breaker's is not
    await told.dispatcher.drain()
    assert len(told.arrived) == calls
    moment.advance(timedelta(seconds=16))
    await told.dispatcher.drain()
    assert len(told.arrived) == calls + 1, "one goes ahead, and fails"

    del told.sink.answers["/events"]
    moment.advance(timedelta(seconds=61))
    await told.dispatcher.drain()
    assert len(set(told.arrived)) == 12


async def test_team_is_told_and_after_five_days_the_endpoint_waits_for_them(
    told: Told, moment: AdjustableClock
):
    told.sink.answer("/events", 500)
    (first,) = await told.tell("post:1")
    hours_told = []
    for _ in range(6 * 6):
        await told.dispatcher.drain()
        moment.advance(timedelta(hours=4))
        if len(told.arrived) % 3 == 0:
            await told.tell("post:2")
        async with told.db.write() as tx:
            if await deliveries.watch(tx):
                found = await deliveries.endpoint(tx, told.app_id)
                assert found is not None
                hours_told.append(found.told_hours if found.state == "active" else "disabled")
    assert hours_told == [1, 24, 72, "disabled"]

    calls = len(told.arrived)
    del told.sink.answers["/events"]
    moment.advance(timedelta(hours=1))
    (late,) = await told.tell("post:3")
    await told.dispatcher.drain()
    assert len(told.arrived) == calls
    async with told.db.write() as tx:
        await deliveries.enable(tx, told.app_id, since=clock.now() - timedelta(minutes=1))
    await told.dispatcher.drain()
    assert told.arrived[calls:] == [late], "what was kept before then is skipped"

    async with told.db.write() as tx:
        await deliveries.resend(tx, told.app_id, first)
        await deliveries.resend_filtered(tx, told.app_id, deliveries.Filter(resource="post:3"))
    await told.dispatcher.drain()
    assert sorted(told.arrived[calls + 1 :]) == sorted([first, late])
