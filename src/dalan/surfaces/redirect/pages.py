"""The pages of a short link, in the frame all pages have."""

from http.cookies import CookieError, SimpleCookie

from litestar import Response

from dalan.surfaces import html
from dalan.surfaces.asgi import Scope
from dalan.surfaces.operations import Headers, header, query_of
from dalan.surfaces.redirect.app import FOLDER
from dalan.surfaces.services import Services

html.templates.register(FOLDER / "templates")


def page(
    services: Services, scope: Scope, status: int, template: str, **values: object
) -> tuple[str, Headers]:
    """A page and its headers; without a template, the one that says no."""
    context = _context(services, scope)
    if template:
        said = html.page(
            html.render(context, f"redirect/{template}", **values),
            status=status,
            # A password leads on to another host, which ``form-action`` would forbid.
            form_action=template != "password.html",
        )
    else:
        said = _refusal(context, status)
    headers = [
        (name.encode(), value.encode())
        for name, value in said.headers.items()
        # The surface says these of every answer of its own.
        if name not in ("cache-control", "referrer-policy", "vary")
    ]
    return str(said.content), [(b"content-type", b"text/html; charset=utf-8"), *headers]


def _refusal(context: html.PageContext, status: int) -> Response[str]:
    _ = context.gettext
    if status == 410:
        return html.error_page(
            context,
            status,
            _("This link has expired"),
            _("Ask whoever gave it to you for a new one."),
        )
    return html.error_page(
        context,
        status,
        _("There is no such link"),
        _("It was mistyped, switched off by its owner, or its time is over."),
    )


def _context(services: Services, scope: Scope) -> html.PageContext:
    cookies = _cookies(header(scope, b"cookie"))
    return html.PageContext(
        lang=html.i18n.choose(query_of(scope), cookies),
        theme=html.theme_of(cookies),
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        public_base_url=services.settings.base_url,
        dev=services.dev,
    )


def _cookies(text: str) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(text).items()}
    except CookieError:
        return {}
