"""Faults that strike calls of ours, met by a real server of an app."""

import asyncio
import hmac
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from aiohttp import web

from dalan.domains import deliveries, developers, touchpoints, wallet
from dalan.domains.touchpoints import calls
from dalan.kernel import clock
from dalan.kernel.outbound import Outbound, OutboundAnswer, OutboundCall, OutboundPolicy
from tests.factories.sink import Sink, event_sink
from tests.surfaces.console.faults.conftest import Scene, order, struck

IDENTIFICATION_KEY = "an identification key of the app"


class Told(msgspec.Struct, kw_only=True):
    """An app's server, and the calls we make to it."""

    scene: Scene
    sink: Sink
    outbound: Outbound

    @property
    def dispatcher(self) -> deliveries.Dispatcher:
        services = self.scene.platform.services
        return deliveries.Dispatcher(services.db, services.keys, self.outbound)

    async def tell(self, *resources: str) -> list[str]:
        """Write events down for the app."""
        async with self.scene.platform.services.db.write() as tx:
            return await deliveries.append(
                tx,
                [
                    deliveries.News(
                        app_id=self.scene.app.id, type="POST_UPDATE", resource=one,
                        body='{"type":"POST_UPDATE"}', happened_at=clock.now(),
                    )
                    for one in resources
                ],
            )  # fmt: skip

    async def states(self) -> Counter[str]:
        """How the app's events fare."""
        async with self.scene.platform.services.db.look() as look:
            page = await deliveries.log_page(look, self.scene.app.id, deliveries.Filter())
        return Counter(str(one.state) for one in page.events)

    async def is_signed(self, number: int = -1) -> bool:
        """Whether a call's signature is one of the app's own secrets'."""
        services = self.scene.platform.services
        async with services.db.look() as look:
            held = await deliveries.signing_secrets(look, self.scene.app.id)
        one = self.sink.received[number]
        signed = f"{one.uid}.{one.headers['webhook-timestamp']}.".encode() + one.body
        given = [
            b64decode(text.partition(",")[2]) for text in one.headers["webhook-signature"].split()
        ]
        return any(
            hmac.digest(secret, signed, "sha256") in given
            for secret in deliveries.secret_bytes(held, keys=services.keys)
        )


@pytest.fixture
async def told(scene: Scene) -> AsyncIterator[Told]:
    async with told_by(scene) as one:
        yield one


@asynccontextmanager
async def told_by(scene: Scene) -> AsyncIterator[Told]:
    """Our calls as the platform makes them, but to loopback, where these platforms call nobody."""
    platform = scene.platform
    assert platform.worker is not None
    assert platform.workshop is not None
    await platform.worker.drain()
    around = platform.workshop.calling
    async with (
        event_sink() as sink,
        Outbound(OutboundPolicy(allow_private=True), around=around) as outbound,
    ):
        async with platform.services.db.write() as tx:
            await developers.set_addresses(
                tx, scene.app.id, policy=developers.AddressPolicy(any_http=True), fallback_url="",
                session_init_url=f"{sink.url}/start", dynamic_action_url="",
                events_url=f"{sink.url}/events",
            )  # fmt: skip
            await deliveries.ensure_secret(tx, scene.app.id, keys=platform.services.keys)
        yield Told(scene=scene, sink=sink, outbound=outbound)


async def event_duplicate(told: Told) -> None:
    await order(told.scene, "event_duplicate", copies=3, operation="POST_UPDATE")

    (uid,) = await told.tell("post:1")
    await told.dispatcher.drain()

    assert [one.uid for one in told.sink.received] == [uid] * 3
    assert len({one.headers["webhook-signature"] for one in told.sink.received}) == 1
    assert await told.states() == {"delivered": 1}


async def event_late(told: Told) -> None:
    await order(told.scene, "event_late", seconds=0.2)

    await told.tell("post:1")
    await told.dispatcher.drain()

    assert len(told.sink.received) == 1
    assert await told.is_signed()


async def event_reordered(told: Told) -> None:
    await order(told.scene, "event_reordered", seconds=12)

    first, second = await told.tell("post:1", "post:2")
    await told.dispatcher.drain()

    assert {one.uid for one in told.sink.received} == {first, second}
    assert await told.states() == {"delivered": 2}


async def event_bad_signature(told: Told) -> None:
    await order(told.scene, "event_bad_signature")

    await told.tell("post:1")
    await told.dispatcher.drain()

    assert told.sink.received[0].headers["webhook-signature"].startswith("v1,")
    assert not await told.is_signed()


async def event_old_timestamp(told: Told) -> None:
    await order(told.scene, "event_old_timestamp", age_seconds=3_600)

    await told.tell("post:1")
    await told.dispatcher.drain()

    sent_at = int(told.sink.received[0].headers["webhook-timestamp"])
    assert sent_at == int((clock.now() - timedelta(hours=1)).timestamp())
    assert await told.is_signed(), "it is old, but not forged"


async def event_key_missing(told: Told) -> None:
    services = told.scene.platform.services
    async with services.db.write() as tx:
        await developers.set_identification_key(
            tx, told.scene.app.id, text=IDENTIFICATION_KEY, keys=services.keys
        )
    await order(told.scene, "event_key_missing")

    await told.tell("post:1", "post:2")
    await told.dispatcher.drain()

    given = Counter(one.headers.get("authorization") for one in told.sink.received)
    assert given == {None: 1, IDENTIFICATION_KEY: 1}


async def event_timeout(told: Told) -> None:
    await order(told.scene, "event_timeout")

    await told.tell("post:1")
    await told.dispatcher.drain()

    assert told.sink.received == []
    assert await told.states() == {"ready": 1}
    await again(told)
    assert len(told.sink.received) == 1


async def event_note_lost(told: Told) -> None:
    await order(told.scene, "event_note_lost")

    (uid,) = await told.tell("post:1")
    await told.dispatcher.drain()

    assert [one.uid for one in told.sink.received] == [uid]
    assert await told.states() == {"ready": 1}
    await again(told)
    assert [one.uid for one in told.sink.received] == [uid, uid]
    assert await told.states() == {"delivered": 1}


async def again(told: Told) -> None:
    """What the schedule has next is due now."""
    installed = clock.AdjustableClock(clock.now() + timedelta(hours=1))
    with clock.installed(installed):
        await told.dispatcher.drain()


async def start_unanswered(told: Told) -> None:
    await order(told.scene, "start_unanswered", app=told.scene.app.slug)
    told.sink.answers["/start"] = lambda _: web.json_response({"url": "https://app.example/go"})
    call = calls.Call(f"{told.sink.url}/start", {}, b"{}")

    with pytest.raises(touchpoints.AppDidNotAnswer, match="did not answer in time"):
        await calls.ask_for_link(told.outbound, call)

    assert told.sink.received == []
    assert await calls.ask_for_link(told.outbound, call) == "https://app.example/go"


async def bank_silent(told: Told) -> None:
    gateway = told.scene.platform.services.gateway
    assert gateway is not None
    await order(told.scene, "bank_silent")
    asked: dict[str, Any] = {
        "amount_rials": 50_000, "callback_url": "https://a.example/", "description": "شارژ",
        "order_id": "1",
    }  # fmt: skip

    with pytest.raises(wallet.GatewayFailed, match="did not answer in time"):
        await gateway.request(**asked)


STRUCK: dict[str, Callable[[Told], Awaitable[None]]] = {
    one.__name__: one
    for one in (
        event_duplicate, event_late, event_reordered, event_bad_signature, event_old_timestamp,
        event_key_missing, event_timeout, event_note_lost, start_unanswered, bank_silent,
    )
}  # fmt: skip


@pytest.mark.parametrize("fault", STRUCK)
async def test_call_of_ours_meets_what_was_ordered(told: Told, fault: str):
    async with asyncio.timeout(60):
        await STRUCK[fault](told)

    assert await struck(told.scene) == [1]


async def test_log_of_deliveries_names_what_was_ordered(told: Told):
    await order(told.scene, "event_timeout")
    await order(told.scene, "event_bad_signature")

    (uid,) = await told.tell("post:1")
    await told.dispatcher.drain()
    await again(told)

    async with told.scene.platform.services.db.look() as look:
        second, first = (await deliveries.one_event(look, told.scene.app.id, uid))[1]
    assert first.error == "127.0.0.1 did not answer in time (event_timeout, as was ordered)"
    assert second.headers["x-dalan-fault"] == "event_bad_signature"
    assert "x-dalan-fault" not in told.sink.received[0].headers


async def test_event_is_overtaken_by_one_about_something_else(told: Told):
    """Its order says what overtakes: the call of the other is over before its own begins."""
    await order(told.scene, "event_reordered", seconds=12, operation="POST_UPDATE")
    workshop = told.scene.platform.workshop
    assert workshop is not None
    first, second = (
        OutboundCall(f"{told.sink.url}/events", b"{}", {"webhook-id": uid})
        for uid in await told.tell("post:1", "post:2")
    )
    sent: list[OutboundCall] = []

    async def proceed(call: OutboundCall) -> OutboundAnswer:
        sent.append(call)
        return OutboundAnswer(200, {}, b"")

    async with asyncio.timeout(30):
        waits = asyncio.create_task(workshop.calling(first, proceed))
        while await struck(told.scene) != [1]:
            await asyncio.sleep(0.01)
        await workshop.calling(second, proceed)
        await waits

    assert sent == [second, first]


async def test_events_of_another_app_and_of_another_type_are_left_alone(told: Told):
    services = told.scene.platform.services
    async with services.db.write() as tx:
        other = await developers.register_app(
            tx, keys=services.keys, owner_id=told.scene.person.id, display="دیگری"
        )
    await order(told.scene, "event_timeout", app=other.app.slug)
    await order(told.scene, "event_timeout", operation="SOMETHING_*")
    await order(told.scene, "event_timeout", operation="/elsewhere")

    await told.tell("post:1")
    await told.dispatcher.drain()

    assert len(told.sink.received) == 1
    assert await struck(told.scene) == [0, 0, 0]
