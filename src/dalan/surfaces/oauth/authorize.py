"""The authorization endpoint: an app's request is put before a person, who decides.

The request travels through the page as a signed value bound to the browser session, so that a
double click, the back button or a second tab each decide the request they show, and nothing is
stored before the person agrees.

Source: RFC 6749, 4.1.1 and 4.1.2; RFC 9207 (``iss``); kenar.md 3.1.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.domains import developers, media, oauth
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import AnyRequest, Visitor
from dalan.surfaces.oauth import pushing
from dalan.surfaces.oauth.parameters import (
    QUERY_LENGTH_MAX,
    authorization_request,
    escaped_query,
    with_parameters,
)
from dalan.surfaces.services import Services

PATHS: Final = ("/oauth2/auth", "/oauth", "/auth")

DECISION_SECONDS: Final = 1_800
"""How long a consent page may stay open before its buttons stop working."""

_PURPOSE: Final = "oauth consent"

_DENIED: Final = oauth.Refusal("access_denied", "the person did not agree")
_NO_STANDING: Final = oauth.Refusal("access_denied", "the person cannot give this access")
_LOGIN_REQUIRED: Final = oauth.Refusal("login_required", "nobody is signed in")
_CONSENT_REQUIRED: Final = oauth.Refusal("consent_required", "the person has to be asked")
_INTERACTION_REQUIRED: Final = oauth.Refusal(
    "interaction_required", "the person has to see that this access is not theirs to give"
)
_TOO_LONG: Final = oauth.Refusal(
    "invalid_request", f"the request is longer than {QUERY_LENGTH_MAX} characters"
)


class _Permission(msgspec.Struct, frozen=True):
    """One line of the consent page."""

    label: str
    risk: str


class _Things(msgspec.Struct, frozen=True):
    """One thing and all that is asked about it; without a thing, what is about the account."""

    thing: oauth.Described | None
    permissions: list[_Permission]


@get([*PATHS])
async def authorize(
    request: AnyRequest,
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
) -> Response[Any]:
    """The consent page, after signing in; or straight back to the app with what is wrong."""
    query = escaped_query(request.scope["query_string"])
    here = f"{request.url.path}?{query}"
    resolved = await pushing.resolve(services, request.url.path, query)
    if resolved.query is None:
        return _back(visitor, resolved.location) if resolved.location else _stale(visitor)
    query = resolved.query
    asked = authorization_request(query)
    async with services.db.read() as tx:
        checked = await oauth.check_request(tx, asked)
        if isinstance(checked, oauth.Authorization) and len(query) > QUERY_LENGTH_MAX:
            checked = oauth.Refused(checked.app, checked.redirect_uri, _TOO_LONG)
        if isinstance(checked, oauth.Refused):
            return _refuse(visitor, checked.redirect_uri, asked, checked.refusal)
        silent = "none" in asked.prompts
        if silent and visitor.person is None:
            return _refuse(visitor, checked.redirect_uri, asked, _LOGIN_REQUIRED)
        person = visitor.require_person(back=here)
        standings = await oauth.check_standing(
            tx, checked, person_id=person.id, kinds=_kinds(services)
        )
        logo_path = await _logo_path(tx, checked.app)
        consented_at = (
            await oauth.consented_at(
                tx,
                checked,
                person_id=person.id,
                lifetime_seconds=services.settings.refresh_token_seconds,
            )
            if asked.prompts <= {"none"}
            else None
        )
    if silent and not _may_be_given(standings):
        return _refuse(visitor, checked.redirect_uri, asked, _INTERACTION_REQUIRED)
    if not _may_be_given(standings):
        return _no_standing(visitor, checked, asked, standings)
    mark = oauth.consent_mark(checked.app, checked.redirect_uri)
    if consented_at is not None:
        outcome = await _approved(visitor, asked, person.id, mark, consented_at=consented_at)
        if outcome.code:
            return _answer(visitor, asked, outcome)
    if silent:
        return _refuse(visitor, checked.redirect_uri, asked, _CONSENT_REQUIRED)
    signed = services.keys.signed_value(
        f"{mark.hex()}?{query}",
        purpose=_PURPOSE,
        expires_at=clock.now() + timedelta(seconds=DECISION_SECONDS),
        bound_to=visitor.binding,
    )
    return visitor.page(
        "oauth/consent.html",
        form_action=False,
        app=checked.app,
        logo_path=logo_path,
        things=_things(standings, visitor.lang),
        offline_label=_offline_label(checked, visitor.lang),
        offline_days=max(1, services.settings.refresh_token_seconds // 86_400),
        destination=_destination(checked.redirect_uri),
        request=signed,
    )


@post([*PATHS], status_code=303)
async def decide(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> Response[Any]:
    """What the person decided, told to the app. Everything is checked once more."""
    form = await visitor.form()
    signed = services.keys.verify_signed(
        form.raw("request"), purpose=_PURPOSE, bound_to=visitor.binding
    )
    if signed is None:
        return _stale(visitor)
    mark, _, query = signed.partition("?")
    person = visitor.require_person(back=f"{PATHS[0]}?{query}")
    asked = authorization_request(query)
    if form.raw("decision") != "allow":
        async with services.db.read() as tx:
            checked = await oauth.check_request(tx, asked)
        refusal = checked.refusal if isinstance(checked, oauth.Refused) else _DENIED
        return _refuse(visitor, checked.redirect_uri, asked, refusal)
    return _answer(visitor, asked, await _approved(visitor, asked, person.id, bytes.fromhex(mark)))


class _Outcome(msgspec.Struct, frozen=True):
    """What came of a decision: a code; else what is wrong with the request, the person's
    standing, or, with neither, the page, which shows an app that has changed since."""

    checked: oauth.Authorization | oauth.Refused
    standings: Sequence[oauth.Standing]
    code: str


async def _approved(
    visitor: Visitor,
    asked: oauth.AuthorizationRequest,
    person_id: int,
    mark: bytes,
    *,
    consented_at: datetime | None = None,
) -> _Outcome:
    """Check all of it once more and, if it is what the person was shown, write it down.

    ``consented_at``: when they were, unless it is now.
    """
    services = visitor.services

    async def approve(tx: WriteTransaction) -> _Outcome:
        checked = await oauth.check_request(tx, asked)
        if isinstance(checked, oauth.Refused):
            return _Outcome(checked, (), "")
        standings = await oauth.check_standing(
            tx, checked, person_id=person_id, kinds=_kinds(services)
        )
        is_as_shown = oauth.consent_mark(checked.app, checked.redirect_uri) == mark
        if not is_as_shown or not _may_be_given(standings):
            return _Outcome(checked, standings, "")
        code = await oauth.approve(
            tx,
            keys=services.keys,
            person_id=person_id,
            app_id=checked.app.id,
            asked=checked.asked,
            redirect_uri=checked.redirect_uri,
            code_challenge=checked.code_challenge,
            code_seconds=services.settings.authorization_code_seconds,
            refresh_seconds=services.settings.refresh_token_seconds,
            consent_mark=mark,
            consented_at=consented_at,
            nonce=checked.nonce,
            signed_in_at=visitor.signed_in_at,
            authorization_details=checked.authorization_details,
        )
        return _Outcome(checked, standings, code)

    return await services.db.transact(approve)


def _answer(
    visitor: Visitor, asked: oauth.AuthorizationRequest, outcome: _Outcome
) -> Response[Any]:
    checked = outcome.checked
    if isinstance(checked, oauth.Refused):
        return _refuse(visitor, checked.redirect_uri, asked, checked.refusal)
    if outcome.code:
        answer = {"code": outcome.code, "scope": oauth.spelled(checked.asked)}
        return _back(visitor, _answer_url(visitor, checked.redirect_uri, asked, answer))
    if not _may_be_given(outcome.standings):
        return _no_standing(visitor, checked, asked, outcome.standings)
    return _stale(visitor)


def _kinds(services: Services) -> Mapping[str, oauth.ResourceKind]:
    return {"app": oauth.AppResource(), **services.resource_kinds}


def _may_be_given(standings: Sequence[oauth.Standing]) -> bool:
    return all(one.stands and one.fits for one in standings)


async def _logo_path(tx: ReadTransaction, app: developers.App) -> str:
    if app.avatar_image_id is None:
        return ""
    images = await media.images_by_id(tx, [app.avatar_image_id])
    image = images.get(app.avatar_image_id)
    return "" if image is None else media.path_of(image.name, 200)


def _things(standings: Sequence[oauth.Standing], lang: str) -> list[_Things]:
    """What the page lists: the account first, then each thing, permissions in registry order.

    Offline access has its own line elsewhere.
    """
    order = {name: number for number, name in enumerate(oauth.SCOPES)}
    about: dict[tuple[str, str], _Things] = {("", ""): _Things(None, [])}
    for one in sorted(standings, key=lambda one: order[one.asked.scope.name]):
        scope = one.asked.scope
        if scope.name != oauth.OFFLINE_ACCESS:
            things = about.setdefault(
                (scope.resource, one.asked.resource), _Things(one.described, [])
            )
            things.permissions.append(_Permission(scope.label(lang), scope.risk))
    return list(about.values())


def _offline_label(checked: oauth.Authorization, lang: str) -> str:
    scope = oauth.SCOPES[oauth.OFFLINE_ACCESS]
    return scope.label(lang) if any(one.scope is scope for one in checked.asked) else ""


def _destination(redirect_uri: str) -> str:
    """The host the person goes on to; of an app's own scheme, the scheme."""
    parts = urlsplit(redirect_uri)
    return parts.netloc or f"{parts.scheme}:"


def _answer_url(
    visitor: Visitor,
    redirect_uri: str,
    asked: oauth.AuthorizationRequest,
    answer: dict[str, str],
) -> str:
    state = {} if asked.state is None else {"state": asked.state}
    iss = {"iss": visitor.services.settings.base_url}
    return with_parameters(redirect_uri, answer | state | iss)


def _refusal_url(
    visitor: Visitor, redirect_uri: str, asked: oauth.AuthorizationRequest, refusal: oauth.Refusal
) -> str:
    answer = {"error": refusal.error, "error_description": refusal.description}
    if asked.state is not None and len(asked.state) > oauth.STATE_LENGTH_MAX:
        asked = msgspec.structs.replace(asked, state=None)
    return _answer_url(visitor, redirect_uri, asked, answer)


def _refuse(
    visitor: Visitor, redirect_uri: str, asked: oauth.AuthorizationRequest, refusal: oauth.Refusal
) -> Response[Any]:
    return _back(visitor, _refusal_url(visitor, redirect_uri, asked, refusal))


def _back(visitor: Visitor, url: str) -> Response[Any]:
    """303: the browser leaves us for the app, with GET, whatever it came with."""
    return Response(
        b"", status_code=303, media_type="text/plain", headers={"location": url},
        cookies=visitor.cookies(),
    )  # fmt: skip


def _no_standing(
    visitor: Visitor,
    checked: oauth.Authorization,
    asked: oauth.AuthorizationRequest,
    standings: Sequence[oauth.Standing],
) -> Response[Any]:
    _ = visitor.gettext
    name = checked.app.display
    missing = next(one for one in standings if not (one.stands and one.fits))
    if missing.stands:
        title = _("This app is still in development")
        text = _(
            "«%(name)s» may work with development posts only, and this is not one of them."
            " Nothing was shared.",
            name=name,
        )
    else:
        title = _("This access is not yours to give")
        text = _(
            "«%(name)s» asks for something of another account, or something that no longer"
            " exists. If it is yours, sign in with the account it belongs to. Nothing was shared.",
            name=name,
        )
    url = _refusal_url(visitor, checked.redirect_uri, asked, _NO_STANDING)
    return visitor.error_page(
        403, title, text, (html.Action(_("Back to %(name)s", name=name), url),)
    )


def _stale(visitor: Visitor) -> Response[Any]:
    _ = visitor.gettext
    return visitor.error_page(
        400,
        _("This page is too old"),
        _("Nothing was shared. Go back to the app and begin once more."),
    )
