"""What operators decide about apps: approval, suspension, what they may do."""

import re

import pytest
from tests.factories.desk import (
    APP,
    app_of,
    at_desk,
    chief,
    entries,
    person,
    shipped_lists_again,
    submit,
)

from dalan.domains import developers

__all__ = ["chief", "person", "shipped_lists_again"]


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
