"""What apps are sent, and what of their answers is used.

Pure: a call is made here and run by ``ask_for_link`` and ``ask_for_action``, which hold no
transaction, for an app may call us back before it answers.

Source: reference/kenar.md 4.2 to 4.6, appendices A and B.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from dalan.domains import addons, developers, payments, posts
from dalan.domains.touchpoints.errors import AppDidNotAnswer
from dalan.kernel.outbound import (
    Outbound,
    OutboundAnswer,
    OutboundFailed,
    OutboundRefused,
    OutboundTimeout,
)

TIMEOUT_SECONDS: Final = 10.0
TEXT_MESSAGE_LENGTH_MAX: Final = 300

_VERSION_HEADERS: Final = {"api-version": "2", "api_version": "2"}
"""Most pages of the documents spell it the one way, two the other."""


class Call(msgspec.Struct, frozen=True):
    """One request to an app's server, ready to be sent."""

    url: str
    headers: dict[str, str]
    body: bytes


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """On what occasion an app is called, by whom, and where the person comes back to.

    ``source`` is ``POST_ADDON``, ``CHAT_MESSAGE_ACTION`` or the name of a place; ``touchpoint``
    is what dynamic actions call it, where that differs. ``data`` is what the app itself put
    into the action; ``older``: in the older form, whose apps look for it one level deeper.
    ``parties`` are the app's names of seller and buyer in a conversation.
    """

    source: str
    completion_url: str
    post: posts.Post | None
    user_id: str | None
    is_owner: bool
    data: dict[str, Any] = {}
    touchpoint: str = ""
    conversation: str = ""
    parties: tuple[str, str] | None = None
    older: bool = False


class DynamicAnswer(msgspec.Struct, frozen=True):
    """What an app wants done: a text to show, an action to take, both or neither."""

    text_message: str
    action: addons.Action | None


def direct_link(
    app: developers.App,
    *,
    completion_url: str,
    post: posts.Post | None,
    ticket: payments.Ticket | None = None,
) -> str:
    """The app's start address for a browser, with what it is told of the occasion, and the
    ticket that pays it for this person if there is one.

    Members already in the address stay first and as they are. Raises ``AppDidNotAnswer`` when
    the app set no address.
    """
    if not addons.is_web_url(app.fallback_url):
        raise AppDidNotAnswer("not_set", "the app has no fallback address")
    told = {"completion_url": completion_url, "return_url": completion_url, "app_slug": app.slug}
    if post is not None:
        told = {"post_token": post.token} | told | {"category": post.category, "city": post.city}
    if ticket is not None:
        told["ticket_uuid"] = ticket.uuid
    parts = urlsplit(app.fallback_url)
    query = "&".join(part for part in (parts.query, urlencode(told)) if part)
    return urlunsplit(parts._replace(query=query))


def session_call(app: developers.App, occasion: Occasion, *, identification_key: str) -> Call:
    """The request that asks an app's server for an address. Raises ``AppDidNotAnswer``
    when the app set none of its own.

    Which fields the body has is the app's setting: those of the first or the second version of
    the contract, or (unless it says otherwise) of both.
    """
    if not app.session_init_url:
        raise AppDidNotAnswer("not_set", "the app has no session initialization address")
    version = app.settings.session_body
    body: dict[str, Any] = {}
    if version != "2":
        body |= _first_body(occasion)
    if version != "1":
        body |= _second_body(app, occasion)
    return Call(
        app.session_init_url,
        _headers(identification_key) | ({} if version == "1" else _VERSION_HEADERS),
        msgspec.json.encode(body),
    )


def dynamic_call(app: developers.App, occasion: Occasion, *, identification_key: str) -> Call:
    """The request that tells an app's server of a click. Raises ``AppDidNotAnswer``."""
    if not app.dynamic_action_url:
        raise AppDidNotAnswer("not_set", "the app has no dynamic action address")
    body: dict[str, Any] = {
        "touchpoint": occasion.touchpoint or occasion.source,
        "extra_data": occasion.data,
    }
    if occasion.conversation:
        body["conversation_id"] = occasion.conversation
    if occasion.post is not None:
        body |= {"post_token": occasion.post.token, "user_side": _side(app, occasion)}
    if occasion.user_id is not None:
        body["user_id"] = occasion.user_id
    return Call(app.dynamic_action_url, _headers(identification_key), msgspec.json.encode(body))


async def ask_for_link(
    outbound: Outbound, call: Call, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> str:
    """The address an app's server wants the browser sent to. Call it outside any transaction.

    Raises ``AppDidNotAnswer``: nothing but 200 with an http or https ``url`` is taken.
    """
    answer = await _ask(outbound, call, timeout_seconds)
    url = answer.get("url")
    if not isinstance(url, str) or not addons.is_web_url(url):
        raise AppDidNotAnswer("bad_answer", "the app's answer has no http or https url")
    return url


async def ask_for_action(
    outbound: Outbound, call: Call, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> DynamicAnswer:
    """What an app makes of a click. Call it outside any transaction.

    Raises ``AppDidNotAnswer``, also for an action that is none of the two it may answer with.
    """
    answer = await _ask(outbound, call, timeout_seconds)
    try:
        return DynamicAnswer(*addons.read_answer(answer, text_length_max=TEXT_MESSAGE_LENGTH_MAX))
    except addons.InvalidAddon as error:
        raise AppDidNotAnswer("bad_answer", f"the app's answer: {error}") from None


async def _ask(outbound: Outbound, call: Call, timeout_seconds: float) -> Mapping[str, Any]:
    try:
        answer = await outbound.post_json(
            call.url, call.body, call.headers, timeout_seconds=timeout_seconds
        )
    except OutboundRefused as error:
        raise AppDidNotAnswer("refused", str(error)) from None
    except (OutboundTimeout, OutboundFailed) as error:
        raise AppDidNotAnswer("no_answer", str(error)) from None
    return _object_of(answer)


def _object_of(answer: OutboundAnswer) -> Mapping[str, Any]:
    if answer.status != 200:
        raise AppDidNotAnswer("bad_status", f"the app answered with status {answer.status}")
    try:
        value = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise AppDidNotAnswer("bad_answer", "the app's answer is no JSON") from None
    if not isinstance(value, dict):
        raise AppDidNotAnswer("bad_answer", "the app's answer is no JSON object")
    return value


def _first_body(occasion: Occasion) -> dict[str, Any]:
    """Apps of that time take every one of these for granted, so what we do not know is empty."""
    user_id = occasion.user_id or ""
    alone = (user_id, "") if occasion.is_owner else ("", user_id)
    seller, buyer = occasion.parties or alone
    body: dict[str, Any] = {
        "callback_url": occasion.completion_url,
        "post_token": occasion.post.token if occasion.post is not None else "",
        "user_id": user_id,
        "peer_id": buyer if occasion.is_owner else seller,
        "supplier": {"id": seller},
        "demand": {"id": buyer},
        "extra_data": {"provider_data": occasion.data},
    }
    if occasion.conversation:
        body["conversation_id"] = occasion.conversation
    return body


def _second_body(app: developers.App, occasion: Occasion) -> dict[str, Any]:
    body: dict[str, Any] = {
        "completion_url": occasion.completion_url,
        "return_url": occasion.completion_url,
        "callback_url": occasion.completion_url,
        "source": occasion.source,
        "extra_data": _deeper(occasion) if occasion.older else occasion.data,
        "provider_data": occasion.data,
    }
    if occasion.conversation:
        body["conversation_id"] = occasion.conversation
    if occasion.post is not None:
        body |= {"post_token": occasion.post.token, "user_side": _side(app, occasion)}
    if occasion.user_id is not None:
        body["user_id"] = occasion.user_id
    return body


def _deeper(occasion: Occasion) -> dict[str, Any]:
    """Where apps of either time find their data. Source: reference/kenar.md 4.5."""
    return {**occasion.data, "provider_data": occasion.data}


def _headers(identification_key: str) -> dict[str, str]:
    return {"authorization": identification_key} if identification_key else {}


def _side(app: developers.App, occasion: Occasion) -> str:
    side = "SUPPLY" if occasion.is_owner else "DEMAND"
    return side if app.settings.user_side_case == "upper" else side.capitalize()
