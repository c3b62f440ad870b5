"""The table of served operations is the one that answers."""

import re

import pytest

from dalan.surfaces.basalam.hosts import SERVICE_HOSTS
from dalan.surfaces.basalam.routes import OPERATIONS as BASALAM
from dalan.surfaces.kenar.routes import OPERATIONS as KENAR
from dalan.surfaces.operations import Operation
from dalan.surfaces.published_hosts import BASALAM_SERVICES, PUBLISHED_HOSTS
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


def basalam_row_of(operation: Operation) -> str:
    """The same for Basalam's table, which knows no permissions."""
    unlisted = "" if operation.documented else " (unlisted)"
    cells = (
        f"`{operation.method} {operation.paths[0]}`{unlisted}",
        _code(operation.paths[1:]),
        _code(operation.scopes),
    )
    return f"| {' | '.join(cells)} |"


def written_under(title: str) -> list[str]:
    """The rows of operations in a section of the page."""
    section = PAGE.read_text("utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `[A-Z]+ /.*$", section, re.MULTILINE)


@pytest.mark.parametrize(
    ("title", "operations", "row"),
    [
        ("Kenar, served", KENAR, row_of),
        ("Basalam, served", BASALAM, basalam_row_of),
    ],
)
def test_table_lists_exactly_what_is_served(title, operations, row):
    written = written_under(title)

    assert set(written) == {row(operation) for operation in operations}
    assert len(written) == len(operations)


def test_page_names_every_published_host():
    section = PAGE.read_text("utf-8").partition("\n## Hosts\n")[2].partition("\n## ")[0]
    others = PUBLISHED_HOSTS - BASALAM_SERVICES
    spelled = {host for host in others if not host.endswith("basalam.dev")} | {"basalam.dev"}

    assert set(re.findall(r"`([a-z.-]+\.[a-z]+)`", section)) == spelled


def test_page_names_every_host_of_the_older_services():
    section = PAGE.read_text("utf-8").partition("\n## Basalam, served\n")[2]
    names = {host.decode().partition(".")[0] for host in SERVICE_HOSTS}

    assert all(f"`{name}`" in section for name in names)
