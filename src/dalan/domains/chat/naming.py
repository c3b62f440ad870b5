"""How the first generation names a conversation: by its people, as one app knows them, and post.

Source: reference/kenar.md 3.7, ``CHAT_MESSAGE_SEND``: base64 of ``user_id:post_token:peer_id``.
"""

from base64 import urlsafe_b64decode
from binascii import Error as Base64Error

import msgspec

TRIPLE_LENGTH_MAX = 300


class Triple(msgspec.Struct, frozen=True):
    """Who agreed, about which post, with whom. The ids are an app's own names of people."""

    user_id: str
    post_token: str
    peer_id: str


def read_triple(resource: str) -> Triple | None:
    """What such a name means; None for what is none. Either alphabet, padded or not."""
    if not resource.isascii() or len(resource) > TRIPLE_LENGTH_MAX:
        return None
    plain = resource.replace("+", "-").replace("/", "_").rstrip("=")
    try:
        text = urlsafe_b64decode(plain + "=" * (-len(plain) % 4)).decode("ascii")
    except (Base64Error, UnicodeDecodeError, ValueError):
        return None
    parts = text.split(":")
    if len(parts) != 3 or not all(parts) or "\0" in text:
        return None
    return Triple(*parts)
