"""Starting apps: what they are sent, what of their answers is used, and the way back."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest

from dalan.domains import addons, businesses, developers, identity, payments, touchpoints
from dalan.domains.touchpoints import AppDidNotAnswer, NothingToPress, NotOffered
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.domains.touchpoints.conftest import BASE_URL, IDENTIFICATION_KEY, Scene
from tests.factories.addons import attach
from tests.factories.app_server import ok, raw
from tests.factories.developers import KEYS, make_app
from tests.factories.payments import make_ticket_to_pay_with

DIRECT, SERVER, _ = touchpoints.OPERATIONS


async def return_path(scene: Scene, *, token: str = "", browser_token: str = "", person=None):
    async with scene.db.read() as tx:
        return await touchpoints.return_path(
            tx,
            keys=KEYS,
            token=token,
            browser_token=browser_token,
            person_id=person.id if person else None,
        )


async def press(scene: Scene, index: int = 0, person=None, **more):
    return await touchpoints.press(
        scene.platform,
        slug=scene.app.slug,
        post_token=scene.post.token,
        widget_index=index,
        person_id=person.id if person else None,
        **more,
    )


async def attach_action(scene: Scene, action: dict[str, Any]) -> None:
    body = {"widgets": [{"button_bar": {"title": "باز کن", "action": action}}]}
    await attach(scene.db, scene.app, scene.post.token, body)


async def test_start_by_direct_link_tells_the_app_of_the_post(scene: Scene):
    await scene.configure("MY_POST", DIRECT)

    started = await scene.start("MY_POST", scene.owner)

    url = urlsplit(started.url)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    completion_url = f"{BASE_URL}/completion?s={started.token}"
    assert started.url.startswith(f"{scene.server.url}/landing?utm=1&post_token=")
    assert query == {
        "utm": "1",
        "post_token": scene.post.token,
        "completion_url": completion_url,
        "return_url": completion_url,
        "app_slug": scene.app.slug,
        "category": "light",
        "city": "tehran",
    }
    assert scene.server.asked == []


async def test_start_by_server_link_sends_the_body_of_both_versions(scene: Scene):
    await scene.configure("DEMAND_POST", SERVER)
    scene.server.answer = ok(
        {"url": "https://app.example/x", "status": "200", "message": "success"}
    )

    started = await scene.start("DEMAND_POST", scene.viewer)

    assert started.url == "https://app.example/x"
    (asked,) = scene.server.asked
    assert asked.path == "/session"
    assert asked.headers["authorization"] == IDENTIFICATION_KEY
    assert asked.headers["api-version"] == asked.headers["api_version"] == "2"
    completion_url = f"{BASE_URL}/completion?s={started.token}"
    user_id = developers.user_id_for(KEYS, scene.app.id, scene.viewer.id)
    assert asked.body == {
        "completion_url": completion_url,
        "return_url": completion_url,
        "callback_url": completion_url,
        "post_token": scene.post.token,
        "source": "DEMAND_POST",
        "user_side": "DEMAND",
        "user_id": user_id,
        "peer_id": "",
        "supplier": {"id": ""},
        "demand": {"id": user_id},
        "extra_data": {},
        "provider_data": {},
    }
    assert not {"+", "/", "="} & set(user_id)


async def test_start_sends_the_body_the_app_is_set_to(scene: Scene):
    await scene.configure("MY_POST", SERVER)
    scene.server.answer = ok({"url": "https://app.example/x"})

    await scene.settings(session_body="1")
    await scene.start("MY_POST", scene.owner)
    await scene.settings(session_body="2", user_side_case="capitalized")
    await scene.start("MY_POST", scene.owner)

    first, second = scene.server.asked
    assert "api-version" not in first.headers
    assert first.body["supplier"]["id"] == first.body["user_id"]
    assert first.body["extra_data"] == {"provider_data": {}}
    assert "completion_url" not in first.body
    assert second.body["user_side"] == "Supply"
    assert "peer_id" not in second.body


async def test_start_by_somebody_unknown_names_nobody(scene: Scene):
    await scene.configure("DEMAND_POST", SERVER)
    await scene.settings(session_body="2")
    scene.server.answer = ok({"url": "https://app.example/x"})

    await scene.start("DEMAND_POST", None)

    assert "user_id" not in scene.server.asked[0].body


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (raw(302, b"", "location: https://evil.example/"), "bad_status"),
        (raw(201, b'{"url":"https://app.example/"}'), "bad_status"),
        (raw(500), "bad_status"),
        (raw(200, b"not json"), "bad_answer"),
        (raw(200, b"[]"), "bad_answer"),
        (raw(200, b"[" * 100_000), "no_answer"),
        (raw(200, b"[" * 60_000), "bad_answer"),
        (raw(200, b'{"url": "\\ud800"}'), "bad_answer"),
        (ok({}), "bad_answer"),
        (ok({"url": 7}), "bad_answer"),
        (ok({"url": "javascript:alert(1)"}), "bad_answer"),
        (ok({"url": "//evil.example"}), "bad_answer"),
        (ok({"url": "https://dalan.example@evil.example/"}), "bad_answer"),
        (ok({"url": "https://user:secret@app.example/"}), "bad_answer"),
        (ok({"url": "/local"}), "bad_answer"),
        (ok({"url": "https://app.example/\r\nset-cookie: a=b"}), "bad_answer"),
        (ok({"url": "https://app.example/" + "x" * 2_048}), "bad_answer"),
        (b"", "no_answer"),
        (b"nonsense\r\n\r\n", "no_answer"),
    ],
)
async def test_start_by_server_link_takes_nothing_but_a_good_answer(scene: Scene, answer, fault):
    await scene.configure("DEMAND_POST", SERVER)
    scene.server.answer = answer

    with pytest.raises(AppDidNotAnswer) as failed:
        await scene.start("DEMAND_POST", scene.viewer)

    assert failed.value.fault == fault
    assert "session" not in failed.value.detail


async def test_start_gives_up_on_a_slow_app(scene: Scene):
    await scene.configure("DEMAND_POST", SERVER)

    async def sleep(_) -> bytes:
        await asyncio.sleep(30)
        return ok({"url": "https://app.example/x"})

    scene.server.answer = sleep
    scene.platform = msgspec.structs.replace(scene.platform, timeout_seconds=0.5)

    with pytest.raises(AppDidNotAnswer) as failed:
        await scene.start("DEMAND_POST", scene.viewer)

    assert failed.value.fault == "no_answer"


async def test_start_of_an_app_nobody_listens_at_or_that_may_not_be_called(scene: Scene):
    await scene.configure("DEMAND_POST", SERVER)
    await scene.set_addresses(session_init_url="http://127.0.0.1:9/session")
    with pytest.raises(AppDidNotAnswer) as failed:
        await scene.start("DEMAND_POST", scene.viewer)
    assert failed.value.fault == "no_answer"

    async with Outbound(OutboundPolicy(allow_private=False)) as guarded:
        scene.platform = msgspec.structs.replace(scene.platform, outbound=guarded)
        await scene.set_addresses(session_init_url="http://127.0.0.1/session")
        with pytest.raises(AppDidNotAnswer) as failed:
            await scene.start("DEMAND_POST", scene.viewer)
    assert failed.value.fault == "refused"


async def test_app_may_call_back_while_it_is_asked(scene: Scene):
    """Somebody else writes while the app thinks: no transaction is open, no lock is held."""
    await scene.configure("MY_POST", SERVER)
    written = []

    async def call_back(_) -> bytes:
        async with scene.db.write() as tx:
            await addons.delete(tx, app_id=scene.app.id, post_token=scene.post.token)
        written.append(True)
        return ok({"url": "https://app.example/x"})

    scene.server.answer = call_back

    started = await asyncio.wait_for(scene.start("MY_POST", scene.owner), 30)

    assert (started.url, written) == ("https://app.example/x", [True])


async def test_start_where_it_is_not_offered_is_refused(scene: Scene):
    for place in ("MY_POST", "DEMAND_POST"):
        with pytest.raises(NotOffered):
            await scene.start(place, scene.owner)
    await scene.configure("MY_POST", DIRECT)
    with pytest.raises(NotOffered):
        await scene.start("MY_POST", scene.viewer)
    with pytest.raises(NotOffered):
        await touchpoints.start(
            scene.platform, place="MY_POST", slug="no-such-app", post_token="\0", person_id=1
        )


async def test_return_leads_to_where_each_start_came_from(scene: Scene):
    await scene.configure("MY_POST", DIRECT)
    await scene.configure("DEMAND_POST", DIRECT)
    managed = await scene.start("MY_POST", scene.owner)
    viewed = await scene.start("DEMAND_POST", scene.viewer)
    unknown = await scene.start("DEMAND_POST", None)
    management, page = f"/my-divar/my-posts/{scene.post.token}", f"/v/{scene.post.token}"

    assert await return_path(scene, token=managed.token, person=scene.owner) == management
    assert await return_path(scene, token=viewed.token, person=scene.viewer) == page
    assert await return_path(scene, person=scene.owner) == management
    assert await return_path(scene, browser_token=unknown.token) == page
    assert await return_path(scene, token=managed.token, person=scene.viewer) == page
    assert await return_path(scene, token="https://evil.example") == ""
    assert await return_path(scene) == ""


async def test_return_after_hours_is_forgotten(scene: Scene, moment):
    await scene.configure("MY_POST", DIRECT)
    started = await scene.start("MY_POST", scene.owner)

    moment.advance(touchpoints.START_LIFE + timedelta(seconds=1))

    assert await return_path(scene, token=started.token, person=scene.owner) == ""


async def test_press_server_link_sends_the_actions_data(scene: Scene):
    await attach_action(scene, {"open_server_link": {"data": {"flow": ["visit", 1, None]}}})
    scene.server.answer = ok({"url": "https://app.example/visit"})

    pressed = await press(scene, person=scene.viewer)

    assert pressed.url == "https://app.example/visit"
    (asked,) = scene.server.asked
    assert asked.body["source"] == "POST_ADDON"
    assert asked.body["extra_data"] == asked.body["provider_data"] == {"flow": ["visit", 1, None]}
    assert await return_path(scene, token=pressed.token) == f"/v/{scene.post.token}"


async def test_press_dynamic_action_shows_its_text(scene: Scene):
    await attach_action(scene, {"get_dynamic_action": {"data": {"report": "1"}}})
    scene.server.answers["/dynamic"] = ok({"text_message": "ثبت شد"})

    pressed = await press(scene, person=scene.owner, from_management=True)

    assert (pressed.text_message, pressed.url, pressed.path) == ("ثبت شد", "", "")
    (asked,) = scene.server.asked
    assert asked.path == "/dynamic"
    assert asked.headers["authorization"] == IDENTIFICATION_KEY
    assert asked.body == {
        "touchpoint": "POST_ADDON",
        "post_token": scene.post.token,
        "user_side": "SUPPLY",
        "extra_data": {"report": "1"},
        "user_id": developers.user_id_for(KEYS, scene.app.id, scene.owner.id),
    }


async def test_press_dynamic_action_may_lead_to_one_server_link(scene: Scene):
    await attach_action(scene, {"get_dynamic_action": {"data": {"report": "1"}}})
    scene.server.answers["/dynamic"] = ok(
        {"text_message": "سلام", "action": {"open_server_link": {"data": {"step": "2"}}}}
    )
    scene.server.answers["/session"] = ok({"url": "https://app.example/2"})

    pressed = await press(scene)

    assert (pressed.url, pressed.text_message) == ("https://app.example/2", "سلام")
    assert [asked.path for asked in scene.server.asked] == ["/dynamic", "/session"]
    assert scene.server.asked[1].body["extra_data"] == {"step": "2"}


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (ok({"action": {"open_direct_link": "javascript:alert(1)"}}), "bad_answer"),
        (ok({"action": {"open_post_page": {"post_token": "gZk3-dP1"}}}), "bad_answer"),
        (ok({"action": {"get_dynamic_action": {"data": {}}}}), "bad_answer"),
        (ok({"action": "x"}), "bad_answer"),
        (ok({"text_message": 7}), "bad_answer"),
        (raw(404), "bad_status"),
    ],
)
async def test_press_dynamic_action_takes_nothing_but_a_good_answer(scene: Scene, answer, fault):
    await attach_action(scene, {"get_dynamic_action": {"data": {"report": "1"}}})
    scene.server.answer = answer

    with pytest.raises(AppDidNotAnswer) as failed:
        await press(scene)

    assert failed.value.fault == fault


@pytest.mark.parametrize(
    ("action", "came_to"),
    [
        ({"open_direct_link": "https://app.example/1"}, ("https://app.example/1", "")),
        ({"open_post_page": {"post_token": "gZk3-dP1"}}, ("", "/v/gZk3-dP1")),
        (
            {"open_post_manage_page": {"post_token": "gZk3-dP1"}},
            ("", "/my-divar/my-posts/gZk3-dP1"),
        ),
    ],
)
async def test_press_that_needs_no_server_asks_nobody(scene: Scene, action, came_to):
    await attach_action(scene, action)

    pressed = await press(scene)

    assert (pressed.url, pressed.path) == came_to
    assert scene.server.asked == []


async def test_press_on_what_an_app_spreads_over_a_person_tells_the_app_of_the_post(scene: Scene):
    action = {"get_dynamic_action": {"data": {"flow": "rate"}}}
    body = {"widgets": [{"button_bar": {"title": "امتیاز دهید", "action": action}}]}
    async with scene.db.write() as tx:
        await addons.spread_over_person(
            tx,
            app=scene.app,
            person_id=scene.post.owner_id,
            submission=addons.read_person_submission(body),
            keys=KEYS,
        )
    scene.server.answers["/dynamic"] = ok({"text_message": "سپاس"})

    pressed = await press(scene, person=scene.viewer)

    assert pressed.text_message == "سپاس"
    (asked,) = scene.server.asked
    assert asked.body["post_token"] == scene.post.token
    assert asked.body["extra_data"] == {"flow": "rate"}


async def test_press_what_is_not_there_is_refused(scene: Scene):
    with pytest.raises(NothingToPress):
        await press(scene)
    await attach_action(scene, {"get_dynamic_action": {"data": {}}})
    for index in (-1, 1, 99):
        with pytest.raises(NothingToPress):
            await press(scene, index)
    async with scene.db.write() as tx:
        await developers.suspend(tx, scene.app.slug)
    with pytest.raises(NothingToPress):
        await press(scene)


async def test_start_from_ones_own_page_tells_who_and_leads_back_there(scene: Scene):
    await scene.configure("MY_DIVAR", SERVER)
    scene.server.answer = ok({"url": f"{scene.server.url}/hello"})

    started = await touchpoints.start(
        scene.platform, place="MY_DIVAR", slug=scene.app.slug, person_id=scene.owner.id
    )

    body = scene.server.asked[-1].body
    assert started.url == f"{scene.server.url}/hello"
    assert body["source"] == "MY_DIVAR"
    assert body["user_id"]
    assert "user_side" not in body
    assert await return_path(scene, token=started.token, person=scene.owner) == "/my-divar"


async def test_start_from_the_panel_of_a_business_is_for_those_who_work_there(scene: Scene):
    await scene.configure("DIVAR_PRO", SERVER)
    scene.server.answer = ok({"url": f"{scene.server.url}/hello"})
    async with scene.db.write() as tx:
        business = await businesses.open_business(
            tx, owner_id=scene.owner.id, name="املاک نمونه", kind="REAL_ESTATE"
        )

    async def start(person: identity.Person, token: str) -> touchpoints.Started:
        return await touchpoints.start(
            scene.platform,
            place="DIVAR_PRO",
            slug=scene.app.slug,
            person_id=person.id,
            business_token=token,
        )

    started = await start(scene.owner, business.token)
    path = await return_path(scene, token=started.token, person=scene.owner)
    assert path == f"/my-divar/businesses/{business.token}"
    for person, token in (
        (scene.viewer, business.token),
        (scene.owner, "nosuch"),
        (scene.owner, ""),
    ):
        with pytest.raises(NotOffered):
            await start(person, token)


async def test_start_of_nobody_or_without_a_conversation_is_refused(scene: Scene):
    for place in ("MY_DIVAR", "CHAT"):
        await scene.configure(place, SERVER)

    with pytest.raises(touchpoints.PersonNeeded):
        await touchpoints.start(
            scene.platform, place="MY_DIVAR", slug=scene.app.slug, person_id=None
        )
    with pytest.raises(NotOffered):
        await scene.start("CHAT", scene.owner)


async def test_direct_link_carries_the_ticket_that_pays_the_app_for_this_person(scene: Scene):
    await scene.configure("DEMAND_POST", DIRECT)
    async with scene.db.write() as tx:
        issuer = (await make_app(tx, keys=KEYS, production=True)).app
        for service_type in ("REPORT_INSPECTION", "FUNC_CONTRACT"):
            ticket = await make_ticket_to_pay_with(
                tx, issuer.id, scene.viewer.id, service_type=service_type
            )

    async def told(person: identity.Person | None) -> str | None:
        url = (await scene.start("DEMAND_POST", person)).url
        return dict(parse_qsl(urlsplit(url).query)).get("ticket_uuid")

    assert await told(scene.viewer) is None
    async with scene.db.write() as tx:
        await developers.classify(
            tx, scene.app.id, service_type="FUNC_CONTRACT", tags=[], by_team=False
        )
    assert await told(scene.viewer) == ticket.uuid
    assert await told(None) is None
    async with scene.db.write() as tx:
        await payments.spend_ticket(
            tx, ticket.uuid, app_id=scene.app.id, person_id=scene.viewer.id, cost_rials=0
        )
    assert await told(scene.viewer) is None
