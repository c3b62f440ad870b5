"""A person's pages of short links: made, found, changed, many at once, drawn as a code."""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

from PIL import Image
from tests.factories.browser import Browser

from dalan.domains import links
from dalan.surfaces import qr
from dalan.surfaces.services import Services

LINKS = "/my-divar/links"


async def make(browser: Browser, **typed: Any) -> Any:
    """Send the whole form."""
    page = await browser.get(f"{LINKS}/new")
    return await browser.submit(page, LINKS, **typed)


async def kept(services: Services, hash_: str) -> links.Link:
    async with services.db.read() as tx:
        found = await links.find(tx, hash_)
        assert found is not None
        return found


def errors_in(page: Any) -> list[str]:
    """The fields that something is wrong with."""
    return re.findall(r'<a href="#(\w+)">', page.text.partition('role="alert"')[2])


async def test_first_page_shows_the_first_step_and_a_link_is_made_from_it(
    browser: Browser, services: Services
) -> None:
    page = await browser.get(LINKS)
    assert "نخستین پیوند کوتاه شما" in page.text

    made = await browser.submit(page, LINKS, target="https://example.com/a", hash="یلدا")

    assert made.status_code == 303
    assert made.headers["location"] == f"{LINKS}/at/{quote('یلدا')}"
    shown = await browser.get(made.headers["location"])
    assert f"http://dalan.test/l/{quote('یلدا')}" in shown.text
    assert "dalan.test/l/یلدا" in shown.text
    link = await kept(services, "یلدا")
    assert (link.kind, link.target) == ("link", "https://example.com/a")
    assert link.person_id is not None


async def test_same_address_from_the_short_form_leads_to_its_link(browser: Browser) -> None:
    first = await browser.submit(await browser.get(LINKS), LINKS, target="https://example.com/a")

    again = await browser.submit(await browser.get(LINKS), LINKS, target="https://example.com/a")

    assert again.headers["location"] == first.headers["location"]
    assert "پیش‌تر ساخته‌اید" in (await browser.get(again.headers["location"])).text


async def test_whole_form_keeps_every_term(browser: Browser, services: Services) -> None:
    made = await make(
        browser,
        target="https://example.com/",
        hash="shop",
        title="فروشگاه",
        tags="یلدا، فروش",
        note="برای پوستر",
        expires="at",
        expires_at="۱۴۰۹/۱۲/۲۹",
        valid_from="2026-12-21 08:30",
        visits_max="۱۰۰",
        password="سیب",
        after_address="https://example.com/late",
        forwards_query="1",
        utm_source="telegram",
        weighted_1_target="https://b.example.com/",
        weighted_1_weight="3",
        rule_0_target="https://m.example.com/",
        rule_0_countries="ir، af",
        rule_0_time_from="8:00",
        rule_0_time_until="17:00",
        rule_0_query="ref=shop, vip",
    )

    assert made.status_code == 303, errors_in(made)
    link = await kept(services, "shop")
    terms = links.terms_of(link.terms)
    assert (link.title, link.tags, link.note) == ("فروشگاه", "یلدا,فروش", "برای پوستر")
    assert link.expires_at is not None
    assert link.expires_at.isoformat() == "2031-03-20T20:30:00+00:00"
    assert link.valid_from is not None
    assert link.valid_from.isoformat() == "2026-12-21T05:00:00+00:00"
    assert (link.visits_max, link.has_password) == (100, True)
    assert link.after_address == "https://example.com/late"
    assert terms.forwards_query
    assert terms.utm.source == "telegram"
    assert terms.weighted == (links.WeightedTarget("https://b.example.com/", 3),)
    (rule,) = terms.rules
    assert (rule.target, rule.countries) == ("https://m.example.com/", ("IR", "AF"))
    assert (rule.time_from, rule.time_until) == ("08:00", "17:00")
    assert rule.query == {"ref": "shop", "vip": ""}


async def test_saving_an_untouched_form_changes_nothing(
    browser: Browser, services: Services
) -> None:
    await make(browser, target="https://example.com/", hash="shop", tags="الف", password="x",
               rule_0_target="https://m.example.com/", rule_0_languages="fa")  # fmt: skip
    before = await kept(services, "shop")
    page = await browser.get(f"{LINKS}/at/shop/edit")
    expires = re.search(r'name="expires_at"[^>]* value="([^"]+)"', page.text)
    assert expires is not None

    saved = await browser.submit(page, f"{LINKS}/at/shop/edit", expires="at", rule_0_languages="fa")

    assert saved.status_code == 303, errors_in(saved)
    assert await kept(services, "shop") == before


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"target": "javascript:alert(1)"}, "target"),
    ({"target": ""}, "target"),
    ({"target": "http://dalan.test/l/abc"}, "target"),
    ({"kind": "content", "text": " "}, "text"),
    ({"kind": "content", "text": "ب" * 65_537}, "text"),
    ({"kind": "folder", "target": "https://example.com/"}, "kind"),
    ({"hash": "a b"}, "hash"),
    ({"hash": "ب" * 65}, "hash"),
    ({"tags": ",".join(str(n) for n in range(21))}, "tags"),
    ({"expires": "at"}, "expires_at"),
    ({"expires": "at", "expires_at": "1405/13/01"}, "expires_at"),
    ({"expires": "soon"}, "expires"),
    ({"valid_from": "فردا"}, "valid_from"),
    ({"visits_max": "0"}, "visits_max"),
    ({"visits_max": "9" * 30}, "visits_max"),
    ({"after_address": "ftp://example.com"}, "after_address"),
    ({"utm_source": "x" * 300}, "utm_source"),
    ({"weighted_1_target": "no address", "weighted_1_weight": "2"}, "weighted_0_target"),
    ({"weighted_0_target": "https://a.example", "weighted_0_weight": "-1"}, "weighted_0_weight"),
    ({"rule_0_target": "https://a.example"}, "rule_0_target"),
    ({"rule_0_target": "https://a.example", "rule_0_countries": "Iran"}, "rule_0_countries"),
    ({"rule_0_countries": "IR"}, "rule_0_target"),
    ({"rule_0_target": "https://a.example", "rule_0_time_from": "25:00"}, "rule_0_time_from"),
    ({"rule_0_target": "https://a.example", "rule_0_starts_at": "2026"}, "rule_0_starts_at"),
    ({"title": "ب" * 201}, "title"),
    ({"password": "x" * 129}, "password"),
)


async def test_what_cannot_be_is_said_beside_its_field_and_kept(
    browser: Browser, services: Services
) -> None:
    for typed, field in WRONG:
        given = {"target": "https://example.com/", "note": "همین", **typed}

        page = await make(browser, **given)

        assert page.status_code == 422, typed
        assert field in errors_in(page), typed
        assert "همین" in page.text
    assert "نخستین پیوند کوتاه شما" in (await browser.get(LINKS)).text


async def test_taken_ending_is_refused_on_the_short_form_too(browser: Browser) -> None:
    await make(browser, target="https://example.com/a", hash="علی")

    page = await browser.submit(
        await browser.get(LINKS), LINKS, target="https://example.com/b", hash="علي"
    )

    assert page.status_code == 422
    assert errors_in(page) == ["hash"]
    assert "https://example.com/b" in page.text


async def test_one_more_rule_is_shown_without_scripts(browser: Browser) -> None:
    page = await make(browser, target="https://example.com/", rule_0_target="https://a.example",
                      rule_0_languages="fa", do="more")  # fmt: skip

    assert page.status_code == 200
    assert 'name="rule_1_target"' in page.text
    assert 'name="weighted_1_target"' in page.text
    assert 'value="https://a.example"' in page.text


async def test_list_is_searched_narrowed_and_ordered(browser: Browser) -> None:
    await make(browser, target="https://example.com/apple", hash="aaa", tags="میوه")
    await make(browser, target="https://example.com/pear", hash="bbb", tags="میوه")
    await make(browser, kind="content", text="سلام", hash="ccc")

    async def shown(query: str) -> list[str]:
        page = await browser.get(f"{LINKS}?{query}")
        return re.findall(r'name="link" value="/(\w+)"', page.text)

    assert await shown("order=hash") == ["aaa", "bbb", "ccc"]
    assert await shown("order=newest") == ["ccc", "bbb", "aaa"]
    assert await shown("q=pear") == ["bbb"]
    assert await shown(f"tag={quote('میوه')}&order=oldest") == ["aaa", "bbb"]
    assert await shown("kind=content") == ["ccc"]
    assert await shown("state=active&order=visits") == ["ccc", "bbb", "aaa"]
    assert await shown("state=expired") == []
    assert await shown("kind=folder&order=x&page=0") == ["ccc", "bbb", "aaa"]
    assert await shown("q=%00&page=999999") == []
    assert await shown("page=99999999999&order=hash") == ["aaa", "bbb", "ccc"]
    assert "چیزی پیدا نشد" in (await browser.get(f"{LINKS}?q=nothing")).text


async def test_list_is_given_as_a_file(browser: Browser, other: Browser) -> None:
    await make(browser, target="https://example.com/apple", hash="aaa", title="=1+1")
    await make(browser, kind="content", text="سلام", hash="bbb")

    file = await browser.get(f"{LINKS}/export.csv?kind=link")

    assert file.headers["content-type"].startswith("text/csv")
    assert "aaa" in file.text
    assert "bbb" not in file.text
    assert ",=1+1" not in file.text
    assert "aaa" not in (await other.get(f"{LINKS}/export.csv")).text


async def test_many_are_changed_at_once(browser: Browser, services: Services) -> None:
    for hash_ in ("aaa", "bbb"):
        await make(browser, target=f"https://example.com/{hash_}", hash=hash_, tags="الف")

    async def bulk(**typed: Any) -> links.Link:
        page = await browser.get(f"{LINKS}?order=hash")
        done = await browser.submit(page, f"{LINKS}/bulk", link="/aaa", **typed)
        assert done.headers["location"] == f"{LINKS}?order=hash"
        return await kept(services, "aaa")

    assert not (await bulk(do="deactivate")).active
    assert (await bulk(do="activate")).active
    assert (await bulk(do="tag", tags="تازه")).tags == "الف,تازه"
    ended = (await bulk(do="expire", expires_at="2031-03-20")).expires_at
    assert ended is not None
    assert ended.isoformat() == "2031-03-20T20:30:00+00:00"
    assert (await bulk(do="delete")).deleted_at is not None
    other = await kept(services, "bbb")
    assert (other.active, other.tags, other.deleted_at) == (True, "الف", None)


async def test_many_at_once_that_cannot_be_changes_nothing(
    browser: Browser, services: Services
) -> None:
    await make(browser, target="https://example.com/", hash="aaa")
    before = await kept(services, "aaa")
    page = await browser.get(LINKS)

    for typed in (
        {"do": "tag", "tags": ""},
        {"do": "tag", "tags": ",".join(str(n) for n in range(30))},
        {"do": "expire", "expires_at": "never"},
        {"do": "burn"},
        {"do": "delete", "link": "/not-there"},
        {"do": "delete", "link": "evil.example/" + "x" * 5_000},
    ):
        given: dict[str, Any] = {"link": "/aaa"} | typed
        done = await browser.submit(page, f"{LINKS}/bulk", **given)

        assert done.status_code == 303, typed
        assert await kept(services, "aaa") == before, typed


async def test_back_from_many_at_once_leads_nowhere_else(browser: Browser) -> None:
    page = await browser.get(LINKS)
    await make(browser, target="https://example.com/", hash="aaa")
    page = await browser.get(LINKS)

    done = await browser.submit(
        page, f"{LINKS}/bulk", do="delete", filters="next=https://evil.example&q=x&\r\n=1"
    )

    assert done.headers["location"] == f"{LINKS}?q=x"


async def test_link_is_switched_off_on_and_deleted(browser: Browser, services: Services) -> None:
    await make(browser, target="https://example.com/", hash="aaa")
    path = f"{LINKS}/at/aaa"

    await browser.submit(await browser.get(path), f"{path}/switch", active="0")
    assert not (await kept(services, "aaa")).active
    await browser.submit(await browser.get(path), f"{path}/switch", active="1")
    assert (await kept(services, "aaa")).active
    gone = await browser.submit(await browser.get(path), f"{path}/delete")

    assert gone.headers["location"] == LINKS
    assert (await browser.get(path)).status_code == 404


async def test_deleted_link_is_brought_back_by_its_owner_alone(
    browser: Browser, other: Browser, services: Services
) -> None:
    path = f"{LINKS}/at/aaa"
    assert "پیوندی حذف نشده است" in (await browser.get(f"{LINKS}/deleted")).text
    await make(browser, target="https://example.com/", hash="aaa")
    await browser.submit(await browser.get(path), f"{path}/delete")
    page = await browser.get(f"{LINKS}/deleted")

    await make(other, target="https://example.com/", hash="bbb")
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', (await other.get(f"{LINKS}/at/bbb")).text
    )
    assert token is not None
    theirs = await other.post(f"{path}/restore", {"csrf_token": token[1]})
    forged = await browser.post(f"{path}/restore", {})
    assert (theirs.status_code, forged.status_code) == (404, 403)
    assert "aaa" not in (await other.get(f"{LINKS}/deleted")).text
    assert (await kept(services, "aaa")).deleted_at is not None
    for _ in range(2):
        back = await browser.submit(page, f"{path}/restore")

    assert back.headers["location"] == path
    assert (await kept(services, "aaa")).deleted_at is None


async def test_link_that_ends_beyond_the_calendars_has_its_pages(
    browser: Browser, services: Services
) -> None:
    await make(browser, target="https://example.com/", hash="aaa")
    link = await kept(services, "aaa")
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    for begin, end in ((first, last), (None, first)):
        async with services.db.write() as tx:
            await links.edit(
                tx, link.id, owner=link.owner, rules=services.link_rules,
                changes=links.Changes(valid_from=begin, expires_at=end),
            )  # fmt: skip

        for page in ("", "/at/aaa", "/at/aaa/edit", "/at/aaa?lang=en", "/at/aaa/edit?lang=en"):
            assert (await browser.get(f"{LINKS}{page}")).status_code == 200, (end, page)


async def test_somebody_elses_link_is_not_there(browser: Browser, other: Browser) -> None:
    await make(browser, target="https://example.com/", hash="aaa")

    for page in ("", "/edit", "/qr", "/qr.svg", "/qr.png", "/live", "/statistics.csv"):
        answer = await other.get(f"{LINKS}/at/aaa{page}")
        assert answer.status_code == 404, page
    sent = await other.submit(await other.get(f"{LINKS}/new"), LINKS, target="https://a.example")
    own = await other.get(sent.headers["location"])
    token = re.search(r'name="csrf_token" value="([^"]+)"', own.text)
    assert token is not None
    for page in ("/edit", "/switch", "/delete"):
        answer = await other.post(f"{LINKS}/at/aaa{page}", {"csrf_token": token[1]})
        assert answer.status_code == 404, page
    assert (
        'href="/my-divar/links/at/aaa' not in (await other.get(f"{LINKS}/compare?link=/aaa")).text
    )


async def test_history_says_what_was_changed(browser: Browser) -> None:
    await make(browser, target="https://example.com/", hash="aaa")
    path = f"{LINKS}/at/aaa/edit"

    await browser.submit(await browser.get(path), path, title="تازه", expires="never")

    shown = (await browser.get(path)).text
    assert "پیوند را تغییر داد" in shown
    assert "عنوان" in shown.partition('id="history"')[2]


async def test_code_is_drawn_as_asked_for(browser: Browser) -> None:
    await make(browser, target="https://example.com/", hash="aaa")
    path = f"{LINKS}/at/aaa"

    svg = await browser.get(f"{path}/qr.svg?size=300&dark=%230a7075")
    png = await browser.get(f"{path}/qr.png?size=256&save=1")
    page = await browser.get(f"{path}/qr?level=h")
    refused = await browser.get(f"{path}/qr?dark=%23ffffff")

    look = qr.look_from({"size": "300", "dark": "#0a7075"})
    assert svg.text == qr.svg("http://dalan.test/l/aaa?qr", look, inline=False)
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert Image.open(BytesIO(png.content)).width <= 256
    assert png.headers["content-disposition"] == 'attachment; filename="qr.png"'
    assert qr.svg("http://dalan.test/l/aaa?qr", qr.Look(level="h")) in page.text
    assert "هیچ دوربینی" in refused.text
    assert (await browser.get(f"{path}/qr.png?size=1")).status_code == 400


async def test_strangers_are_led_to_sign_in(services: Services, browser: Browser) -> None:
    browser.client.cookies.clear()

    answer = await browser.get(LINKS)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


async def test_filter_that_is_no_tag_is_left_out(browser: Browser) -> None:
    for tag in (",".join("abcdefghijklmnopqrstuvwxy"), "\u0958" * 50):
        for path in (LINKS, f"{LINKS}/export.csv"):
            assert (await browser.get(f"{path}?tag={quote(tag)}")).status_code == 200
