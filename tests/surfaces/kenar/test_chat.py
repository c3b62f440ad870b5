"""Conversations through the contract: who may read and write in them, and what both sides see."""

from base64 import b64encode
from typing import Any

import pytest

from dalan.domains import chat, developers, identity
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

V1, V2 = "/v1/open-platform", "/v2/open-platform"
BUTTON = {"caption": "پرداخت", "icon": "PAYMENT",
          "action": {"open_server_link": {"data": {"order": "7"}}}}  # fmt: skip


def grid(rows: int, columns: int) -> dict[str, Any]:
    return {"rows": [{"buttons": [BUTTON] * columns}] * rows}


async def begin(scene: Scene, *texts: str) -> tuple[chat.Conversation, identity.Person]:
    """A buyer who wrote to the scene's person about their post."""
    async with scene.platform.services.db.write() as tx:
        buyer = await make_person(tx)
        opened = await chat.open_about_post(tx, scene.post, buyer_id=buyer.id)
        for text in texts or ("هنوز موجوده؟",):
            await chat.send(
                tx, opened, chat.text_content(text), writer=chat.Writer(person_id=buyer.id)
            )
    return opened, buyer


async def said_in(scene: Scene, held: chat.Conversation) -> list[chat.Message]:
    async with scene.platform.services.db.look() as look:
        return (await chat.messages(look, held)).messages


def send_path(held: chat.Conversation) -> str:
    return f"{V2}/conversations/{held.uuid}/messages"


async def test_an_app_reads_a_conversation_and_answers_in_it(scene: Scene):
    held, _ = await begin(scene, "سلام", "هنوز موجوده؟")
    scopes = f"CHAT_CONVERSATION_READ.{held.uuid} CONVERSATION_SEND_MESSAGE.{held.uuid}"
    token = await scene.token(scopes)

    sent = await scene.call(
        "POST", send_path(held), token=token,
        json={"message": "بله", "receiver_buttons": grid(3, 3), "sender_buttons": None,
              "type": "TEXT"},
    )  # fmt: skip
    read = await scene.call("GET", f"{V1}/chat/conversations/{held.uuid}", token=token)

    assert (sent.status_code, sent.json()) == (200, {"status": 200, "message": "success"})
    told = read.json()
    shown = {"id": held.uuid, "type": "POST", "post_token": scene.post.token}
    assert told["conversation"] == shown
    assert [(one["text"], one["sender"]) for one in told["messages"]] == [
        ("سلام", {"type": "HUMAN", "side": "BUYER"}),
        ("هنوز موجوده؟", {"type": "HUMAN", "side": "BUYER"}),
        ("بله", {"type": "BOT", "side": "SELLER"}),
    ]
    assert {tuple(one) for one in told["messages"]} == {
        ("id", "conversation", "sender", "type", "sent_at", "text")
    }
    last = (await said_in(scene, held))[-1]
    assert (last.app_id, last.sender_id) == (scene.app.id, scene.person.id)
    assert len(chat.grid_for(last, "buyer")) == 3
    assert chat.grid_for(last, "seller") == ()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "message"),
        ({"message": "  "}, "message"),
        ({"message": "س", "media_token": "x"}, "message"),
        ({"media_token": "3f0c3f3e-0000-4000-8000-000000000000.jpg"}, "media_token"),
        ({"message": "س" * 4_001}, "message"),
        ({"message": "س", "receiver_buttons": grid(1, 4)}, "receiver_buttons.rows[0].buttons"),
        ({"message": "س", "sender_buttons": grid(4, 1)}, "sender_buttons.rows"),
        ({"message": "س", "sender_buttons": {"rows": [{"buttons": [{"caption": "ب"}]}]}},
         "sender_buttons.rows[0].buttons[0].action"),
    ],
)  # fmt: skip
async def test_a_message_that_cannot_be_names_its_field(
    scene: Scene, body: dict[str, Any], field: str
):
    held, _ = await begin(scene)
    token = await scene.token(f"CONVERSATION_SEND_MESSAGE.{held.uuid}")

    answer = await scene.call("POST", send_path(held), token=token, json=body)

    assert answer.status_code == 400
    assert answer.json()["code"] == 3
    assert answer.json()["message"].startswith(field)
    assert len(await said_in(scene, held)) == 1


async def test_scopes_of_a_post_and_of_all_posts_are_the_sellers(scene: Scene):
    held, _ = await begin(scene)
    services = scene.platform.services
    async with services.db.write() as tx:
        other_post = await make_post(tx)
        bought = await chat.open_about_post(tx, other_post, buyer_id=scene.person.id)
    all_mine = await scene.token("CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND")
    of_post = await scene.token(f"CHAT_POST_CONVERSATIONS_MESSAGE_SEND.{scene.post.token}")
    of_other = await scene.token(f"CONVERSATION_SEND_MESSAGE.{bought.uuid}")
    body = {"message": "بله"}

    answers = [
        (await scene.call("POST", send_path(at), token=token, json=body)).status_code
        for at, token in (
            (held, all_mine), (held, of_post), (held, of_other),
            (bought, all_mine), (bought, of_post), (bought, of_other),
        )
    ]  # fmt: skip
    nobody = await scene.call("POST", send_path(held), json=body)
    missing = await scene.call("POST", send_path(held), token=of_other, json=body)

    assert answers == [200, 200, 403, 403, 403, 200]
    assert nobody.status_code == 401
    assert f"CONVERSATION_SEND_MESSAGE.{held.uuid}" in missing.json()["message"]


async def test_a_block_answers_412_to_the_letter_and_lifting_it_delivers(scene: Scene):
    held, buyer = await begin(scene)
    services = scene.platform.services
    token = await scene.token(f"CONVERSATION_SEND_MESSAGE.{held.uuid}")

    async def answer() -> tuple[int, Any]:
        said = await scene.call("POST", send_path(held), token=token, json={"message": "بله"})
        return said.status_code, said.json()

    refused = 412, {
        "code": 9, "message": "message delivery failed due to recipient's restriction"
    }  # fmt: skip
    async with services.db.write() as tx:
        await chat.block(tx, held, buyer.id, blocked=True)
    assert await answer() == refused
    async with services.db.write() as tx:
        await chat.block(tx, held, buyer.id, blocked=False)
        await chat.ban(tx, buyer.id, reason="مزاحمت", days=1)
    assert await answer() == refused
    async with services.db.write() as tx:
        await chat.lift_ban(tx, buyer.id)
        await identity.block(tx, person_id=buyer.id)
    assert await answer() == refused
    async with services.db.write() as tx:
        await identity.unblock(tx, person_id=buyer.id)
    assert (await answer())[0] == 200
    assert len(await said_in(scene, held)) == 2


async def test_sending_again_with_the_same_key_sends_once(scene: Scene):
    held, _ = await begin(scene)
    token = await scene.token(f"CONVERSATION_SEND_MESSAGE.{held.uuid}")

    for _ in range(3):
        answer = await scene.call(
            "POST", send_path(held), token=token, json={"message": "بله"},
            headers={"Idempotency-Key": "a1"},
        )  # fmt: skip
        assert answer.status_code == 200

    assert [one.text for one in await said_in(scene, held)] == ["هنوز موجوده؟", "بله"]


async def test_an_app_in_development_stays_out_of_real_conversations(scene: Scene):
    held, _ = await begin(scene)
    services = scene.platform.services
    async with services.db.write() as tx:
        made = await make_app(tx, keys=services.keys, owner_id=scene.person.id)
        key = await make_key(tx, made.app.id, keys=services.keys)
    scene.app = made.app
    token = await scene.token(
        f"CONVERSATION_SEND_MESSAGE.{held.uuid} CHAT_CONVERSATION_READ.{held.uuid}"
    )

    sent = await scene.call(
        "POST", send_path(held), key=key.text, token=token, json={"message": "بله"}
    )
    read = await scene.call(
        "GET", f"{V1}/chat/conversations/{held.uuid}", key=key.text, token=token
    )

    assert (sent.status_code, read.status_code) == (403, 403)
    assert len(await said_in(scene, held)) == 1


async def test_the_older_operations_name_people_and_post(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        buyer = await make_person(tx)
        ids = [
            await developers.remember_user_id(
                tx, keys=services.keys, app_id=scene.app.id, person_id=one.id
            )
            for one in (buyer, scene.person)
        ]
    triple = b64encode(f"{ids[0]}:{scene.post.token}:{ids[1]}".encode()).decode()
    seller, scene.person = scene.person, buyer
    token = await scene.token(f"CHAT_SEND_MESSAGE_OAUTH__{triple} CHAT_READ_CONVERSATION__{triple}")
    body = {
        "user_id": ids[0], "peer_id": ids[1], "post_token": scene.post.token, "type": "TEXT",
        "message": "سلام", "sender_btn": None,
        "receiver_btn": {"action": "DIRECT_LINK", "data": {
            "icon_name": "لغو", "caption": "امتیاز بده", "extra_data": {},
            "direct_link": "https://app.example/rate"}},
    }  # fmt: skip

    first = await scene.call("POST", f"{V2}/chat/conversation", token=token, json=body)
    swapped = await scene.call(
        "POST", f"{V2}/chat/conversation", token=token,
        json={**body, "user_id": ids[1], "peer_id": ids[0]},
    )  # fmt: skip
    query = {"user_id": ids[0], "peer_id": ids[1], "post_token": scene.post.token}
    read = await scene.call("GET", f"{V1}/chat/conversation-messages", token=token, params=query)

    assert (first.status_code, first.json()) == (200, {"status": 200, "message": "success"})
    assert swapped.status_code == 403
    (only,) = read.json()["messages"]
    assert (only["from"], only["to"]) == (
        {"id": ids[0], "is_supply": False}, {"id": ids[1], "is_supply": True}
    )  # fmt: skip
    assert only["data"] == {"text": "سلام"}
    async with services.db.look() as look:
        held = await chat.about_post(look, post_id=scene.post.id, buyer_id=buyer.id)
    assert held is not None
    (message,) = await said_in(scene, held)
    ((button,),) = chat.grid_for(message, "seller")
    assert (button.caption, button.icon) == ("امتیاز بده", "لغو")
    assert seller.id == held.seller_id
