"""What stands behind the slash: drawn by chance or chosen, kept as spelled, found as folded.

Source: pod-links.md 3.1; decision 0038.
"""

import unicodedata
from typing import Final

from dalan.domains.links.errors import HashTooLong, InvalidLink
from dalan.kernel import randomness
from dalan.kernel.text import fold_digits

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LENGTH: Final = 7
LENGTH_WHEN_CROWDED: Final = 8
DRAWS_BEFORE_CROWDED: Final = 5
CUSTOM_LENGTH_MAX: Final = 64
FOLDED_LENGTH_MAX: Final = 4 * CUSTOM_LENGTH_MAX
"""One sign may fold to eighteen letters; a hash of such signs alone is too long."""

SPELLING_LENGTH_MAX: Final = 16 * CUSTOM_LENGTH_MAX
"""No longer a text is folded to see: what it takes grows with the square of its marks."""

RESERVED: Final = frozenset(
    (
        "srv", "api", "admin", "health", "metrics", "static", "media", "console", "docs",
        "openapi", "kenar", "basalam", "oauth", "oauth2", "auth", "sign-in", "robots.txt",
        "favicon.ico", "sitemap.xml", "manifest.json", ".well-known", "login", "logout",
    )
)  # fmt: skip
"""Names of places, which no link may pretend to be, in any letter case."""

_BLOCKED: Final = (
    "anal", "anus", "bitch", "cock", "cunt", "dick", "fuck", "jende", "jendeh", "kiri", "koon",
    "kooni", "kosna", "lashi", "nigg", "penis", "porn", "pussy", "shit", "slut", "whore", "xxx",
)  # fmt: skip
"""What no hash that chance draws may spell, in English or in Persian of Latin letters."""

_FORBIDDEN: Final = frozenset('/\\?#%"<>^{}|`')
_JOINERS: Final = frozenset("\u200c\u200d")
_FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zs", "Zl", "Zp"})
_ONE_LETTER: Final = {0x064A: "\u06cc", 0x0649: "\u06cc", 0x0643: "\u06a9", 0x0640: None}
_MARKS: Final = frozenset({"Mn", "Me", "Cf"})


def drawn(*, crowded: bool = False) -> str:
    """A hash by chance that spells no blocked word; longer where short ones are ``crowded``."""
    length = LENGTH_WHEN_CROWDED if crowded else LENGTH
    while True:
        text = randomness.choice_text(ALPHABET, length)
        if not any(word in text.lower() for word in _BLOCKED):
            return text


def chosen(text: str) -> str:
    """A hash somebody chose, as it is kept. Raises InvalidLink, then HashTooLong."""
    if len(text) > SPELLING_LENGTH_MAX:  # normalising cannot make this one fit
        raise HashTooLong(longest=CUSTOM_LENGTH_MAX)
    kept = unicodedata.normalize("NFC", text)
    folded = folded_hash(kept)
    if (
        any(_is_forbidden(one) for one in kept)
        or kept.startswith(".")
        or kept.endswith((".", "+"))
        or not folded
        or folded.lower() in RESERVED
    ):
        raise InvalidLink("the hash has a character or is a name that it may not", field="hash")
    if len(kept) > CUSTOM_LENGTH_MAX or len(folded) > FOLDED_LENGTH_MAX:
        raise HashTooLong(longest=CUSTOM_LENGTH_MAX)
    return kept


def folded_hash(text: str) -> str:
    """What a hash is found by: two that look the same fold to the same. Latin case stays."""
    if text.isascii():
        return text
    plain = fold_digits(unicodedata.normalize("NFKC", text)).translate(_ONE_LETTER)
    kept = "".join(
        one
        for one in unicodedata.normalize("NFKC", plain)
        if unicodedata.category(one) not in _MARKS
    )
    return unicodedata.normalize("NFKC", kept)


def _is_forbidden(one: str) -> bool:
    category = unicodedata.category(one)
    return (
        one in _FORBIDDEN
        or category in _FORBIDDEN_CATEGORIES
        or (category == "Cf" and one not in _JOINERS)
    )
