"""Every change of an app leaves an entry, and its team can read them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, make_services, sign_in
from tests.factories.media import picture

from dalan.domains import audit, developers, identity, media, touchpoints
from dalan.domains.audit import Subject
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes, panel
from dalan.surfaces.web.app import make_app

APPS = "/kenar/management/apps"
APP = f"{APPS}/light-report"
OTHER_PHONE = "09351112233"


@pytest.fixture
def services(db: Any, tmp_path: Path, tmp_path_factory: Any) -> Services:
    return make_services(
        db,
        home=tmp_path_factory.getbasetemp(),  # shared: templates are compiled once
        media=media.MediaStore(str(tmp_path / "media")),
        quotas=developers.Quotas(db),
    )


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services)
        yield opened


async def submit(browser: Browser, action: str, typed: dict[str, Any], **kwargs: Any) -> Any:
    page = await browser.get(f"{APPS}/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(action, {"csrf_token": token[1]} | typed, **kwargs)


async def entries(services: Services) -> list[audit.Entry]:
    async with services.db.read() as tx:
        return (await audit.entries(tx, limit=200)).entries


async def newest_key_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await developers.keys_of(tx, app.id))[0].id


async def other_person_id(services: Services) -> int:
    async with services.db.write() as tx:
        return (await identity.register(tx, phone="+989351112233")).id


async def uri_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await developers.redirect_uris(tx, app.id))[-1].id


TOUCHPOINTS = {
    f"operation_{place}": touchpoints.operations_at(place)[0] for place in touchpoints.PLACES
}

STORY: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("", "", {"display": "گزارش", "slug": "light-report"}, "app.registered"),
    ("/edit", "/edit", {"display": "گزارش خودرو"}, "app.edited"),
    ("/edit/remove-logo", "/edit/remove-logo", {}, "app.edited"),
    ("/addresses", "/addresses", {"fallback_url": "https://a.example/s"}, "app.addresses_set"),
    ("/touchpoints", "/touchpoints", TOUCHPOINTS | {"enabled_MY_POST": "1"},
     "app.touchpoints_set"),
    ("/keys", "/keys", {"title": "سرور", "life_days": "60", "permissions": "GET_POST"},
     "app.key_made"),
    ("/keys/oauth", "/keys/oauth", {"key_id": "KEY"}, "app.oauth_key_set"),
    ("/keys/{key_id}/revoke", "/keys/KEY/revoke", {}, "app.key_revoked"),
    ("/oauth/secret", "/oauth/secret", {"overlap_hours": "24"}, "app.secret_rotated"),
    ("/oauth/secret/revoke-old", "/oauth/secret/revoke-old", {}, "app.old_secret_revoked"),
    ("/oauth/redirect-uris", "/oauth/redirect-uris", {"uri": "https://a.example/cb"},
     "app.redirect_added"),
    ("/oauth/redirect-uris/{uri_id}/remove", "/oauth/redirect-uris/URI/remove", {},
     "app.redirect_removed"),
    ("/members", "/members", {"phone": OTHER_PHONE, "role": "developer"}, "app.member_added"),
    ("/members/{person_id}/role", "/members/OTHER/role", {"role": "admin"},
     "app.member_role_set"),
    ("/members/{person_id}/remove", "/members/OTHER/remove", {}, "app.member_removed"),
    ("/settings", "/settings",
     {"session_body": "1", "user_side_case": "upper", "team_only": "1"}, "app.settings_set"),
    ("/step", "/step", {"step": "ask-for-review"}, "app.review_asked"),
    ("/step", "/step", {"step": "withdraw"}, "app.review_withdrawn"),
)  # fmt: skip
"""Every form of the panel that changes an app: its route, its address, what is typed, the entry."""


def routes_that_change(services: Services) -> set[str]:
    return {
        route.path_format
        for route in panel.router(services).routes
        if "POST" in getattr(route, "methods", ())
    }


def filled(text: str, names: dict[str, Any]) -> str:
    for name, value in names.items():
        text = text.replace(name, str(value))
    return text


async def test_every_form_of_the_panel_leaves_an_entry(browser, services):
    names: dict[str, Any] = {"OTHER": await other_person_id(services)}
    for route, path, typed, action in STORY:
        if "KEY" in path + str(typed):
            names["KEY"] = await newest_key_id(services)
        if "URI" in path:
            names["URI"] = await uri_id(services)
        if route == "/edit/remove-logo":
            form = {"display": "گزارش خودرو"}
            await submit(
                browser, f"{APP}/edit", form, files={"logo": ("l.png", picture(), "image/png")}
            )
        before = await entries(services)

        fields = {name: filled(text, names) for name, text in typed.items()}
        answer = await submit(browser, filled(f"{APP}{path}", names) if path else APPS, fields)

        assert answer.status_code == 303, (route, answer.text)
        added = (await entries(services))[: -len(before) or None]
        assert [one.action for one in added] == [action], route
        assert added[0].actor_kind == "person"
        assert action in changes.ACTIONS

    made = await submit(browser, "/kenar/management/development-posts", {"preset": "LIGHT"})
    assert made.status_code == 303
    assert (await entries(services))[0].action == "post.development_made"
    walked = {f"{APPS}/{{slug}}{route}" if route else APPS for route, *_ in STORY}
    assert routes_that_change(services) == walked | {"/kenar/management/development-posts"}


async def test_forms_that_change_nothing_leave_no_entry(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    before = await entries(services)

    await submit(browser, f"{APP}/edit", {"display": "گزارش"})
    await submit(browser, f"{APP}/addresses", {})
    await submit(browser, f"{APP}/touchpoints", TOUCHPOINTS)
    await submit(browser, f"{APP}/settings", {"session_body": "merged", "user_side_case": "upper"})
    await submit(browser, f"{APP}/oauth/secret/revoke-old", {})
    await submit(browser, f"{APP}/oauth/redirect-uris/99/remove", {})
    await submit(browser, f"{APP}/edit", {"display": ""})
    await submit(browser, f"{APP}/step", {"step": "resume"})

    assert await entries(services) == before


async def test_entries_hold_no_secret_and_no_number(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    typed = {
        "identification_key": "very-secret-text",
        "fallback_url": "https://a.example/?k=s3cr3t",
    }
    await submit(browser, f"{APP}/addresses", typed)
    await submit(browser, f"{APP}/oauth/secret", {"overlap_hours": "1"})
    key = {"title": "سرور", "life_days": "60", "permissions": "GET_POST"}
    await submit(browser, f"{APP}/keys", key)
    await other_person_id(services)
    await submit(browser, f"{APP}/members", {"phone": OTHER_PHONE, "role": "admin"})
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        hints = [one.hint for one in await developers.keys_of(tx, app.id)]
        hints += [one.hint for one in await developers.client_secrets(tx, app.id)]

    told = str([one.facts for one in await entries(services)])

    assert "app.identification_key_set" in [one.action for one in await entries(services)]
    for secret in ("very-secret-text", "s3cr3t", "9351112233", *hints):
        assert secret not in told


async def test_history_is_shown_to_members_only_page_by_page(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    for number in range(60):
        await submit(browser, f"{APP}/edit", {"display": f"گزارش {number}"})
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        await audit.record(
            tx, audit.CLI, "app.suspended", Subject.app(app.id), reason="<b>تخلف</b>"
        )

    first = await browser.get(f"{APP}/history")
    english = await browser.get(f"{APP}/history?lang=en")
    link = re.search(r'rel="next" href="([^"]+)"', first.text)

    assert first.status_code == 200
    assert "برنامه را تعلیق کرد" in first.text
    assert "گردانندگان بازار" in first.text
    assert "&lt;b&gt;تخلف&lt;/b&gt;" in first.text
    assert "Changed the name or the logo" in english.text
    assert link is not None
    last = await browser.get(link[1].replace("&amp;", "&"))
    assert "Registered the app" in last.text
    assert (await browser.get(f"{APP}/history?after=nonsense")).status_code == 200
    async with browsing(make_app(services)) as stranger:
        assert (await stranger.get(f"{APP}/history")).status_code == 303
        await sign_in(stranger, services, OTHER_PHONE)
        assert (await stranger.get(f"{APP}/history")).status_code == 404


async def test_member_who_closed_the_account_is_named_no_more(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        left = await identity.register(tx, phone="+989351112233", name="سارا رفته")
        await audit.record(tx, audit.Actor.person(left.id), "app.paused", Subject.app(app.id))
        await audit.record(
            tx, audit.CLI, "app.member_added", Subject.app(app.id), person_id=left.id
        )
        await identity.close_account(tx, person_id=left.id)

    page = await browser.get(f"{APP}/history")

    assert page.text.count("حساب بسته‌شده") == 2
    assert "سارا رفته" not in page.text
    assert "+0-" not in page.text
