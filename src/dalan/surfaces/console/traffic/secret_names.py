"""What is a secret by the name it stands under, of whatever shape it is."""

import re
from typing import Final

_NAMES: Final = (
    "access_token", "refresh_token", "id_token", "client_secret", "client_assertion",
    "code_verifier", "password", "passwd", "passphrase", "otp", "one_time_code",
    "verification_code", "api_key", "service_key", "identification_key", "csrf_token",
    "private_key", "secret", "signing_secret", "session_id",
)  # fmt: skip
"""Whoever spells them otherwise (``clientSecret``, ``Client-Secret``, ``client%5Fsecret``), or puts
a word before one (``newPassword``), means the same."""

_KINDS_BY_WORD: Final = {name.replace("_", ""): name for name in _NAMES} | {
    "scapikey": "service_key",
    "apitoken": "access_token",
}
_OAUTH_KINDS_BY_WORD: Final = {
    "code": "authorization_code", "token": "token", "requesturi": "request_uri"
}  # fmt: skip
"""At the authorization server these are secrets by name, of whatever shape; elsewhere a code
is an error's and a token a post's."""

_LAST_WORDS: Final = tuple(word for word in _KINDS_BY_WORD if len(word) > len("otp"))
_OF_THE_GATEWAY: Final = "_token_"
"""The short links' gateway: without its lines it would be anybody's ``token``."""

_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")

_HEADER_KINDS: Final = {
    "x-api-key": "api_key",
    "api-key": "api_key",
    "apikey": "api_key",
    "x-access-token": "access_token",
    "_token_": "access_token",
    "apitoken": "access_token",
    "x-service-key": "service_key",
    "x-csrf-token": "csrf_token",
    "authorization": "authorization",
    "proxy-authorization": "authorization",
}
_HEADER_HINTS: Final = (
    ("csrf", "csrf_token"),
    ("secret", "secret"),
    ("passw", "password"),
    ("credential", "credentials"),
    ("session", "session"),
    ("token", "token"),
    ("auth", "authorization"),
    ("key", "api_key"),
    ("otp", "otp"),
)
"""What stands in the names of headers that open something, and what they hold then."""

PLAIN_HEADERS: Final = frozenset(
    {
        "accept", "accept-encoding", "accept-language", "cache-control", "connection",
        "content-length", "content-type", "date", "host", "idempotency-key", "server", "user-agent",
        "vary", "www-authenticate", "x-content-type-options", "x-dalan-fault", "x-dalan-hint",
        "x-kenar-event-id", "x-request-id",
    }
)  # fmt: skip
"""Of these none holds a secret, and nearly every request has most of them."""

_KNOWN_HEADERS: Final = (
    "accept", "access-control-", "content-", "cross-origin-", "etag", "if-", "last-modified",
    "link", "location", "origin", "referer", "retry-after", "sec-", "strict-", "trace", "tus-",
    "upload-", "webhook-", "x-forwarded-", "x-ratelimit-",
)  # fmt: skip
"""How names begin of headers whose values are known to be no secrets as a whole."""

_SHAPELESS: Final = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.~+/=:-]{16,}")
"""One word of letters and digits: under a name that nobody knows it may open anything."""


def kind_of(name: str, *, oauth: bool = False) -> str:
    """Which kind of secret stands under that name in a form or in JSON; "" for none. ``oauth``: at
    the authorization server."""
    if name == _OF_THE_GATEWAY:
        return "token"
    if "\\u" in name:
        name = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), name)
    word = _NO_LETTERS.sub("", name.lower())
    if kind := _KINDS_BY_WORD.get(word, ""):
        return kind
    if oauth and word in _OAUTH_KINDS_BY_WORD:
        return _OAUTH_KINDS_BY_WORD[word]
    if word.endswith(_LAST_WORDS):
        return next(kind for last, kind in _KINDS_BY_WORD.items() if word.endswith(last))
    return ""


def kind_of_header(name: str, value: str) -> str:
    """Which kind of secret a header (its name in lower case) holds as a whole; "" for none."""
    if kind := _HEADER_KINDS.get(name, ""):
        return kind
    if name.startswith(_KNOWN_HEADERS):
        return ""
    hinted = next((kind for hint, kind in _HEADER_HINTS if hint in name), "")
    return hinted or ("secret" if _SHAPELESS.fullmatch(value) else "")
