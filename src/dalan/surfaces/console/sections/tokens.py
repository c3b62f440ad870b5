"""A token explained: paste whatever an app holds, and read what it is and what it opens."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.errors import Invalid
from dalan.surfaces.console import desk
from dalan.surfaces.console.sections import tokens_explained
from dalan.surfaces.console.sections.tokens_explained import (
    TEXT_LENGTH_MAX,
    Asked,
    Explanation,
    Wanted,
)
from dalan.surfaces.html.session import Visitor

_FIELD_LENGTH_MAX: Final = 200


@get("/tokens")
async def tokens_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """The empty form."""
    return _page(visitor, Asked(""), None)


@post("/tokens", status_code=200)
async def explain_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """The form with what was found below it; what was pasted is not shown again."""
    form = await visitor.form()
    asked = Asked(
        form.raw("token")[:TEXT_LENGTH_MAX],
        *(form.text(name)[:_FIELD_LENGTH_MAX] for name in ("operation", "resource", "app")),
    )
    _ = visitor.gettext
    wanted = _wanted(visitor, asked.operation)
    if not asked.token.strip():
        return _page(visitor, asked, None, problem=_("Paste a token, a key, a code or a secret."))
    if asked.operation and wanted is None:
        return _page(visitor, asked, None, problem=_("There is no such operation."))
    return _page(visitor, asked, await tokens_explained.explained(visitor.services, asked, wanted))


@post("/tokens/explain", status_code=200)
async def explain_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The same for scripts."""
    asked = await desk.body_as(visitor, Asked)
    if not asked.token.strip():
        raise Invalid("token is empty")
    wanted = _wanted(visitor, asked.operation)
    if asked.operation and wanted is None:
        raise Invalid("there is no such operation")
    return desk.answer(await tokens_explained.explained(visitor.services, asked, wanted))


def _page(
    visitor: Visitor, asked: Asked, told: Explanation | None, *, problem: str = ""
) -> Response[str]:
    return desk.page(
        visitor,
        "console/tokens.html",
        "tokens",
        status=422 if problem else 200,
        forms=True,
        asked=asked,
        told=told,
        problem=problem,
        kinds=tokens_explained.KINDS,
        ends=tokens_explained.ENDS,
        operations=sorted(
            {one for names in desk.workshop_of(visitor).operation_names().values() for one in names}
        ),
    )


def _wanted(visitor: Visitor, name: str) -> Wanted | None:
    """The operation of that name, at the first door that has one."""
    workshop = desk.workshop_of(visitor)
    for door, names in workshop.operation_names().items():
        if name in names:
            return Wanted(door, workshop.operations().get(name))
    return None


PAGES: Final = (tokens_page, explain_page)
API: Final = (explain_api,)
