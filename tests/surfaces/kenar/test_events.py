"""Subscriptions, and what apps are told: from a change of the world to their own server."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from dalan.domains import businesses, chat, deliveries, developers, events, oauth, payments, posts
from dalan.kernel import outbox
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.factories.identity import make_person
from tests.factories.media import document, make_file
from tests.factories.posts import make_post
from tests.factories.sink import Sink, event_sink
from tests.surfaces.kenar.conftest import Scene

SUBSCRIPTIONS = "/v1/open-platform/events/subscriptions"


@pytest.fixture
async def told(scene: Scene) -> AsyncIterator[Sink]:
    """The app's own server, where it wants to be told."""
    assert scene.platform.worker is not None
    await scene.platform.worker.drain()  # what happened so far
    async with event_sink() as one:
        async with scene.platform.services.db.write() as tx:
            await developers.set_addresses(
                tx, scene.app.id, policy=developers.AddressPolicy(any_http=True), fallback_url="",
                session_init_url="", dynamic_action_url="", events_url=f"{one.url}/events",
            )  # fmt: skip
        yield one


async def deliver(scene: Scene) -> None:
    """Act on every fact, and call the app: on loopback, where these platforms call nobody."""
    assert scene.platform.worker is not None
    await scene.platform.worker.drain()
    services = scene.platform.services
    async with Outbound(OutboundPolicy(allow_private=True)) as outbound:
        await deliveries.Dispatcher(services.db, services.keys, outbound).drain()


def bodies(sink: Sink) -> list[dict[str, Any]]:
    return [msgspec.json.decode(one.body) for one in sink.received]


async def subscribe(scene: Scene, token: str, **body: object) -> httpx.Response:
    return await scene.call("POST", SUBSCRIPTIONS, token=token, json=body)


async def test_post_is_followed_from_publication_to_its_end(scene: Scene, told: Sink):
    token = await scene.token("USER_POSTS_GET")
    asked = await subscribe(
        scene, token, event_type="POST_UPDATE", event_resource_id=scene.post.token,
        metadata={"mine": 7},
    )  # fmt: skip
    assert (asked.status_code, asked.json()) == (200, {})

    async with scene.platform.services.db.write() as tx:
        retired = await posts.retire(tx, scene.post)
        await posts.publish(tx, retired)
    await deliver(scene)

    gone, back = bodies(told)
    assert gone == {
        "type": "POST_UPDATE",
        "metadata": {"mine": 7},
        "post_update": {"type": "RETIRE", "post": {"token": scene.post.token}},
    }
    assert back["post_update"]["type"] == "PUBLISH"
    public = await scene.call("GET", f"/v1/open-platform/finder/post/{scene.post.token}")
    assert back["post_update"]["post"] == public.json()
    assert [one.headers["webhook-seq"] for one in told.received] == ["1", "2"]


async def test_business_a_post_belongs_to_is_told_with_it(scene: Scene, told: Sink):
    token = await scene.token("USER_POSTS_GET")
    await subscribe(scene, token, event_type="POST_UPDATE")

    async with scene.platform.services.db.write() as tx:
        business = await businesses.open_business(
            tx, owner_id=scene.person.id, name="دالان", kind="CAR"
        )
        post = await make_post(tx, owner_id=scene.person.id, business_id=business.id)
    await deliver(scene)

    (body,) = bodies(told)
    public = await scene.call("GET", f"/v1/open-platform/finder/post/{post.token}")
    assert body["post_update"]["post"] == public.json()
    assert public.json()["business_data"]["business_name"] == "دالان"


async def test_wide_subscription_hears_of_every_post_and_narrow_ones_metadata_wins(
    scene: Scene, told: Sink
):
    token = await scene.token("USER_POSTS_GET")
    await subscribe(scene, token, event_type="POST_UPDATE", meta_data={"which": "wide"})
    await subscribe(
        scene, token, event_type="POST_UPDATE", event_resource_id=scene.post.token,
        metadata={"which": "narrow"},
    )  # fmt: skip
    await subscribe(scene, token, event_type="POST_UPDATE", metadata={"which": "wider"})

    async with scene.platform.services.db.write() as tx:
        await posts.retire(tx, scene.post)
    await deliver(scene)

    assert [one["metadata"] for one in bodies(told)] == [{"which": "narrow"}]
    async with scene.platform.services.db.look() as look:
        standing = await events.subscriptions(look, scene.app.id)
    assert [one.metadata for one in standing] == [{"which": "wider"}, {"which": "narrow"}]


async def test_subscription_dies_with_its_token(scene: Scene, told: Sink):
    token = await scene.token("USER_POSTS_GET")
    await subscribe(scene, token, event_type="POST_UPDATE")
    async with scene.platform.services.db.write() as tx:
        await oauth.withdraw(
            tx, person_id=scene.person.id, app_id=scene.app.id, scope="USER_POSTS_GET", resource=""
        )
        await posts.retire(tx, scene.post)

    await deliver(scene)

    assert not told.received
    async with scene.platform.services.db.write() as tx:
        assert await events.purge(tx) in (0, 1)
        assert await events.subscriptions(tx, scene.app.id) == []


async def test_app_is_told_of_its_loss_only_where_it_may_know(scene: Scene, told: Sink):
    await scene.token("USER_ID NOTIFICATION_ACCESS_REVOCATION")
    async with scene.platform.services.db.write() as tx:
        user_id = await developers.remember_user_id(
            tx, keys=scene.platform.services.keys, app_id=scene.app.id, person_id=scene.person.id
        )
        await oauth.disconnect(tx, person_id=scene.person.id, app_id=scene.app.id)

    await deliver(scene)

    assert bodies(told) == [
        {"type": "USER_ACCESS_REVOCATION", "user_access_revocation": {"user_id": user_id}}
    ]


async def test_payment_is_told_under_both_names(scene: Scene, told: Sink):
    async with scene.platform.services.db.write() as tx:
        fact = payments.TransactionChanged(
            transaction_id=1, uuid="550e8400-e29b-41d4-a716-446655440000", payer_kind="app",
            payer_id=scene.app.id, app_id=scene.app.id, operation="bump", cost_rials=400_000,
            extra_details="", state="completed",
        )  # fmt: skip
        await outbox.record(tx, fact)
        await outbox.record(tx, msgspec.structs.replace(fact, app_id=None, payer_kind="wallet"))

    await deliver(scene)

    (body,) = bodies(told)
    transaction = {
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "cost_rials": "400000",
        "state": "TRANSACTION_STATE_COMPLETED",
        "type": "TRANSACTION_TYPE_REORDER",
    }
    assert body == {
        "type": "PAYMENT_TRANSACTION",
        "transaction": transaction,
        "payment_transaction": transaction,
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"event_type": "NEW_MOON"}, 400),
        ({"event_type": "POST_UPDATE", "metadata": []}, 400),
        ({"event_type": "POST_UPDATE", "metadata": {"a": "x" * 5_000}}, 400),
        ({"event_type": "POST_UPDATE", "metadata": {"a": "\x00"}}, 400),
        ({"event_type": "POST_UPDATE", "event_resource_id": "nothere1"}, 404),
        ({"event_type": "NEW_MESSAGE_ON_POST"}, 403),
    ],
)
async def test_subscription_that_cannot_be_is_refused(
    scene: Scene, told: Sink, body: dict[str, object], status: int
):
    token = await scene.token("USER_POSTS_GET")

    answer = await subscribe(scene, token, **body)

    assert answer.status_code == status
    async with scene.platform.services.db.look() as look:
        assert await events.subscriptions(look, scene.app.id) == []


async def test_app_without_address_is_told_to_set_one(scene: Scene):
    answer = await subscribe(scene, await scene.token("USER_POSTS_GET"), event_type="POST_UPDATE")

    assert answer.status_code == 412
    assert "address" in answer.json()["message"]


async def test_other_peoples_posts_are_not_followed(scene: Scene, told: Sink):
    async with scene.platform.services.db.write() as tx:
        other = await make_post(tx)
    token = await scene.token("USER_POSTS_GET")

    answer = await subscribe(scene, token, event_type="POST_UPDATE", event_resource_id=other.token)

    assert answer.status_code == 404


async def test_messages_reach_those_whom_the_seller_lets_read_them(scene: Scene, told: Sink):
    token = await scene.token("CHAT_SUPPLIER_ALL_CONVERSATIONS_READ")
    answer = await subscribe(scene, token, event_type="NEW_MESSAGE_ON_POST", metadata={"k": "v"})
    assert answer.status_code == 200

    async with scene.platform.services.db.write() as tx:
        buyer = await make_person(tx)
        held = await chat.open_about_post(tx, scene.post, buyer_id=buyer.id)
        for content, writer in (
            (chat.text_content("هنوز موجوده؟"), buyer),
            (chat.location_content(35.7, 51.4), scene.person),
        ):
            await chat.send(tx, held, content, writer=chat.Writer(person_id=writer.id))
    await deliver(scene)

    text, place = bodies(told)
    sent_at = text["new_message"].pop("sent_at")
    assert sent_at.startswith("2026-11-21T08:30:00")
    assert text == {
        "type": "NEW_MESSAGE",
        "metadata": {"k": "v"},
        "new_message": {
            "id": text["new_message"]["id"],
            "conversation": {"id": held.uuid, "type": "POST", "post_token": scene.post.token},
            "sender": {"side": "BUYER", "type": "HUMAN"},
            "type": "TEXT",
            "text": "هنوز موجوده؟",
        },
    }
    assert place["new_message"]["location_data"] == {"latitude": 35.7, "longitude": 51.4}
    assert place["new_message"]["text"] == ""
    assert place["new_message"]["sender"]["side"] == "SELLER"


async def test_size_of_a_file_is_told_as_text(scene: Scene, told: Sink):
    services = scene.platform.services
    token = await scene.token("CHAT_SUPPLIER_ALL_CONVERSATIONS_READ")
    await subscribe(scene, token, event_type="NEW_MESSAGE_ON_POST")
    file = await make_file(
        services.db, services.media, document("pdf"), kind="file", purpose="chat"
    )

    async with services.db.write() as tx:
        held = await chat.open_about_post(tx, scene.post, buyer_id=(await make_person(tx)).id)
        content = chat.file_content("file", file.id)
        await chat.send(tx, held, content, writer=chat.Writer(person_id=held.buyer_id))
    await deliver(scene)

    (body,) = bodies(told)
    assert body["new_message"]["file_data"]["size_bytes"] == str(file.size_bytes)


async def test_bot_hears_what_people_write_to_it_and_not_itself(scene: Scene, told: Sink):
    async with scene.platform.services.db.write() as tx:
        held = await chat.open_with_bot(tx, scene.app, person_id=scene.person.id)
        said = chat.text_content("/start MY_DIVAR")
        await chat.send(tx, held, said, writer=chat.Writer(person_id=scene.person.id))
        await chat.send(tx, held, said, writer=chat.Writer(app_id=scene.app.id))
    await deliver(scene)

    (one,) = bodies(told)
    assert one["type"] == "NEW_CHATBOT_MESSAGE"
    assert one["new_chatbot_message"]["text"] == "/start MY_DIVAR"
    assert one["new_chatbot_message"]["conversation"] == {"id": held.uuid, "type": "BOT"}
    assert one["new_chatbot_message"]["sender"] == {"type": "HUMAN"}


async def test_nobody_subscribes_without_a_token_of_theirs(scene: Scene, told: Sink):
    for token in ("", "ory_at_nothing"):
        answer = await subscribe(scene, token, event_type="POST_UPDATE")
        assert answer.status_code == 401


HOOKS = "/v1/open-platform/notify/chat/post-conversations"


async def test_older_apps_are_told_of_chats_at_an_address_of_the_posts_own(
    scene: Scene, told: Sink
):
    token = await scene.token(f"CHAT_POST_CONVERSATIONS_READ.{scene.post.token}")
    async with scene.platform.services.db.write() as tx:
        # The platform of tests calls nobody near; the address is put in as a dev world takes it.
        bearer = await oauth.bearer(tx, scene.platform.services.keys.token_mac(token) or b"")
        assert bearer is not None
        await events.hook_chats(
            tx, bearer, post_token=scene.post.token, endpoint=f"{told.url}/older",
            identification_key="its own key", keys=scene.platform.services.keys,
            policy=developers.AddressPolicy(any_http=True),
        )  # fmt: skip
        buyer = await make_person(tx)
        held = await chat.open_about_post(tx, scene.post, buyer_id=buyer.id)
        said = chat.text_content("قیمت آخر؟")
        await chat.send(tx, held, said, writer=chat.Writer(person_id=buyer.id))
    await deliver(scene)

    (one,) = told.received
    assert one.path == "/older"
    assert one.headers["authorization"] == "its own key"
    body = msgspec.json.decode(one.body)
    assert body["type"] == "CHAT_MESSAGE"
    assert body["timestamp"].isdigit()
    payload = body["payload"]
    assert payload["data"]["text"] == "قیمت آخر؟"
    assert payload["metadata"]["post_token"] == scene.post.token
    assert (payload["sender"]["is_supply"], payload["receiver"]["is_supply"]) == (False, True)
    assert payload["sender"]["id"] != payload["receiver"]["id"]


async def test_older_hook_takes_a_public_address_and_the_owners_token(scene: Scene):
    token = await scene.token(f"CHAT_POST_CONVERSATIONS_READ.{scene.post.token}")
    body = {"post_token": scene.post.token, "identification_key": "k"}
    good = {**body, "endpoint": "https://app.example/chats"}

    assert (await scene.call("POST", HOOKS, token=token, json=good)).status_code == 200
    assert (await scene.call("POST", HOOKS, json=good)).status_code == 401
    for bad in ({**body, "endpoint": "http://127.0.0.1/x"}, {**body, "endpoint": "x"}, body):
        assert (await scene.call("POST", HOOKS, token=token, json=bad)).status_code == 400
    for key in ("a\nkey", "key\n", "a\rkey", "a\x00key", "کلید", "k" * 513):
        bad = {**good, "identification_key": key}
        refused = await scene.call("POST", HOOKS, token=token, json=bad)
        assert refused.status_code == 400
        assert "identification_key" in refused.json()["message"]
    other = await scene.call("POST", HOOKS, token=token, json={**good, "post_token": "nothere1"})
    assert other.status_code == 403
