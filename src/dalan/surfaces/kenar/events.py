"""How each kind of event reads on the wire. Source: reference/kenar.md 7.3 and appendix A."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from dalan.domains import chat, events, media, payments
from dalan.kernel.db.types import microseconds_of
from dalan.surfaces.kenar.routes.finder import post_on_the_wire
from dalan.surfaces.kenar.routes.payments import STATES, TYPES
from dalan.surfaces.kenar.routes.posts import business_on_the_wire
from dalan.surfaces.kenar.wire import events as wire
from dalan.surfaces.kenar.wire.chat import Conversation, MessageSender


class Spelling:
    """``events.Spell`` of this contract."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._by_type: dict[str, Callable[[Any], dict[str, Any]]] = {
            "POST_UPDATE": self._post_update,
            "NEW_MESSAGE": lambda told: {"new_message": self._message(told)},
            "NEW_CHATBOT_MESSAGE": lambda told: {"new_chatbot_message": self._message(told)},
            "CHAT_MESSAGE": _older_message,
            "USER_ACCESS_REVOCATION": _revocation,
            "PAYMENT_TRANSACTION": _transaction,
        }

    def __call__(self, type_: str, subject: Any) -> dict[str, Any]:
        return self._by_type[type_](subject)

    def _post_update(self, update: events.PostUpdate) -> dict[str, Any]:
        """A post that is no longer to be seen is told by its token alone."""
        if update.post is None:
            told: Any = {"token": update.token}
        else:
            shows_pictures = update.post.first_published_at is not None
            told = post_on_the_wire(
                update.post,
                base_url=self._base_url,
                shows_pictures=shows_pictures,
                business=business_on_the_wire(update.business),
            )
        return {"post_update": wire.PostUpdate(type=update.change, post=told)}

    def _message(self, told: events.MessageTold) -> wire.ChatMessage:
        """A text that is not there is sent empty: apps insist on one."""
        message, facts = told.message, told.message.facts or {}
        kind = message.kind
        is_in_post = told.conversation.kind == "post"
        file = self._file(told.file) if told.file is not None else UNSET
        return wire.ChatMessage(
            id=message.uuid,
            conversation=Conversation(
                id=told.conversation.uuid,
                type="POST" if is_in_post else "BOT",
                post_token=told.post_token,
            ),
            sender=MessageSender(
                type="HUMAN" if message.app_id is None else "BOT",
                side=_SIDES[message.side] if is_in_post else UNSET,
            ),
            type=_KINDS[kind],
            sent_at=microseconds_of(message.sent_at) if told.in_microseconds else message.sent_at,
            text=message.text,
            image_data=file if kind == "image" else UNSET,
            file_data=file if kind == "file" else UNSET,
            voice_data=file if kind == "voice" else UNSET,
            video_data=file if kind == "video" else UNSET,
            location_data=facts if kind == "location" else UNSET,
            contact_data=wire.ContactData(phone=facts["phone"], name=facts.get("name", ""))
            if kind == "contact"
            else UNSET,
        )

    def _file(self, file: media.MediaFile) -> wire.FileData:
        is_document = file.kind not in ("image", "video", "voice")
        is_picture = file.kind == "image"  # which stands in the sizes of pictures
        path = media.path_of(file.name, 1200) if is_picture else media.path_of_file(file.name)
        return wire.FileData(
            link=f"{self._base_url}{path}",
            size_bytes=str(file.size_bytes),
            name=file.title if is_document else "",
            width_px=file.width_px or 0 if file.kind == "image" else 0,
            height_px=file.height_px or 0 if file.kind == "image" else 0,
        )


_SIDES: dict[chat.Side, wire.MessageSide] = {"seller": "SELLER", "buyer": "BUYER"}
_KINDS: dict[chat.MessageKind, wire.MessageType] = {
    "text": "TEXT",
    "image": "IMAGE",
    "video": "VIDEO",
    "voice": "VOICE",
    "file": "FILE",
    "location": "LOCATION",
    "contact": "CONTACT",
}


def _older_message(told: events.OlderMessageTold) -> dict[str, Any]:
    """As the contract's first generation has it; reference 7.6."""
    message, post = told.message, told.post
    seller = {"id": told.seller, "is_supply": True}
    buyer = {"id": told.buyer, "is_supply": False}
    by_seller = message.side == "seller"
    return {
        "timestamp": str(int(message.sent_at.timestamp())),
        "payload": {
            "@type": "type.googleapis.com/notify.ChatMessagePayload",
            "id": message.uuid,
            "type": "TEXT",
            "data": {"@type": _OLDER_TEXT, "text": message.text},
            "metadata": {"category": post.category, "post_token": post.token, "title": post.title},
            "sender": seller if by_seller else buyer,
            "receiver": buyer if by_seller else seller,
            "from": None,
            "to": None,
            "sent_at": str(microseconds_of(message.sent_at)),
        },
    }


_OLDER_TEXT = "type.googleapis.com/notify.ChatMessageTextData"


def _revocation(revocation: events.Revocation) -> dict[str, Any]:
    return {"user_access_revocation": wire.UserAccessRevocation(user_id=revocation.user_id)}


def _transaction(changed: payments.TransactionChanged) -> dict[str, Any]:
    """Under both names: the table of the sources has one, their example the other."""
    told = wire.Transaction(
        id=changed.uuid,
        cost_rials=str(changed.cost_rials),
        extra_details=changed.extra_details,
        state=STATES[changed.state],
        type=TYPES[changed.operation],
    )
    return {"transaction": told, "payment_transaction": told}
