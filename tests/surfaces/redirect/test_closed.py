"""Links that operators closed lead nowhere, and say so; cards are for those who fetch previews."""

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import links
from dalan.surfaces.redirect.places import place_of
from tests.factories.developers import make_app
from tests.factories.links import make_link
from tests.factories.media import make_file, movie

TELEGRAM = {"user-agent": "TelegramBot (like TwitterBot)"}


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


async def test_quarantined_link_shows_a_page_until_it_is_released(http, platform: Platform, make):
    link = await make(after_address="https://elsewhere.example/")
    async with platform.services.db.write() as tx:
        await links.quarantine(tx, link.id, reason="phishing")

    for path in (f"/l/{link.hash}", f"/l/{link.hash}+", f"/srv/tinylink/{link.hash}"):
        answer = await http.get(path)
        assert answer.status_code == 403
        assert "این پیوند در دست بررسی است" in answer.text
        assert "example.com" not in answer.text
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["cache-control"] == "private, no-store"
    assert (await http.head(f"/l/{link.hash}")).status_code == 403

    async with platform.services.db.write() as tx:
        await links.release(tx, link.id)
    assert (await http.get(f"/l/{link.hash}")).status_code == 302


async def test_host_blocked_later_stops_every_link_to_it(http, platform: Platform, make):
    rule = links.Rule(target="https://evil.example/rule", query={"a": "1"})
    plain = await make("https://shop.evil.example/")
    ruled = await make("https://good.example/", terms=links.Terms(rules=(rule,)))
    over = await make("https://good.example/2", after_address="https://evil.example/", visits_max=1)
    assert (await http.get(f"/l/{over.hash}")).status_code == 302
    async with platform.services.db.write() as tx:
        await links.block_host(tx, "evil.example")

    for path in (
        f"/l/{plain.hash}",
        f"/l/{plain.hash}+",
        f"/l/{ruled.hash}?a=1",
        f"/l/{over.hash}",
    ):
        answer = await http.get(path)
        assert (answer.status_code, "location" in answer.headers) == (403, False), path
        assert "شما را به آنجا نمی‌بریم" in answer.text
        assert "evil.example" not in answer.text
    assert (await http.get(f"/l/{ruled.hash}")).headers["location"] == "https://good.example/"
    english = await http.get(f"/l/{plain.hash}?lang=en")
    assert "We do not lead there" in english.text


async def test_fetchers_of_previews_get_the_card_and_people_the_redirect(
    http: httpx.AsyncClient, platform: Platform, make
):
    file = await make_file(platform.services.db, platform.services.media, movie(), kind="video")
    link = await make(
        "https://example.com/?a=1&b=2", title="<نوروز>", description='"تخفیف"', picture=file.name
    )

    card = await http.get(f"/l/{link.hash}", headers=TELEGRAM)
    person = await http.get(f"/l/{link.hash}", headers={"user-agent": "Mozilla/5.0 Firefox/140.0"})

    assert card.status_code == 200
    assert '<meta property="og:title" content="&lt;نوروز&gt;">' in card.text
    assert 'name="twitter:description" content="&#34;تخفیف&#34;"' in card.text
    assert f'og:image" content="{platform.settings.base_url}/media/' in card.text
    assert 'content="summary_large_image"' in card.text
    assert 'href="https://example.com/?a=1&amp;b=2"' in card.text
    assert "<script" not in card.text
    assert (person.status_code, person.headers["location"]) == (302, "https://example.com/?a=1&b=2")


async def test_link_with_a_title_alone_or_a_password_tells_fetchers_nothing_more(http, make):
    titled = await make("https://example.com/", title="فهرست من")
    locked = await make("https://secret.example/", description="راز", password="انار")

    assert (await http.get(f"/l/{titled.hash}", headers=TELEGRAM)).status_code == 302
    assert "secret.example" not in (await http.get(f"/l/{locked.hash}", headers=TELEGRAM)).text


async def test_preview_says_plainly_where_a_link_leads(http: httpx.AsyncClient, make):
    said = {}
    for target in ("https://example.com/x", "https://рауpal.example/", "https://مثال.ir/",
                   "http://203.0.113.7/", "https://bank.example@evil.example/"):  # fmt: skip
        link = await make(target, title="عنوان")
        said[target] = (await http.get(f"/l/{link.hash}+")).text
        assert f"/report-link?link=http%3A%2F%2F127.0.0.1%3A8000%2Fl%2F{link.hash}" in said[target]
        assert "عنوان" in said[target]

    plain, alike, persian, number, user = said.values()
    assert "link-place-plain" in plain
    assert "notice-" not in plain.split("<main")[1]
    assert "شاید خود را جای سایت دیگری جا بزند" in alike
    assert "xn--" in alike
    assert "link-place-plain" in persian
    assert "حرف‌های غیرانگلیسی" in persian
    assert "تنها یک شماره است" in number
    assert "پیش از @" in user


@pytest.mark.parametrize(
    ("address", "looks_alike"),
    [
        ("https://example.com/", False),
        ("https://xn--mgbh0fb.ir/", False),
        ("https://xn--fiq228c.example/", False),
        ("https://xn--80ak6aa92e.com/", True),  # apple, in Cyrillic
        ("https://xn--pypal-4ve.com/", True),  # paypal, one letter Cyrillic
        ("https://xn--e28h.example/", False),  # a picture, which is no letter
        ("https://xn--a.example/", True),
        ("https://xn--zzzzzzzzzz99999.example/", True),
    ],
)
def test_names_that_pass_for_others_are_told(address, looks_alike):
    assert place_of(address).looks_alike is looks_alike
