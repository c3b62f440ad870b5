"""What this surface makes of a refusal: RFC 6749's JSON for apps, a page for people."""

from collections.abc import Callable
from typing import Any, Final

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from dalan.domains import oauth
from dalan.errors import DalanError, Unavailable
from dalan.kernel.logs import get
from dalan.surfaces import html
from dalan.surfaces.html.session import AnyRequest, visitor_of
from dalan.surfaces.services import Services

log = get("oauth")

Words = Callable[[Callable[..., str]], tuple[str, str]]
"""A title and a text, given the ``_`` of the reader's language."""

HasPath = Any
"""A request, the framework's or ``straight.Asked``: all that is asked is its ``url.path``."""

HINT_HEADER: Final = "x-dalan-hint"

BASALAM_PATHS: Final = ("/oauth/token", "/accounts/token", "/accounts/sso")
"""Where apps of Basalam's contract ask, and read what went wrong in its own shape."""


def refused(services: Services, refusal: oauth.Refusal) -> Response[dict[str, Any]]:
    """A refusal at the token endpoint: 401 for a client that proved nothing, else 400."""
    unknown = refusal.error == "invalid_client"
    answer = _json(401 if unknown else 400, refusal.error, refusal.description)
    if unknown:
        answer.headers["www-authenticate"] = 'Basic realm="oauth"'
    if services.dev and refusal.hint:
        answer.headers[HINT_HEADER] = refusal.hint
    return answer


def _json(status: int, error: str, description: str) -> Response[dict[str, Any]]:
    return Response(
        {"error": error, "error_description": description},
        status_code=status,
        media_type="application/json",
    )


def basalam_error(
    status: int, error: str, description: str, headers: dict[str, str] | None = None
) -> Response[dict[str, Any]]:
    """The same as Basalam's apps read it, ``message`` first (basalam.md 2.3)."""
    return Response(
        {"error": error, "error_description": description, "message": description},
        status_code=status,
        media_type="application/json",
        headers=headers,
    )


def _for(request: HasPath, status: int, error: str, description: str) -> Response[Any]:
    is_basalam = request.url.path.rstrip("/") in BASALAM_PATHS
    return (basalam_error if is_basalam else _json)(status, error, description)


def _http(request: AnyRequest, error: HTTPException) -> Response[dict[str, Any]]:
    texts = {
        404: "nothing is served here",
        405: "this path does not answer that method",
        413: "the body is too large",
    }
    answer = _for(
        request,
        error.status_code,
        "invalid_request" if error.status_code < 500 else "server_error",
        texts.get(error.status_code, "the request cannot be read"),
    )
    if allow := (error.headers or {}).get("allow"):
        answer.headers["allow"] = allow
    return answer


def unavailable_answer(request: HasPath, error: Unavailable) -> Response[dict[str, Any]]:
    answer = _for(request, 503, "temporarily_unavailable", str(error))
    answer.headers["retry-after"] = "1"
    return answer


def refusal_answer(request: HasPath, error: DalanError) -> Response[dict[str, Any]]:
    return _for(request, 400, "invalid_request", str(error))


def unexpected_answer(request: HasPath, error: Exception) -> Response[dict[str, Any]]:
    log.error("request failed", path=request.url.path, exc_info=error)
    return _for(request, 500, "server_error", "something went wrong on our side")


def _unknown_client(request: AnyRequest, _: DalanError) -> Response[str]:
    return _page(
        request,
        lambda _: (
            _("We do not know this app"),
            _(
                "The link that brought you here names an app that does not exist."
                " Nothing was shared."
            ),
        ),
    )


def _unregistered(request: AnyRequest, error: oauth.UnregisteredRedirectUri) -> Response[str]:
    return _page(
        request,
        lambda _: (
            _("This link does not lead back to the app"),
            _(
                "The address this app wants to send you to is not one it has registered, so we do"
                " not send you there. Nothing was shared. If this is your app, add the address in"
                " the developers' panel, letter by letter as the app sends it."
            ),
        ),
        panel_url=f"/kenar/management/apps/{error.slug}/oauth",
    )


def _page(request: AnyRequest, words: Words, *, panel_url: str = "") -> Response[str]:
    """A page without a way on; in a dev world, where it is always one's own app, to its panel."""
    visitor = visitor_of(request)
    if visitor is None:  # the session could not be read either
        context = html.PageContext(path=request.url.path)
        return html.error_page(context, 400, *words(context.gettext))
    _ = visitor.gettext
    actions: tuple[html.Action, ...] = ()
    if panel_url and visitor.services.dev:
        actions = (html.Action(_("Registered addresses"), panel_url),)
    return visitor.error_page(400, *words(_), actions)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    oauth.UnknownClient: _unknown_client,
    oauth.UnregisteredRedirectUri: _unregistered,
    HTTPException: _http,
    Unavailable: unavailable_answer,
    DalanError: refusal_answer,
    Exception: unexpected_answer,
}
