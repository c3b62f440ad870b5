"""Every answer, read as strictly as the generated SDKs read it, on both engines.

Those SDKs refuse members they do not know, values outside an enum, numbers where the document says
text, and (the hand-written one) the absence of members it takes for granted. So the published
document's schemas are sharpened here: no member beyond the listed ones, the expected ones present,
moments in UTC to the microsecond, and zero values left out.

Source: reference/kenar.md 5.0, 5.1, 11.6, 11.7.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from dalan.domains import businesses, chat, developers, ledger, payments
from dalan.kernel import clock, phone
from dalan.surfaces.kenar.routes import OPERATIONS
from tests.factories.identity import make_person
from tests.factories.media import make_image
from tests.factories.payments import make_ticket_to_pay_with, make_unpaid_post, new_id
from tests.factories.posts import FIELDS, make_post
from tests.surfaces.kenar import conftest as kenar

scene = kenar.scene

P, X = "/v1/open-platform", "/experimental/open-platform"
PAID = new_id()

BUTTON = {
    "customized_button": {
        "type": "EXTERNAL_PRODUCT_STORE",
        "action": {"open_direct_link": "https://shop.example/7"},
    }
}

SUBMISSION = {
    "general_data": {
        "category_slug": "light",
        "title": "پژو ۲۰۶ تیپ ۵",
        "description": "یک دست سفید، سرویس به موقع.",
        "images": [],
        "city": "tehran",
        "location_type": "LOCATION_TYPE_EMPTY",
        "hide_phone": False,
        "chat_enabled": True,
    },
    "category_fields": FIELDS["light"],
}

PERSON_ADDON = {
    "widgets": [{"title_row": {"text": "فروشندهٔ خوش‌نام"}}],
    "categories": ["light"],
    "semantic": {"identity_verification_result": "FACE_AND_ID_MATCHED"},
}

SAID_BY_BOT = {"type": "TEXT", "text_message": "بازی کنیم؟"}

CALLS: dict[str, dict[str, Any]] = {
    f"GET {P}/finder/post/{{token}}": {},
    f"GET {P}/finder/user-posts": {},
    f"GET {P}/users": {},
    "POST /v2/open-platform/finder/post": {"json": {"category": "root"}},
    f"POST {P}/get-user-id-by-phone": {"json": {"phone": "09359876543"}},
    "POST /v2/open-platform/addons/post/{token}": {
        "json": {"widgets": [{"title_row": {"text": "گزارش"}}]}
    },
    f"DELETE {P}/addons/post/{{token}}": {},
    "POST /v2/open-platform/addons/users/{divar_user_id}": {"json": PERSON_ADDON},
    "POST /v2/open-platform/addons/user/{phone}": {"json": PERSON_ADDON},
    f"DELETE {P}/addons/user/{{addon_id}}": {},
    f"POST {P}/addons/business/{{business_token}}": {
        "json": {"widgets": [{"title_row": {"text": "گارانتی"}}]}
    },
    f"GET {P}/assets/city": {},
    f"GET {P}/assets/category": {},
    f"GET {P}/assets/body-status": {},
    f"GET {P}/assets/internal-storage": {},
    f"GET {P}/assets/ram-memory": {},
    f"GET {P}/assets/service-type": {},
    f"GET {P}/assets/district": {"params": {"city_slug": "tehran"}},
    f"GET {P}/assets/district/{{city_slug}}": {},
    f"GET {P}/assets/brand-model/{{category}}": {},
    f"GET {P}/assets/color/{{category}}": {},
    f"GET {P}/assets/submit-schema/{{category_slug}}": {},
    f"GET {P}/assets/oauth-scope": {},
    f"GET {P}/assets/permission": {},
    f"GET {P}/assets/media-upload-urls": {},
    "GET /v2/open-platform/post/upload-urls": {},
    f"GET {P}/post/image-upload-url": {},
    "POST /experimental/open-platform/chat/upload": {"json": {}},
    f"GET {P}/user-post/{{token}}": {},
    "POST /experimental/open-platform/user-posts/new": {"json": SUBMISSION},
    "POST /experimental/open-platform/posts/new-v2": {"json": SUBMISSION},
    "GET /experimental/open-platform/user-posts/can-submit": {},
    "PUT /v2/open-platform/post/{post_token}": {
        "json": {"update_mask": ["general_data.title"], "general_data": {"title": "تازه"}}
    },
    f"PUT {P}/post/{{post_token}}": {"json": {"title": "تازه", "description": "متن تازه"}},
    f"GET {P}/user/businesses": {},
    f"GET {P}/pro-user/profile-image": {},
    f"GET {X}/posts/{{post_token}}/stats": {},
    f"POST {X}/posts/{{post_token}}/customized-button": {"json": BUTTON},
    f"DELETE {X}/posts/{{post_token}}/customized-button": {},
    f"POST {X}/business/{{business_token}}/customized-button": {"json": BUTTON},
    f"DELETE {X}/business/{{business_token}}/customized-button": {},
    f"GET {P}/post/{{post_token}}/pricing": {},
    f"POST {X}/post/{{ripe}}/reorder": {"json": {"id": new_id()}},
    f"POST {X}/post/{{ending}}/renew": {"json": {"id": PAID}},
    f"POST {X}/post/{{unpaid}}/publish": {"json": {"id": new_id()}},
    f"POST {X}/post/{{ripe_too}}/pay-promotion": {
        "json": {"id": new_id(), "operation": "PROMOTION_OPERATION_REORDER", "is_personal": True}
    },
    f"GET {X}/balance": {},
    f"GET {X}/transactions": {},
    f"GET {X}/transactions/{{id}}": {},
    f"POST {P}/user-payments": {
        "json": {
            "amount_rials": "1500000",
            "profit_rials": "300000",
            "services": ["banner"],
            "reference_id": "strict",
        }
    },
    f"POST {P}/payment-ticket/validate": {},
    f"POST {P}/events/subscriptions": {"json": {"event_type": "POST_UPDATE", "metadata": {"a": 1}}},
    f"POST {X}/semantic/post/{{token}}": {"json": {"semantic": {"status": "SUCCEEDED"}}},
    f"POST {P}/semantic/users/{{divar_user_id}}": {"json": {"semantic": {"year": "1398"}}},
    f"DELETE {P}/semantic/users/{{divar_user_id}}": {},
    "POST /v2/open-platform/conversations/{conversation_id}/messages": {
        "json": {"message": "بله، موجود است"}
    },
    f"GET {P}/chat/conversations/{{conversation_id}}": {},
    f"POST {P}/chat/bot/conversations/{{bot_conversation}}/messages": {"json": SAID_BY_BOT},
    f"POST {P}/chat/bot/users/{{user_id}}/messages": {"json": SAID_BY_BOT},
    f"DELETE {P}/post/{{post_token}}": {},
}
"""How to call each published operation once, in this order: what deletes comes last. A path's
``ripe``, ``ending`` and ``unpaid`` are posts in the state that its operation needs, ``addon_id``
is what the call before it answered."""

TAKEN_FOR_GRANTED = {
    "finderGetPostResponse": [
        *("state", "first_published_at", "token", "category", "city", "district", "data")
    ],
    "finderUser": ["phone_number", "phone_numbers", "user_id"],
    "GetUserPostsResponsePost": ["token", "title", "category"],
}
"""Beyond what the document marks as required: what the hand-written SDK fails without."""

FREE = {"data", "schema", "category_data", "general_data"}
"""Objects whose members no contract lists, or that keep what is empty (reference 5.0)."""

KEPT_WHEN_EMPTY = {"district"}

MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"


@pytest.fixture(scope="session")
def published(shared: Path) -> dict[str, Any]:
    """The published document, every schema of it sharpened."""
    document = msgspec.json.decode((shared / "contracts" / "kenar" / "openapi.json").read_bytes())
    sharpened: dict[str, Any] = _sharpened(document)
    for name, members in TAKEN_FOR_GRANTED.items():
        schema = sharpened["components"]["schemas"][name]
        schema["required"] = [*schema.get("required", ()), *members]
    return sharpened


def _sharpened(value: Any) -> Any:
    if isinstance(value, list):
        return [_sharpened(one) for one in value]
    if not isinstance(value, dict):
        return value
    schema = {name: _sharpened(one) for name, one in value.items()}
    if isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
    if schema.get("format") == "date-time":
        schema["pattern"] = MOMENT
    return schema


def misfits(published: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """What a strict client would refuse of ``value``."""
    whole = {**schema, "components": published["components"]}
    found = jsonschema.Draft202012Validator(whole).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def zeros(value: Any, place: str = "$") -> Iterator[str]:
    """Where a member stands at its zero value, which the wire leaves out."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from zeros(one, f"{place}[{number}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in FREE:
                continue
            if name not in KEPT_WHEN_EMPTY and one in (False, 0, "", [], {}, None):
                yield f"{place}.{name}"
            yield from zeros(one, f"{place}.{name}")


def published_path(path: str) -> str:
    """The path as the document spells it."""
    path = path.replace("{bot_conversation}", "{conversation_id}")
    path = path.replace("{addon_id}", "{id}")
    return re.sub(r"\{(ripe|ripe_too|ending|unpaid)\}", "{post_token}", path)


def test_every_published_operation_we_serve_is_called_here(published: dict[str, Any]):
    served = {
        f"{one.method} {one.paths[0]}"
        for one in OPERATIONS
        if one.method.lower() in published["paths"].get(one.paths[0], {})
    }

    assert {published_path(name) for name in CALLS} == served


def test_strict_client_is_strict(published: dict[str, Any]):
    schema = {"$ref": "#/components/schemas/finderGetUserPostsResponse"}
    post = {"token": "abcdefgh", "title": "x", "category": "light"}

    assert misfits(published, schema, {"posts": [post]}) == []
    assert misfits(published, schema, {"posts": [post | {"more": 1}]})
    assert misfits(published, schema, {"posts": [{"token": "abcdefgh"}]})
    assert list(zeros({"posts": [post | {"is_phone_hidden": False}]}))


async def answer_of(scene: kenar.Scene, name: str, **ids: str) -> Any:
    method, _, path = name.partition(" ")
    scopes = (
        f"USER_PHONE USER_ID USER_POSTS_GET POST_ADDON_CREATE.{scene.post.token}"
        " SUBMIT_USER_POST EDIT_USER_POST DELETE_USER_POST USER_BUSINESSES_READ"
        " PRO_USER_PROFILE_IMAGE_READ USER_POSTS_STATS_READ USER_SET_CUSTOMIZED_BUTTON"
        " PAYMENT_ALL_POSTS_PRICING_READ PAYMENT_ALL_POSTS_REORDER PAYMENT_ALL_POSTS_RENEW"
        " PAY_USER_POST_PROMOTION SUBMIT_USER_PAYMENT USER_VERIFICATION_CREATE"
        f" CHAT_BOT_USER_MESSAGE_SEND POST_SEMANTIC_CREATE.{scene.post.token}"
    )
    if "conversation_id" in ids:
        held = ids["conversation_id"]
        scopes += f" CHAT_CONVERSATION_READ.{held} CONVERSATION_SEND_MESSAGE.{held}"
    if "business_token" in ids:
        scopes += f" BUSINESS_CREATE_CUSTOMIZED_BUTTON.{ids['business_token']}"
        scopes += f" USER_ADDON_CREATE BUSINESS_ADDON_CREATE.{ids['business_token']}"
    token = await scene.token(scopes)
    known = {
        "token": scene.post.token,
        "post_token": scene.post.token,
        "city_slug": "tehran",
        "category": "light",
        "category_slug": "light",
    } | ids
    url = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], path)
    said = dict(CALLS[name])
    if path.endswith("/validate"):
        said["json"] = {
            "ticket_uuid": ids["ticket_uuid"],
            "service_cost": 1_000,
            "phone_number": phone.national(scene.person.phone),
        }
    answer = await scene.call(method, url, token=token, **said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def prepared(scene: kenar.Scene) -> dict[str, str]:
    """Money, posts in the states that payments ask for, a business, a ticket."""
    app_id, owner_id, now = scene.app.id, scene.person.id, clock.now()
    async with scene.platform.services.db.write() as tx:
        await make_person(tx, phone="+989359876543")
        await payments.pay_in(tx, app_id, reference="strict", amount_rials=100_000_000)
        await ledger.transfer(
            tx,
            reference="strict wallet",
            kind="test",
            sides=[
                ledger.Side("operator", 0, -90_000_000),
                ledger.Side("wallet", owner_id, 90_000_000),
            ],
        )
        earlier = now - timedelta(hours=5)
        ripe = await make_post(tx, owner_id=owner_id, at=earlier)
        ripe_too = await make_post(tx, owner_id=owner_id, at=earlier, title="پژو ۴۰۵")
        ending = await make_post(tx, owner_id=owner_id, at=now - timedelta(days=25))
        unpaid = await make_unpaid_post(tx, app_id, owner_id=owner_id)
        business = await businesses.open_business(tx, owner_id=owner_id, name="دالان", kind="CAR")
        ticket = await make_ticket_to_pay_with(tx, app_id, owner_id, service_type="INTERNAL")
        buyer = await make_person(tx)
        held = await chat.open_about_post(tx, scene.post, buyer_id=buyer.id)
        await chat.send(tx, held, chat.text_content("سلام"), writer=chat.Writer(person_id=buyer.id))
        app = await developers.app(tx, app_id)
        bot = await chat.open_with_bot(tx, app, person_id=owner_id)
        await chat.send(tx, bot, chat.text_content("سلام"), writer=chat.Writer(person_id=owner_id))
        await developers.set_addresses(
            tx, app_id, policy=developers.AddressPolicy(), fallback_url=app.fallback_url,
            session_init_url=app.session_init_url, dynamic_action_url=app.dynamic_action_url,
            events_url="https://app.example/events",
        )  # fmt: skip
        user_id = await developers.remember_user_id(
            tx, keys=scene.platform.services.keys, app_id=app_id, person_id=owner_id
        )
    return {
        "ripe": ripe.token,
        "ripe_too": ripe_too.token,
        "ending": ending.token,
        "unpaid": unpaid.token,
        "business_token": business.token,
        "ticket_uuid": ticket.uuid,
        "id": PAID,
        "conversation_id": held.uuid,
        "bot_conversation": bot.uuid,
        "user_id": user_id,
        "divar_user_id": user_id,
        "phone": phone.national(scene.person.phone),
    }


async def test_every_answer_is_read_by_a_strict_client(
    scene: kenar.Scene, published: dict[str, Any]
):
    ids = await prepared(scene)
    for name in CALLS:
        method, _, path = name.partition(" ")
        found = published["paths"][published_path(path)][method.lower()]
        schema = found["responses"]["200"]["content"]["application/json"]["schema"]

        answer = await answer_of(scene, name, **ids)
        if "/addons/user" in path and method == "POST":
            ids["addon_id"] = answer["id"]

        assert misfits(published, schema, answer) == [], name
        assert list(zeros(answer)) == [], name


@pytest.mark.parametrize(
    "state",
    ["published", "waiting_for_payment", "waiting_for_review", "waiting_for_edit", "retired"],
)
async def test_post_in_any_state_is_read_by_a_strict_client(
    scene: kenar.Scene, published: dict[str, Any], state: str
):
    services = scene.platform.services
    image = await make_image(services.db, services.media)
    async with services.db.write() as tx:
        post = await make_post(
            tx, state=state, image_names=[image.name], hide_phone=True, chat_enabled=False
        )

    answer = await answer_of(scene, f"GET {P}/finder/post/{{token}}", token=post.token)

    schema = {"$ref": "#/components/schemas/finderGetPostResponse"}
    assert misfits(published, schema, answer) == []
    assert list(zeros(answer)) == []


async def test_refusals_are_read_by_a_strict_client(scene: kenar.Scene, published: dict[str, Any]):
    schema = {"$ref": "#/components/schemas/googleRpcStatus"}
    for method, path, key in (
        ("GET", f"{P}/finder/post/AAAAAAAA", ""),
        ("GET", f"{P}/finder/post/{scene.post.token}", None),
        ("GET", f"{P}/users", ""),
        ("PUT", f"{P}/users", ""),
        ("GET", f"{P}/nothing", ""),
        ("POST", f"{P}/get-user-id-by-phone", ""),
    ):
        answer = await scene.call(method, path, key=key)

        assert answer.status_code >= 400
        assert misfits(published, schema, answer.json()) == []
        assert list(zeros(answer.json())) == []
