"""The pages of results: addresses, filters, pages, emptiness, and what nobody understands."""

import re
from urllib.parse import quote, unquote

import httpx
import pytest
from tests.factories.posts import FIELDS
from tests.factories.search import make_found

from dalan.app import Platform

CAR = FIELDS["light"]


@pytest.fixture
async def filled(platform: Platform, http: httpx.AsyncClient) -> httpx.AsyncClient:
    async with platform.services.db.write() as tx:
        await make_found(tx, title="پژوی سفید", fields=CAR | {"price": 500_000_000})
        await make_found(tx, title="پژوی مشکی", city="shiraz", fields=CAR | {"price": 400_000_000})
        await make_found(tx, title="مبل راحتی", category="furniture", fields={"status": "used"})
    return http


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 class="post-title"><bdi>([^<]*)</bdi>', page)


async def shown(http: httpx.AsyncClient, path: str) -> list[str]:
    answer = await http.get(path)
    assert answer.status_code == 200, (path, answer.headers.get("location"))
    return titles(answer.text)


async def test_shows_a_city_everything_and_a_category(filled: httpx.AsyncClient):
    assert set(await shown(filled, "/s/tehran")) == {"پژوی سفید", "مبل راحتی"}
    assert len(await shown(filled, "/s/iran")) == 3
    assert set(await shown(filled, "/s/iran/vehicles")) == {"پژوی سفید", "پژوی مشکی"}
    assert await shown(filled, "/s/shiraz/light") == ["پژوی مشکی"]


async def test_shows_what_the_filters_of_the_address_say(filled: httpx.AsyncClient):
    assert await shown(filled, f"/s/iran?q={quote('سفید')}") == ["پژوی سفید"]
    assert await shown(filled, "/s/iran?price_min=450000000") == ["پژوی سفید"]
    assert await shown(filled, "/s/iran/light?price_max=450000000") == ["پژوی مشکی"]
    assert await shown(filled, "/s/iran/light?sort=cheapest") == ["پژوی مشکی", "پژوی سفید"]
    assert await shown(filled, "/s/iran/light?sort=dearest") == ["پژوی سفید", "پژوی مشکی"]
    assert await shown(filled, "/s/iran?picture=1") == []


async def test_the_form_leads_to_the_one_spelling_of_an_address(filled: httpx.AsyncClient):
    answer = await filled.get(
        "/s?city=tehran&category=light&q=&price_min=&price_max=۵۰۰٬۰۰۰٬۰۰۰&sort="
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == "/s/tehran/light?price_max=500000000"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/s/tehran?district=nowhere", "/s/tehran"),
        ("/s/shiraz?district=abshar", "/s/shiraz"),
        ("/s/tehran?after=xyz", "/s/tehran"),
        ("/s/tehran?sort=random&junk=1", "/s/tehran"),
        ("/s/tehran/root", "/s/tehran"),
        ("/s/tehran?q=a%00b", "/s/tehran?q=ab"),
        ("/s/tehran?q=" + "x" * 300, "/s/tehran?q=" + "x" * 100),
        ("/s/tehran/jobs?rooms=x&parking=1", "/s/tehran/jobs"),
        ("/s/tehran/light?brand=Audi&brand=nothing", "/s/tehran/light?brand=Audi"),
        ("/s/tehran?" + "&".join(f"a{n}=1" for n in range(300)), "/s/tehran"),
    ],
)
async def test_what_nobody_understands_is_no_part_of_an_address(
    filled: httpx.AsyncClient, asked: str, meant: str
):
    answer = await filled.get(asked)

    assert (answer.status_code, answer.headers["location"]) == (303, meant)


@pytest.mark.parametrize("path", ["/s/atlantis", "/s/tehran/nothing", "/s?city=atlantis"])
async def test_places_and_categories_that_are_none_are_404(http: httpx.AsyncClient, path: str):
    assert (await http.get(path)).status_code == 404


async def test_a_number_that_is_none_is_shown_with_its_fault(filled: httpx.AsyncClient):
    page = (await filled.get("/s/iran?price_min=abc")).text

    assert "آن را با عدد صحیح بنویسید." in page
    assert 'value="abc"' in page
    assert len(titles(page)) == 3
    page = (await filled.get("/s/iran?price_min=5&price_max=4")).text
    assert "این مقدار از حداقل کمتر است." in page


async def test_finding_nothing_suggests_where_else_to_look(filled: httpx.AsyncClient):
    page = (await filled.get("/s/tehran/light?price_max=1")).text

    assert "نتیجه‌ای پیدا نشد" in page
    assert "حذف همه" in page
    assert "حذف همه" not in (await filled.get("/s/tehran/light")).text
    for url in ("/s/tehran/light", "/s/iran/light", "/s/tehran"):
        assert f'href="{url}"' in page


async def test_only_searches_that_find_something_are_suggested_and_say_how_much(
    platform: Platform, http: httpx.AsyncClient
):
    async with platform.services.db.write() as tx:
        for title in ("پژو پارس سفید", "پژو پارس مشکی"):
            await make_found(tx, title=title, fields=CAR)
        await make_found(tx, title="پژو پارس", city="shiraz", fields=CAR)

    assert await suggested(http, "/s/tehran/light?q=پژو قرمز&price_max=1") == [
        ("/s/tehran/light?q=پژو", "بدون «قرمز» · 2 آگهی"),
        ("/s/tehran/light", "با هر واژه‌ای · 2 آگهی"),
        ("/s/tehran", "همهٔ آگهی‌های همین‌جا · 2 آگهی"),
        ("/s/iran", "همهٔ آگهی‌های ایران · 3 آگهی"),
    ]
    assert await suggested(http, "/s/rasht/light?q=هیچ") == [
        ("/s/iran", "همهٔ آگهی‌های ایران · 3 آگهی")
    ]


async def suggested(http: httpx.AsyncClient, path: str) -> list[tuple[str, str]]:
    url = path.partition("?")[0] + "?" + quote(path.partition("?")[2], safe="=&")
    page = (await http.get(url, follow_redirects=True)).text
    empty = page.partition("نتیجه‌ای پیدا نشد")[2].partition("</section>")[0]
    links = re.findall(r'href="([^"]*)"[^>]*>(.*?)</a>', empty, re.DOTALL)
    return [
        (unquote(url).replace("+", " "), " ".join(re.sub(r"<[^>]*>", " ", text).split()))
        for url, text in links
    ]


async def test_every_filter_that_is_on_has_a_chip_that_takes_it_away(filled: httpx.AsyncClient):
    page = (await filled.get("/s/tehran/light?brand=Audi&price_min=5&district=abshar")).text

    chips = re.findall(r'chip-link" href="([^"]*)" aria-label="حذف', page)
    assert [one.replace("&amp;", "&") for one in chips] == [
        "/s/tehran/light?brand=Audi&price_min=5",
        "/s/tehran/light?district=abshar&price_min=5",
        "/s/tehran/light?district=abshar&brand=Audi",
    ]


@pytest.mark.parametrize("sort", ["", "&sort=cheapest"])
async def test_goes_on_page_by_page_and_shows_each_post_once(
    platform: Platform, http: httpx.AsyncClient, sort: str
):
    async with platform.services.db.write() as tx:
        for n in range(55):
            await make_found(tx, title=f"آگهی شمارهٔ {n}", fields=CAR | {"price": n + 1})
    path, seen, pages = f"/s/tehran/light?q={quote('آگهی')}{sort}", [], 0

    while path:
        answer = await http.get(path)
        page, pages = answer.text, pages + 1
        seen += titles(page)
        link = re.search(r'rel="next" href="([^"]*)"', page)
        path = link.group(1).replace("&amp;", "&") if link else ""

    assert pages == 3
    assert len(seen) == len(set(seen)) == 55


async def test_a_script_gets_the_next_cards_alone(platform: Platform, http: httpx.AsyncClient):
    async with platform.services.db.write() as tx:
        for n in range(30):
            await make_found(tx, title=f"آگهی {n}")
    page = (await http.get("/s/tehran")).text
    link = re.search(r'rel="next" href="([^"]*)"', page)
    assert link

    part = (await http.get(link.group(1), headers={"x-dalan-swap": "1"})).text

    assert part.lstrip().startswith('<div class="more-posts"')
    assert len(titles(part)) == 6


async def test_counts_are_bounded(platform: Platform, filled: httpx.AsyncClient):
    assert "3 آگهی" in (await filled.get("/s/iran")).text


async def test_cities_keep_the_words_and_the_category(filled: httpx.AsyncClient):
    page = (await filled.get("/s?category=light&q=x")).text

    assert "/s?city=shiraz&amp;q=x&amp;category=light" in page or (
        "/s?city=shiraz&amp;category=light&amp;q=x" in page
    )


async def test_home_leads_to_cities_and_search(filled: httpx.AsyncClient):
    page = (await filled.get("/")).text

    assert 'href="/s/tehran"' in page
    assert 'action="/s"' in page


async def test_what_is_typed_is_never_markup(filled: httpx.AsyncClient):
    page = (await filled.get("/s/iran", params={"q": "<script>alert(1)</script>"})).text

    assert "<script>alert(1)" not in page
