"""The surface as one Litestar app, with one shape for whatever goes wrong."""

from pathlib import Path
from typing import Final

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.di import Provide
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from dalan.surfaces import html, trouble
from dalan.surfaces.html import session
from dalan.surfaces.oauth import (
    authorize,
    basalam_token,
    introspection,
    metadata,
    openid,
    pushing,
    revocation,
    sso,
    token,
)
from dalan.surfaces.oauth.errors import EXCEPTION_HANDLERS
from dalan.surfaces.oauth.parameters import escaped_query
from dalan.surfaces.oauth.straight import GUARD, Straight
from dalan.surfaces.services import Services

PATHS: Final = (
    *authorize.PATHS,
    token.PATH,
    token.FIRST_CONTRACT_PATH,
    revocation.PATH,
    introspection.PATH,
    pushing.PATH,
    openid.USERINFO_PATH,
    openid.JWKS_PATH,
    *metadata.PATHS,
    sso.PATH,
    *basalam_token.PATHS,
)
"""Every exact path of this surface, for the table that chooses surfaces."""

_TEMPLATES: Final = Path(__file__).parent / "templates"


def make_app(services: Services) -> Straight:
    """The authorization server of one running platform."""
    return Straight(services, make_pages(services))


def make_pages(services: Services) -> Litestar:
    """The whole of it within the framework."""
    html.templates.register(_TEMPLATES)
    # Loads the cipher now: the first refresh would otherwise load it holding the write lock.
    services.keys.seal(b"", "oauth")

    async def give_services() -> Services:
        return services

    return Litestar(
        route_handlers=[
            authorize.authorize,
            authorize.decide,
            token.token,
            token.access_token,
            revocation.revoke,
            introspection.introspect,
            metadata.authorization_server,
            metadata.protected_resource,
            pushing.push,
            openid.jwks,
            openid.userinfo,
            sso.sso,
            sso.decide_sso,
            basalam_token.basalam_token,
        ],
        dependencies={
            "services": Provide(give_services),
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers={**session.EXCEPTION_HANDLERS, **EXCEPTION_HANDLERS},
        middleware=[_escape_query, _meet_trouble],
        before_send=[_guard],
        openapi_config=None,
        logging_config=None,
    )


async def _guard(message: Message, _: Scope) -> None:
    """Nothing of this surface is framed or named to the host that is visited next.

    Nor is it kept by anybody, but for answers that say themselves how long they hold.
    """
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders(message)
        if "cache-control" not in headers:
            headers["cache-control"] = "no-store"
            headers["pragma"] = "no-cache"
        for name, value in GUARD[2:]:
            headers[name.decode()] = value.decode()
        headers["x-content-type-options"] = "nosniff"


def _escape_query(app: ASGIApp) -> ASGIApp:
    """Bytes that are no UTF-8 would stop the framework before the request is seen by anybody."""

    async def escaping(scope: Scope, receive: Receive, send: Send) -> None:
        scope["query_string"] = escaped_query(scope["query_string"]).encode()
        await app(scope, receive, send)

    return escaping


def _meet_trouble(app: ASGIApp) -> ASGIApp:
    """What a dev world's console was asked for is answered like any refusal of this surface."""

    async def meeting(scope: Scope, receive: Receive, send: Send) -> None:
        if trouble.KEY in scope:
            await trouble.meet(scope, trouble.Occasion(operation=scope["path"]))
        await app(scope, receive, send)

    return meeting
