"""The pages of a short link, in the frame all pages have."""

from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlencode

from dalan.domains import links, media
from dalan.surfaces import html
from dalan.surfaces.asgi import Scope
from dalan.surfaces.operations import Headers, header, query_of
from dalan.surfaces.redirect.app import FOLDER
from dalan.surfaces.redirect.places import place_of
from dalan.surfaces.services import Services

REPORT_PATH: Final = "/report-link"

html.templates.register(FOLDER / "templates")


def page(
    services: Services, scope: Scope, status: int, template: str, **values: object
) -> tuple[str, Headers]:
    """A page and its headers. ``link``: the link it is of; ``short_url``: its whole address."""
    context = _context(services, scope)
    link = values.get("link")
    known: dict[str, object] = {
        "report_url": _report_url(services, str(values.get("short_url", ""))),
        "title": "",
        "description": "",
        "picture_url": "",
    }
    if isinstance(link, links.Link):
        known |= {
            "title": link.title,
            "description": link.description,
            "picture_url": _picture_url(services, link),
        }
    if leads_to := values.get("leads_to"):
        known["place"] = place_of(str(leads_to))
    text = html.render(context, f"redirect/{template}", status=status, **(known | values))
    # A password leads on to another host, which ``form-action`` would forbid.
    said = html.page(text, status=status, form_action=template != "password.html")
    headers = [
        (name.encode(), value.encode())
        for name, value in said.headers.items()
        # The surface says these of every answer of its own.
        if name not in ("cache-control", "referrer-policy", "vary")
    ]
    return str(said.content), [(b"content-type", b"text/html; charset=utf-8"), *headers]


def _report_url(services: Services, short_url: str) -> str:
    """Where somebody says what is wrong with the link; the form is the site's."""
    if not short_url:
        return ""
    return f"{services.settings.base_url}{REPORT_PATH}?{urlencode({'link': short_url})}"


def _picture_url(services: Services, link: links.Link) -> str:
    if not link.picture:
        return ""
    return services.settings.base_url + media.path_of_file(link.picture)


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
