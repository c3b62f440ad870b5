"""Answers a browser gets: a page, a redirect, an error page; each with its security headers."""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from dalan.surfaces.html.context import PageContext
from dalan.surfaces.html.templates import render

_CSP = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; "
    "script-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_CSP_FORM_ACTION = f"{_CSP}; form-action 'self'"
GZIP_LEVEL = 3
"""A page of 89 KB becomes 14 KB; the ninth level takes eight times as long and saves 1 KB more."""
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class Action(msgspec.Struct, frozen=True):
    """A way on from an error page. The first one is drawn as the main one."""

    title: str
    url: str


def page(
    html: str,
    *,
    status: int = 200,
    form_action: bool = True,
    private: bool = True,
    referrer_policy: str = "same-origin",
    headers: Mapping[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
) -> Response[str]:
    """A page with its headers.

    ``form_action=False`` lets forms lead to other hosts: browsers apply ``form-action`` to the
    redirect after a form as well, so consent and start pages cannot have it. ``private`` pages
    (the default) are stored nowhere; others may be kept, but are asked for again.
    """
    return Response(
        html,
        status_code=status,
        media_type="text/html",
        headers={
            "content-security-policy": _CSP_FORM_ACTION if form_action else _CSP,
            "x-content-type-options": "nosniff",
            "referrer-policy": referrer_policy,
            "cache-control": "no-store" if private else "no-cache",
            "vary": "cookie",
            **(headers or {}),
        },
        cookies=list(cookies),
    )


def packed(answer: Response[Any], accept_encoding: str) -> Response[Any]:
    """The same page, compressed where the browser takes it so.

    Only for pages that many read: what is compressed together with words of a stranger's choice
    tells its length, and no page that shows a secret may do that (BREACH). The token of forms is
    masked anew for every page.
    """
    answer.headers["vary"] = "cookie, accept-encoding"
    if "gzip" in accept_encoding:
        answer.headers["content-encoding"] = "gzip"
        answer.content = gzip.compress(answer.content.encode(), GZIP_LEVEL, mtime=0)
    return answer


def see_other(url: str, *, cookies: Sequence[Cookie] = ()) -> Response[None]:
    """303: go and GET ``url``. The caller has checked where it leads.

    What may not stand in a header, other scripts and line ends, is escaped.
    """
    return Response(
        None,
        status_code=303,
        headers={
            "location": quote(url, safe=_PRINTABLE, errors="replace"),
            "cache-control": "no-store",
            "referrer-policy": "same-origin",
        },
        cookies=list(cookies),
    )


def error_page(
    context: PageContext,
    status: int,
    title: str,
    text: str,
    actions: Iterable[Action] = (),
    *,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """A page that says what went wrong and where to go from here."""
    html = render(
        context, "error.html", status=status, title=title, text=text, actions=tuple(actions)
    )
    return page(html, status=status, headers=headers)


def remember(key: str, value: str, *, secure: bool, days: int = 365) -> Cookie:
    """A cookie for a preference (language, theme). Not for anything secret."""
    return Cookie(
        key=key,
        value=value,
        max_age=days * 86_400,
        secure=secure,
        httponly=True,
        samesite="lax",
    )
