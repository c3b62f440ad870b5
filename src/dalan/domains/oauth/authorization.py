"""Checking what an app asks a person for, before the person sees anything of it.

What is wrong before client and address are known goes to the person, everything later to the
app, so that nobody is ever redirected to an address nobody registered.

Source: RFC 6749, 4.1.1 to 4.1.2.1; RFC 7636 (only S256); RFC 8252, 7.3; kenar.md 3.1.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from dalan.domains import developers
from dalan.domains.oauth.details import details_standing, kept_details, parse_details
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.errors import (
    InvalidAuthorizationDetails,
    InvalidScope,
    Refusal,
    UnknownClient,
    UnregisteredRedirectUri,
)
from dalan.domains.oauth.grammar import SCOPES_COUNT_MAX, ScopeAsked, askable, parse_scopes
from dalan.domains.oauth.partial import may_be_partial
from dalan.domains.oauth.resources import Described, ResourceKind
from dalan.kernel.db import ReadTransaction

STATE_LENGTH_MAX = 4_096
"""Characters of ``state`` we carry. Real apps put addresses in it, never whole documents."""

NONCE_LENGTH_MAX = 512
"""Characters of ``nonce`` that come back in the id_token: a hash needs far fewer."""

PROMPTS = ("none", "login", "consent", "select_account")
"""What ``prompt`` may hold; every page of ours offers another account, so the last one is no
different from ``consent``."""

_AGE = re.compile(r"[0-9]{1,9}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LOOPBACK_HOSTS = ("127.0.0.1", "[::1]")


class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What an app sent, each parameter at most once; absent ones are empty.

    ``repeated`` names the parameters that came more than once.
    """

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    scope: str = ""
    state: str | None = None
    code_challenge: str = ""
    code_challenge_method: str = ""
    prompt: str = ""
    max_age: str = ""
    login_hint: str = ""
    ui_locales: str = ""
    nonce: str = ""
    authorization_details: str = ""
    request: str = ""
    request_uri: str = ""
    repeated: frozenset[str] = frozenset()

    @property
    def prompts(self) -> frozenset[str]:
        """What may or must be put before the person (OpenID Connect Core, 3.1.2.1)."""
        return frozenset(self.prompt.split())

    @property
    def max_age_seconds(self) -> int | None:
        """How long ago the person may have proved who they are; None: the app does not mind.

        For requests that were checked.
        """
        return int(self.max_age) if self.max_age else None


class Authorization(msgspec.Struct, frozen=True):
    """A request that may be put before a person.

    ``client_id`` is the app's at this door; ``is_partial``: the person may give a part of it.
    """

    app: developers.App
    redirect_uri: str
    asked: tuple[ScopeAsked, ...]
    code_challenge: str | None
    nonce: str | None
    authorization_details: list[dict[str, Any]] | None
    door: Door = "kenar"
    client_id: str = ""
    is_partial: bool = False

    def reduced(self, asked: tuple[ScopeAsked, ...]) -> "Authorization":
        """The same for a part of what was asked."""
        details = details_standing(self.authorization_details, [one.pair for one in asked])
        return msgspec.structs.replace(self, asked=asked, authorization_details=details)


class Refused(msgspec.Struct, frozen=True):
    """A request that is answered at the app's own address."""

    app: developers.App
    redirect_uri: str
    refusal: Refusal
    door: Door = "kenar"


class Standing(msgspec.Struct, frozen=True):
    """A permission beside the thing it is about (None where it is about no one thing).

    ``stands`` is whether this person may give it, ``fits`` whether this app may be given it:
    an app in development touches things made for development only.
    """

    asked: ScopeAsked
    described: Described | None
    stands: bool
    fits: bool


async def check_request(
    tx: ReadTransaction,
    request: AuthorizationRequest,
    *,
    door: Door = "kenar",
    was_pushed: bool = False,
) -> Authorization | Refused:
    """What to put before the person, or what to tell the app.

    ``was_pushed``: the app sent it ahead of the browser (RFC 9126).
    Raises ``UnknownClient`` and ``UnregisteredRedirectUri``, after which nobody may be
    redirected. The person's standing is another question: ``check_standing``.
    """
    app = await _client(tx, request, door)
    redirect_uri = await _redirect_uri(tx, app, request, door)
    try:
        refusal = _malformed(app, request, door)
        asked = () if refusal else _asked(app, request, door)
    except InvalidScope as error:
        refusal = Refusal("invalid_scope", str(error))
    except InvalidAuthorizationDetails as error:
        refusal = Refusal("invalid_authorization_details", str(error))
    if refusal is not None:
        return Refused(app, redirect_uri, refusal, door)
    # Basalam's contract knows no such parameter, and what nobody knows is ignored.
    details = request.authorization_details if door == "kenar" else ""
    return Authorization(
        app,
        redirect_uri,
        asked,
        request.code_challenge or None,
        request.nonce or None,
        kept_details(details) if details else None,
        door,
        request.client_id,
        may_be_partial(app, asked, door=door, has_details=bool(details), was_pushed=was_pushed),
    )


def _asked(
    app: developers.App, request: AuthorizationRequest, door: Door
) -> tuple[ScopeAsked, ...]:
    """What the request asks for, each thing once, if this app may. Raises ``InvalidScope``."""
    if door == "basalam":
        return askable(app, parse_scopes(request.scope, door=door))
    asked = _asked_at_kenar(request)
    _refuse_unentitled(app, asked)
    return asked


def _asked_at_kenar(request: AuthorizationRequest) -> tuple[ScopeAsked, ...]:
    """What ``scope`` and ``authorization_details`` ask for together."""
    details = request.authorization_details
    if not details:
        return parse_scopes(request.scope)
    asked = parse_scopes(request.scope) if request.scope.strip() else ()
    both = {one.pair: one for one in asked}
    for one in parse_details(details):
        both.setdefault(one.pair, one)
    if len(both) > SCOPES_COUNT_MAX:
        raise InvalidScope(f"more than {SCOPES_COUNT_MAX} scopes")
    return tuple(both.values())


async def check_standing(
    tx: ReadTransaction,
    authorization: Authorization,
    *,
    person_id: int,
    kinds: Mapping[str, ResourceKind],
) -> list[Standing]:
    """Each permission with the thing it is about, and whether this person may give it.

    A thing that does not exist, or of a type no room answers for, is nobody's.
    """
    found: dict[tuple[str, str], Standing] = {}
    standings = []
    for one in authorization.asked:
        thing = one.scope.resource, one.resource
        if thing not in found:
            found[thing] = await _standing(tx, authorization.app, one, person_id, kinds)
        standings.append(msgspec.structs.replace(found[thing], asked=one))
    return standings


_REAL: Final = frozenset({"post", "conversation", "chat_triple"})
"""Things of which an app in development touches only those that are made for development."""


async def _standing(
    tx: ReadTransaction,
    app: developers.App,
    one: ScopeAsked,
    person_id: int,
    kinds: Mapping[str, ResourceKind],
) -> Standing:
    if not one.scope.resource:
        return Standing(one, None, stands=True, fits=True)
    kind = kinds.get(one.scope.resource)
    described = None if kind is None else await kind.describe(tx, one.resource)
    if kind is None or described is None:
        return Standing(one, None, stands=False, fits=True)
    return Standing(
        one,
        described,
        stands=await kind.standing(tx, person_id, one.resource),
        fits=described.development or not app.is_development or one.scope.resource not in _REAL,
    )


async def _client(tx: ReadTransaction, request: AuthorizationRequest, door: Door) -> developers.App:
    if not request.client_id or "client_id" in request.repeated:
        raise UnknownClient("the request names no app: client_id is missing or comes twice")
    return await client_by_id(tx, request.client_id, door=door)


async def client_by_id(
    tx: ReadTransaction, client_id: str, *, door: Door = "kenar"
) -> developers.App:
    """The app whose slug this is, at Basalam's door whose number. Raises ``UnknownClient``."""
    try:
        if door == "basalam":
            return await developers.app_by_basalam_client_id(tx, client_id)
        # Slugs are ASCII; some other texts a database could not even be asked for.
        return await developers.app_by_slug(tx, client_id if client_id.isascii() else "")
    except developers.UnknownApp as error:
        raise UnknownClient("there is no app with this client_id") from error


async def _redirect_uri(
    tx: ReadTransaction, app: developers.App, request: AuthorizationRequest, door: Door
) -> str:
    presented = request.redirect_uri
    if presented and "redirect_uri" not in request.repeated:
        for registered in await developers.redirect_uris(tx, app.id):
            if registered.uri == presented or (
                door == "kenar" and same_redirect_uri(registered.uri, presented)
            ):
                return presented
    raise UnregisteredRedirectUri(app.slug)


def same_redirect_uri(registered: str, presented: str) -> bool:
    """Whether they are one address: letter by letter, but for the port of a loopback one.

    A native app registers ``http://127.0.0.1/callback`` and listens on whatever port it is
    given that day; the name ``localhost`` gets no such ease, for it may lead elsewhere.
    """
    if registered == presented:
        return True
    try:
        ours, theirs = urlsplit(registered), urlsplit(presented)
        port = theirs.port
    except ValueError:
        return False
    return (
        ours.scheme == "http"
        and ours.netloc in _LOOPBACK_HOSTS
        and port is not None
        and presented == registered.replace(ours.netloc, f"{ours.netloc}:{port}", 1)
    )


def _malformed(app: developers.App, request: AuthorizationRequest, door: Door) -> Refusal | None:
    if app.state in ("suspended", "inactive"):
        return Refusal("unauthorized_client", "the app is not active")
    if request.repeated:
        return _invalid(f"{', '.join(sorted(request.repeated))} came more than once")
    if request.request:
        return Refusal("request_not_supported", "request objects are not read; push the request")
    if request.request_uri:
        return Refusal("request_uri_not_supported", "request_uri is none that we gave out")
    if not request.response_type and door == "kenar":
        return _invalid("response_type is missing; it must be code")
    if request.response_type not in ("", "code"):
        return Refusal("unsupported_response_type", "response_type must be code")
    if request.state is not None and len(request.state) > STATE_LENGTH_MAX:
        return _invalid(f"state is longer than {STATE_LENGTH_MAX} characters")
    if len(request.nonce) > NONCE_LENGTH_MAX or not request.nonce.isprintable():
        return _invalid(f"nonce is unprintable or longer than {NONCE_LENGTH_MAX} characters")
    if "none" in request.prompts and len(request.prompts) > 1:
        return _invalid("prompt=none stands alone")
    if not request.prompts <= set(PROMPTS):
        return _invalid(f"prompt may be {', '.join(PROMPTS)}")
    if request.max_age and _AGE.fullmatch(request.max_age) is None:
        return _invalid("max_age must be a number of seconds")
    if request.code_challenge or request.code_challenge_method:
        if request.code_challenge_method != "S256":
            return _invalid("code_challenge_method must be S256")
        if _CHALLENGE.fullmatch(request.code_challenge) is None:
            return _invalid("code_challenge must be 43 characters of base64url")
    return None


def _invalid(description: str) -> Refusal:
    return Refusal("invalid_request", description)


def _refuse_unentitled(app: developers.App, asked: tuple[ScopeAsked, ...]) -> None:
    for one in asked:
        names = (one.scope.name, *one.scope.spellings)
        if not any(app.may_ask_scope(name) for name in names):
            raise InvalidScope(f"this app may not ask for {one.scope.name}")
