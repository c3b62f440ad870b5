"""Every refusal has its paragraph, under the fragment that the hint header names."""

import importlib
import pkgutil

import pytest

import dalan
from dalan.errors import DalanError
from dalan.surfaces.docs import library, markdown
from dalan.surfaces.kenar.errors import hint_of


def all_codes() -> dict[str, type[DalanError]]:
    """The code of every error class, once all modules are loaded."""
    for module in pkgutil.walk_packages(dalan.__path__, "dalan."):
        if ".migrations" not in module.name and ".words" not in module.name:
            importlib.import_module(module.name)
    found, left = {DalanError.code: DalanError}, [DalanError]
    while left:
        for kind in left.pop().__subclasses__():
            if kind.__module__.startswith("dalan."):
                found.setdefault(kind.code, kind)
                left.append(kind)
    return found


@pytest.fixture(scope="module")
def anchors() -> list[str]:
    page = library.document("guide/kenar-errors", "en")
    assert page is not None
    return markdown.anchors(page.text)


def test_every_error_has_its_paragraph(anchors):
    missing = {code for code in all_codes() if markdown.anchor_of(code) not in anchors}

    assert missing == set()


def test_page_tells_of_no_error_that_is_gone(anchors):
    page = library.document("guide/kenar-errors", "en")
    assert page is not None
    told = [line[4:] for line in page.text.splitlines() if line.startswith("### ")]

    assert set(told) <= set(all_codes())
    assert len(told) == len(set(told))


def test_hint_names_the_fragment_of_the_paragraph(anchors):
    for code, kind in all_codes().items():
        error = kind.__new__(kind)

        see = hint_of(error).decode().rpartition("see=")[2]

        assert see == f"/docs/guide/kenar-errors#{markdown.anchor_of(code)}"
        assert see.rpartition("#")[2] in anchors
