"""The dev inbox: one-time codes in clear, for people and for scripts. Dev worlds only."""

from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide

from dalan.domains import identity
from dalan.kernel import phone
from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services

TEMPLATES: Final = Path(__file__).parent / "templates"
CODES_SHOWN: Final = 30
REFRESH_SECONDS: Final = 5


def router(services: Services) -> Router:
    """``/console``, ``/console/inbox`` and ``/console/api/inbox?phone=``.

    Raises ValueError in a real world, where it must not exist.
    """
    if not services.dev:
        raise ValueError("the console shows secrets and belongs to dev worlds alone")
    html.templates.register(TEMPLATES)

    return Router(
        path="/console",
        route_handlers=[console, inbox_page, inbox_api],
        dependencies={
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )


@get("/")
async def console() -> Response[None]:
    """The inbox is the console's first page."""
    return html.see_other("/console/inbox")


@get("/inbox")
async def inbox_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """The codes sent last, newest first; asks itself again every few seconds."""
    services = visitor.services
    async with services.db.look() as tx:
        codes = await identity.inbox(tx, most=CODES_SHOWN)
    return visitor.page(
        "console/inbox.html",
        codes=[
            {"phone": phone.national(one.phone), "code": one.code, "sent_at": one.sent_at}
            for one in codes
        ],
        refresh_seconds=REFRESH_SECONDS,
        api_url=f"{services.settings.base_url}/console/api/inbox?phone=",
    )


class NewestCode(msgspec.Struct):
    """What a script gets: the number in E.164, the code, when it was sent (RFC 3339, UTC)."""

    phone: str
    code: str
    sent_at: str


class Refusal(msgspec.Struct):
    """Why there is no code in the answer."""

    code: str
    message: str


@get("/api/inbox")
async def inbox_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The newest code of a number, typed in any way the sign-in page takes."""
    services = visitor.services
    typed = visitor.request.query_params.get("phone", "")
    try:
        # A plus sign that was not escaped arrives as a space.
        number = phone.parse(f"+{typed[1:]}" if typed.startswith(" ") else typed)
    except phone.InvalidPhone as error:
        return _json(Refusal(error.code, "give a mobile number: ?phone=09121234567"), status=400)
    async with services.db.look() as tx:
        newest = await identity.newest_in_inbox(tx, number)
    if newest is None:
        return _json(Refusal("console.no_code", "no code was sent to this number"), status=404)
    sent_at = newest.sent_at.isoformat().replace("+00:00", "Z")
    return _json(NewestCode(newest.phone, newest.code, sent_at), status=200)


def _json(body: msgspec.Struct, *, status: int) -> Response[Any]:
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
    )
