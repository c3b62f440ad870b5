"""One Jinja environment for every surface that shows pages.

Templates are found in our own folder and in those that surfaces register, first found wins.
The page being rendered is a context variable, so that ``page``, ``_`` and the filters work in
imported macros too, without importing them ``with context``.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2 import pass_context as reads_page
from jinja2.runtime import Context
from markupsafe import Markup

from dalan.surfaces.html import csrf, i18n, icons, numbers, static
from dalan.surfaces.html.context import PageContext

_folders: list[Path] = [Path(__file__).parent / "templates"]
_compiled_in: list[Path] = []
_rendering: ContextVar[PageContext] = ContextVar("dalan_page")


def register(folder: Path) -> None:
    """Add a surface's template folder. Call before the first page is rendered, or at any time."""
    if folder not in _folders:
        _folders.append(folder)
        environment.cache_clear()


def folders() -> tuple[Path, ...]:
    """The registered template folders, ours first."""
    return tuple(_folders)


def keep_compiled_in(folder: Path | None) -> None:
    """Keep compiled templates in ``folder`` between runs; it must be writable by us alone."""
    _compiled_in[:] = [] if folder is None else [folder]
    environment.cache_clear()


def render(context: PageContext, name: str, /, **values: object) -> str:
    """The template as text, with ``page`` being ``context``. An undefined name raises."""
    token = _rendering.set(context)
    try:
        return environment().get_template(name).render(values)
    finally:
        _rendering.reset(token)


def render_string(context: PageContext, source: str, /, **values: object) -> str:
    """``render`` for a template given as text; for tests and the reference of macros."""
    token = _rendering.set(context)
    try:
        return environment().from_string(source).render(values)
    finally:
        _rendering.reset(token)


class CurrentPage:
    """``page`` in templates: stands for the ``PageContext`` being rendered."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_rendering.get(), name)


@cache
def environment() -> Environment:
    """The environment, built on first use and again when a folder was registered since."""
    cache_folder = _compiled_in[0] if _compiled_in else None
    if cache_folder is not None:
        cache_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    env = Environment(
        loader=FileSystemLoader([str(folder) for folder in _folders]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        bytecode_cache=FileSystemBytecodeCache(str(cache_folder)) if cache_folder else None,
        cache_size=-1,
    )
    # The extension adds this method; Jinja's types do not know it.
    install: Any = env.install_gettext_callables  # type: ignore[attr-defined]
    install(_gettext, _ngettext, newstyle=True)
    env.globals.update(
        page=CurrentPage(),
        csrf_input=csrf_input,
        static_url=static.url,
        icon_of=icons.symbol_of,
        icon_number_of=icons.number_of,
        with_query=with_query,
    )
    env.filters.update(_FILTERS)
    return env


def csrf_input() -> Markup:
    """The hidden field of a form; nothing when the page has no token."""
    token = _rendering.get().csrf_token
    if not token:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, token)


def with_query(**changes: object) -> str:
    """This page's address with some query parameters changed; None takes one away."""
    page = _rendering.get()
    pairs = [
        (key, value)
        for key, value in parse_qsl(page.query, keep_blank_values=True)
        if key not in changes
    ]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    return f"{page.path}?{urlencode(pairs)}" if pairs else page.path


def _gettext(message: str) -> str:
    return i18n.gettext(_rendering.get().lang, message)


def _ngettext(singular: str, plural: str, count: int) -> str:
    return i18n.ngettext(_rendering.get().lang, singular, plural, count)


def _for_page(function: Callable[..., str]) -> Callable[..., str]:
    """A filter that gets the page's language.

    It claims to read the template's context: otherwise Jinja would run it on constants while
    compiling, in the language of whoever came first.
    """

    @reads_page
    def filtered(_: Context, value: Any) -> str:
        return function(value, _rendering.get().lang)

    return filtered


@reads_page
def _ago(_: Context, at: Any) -> str:
    page = _rendering.get()
    return numbers.ago(at, page.lang, now=page.now)


_FILTERS: dict[str, Callable[..., str]] = {
    "digits": _for_page(numbers.digits),
    "group": _for_page(numbers.group),
    "money": _for_page(numbers.money),
    "money_of_rials": _for_page(numbers.money_of_rials),
    "jalali": _for_page(numbers.jalali),
    "jalali_time": _for_page(numbers.jalali_time),
    "ago": _ago,
    "iso": numbers.iso,
    "clock_time": numbers.clock_time,
}
