"""Links lead somewhere: to a file that is there, and a heading within it."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dalan.surfaces.docs import markdown
from tests.docs.pages import PAGES, ROOT, name_of

PICTURE_BYTES_MAX = 150_000


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_within_the_repository_lead_to_files_and_headings(path):
    links = [link for link in markdown.links(path.read_text("utf-8")) if is_ours(link)]

    assert [link for link in links if not leads_somewhere(path, link)] == []


def is_ours(link: str) -> bool:
    """It names a file of the repository, or a heading of its own page."""
    return not urlsplit(link).scheme and not link.startswith("/")


def leads_somewhere(path: Path, link: str) -> bool:
    """The file is there, and the heading in it."""
    parts = urlsplit(link)
    target = (path.parent / parts.path) if parts.path else path
    if not target.exists():
        return False
    return not parts.fragment or parts.fragment in markdown.anchors(target.read_text("utf-8"))


def test_pictures_are_small_and_all_of_them_shown():
    pictures = {one.name: one.stat().st_size for one in (ROOT / "docs/pictures").iterdir()}
    text = "".join(page.read_text("utf-8") for page in PAGES)

    assert {name for name, size in pictures.items() if size > PICTURE_BYTES_MAX} == set()
    assert {name for name in pictures if f"pictures/{name}" not in text} == set()
