"""Our own API: an app's log read on by position, waited for, sent again; and `dalan listen`."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest
from aiohttp import web

from dalan.app import Platform
from dalan.cli.listen import _listen
from dalan.domains import audit, deliveries, developers
from dalan.kernel import clock
from tests.factories.developers import make_app, make_key
from tests.factories.sink import event_sink

EVENTS = "/api/dalan/v1/events"


class Caller(msgspec.Struct):
    """An app with a key, and what it was told."""

    platform: Platform
    http: httpx.AsyncClient
    app_id: int
    key: str

    async def tell(self, *resources: str) -> list[str]:
        async with self.platform.services.db.write() as tx:
            return await deliveries.append(
                tx,
                [
                    deliveries.News(
                        app_id=self.app_id, type="POST_UPDATE", resource=one,
                        body='{"type":"POST_UPDATE","price":1.50}', happened_at=clock.now(),
                    )
                    for one in resources
                ],
            )  # fmt: skip

    async def get(self, path: str = EVENTS, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query, headers={"x-api-key": self.key})

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.http.post(path, json=body, headers={"x-api-key": self.key})


@pytest.fixture
async def caller(platform: Platform, http: httpx.AsyncClient) -> Caller:
    services = platform.services
    async with services.db.write() as tx:
        app = (await make_app(tx, keys=services.keys)).app
        key = await make_key(tx, app.id, keys=services.keys)
        await deliveries.rotate_secret(tx, app.id, keys=services.keys)
    return Caller(platform, http, app.id, key.text)


async def test_log_is_read_on_by_position_and_misses_nothing(caller: Caller):
    uids = await caller.tell("post:1", "post:2", "post:1")

    first = (await caller.get(limit=2)).json()
    rest = (await caller.get(after=first["next_after"])).json()
    end = (await caller.get(after=rest["next_after"])).json()

    assert [one["id"] for one in first["events"] + rest["events"]] == uids
    assert [one["seq"] for one in first["events"] + rest["events"]] == [1, 1, 2]
    assert end == {"events": [], "next_after": rest["next_after"]}
    assert first["events"][0]["headers"]["webhook-id"] == uids[0]


async def test_caller_who_waits_is_answered_when_something_happens(caller: Caller):
    waiting = asyncio.create_task(caller.get(wait=20))
    await asyncio.sleep(0.05)

    (uid,) = await caller.tell("post:1")

    async with asyncio.timeout(30):
        answer = await waiting
    assert [one["id"] for one in answer.json()["events"]] == [uid]


async def test_events_are_sent_again_by_what_they_are(caller: Caller):
    uids = await caller.tell("post:1", "post:2", "post:1")
    refused = await caller.post(f"{EVENTS}/resends", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "deliveries.no_address")
    async with caller.platform.services.db.write() as tx:
        await developers.set_addresses(
            tx, caller.app_id, policy=developers.AddressPolicy(any_http=True), fallback_url="",
            session_init_url="", dynamic_action_url="", events_url="https://app.example/events",
        )  # fmt: skip

    one = await caller.post(f"{EVENTS}/{uids[1]}/resends")
    some = await caller.post(f"{EVENTS}/resends", {"resource": "post:1"})

    assert (one.status_code, some.json()) == (200, {"count": 2})
    states = [(await caller.get(f"{EVENTS}/{uid}")).json()["state"] for uid in uids]
    assert states == ["ready", "ready", "blocked"]
    assert (await caller.get(f"{EVENTS}/evt_nothere")).status_code == 404


async def test_event_that_stands_in_the_way_is_skipped_with_a_key(caller: Caller):
    async with caller.platform.services.db.write() as tx:
        await developers.set_addresses(
            tx, caller.app_id, policy=developers.AddressPolicy(any_http=True), fallback_url="",
            session_init_url="", dynamic_action_url="", events_url="https://app.example/events",
        )  # fmt: skip
    first, second = await caller.tell("post:1", "post:1")

    answer = await caller.post(f"{EVENTS}/{first}/skips")

    assert (answer.status_code, answer.json()) == (200, {})
    states = [(await caller.get(f"{EVENTS}/{uid}")).json()["state"] for uid in (first, second)]
    assert states == ["skipped", "ready"]
    again = await caller.post(f"{EVENTS}/{first}/skips")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "deliveries.not_waiting")
    assert (await caller.post(f"{EVENTS}/evt_nothere/skips")).status_code == 404
    async with caller.platform.services.db.look() as look:
        (entry,) = (await audit.entries_of(look, audit.Subject.app(caller.app_id))).entries
    assert (entry.action, entry.facts["event"]) == ("app.event_skipped", first)


@pytest.mark.parametrize(
    "query", [{"after": "-1"}, {"limit": "501"}, {"wait": "x"}, {"since": "9" * 30}]
)
async def test_query_that_cannot_be_is_refused(caller: Caller, query: dict[str, str]):
    answer = await caller.get(**query)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "api.invalid")


async def test_nobody_without_a_key_reads_a_log(caller: Caller):
    assert (await caller.http.get(EVENTS)).status_code == 401
    assert (await caller.get("/api/dalan/v1/nothing")).status_code == 404
    assert (await caller.post("/api/dalan/v1/subscriptions")).status_code == 405


async def test_listen_brings_events_byte_for_byte_with_their_signature(
    caller: Caller,
):
    uids = await caller.tell("post:1", "post:1")
    page = (await caller.get()).content
    async with event_sink() as app:

        async def serve(request: web.BaseRequest) -> web.Response:
            more = request.query.get("after") in ("0", None)
            return web.Response(body=page if more else b'{"events":[],"next_after":2}')

        runner = web.ServerRunner(web.Server(serve))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]

        await _listen(
            f"http://127.0.0.1:{port}", caller.key, f"{app.url}/here", key="k", backfill=0,
            once=True,
        )  # fmt: skip
        await runner.cleanup()

    assert [one.uid for one in app.received] == uids
    assert app.received[0].body == b'{"type":"POST_UPDATE","price":1.50}'
    assert app.received[0].headers["authorization"] == "k"
    assert app.received[0].headers["webhook-signature"].startswith("v1,")
