"""What a browser is to remember for its reader: light or dark. Language goes by ``?lang=``."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency

from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor, local_path

THEMES = ("auto", "light", "dark")


@post("/preferences/theme", status_code=200)
async def set_theme(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Remember a theme and go back to the page.

    Every page has this form, and the anonymous have no token: it needs none, for the worst a
    foreign page could do is to change the colours.
    """
    form = await html.forms.read(visitor.request)
    theme = form.text("theme")
    answer = visitor.see_other(local_path(form.raw("back")) or "/")
    if theme in THEMES:
        secure = visitor.services.settings.secure
        answer.cookies.append(html.remember("theme", theme, secure=secure))
    return answer
