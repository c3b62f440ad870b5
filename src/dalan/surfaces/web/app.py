"""All pages of the marketplace as one application: site, account, apps' starts, panel."""

from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath

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
from dalan.kernel import logs
from dalan.surfaces import html
from dalan.surfaces.asgi import ASKED_FOR_HEAD, Application, Message, Receive, Scope, Send
from dalan.surfaces.html import session
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, admin, chats, connections, links, panel, site, starts

log = logs.get("web")

AnyRequest = Request[Any, Any, Any]

_STATUS: tuple[tuple[type[DalanError], int], ...] = (
    (Invalid, 400),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (FailedPrecondition, 409),
    (ResourceExhausted, 429),
    (Unavailable, 503),
)


@get("/{rest:path}", status_code=200)
async def nothing_here(rest: FromPath[str], visitor: NamedDependency[Visitor]) -> None:  # noqa: ARG001 (Litestar gives it)
    """Any other address: an error page that still knows who is looking at it."""
    raise NotFound("there is no such page")


def make_app(services: Services) -> Application:
    """The pages, and the static files they are made of."""
    pages: Application = make_pages(services)
    html.templates.keep_compiled_in(services.settings.home / "cache")

    async def web(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/favicon.ico":  # browsers ask for it without being told
            scope["path"] = "/static/favicon.svg"
        if scope["path"].startswith("/static/"):
            scope["route"] = "/static/{name}"
            await html.static.serve(scope, receive, send)
        elif scope["method"] == "HEAD":
            as_get = {**scope, "method": "GET", ASKED_FOR_HEAD: True}
            await pages(as_get, receive, _without_body(send))
        else:
            await pages(scope, receive, send)

    return web


def make_pages(services: Services) -> Litestar:
    """Every page and form, as one application."""
    return Litestar(
        [
            account.router(services, has_connected_apps=True),
            connections.router(services),
            panel.router(services),
            admin.router(services),
            site.router(services),
            chats.router(services),
            links.router(services),
            starts.router(services),
            nothing_here,
        ],
        dependencies={"visitor": Provide(session.dependency(services))},
        exception_handlers={
            **session.EXCEPTION_HANDLERS,
            DalanError: _refused(services),
            HTTPException: _http_refused(services),
            Exception: _failed(services),
        },
        openapi_config=None,
        logging_config=None,
        request_max_body_size=services.settings.image_bytes_max * 2,
    )


def _without_body(send: Send) -> Send:
    """HEAD is GET but for the body: every page answers it, and none has to know."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sent


def _refused(services: Services) -> Any:
    def refused(request: AnyRequest, error: DalanError) -> Response[str]:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        return _page(request, services, status)

    return refused


def _http_refused(services: Services) -> Any:
    def refused(request: AnyRequest, error: HTTPException) -> Response[str]:
        if error.status_code >= 500:
            log.error("page failed", error=type(error).__name__, exc_info=error)
        answer = _page(request, services, error.status_code)
        for name, value in (error.headers or {}).items():
            answer.headers[name] = value
        return answer

    return refused


def _failed(services: Services) -> Any:
    def failed(request: AnyRequest, error: Exception) -> Response[str]:
        log.error("page failed", error=type(error).__name__, exc_info=error)
        return _page(request, services, 500)

    return failed


def _page(request: AnyRequest, services: Services, status: int) -> Response[str]:
    """A page that says what went wrong, in the words of the site."""
    # Litestar does not await exception handlers.
    context = session.stranger(request, services).context()
    _ = context.gettext
    titles = {
        400: (_("This cannot be right"), _("Something in the address or the form is off.")),
        403: (_("Not yours to do"), _("You may not do this.")),
        404: (_("Nothing here"), _("The page was moved, deleted, or never existed.")),
        405: (_("Not this way"), _("This address does not take that kind of request.")),
        409: (_("Not now"), _("Things have changed meanwhile. Go back and look again.")),
        413: (_("Too large"), _("What was sent is larger than we take.")),
        429: (_("Too often"), _("Please wait a little and try again.")),
        503: (_("Not available just now"), _("Please try again in a moment.")),
    }
    title, text = titles.get(
        status,
        titles[400]
        if status < 500
        else (_("Something broke on our side"), _("It has been noted. Please try again.")),
    )
    return html.error_page(context, status, title, text, [html.Action(_("Home"), "/")])
