"""Basalam's consent page: where its apps send a person's browser.

Source: basalam.md 2.2.
"""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.surfaces.html.session import AnyRequest, Visitor
from dalan.surfaces.oauth import consenting
from dalan.surfaces.oauth.parameters import escaped_query

PATH: Final = "/accounts/sso"

WAY: Final = consenting.Way("basalam", PATH)


@get(PATH)
async def sso(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The consent page, after signing in; or straight back to the app with what is wrong."""
    query = escaped_query(request.scope["query_string"])
    return await consenting.put(visitor, WAY, consenting.Put(query), here=f"{PATH}?{query}")


@post(PATH, status_code=302)
async def decide_sso(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """What the person decided, told to the app."""
    return await consenting.decided(visitor, WAY)
