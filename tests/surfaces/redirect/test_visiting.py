"""What a visitor of a short link is answered: the redirect, the text, the preview, the no."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import links
from dalan.surfaces.redirect import Redirect, pages
from dalan.surfaces.redirect.accepting import prefers_html
from tests.factories.developers import make_app
from tests.factories.links import edit, make_link
from tests.factories.media import make_file, movie

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
async def app_id(platform: Platform) -> int:
    async with platform.services.db.write() as tx:
        return (await make_app(tx)).app.id


@pytest.fixture
def make(platform: Platform, app_id: int):
    async def made(target="https://example.com/", **given) -> links.Link:
        async with platform.services.db.write() as tx:
            return await make_link(tx, app_id, target, **given)

    return made


async def test_link_redirects_and_nobody_may_keep_that(http: httpx.AsyncClient, make):
    link = await make("https://مثال.ir/سلام?x=1#y")

    for path in (f"/l/{link.hash}", f"/l/{link.hash}/", f"/srv/tinylink/{link.hash}"):
        answer = await http.get(path)

        assert answer.status_code == 302
        assert answer.headers["location"] == (
            "https://xn--mgbh0fb.ir/%D8%B3%D9%84%D8%A7%D9%85?x=1#y"
        )
        assert answer.content == b""
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["referrer-policy"] == "no-referrer-when-downgrade"
        assert answer.headers["x-robots-tag"] == "noindex"


async def test_query_of_the_request_is_dropped(http: httpx.AsyncClient, make):
    link = await make("https://example.com/?a=1")

    answer = await http.get(f"/l/{link.hash}?b=2&lang=en")

    assert answer.headers["location"] == "https://example.com/?a=1"


async def test_head_is_answered_as_get_without_its_body(http: httpx.AsyncClient, make):
    link, text = await make(), await make("متن", kind="content")

    for path, status in ((f"/l/{link.hash}", 302), (f"/l/{text.hash}", 200), ("/l/nobody", 404)):
        get, head = await http.get(path), await http.head(path)

        assert head.status_code == get.status_code == status
        assert head.content == b""
        kept = ("location", "content-type", "content-length", "cache-control")
        assert [head.headers.get(name) for name in kept] == [get.headers.get(name) for name in kept]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(http: httpx.AsyncClient, make, method):
    link = await make()

    answer = await http.request(method, f"/l/{link.hash}")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


async def test_persian_hash_is_found_in_any_spelling(http: httpx.AsyncClient, make):
    await make("متن تستی", kind="content", hash="علی")

    for spelled in ("علی", "علي", "عـلی"):
        answer = await http.get(f"/l/{quote(spelled)}")
        assert (answer.status_code, answer.text) == (200, "متن تستی")


async def test_text_is_plain_and_harmless(http: httpx.AsyncClient, make):
    link = await make("<script>alert(1)</script>\nمتن", kind="content")

    answer = await http.get(f"/l/{link.hash}", headers={"accept": "*/*"})

    assert answer.text == "<script>alert(1)</script>\nمتن"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_browser_gets_a_text_on_a_page_escaped(http: httpx.AsyncClient, make):
    link = await make("<script>alert(1)</script> متن", kind="content")

    answer = await http.get(f"/l/{link.hash}", headers={"accept": BROWSER})

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; متن" in answer.text
    assert "<script>alert" not in answer.text
    assert 'dir="auto"' in answer.text
    assert 'lang="fa"' in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (BROWSER, True),
        ("", False),
        ("*/*", False),
        ("text/plain", False),
        ("text/plain, text/html;q=0.5", False),
        ("text/html;q=0", False),
        ("text/html;q=x", False),
        ("text/html;q=nan", False),
        ("TEXT/HTML , */*;q=0.1", True),
        ("text/html", True),
    ],
)
def test_page_is_for_those_who_prefer_one(accept, wanted):
    assert prefers_html(accept) is wanted


async def test_unknown_deactivated_and_expired_links_are_not_found(
    http: httpx.AsyncClient, platform: Platform, make, app_id, moment
):
    off, old = await make(hash="off"), await make("https://b.example/", hash="old")
    async with platform.services.db.write() as tx:
        await links.set_active(tx, off.id, owner=links.Owner.app(app_id), active=False)
    moment.advance(timedelta(days=730))

    for path in ("/l/nobody", "/l/off", f"/l/{old.hash}", "/l/", "/l/a/b", "/l/+", "/l/off+",
                 "/l/old+", "/l/%00", "/l/%FF", f"/l/{'x' * 5_000}"):  # fmt: skip
        answer = await http.get(path)
        assert answer.status_code == 404, path
        why = "زمان این پیوند گذشته" if "old" in path else "خاموش است" if "off" in path else "نیست"
        assert why in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
    english = await http.get("/l/nobody?lang=en")
    assert "There is no such link" in english.text


async def test_operator_may_have_expired_links_answered_as_gone(
    platform: Platform, make, app_id, moment
):
    settings = msgspec.structs.replace(platform.settings, expired_links_gone=True)
    redirect = Redirect(msgspec.structs.replace(platform.services, settings=settings))
    off = await make("https://off.example/", hash="off")
    await make(hash="old")
    async with platform.services.db.write() as tx:
        await links.set_active(tx, off.id, owner=links.Owner.app(app_id), active=False)
    moment.advance(timedelta(days=730))

    transport = httpx.ASGITransport(app=redirect)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as visitor:
        gone, off_answer = await visitor.get("/l/old"), await visitor.get("/l/off")

    assert gone.status_code == 410
    assert "زمان این پیوند گذشته است" in gone.text
    assert off_answer.status_code == 404


async def test_deactivated_link_is_back_when_it_is_activated(
    http: httpx.AsyncClient, platform: Platform, make, app_id
):
    link = await make()
    for active, status in ((False, 404), (True, 302)):
        async with platform.services.db.write() as tx:
            await links.set_active(tx, link.id, owner=links.Owner.app(app_id), active=active)
        assert (await http.get(f"/l/{link.hash}")).status_code == status


async def test_edited_target_is_where_the_next_visitor_is_led(
    http: httpx.AsyncClient, platform: Platform, make, app_id
):
    link = await make()
    async with platform.services.db.write() as tx:
        await edit(tx, link.id, app_id, target="https://new.example/")

    answer = await http.get(f"/l/{link.hash}")

    assert answer.headers["location"] == "https://new.example/"


async def test_preview_shows_where_a_link_leads_and_goes_nowhere(http: httpx.AsyncClient, make):
    link = await make("https://مثال.ir/?a=<b>")
    text = await make("<i>متن</i>", kind="content")

    for path in (f"/l/{link.hash}+", f"/l/{link.hash}%2B"):
        answer = await http.get(path)
        assert answer.status_code == 200
        assert 'href="https://xn--mgbh0fb.ir/?a=%3Cb%3E"' in answer.text
        assert "مثال.ir/?a=&lt;b&gt;" in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
    shown = await http.get(f"/l/{text.hash}+")
    assert "&lt;i&gt;متن&lt;/i&gt;" in shown.text


async def test_file_of_ours_is_found_wherever_files_are_served_now(
    http: httpx.AsyncClient, platform: Platform, make
):
    services = platform.services
    file = await make_file(services.db, services.media, movie(), kind="video")

    link = await make(file.name, kind="file")
    outside = await make("https://example.com/x.pdf", kind="file")

    answer = await http.get(f"/l/{link.hash}")
    assert answer.headers["location"] == f"{services.settings.base_url}/media/files/{file.name}"
    assert (await http.get(f"/l/{outside.hash}")).headers["location"] == "https://example.com/x.pdf"


async def test_failure_is_500_and_nothing_of_it_is_told_or_kept(
    http: httpx.AsyncClient, platform: Platform
):
    async with platform.services.db.write() as tx:
        await tx.rows("ALTER TABLE link RENAME TO taken_away", ())

    answer = await http.get("/l/abc")

    assert (answer.status_code, answer.content) == (500, b"")
    assert answer.headers["cache-control"] == "private, no-store"


async def test_failure_of_the_page_that_says_no_is_answered_in_shape_too(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "_context", None)

    answer = await http.get("/l/nobody")

    assert (answer.status_code, answer.content) == (500, b"")
    assert answer.headers["cache-control"] == "private, no-store"


def test_redirect_loads_no_templates_before_a_page_is_asked_for():
    source = Path(__file__).parents[3] / "src/dalan/surfaces/redirect/app.py"
    outside_functions = [
        line
        for line in source.read_text("utf-8").splitlines()
        if line.startswith(("from", "import"))
    ]

    assert not any("html" in line or "pages" in line for line in outside_functions)
