"""What every page of the console shares: its side navigation; and the JSON's way to answer."""

from typing import Any, Final, TypeVar

import msgspec
from litestar import Request, Response

from dalan.errors import (
    Conflict,
    DalanError,
    FailedPrecondition,
    Forbidden,
    Invalid,
    NotFound,
    ResourceExhausted,
    Unavailable,
)
from dalan.surfaces.console.workshop import Workshop
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.operations import decode_body, json_value

Wire = TypeVar("Wire")

API_BODY_BYTES_MAX: Final = 1_048_576

_STATUS_BY_KIND: Final = (
    (Invalid, 400),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (FailedPrecondition, 412),
    (ResourceExhausted, 429),
    (Unavailable, 503),
    (DalanError, 400),
)

API_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Refusal(msgspec.Struct, frozen=True):
    """Why the API did not do it: a stable code and a sentence."""

    code: str
    message: str


def workshop_of(visitor: Visitor) -> Workshop:
    """The tools of this world."""
    workshop: Workshop = visitor.services.workshop
    return workshop


def page(visitor: Visitor, template: str, current: str, **values: Any) -> Response[str]:
    """A page of the console; ``current`` is its name in the side navigation."""
    _ = visitor.gettext
    return visitor.page(
        template,
        side_title=_("Console"),
        side_items=[
            {
                "title": title,
                "url": f"/console/{name}",
                "icon": icon,
                "current": name == current,
            }
            for name, title, icon in (
                ("requests", _("Requests"), "exchange"),
                ("events", _("Events"), "webhook"),
                ("inbox", _("Inbox of codes"), "box"),
                ("people", _("People"), "users"),
                ("tokens", _("Tokens explained"), "key"),
                ("faults", _("Faults to order"), "warning"),
                ("clock", _("Clock"), "clock"),
                ("world", _("World"), "globe"),
                ("personas", _("Personas"), "handshake"),
            )
        ],
        **values,
    )


def answer(body: Any, *, status: int = 200) -> Response[Any]:
    """JSON for a script."""
    return Response(body, status_code=status, media_type="application/json", headers=API_HEADERS)


def refused(_: Request[Any, Any, Any], error: DalanError) -> Response[Any]:
    """What the API makes of a refusal, of whatever kind."""
    for kind, status in _STATUS_BY_KIND:
        if isinstance(error, kind):
            return refuse(error.code, str(error), status=status)
    raise error


def refuse(code: str, message: str, *, status: int) -> Response[Any]:
    """JSON that says why not."""
    return answer(Refusal(code, message), status=status)


async def body_as(visitor: Visitor, kind: type[Wire]) -> Wire:
    """What a script sent. Raises ``Invalid`` naming the misfit."""
    raw = await visitor.request.body()
    if len(raw) > API_BODY_BYTES_MAX:
        raise Invalid("the body is too large")
    return decode_body(json_value(raw), kind)
