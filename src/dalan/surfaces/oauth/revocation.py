"""The revocation endpoint: an app gives back a token it needs no more.

Source: RFC 7009.
"""

from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency

from dalan.domains import oauth
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.oauth.clients import client_request
from dalan.surfaces.oauth.errors import refused
from dalan.surfaces.services import Services

PATH: Final = "/oauth2/revoke"


@post(PATH, status_code=200)
async def revoke(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """End the token; 200 for every token, whosesoever it is and whether it ever was one.

    ``token_type_hint`` is not needed to find it, so whatever it says is ignored. A closed app
    may give back what it holds.
    """
    asked = await client_request(request, services, needs="token")
    if isinstance(asked, oauth.Refusal):
        return refused(services, asked)

    async def end(tx: WriteTransaction) -> None:
        await oauth.revoke_token(
            tx, keys=services.keys, app_id=asked.app.id, token=asked.fields["token"]
        )

    await services.db.transact(end)
    return Response({}, media_type="application/json")
