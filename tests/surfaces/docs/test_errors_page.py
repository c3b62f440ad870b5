"""Every refusal has its paragraph, under the fragment that the hint header names."""

import importlib
import pkgutil

import pytest

import dalan
from dalan.errors import DalanError
from dalan.surfaces.basalam.errors import hint_of as basalam_hint_of
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


def page_of(code: str) -> str:
    """Basalam's own refusals stand on its page, all others on the page of errors."""
    return "guide/basalam" if code.startswith("basalam.") else "guide/kenar-errors"


def text_of(path: str) -> str:
    page = library.document(path, "en")
    assert page is not None
    return page.text


@pytest.fixture(scope="module")
def anchors() -> dict[str, list[str]]:
    paths = ("guide/basalam", "guide/kenar-errors")
    return {path: markdown.anchors(text_of(path)) for path in paths}


def test_every_error_has_its_paragraph(anchors):
    missing = {
        code for code in all_codes() if markdown.anchor_of(code) not in anchors[page_of(code)]
    }

    assert missing == set()


@pytest.mark.parametrize("path", ["guide/basalam", "guide/kenar-errors"])
def test_page_tells_of_no_error_that_is_gone(path):
    told = [line[4:] for line in text_of(path).splitlines() if line.startswith("### ")]

    assert set(told) <= {code for code in all_codes() if page_of(code) == path}
    assert len(told) == len(set(told))


def test_hint_names_the_fragment_of_the_paragraph(anchors):
    for code, kind in all_codes().items():
        error = kind.__new__(kind)
        hints = [basalam_hint_of(error)]
        if not code.startswith("basalam."):
            hints.append(hint_of(error))

        for hint in hints:
            see = hint.decode().rpartition("see=")[2]
            assert see == f"/docs/{page_of(code)}#{markdown.anchor_of(code)}"
            assert see.rpartition("#")[2] in anchors[page_of(code)]
