"""Why something was refused, by its stable code: a sentence in both languages, and the page that
explains it. A test holds the table to every code that a watched surface can answer.
"""

from typing import Final

import msgspec

from dalan.surfaces.console.reasons.of_doors import OF_DOORS
from dalan.surfaces.console.reasons.of_links import OF_LINKS
from dalan.surfaces.console.reasons.of_rooms import OF_ROOMS
from dalan.surfaces.html import i18n

__all__ = ["OAUTH_WORDS", "REASONS", "Explained", "explained", "hint_parts"]

REASONS: Final = OF_DOORS | OF_LINKS | OF_ROOMS

OAUTH_WORDS: Final = frozenset(
    {
        "access_denied", "consent_required", "insufficient_scope", "interaction_required",
        "invalid_authorization_details", "invalid_client", "invalid_grant", "invalid_request",
        "invalid_scope", "invalid_token", "login_required", "redirect_uri_mismatch",
        "request_not_supported", "request_uri_not_supported", "server_error",
        "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type",
        "unsupported_response_type",
    }
)  # fmt: skip
"""The authorization server's own words (RFC 6749 and its kin); their codes begin with ``oauth.``"""

_OAUTH_PAGE: Final = "/docs/guide/consent-and-tokens#errors-of-this-part"
_BASALAM_PAGE, _KENAR_PAGE = "/docs/guide/basalam", "/docs/guide/kenar-errors"
_POD_PAGE: Final = "/docs/guide/short-links#errors"
_OF_NO_ERROR: Final = ("fault", "wrong_method")
"""What is said of a method or a fault of ours has no paragraph of its own."""


class Explained(msgspec.Struct, frozen=True):
    """A refusal's code, why in Persian and in English, and the address of its paragraph."""

    code: str
    fa: str
    en: str
    docs: str


def explained(code: str) -> Explained:
    """What stands behind a code; one that is not known is told as what it is."""
    said = REASONS.get(code, REASONS["dalan.error"])
    return Explained(code, i18n.catalog().get(said) or said, said, page_of(code))


def page_of(code: str) -> str:
    """Where a code is explained."""
    room, _, word = code.partition(".")
    if room == "oauth" and word in OAUTH_WORDS:
        return _OAUTH_PAGE
    if room == "pod" and word in _OF_NO_ERROR:
        return _POD_PAGE
    page = _BASALAM_PAGE if room == "basalam" else _KENAR_PAGE
    if word in _OF_NO_ERROR or code not in REASONS:
        return page
    return f"{page}#{code.replace('.', '-').replace('_', '-')}"


def hint_parts(hint: str) -> list[tuple[str, str]]:
    """The facts of an ``x-dalan-hint``, name and value; a hint of another shape is one value."""
    parts = [part.partition("=") for part in hint.split("; ") if part]
    if not all(equals and name.isalpha() for name, equals, _ in parts):
        return [("", hint)]
    return [(name, value) for name, _, value in parts]
