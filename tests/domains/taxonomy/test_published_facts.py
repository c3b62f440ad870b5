"""Our data against the reference snapshot it was made from."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
DATA = PROJECT / "src/dalan/domains/taxonomy/data"


@pytest.fixture
def snapshot():
    shared = Path(os.environ.get("DALAN_SHARED", PROJECT.parent / "shared"))
    file = shared / "reference/kenar-assets.json"
    if not file.exists():
        message = f"the published facts are not at {file}; set DALAN_SHARED to compare with them"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return file


def test_data_files_are_what_the_script_makes_of_the_snapshot(snapshot, tmp_path):
    make = [sys.executable, "-m", "tools.build_taxonomy"]

    subprocess.run([*make, snapshot, tmp_path], cwd=PROJECT, check=True)

    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in DATA.glob("*.json")}


def test_every_published_slug_and_display_is_kept(snapshot):
    published = json.loads(snapshot.read_text(encoding="utf-8"))["assets"]

    def kept(name, *path):
        found = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
        for step in path:
            found = found[step]
        return {(entry["slug"], entry["display"]) for entry in found}

    def told(name):
        return {(entry["slug"], entry["display"].strip()) for entry in published[name]}

    assert kept("categories") == told("categories")
    assert kept("cities", "cities") == told("cities")
    assert kept("districts") == told("districts")
    assert kept("brand_models", "light") == told("brand_models_light")
    assert kept("colors", "light") == told("colors_light")
    for name in [
        "body_statuses",
        "chassis_statuses",
        "internal_storages",
        "ram_memories",
    ]:
        assert kept("options", name) == told(name)
