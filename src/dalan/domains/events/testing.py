"""Examples for developers to try their servers with."""

from typing import Any

import msgspec

from dalan.domains import deliveries, developers
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction

_MESSAGE: dict[str, Any] = {
    "id": "e7a08a2c-8ee4-41ef-af85-4e9e9bfa3c12",
    "conversation": {"id": "edbb9499-cccc-4d35-b21f-621fa95f2b3e", "type": "POST",
                     "post_token": "gZk3-dP1"},
    "sender": {"side": "BUYER", "type": "HUMAN"},
    "type": "TEXT",
    "sent_at": "2026-01-01T09:00:00.000001Z",
    "text": "هنوز موجوده؟",
}  # fmt: skip
_TRANSACTION = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "cost_rials": "400000",
    "state": "TRANSACTION_STATE_COMPLETED",
    "type": "TRANSACTION_TYPE_REORDER",
}

_LINK: dict[str, Any] = {
    "hash": "bahar", "domain": "", "short_url": "https://dalan.example/l/bahar", "kind": "link",
    "target": "https://shop.example/bahar", "title": "بهار", "tags": ["sale"], "active": True,
    "expires_at": None, "visits_max": None, "deleted_at": None,
}  # fmt: skip
_CLICK = {
    "at": "2026-01-01T09:00:00Z", "source": "web", "country": "Iran", "city": "Tehran",
    "referrer": "news.example", "browser": "Chrome", "os": "Windows 10", "device": "desktop",
    "language": "fa",
}  # fmt: skip

EXAMPLES: dict[str, dict[str, Any]] = {
    "POST_UPDATE": {
        "metadata": {},
        "post_update": {"type": "RETIRE", "post": {"token": "gZk3-dP1"}},
    },
    "NEW_MESSAGE": {"metadata": {}, "new_message": _MESSAGE},
    "NEW_CHATBOT_MESSAGE": {
        "new_chatbot_message": {
            **_MESSAGE,
            "conversation": {"id": "6b3d5cf7-9291-4fa9-892a-9d07e300daea", "type": "BOT"},
            "sender": {"type": "HUMAN"},
            "text": "/start MY_POST gZk3-dP1",
        }
    },
    "USER_ACCESS_REVOCATION": {
        "user_access_revocation": {"user_id": "2f1c0c1e-5a0e-4c53-9a6d-0c8f6a1f2b11"}
    },
    "PAYMENT_TRANSACTION": {"transaction": _TRANSACTION, "payment_transaction": _TRANSACTION},
    "link.created": {"link": _LINK},
    "link.changed": {"link": _LINK, "action": "edited", "changed": ["title"]},
    "link.clicked": {"link": _LINK, "count": 1, "newest_clicks": [_CLICK]},
    "link.expired": {"link": _LINK},
    "link.limit_reached": {"link": _LINK},
}
"""By kind: what stands beside ``type``. Source of the shapes: reference/kenar.md, appendix A."""


async def send_test(tx: WriteTransaction, app: developers.App, type_: str) -> str:
    """Send an example of that kind to the app, marked as a test; answers its id.

    Raises ``deliveries.NoAddress``.
    """
    if not app.events_url:
        raise deliveries.NoAddress
    (uid,) = await deliveries.append(
        tx,
        [
            deliveries.News(
                app_id=app.id,
                type=type_,
                resource="test",
                body=msgspec.json.encode({"type": type_, **EXAMPLES[type_]}).decode(),
                happened_at=clock.now(),
                is_test=True,
            )
        ],
    )
    return uid
