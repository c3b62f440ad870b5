"""The page of connected apps, and taking access back on it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from litestar import Litestar
from tests.factories.addons import attach
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.developers import make_app
from tests.factories.oauth import make_tokens
from tests.factories.posts import make_post

from dalan.domains import identity, oauth
from dalan.resources import resource_kinds
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, connections

PATH = "/my-divar/apps"


@pytest.fixture
def services(db: Any) -> Services:
    return make_services(db, resource_kinds=resource_kinds())


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    """A browser somebody is signed in on."""
    routers = [account.router(services, has_connected_apps=True), connections.router(services)]
    async with browsing(Litestar(routers, openapi_config=None, logging_config=None)) as opened:
        await sign_in(opened, services)
        yield opened


@pytest.fixture
async def person(browser: Browser, services: Services) -> identity.Person:
    async with services.db.read() as tx:
        found = await identity.person_by_phone(tx, "+989121234567")
    assert found is not None
    return found


async def connect(services, person, scopes, *, door="kenar", **given):
    async with services.db.write() as tx:
        made = await make_app(tx, **given)
        tokens = await make_tokens(tx, services.keys, person, made.app, scopes, door=door)
    return made.app, tokens


async def bearer_of(services, tokens):
    async with services.db.read() as tx:
        return await oauth.bearer(tx, services.keys.token_mac(tokens.access_token))


async def press(browser, url):
    """Open the page that asks, and agree; answers the page one is led to."""
    page = await browser.get(url)
    assert page.status_code == 200, page.text
    action = url.partition("?")[0]
    answer = await browser.submit(page, action)
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    return await browser.get(PATH)


async def test_strangers_are_asked_to_sign_in(services):
    app = Litestar([connections.router(services)], openapi_config=None, logging_config=None)
    async with browsing(app) as stranger:
        for path in (PATH, f"{PATH}/some-app/take-back"):
            answer = await stranger.get(path)
            assert answer.headers["location"].startswith("/sign-in?next=%2Fmy-divar%2Fapps")


async def test_without_connections_the_page_says_so(browser):
    assert "هیچ برنامه‌ای به حساب شما متصل نیست" in (await browser.get(PATH)).text
    assert "No app is connected" in (await browser.get(f"{PATH}?lang=en")).text


async def test_account_home_leads_here(browser):
    assert f'href="{PATH}"' in (await browser.get("/my-divar")).text


async def test_page_shows_app_permissions_things_and_offline_access(browser, services, person):
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=person.id, title="دوچرخهٔ <b>کوهستان</b>")
    app, _ = await connect(
        services,
        person,
        f"USER_PHONE POST_EDIT.{post.token} offline_access",
        display="کارشناس <i>همراه</i>",
        production=True,
    )

    text = (await browser.get(PATH)).text

    assert f'href="/apps/{app.slug}"' in text
    assert "کارشناس &lt;i&gt;همراه&lt;/i&gt;" in text
    assert "شمارهٔ موبایل شما را ببیند" in text
    assert "این آگهی را ویرایش کند" in text
    assert "دوچرخهٔ &lt;b&gt;کوهستان&lt;/b&gt;" in text
    assert f'href="/v/{post.token}"' in text
    assert "وقتی در حال استفاده از آن نیستید هم دسترسی دارد" in text


async def test_permissions_of_the_other_contract_are_shown_and_taken_back(
    browser, services, person
):
    app, tokens = await connect(
        services, person, "vendor.product.write customer.chat.read", door="basalam"
    )
    mac = services.keys.token_mac(tokens.access_token)

    before = (await browser.get(PATH)).text
    after = await press(browser, f"{PATH}/{app.slug}/take-back?scope=vendor.product.read")

    write, chat = "محصولات، تخفیف‌ها و قفسه‌های غرفهٔ شما", "گفت‌وگوها و پیام‌های شما را بخواند"
    assert write in before
    assert chat in before
    assert "وقتی در حال استفاده از آن نیستید هم دسترسی دارد" in before
    assert "scope=OFFLINE_ACCESS" not in before
    assert write not in after.text
    assert chat in after.text
    async with services.db.read() as tx:
        held = await oauth.bearer(tx, mac, door="basalam")
    assert held is not None
    assert held.scopes == {("customer.chat.read", "")}
    await press(browser, f"{PATH}/{app.slug}/take-back")
    async with services.db.read() as tx:
        assert await oauth.bearer(tx, mac, door="basalam") is None


async def test_thing_that_is_gone_is_named_by_its_id(browser, services, person):
    await connect(services, person, "POST_EDIT.AAAAAAAA")

    assert "AAAAAAAA" in (await browser.get(PATH)).text


async def test_page_tells_what_the_app_did_lately(browser, services, person):
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=person.id, title="آپارتمان نوساز")
    app, _ = await connect(services, person, "USER_ID", production=True)
    await attach(services.db, app, post.token, person_id=person.id)

    text = (await browser.get(PATH)).text

    assert "افزونه روی آگهی" in text
    assert "آپارتمان نوساز" in text


async def test_disconnecting_asks_first_and_then_ends_everything(browser, services, person):
    app, tokens = await connect(services, person, "USER_PHONE offline_access")

    page = await browser.get(f"{PATH}/{app.slug}/take-back")
    assert "شمارهٔ موبایل شما را ببیند" in page.text
    assert await bearer_of(services, tokens) is not None
    after = await press(browser, f"{PATH}/{app.slug}/take-back")

    assert await bearer_of(services, tokens) is None
    assert "دیگر به حساب شما دسترسی ندارد" in after.text
    assert "هیچ برنامه‌ای" in after.text


async def test_one_permission_is_taken_back_alone(browser, services, person):
    _, tokens = await connect(services, person, "USER_PHONE USER_ID")
    page = (await browser.get(PATH)).text
    url = next(
        unescape(part.split('"')[0]) for part in page.split('href="') if "USER_PHONE" in part
    )

    after = await press(browser, url)

    bearer = await bearer_of(services, tokens)
    assert bearer.scopes == {("USER_ID", "")}
    assert "شمارهٔ موبایل شما را ببیند" not in after.text


async def test_everything_about_one_thing_is_taken_back(browser, services, person):
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=person.id)
    scopes = f"USER_ID POST_EDIT.{post.token} POST_ADDON_CREATE.{post.token}"
    app, tokens = await connect(services, person, scopes)

    await press(browser, f"{PATH}/{app.slug}/take-back?type=post&resource={post.token}")

    assert (await bearer_of(services, tokens)).scopes == {("USER_ID", "")}


@pytest.mark.parametrize(
    "query",
    ["scope=USER_PHONE", "scope=NOTHING", "scope=USER_ID&resource=x", "type=post&resource=%00é"],
)
async def test_what_the_app_does_not_hold_is_gone_already(browser, services, person, query):
    app, tokens = await connect(services, person, "USER_ID")

    answer = await browser.get(f"{PATH}/{app.slug}/take-back?{query}")

    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert await bearer_of(services, tokens) is not None


@pytest.mark.parametrize("slug", ["no-such-app", "%D8%A8"])
async def test_unknown_app_is_gone_already(browser, services, person, slug):
    answer = await browser.get(f"{PATH}/{slug}/take-back")

    assert (answer.status_code, answer.headers["location"]) == (303, PATH)


async def test_path_no_slug_can_be_is_no_page(browser, services, person):
    assert (await browser.get(f"{PATH}/a%00b/take-back")).status_code == 404


async def test_second_press_finds_it_gone(browser, services, person):
    app, _ = await connect(services, person, "USER_ID")
    page = await browser.get(f"{PATH}/{app.slug}/take-back")
    await browser.submit(page, f"{PATH}/{app.slug}/take-back")

    again = await browser.submit(page, f"{PATH}/{app.slug}/take-back")

    assert (again.status_code, again.headers["location"]) == (303, PATH)
    assert "از قبل برداشته شده بود" in (await browser.get(PATH)).text


async def test_form_of_another_page_changes_nothing(browser, services, person):
    app, tokens = await connect(services, person, "USER_ID")

    answer = await browser.post(f"{PATH}/{app.slug}/take-back", {"csrf_token": "forged"})

    assert answer.status_code == 403
    assert await bearer_of(services, tokens) is not None


async def test_nobody_takes_back_what_another_person_gave(browser, services, person):
    async with services.db.write() as tx:
        other = await identity.register(tx, phone="+989121110000", name="بهرام")
    app, tokens = await connect(services, other, "USER_ID")

    answer = await browser.get(f"{PATH}/{app.slug}/take-back")

    assert answer.status_code == 303
    assert app.slug not in (await browser.get(PATH)).text
    assert await bearer_of(services, tokens) is not None


async def test_leak_is_told_with_its_reason(browser, services, person, moment):
    app, tokens = await connect(services, person, "USER_ID offline_access")
    for minutes in (0, 3):
        moment.advance(timedelta(minutes=minutes))
        async with services.db.write() as tx:
            await oauth.refresh(
                tx,
                keys=services.keys,
                app_id=app.id,
                refresh_token=tokens.refresh_token,
                scope=None,
                access_seconds=3_600,
                grace_seconds=120,
            )

    text = (await browser.get(PATH)).text

    assert "دسترسی بسته شد چون یکی از کلیدهای این برنامه" in text
    assert forms_of(text, PATH) == []
