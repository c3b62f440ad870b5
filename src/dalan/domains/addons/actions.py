"""What happens when somebody clicks a widget: exactly one of five things.

Source: Kenar contract, schema ``addonsAction``; reference/kenar.md 6.5.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.reading import Fields

URL_LENGTH_MAX = 2_048

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\\\"<>\u2028\u2029\ud800-\udfff]")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


class AppData(msgspec.Struct, frozen=True, omit_defaults=True):
    """``data`` goes to the app's server as it came."""

    data: dict[str, Any] = {}


class PostReference(msgspec.Struct, frozen=True):
    """A post, by its public token."""

    post_token: str


class Action(msgspec.Struct, frozen=True, omit_defaults=True):
    """Exactly one member is set."""

    open_direct_link: str | None = None
    open_server_link: AppData | None = None
    get_dynamic_action: AppData | None = None
    open_post_page: PostReference | None = None
    open_post_manage_page: PostReference | None = None


def read_action(fields: Fields | None) -> Action | None:
    """The action, or None when there is none. Raises ``InvalidAddon`` for none or two members."""
    if fields is None:
        return None
    given = [name for name in Action.__struct_fields__ if fields.get(name) is not None]
    if len(given) != 1:
        raise InvalidAddon(fields.where, f"exactly one of {', '.join(Action.__struct_fields__)}")
    name = given[0]
    if name == "open_direct_link":
        return Action(open_direct_link=read_url(fields, name))
    part = fields.part(name)
    assert part is not None, "it was given"
    if name == "open_server_link":
        return Action(open_server_link=AppData(part.data("data")))
    if name == "get_dynamic_action":
        return Action(get_dynamic_action=AppData(part.data("data")))
    token = part.text("post_token", most=64)
    if _TOKEN.fullmatch(token) is None:
        raise part.refuse("post_token", "must be the token of a post")
    if name == "open_post_page":
        return Action(open_post_page=PostReference(token))
    return Action(open_post_manage_page=PostReference(token))


def read_answer(value: Any, *, text_length_max: int) -> tuple[str, Action | None]:
    """What an app answers to a click: a text to show ("" for none), and what to do next.

    A text that is too long is cut, not refused: the click has already had its effect. Raises
    ``InvalidAddon`` for an action that is neither a direct nor a server link.
    """
    fields = Fields(value, "answer")
    text = fields.get("text_message")
    text = fields.text("text_message", most=10 * text_length_max) if text else ""
    given = fields.get("action")
    action = read_action(fields.part("action")) if given else None
    if action is not None and action.open_direct_link is None and action.open_server_link is None:
        raise fields.refuse("action", "either open_direct_link or open_server_link")
    return text[:text_length_max], action


def read_url(fields: Fields, name: str) -> str:
    """An address a browser may be sent to: http or https, nothing a script could hide in."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise fields.refuse(name, "must be a string")
    if len(value) > URL_LENGTH_MAX:
        raise fields.refuse(name, f"at most {URL_LENGTH_MAX} characters")
    if not is_web_url(value):
        raise fields.refuse(name, "must be a whole http or https address")
    return value


def is_web_url(text: str) -> bool:
    """Whether it is an absolute http or https address of a length and spelling we pass on.

    A user name before the host is for deceiving people about the host.
    """
    if len(text) > URL_LENGTH_MAX or _NOT_IN_URLS.search(text):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 (raises when it is no number)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
