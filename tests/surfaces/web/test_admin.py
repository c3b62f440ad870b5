"""The pages of those who run the place: who gets in, how far, and that it is written down."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, make_services, sign_in
from tests.factories.developers import make_app
from tests.factories.identity import make_person

from dalan.domains import audit, developers, identity, media, operators
from dalan.domains.developers import App
from dalan.surfaces.services import Services
from dalan.surfaces.web import admin, changes
from dalan.surfaces.web.app import make_app as make_web

CHIEF, REVIEWER, SUPPORT, NOBODY = "09121110001", "09121110002", "09121110003", "09121110004"
APP = "/admin/apps/light-report"
SECRET_TEXT = "+989121119999"

As = Callable[[str], Awaitable[Browser]]


@pytest.fixture
def services(db: Any, tmp_path: Path, tmp_path_factory: Any) -> Services:
    return make_services(
        db,
        home=tmp_path_factory.getbasetemp(),  # shared: templates are compiled once
        media=media.MediaStore(str(tmp_path / "media")),
        quotas=developers.Quotas(db),
    )


@pytest.fixture
async def person(services: Services) -> identity.Person:
    """Somebody with a device and an app that waits for review."""
    async with services.db.write() as tx:
        for phone, role in zip((CHIEF, REVIEWER, SUPPORT), operators.ROLES, strict=True):
            one = await identity.register(tx, phone=f"+98{phone[1:]}", name=role)
            await operators.appoint(tx, one.id, role=role)
        made = await make_person(tx, phone=SECRET_TEXT, name="نگار کاظمي")
        await identity.open_session(
            tx, person_id=made.id, device="Firefox", session_seconds=3600, keys=services.keys
        )
        app = await make_app(tx, owner_id=made.id, slug="light-report", display="گزارش خودرو")
        await developers.ask_for_review(tx, app.app.slug)
        return made


@asynccontextmanager
async def at_desk(services: Services, phone: str) -> AsyncIterator[Browser]:
    async with browsing(make_web(services)) as opened:
        await sign_in(opened, services, phone)
        yield opened


@pytest.fixture
async def chief(services: Services, person: identity.Person) -> AsyncIterator[Browser]:
    async with at_desk(services, CHIEF) as opened:
        yield opened


async def submit(browser: Browser, action: str, typed: dict[str, Any] | None = None) -> Any:
    """Send a form with the token of this browser."""
    page = await browser.get("/kenar/management/apps/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(action, {"csrf_token": token[1]} | (typed or {}))


async def app_of(services: Services) -> App:
    async with services.db.read() as tx:
        return await developers.app_by_slug(tx, "light-report")


async def entries(services: Services) -> list[audit.Entry]:
    async with services.db.read() as tx:
        return (await audit.entries(tx)).entries


PAGES: tuple[tuple[str, str], ...] = (
    ("/admin", ""),
    ("/admin/reviews", "apps"),
    ("/admin/apps", "apps"),
    ("/admin/apps?state=in_review", "apps"),
    (APP, "apps"),
    ("/admin/people", "people"),
    ("/admin/people/ID", "people"),
    ("/admin/audit", "audit"),
)
EVERYWHERE = {"all_categories": "1", "all_cities": "1"}
ALL = {"all_permissions": "1", "all_scopes": "1"}
ACTS: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("/admin/apps/{slug}/request-changes", {"note": "لوگو بگذارید"}, "apps",
     "app.changes_requested"),
    ("/admin/apps/{slug}/approve", EVERYWHERE, "apps", "app.approved"),
    ("/admin/apps/{slug}/limits", {"per_minute": "۵", "per_day": ""}, "apps", "app.limits_set"),
    ("/admin/apps/{slug}/ceiling", ALL, "apps", "app.ceiling_set"),
    ("/admin/apps/{slug}/suspend", {"reason": "هرزنامه"}, "apps", "app.suspended"),
    ("/admin/apps/{slug}/lift", {}, "apps", "app.suspension_lifted"),
    ("/admin/people/{person_id}/phone", {}, "people", "person.phone_shown"),
    ("/admin/people/{person_id}/block", {"reason": "کلاه‌برداری"}, "people", "person.blocked"),
    ("/admin/people/{person_id}/unblock", {}, "people", "person.unblocked"),
    ("/admin/people/{person_id}/sign-out", {}, "people", "person.signed_out"),
)  # fmt: skip
"""Every form under /admin that does something: its route, what is typed, whose duty, the entry."""


def filled(route: str, person: identity.Person) -> str:
    return (
        route.replace("{slug}", "light-report")
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
    [(REVIEWER, {"", "apps"}), (SUPPORT, {"", "people"})],
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
        if "{slug}" in route and "request" not in route and len(before) == 1:
            async with services.db.write() as tx:
                await developers.ask_for_review(tx, "light-report")
        answer = await submit(chief, filled(route, person), typed)
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
    assert routes == {route for route, *_ in ACTS} | {"/admin/people"}  # which only finds


async def test_pages_speak_both_languages(chief, services, person):
    for route, typed, *_ in ACTS:
        await submit(chief, filled(route, person), typed)

    for path, _ in PAGES:
        for lang in ("fa", "en"):
            joined = "&" if "?" in path else "?"
            answer = await chief.get(f"{filled(path, person)}{joined}lang={lang}")
            assert answer.status_code == 200
            assert f'lang="{lang}"' in answer.text


async def test_queue_and_counts_show_what_waits(chief):
    dashboard = await chief.get("/admin")
    queue = await chief.get("/admin/reviews")

    assert "1 برنامه در صف بازبینی است." in dashboard.text
    assert f'href="{APP}"' in queue.text
    assert (await chief.get("/admin/apps?slug=light-report")).headers["location"] == APP
    assert "no-such-app" in (await chief.get("/admin/apps?slug=no-such-app")).text
    assert "گزارش خودرو" not in (await chief.get("/admin/apps?state=active")).text
    assert (await chief.get("/admin/apps?after=nonsense&state=king")).status_code == 200
    assert (await chief.get("/admin/apps/no-such-app")).status_code == 404


async def test_app_is_approved_for_what_was_chosen(chief, services):
    typed = {"categories": "vehicles", "cities": "tehran"}

    answer = await submit(chief, f"{APP}/approve", typed)

    app = await app_of(services)
    assert answer.headers["location"] == APP
    assert (app.state, app.kind) == ("active", "production")
    assert app.cities == ("tehran",)
    assert app.categories is not None
    assert "light" in app.categories
    assert app.is_for(category="light", city="tehran")
    assert not app.is_for(category="light", city="karaj")
    page = await chief.get(APP)
    assert re.search(r'value="vehicles" checked', page.text)
    assert not re.search(r'name="all_categories"[^>]* checked', page.text)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"all_categories": "1"},
        {"all_cities": "1"},
        {"categories": "no-such-thing", "all_cities": "1"},
        {"all_categories": "1", "cities": "atlantis"},
        {"all_categories": "1", "categories": "vehicles", "all_cities": "1"},
        {"all_categories": "1", "cities": "tehran", "all_cities": "1"},
    ],
)
async def test_approval_needs_to_know_where(chief, services, typed):
    answer = await submit(chief, f"{APP}/approve", typed)

    assert answer.status_code == 303
    assert (await app_of(services)).state == "in_review"
    assert await entries(services) == []


async def test_team_reads_the_note_and_may_ask_again(chief, services, person):
    await submit(chief, f"{APP}/request-changes", {"note": "<b>لوگو</b> بگذارید"})

    async with at_desk(services, "09121119999") as developer:
        path = "/kenar/management/apps/light-report"
        page = await developer.get(path)
        assert "&lt;b&gt;لوگو&lt;/b&gt; بگذارید" in page.text
        await submit(developer, f"{path}/step", {"step": "ask-for-review"})
        assert (await app_of(services)).state == "in_review"
        assert "اصلاحاتی خواست" in (await developer.get(f"{path}/history")).text
        assert "admin" not in (await developer.get(f"{path}/history")).text.lower()


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("request-changes", {"note": " "}),
        ("request-changes", {"note": "x" * 2_001}),
        ("suspend", {"reason": ""}),
        ("suspend", {"reason": "x" * 2_001}),
        ("lift", {}),
        ("ceiling", {"all_scopes": "1", "all_permissions": "1", "permissions": "GET_POST"}),
        ("limits", {"per_minute": "0"}),
        ("limits", {"per_day": "many"}),
        ("limits", {"per_day": "1" * 30}),
    ],
)
async def test_what_cannot_be_decided_changes_nothing(chief, services, act, typed):
    before = await app_of(services)

    answer = await submit(chief, f"{APP}/{act}", typed)

    assert answer.status_code == 303
    assert answer.headers["location"] == APP
    assert await app_of(services) == before
    assert await entries(services) == []


async def test_suspended_app_calls_no_more_until_lifted(chief, services):
    async with services.db.write() as tx:
        key = await developers.create_key(
            tx, (await developers.app_by_slug(tx, "light-report")).id, keys=services.keys, title="x"
        )
    await submit(chief, f"{APP}/suspend", {"reason": "هرزنامه"})

    async with services.db.read() as tx:
        with pytest.raises(developers.AppNotActive):
            await developers.caller(tx, key.text, services.keys)
    await submit(chief, f"{APP}/lift")
    await submit(chief, f"{APP}/limits", {"per_minute": "۱۲", "per_day": "۳٬۰۰۰"})
    async with services.db.read() as tx:
        caller = await developers.caller(tx, key.text, services.keys)
    assert (caller.requests_per_minute, caller.requests_per_day) == (12, 3_000)


async def test_ceiling_takes_permissions_from_keys_at_once(chief, services):
    async with services.db.write() as tx:
        key = await developers.create_key(
            tx, (await developers.app_by_slug(tx, "light-report")).id, keys=services.keys, title="x"
        )
    first = developers.PERMISSION_NAMES[0]

    await submit(chief, f"{APP}/ceiling", {"permissions": [first, "NO_SUCH"], "all_scopes": "1"})

    async with services.db.read() as tx:
        caller = await developers.caller(tx, key.text, services.keys)
    app = await app_of(services)
    assert caller.permissions == {first}
    assert (app.permissions, app.scopes) == ((first,), None)


@pytest.mark.parametrize(
    "asked", ["09121119999", "+98 912 111 9999", "۰۹۱۲۱۱۱۹۹۹۹", "كاظمی", "نگار"]
)
async def test_person_is_found_by_number_or_name_with_the_number_masked(chief, person, asked):
    page = await submit(chief, "/admin/people", {"q": asked})

    assert f'href="/admin/people/{person.id}"' in page.text
    one = await chief.get(f"/admin/people/{person.id}")
    for text in (page.text.replace(asked, ""), one.text):
        assert "9121119999" not in text
        assert "0912***9999" in text


@pytest.mark.parametrize(("asked", "status"), [("x", 422), ("", 422), ("%%", 200), ("__", 200)])
async def test_nobody_is_found_by_what_fits_everybody(chief, person, asked, status):
    page = await submit(chief, "/admin/people", {"q": asked})

    assert page.status_code == status
    assert f'href="/admin/people/{person.id}"' not in page.text


async def test_number_is_shown_when_asked_for(chief, person):
    page = await submit(chief, f"/admin/people/{person.id}/phone")

    assert page.status_code == 200
    assert "09121119999" in page.text
    assert (await chief.get("/admin/people/999999999")).status_code == 404
    assert (await chief.get(f"/admin/people/{2**70}")).status_code == 404


async def test_blocking_and_signing_out_shut_a_person_out(chief, services, person):
    async with at_desk(services, "09121119999") as theirs:
        await submit(chief, f"/admin/people/{person.id}/sign-out")
        assert (await theirs.get("/my-divar")).status_code == 303

    async with at_desk(services, "09121119999") as theirs:
        nothing = await submit(chief, f"/admin/people/{person.id}/block", {"reason": " "})
        assert nothing.status_code == 303
        assert (await theirs.get("/my-divar")).status_code == 200
        await submit(chief, f"/admin/people/{person.id}/block", {"reason": "کلاه‌برداری"})
        assert (await theirs.get("/my-divar")).status_code == 303
        assert "کلاه‌برداری" in (await chief.get(f"/admin/people/{person.id}")).text
        await submit(chief, f"/admin/people/{person.id}/unblock")
        assert (await theirs.get("/my-divar")).status_code == 200


async def test_operators_cannot_be_shut_out_by_support_nor_by_themselves(services, person):
    async with services.db.read() as tx:
        found = {one.role: one.person_id for one in await operators.operators(tx)}
    async with at_desk(services, SUPPORT) as support, at_desk(services, CHIEF) as chief:
        for act in ("block", "unblock", "sign-out"):
            path = f"/admin/people/{found['admin']}/{act}"
            assert (await submit(support, path, {"reason": "x"})).status_code == 403
        await submit(chief, f"/admin/people/{found['admin']}/block", {"reason": "x"})
        assert (await chief.get("/admin")).status_code == 200
        await submit(chief, f"/admin/people/{found['support']}/block", {"reason": "x"})
        assert (await support.get("/admin")).status_code == 303


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
