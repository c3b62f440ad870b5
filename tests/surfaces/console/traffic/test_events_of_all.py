"""Events of all apps on one page, each try of them, and sending them again."""

from collections.abc import AsyncIterator

import pytest

from dalan.domains import deliveries, developers
from dalan.kernel import clock
from tests.factories.browser import forms_of
from tests.factories.developers import make_app
from tests.factories.sink import Sink, event_sink
from tests.surfaces.console.traffic.conftest import Scene

OPEN = developers.AddressPolicy(any_http=True)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with event_sink() as opened:
        yield opened


async def tell(scene: Scene, app_id: int, *resources: str, url: str = "") -> list[str]:
    """Events of an app that hears of them at ``url``; their ids."""
    async with scene.platform.services.db.write() as tx:
        if url:
            await developers.set_addresses(
                tx, app_id, policy=OPEN, fallback_url="", session_init_url="",
                dynamic_action_url="", events_url=url,
            )  # fmt: skip
        return await deliveries.append(
            tx,
            [
                deliveries.News(
                    app_id=app_id, type="POST_UPDATE", resource=one, happened_at=clock.now(),
                    body='{"said":"<b>x</b>"}',
                )
                for one in resources
            ],
        )  # fmt: skip


async def test_page_is_empty_first(traffic_scene: Scene):
    page = await traffic_scene.http.get("/console/events")

    assert page.status_code == 200
    assert await traffic_scene.api("events") == {"events": [], "before": None}


async def test_events_of_every_app_are_listed_and_filtered(traffic_scene: Scene):
    scene = traffic_scene
    async with scene.platform.services.db.write() as tx:
        other = await make_app(tx, keys=scene.platform.services.keys)
    [mine] = await tell(scene, scene.app.id, "post:1")
    [others] = await tell(scene, other.app.id, "post:2")

    every = await scene.api("events")
    own = await scene.api("events", params={"app": scene.app.slug})
    stored = await scene.api("events", params={"state": "stored"})
    failed = await scene.api("events", params={"state": "failed"})
    page = await scene.http.get(f"/console/events?app={other.app.slug}")

    assert [one["uid"] for one in every["events"]] == [others, mine]
    assert [one["uid"] for one in own["events"]] == [mine]
    assert [one["app"] for one in stored["events"]] == [other.app.slug, scene.app.slug]
    assert failed["events"] == []
    assert others in page.text
    assert mine not in page.text


async def test_long_list_goes_on(traffic_scene: Scene):
    scene = traffic_scene
    await tell(scene, scene.app.id, *(f"post:{number}" for number in range(60)))

    first = await scene.api("events")
    rest = await scene.api("events", params={"before": first["before"]})

    assert (len(first["events"]), len(rest["events"])) == (50, 10)
    assert rest["before"] is None
    assert (await scene.http.get(f"/console/events?before={first['before']}")).status_code == 200


async def test_each_try_is_shown_and_the_event_sent_again(traffic_scene: Scene, sink: Sink):
    scene = traffic_scene
    sink.answer("/events", 500)
    [uid] = await tell(scene, scene.app.id, "post:1", url=f"{sink.url}/events")
    dispatcher = scene.platform.dispatcher
    assert dispatcher is not None
    await dispatcher.drain()
    page = await scene.http.get(f"/console/events/{uid}")
    [fields] = forms_of(page.text, f"/console/events/{uid}/resends")

    assert "500" in page.text
    assert "&lt;b&gt;x" in page.text
    sink.answer("/events", 200)
    refused = await scene.http.post(f"/console/events/{uid}/resends", data={})
    done = await scene.http.post(f"/console/events/{uid}/resends", data=fields)
    await dispatcher.drain()
    whole = await scene.api(f"events/{uid}")

    assert (refused.status_code, done.status_code) == (403, 303)
    assert whole["event"]["state"] == "delivered"
    assert [one["status"] for one in whole["attempts"]] == [200, 500]
    calls = await scene.requests(direction="out")
    assert [one["status"] for one in calls] == [500, 200]
    assert {(one["app"], one["operation"]) for one in calls} == {(scene.app.slug, "POST_UPDATE")}


async def test_call_that_brings_no_event_is_known_by_its_address(traffic_scene: Scene, sink: Sink):
    scene = traffic_scene
    await tell(scene, scene.app.id, url=f"{sink.url}/events")

    await scene.platform.services.outbound.post_json(f"{sink.url}/events", b"{}")
    await scene.platform.services.outbound.get(f"{sink.url}/elsewhere")

    calls = await scene.requests(direction="out")
    assert [(one["method"], one["app"]) for one in calls] == [("POST", scene.app.slug), ("GET", "")]


async def test_script_sends_again_and_page_skips(traffic_scene: Scene, sink: Sink):
    scene = traffic_scene
    [first] = await tell(scene, scene.app.id, "post:1", url=f"{sink.url}/events")
    page = await scene.http.get(f"/console/events/{first}")
    [fields] = forms_of(page.text, f"/console/events/{first}/skips")

    skipped = await scene.http.post(f"/console/events/{first}/skips", data=fields)
    assert (await scene.api(f"events/{first}"))["event"]["state"] == "skipped"
    again = await scene.http.post(f"/console/events/{first}/skips", data=fields)
    sent = await scene.api(f"events/{first}/resends", "POST")

    assert (skipped.status_code, again.status_code) == (303, 303)
    assert sent["event"]["state"] == "waiting"


async def test_what_is_not_kept_or_cannot_be_sent_is_said(traffic_scene: Scene):
    scene = traffic_scene
    [uid] = await tell(scene, scene.app.id, "post:1")

    unknown = await scene.http.get("/console/events/nothing")
    api = await scene.http.get("/console/api/events/nothing")
    nowhere = await scene.http.post(f"/console/api/events/{uid}/resends")

    assert unknown.status_code == 404
    assert (api.status_code, api.json()["code"]) == (404, "deliveries.event_unknown")
    assert nowhere.json()["code"] == "deliveries.no_address"
    assert nowhere.status_code in (400, 409, 412)


@pytest.mark.parametrize("query", ["state=lost", "before=x"])
async def test_script_is_told_what_cannot_be(traffic_scene: Scene, query):
    assert (await traffic_scene.http.get(f"/console/api/events?{query}")).status_code == 400
