"""What the checker needs to call Kenar's operations that are served.

Most of it is made through the contract itself. What only an operator or the passing of time can
make (money in a person's wallet, a ticket, a post that ends soon) is written straight into the
world, by the rooms' own verbs.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import httpx

from dalan.domains import developers, identity, ledger, payments, posts
from dalan.domains.posts import PRESETS
from dalan.domains.world.sample import SAMPLE_SLUG
from dalan.kernel import clock, phone
from dalan.kernel.db import Database, WriteTransaction, database_at

V1: Final = "/v1/open-platform"
V2: Final = "/v2/open-platform"
NEW: Final = "/experimental/open-platform"

SERVICE = "REPORT_INSPECTION"
TICKET_RIALS = 1_000_000
WALLET_RIALS = 10_000_000
ENDS_IN = timedelta(days=3)

PICTURE_WIDGETS = [
    {"title_row": {"text": "گزارش", "has_divider": True}},
    {"score_row": {"title": "فنی", "percentage_score": 80, "score_color": "SUCCESS_PRIMARY"}},
]

PERSON_ADDON = {"widgets": PICTURE_WIDGETS, "categories": ["light"]}

BUTTON = {
    "customized_button": {
        "type": "EXTERNAL_PRODUCT_STORE",
        "action": {"open_direct_link": "https://shop.example/7"},
    }
}

SUBMISSION: dict[str, Any] = {
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
    "category_fields": {**PRESETS["LIGHT"].fields},
}

EDIT = {
    "update_mask": ["general_data.title", "category_data.price"],
    "general_data": {"title": "قیمت تازه"},
    "category_data": {"price": 650_000_000},
}

BUTTONS = {
    "rows": [
        {
            "buttons": [
                {"caption": "پرداخت", "icon": "PAYMENT",
                 "action": {"open_server_link": {"data": {"order": "7"}}}}
            ]
        }
    ]
}  # fmt: skip

BOT_MESSAGE = {"text_message": "بازی کنیم؟", "buttons": BUTTONS}

REPORT = {
    "amount_rials": "1500000",
    "profit_rials": "300000",
    "services": ["banner"],
    "reference_id": "contract",
}


def auth(credentials: Mapping[str, Any]) -> dict[str, Any]:
    """Headers, ids and bodies for the checker."""
    ids = credentials["ids"]
    headers = {
        "X-API-Key": credentials["app"]["api_key"],
        "Authorization": f"Bearer {credentials['person']['access_token']}",
    }
    made = asyncio.run(_made(credentials))
    with httpx.Client(base_url=credentials["base_url"], headers=headers) as app:
        paid, edited, unpaid = (_submitted(app) for _ in range(3))
        paid_id = str(uuid4())
        app.post(f"{NEW}/post/{paid}/publish", json={"id": paid_id}).raise_for_status()
        greeted = app.post(f"{V1}/chat/bot/users/{ids['user_id']}/messages", json=BOT_MESSAGE)
        bot_conversation = greeted.raise_for_status().json()["conversation_id"]
        addon = app.post(f"{V2}/addons/users/{ids['divar_user_id']}", json=PERSON_ADDON)
        addon_id = addon.raise_for_status().json()["id"]
    return {
        "headers": headers,
        "ids": {
            "token": ids["post_token"],
            "post_token": ids["post_token"],
            "business_token": ids["business_token"],
            "city_slug": "tehran",
            "id": paid_id,
            "category": "light",
            "category_slug": "light",
            "user_id": ids["user_id"],
            "divar_user_id": ids["divar_user_id"],
            "conversation_id": ids["conversation_id"],
        },
        "requests": {
            **_reading(credentials),
            **_attaching(credentials["person"]["phone"], addon_id),
            **_saying(credentials["person"]["phone"]),
            **_chatting(bot_conversation),
            **_posting(edited),
            **_paying(paid=paid, unpaid=unpaid, ending=made["ending"]),
            f"POST {V1}/payment-ticket/validate": {
                "body": {
                    "ticket_uuid": made["ticket"],
                    "service_cost": TICKET_RIALS,
                    "user_id": ids["user_id"],
                }
            },
            f"POST {V1}/events/subscriptions": {
                "body": {
                    "event_type": "POST_UPDATE",
                    "event_resource_id": ids["post_token"],
                    "metadata": {"order": "7"},
                }
            },
            f"DELETE {V1}/post/{{post_token}}": {"ids": {"post_token": edited}},
        },
    }


def _reading(credentials: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"POST {V1}/get-user-id-by-phone": {"body": {"phone": credentials["person"]["phone"]}},
        f"POST {V2}/finder/post": {
            "body": {"category": "root", "city": "tehran", "query": {"rent": {"min": "0"}}}
        },
    }


def _attaching(number: str, addon_id: str) -> dict[str, Any]:
    """``addon_id``: of the add-on of the person that stands already; making it again keeps it."""
    return {
        f"POST {V2}/addons/post/{{token}}": {
            "body": {"widgets": PICTURE_WIDGETS, "notes": "contract"}
        },
        f"DELETE {V1}/addons/post/{{token}}": {},
        f"POST {V2}/addons/users/{{divar_user_id}}": {"body": PERSON_ADDON},
        f"POST {V2}/addons/user/{{phone}}": {"ids": {"phone": number}, "body": PERSON_ADDON},
        f"DELETE {V1}/addons/user/{{id}}": {"ids": {"id": addon_id}},
        f"POST {V1}/addons/business/{{business_token}}": {"body": {"widgets": PICTURE_WIDGETS}},
        f"POST {NEW}/posts/{{post_token}}/customized-button": {"body": BUTTON},
        f"DELETE {NEW}/posts/{{post_token}}/customized-button": {},
        f"POST {NEW}/business/{{business_token}}/customized-button": {"body": BUTTON},
        f"DELETE {NEW}/business/{{business_token}}/customized-button": {},
    }


def _saying(number: str) -> dict[str, Any]:
    values = {"status": "SUCCEEDED", "internal_ref": "A-17"}
    return {
        f"POST {NEW}/semantic/post/{{token}}": {"body": {"semantic": values}},
        f"POST {V1}/semantic/users/{{divar_user_id}}": {
            "body": {"semantic": values, "phone": number}
        },
        f"DELETE {V1}/semantic/users/{{divar_user_id}}": {"query": {"phone": number}},
    }


def _chatting(bot_conversation: str) -> dict[str, Any]:
    bot = f"{V1}/chat/bot"
    return {
        f"POST {NEW}/chat/upload": {"body": {}},
        f"POST {V2}/conversations/{{conversation_id}}/messages": {
            "body": {"message": "سلام", "receiver_buttons": BUTTONS}
        },
        f"POST {bot}/conversations/{{conversation_id}}/messages": {
            "ids": {"conversation_id": bot_conversation},
            "body": BOT_MESSAGE,
        },
        f"POST {bot}/users/{{user_id}}/messages": {"body": BOT_MESSAGE},
    }


def _posting(edited: str) -> dict[str, Any]:
    ids = {"post_token": edited}
    return {
        f"POST {NEW}/user-posts/new": {"body": SUBMISSION},
        f"POST {NEW}/posts/new-v2": {"body": SUBMISSION},
        f"PUT {V2}/post/{{post_token}}": {"ids": ids, "body": EDIT},
        f"PUT {V1}/post/{{post_token}}": {
            "ids": ids,
            "body": {"title": "عنوان تازه", "description": "متن تازه"},
        },
    }


def _paying(*, paid: str, unpaid: str, ending: str) -> dict[str, Any]:
    """``paid`` is bumped by the app, then by its owner: the world's pause between two is none."""
    path = f"POST {NEW}/post/{{post_token}}"
    return {
        f"{path}/publish": {"ids": {"post_token": unpaid}, "body": {"id": str(uuid4())}},
        f"{path}/reorder": {
            "ids": {"post_token": paid},
            "body": {"id": str(uuid4()), "extra_details": "contract"},
        },
        f"{path}/renew": {"ids": {"post_token": ending}, "body": {"id": str(uuid4())}},
        f"{path}/pay-promotion": {
            "ids": {"post_token": paid},
            "body": {
                "operation": "PROMOTION_OPERATION_REORDER",
                "id": str(uuid4()),
                "is_personal": True,
            },
        },
        f"POST {V1}/user-payments": {"body": REPORT},
    }


def _submitted(app: httpx.Client) -> str:
    answer = app.post(f"{NEW}/user-posts/new", json=SUBMISSION).raise_for_status()
    return str(answer.json()["post_token"])


async def _made(credentials: Mapping[str, Any]) -> dict[str, str]:
    """A wallet with money, a ticket for the sample app, which is told of events, a post in
    its last days."""
    db = database_at(credentials["database"], durable=False, connections_max=1)
    await db.open()
    try:
        return await _make(db, phone.parse(credentials["person"]["phone"]))
    finally:
        await db.close()


async def _make(db: Database, number: str) -> dict[str, str]:
    async def work(tx: WriteTransaction) -> dict[str, str]:
        person = await identity.person_by_phone(tx, number)
        assert person is not None, "the world is furnished"
        app = await developers.app_by_slug(tx, SAMPLE_SLUG)
        await developers.set_addresses(
            tx, app.id, policy=developers.AddressPolicy(), fallback_url=app.fallback_url,
            session_init_url=app.session_init_url, dynamic_action_url=app.dynamic_action_url,
            events_url="https://app.example/events",
        )  # fmt: skip
        await ledger.transfer(
            tx,
            reference="contract",
            kind="top_up",
            sides=[
                ledger.Side("gateway", 0, -WALLET_RIALS),
                ledger.Side("wallet", person.id, WALLET_RIALS),
            ],
        )
        await developers.classify(tx, app.id, service_type="INTERNAL", tags=[], by_team=False)
        ticket = await payments.issue_ticket(
            tx,
            issuer_app_id=app.id,
            person_id=person.id,
            service_type=SERVICE,
            amount_max_rials=TICKET_RIALS,
        )
        await developers.classify(tx, app.id, service_type=SERVICE, tags=[], by_team=False)
        ending = await posts.create(
            tx,
            owner_id=person.id,
            category="light",
            city="tehran",
            title="به پایان نزدیک",
            description="سه روز مانده است.",
            fields={**PRESETS["LIGHT"].fields},
            at=clock.now() - posts.LIFETIME + ENDS_IN,
        )
        return {"ticket": ticket.uuid, "ending": ending.token}

    return await db.transact(work)
