"""The authorization endpoint of Kenar's door and of standard clients.

Source: RFC 6749, 4.1.1 and 4.1.2; RFC 9126, 4; kenar.md 3.1.
"""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.surfaces.html.session import AnyRequest, Visitor
from dalan.surfaces.oauth import answers, consenting, pushing
from dalan.surfaces.oauth.parameters import escaped_query
from dalan.surfaces.services import Services

PATHS: Final = ("/oauth2/auth", "/oauth", "/auth")

WAY: Final = consenting.Way("kenar", PATHS[0])


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
        if resolved.location:
            return answers.back(visitor, WAY.door, resolved.location)
        return answers.stale(visitor)
    what = consenting.Put(resolved.query, resolved.was_pushed)
    return await consenting.put(visitor, WAY, what, here=here)


@post([*PATHS], status_code=303)
async def decide(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """What the person decided, told to the app."""
    return await consenting.decided(visitor, WAY)
