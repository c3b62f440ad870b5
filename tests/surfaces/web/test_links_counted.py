"""What was counted of links as their pages draw it: lists, plots, a file, several beside one
another, and news for whoever looks."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.factories.browser import Browser, browsing, sign_in
from tests.factories.clicks import make_recorder

from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.db import Database
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app

pytestmark = pytest.mark.usefixtures("moment")

LINKS = "/my-divar/links"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def recorder(db: Database, tmp_path: Path) -> clicks.Recorder:
    """What records and sums clicks here."""
    return make_recorder(db, tmp_path / "clicks")


async def make(browser: Browser, hash_: str) -> None:
    page = await browser.get(LINKS)
    made = await browser.submit(page, LINKS, target=f"https://example.com/{hash_}", hash=hash_)
    assert made.status_code == 303, made.text


async def click(services: Services, recorder: clicks.Recorder, hash_: str, count: int) -> None:
    """Visits from one phone that came from a channel, one of them scanned, and a crawler's."""
    async with services.db.read() as tx:
        link = await links.find(tx, hash_)
    assert link is not None
    told = clicks.Told(PHONE, "https://t.me/channel", "fa-IR,fa;q=0.9", "")
    for number in range(count):
        recorder.note(link.id, "192.0.2.7", told, "qr" if number == 0 else "web")
    recorder.note(link.id, "192.0.2.9", clicks.Told("Googlebot/2.1", "", "", ""), "web")
    recorder.flush()
    await recorder.drain()


async def test_link_page_draws_what_was_counted(
    browser: Browser, services: Services, recorder: clicks.Recorder
) -> None:
    await make(browser, "shop")
    empty = (await browser.get(f"{LINKS}/at/shop")).text
    assert "هنوز کسی نیامده است" in empty

    await click(services, recorder, "shop", 3)

    for zoom in ("minute", "hour", "day", "month"):
        page = (await browser.get(f"{LINKS}/at/shop?zoom={zoom}")).text
        assert page.count('class="clicks-bar"') == 1, zoom
        assert ">3</strong>" in page
        for word in ("t.me", "Chrome", "Android 14", "گوشی", "فارسی", "اسکن (QR)", "ناشناخته"):
            assert word in page, (zoom, word)
    english = (await browser.get(f"{LINKS}/at/shop?lang=en")).text
    assert "Programs in this time" in english
    listed = (await browser.get(LINKS)).text
    assert 'data-label="Clicks" class="numeric">3</td>' in listed


async def test_earlier_window_does_not_hold_todays_clicks(
    browser: Browser, services: Services, recorder: clicks.Recorder
) -> None:
    await make(browser, "shop")
    await click(services, recorder, "shop", 3)
    long_ago = int(clock.now().timestamp()) - 400 * 86_400

    page = (await browser.get(f"{LINKS}/at/shop?zoom=day&end={long_ago}")).text

    assert "در این بازه کسی نیامد" in page
    assert 'rel="next"' in page
    for strange in ("9999999999", "-5", "x", "99999999999999999999"):
        answer = await browser.get(f"{LINKS}/at/shop?zoom=century&end={strange}")
        assert answer.status_code == 200, strange


async def test_news_bring_the_part_of_the_page_anew(
    browser: Browser, services: Services, recorder: clicks.Recorder
) -> None:
    await make(browser, "shop")
    before = (await browser.get(f"{LINKS}/at/shop/live?zoom=hour")).json()

    await click(services, recorder, "shop", 2)

    after = (await browser.get(f"{LINKS}/at/shop/live?zoom=hour")).json()
    assert before["version"] == 0
    assert after["version"] == 3
    assert ">2</strong>" in after["html"]
    assert f'href="{LINKS}/at/shop?zoom=day"' in after["html"]


async def test_statistics_are_given_as_a_file(
    browser: Browser, services: Services, recorder: clicks.Recorder
) -> None:
    await make(browser, "shop")
    await click(services, recorder, "shop", 2)

    file = await browser.get(f"{LINKS}/at/shop/statistics.csv?zoom=month")

    assert file.headers["content-type"].startswith("text/csv")
    lines = file.text.removeprefix("\ufeff").splitlines()
    assert len([line for line in lines if line.startswith("زمان,")]) == 12
    assert any(line.startswith("مرورگرها,Chrome") and line.endswith(",2") for line in lines)


async def test_links_are_compared_in_one_plot(
    browser: Browser, services: Services, recorder: clicks.Recorder
) -> None:
    for hash_ in ("one", "two"):
        await make(browser, hash_)
    await click(services, recorder, "two", 4)
    page = await browser.get(LINKS)

    sent = await browser.submit(page, f"{LINKS}/bulk", do="compare", link="/two")
    compared = (await browser.get(f"{LINKS}/compare?link=/one&link=/two&link=/two&link=/no")).text

    assert sent.headers["location"] == f"{LINKS}/compare?link=%2Ftwo"
    assert compared.count("<polyline") == 2
    assert "<strong>4</strong>" in compared
    assert "چیزی برای مقایسه نیست" in (await browser.get(f"{LINKS}/compare")).text


KUTT: dict[str, Any] = {
    "data": [
        {"address": "spring", "target": "https://shop.example/s", "visit_count": 42,
         "description": "بهار", "created_at": "2024-03-01T10:00:00.000Z"},
        {"address": "taken", "target": "https://shop.example/t"},
        {"address": "bad", "target": "https://evil.example/", "banned": True},
    ],
}  # fmt: skip


async def test_file_is_looked_over_then_brought_in_and_again_makes_nothing(
    browser: Browser, services: Services
) -> None:
    await make(browser, "taken")
    path = f"{LINKS}/import"
    content = json.dumps(KUTT)

    seen = await browser.submit(await browser.get(path), path, content=content, do="preview")
    async with services.db.read() as tx:
        assert await links.find(tx, "spring") is None
    done = await browser.submit(seen, path, content=content, do="import")
    again = await browser.submit(done, path, content=content, do="import")

    assert "وارد می‌شود: 1" in seen.text
    assert "نام گرفته شده است: 1" in seen.text
    assert "وارد نمی‌شود: 1" in seen.text
    assert "وارد شد: 1" in done.text
    assert f'href="{LINKS}/at/spring"' in done.text
    assert "از پیش هست: 1" in again.text
    async with services.db.read() as tx:
        link = await links.find(tx, "spring")
        assert link is not None
        assert (link.target, link.title) == ("https://shop.example/s", "بهار")
        assert (await clicks.totals(tx, [link.id]))[link.id].visits == 42


async def test_rows_that_came_in_are_told_where_the_rest_has_to_wait(services: Services) -> None:
    settings = msgspec.structs.replace(
        services.settings, quotas_enforced=True, short_links_per_day_person=100
    )
    limited = msgspec.structs.replace(services, settings=settings)
    path = f"{LINKS}/import"
    rows = [{"address": f"n{n}", "target": f"https://shop.example/{n}"} for n in range(101)]
    content = json.dumps({"data": rows})

    async with browsing(make_app(limited)) as browser:
        await sign_in(browser, limited)
        done = await browser.submit(await browser.get(path), path, content=content, do="import")

    assert done.status_code == 429
    assert "وارد شد: 100" in done.text
    assert "پیوندهای بسیاری ساخته‌اید" in done.text
    async with services.db.read() as tx:
        assert await links.find(tx, "n99") is not None
        assert await links.find(tx, "n100") is None


async def test_what_is_no_export_is_refused_beside_its_field(browser: Browser) -> None:
    path = f"{LINKS}/import"

    for content in ("", "   ", "a poem, not a file", "[]", '{"data": []}'):
        page = await browser.submit(await browser.get(path), path, content=content, do="import")

        assert page.status_code == 422, content
        assert 'href="#file"' in page.text, content
