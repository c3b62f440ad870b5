"""Forms answer only to the browser session they were shown to.

A token is a random salt and an HMAC of salt and session id under the installation's secret, so
that no two pages carry the same bytes (a compressed page leaks nothing) and nothing is stored.
"""

import base64
import binascii
import hmac
from typing import Final

from dalan.kernel import randomness

FIELD: Final = "csrf_token"
HEADER: Final = "x-csrf-token"

_SALT_BYTES = 16
_TOKEN_CHARS = 64
"""Base64 of 48 bytes: the salt and the first and only 32 bytes of SHA-256."""


def issue(secret: bytes, session_id: str) -> str:
    """A new token for forms shown to ``session_id``, 64 URL-safe characters."""
    salt = randomness.token_bytes(_SALT_BYTES)
    return base64.urlsafe_b64encode(salt + _mac(secret, session_id, salt)).decode()


def verify(secret: bytes, session_id: str, token: str) -> bool:
    """Whether ``token`` was issued for ``session_id``; compared in constant time."""
    if len(token) != _TOKEN_CHARS or not token.isascii():
        return False
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        return False
    return hmac.compare_digest(raw[_SALT_BYTES:], _mac(secret, session_id, raw[:_SALT_BYTES]))


def _mac(secret: bytes, session_id: str, salt: bytes) -> bytes:
    return hmac.digest(secret, b"dalan.csrf\0" + salt + session_id.encode(), "sha256")
