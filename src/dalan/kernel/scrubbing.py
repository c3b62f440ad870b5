"""Takes personal data and secrets out of what is about to be logged or kept for a developer.

By key where a name tells (``client_secret``, ``phone``), by pattern wherever text tells
(tokens, keys, phone numbers). What stays of a token is its kind, of an API key its id, so that
a reader can still say which one it was.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"

TEXT_LENGTH_MAX = 8_000
"""Characters kept of one text; tracebacks are the longest honest ones."""

_DEPTH_MAX = 8
_ITEMS_MAX = 200

# Lower case, with underscores. Not "token" or "code" alone: post tokens and error codes are
# what logs are read for. Real tokens are known by their shape.
_SECRET_KEYS = frozenset(
    {
        "authorization",
        "proxy_authorization",
        "cookie",
        "set_cookie",
        "x_api_key",
        "api_key",
        "apikey",
        "access_token",
        "refresh_token",
        "id_token",
        "authorization_code",
        "code_verifier",
        "one_time_code",
        "otp",
        "verification_code",
        "session_id",
        "csrf_token",
        "_token_",
        "apitoken",
        "scapikey",
        "service_key",
        "identification_key",
        "phone",
        "phones",
        "phone_numbers",
        "mobile",
        "national_code",
        "national_id",
        "iban",
        "sheba",
        "card",
        "card_number",
        "pan",
        "email",
        "birth_date",
    }
)
_SECRET_ENDINGS = ("secret", "password", "passwd", "phone_number", "mobile_number", "private_key")

_NAMES_IN_TEXT = (
    "access_token|refresh_token|id_token|client_secret|code_verifier|code|password|otp|api_key|"
    "service_key|_token_|apitoken|scapikey|phone|phone_number|mobile|national_code|iban|state"
)
_DIGIT = "[0-9۰-۹٠-٩]"

# A literal is found ten times sooner than a pattern tried at every character: each pattern is
# only tried where one of its literals occurs in the lower-case text.
_PATTERNS = tuple(
    (literals, re.compile(pattern), replacement)
    for literals, pattern, replacement in (
        # Our tokens, of any prefix an installation gave them.
        (
            ("_at_", "_rt_", "_ac_", "_par_"),
            r"\b([a-z][a-z0-9]{1,15}_(?:at|rt|ac|par)_)[\w-]{20,}(?:\.[\w-]+)?",
            rf"\1{HIDDEN}",
        ),
        (("dalan_ak_",), r"\b(dalan_ak_[0-9A-Za-z]{1,11}_)[0-9A-Za-z_]{10,}", rf"\1{HIDDEN}"),
        # JSON web tokens, with or without their signature.
        (("eyj",), r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?", HIDDEN),
        (
            ("bearer", "basic"),
            r"(?i)\b(bearer|basic)\s+(?!\[)[\w.~+/=-]{8,}",
            rf"\1 {HIDDEN}",
        ),
        # Forms, queries and JSON written out as text.
        (
            ("=",),
            rf"(?i)(?<![\w-])({_NAMES_IN_TEXT})=(?!\[)[^&\s\"'<>]+",
            rf"\1={HIDDEN}",
        ),
        (
            ('"', "'"),
            rf"([\"'])({_NAMES_IN_TEXT})\1(\s*:\s*)([\"'])(?!\[).*?\4",
            rf"\1\2\1\3\4{HIDDEN}\4",
        ),
    )
)

_LONG_NUMBER = re.compile(rf"{_DIGIT}(?:[ -]?{_DIGIT}){{8}}")

_NUMBER_PATTERNS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Iranian mobile numbers in any digits, then numbers of other countries.
        (
            r"(?:(?<![\w.+-])|(?<=%2B))(?:\+|00|۰۰)?(?:98|۹۸|٩٨|[0۰٠])[ -]?"
            rf"[9۹٩](?:[ -]?{_DIGIT}){{9}}(?!{_DIGIT})",
            "[phone]",
        ),
        (r"(?<![\w.+-])\+[1-9](?:[ -]?[0-9]){8,14}(?![0-9])", "[phone]"),
        # Accounts (IBAN) and bank cards.
        (r"\bIR[0-9]{24}\b", "[iban]"),
        (r"(?<![\w.-])[2-6][0-9]{3}(?:[ -]?[0-9]{4}){3}(?![\w-])", "[card]"),
    )
)


def scrub_text(text: str) -> str:
    """The text, cut to ``TEXT_LENGTH_MAX``, with what looks secret or personal replaced."""
    if len(text) > TEXT_LENGTH_MAX:
        text = f"{text[:TEXT_LENGTH_MAX]}…"
    lower = text.lower()
    for literals, pattern, replacement in _PATTERNS:
        if any(literal in lower for literal in literals):
            text = pattern.sub(replacement, text)
    if _LONG_NUMBER.search(text):
        for pattern, replacement in _NUMBER_PATTERNS:
            text = pattern.sub(replacement, text)
    return text


def scrub(value: Any) -> Any:
    """A copy of plain data (dicts, lists, texts, numbers) that may be written down.

    Deep or long data is cut; what is no plain data becomes its scrubbed ``str``.
    """
    return _scrubbed(value, _DEPTH_MAX)


def is_secret_key(key: str) -> bool:
    """Whether a member of this name, however it is spelled, never has its value written."""
    plain = key.lower().replace("-", "_")
    return plain in _SECRET_KEYS or plain.endswith(_SECRET_ENDINGS)


def _scrubbed(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return scrub_text(value)
    # Ids are numbers too: a number is only hidden by its key.
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {
            scrub_text(str(key)): HIDDEN
            if is_secret_key(str(key)) and member not in (None, "", False)
            else _scrubbed(member, depth - 1)
            for key, member, _ in zip(value.keys(), value.values(), range(_ITEMS_MAX), strict=False)
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [
            _scrubbed(member, depth - 1)
            for member, _ in zip(value, range(_ITEMS_MAX), strict=False)
        ]
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    return scrub_text(str(value))
