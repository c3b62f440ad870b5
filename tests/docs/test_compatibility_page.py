"""The table of served operations is the one that answers."""

import re

from dalan.surfaces.kenar.routes import OPERATIONS
from dalan.surfaces.operations import Operation
from tests.docs.pages import ROOT

PAGE = ROOT / "docs/compatibility.md"


def row_of(operation: Operation) -> str:
    """The operation as its line of the table is written."""
    needed = operation.permission
    permissions = (needed,) if isinstance(needed, str) else needed
    unlisted = "" if operation.documented else " (unlisted)"
    cells = (
        f"`{operation.method} {operation.paths[0]}`{unlisted}",
        _code(operation.paths[1:]),
        "no key" if operation.anonymous else _code(permissions),
        _code(operation.scopes),
    )
    return f"| {' | '.join(cells)} |"


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names if name) or "–"


def test_table_lists_exactly_what_is_served():
    written = re.findall(r"^\| `[A-Z]+ /.*$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert set(written) == {row_of(operation) for operation in OPERATIONS}
    assert len(written) == len(OPERATIONS)
