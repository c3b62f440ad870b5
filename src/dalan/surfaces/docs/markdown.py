"""Markdown to HTML. The files are ours; still, no HTML of theirs is let through."""

import posixpath
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from dalan.surfaces.docs import library

_NOT_OF_A_NAME: Final = re.compile(r"[^\w]+|_+")

Code = Callable[[str, str], str]
"""Draws a block of code: its text and its language to HTML."""


class Heading(msgspec.Struct, frozen=True):
    """A heading of the second level, for the list of what stands on a page."""

    title: str
    anchor: str


class Rendered(msgspec.Struct, frozen=True):
    """A document's HTML without its first heading, and the headings within."""

    html: str
    headings: tuple[Heading, ...]


def anchor_of(title: str) -> str:
    """The fragment of a heading: its letters and digits in lower case, all else a hyphen.

    So ``developers.permission_missing`` gets the fragment that the hint header names.
    """
    return _NOT_OF_A_NAME.sub("-", title.lower()).strip("-")


def anchors(text: str) -> list[str]:
    """The fragments of all headings of a document, in order."""
    tokens = _parser().parse(text)
    return [anchor_of(_plain(tokens[at + 1])) for at in _headings(tokens)]


def links(text: str) -> list[str]:
    """Where a document's links and pictures point, as written."""
    found = []
    for token in _parser().parse(text):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                found.append(str(target))
    return found


def rendered(document: library.Document, code: Code) -> Rendered:
    """A document as HTML, its links turned into addresses of pages here."""
    tokens = _parser().parse(document.text)
    at_title = next(iter(_headings(tokens)), None)
    if at_title is not None and tokens[at_title].tag == "h1":
        del tokens[at_title : at_title + 3]
    headings = []
    taken: dict[str, int] = {}
    for at in _headings(tokens):
        title = _plain(tokens[at + 1])
        anchor = anchor_of(title)
        taken[anchor] = taken.get(anchor, 0) + 1
        if taken[anchor] > 1:
            anchor = f"{anchor}-{taken[anchor]}"
        tokens[at].attrSet("id", anchor)
        _link_to_itself(tokens[at + 1], anchor)
        if tokens[at].tag == "h2":
            headings.append(Heading(title, anchor))
    _name_cells(tokens)
    for token in tokens:
        _turn_links(token, document.path)
    parser = _parser()
    html = parser.renderer.render(tokens, parser.options, {"code": code})
    return Rendered(html, tuple(headings))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def _fence(_: RendererHTML, tokens: Sequence[Token], at: int, __: Any, env: dict[str, Any]) -> str:
    language = tokens[at].info.strip().partition(" ")[0]
    code: Code = env["code"]
    return code(tokens[at].content.rstrip("\n"), language)


def _table_open(*_: Any) -> str:
    return '<div class="doc-table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _headings(tokens: Sequence[Token]) -> list[int]:
    return [at for at, token in enumerate(tokens) if token.type == "heading_open"]


def _plain(inline: Token) -> str:
    return "".join(
        child.content for child in inline.children or () if child.type in ("text", "code_inline")
    )


def _link_to_itself(inline: Token, anchor: str) -> None:
    opened = Token("link_open", "a", 1, attrs={"href": f"#{anchor}", "class": "doc-anchor"})
    children = inline.children or []
    inline.children = [opened, *children, Token("link_close", "a", -1)]


def _name_cells(tokens: Sequence[Token]) -> None:
    """Each cell learns its column's name, which small screens show beside it."""
    names: list[str] = []
    column = 0
    for at, token in enumerate(tokens):
        if token.type == "thead_open":
            names = []
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            names.append(_plain(tokens[at + 1]))
        elif token.type == "td_open":
            if column < len(names):
                token.attrSet("data-label", names[column])
            column += 1


def _turn_links(token: Token, path: str) -> None:
    for child in token.children or ():
        if child.type == "link_open":
            target = address_of(str(child.attrGet("href")), path)
            child.attrSet("href", target)
            if urlsplit(target).scheme:
                child.attrSet("rel", "noopener noreferrer")
        elif child.type == "image":
            name = posixpath.basename(str(child.attrGet("src")))
            child.attrSet("src", f"/docs/pictures/{name}")
            child.attrSet("loading", "lazy")


def address_of(target: str, path: str) -> str:
    """Where a link of the document at ``path`` leads on this platform.

    Links to other documents become their pages'; addresses of the platform and of other hosts
    stay; what lies outside ``docs/`` has no page here, and becomes a link to this page's top.
    """
    parts = urlsplit(target)
    if parts.scheme or target.startswith(("/", "#")):
        return target
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path))
    known = joined.removesuffix(".md").removesuffix(".fa")
    if not joined.endswith(".md") or known not in library.paths():
        return "#main"
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return library.address(known) + fragment


def inline(text: str) -> Markup:
    """A line of Markdown, such as the first sentence of a docstring."""
    parser = _parser()
    # Docstrings mark code with two backticks, which Markdown reads as one does.
    return Markup(parser.renderInline(text))  # noqa: S704 (the parser escapes; HTML is off)
