"""The guide as pages: all of it is there, in its language, and leads on."""

import re

import pytest

from dalan.surfaces import html
from dalan.surfaces.docs import library, make_app, markdown
from dalan.surfaces.probes import DOCUMENTS
from tests.factories.browser import browsing, make_services


@pytest.fixture
async def browser(db):
    async with browsing(make_app(make_services(db), DOCUMENTS)) as opened:
        yield opened


@pytest.mark.parametrize("lang", ["fa", "en"])
async def test_every_document_has_its_page(browser, lang):
    for path in library.paths():
        page = await browser.get(f"{library.address(path)}?lang={lang}")

        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1


async def test_every_link_of_every_page_leads_to_a_page_or_heading_of_the_docs(browser):
    pages = {library.address(path): "" for path in library.paths()} | {"/docs/api": ""}
    for address in pages:
        pages[address] = (await browser.get(f"{address}?lang=en")).text
    broken = []
    for address, text in pages.items():
        ids = {found: set(re.findall(r'\bid="([^"]+)"', page)) for found, page in pages.items()}
        for target in re.findall(r'<a [^>]*href="(/docs[^"?]*|#[^"]*)"', text):
            path, _, fragment = target.partition("#")
            known = pages if path != "/docs/api" else {"/docs/api": ""}
            if (path or address) not in known or (
                fragment and fragment not in ids[path or address]
            ):
                broken.append((address, target))

    assert not broken


def test_every_document_stands_in_the_navigation():
    listed = [path for part in library.PARTS for path in part.pages]
    linked_from_decisions = {path for path in library.paths() if path.startswith("decisions/0")}

    assert set(library.paths()) == set(listed) | linked_from_decisions


async def test_page_comes_in_the_language_of_the_visitor(browser):
    persian = await browser.get("/docs/guide/run-it?lang=fa")
    english = await browser.get("/docs/guide/run-it?lang=en")

    assert '<article class="doc" lang="fa" dir="rtl">' in persian.text
    assert '<article class="doc" lang="en" dir="ltr">' in english.text


async def test_page_without_persian_is_shown_in_english_and_says_so(browser):
    page = await browser.get("/docs/guide/operate-it?lang=fa")

    assert "این صفحه فعلاً فقط به انگلیسی هست." in page.text
    assert '<article class="doc" lang="en" dir="ltr">' in page.text


async def test_code_stands_left_to_right_with_a_button_that_copies_it(browser):
    page = await browser.get("/docs/guide/run-it?lang=fa")

    assert '<figure class="code-block doc-code" dir="ltr">' in page.text
    assert 'data-copy="make dev"' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/docs/nothing",
        "/docs/guide/nothing",
        "/docs/guide/..%2f..%2fREADME",
        "/docs/decisions/nothing",
        "/docs/pictures/nothing.png",
        "/docs/pictures/..%2f..%2fREADME.md",
    ],
)
async def test_unknown_page_says_so_and_leads_to_the_guide(browser, path):
    page = await browser.get(path)

    assert page.status_code == 404
    assert 'href="/docs"' in page.text


async def test_pictures_are_served(browser):
    page = await browser.get("/docs/pictures/newest.webp")

    assert page.status_code == 200
    assert page.headers["content-type"] == "image/webp"


async def test_post_is_refused(browser):
    page = await browser.post("/docs", {})

    assert page.status_code == 405


def test_html_in_a_document_is_shown_as_text():
    document = library.Document(
        "x", "en", "X", "# X\n\n<script>alert(1)</script> [a](javascript:b)"
    )

    drawn = markdown.rendered(document, lambda text, _: text)

    assert "<script" not in drawn.html
    assert 'href="javascript' not in drawn.html


def test_same_heading_twice_gets_two_anchors():
    document = library.Document("x", "en", "X", "# X\n\n## A b\n\n## A b\n")

    drawn = markdown.rendered(document, lambda text, _: text)

    assert [one.anchor for one in drawn.headings] == ["a-b", "a-b-2"]


@pytest.mark.usefixtures("browser")
async def test_every_page_is_found_where_the_templates_are_too():
    assert library.folder().is_dir()
    assert html.static.find("docs/docs.css") is not None
