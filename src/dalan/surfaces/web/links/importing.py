"""Links from a file: looked over first, brought in then, and told row by row what became of them.

A small file travels along with its preview, so that it is chosen once; a larger one is chosen
again. Nothing is kept in between.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec
from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import links
from dalan.surfaces import html
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.links import holding, words
from dalan.surfaces.web.links.holding import AnyResponse, Holder

ROWS_MAX: Final = 10_000
"""In one go through the page; larger files go through the API."""

SHOWN_MAX: Final = 200
CARRIED_BYTES_MAX: Final = 200_000
FORM_BYTES_MAX: Final = links.IMPORT_BYTES_MAX + 512 * 1024

SOURCES: Final[tuple[tuple[str, str], ...]] = (
    ("any", marked("Found out from the file")),
    ("dalan", marked("Our own export")),
    ("bitly", "Bitly"),
    ("yourls", "YOURLS"),
    ("kutt", "Kutt"),
    ("shlink", "Shlink"),
)

_LOST: Final[dict[str, str]] = {
    "password": marked("Password"),
    "title": marked("Title"),
    "tags": marked("Tags"),
    "created_at": marked("Made"),
    "expires_at": marked("Until"),
}


class Shown(msgspec.Struct, frozen=True):
    """What became, or would become, of a row."""

    number: int
    address: str
    url: str
    target: str
    result: str
    kind: str
    text: str


@get(holding.at("/import"))
async def import_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The form to choose a file."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
    return _page(visitor, holder, html.Form())


@post(holding.at("/import"), status_code=200)
async def look_over_or_bring_in(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Tell what would become of each row, or do it."""
    visitor.require_person(back=f"{holding.path_here(visitor)}/import")
    form = await visitor.form(size_bytes_max=FORM_BYTES_MAX)
    _ = visitor.gettext
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
    file = form.file("file")
    content = file.content if file else form.raw("content").encode(errors="replace")
    rows: Sequence[links.ImportRow] = ()
    if not content.strip():
        form.fail("file", _("Choose a file first."))
    else:
        rows = await _read(form, content, _)
    if not form.ok:
        return _page(visitor, holder, form, status=422)
    does_it = form.raw("do") == "import"
    importing = links.Importing(
        owner=holder.owner,
        rules=visitor.services.link_rules,
        on_taken="draw" if form.raw("on_taken") == "draw" else "skip",
    )
    told, refusal = await _told(visitor, rows, importing, does_it=does_it)
    if refusal is not None:
        words.note_refusal(form, _, refusal)
    status = 200 if refusal is None else 429
    return _page(visitor, holder, form, status=status, told=told, content=content, was_done=does_it)


async def _read(form: html.Form, content: bytes, _: words.Translate) -> Sequence[links.ImportRow]:
    source = next((name for name in links.IMPORT_SOURCES if name == form.raw("source")), None)
    try:
        reading = await asyncio.to_thread(links.read_import, content, source)
    except links.UnreadableImport:
        form.fail(
            "file",
            _(
                "This is no export we can read. Take a CSV or JSON file of Bitly, YOURLS, Kutt, "
                "Shlink or of ours, at most 10 MB."
            ),
        )
        return ()
    if len(reading.rows) > ROWS_MAX:
        form.fail("file", _("At most %(num)s rows at once; part the file.", num=ROWS_MAX))
    if not reading.rows:
        form.fail("file", _("There is no link in the file."))
    form.values["source"] = [reading.source]
    return reading.rows


async def _told(
    visitor: Visitor,
    rows: Sequence[links.ImportRow],
    importing: links.Importing,
    *,
    does_it: bool,
) -> tuple[list[links.Outcome], links.LinkLimit | None]:
    """Row by row, in batches of a transaction each: what was done stays done, and is told also
    where so many were made that the rest has to wait."""
    told: list[links.Outcome] = []
    seen = links.Seen()
    for batch in links.batches(rows, importing):
        if not does_it:
            async with visitor.services.db.read() as tx:
                told += await links.preview(tx, batch, importing, seen)
            continue
        try:
            async with visitor.services.db.write() as tx:
                told += await links.bring_in(tx, batch, importing)
        except links.LinkLimit as refusal:
            return told, refusal
    return told, None


def _page(
    visitor: Visitor,
    holder: Holder,
    form: html.Form,
    *,
    status: int = 200,
    told: Sequence[links.Outcome] = (),
    content: bytes = b"",
    was_done: bool = False,
) -> AnyResponse:
    _ = visitor.gettext
    counted = Counter(one.result for one in told)
    carried = ""
    if told and not was_done and len(content) <= CARRIED_BYTES_MAX:
        with suppress(UnicodeDecodeError):  # a page carries no other encoding unspoilt
            carried = content.decode()
    return holder.page(
        visitor,
        "links/import.html",
        status=status,
        form=form,
        sources=[(name, _(title)) for name, title in SOURCES],
        rows=[_shown(visitor, holder, one, was_done=was_done) for one in told[:SHOWN_MAX]],
        left_count=max(0, len(told) - SHOWN_MAX),
        sums=[
            (words.outcome(_, result, was_done=was_done), counted[result])
            for result in ("made", "stands", "taken", "refused")
        ],
        made_count=counted["made"],
        was_done=was_done,
        carried=carried,
    )


def _shown(visitor: Visitor, holder: Holder, one: links.Outcome, *, was_done: bool) -> Shown:
    _ = visitor.gettext
    title, kind = words.outcome(_, one.result, was_done=was_done)
    is_there = bool(one.hash) and (one.result == "stands" or (was_done and one.result == "made"))
    text = words.import_refusal(_, one.code) if one.code else ""
    if one.lost:
        names = [_(_LOST[name]) if name in _LOST else name for name in one.lost]
        text = _("Not taken over: %(names)s", names=_(", ").join(names))
    return Shown(
        number=one.number,
        address=f"…/{one.hash}" if one.hash else "",
        url=holding.path_of_hash(holder.path, one.hash) if is_there else "",
        target=one.target,
        result=title,
        kind=kind,
        text=text,
    )
