"""Pages about money: an app's balance and payments, an operator's prices."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, sign_in
from tests.factories.developers import make_app as make_app_row
from tests.factories.payments import (
    make_failed_payment,
    make_order,
    make_taken_charge,
    make_unpaid_post,
    new_id,
)

from dalan.domains import (
    accounts,
    audit,
    charges,
    developers,
    identity,
    ledger,
    operators,
    payments,
    posts,
)
from dalan.kernel import phone
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app

APP = "/kenar/management/apps/light-report"
OWNER, CHIEF = "09121119999", "09120009999"


@pytest.fixture
async def app(services: Services) -> developers.App:
    async with services.db.write() as tx:
        owner = await identity.register(tx, phone=f"+98{OWNER[1:]}", name="سازنده")
        made = await developers.register_app(
            tx, keys=services.keys, owner_id=owner.id, display="گزارش", slug="light-report"
        )
    return made.app


@pytest.fixture
async def developer(services: Services, app: developers.App) -> AsyncIterator[Browser]:
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services, OWNER)
        yield opened


@pytest.fixture
async def chief(services: Services) -> AsyncIterator[Browser]:
    async with services.db.write() as tx:
        one = await identity.register(tx, phone=f"+98{CHIEF[1:]}", name="سرپرست نامی")
        await operators.appoint(tx, one.id, role="admin")
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services, CHIEF)
        yield opened


async def submit(browser: Browser, page: str, action: str, typed: dict[str, Any]) -> Any:
    shown = await browser.get(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    assert token is not None, shown.text
    return await browser.post(action, {"csrf_token": token[1]} | typed)


async def test_new_app_reads_that_nothing_was_paid(developer: Browser):
    page = await developer.get(f"{APP}/balance")

    assert page.status_code == 200
    assert "هنوز پرداختی انجام نشده" in page.text
    assert "بلیت‌های پرداخت" not in page.text


async def test_payments_stand_on_the_page_in_pages(
    developer: Browser, services: Services, app: developers.App
):
    async with services.db.write() as tx:
        await payments.pay_in(tx, app.id, reference="test", amount_rials=100_000_000)
        for number in range(21):
            post = await make_unpaid_post(tx, app.id)
            if number:
                await payments.pay(tx, make_order(app.id, post), by=posts.SYSTEM, reviewed=True)
            else:
                await make_failed_payment(tx, app.id, post)

    first = await developer.get(f"{APP}/balance")
    link = re.search(r'href="([^"]+after=[^"]+)"', first.text)
    assert link is not None
    second = await developer.get(link[1].replace("&amp;", "&"))
    broken = await developer.get(f"{APP}/balance?after=nonsense")

    assert first.text.count(">پرداخت‌شده</span>") == 20
    assert "ناموفق، چیزی کم نشد" in second.text
    assert broken.status_code == 200


async def test_payments_are_filtered_on_the_page_and_in_the_file(
    developer: Browser, services: Services, app: developers.App
):
    async with services.db.write() as tx:
        await payments.pay_in(tx, app.id, reference="test", amount_rials=100_000_000)
        post = await make_unpaid_post(tx, app.id)
        paid = await payments.pay(
            tx,
            make_order(app.id, post, extra_details="=HYPERLINK(1)"),
            by=posts.SYSTEM,
            reviewed=True,
        )
        await make_failed_payment(tx, app.id, await make_unpaid_post(tx, app.id))

    failed = await developer.get(f"{APP}/balance?state=failed&days=30")
    none = await developer.get(f"{APP}/balance?operation=renew")
    odd = await developer.get(f"{APP}/balance?state=nonsense&operation=x&days=-1")
    file = await developer.get(f"{APP}/balance.csv?state=completed")

    assert paid.uuid not in failed.text
    assert post.token not in failed.text
    assert "چیزی از این دست نیست" in none.text
    assert paid.uuid in odd.text
    head, row, *rest = file.text.removeprefix("\ufeff").splitlines()
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="payments-light-report.csv"' in file.headers["content-disposition"]
    assert head == "id,operation,state,cost_rials,post_token,created_at,extra_details"
    at = paid.created_at.isoformat(timespec="seconds")
    token = f"'{post.token}" if post.token.startswith("-") else post.token
    assert row == f"{paid.uuid},submit,completed,{paid.cost_rials},{token},{at},'=HYPERLINK(1)"
    assert rest == []


async def test_movements_tell_what_came_in_and_went_out(
    developer: Browser, services: Services, app: developers.App
):
    empty = await developer.get(f"{APP}/balance?view=movements")
    async with services.db.write() as tx:
        for number in range(21):
            await payments.pay_in(tx, app.id, reference=f"{number}", amount_rials=1_000_000)
        post = await make_unpaid_post(tx, app.id)
        await payments.pay(tx, make_order(app.id, post), by=posts.SYSTEM, reviewed=True)

    first = await developer.get(f"{APP}/balance?view=movements")
    link = re.search(r'href="([^"]+before=[^"]+)"', first.text)
    assert link is not None
    second = await developer.get(link[1].replace("&amp;", "&"))

    assert "هنوز گردشی ثبت نشده است" in empty.text
    assert post.token in first.text
    assert (first.text + second.text).count("<bdi>+</bdi>") == 21


async def test_operator_gives_a_payment_back_once_with_a_reason(
    chief: Browser, developer: Browser, services: Services, app: developers.App
):
    async with services.db.write() as tx:
        await payments.pay_in(tx, app.id, reference="test", amount_rials=100_000_000)
        post = await make_unpaid_post(tx, app.id)
        paid = await payments.pay(tx, make_order(app.id, post), by=posts.SYSTEM, reviewed=True)
        person = await identity.register(tx, phone="+989123334455", name="آرمان")
    page, action = f"/admin/payments?q={paid.uuid}", f"/admin/payments/{paid.id}/refund"

    for asked in ("", paid.uuid.upper(), post.token, app.slug):
        assert action in (await chief.get(f"/admin/payments?q={asked}")).text, asked
    for asked in (phone.national(person.phone), "nonsense", new_id(), "۰", "x" * 500, "a%00b"):
        assert action not in (await chief.get(f"/admin/payments?q={asked}")).text, asked
    silent = await submit(chief, page, action, {f"reason-{paid.id}": " "})
    async with services.db.look() as look:
        assert (await payments.transaction(look, paid.id)).state == "completed"
    for _ in range(2):
        given = await submit(chief, page, action, {f"reason-{paid.id}": "اشتباه ما بود"})
    strange = await submit(chief, page, "/admin/payments/99999/refund", {"reason-99999": "x"})

    assert [silent.status_code, given.status_code, strange.status_code] == [303, 303, 303]
    async with services.db.look() as look:
        assert (await payments.transaction(look, paid.id)).state == "refunded"
        assert await payments.balance_rials(look, app.id) == 100_000_000
        assert await ledger.check(look) == []
    assert action not in (await chief.get(page)).text
    history = (await developer.get(f"{APP}/history")).text
    assert history.count("اشتباه ما بود") == 1
    assert "سرپرست نامی" not in history


async def test_operator_gives_back_what_a_person_paid_an_app(
    chief: Browser, developer: Browser, services: Services, app: developers.App
):
    async with services.db.write() as tx:
        person = await identity.register(tx, phone="+989123334455", name="آرمان")
        production = (await make_app_row(tx, production=True)).app
        paid = await make_taken_charge(tx, production, person.id)
    page, action = f"/admin/charges?q={paid.token}", f"/admin/charges/{paid.id}/refund"

    for asked in ("", paid.token, production.slug, phone.national(person.phone)):
        assert action in (await chief.get(f"/admin/charges?q={asked}")).text, asked
    for asked in (OWNER, "nonsense", app.slug, "۰", "x" * 500, "a%00b"):
        assert action not in (await chief.get(f"/admin/charges?q={asked}")).text, asked
    silent = await submit(chief, page, action, {f"reason-{paid.id}": " "})
    nul = await submit(chief, page, action, {f"reason-{paid.id}": "a\0b"})
    assert nul.status_code == 400
    async with services.db.look() as look:
        assert (await charges.charge(look, paid.id)).is_refundable
    for _ in range(2):
        given = await submit(chief, page, action, {f"reason-{paid.id}": "خدمت انجام نشد"})
    strange = await submit(chief, page, "/admin/charges/99999/refund", {"reason-99999": "x"})

    assert [silent.status_code, given.status_code, strange.status_code] == [303, 303, 303]
    async with services.db.look() as look:
        assert not (await charges.charge(look, paid.id)).is_refundable
        assert await ledger.balance_rials(look, "wallet", person.id) == paid.amount_rials
        assert await ledger.check(look) == []
        noted = (await audit.entries_of(look, audit.Subject.app(production.id))).entries
    assert [one.action for one in noted] == ["charge.refunded"]
    assert action not in (await chief.get(page)).text
    assert (await developer.get("/admin/charges")).status_code == 404
    async with browsing(make_app(services)) as payer:
        await sign_in(payer, services, phone.national(person.phone))
        assert "گردانندگان بازار پس دادند" in (await payer.get("/my-divar/wallet")).text
        shown = await payer.get(f"/pay/app/{paid.token}")
        assert "گردانندگان بازار آن را پس دادند" in shown.text


async def test_spent_balance_gives_nothing_back(chief: Browser, services: Services):
    async with services.db.write() as tx:
        person = await identity.register(tx, phone="+989123334455", name="آرمان")
        production = (await make_app_row(tx, production=True)).app
        paid = await make_taken_charge(tx, production, person.id)
        spent = [ledger.Side("app", production.id, -1), ledger.Side("revenue", 0, 1)]
        await ledger.transfer(tx, reference=new_id(), kind="bump", sides=spent)

    refused = await submit(
        chief, "/admin/charges", f"/admin/charges/{paid.id}/refund", {f"reason-{paid.id}": "x"}
    )

    assert refused.status_code == 303
    assert "موجودی برنامه اکنون کمتر" in (await chief.get("/admin/charges")).text
    async with services.db.look() as look:
        assert (await charges.charge(look, paid.id)).is_refundable


async def test_what_comes_back_to_a_closed_account_is_held_until_it_is_paid_out(
    chief: Browser, developer: Browser, services: Services
):
    async with services.db.write() as tx:
        person = await identity.register(tx, phone="+989123334455", name="آرمان")
        production = (await make_app_row(tx, production=True)).app
        paid = await make_taken_charge(tx, production, person.id)
        await accounts.close(tx, person_id=person.id)
    page, action = "/admin/charges", f"/admin/people/{person.id}/pay-out"
    before = await chief.get(page)
    await submit(chief, page, f"/admin/charges/{paid.id}/refund", {f"reason-{paid.id}": "x"})

    listed = await chief.get(page)
    shown = await chief.get(f"/admin/people/{person.id}")
    typed = {f"paid-{person.id}": "کارت‌به‌کارت، پیگیری ۱۲۳", "seen_rials": str(paid.amount_rials)}
    silent = await submit(chief, page, action, typed | {f"paid-{person.id}": " "})
    other = await submit(chief, page, action, typed | {"seen_rials": "۱"})
    async with services.db.look() as look:
        untouched = await accounts.held(look)
    for _ in range(2):
        done = await submit(chief, page, action, typed)
    after = await chief.get(page)

    assert action not in before.text
    assert "حساب بسته است" in listed.text, "whoever gives it back is told"
    assert action in listed.text
    assert action in shown.text
    assert [one.status_code for one in (silent, other, done)] == [303, 303, 303]
    assert [one.amount_rials for one in untouched] == [paid.amount_rials]
    assert action not in after.text
    async with services.db.look() as look:
        assert await accounts.held(look) == []
        assert await ledger.balance_rials(look, "wallet", person.id) == 0
        assert await ledger.balance_rials(look, "operator", 0) == paid.amount_rials
        assert await ledger.check(look) == []
        noted = (await audit.entries_of(look, audit.Subject.person(person.id))).entries
    assert [one.action for one in noted].count("wallet.paid_out") == 1
    assert (await submit(developer, f"{APP}/settings", action, typed)).status_code == 404


async def test_open_wallet_is_its_persons_alone(chief: Browser, services: Services):
    async with services.db.write() as tx:
        person = await identity.register(tx, phone="+989123334455", name="آرمان")
        production = (await make_app_row(tx, production=True)).app
        paid = await make_taken_charge(tx, production, person.id)
        await charges.refund(tx, paid.id)
    typed = {f"paid-{person.id}": "x", "seen_rials": str(paid.amount_rials)}

    refused = await submit(chief, "/admin/charges", f"/admin/people/{person.id}/pay-out", typed)

    assert refused.status_code == 303
    async with services.db.look() as look:
        assert await ledger.balance_rials(look, "wallet", person.id) == paid.amount_rials


async def test_payments_of_everybody_are_the_operators_to_see(developer: Browser):
    assert (await developer.get("/admin/payments")).status_code == 404


async def test_stranger_sees_no_balance(services: Services, app: developers.App, chief: Browser):
    assert app.slug == "light-report"
    assert (await chief.get(f"{APP}/balance")).status_code == 404


async def test_internal_app_issues_one_ticket_by_a_form_sent_twice(
    developer: Browser, services: Services, app: developers.App
):
    async with services.db.write() as tx:
        await developers.classify(tx, app.id, service_type="INTERNAL", tags=[], by_team=False)
    typed = {"uuid": new_id(), "phone": "۰۹۱۲۱۱۱۹۹۹۹", "amount": "۴۰۰٬۰۰۰",
             "service_type": "ACCOUNTING"}  # fmt: skip

    for _ in range(2):
        sent = await submit(developer, f"{APP}/balance", f"{APP}/payment-tickets", typed)
        assert sent.status_code == 303, sent.text

    async with services.db.look() as look:
        issued = await payments.tickets_of(look, app.id, limit=10)
        noted = await look.rows(
            "SELECT id FROM audit_entry WHERE action = 'payment_ticket.issued'", ()
        )
    assert [(one.uuid, one.amount_max_rials) for one in issued] == [(typed["uuid"], 400_000)]
    assert len(noted) == 1
    assert typed["uuid"] in (await developer.get(f"{APP}/balance")).text


@pytest.mark.parametrize(
    "typed",
    [
        {"phone": "nonsense"},
        {"phone": "09120000000"},
        {"amount": "much"},
        {"amount": "0"},
        {"amount": "9" * 15},
        {"service_type": "NONSENSE"},
        {"uuid": "1"},
    ],
)
async def test_ticket_form_that_makes_no_sense_is_shown_again(
    developer: Browser, services: Services, app: developers.App, typed
):
    async with services.db.write() as tx:
        await developers.classify(tx, app.id, service_type="INTERNAL", tags=[], by_team=False)
    whole = {"uuid": new_id(), "phone": OWNER, "amount": "400000", "service_type": "ACCOUNTING"}

    sent = await submit(developer, f"{APP}/balance", f"{APP}/payment-tickets", whole | typed)

    assert sent.status_code == 422
    async with services.db.look() as look:
        assert await payments.tickets_of(look, app.id, limit=10) == []


async def test_other_apps_have_no_form_and_issue_nothing(developer: Browser, app: developers.App):
    typed = {"uuid": new_id(), "phone": OWNER, "amount": "400000", "service_type": "ACCOUNTING"}

    sent = await submit(developer, f"{APP}/deposits", f"{APP}/payment-tickets", typed)

    assert app.service_type is None
    assert sent.status_code == 303
    assert "فقط برنامه‌های داخلی" in (await developer.get(f"{APP}/balance")).text


async def price(services: Services, category: str, city: str = "tehran") -> int:
    async with services.db.look() as look:
        cost = await payments.cost(look, "bump", category=category, city=city, app_id=None)
    return cost.cost_rials


async def test_operator_sets_a_price_and_takes_it_away(chief: Browser, services: Services):
    ours = await price(services, "light")
    where = {"operation": "bump", "category": "vehicles", "city": ""}

    sent = await submit(
        chief, "/admin/prices", "/admin/prices/set", where | {"cost_rials": "۷۷۰٬۰۰۰", "app": ""}
    )
    page = await chief.get("/admin/prices?of=light&in=tehran")

    assert sent.status_code == 303, sent.text
    assert await price(services, "light") == 770_000 != ours
    assert page.text.count("77٬000 تومان") == 2, "in the table, and looked up"
    for _ in range(2):
        removed = await submit(
            chief, "/admin/prices", "/admin/prices/remove", where | {"app_id": "0"}
        )
        assert removed.status_code == 303
    assert await price(services, "light") == ours
    async with services.db.look() as look:
        log = await look.rows(
            "SELECT action FROM audit_entry WHERE action LIKE 'price.%' ORDER BY id", ()
        )
    assert [str(row[0]) for row in log] == ["price.set", "price.removed"]
    history = (await chief.get("/admin/prices")).text.partition("تاریخچهٔ قیمت‌ها")[2]
    assert history.count("770000") == 2  # what it became, and what it was
    assert "سرپرست نامی" in history


@pytest.mark.parametrize(
    "typed",
    [
        {"operation": "steal"},
        {"category": "nonsense"},
        {"city": "nonsense"},
        {"app": "nonsense"},
        {"cost_rials": "much"},
        {"cost_rials": "-1"},
        {"cost_rials": "9" * 18},
    ],
)
async def test_price_that_makes_no_sense_is_shown_again(chief: Browser, services: Services, typed):
    whole = {"operation": "bump", "category": "light", "city": "tehran", "cost_rials": "10"}

    sent = await submit(chief, "/admin/prices", "/admin/prices/set", whole | typed)

    assert sent.status_code == 422
    async with services.db.look() as look:
        assert await payments.price_lines(look) == []


async def test_operator_says_how_many_posts_are_free(chief: Browser, services: Services):
    for count, expected in (("0", 0), ("", payments.FREE_POSTS["vehicles"])):
        sent = await submit(
            chief,
            "/admin/prices",
            "/admin/prices/free",
            {"free_category": "vehicles", "posts_count": count},
        )
        assert sent.status_code == 303, sent.text
        async with services.db.look() as look:
            quotas = {one.category: one.posts_count for one in await payments.free_quotas(look)}
        assert quotas["vehicles"] == expected


@pytest.mark.parametrize("role", ["reviewer", "support"])
async def test_prices_are_for_admins(services: Services, role):
    async with services.db.write() as tx:
        one = await identity.register(tx, phone=f"+98{CHIEF[1:]}", name="همکار نامی")
        await operators.appoint(tx, one.id, role=role)
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services, CHIEF)

        assert (await opened.get("/admin/prices")).status_code == 403
