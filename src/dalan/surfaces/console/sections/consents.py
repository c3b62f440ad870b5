"""Consent without a page: what a person would agree to in a browser, in one call of a script."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency

from dalan.domains import developers, identity, oauth
from dalan.domains.world import consenting
from dalan.errors import Invalid
from dalan.kernel import phone
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.console import desk
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services

Result = TypeVar("Result")


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A consent: who agrees, to what, for which app. ``redirect_uri`` may be left out: the first
    the app registered. What else there is means what it means at the authorization endpoint."""

    client_id: str
    phone: str
    scopes: list[str]
    door: oauth.Door = "kenar"
    redirect_uri: str = ""
    state: str | None = None
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


class Consented(msgspec.Struct, frozen=True):
    """Where the browser would have gone, and the code in that address."""

    redirect_to: str
    code: str
    scope: str


class Granted(msgspec.Struct, frozen=True):
    """The tokens, as the token endpoint spells them."""

    access_token: str
    refresh_token: str | None
    expires_in: int
    scope: str
    token_type: str = "bearer"  # noqa: S105 (a kind of token, not one)


@post("/consents", status_code=200)
async def consent(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The code an app would get, for it to exchange itself."""
    asked = await desk.body_as(visitor, Asked)

    async def agree(tx: WriteTransaction, **given: Any) -> consenting.Consented:
        return await consenting.consent(tx, **given)

    given = await _agreed(visitor.services, asked, agree)
    if isinstance(given, Response):
        return given
    answer = {"code": given.code}
    if asked.door == "kenar":
        answer["scope"] = given.scope
    if asked.state is not None:
        answer["state"] = asked.state
    if asked.door == "kenar":
        answer["iss"] = visitor.services.settings.base_url
    joint = "&" if "?" in given.redirect_uri else "?"
    location = f"{given.redirect_uri}{joint}{urlencode(answer, quote_via=quote, safe='')}"
    return desk.answer(Consented(location, given.code, given.scope))


@post("/grants", status_code=200)
async def grant(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The tokens at once."""
    asked = await desk.body_as(visitor, Asked)
    for name in ("state", "nonce", "code_challenge", "code_challenge_method"):
        if getattr(asked, name):
            raise Invalid(f"{name} belongs to a code; ask for one at /console/api/consents")

    async def agree(tx: WriteTransaction, **given: Any) -> oauth.Issued:
        return await consenting.grant(tx, **given)

    issued = await _agreed(visitor.services, asked, agree)
    if isinstance(issued, Response):
        return issued
    return desk.answer(
        Granted(issued.access_token, issued.refresh_token, issued.expires_in_seconds, issued.scope)
    )


async def _agreed(
    services: Services, asked: Asked, agree: Callable[..., Awaitable[Result]]
) -> Result | Response[Any]:
    number = phone.parse(asked.phone)
    kinds: Mapping[str, oauth.ResourceKind] = {
        "app": oauth.AppResource(),
        **services.resource_kinds,
    }

    async def work(tx: WriteTransaction) -> Result:
        person = await identity.person_by_phone(tx, number)
        if person is None:
            raise identity.NoSuchPerson
        return await agree(
            tx,
            request=oauth.AuthorizationRequest(
                client_id=asked.client_id,
                redirect_uri=asked.redirect_uri or await _first_address(tx, asked),
                response_type="code",
                scope=" ".join(asked.scopes),
                state=asked.state,
                code_challenge=asked.code_challenge,
                code_challenge_method=asked.code_challenge_method,
                nonce=asked.nonce,
            ),
            door=asked.door,
            person_id=person.id,
            keys=services.keys,
            kinds=kinds,
            lifetimes=_lifetimes(services, asked.door),
        )

    try:
        return await services.db.transact(work)
    except consenting.ConsentRefused as error:
        return desk.refuse(f"oauth.{error.refusal.error}", str(error), status=400)


async def _first_address(tx: WriteTransaction, asked: Asked) -> str:
    app = await oauth.client_by_id(tx, asked.client_id, door=asked.door)
    registered = await developers.redirect_uris(tx, app.id)
    if not registered:
        raise oauth.UnregisteredRedirectUri(app.slug)
    return registered[0].uri


def _lifetimes(services: Services, door: oauth.Door) -> consenting.Lifetimes:
    settings = services.settings
    if door == "basalam":
        return consenting.Lifetimes(
            code=settings.authorization_code_seconds,
            access=settings.basalam_access_token_seconds,
            consent=settings.basalam_refresh_token_seconds,
        )
    return consenting.Lifetimes(
        code=settings.authorization_code_seconds,
        access=settings.access_token_seconds,
        consent=settings.refresh_token_seconds,
    )


PAGES: Final = ()
API: Final = (consent, grant)
