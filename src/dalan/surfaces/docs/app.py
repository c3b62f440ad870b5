"""``/docs``: the guide, everything else under ``docs/``, and ``/docs/api``."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath

from dalan.surfaces import html
from dalan.surfaces.docs import library, markdown
from dalan.surfaces.docs.reference import Reference, reference
from dalan.surfaces.html import session
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services

_HERE: Final = Path(__file__).parent
_MEDIA_TYPES: Final = {".png": "image/png", ".webp": "image/webp", ".svg": "image/svg+xml"}

Documents = Mapping[str, Callable[[Services], dict[str, Any]]]
"""The OpenAPI documents by address, made when first asked for."""

AnyRequest = Request[Any, Any, Any]


def make_app(services: Services, documents: Documents | None = None) -> Litestar:
    """Everything under ``/docs``. ``documents``: what ``/docs/api`` draws."""
    html.templates.register(_HERE / "templates")
    html.static.register(_HERE / "static")
    offered = documents or {}
    drawn: dict[str, Reference] = {}

    async def give_references() -> Mapping[str, Reference]:
        for path, make in offered.items():
            if path not in drawn:
                drawn[path] = reference(make(services))
        return drawn

    def refused(request: AnyRequest, error: HTTPException) -> Response[str]:
        visitor = session.stranger(request, services)
        _ = visitor.gettext
        return visitor.error_page(
            error.status_code,
            _("No such page in the guide"),
            _("It may have been renamed. The first page lists all of them."),
            (html.Action(_("Guide"), "/docs"),),
        )

    return Litestar(
        [
            Router(
                path="/docs",
                route_handlers=[
                    first_page,
                    guide_page,
                    decisions,
                    decision_page,
                    page,
                    picture,
                    api,
                ],
                dependencies={
                    "visitor": Provide(session.dependency(services)),
                    "references": Provide(give_references),
                },
                exception_handlers=session.EXCEPTION_HANDLERS,
            )
        ],
        exception_handlers={HTTPException: refused},
        openapi_config=None,
        logging_config=None,
    )


@get(["/", "/guide"])
async def first_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """What Dalan is, and where to read on."""
    return _answer(visitor, "guide/index")


@get("/guide/{name:str}")
async def guide_page(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[str]:
    """A page of the guide."""
    return _answer(visitor, f"guide/{name}")


@get("/decisions")
async def decisions(visitor: NamedDependency[Visitor]) -> Response[str]:
    """All decisions."""
    return _answer(visitor, "decisions/index")


@get("/decisions/{name:str}")
async def decision_page(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[str]:
    """Why something is built as it is."""
    return _answer(visitor, f"decisions/{name}")


@get("/{name:str}")
async def page(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[str]:
    """The glossary, compatibility and other single pages."""
    return _answer(visitor, name)


@get("/pictures/{name:str}")
async def picture(name: FromPath[str]) -> Response[bytes]:
    """A picture of the guide."""
    file = library.picture(name)
    if file is None:
        raise NotFoundException
    return Response(
        file.read_bytes(),
        media_type=_MEDIA_TYPES[file.suffix],
        headers={"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"},
    )


@get("/api")
async def api(
    visitor: NamedDependency[Visitor], references: NamedDependency[Mapping[str, Reference]]
) -> Response[str]:
    """Every operation of every contract that is served."""
    return visitor.page(
        "docs/api.html",
        active="developers",
        side_items=_side_items(visitor, "/docs/api"),
        references=references,
        inline=markdown.inline,
    )


def _answer(visitor: Visitor, path: str) -> Response[str]:
    found = library.document(path, visitor.lang)
    if found is None:
        raise NotFoundException
    context = visitor.context(active="developers")

    def code(text: str, language: str) -> str:
        return html.render(context, "docs/_code.html", text=text, language=language)

    drawn = markdown.rendered(found, code)
    return visitor.page(
        "docs/page.html",
        active="developers",
        side_items=_side_items(visitor, library.address(path)),
        document=found,
        body=drawn.html,
        headings=drawn.headings if len(drawn.headings) > 2 else (),
    )


def _side_items(visitor: Visitor, current: str) -> list[dict[str, Any]]:
    _ = visitor.gettext
    titles = library.titles(visitor.lang)
    items: list[dict[str, Any]] = []
    for part in library.PARTS:
        items.append({"title": _(part.title)})
        items += [
            {
                "title": titles[path],
                "url": library.address(path),
                "current": library.address(path) == current,
            }
            for path in part.pages
            if path in titles
        ]
    items.append(
        {"title": _("API reference"), "url": "/docs/api", "current": current == "/docs/api"}
    )
    return items
