"""Rules of the house that no linter knows. What depends on what is import-linter's (pyproject)."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "dalan"
LINES_MAX = 500
TEST_LINES_MAX = 700
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "stuff"}
COMMON_IS_THEIR_WORD = {Path("surfaces/kenar/wire/common.py")}
"""The wire's own shared messages; the contract has them too."""

MODULES = sorted(path for path in SOURCE.rglob("*.py"))
CODE = sorted(
    path
    for folder in ("src", "tests", "tools", "examples")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)


def imported(path: Path) -> set[str]:
    """Every module a file imports by absolute name, whatever it takes from it included."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(path: Path) -> str | None:
    parts = path.relative_to(SOURCE).parts
    return parts[1].removesuffix(".py") if parts[0] == "domains" and len(parts) > 1 else None


def is_module(name: str) -> bool:
    path = SOURCE.parent / Path(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def is_of_dev_worlds(path: Path) -> bool:
    return path.parent == SOURCE / "cli" or path.is_relative_to(SOURCE / "surfaces" / "console")


def test_rooms_are_entered_by_the_front_door_only():
    behind_the_door = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODULES
        for name in sorted(imported(path))
        if name.startswith("dalan.domains.")
        and name.count(".") > 2
        and is_module(name)
        and name.split(".")[2] != room_of(path)
        # The furnished world has a door for each command and each tool of the console: one door
        # would load all of it.
        and not (name.startswith("dalan.domains.world.") and is_of_dev_worlds(path))
    ]

    assert behind_the_door == []


def test_no_file_is_longer_than_a_reader_likes():
    """Of what runs. Tests of one subject may go on a little longer."""
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in CODE
        if (lines := len(path.read_text(encoding="utf-8").splitlines()))
        > (LINES_MAX if path in MODULES else TEST_LINES_MAX)
    }

    assert too_long == {}


def test_no_file_has_a_name_that_says_nothing():
    empty = [
        str(path.relative_to(ROOT))
        for path in CODE
        if (path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES)
        and path.is_relative_to(SOURCE)
        and path.relative_to(SOURCE) not in COMMON_IS_THEIR_WORD
    ]

    assert empty == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


@pytest.mark.parametrize(
    ("called", "allowed"),
    [
        # A log tells the machine's time, even of a world whose clock stands still.
        ("datetime.now", {"kernel/clock.py", "kernel/access_log.py"}),
        ("datetime.utcnow", set()),
        ("time.time", set()),
        # What keeps a real world safe must never come from a seeded source.
        ("secrets.token", {"kernel/randomness.py", "settings_values.py", "cli/doctor.py"}),
    ],
)
def test_time_and_chance_come_from_their_one_source(called: str, allowed: set[str]):
    module, _, name = called.partition(".")
    strays = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if str(path.relative_to(SOURCE)) not in allowed
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == module
        and node.attr.startswith(name)
    ]

    assert strays == []


def test_chance_has_one_source():
    """The furnished world draws its contents from a ``Random`` of its own, from its seed."""
    strays = [str(path.relative_to(ROOT)) for path in MODULES if "random" in imported(path)]

    assert [path for path in strays if "domains/world/" not in path] == []


def test_nothing_of_this_machine_or_of_the_shared_folder_is_in_the_repository():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    if not tracked[0]:
        pytest.skip("not a git checkout")

    contracts = [name for name in tracked if "contracts/kenar/" in name or "openapi.json" in name]

    assert contracts == []
