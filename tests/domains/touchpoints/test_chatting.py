"""Buttons below messages, apps started out of a conversation, and bots started from anywhere."""

import asyncio
from typing import Any

import pytest

from dalan.domains import addons, chat, developers, touchpoints
from tests.domains.touchpoints.conftest import IDENTIFICATION_KEY, Scene
from tests.factories.app_server import ok
from tests.factories.developers import KEYS


async def with_buttons(
    scene: Scene, *actions: addons.Action, older: bool = False
) -> tuple[chat.Conversation, int]:
    """A conversation in which the app wrote in the seller's name; the number of that message.
    The buyer is shown the buttons, one a row, and the seller none."""
    grid = tuple((chat.Button("دکمه", "", one, older),) for one in actions)
    async with scene.db.write() as tx:
        held = await chat.open_about_post(tx, scene.post, buyer_id=scene.viewer.id)
        await chat.send(
            tx, held, chat.text_content("سلام"), writer=chat.Writer(person_id=scene.viewer.id)
        )
        sent = await chat.send(
            tx,
            held,
            chat.text_content("انتخاب کنید", buttons=chat.both((), grid)),
            writer=chat.Writer(person_id=scene.owner.id, app_id=scene.app.id),
        )
    return held, sent.number


async def press(
    scene: Scene, held: chat.Conversation, number: int, row: int = 0, *, by: Any = None
) -> touchpoints.Pressed:
    return await touchpoints.press_message(
        scene.platform,
        conversation=held.uuid,
        number=number,
        row=row,
        column=0,
        person_id=(by or scene.viewer).id,
        origin_path=f"/chat/{held.uuid}",
    )


async def names(scene: Scene) -> tuple[str, str]:
    """The app's own names of the owner and of the viewer."""
    async with scene.db.write() as tx:
        found = [
            await developers.remember_user_id(tx, keys=KEYS, app_id=scene.app.id, person_id=one.id)
            for one in (scene.owner, scene.viewer)
        ]
    return found[0], found[1]


async def test_buttons_that_ask_nobody_lead_at_once(scene: Scene):
    held, number = await with_buttons(
        scene,
        addons.Action(open_direct_link="https://app.example/x"),
        addons.Action(open_post_page=addons.PostReference("abcdefgh")),
        addons.Action(open_post_manage_page=addons.PostReference("abcdefgh")),
    )

    came_to = [await press(scene, held, number, row) for row in range(3)]

    assert [(one.url, one.path) for one in came_to] == [
        ("https://app.example/x", ""),
        ("", "/v/abcdefgh"),
        ("", "/my-divar/my-posts/abcdefgh"),
    ]
    assert scene.server.asked == []


@pytest.mark.parametrize("older", [False, True])
async def test_a_server_link_sends_the_conversation_and_both_sides(scene: Scene, older: bool):
    action = addons.Action(open_server_link=addons.AppData({"order": "7"}))
    held, number = await with_buttons(scene, action, older=older)
    seller, buyer = await names(scene)
    scene.server.answer = ok(
        {"status": "200", "message": "success", "url": "https://app.example/p"}
    )

    pressed = await press(scene, held, number)

    (asked,) = scene.server.asked
    link = asked.body["completion_url"]
    assert pressed.url == "https://app.example/p"
    assert asked.headers["authorization"] == IDENTIFICATION_KEY
    data = {"order": "7", "provider_data": {"order": "7"}} if older else {"order": "7"}
    assert asked.body == {
        "source": "CHAT_MESSAGE_ACTION",
        "conversation_id": held.uuid,
        "post_token": scene.post.token,
        "user_side": "DEMAND",
        "user_id": buyer,
        "peer_id": seller,
        "supplier": {"id": seller},
        "demand": {"id": buyer},
        "extra_data": data,
        "provider_data": {"order": "7"},
        "completion_url": link,
        "return_url": link,
        "callback_url": link,
    }
    async with scene.db.read() as tx:
        back = await touchpoints.return_path(
            tx, keys=KEYS, token=pressed.token, person_id=scene.viewer.id
        )
    assert back == f"/chat/{held.uuid}"


async def test_an_app_may_write_into_the_chat_before_it_answers_a_click(scene: Scene):
    action = addons.Action(get_dynamic_action=addons.AppData({"cell": "4"}))
    async with scene.db.write() as tx:
        held = await chat.open_with_bot(tx, scene.app, person_id=scene.viewer.id)
        board = await chat.send(
            tx,
            held,
            chat.text_content("بازی", buttons=chat.both((), ((chat.Button("⬜", "", action),),))),
            writer=chat.Writer(app_id=scene.app.id),
        )

    async def play(_: Any) -> bytes:
        async with scene.db.write() as tx:
            await chat.send(
                tx, held, chat.text_content("نوبت شما"), writer=chat.Writer(app_id=scene.app.id)
            )
        return ok({"text_message": "خانهٔ 4"})

    scene.server.answer = play

    pressed = await asyncio.wait_for(press(scene, held, board.number), 30)

    (asked,) = scene.server.asked
    (_, buyer) = await names(scene)
    assert pressed.text_message == "خانهٔ 4"
    assert asked.path == "/dynamic"
    assert asked.body == {
        "touchpoint": "CHAT", "conversation_id": held.uuid, "user_id": buyer,
        "extra_data": {"cell": "4"},
    }  # fmt: skip
    async with scene.db.look() as look:
        said = (await chat.messages(look, held)).messages
    assert [one.text for one in said] == ["بازی", "نوبت شما"]


async def test_nobody_presses_what_is_not_shown_to_them(scene: Scene):
    held, number = await with_buttons(scene, addons.Action(open_direct_link="https://a.example/"))

    for pressing in (
        press(scene, held, number, by=scene.owner),  # the other side's buttons
        press(scene, held, number, 1),
        press(scene, held, 1),
        press(scene, held, 99),
    ):
        with pytest.raises(touchpoints.NothingToPress):
            await pressing


@pytest.mark.parametrize("place", ["MY_POST", "DEMAND_POST"])
async def test_a_bot_is_started_by_a_message_that_says_from_where(
    scene: Scene, place: touchpoints.Place
):
    await scene.configure(place, "START_CHAT_BOT")
    person = scene.owner if place == "MY_POST" else scene.viewer
    assert await scene.offers(place, person) == []  # nobody would hear it
    await scene.set_addresses(events_url=f"{scene.server.url}/events")
    assert await scene.offers(place, person) == [scene.app.slug]

    started = await scene.start(place, person)

    assert (started.url, started.path) == ("", f"/chat/addon_{scene.app.slug}")
    async with scene.db.look() as look:
        held = await chat.with_bot(look, app_id=scene.app.id, person_id=person.id)
        assert held is not None
        (said,) = (await chat.messages(look, held)).messages
    assert (said.text, said.side) == (f"/start {place} {scene.post.token}", "buyer")
    if place == "DEMAND_POST":
        with pytest.raises(touchpoints.PersonNeeded):
            await scene.start(place, None)


async def test_an_app_is_started_out_of_a_conversation_by_either_side(scene: Scene):
    held, _ = await with_buttons(scene)
    seller, buyer = await names(scene)
    await scene.configure("CHAT", "LOAD_WEBVIEW_SERVER_LINK")
    scene.server.answer = ok({"url": "https://app.example/p"})

    for person in (scene.owner, scene.viewer):
        assert await scene.offers("CHAT", person) == [scene.app.slug]
        started = await touchpoints.start_in_chat(
            scene.platform, slug=scene.app.slug, conversation=held.uuid, person_id=person.id,
            origin_path=f"/chat/{held.uuid}",
        )  # fmt: skip
        assert started.url == "https://app.example/p"

    assert [
        (one.body["source"], one.body["conversation_id"], one.body["user_side"],
         one.body["user_id"], one.body["peer_id"])
        for one in scene.server.asked
    ] == [
        ("CHAT", held.uuid, "SUPPLY", seller, buyer),
        ("CHAT", held.uuid, "DEMAND", buyer, seller),
    ]  # fmt: skip
    await scene.configure("CHAT", "START_CHAT_BOT")
    await scene.set_addresses(events_url=f"{scene.server.url}/events")
    await touchpoints.start_in_chat(
        scene.platform, slug=scene.app.slug, conversation=held.uuid, person_id=scene.viewer.id,
        origin_path="/",
    )  # fmt: skip
    async with scene.db.look() as look:
        bot = await chat.with_bot(look, app_id=scene.app.id, person_id=scene.viewer.id)
        assert bot is not None
        (said,) = (await chat.messages(look, bot)).messages
    assert said.text == f"/start CHAT {held.uuid}"
