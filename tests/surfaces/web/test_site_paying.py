"""The wallet and paying for a post, through the pages, at the simulated bank."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from litestar import Litestar
from tests.factories.bank import bank_gateway, press
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import identity, ledger, posts
from dalan.kernel.clock import AdjustableClock
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site

WALLET = "/my-divar/wallet"
TOP_UP = f"{WALLET}/top-up"


@pytest.fixture
async def services(db: Any) -> AsyncIterator[Services]:
    async with bank_gateway(db) as gateway:
        yield make_services(db, gateway=gateway)


def pages(services: Services) -> Litestar:
    return Litestar(
        [account.router(services), site.router(services)], openapi_config=None, logging_config=None
    )


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    async with browsing(pages(services)) as opened:
        await sign_in(opened, services)
        yield opened


@pytest.fixture
async def person(browser: Browser, services: Services) -> identity.Person:
    async with services.db.read() as tx:
        found = await identity.person_by_phone(tx, "+989121234567")
    assert found is not None
    return found


@pytest.fixture
async def post(services: Services, person: identity.Person) -> posts.Post:
    async with services.db.write() as tx:
        return await make_post(tx, owner_id=person.id)


async def held(services: Services, person: identity.Person) -> int:
    async with services.db.look() as tx:
        assert await ledger.check(tx) == []
        return await ledger.balance_rials(tx, "wallet", person.id)


async def at_the_bank(services: Services, answer: httpx.Response, decision: Any) -> str:
    """Where the bank leads back to, as a path of ours."""
    assert answer.status_code == 303, answer.text
    authority = answer.headers["location"].rpartition("/")[2]
    parts = urlsplit(await press(services.db, authority, decision))
    return f"{parts.path}?{parts.query}"


async def topped_up(browser: Browser, services: Services, tomans: int) -> httpx.Response:
    asked = await browser.submit(await browser.get(WALLET), TOP_UP, amount_tomans=str(tomans))
    return await browser.get(await at_the_bank(services, asked, "pay"))


async def test_wallet_begins_empty_and_says_so(browser: Browser):
    page = await browser.get(WALLET)

    assert page.status_code == 200
    assert "0 تومان" in page.text
    assert "هنوز گردشی ثبت نشده است" in page.text


async def test_strangers_are_asked_to_sign_in(services: Services):
    async with browsing(pages(services)) as stranger:
        for path in (WALLET, "/pay/xyz", "/pay/return/xyz", "/my-divar/my-posts/abcdefgh/promote"):
            answer = await stranger.get(path)
            assert answer.headers["location"].startswith("/sign-in"), path


async def test_money_typed_in_persian_arrives(browser: Browser, services: Services, person):
    asked = await browser.submit(await browser.get(WALLET), TOP_UP, amount_tomans="۱۵۰٬۰۰۰")
    back = await browser.get(await at_the_bank(services, asked, "pay"))
    page = await browser.get(back.headers["location"])

    assert await held(services, person) == 1_500_000
    assert "150٬000 تومان به کیف پول شما افزوده شد" in page.text
    assert "افزایش موجودی با کارت" in page.text


@pytest.mark.parametrize("typed", ["", "سلام", "999", "-5000", "100000001", "9" * 30, "1.5"])
async def test_amounts_no_bank_takes_are_told_beside_the_field(browser: Browser, typed: str):
    answer = await browser.submit(await browser.get(WALLET), TOP_UP, amount_tomans=typed)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


async def test_statement_is_read_in_pages(browser: Browser, services: Services, person):
    async with services.db.write() as tx:
        for number in range(1, 46):
            await ledger.transfer(
                tx, reference=f"gift:{number}", kind="top_up",
                sides=[
                    ledger.Side("gateway", 0, -10 * number),
                    ledger.Side("wallet", person.id, 10 * number),
                ],
            )  # fmt: skip
    seen, url = [], WALLET
    while url:
        page = (await browser.get(url)).text
        seen += page.split('class="line-amount')[1:]
        url = (
            page.partition('rel="next" href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        )

    amounts = [int(one.partition("</bdi> ")[2].partition(" ")[0]) for one in seen]
    assert amounts == list(range(45, 0, -1))


@pytest.mark.parametrize("before", ["", "x", "-1", "0", "9" * 18, "9" * 40, "۵"])
async def test_any_place_in_the_statement_is_answered(browser: Browser, before: str):
    assert (await browser.get(f"{WALLET}?before={before}")).status_code == 200


async def test_a_forged_return_is_refused_and_changes_nothing(browser, services, person):
    asked = await browser.submit(await browser.get(WALLET), TOP_UP, amount_tomans="50000")
    path = (await at_the_bank(services, asked, "pay")).partition("?")[0]

    for query in ("", "?Status=OK", f"?Status=OK&Authority={'A' * 36}", "?Authority=%00"):
        assert (await browser.get(path + query)).status_code == 403, query

    assert await held(services, person) == 0


async def test_somebody_elses_return_is_unknown(browser, services, person):
    asked = await browser.submit(await browser.get(WALLET), TOP_UP, amount_tomans="50000")
    back = await at_the_bank(services, asked, "pay")

    async with browsing(pages(services)) as other:
        await sign_in(other, services, "09123334455")
        assert (await other.get(back)).status_code == 404
        assert (await other.get(back.partition("?")[0].replace("/return", ""))).status_code == 404

    assert await held(services, person) == 0
    assert (await browser.get(back)).status_code == 303
    assert await held(services, person) == 500_000


@pytest.mark.parametrize("decision", ["cancel", "time_out"])
async def test_a_payment_not_made_is_told_on_its_page(browser, services, person, decision):
    asked = await browser.submit(await browser.get(WALLET), TOP_UP, amount_tomans="50000")
    back = await browser.get(await at_the_bank(services, asked, decision))
    page = await browser.get(back.headers["location"])

    assert "پرداخت انجام نشد" in page.text
    assert await held(services, person) == 0


async def test_who_did_not_come_back_asks_on_the_payments_page(browser, services, person):
    asked = await browser.submit(await browser.get(WALLET), TOP_UP, amount_tomans="50000")
    wallet_page = await browser.get(WALLET)
    path = "/pay/" + wallet_page.text.partition('href="/pay/')[2].partition('"')[0]

    early = await browser.submit(await browser.get(path), f"{path}/check")
    await at_the_bank(services, asked, "pay_and_leave")
    await browser.submit(await browser.get(path), f"{path}/check")

    assert early.status_code == 303
    assert "بانک آن را تأیید کرد" in (await browser.get(path)).text
    assert await held(services, person) == 500_000


async def promote(browser: Browser, post: posts.Post, what: str, source: str) -> httpx.Response:
    path = f"/my-divar/my-posts/{post.token}/promote"
    return await browser.submit(await browser.get(path), f"{path}/{what}", source=source)


async def listed_at(services: Services, post: posts.Post):
    async with services.db.look() as tx:
        found = await posts.by_id(tx, post.id)
    assert found is not None
    return found.listed_at


async def test_bump_is_paid_at_the_bank_and_leads_back_to_the_post(
    browser, services, person, post, moment: AdjustableClock
):
    moment.advance(timedelta(hours=5))

    asked = await promote(browser, post, "bump", "bank")
    back = await browser.get(await at_the_bank(services, asked, "pay"))

    assert back.headers["location"] == f"/my-divar/my-posts/{post.token}"
    assert "دوباره در بالای فهرست" in (await browser.get(back.headers["location"])).text
    assert await listed_at(services, post) > post.listed_at
    assert await held(services, person) == 0


async def test_bump_from_the_wallet_pressed_twice_pays_once(
    browser, services, person, post, moment: AdjustableClock
):
    await topped_up(browser, services, 1_000_000)
    moment.advance(timedelta(hours=5))
    path = f"/my-divar/my-posts/{post.token}/promote"
    page = await browser.get(path)

    for _ in range(2):
        answer = await browser.submit(page, f"{path}/bump", source="wallet")
        assert answer.headers["location"] == f"/my-divar/my-posts/{post.token}"

    price = int(forms_of(page.text, f"{path}/bump")[0]["agreed_rials"])
    assert price > 0
    assert await held(services, person) == 10_000_000 - price


async def test_too_early_is_told_with_the_moment_from_which_it_is_possible(browser, post):
    page = await browser.get(f"/my-divar/my-posts/{post.token}/promote")

    assert "به بعد امکان‌پذیر است" in page.text
    assert not forms_of(page.text, f"/my-divar/my-posts/{post.token}/promote/bump")


@pytest.mark.parametrize(
    "typed",
    [
        {"order": "x"},
        {"order": ""},
        {"agreed_rials": ""},
        {"agreed_rials": "0"},
        {"agreed_rials": "10000"},
        {"source": "wallet"},
    ],
)
async def test_what_was_tampered_with_takes_nothing(
    browser, services, person, post, moment: AdjustableClock, typed
):
    moment.advance(timedelta(hours=5))
    path = f"/my-divar/my-posts/{post.token}/promote"
    page = await browser.get(path)

    answer = await browser.submit(page, f"{path}/bump", **({"source": "bank"} | typed))

    assert answer.headers["location"] == path
    assert await listed_at(services, post) == post.listed_at


async def test_publication_fee_sends_the_post_on_its_way(browser, services, person):
    async with services.db.write() as tx:
        waiting = await make_post(tx, owner_id=person.id, state="waiting_for_payment")
    asked = await promote(browser, waiting, "submit", "bank")
    await browser.get(await at_the_bank(services, asked, "pay"))

    async with services.db.look() as tx:
        after = await posts.by_id(tx, waiting.id)
    assert after is not None
    assert after.state in ("waiting_for_review", "published")


async def test_somebody_elses_post_cannot_be_promoted(browser, services):
    async with services.db.write() as tx:
        other = await make_post(tx, owner_id=(await make_person(tx)).id)

    assert (await browser.get(f"/my-divar/my-posts/{other.token}/promote")).status_code == 404


async def test_without_a_gateway_pages_say_so_and_nothing_breaks(db, moment: AdjustableClock):
    services = make_services(db)
    async with browsing(pages(services)) as browser:
        await sign_in(browser, services)
        async with services.db.write() as tx:
            person = await identity.person_by_phone(tx, "+989121234567")
            assert person is not None
            post = await make_post(tx, owner_id=person.id)
        moment.advance(timedelta(hours=5))
        page = await browser.get(WALLET)
        promoting = await browser.get(f"/my-divar/my-posts/{post.token}/promote")
        csrf = forms_of(page.text, "/preferences/theme")[0]["csrf_token"]
        asked = await browser.post(TOP_UP, {"csrf_token": csrf, "amount_tomans": "50000"})

    assert "راه‌اندازی نشده است" in page.text
    assert "راه‌اندازی نشده" in promoting.text
    assert asked.headers["location"] == WALLET
