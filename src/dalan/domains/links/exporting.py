"""An owner's links as a file that spreadsheets, we and others read again.

Written page by page while it is sent: no snapshot is held, and a link that changes meanwhile is
there once, as it was or as it is. Source: pod-links.md 9, point 1.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from dalan.domains import clicks
from dalan.domains.links.listing import Position, Question, page, position
from dalan.domains.links.tables import Link
from dalan.kernel.db import Database

COLUMNS: Final = (
    "hash", "domain", "kind", "target", "title", "note", "tags", "active", "created_at",
    "valid_from", "expires_at", "visit_limit", "has_password", "after_address", "clicks",
    "bot_clicks",
)  # fmt: skip
PAGE: Final = 500

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


async def export_csv(db: Database, question: Question) -> AsyncIterator[bytes]:
    """Every link that fits, the oldest first, as CSV in UTF-8. No cell is a formula: one that
    would begin like one begins with an apostrophe, which an import takes away again. Raises
    InvalidLink with the first part."""
    yield csv_lines([COLUMNS])
    async for found in _pages(db, question):
        yield csv_lines([_cells(one) for one in found])


async def export_json(db: Database, question: Question) -> AsyncIterator[bytes]:
    """The same as a JSON object with a list ``links``."""
    begin = b'{"links":['
    async for found in _pages(db, question):
        yield begin + b",".join(msgspec.json.encode(one) for one in found)
        begin = b","
    yield b"]}" if begin == b"," else begin + b"]}"


def csv_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Lines of CSV, safe to open in a spreadsheet."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(
        [_safe(_text(value)) for value in row] for row in rows
    )
    return written.getvalue().encode()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _cells(one: dict[str, Any]) -> list[Any]:
    return [one[name] for name in COLUMNS]


async def _pages(db: Database, question: Question) -> AsyncIterator[list[dict[str, Any]]]:
    question = msgspec.structs.replace(question, order="created_at", ascending=True)
    after: Position | None = None
    while True:
        async with db.read() as tx:
            found = await page(tx, question, most=PAGE, after=after)
            totals = await clicks.totals(tx, [link.id for link in found]) if found else {}
        if found:
            yield [_told(link, totals[link.id]) for link in found]
        if len(found) < PAGE:
            return
        after = position(found[-1], question.order)


def _told(link: Link, total: clicks.Total) -> dict[str, Any]:
    said = {name: getattr(link, name, None) for name in COLUMNS}
    return said | {
        "visit_limit": link.visits_max,
        "clicks": total.visits,
        "bot_clicks": total.bots,
    }
