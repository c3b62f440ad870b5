"""The pages of those who run the place: who gets in, how far, and that it is written down."""

import re

import pytest
from tests.factories.browser import browsing
from tests.factories.desk import (
    APP,
    CHIEF,
    IDS,
    NOBODY,
    REVIEWER,
    SECRET_TEXT,
    SUPPORT,
    app_of,
    at_desk,
    chief,
    entries,
    person,
    shipped_lists_again,
    submit,
)

from dalan.domains import developers, identity, operators
from dalan.surfaces.web import admin, changes
from dalan.surfaces.web.app import make_app as make_web

__all__ = ["chief", "person", "shipped_lists_again"]


PAGES: tuple[tuple[str, str], ...] = (
    ("/admin", ""),
    ("/admin/reviews", "apps"),
    ("/admin/apps", "apps"),
    ("/admin/apps?state=in_review", "apps"),
    (APP, "apps"),
    ("/admin/people", "people"),
    ("/admin/people/ID", "people"),
    ("/admin/audit", "audit"),
    ("/admin/apps?service=PHOTOGRAPHY&tag=VERIFIED", "apps"),
    ("/admin/requests", "requests"),
    ("/admin/requests/REQUEST", "requests"),
    ("/admin/tickets", "tickets"),
    ("/admin/tickets?view=all&category=technical&mine=1&app=light-report&after=x", "tickets"),
    ("/admin/tickets/TICKET", "tickets"),
    ("/admin/deposits", "deposits"),
    ("/admin/payments", "deposits"),
    ("/admin/charges", "deposits"),
    ("/admin/prices", "prices"),
    ("/admin/posts", "posts"),
    ("/admin/reports", "posts"),
    ("/admin/chats", "posts"),
    ("/admin/rules", "posts"),
    ("/admin/links", "links"),
    ("/admin/links?q=https://nowhere.example/x", "links"),
    ("/admin/links/LINK", "links"),
    ("/admin/hosts", "links"),
    ("/admin/hosts?q=مثال&after=x", "links"),
    ("/admin/domains", "domains"),
    ("/admin/domains?domain=s.example", "domains"),
    ("/admin/settings", "settings"),
    ("/admin/lists", "lists"),
    ("/admin/lists?list=district&of=tehran&q=x&state=retired&from=99999", "lists"),
)


EVERYWHERE = {"all_categories": "1", "all_cities": "1"}
ALL = {"all_permissions": "1", "all_scopes": "1"}


ACTS: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("/admin/apps/{slug}/request-changes", {"note": "لوگو بگذارید"}, "apps",
     "app.changes_requested"),
    ("/admin/requests/{request_id}/decide", {"everything": "grant"}, "requests",
     "app.request_decided"),
    ("/admin/apps/{slug}/approve", EVERYWHERE, "apps", "app.approved"),
    ("/admin/apps/{slug}/classify", {"tags": "VERIFIED"}, "apps", "app.classified"),
    ("/admin/apps/{slug}/limits", {"per_minute": "۵", "per_day": ""}, "apps", "app.limits_set"),
    ("/admin/apps/{slug}/ceiling", ALL, "apps", "app.ceiling_set"),
    ("/admin/apps/{slug}/suspend", {"reason": "هرزنامه"}, "apps", "app.suspended"),
    ("/admin/apps/{slug}/lift", {}, "apps", "app.suspension_lifted"),
    ("/admin/tickets/{ticket_id}/reply", {"text": "بررسی شد"}, "tickets", "ticket.answered"),
    ("/admin/tickets/{ticket_id}/assign", {"assignee_id": ""}, "tickets", "ticket.assigned"),
    ("/admin/tickets/{ticket_id}/close", {}, "tickets", "ticket.closed"),
    ("/admin/tickets/{ticket_id}/reopen", {}, "tickets", "ticket.reopened"),
    ("/admin/deposits/{deposit_id}/confirm", {}, "deposits", "deposit.confirmed"),
    ("/admin/deposits/{deposit_id}/refuse", {"answer": "نیست"}, "deposits", "deposit.refused"),
    ("/admin/payments/PAYMENT/refund", {"reason-PAYMENT": "اشتباه ما بود"}, "deposits",
     "payment.refunded"),
    ("/admin/charges/CHARGE/refund", {"reason-CHARGE": "خدمت انجام نشد"}, "deposits",
     "charge.refunded"),
    ("/admin/prices/set", {"operation": "bump", "cost_rials": "۲۰۰۰۰۰"}, "prices", "price.set"),
    ("/admin/prices/remove", {"operation": "bump"}, "prices", "price.removed"),
    ("/admin/prices/free", {"free_category": "light", "posts_count": "۲"}, "prices",
     "price.free_posts_set"),
    ("/admin/people/{person_id}/phone", {}, "people", "person.phone_shown"),
    ("/admin/people/{person_id}/block", {"reason": "کلاه‌برداری"}, "people", "person.blocked"),
    ("/admin/people/{person_id}/unblock", {}, "people", "person.unblocked"),
    ("/admin/people/{person_id}/sign-out", {}, "people", "person.signed_out"),
    ("/admin/people/{person_id}/ban", {"ban_reason": "هرزنامه", "days": "7"}, "people",
     "person.banned_from_posting"),
    ("/admin/people/{person_id}/lift-ban", {}, "people", "person.posting_ban_lifted"),
    ("/admin/rules", {"rule": "duplicate", "effect": "flag"}, "posts", "moderation.rule_set"),
    ("/admin/rules/words", {"word": "عتیقه", "effect": "hold"}, "posts",
     "moderation.word_forbidden"),
    ("/admin/links/{link_id}/decide",
     {"decision": "quarantine", "reason": "phishing", "note": "درگاه جعلی"}, "links",
     "link.quarantined"),
    ("/admin/hosts", {"host": "evil.example", "note": "فیشینگ"}, "links", "host.blocked"),
    ("/admin/hosts/import", {"lines": "one.example # x\n0.0.0.0 two.example"}, "links",
     "host.list_imported"),
    ("/admin/hosts/{host_id}/remove", {}, "links", "host.unblocked"),
    ("/admin/domains", {"name": "s.example", "base_address": "https://example.com/"}, "domains",
     "domain.added"),
    ("/admin/domains/remove", {"name": "s.example"}, "domains", "domain.removed"),
    ("/admin/lists/add", {"list": "category", "slug": "drones", "title": "پهپاد",
     "title_en": "Drones", "parent": "electronic-devices"}, "lists", "list.entry_added"),
    ("/admin/lists/rename", {"list": "city", "slug": "tehran", "title": "تهران بزرگ"}, "lists",
     "list.entry_renamed"),
    ("/admin/lists/retire", {"list": "city", "slug": "qom"}, "lists", "list.entry_retired"),
)  # fmt: skip
"""Every form under /admin that does something: its route, what is typed, whose duty, the entry."""


OF_POSTS = {
    "/admin/posts/next",
    "/admin/posts/{token}/claim",
    "/admin/posts/{token}/leave",
    "/admin/posts/{token}/decide",
    "/admin/reports/{token}/decide",
    "/admin/rules/words/{word_id}/allow",
    "/admin/chats/{number}/decide",
    "/admin/people/{person_id}/lift-chat-ban",
    "/admin/people/{person_id}/pay-out",
}
"""Acts that need a post, a report or a word first, with their entries in ``test_moderation``; or a
chat, in ``test_chats``; or a closed account, in ``test_payments``."""


def filled(route: str, person: identity.Person) -> str:
    deposit_id = IDS["second"] if route.endswith("refuse") else IDS["first"]
    return (
        route.replace("{slug}", "light-report")
        .replace("PAYMENT", IDS["payment"])
        .replace("CHARGE", IDS["charge"])
        .replace("{request_id}", IDS["request"])
        .replace("REQUEST", IDS["request"])
        .replace("{ticket_id}", IDS["ticket"])
        .replace("TICKET", IDS["ticket"])
        .replace("{deposit_id}", deposit_id)
        .replace("{link_id}", IDS["link"])
        .replace("LINK", IDS["link"])
        .replace("{host_id}", IDS["host"])
        .replace("{person_id}", str(person.id))
        .replace("ID", str(person.id))
    )


async def test_there_is_no_such_page_for_everybody_else(services, person):
    async with at_desk(services, NOBODY) as stranger, browsing(make_web(services)) as anonymous:
        for path, _ in PAGES:
            answer = await stranger.get(filled(path, person))
            assert answer.status_code == 404, path
            assert "گردانندگی" not in answer.text
            asked = await anonymous.get(filled(path, person))
            assert asked.headers["location"].startswith("/sign-in?next=%2Fadmin"), path
        for route, typed, *_ in (*ACTS, ("/admin/people", {"q": SECRET_TEXT}, "", "")):
            answer = await submit(stranger, filled(route, person), typed)
            assert answer.status_code == 404, route
            assert (await stranger.post(filled(route, person), typed)).status_code == 404
            assert (await anonymous.post(filled(route, person), typed)).status_code == 303

    assert await entries(services) == []
    assert (await app_of(services)).state == "in_review"


@pytest.mark.parametrize(
    ("phone", "duties"),
    [
        (REVIEWER, {"", "apps", "posts", "links", "requests", "tickets"}),
        (SUPPORT, {"", "people", "tickets"}),
    ],
)
async def test_roles_are_kept_apart(services, person, phone, duties):
    async with at_desk(services, phone) as browser:
        for path, duty in PAGES:
            answer = await browser.get(filled(path, person))
            assert answer.status_code == (200 if duty in duties else 403), path
        for route, typed, duty, _ in ACTS:
            if duty not in duties:
                answer = await submit(browser, filled(route, person), typed)
                assert answer.status_code == 403, route

    assert await entries(services) == []


async def test_forms_need_their_token(chief, services, person):
    for route, typed, *_ in (*ACTS, ("/admin/people", {"q": SECRET_TEXT}, "", "")):
        assert (await chief.post(filled(route, person), typed)).status_code == 403, route

    assert await entries(services) == []


async def test_every_act_leaves_an_entry_with_who_did_it(chief, services, person):
    async with services.db.read() as tx:
        me = await identity.person_by_phone(tx, f"+98{CHIEF[1:]}")
    assert me is not None

    for route, typed, _, action in ACTS:
        before = await entries(services)
        if route.startswith("/admin/requests"):
            async with services.db.write() as tx:
                await developers.ask_for_review(tx, "light-report")
        form = {filled(name, person): text for name, text in typed.items()}
        answer = await submit(chief, filled(route, person), form)
        assert answer.status_code in (200, 303), (route, answer.text)
        added = (await entries(services))[: -len(before) or None]
        assert [one.action for one in added] == [action], route
        assert (added[0].actor_kind, added[0].actor_person_id) == ("operator", me.id)
        assert action in changes.ACTIONS

    told = str([one.facts for one in await entries(services)])
    assert SECRET_TEXT not in told
    assert "9121119999" not in told
    routes = {
        route.path_format
        for route in admin.router(services).routes
        if "POST" in getattr(route, "methods", ())
    }
    acts = {re.sub("PAYMENT|CHARGE", "{number}", route) for route, *_ in ACTS}
    assert routes == acts | OF_POSTS | {"/admin/people"}  # which only finds


async def test_pages_speak_both_languages(chief, services, person):
    for route, typed, *_ in ACTS:
        await submit(chief, filled(route, person), typed)

    for path, _ in PAGES:
        for lang in ("fa", "en"):
            joined = "&" if "?" in path else "?"
            answer = await chief.get(f"{filled(path, person)}{joined}lang={lang}")
            assert answer.status_code == 200
            assert f'lang="{lang}"' in answer.text


async def test_dismissed_operator_finds_no_page_any_more(services, person):
    async with at_desk(services, SUPPORT) as support:
        assert (await support.get("/admin")).status_code == 200
        async with services.db.write() as tx:
            one = await identity.person_by_phone(tx, f"+98{SUPPORT[1:]}")
            assert one is not None
            await operators.dismiss(tx, one.id)
        assert (await support.get("/admin")).status_code == 404


async def test_log_is_narrowed_and_goes_on(chief, services, person):
    for number in range(60):
        await submit(chief, f"{APP}/limits", {"per_minute": str(number + 1)})
    await submit(chief, f"/admin/people/{person.id}/phone")

    whole = await chief.get("/admin/audit")
    narrow = await chief.get("/admin/audit?action=person.phone_shown&who=operator")
    of_app = await chief.get("/admin/audit?app=light-report")
    nothing = await chief.get("/admin/audit?app=no-such-app")

    assert 'rel="next"' in whole.text
    assert f'href="/admin/people/{person.id}"' in narrow.text
    assert "light-report" not in narrow.text
    assert f'href="{APP}"' in of_app.text
    assert f'href="/admin/people/{person.id}"' not in of_app.text
    assert "چیزی از این دست نیست" in nothing.text
    assert (await chief.get("/admin/audit?after=x&who=king&action=x")).status_code == 200
