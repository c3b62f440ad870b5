"""Worlds to copy: made once, whole or not at all, for this user alone."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dalan.testing import worlds


class Furnishing:
    """Furnishes with one file, and counts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, home: Path) -> None:
        self.times += 1
        home.mkdir(parents=True)
        (home / "dalan.db").write_text("furnished")


def test_world_is_made_once_and_copied_afterwards(tmp_path):
    furnish = Furnishing()

    for name in ("one", "two"):
        worlds.copy_world(tmp_path / name, furnish=furnish, cache=tmp_path / "cache")

    assert furnish.times == 1
    (tmp_path / "one" / "dalan.db").write_text("lived in")
    assert (tmp_path / "two" / "dalan.db").read_text() == "furnished"
    worlds.copy_world(tmp_path / "three", furnish=furnish, cache=tmp_path / "cache")
    assert (tmp_path / "three" / "dalan.db").read_text() == "furnished"


def test_runs_beside_each_other_make_one(tmp_path):
    furnish = Furnishing()

    with ThreadPoolExecutor(4) as runs:
        made = [
            runs.submit(
                worlds.copy_world, tmp_path / str(one), furnish=furnish, cache=tmp_path / "cache"
            )
            for one in range(8)
        ]
        for one in made:
            one.result()

    assert furnish.times == 1
    assert all((tmp_path / str(one) / "dalan.db").exists() for one in range(8))


def test_world_of_yesterday_is_made_anew(tmp_path):
    furnish, cache = Furnishing(), tmp_path / "cache"
    worlds.copy_world(tmp_path / "one", furnish=furnish, cache=cache)
    (made,) = cache.glob("world-*")
    before = made.stat().st_mtime - worlds.FRESH_SECONDS - 1
    os.utime(made, (before, before))

    worlds.copy_world(tmp_path / "two", furnish=furnish, cache=cache)

    assert furnish.times == 2


def test_making_that_failed_leaves_nothing_to_be_taken_for_a_world(tmp_path):
    def fail(home: Path) -> None:
        home.mkdir(parents=True)
        (home / "half").touch()
        raise RuntimeError("cut short")

    with pytest.raises(RuntimeError):
        worlds.copy_world(tmp_path / "one", furnish=fail, cache=tmp_path / "cache")
    assert list((tmp_path / "cache").glob("*-*")) == []

    furnish = Furnishing()
    worlds.copy_world(tmp_path / "two", furnish=furnish, cache=tmp_path / "cache")
    assert furnish.times == 1


def test_others_of_the_machine_cannot_look_in(tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o755)

    worlds.copy_world(tmp_path / "one", furnish=Furnishing(), cache=cache)

    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_without_a_cache_a_world_is_made_for_this_run(tmp_path):
    (tmp_path / "file").touch()
    furnish = Furnishing()

    worlds.copy_world(tmp_path / "one", furnish=furnish, cache=tmp_path / "file" / "cache")

    assert furnish.times == 1
    assert (tmp_path / "one" / "dalan.db").exists()


def test_old_versions_go(tmp_path):
    cache = tmp_path / "cache"
    for number in range(9):
        old = cache / f"world-{number}"
        old.mkdir(parents=True)
        os.utime(old, (1_000 + number, 1_000 + number))
    (cache / "unfinished-0").mkdir()

    worlds.copy_world(tmp_path / "one", furnish=Furnishing(), cache=cache)

    assert len(list(cache.glob("world-*"))) == worlds.KEPT
    assert list(cache.glob("unfinished-*")) == []
