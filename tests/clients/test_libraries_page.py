"""The guide's table of libraries names those that are tried, in the versions that are tried."""

import json
import re

from tests.clients.libraries import NODE, NODE_LIBRARIES, PYTHON_LIBRARIES
from tests.docs.pages import ROOT

_ROW = re.compile(r"^\| ([\w@/.-]+) \| (Node|Python) \| ([\d.]+) \|", re.MULTILINE)


def test_guide_lists_exactly_the_libraries_that_are_tried():
    page = (ROOT / "docs/guide/client-libraries.md").read_text("utf-8")
    tried = {(one.name, one.language, one.version) for one in NODE_LIBRARIES + PYTHON_LIBRARIES}

    assert set(_ROW.findall(page)) == tried
    assert len(tried) >= 10


def test_every_listed_library_has_a_script_or_a_test_that_imports_it():
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))

    for library in NODE_LIBRARIES:
        script = (NODE / f"{library.tried_by}.js").read_text("utf-8")
        assert f'from "{library.name}"' in script, library
    for library in PYTHON_LIBRARIES:
        assert f"def {library.tried_by}(" in tests, library


def test_lock_files_name_no_registry_of_this_machine():
    for lock in (NODE / "package-lock.json", ROOT / "tools/bench/node/package-lock.json"):
        packages = json.loads(lock.read_text("utf-8"))["packages"]
        assert [name for name, package in packages.items() if "resolved" in package] == []
        assert [name for name, package in packages.items() if name and "integrity" not in package] \
            == []  # fmt: skip
