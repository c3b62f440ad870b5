"""Whoever is killed while a world takes the place of another leaves one of them, whole."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from dalan.domains.world.snapshots import Snapshots
from dalan.kernel.clock import ClockState
from dalan.kernel.clock_file import ClockFile
from tests.conftest import START

ROWS = 3_000
DAY_OF = {"one": START + timedelta(days=1), "two": START + timedelta(days=2)}


def make_worlds(folder: Path) -> None:
    """Two snapshots of a world, each with its own name on every row, and its own day."""
    path = folder / "world.db"
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", "wal")
    connection.execute(
        "CREATE TABLE image (name TEXT, removed_at TEXT);"
        "CREATE TABLE media_file (name TEXT, removed_at TEXT);"
        "CREATE TABLE alembic_version (version_num TEXT);"
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, world TEXT, padding TEXT)"
    )
    with connection:
        rows = [(number, "x" * 400) for number in range(ROWS)]
        connection.executemany("INSERT INTO thing VALUES (?, '', ?)", rows)
    snapshots = Snapshots(folder / "snapshots", path)
    for name, at in DAY_OF.items():
        connection.execute("UPDATE thing SET world = ?", (name,))
        snapshots.take(name, ClockState(at, at, is_frozen=True))
    connection.close()


@pytest.mark.parametrize("later_seconds", [0.0, 0.003, 0.01, 0.03, 0.07])
def test_world_is_one_of_the_two_and_so_is_its_clock(tmp_path: Path, later_seconds: float):
    make_worlds(tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.domains.world.restorer", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "one\n"
    time.sleep(later_seconds)  # somewhere in the next ones; wherever it is, it must hold
    child.kill()
    child.wait()
    child.stdout.close()

    file = ClockFile(tmp_path / "clock.json")
    snapshots = Snapshots(tmp_path / "snapshots", tmp_path / "world.db")

    def follow(state: ClockState | None) -> None:
        assert state is not None, "both snapshots have a clock"
        file.write(state)

    snapshots.finish(follow)

    connection = apsw.Connection(str(tmp_path / "world.db"))
    assert connection.pragma("integrity_check") == "ok"
    [(world, count)] = connection.execute(
        "SELECT world, count(*) FROM thing GROUP BY world"
    ).fetchall()
    connection.close()
    state = file.read()
    assert state is not None
    assert (count, state.at) == (ROWS, DAY_OF[str(world)])
