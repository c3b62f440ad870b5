"""What the authorization server refuses. A refusal that changes state is returned, not raised."""

from typing import ClassVar

import msgspec

from dalan.errors import Invalid, NotFound


class UnknownClient(NotFound):
    """No app has this client id. The person is told; nobody is redirected."""

    code: ClassVar[str] = "oauth.unknown_client"


class UnregisteredRedirectUri(Invalid):
    """The app never registered this address. The person is told; nobody is redirected."""

    code: ClassVar[str] = "oauth.unregistered_redirect_uri"

    def __init__(self, slug: str) -> None:
        super().__init__(f"redirect_uri is not one that {slug} registered")
        self.slug = slug


class InvalidScope(Invalid):
    """The scopes asked for make no sense, or not for this app."""

    code: ClassVar[str] = "oauth.invalid_scope"


class InvalidAuthorizationDetails(Invalid):
    """The ``authorization_details`` cannot be understood (RFC 9396, 5)."""

    code: ClassVar[str] = "oauth.invalid_authorization_details"


class Refusal(msgspec.Struct, frozen=True):
    """An answer of RFC 6749, 4.1.2.1 or 5.2, that says no.

    It is a value because what it changed (a family revoked) must be committed. ``hint`` is for
    the developer of a dev world alone: it tells apart what a real world answers alike.
    """

    error: str
    description: str
    hint: str = ""


def invalid_code(hint: str) -> Refusal:
    """The code cannot be exchanged, for whatever reason."""
    return Refusal("invalid_grant", "the authorization code is not valid, or no longer", hint)


def invalid_refresh_token(hint: str) -> Refusal:
    """The refresh token cannot be exchanged, for whatever reason."""
    return Refusal("invalid_grant", "the refresh token is not valid, or no longer", hint)


def redirect_uri_mismatch() -> Refusal:
    """Basalam's word for an address that is not the one the code was sent to."""
    return Refusal(
        "redirect_uri_mismatch", "redirect_uri is not the one of the authorization request"
    )
