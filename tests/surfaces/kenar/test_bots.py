"""An app's bot through the contract, by conversation and by person, with a token and without."""

from typing import Any

import pytest

from dalan.domains import chat, developers, media
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.media import picture
from tests.surfaces.kenar.conftest import Scene

V1, X = "/v1/open-platform", "/experimental/open-platform"
CELL = {"caption": "⬜", "action": {"get_dynamic_action": {"data": {"game_id": "1", "position": "4",
        "action": "play", "disabled": "false"}}}}  # fmt: skip
BOARD = {"rows": [{"buttons": [CELL] * 3}] * 3}


async def wrote(scene: Scene, text: str = "/start") -> chat.Conversation:
    """The scene's person wrote to the app's bot."""
    async with scene.platform.services.db.write() as tx:
        app = await developers.app(tx, scene.app.id)
        held = await chat.open_with_bot(tx, app, person_id=scene.person.id)
        await chat.send(
            tx, held, chat.text_content(text), writer=chat.Writer(person_id=scene.person.id)
        )
    return held


async def user_id(scene: Scene) -> str:
    services = scene.platform.services
    async with services.db.write() as tx:
        return await developers.remember_user_id(
            tx, keys=services.keys, app_id=scene.app.id, person_id=scene.person.id
        )


async def said_in(scene: Scene, uuid: str) -> list[chat.Message]:
    async with scene.platform.services.db.look() as look:
        held = await chat.by_uuid(look, uuid)
        assert held is not None
        return (await chat.messages(look, held)).messages


@pytest.mark.parametrize(
    "path",
    [
        f"{V1}/chat/bot/conversations/{{}}/messages",
        f"{X}/chat/bot/conversations/{{}}/messages",
        f"{X}/chatbot-conversations/{{}}/messages",
    ],
)
async def test_a_bot_answers_with_its_key_alone(scene: Scene, path: str):
    held = await wrote(scene)

    answer = await scene.call(
        "POST", path.format(held.uuid),
        json={"type": "TEXT", "text_message": "بازی کنیم", "buttons": BOARD},
    )  # fmt: skip

    assert (answer.status_code, answer.json()) == (200, {"conversation_id": held.uuid})
    last = (await said_in(scene, held.uuid))[-1]
    assert (last.side, last.app_id, last.text) == ("bot", scene.app.id, "بازی کنیم")
    assert [len(row) for row in chat.grid_for(last, "buyer")] == [3, 3, 3]


async def test_another_apps_bot_and_peoples_own_chats_are_not_found(scene: Scene):
    held = await wrote(scene)
    services = scene.platform.services
    async with services.db.write() as tx:
        other = await make_app(tx, keys=services.keys, production=True)
        key = await make_key(tx, other.app.id, keys=services.keys)
        buyer = await make_person(tx)
        about = await chat.open_about_post(tx, scene.post, buyer_id=buyer.id)
    path = f"{V1}/chat/bot/conversations/{{}}/messages"

    answers = [
        await scene.call("POST", path.format(uuid), key=with_key, json={"text_message": "سلام"})
        for uuid, with_key in ((held.uuid, key.text), (about.uuid, ""), ("no-such", ""))
    ]

    assert {one.status_code for one in answers} == {404}


async def test_by_person_a_token_is_needed_unless_they_wrote_first(scene: Scene):
    id_ = await user_id(scene)
    token = await scene.token("CHAT_BOT_USER_MESSAGE_SEND")
    wrong = await scene.token("USER_PHONE")
    body = {"text_message": "سفارش شما رسید"}

    async def status(base: str, *, of: str = id_, with_token: str = "") -> int:
        answer = await scene.call(
            "POST", f"{base}/chat/bot/users/{of}/messages", token=with_token, json=body
        )
        return answer.status_code

    assert await status(V1) == 401
    assert await status(X) == 401  # they never wrote to it
    assert await status(V1, with_token=wrong) == 403
    assert await status(V1, of="somebody-else", with_token=token) == 403
    assert await status(V1, with_token=token) == 200
    assert await status(X) == 401  # it wrote to them, which is not the same
    held = await wrote(scene)
    assert await status(X) == 200
    assert await status(V1) == 401
    async with scene.platform.services.db.write() as tx:
        await developers.set_settings(
            tx, scene.app.id, developers.AppSettings(reply_without_token=True)
        )
    assert await status(V1) == 200
    assert [one.side for one in await said_in(scene, held.uuid)] == ["bot", "buyer", "bot", "bot"]


async def test_a_blocked_bot_is_not_delivered(scene: Scene):
    held = await wrote(scene)
    async with scene.platform.services.db.write() as tx:
        await chat.block(tx, held, scene.person.id, blocked=True)

    answer = await scene.call(
        "POST", f"{V1}/chat/bot/conversations/{held.uuid}/messages", json={"text_message": "سلام"}
    )

    assert answer.status_code == 412
    assert answer.json() == {
        "code": 9, "message": "message delivery failed due to recipient's restriction"
    }  # fmt: skip


async def test_a_picture_goes_the_way_of_uploads(scene: Scene):
    held = await wrote(scene)
    path = f"{V1}/chat/bot/conversations/{held.uuid}/messages"
    leave = (await scene.call("POST", f"{X}/chat/upload", json={})).json()["token"]
    sent = await scene.http.post(
        "/upload/image",
        headers={"Authorization": f"Bearer {leave}"},
        files={"file": ("a.jpg", picture(), "image/jpeg")},
    )
    media_token = sent.json()["id"]

    answer = await scene.call("POST", path, json={"media_token": media_token})
    both: Any = await scene.call(
        "POST", path, json={"media_token": media_token, "text_message": "سلام"}
    )

    assert (answer.status_code, both.status_code) == (200, 400)
    last = (await said_in(scene, held.uuid))[-1]
    assert last.kind == "image"
    async with scene.platform.services.db.look() as look:
        file = await media.file(look, media_token)
    assert file.id == last.file_id
    assert file.attached_at is not None
