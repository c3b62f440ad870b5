"""The table of requirements names tests that exist, and leaves no row without an answer."""

import re

from tests.docs.pages import ROOT

TABLE = ROOT / "docs/rfc-table.md"
ROWS_MIN = 150

_TEST = re.compile(r"`(test_\w+)`")
_ROW = re.compile(r"^\| (?!Section|-)(.+) \|$", re.MULTILINE)


def test_every_named_test_exists():
    named = set(_TEST.findall(TABLE.read_text("utf-8")))
    sources = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    written = {name for text in sources for name in re.findall(r"def (test_\w+)\(", text)}

    assert named - written == set()


def test_every_row_is_shown_or_explained():
    rows = [row.split(" | ") for row in _ROW.findall(TABLE.read_text("utf-8"))]

    assert len(rows) >= ROWS_MIN
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
