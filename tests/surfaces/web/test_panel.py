"""The developers' panel: from registering an app to everything its pages can do."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, make_services, sign_in
from tests.factories.media import picture

from dalan.domains import developers, identity, media, touchpoints
from dalan.domains.developers import App
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app

APPS = "/kenar/management/apps"
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
    """A browser somebody is signed in on."""
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services)
        yield opened


@pytest.fixture
async def other(services: Services) -> AsyncIterator[Browser]:
    """A browser somebody else is signed in on."""
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services, OTHER_PHONE)
        yield opened


async def registered(browser: Browser, slug: str = "light-report", **typed: str) -> str:
    """Register an app through the form; answers its path."""
    page = await browser.get(f"{APPS}/new")
    values: dict[str, Any] = {"display": "گزارش خودرو", "slug": slug} | typed
    answer = await browser.submit(page, APPS, **values)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def app_of(services: Services, slug: str = "light-report") -> App:
    async with services.db.read() as tx:
        return await developers.app_by_slug(tx, slug)


async def submit(browser: Browser, path: str, action: str, **typed: Any) -> Any:
    """Fill in the form of a page; lists give a field several values."""
    page = await browser.get(path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(action, {"csrf_token": token[1]} | typed)


def secret_in(html: str) -> str:
    """The secret a page shows, "" when it shows none."""
    box = re.search(r'class="secret-box".*?data-copy="([^"]+)"', html, re.DOTALL)
    return box[1] if box else ""


async def test_newcomer_is_told_what_this_is_without_signing_in(services):
    async with browsing(make_app(services)) as browser:
        page = await browser.get("/kenar")

        assert page.status_code == 200
        assert "ساختن اولین برنامه" in page.text
        answer = await browser.get(f"{APPS}/new")
        assert answer.headers["location"].startswith("/sign-in?next=%2Fkenar")


async def test_registering_an_app_shows_its_secret_once(browser, services):
    assert "هنوز برنامه‌ای ندارید" in (await browser.get(APPS)).text

    path = await registered(browser)
    first = await browser.get(path)
    again = await browser.get(path)

    assert path == f"{APPS}/light-report"
    secret = secret_in(first.text)
    app = await app_of(services)
    async with services.db.read() as tx:
        assert await developers.check_client_secret(tx, app.id, secret, keys=services.keys)
    assert secret_in(again.text) == ""
    assert secret not in again.text
    assert "گزارش خودرو" in (await browser.get(APPS)).text


async def test_form_of_a_new_app_suggests_a_free_slug(browser):
    page = await browser.get(f"{APPS}/new")

    assert re.search(r'name="slug"[^>]*value="[a-z]+-[a-z]+-[a-z]+"', page.text)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"display": ""}, "display"),
        ({"display": "ب" * 41}, "display"),
        ({"slug": "Bad Slug"}, "slug"),
        ({"slug": "admin"}, "slug"),
        ({"slug": "taken-name"}, "slug"),
        ({"subtitle": "ب" * 81}, "subtitle"),
    ],
)
async def test_registering_what_will_not_do_keeps_what_was_typed(browser, services, typed, field):
    await registered(browser, "taken-name")
    given = {"display": "نام من", "slug": "my-name", "subtitle": "از ۱۰٬۰۰۰ تومان"} | typed

    answer = await submit(browser, f"{APPS}/new", APPS, **given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    for value in given.values():
        assert value in answer.text
    async with services.db.read() as tx:
        with pytest.raises(developers.UnknownApp):
            await developers.app_by_slug(tx, "my-name")


async def test_eleventh_app_is_refused_with_a_reason(browser, services):
    for number in range(10):
        await registered(browser, f"app-{number}")

    answer = await submit(browser, f"{APPS}/new", APPS, display="یازدهم", slug="app-11")

    assert answer.status_code == 422
    assert "بیشتر از این نمی‌شود" in answer.text


PAGES = ("", "/edit", "/keys", "/oauth", "/addresses", "/touchpoints", "/members", "/permission",
         "/settings", "/history")  # fmt: skip


async def test_pages_of_an_app_are_its_members_only(browser, other):
    path = await registered(browser)

    for page in PAGES:
        mine = await browser.get(f"{path}{page}")
        theirs = await other.get(f"{path}{page}")
        nobodys = await other.get(f"{APPS}/no-such-app{page}")

        assert mine.status_code == 200
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert "light-report" not in theirs.text.replace(f"{path}{page}", "")


async def test_pages_speak_both_languages(browser):
    path = await registered(browser)

    for page in PAGES:
        for lang in ("fa", "en"):
            answer = await browser.get(f"{path}{page}?lang={lang}")
            assert answer.status_code == 200
            assert f'lang="{lang}"' in answer.text


CHANGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("/step", {"step": "ask-for-review"}),
    ("/edit", {"display": "دزد"}),
    ("/keys", {"title": "x", "life_days": "60", "permissions": "GET_POST"}),
    ("/keys/1/revoke", {}),
    ("/oauth/secret", {"overlap_hours": "24"}),
    ("/oauth/redirect-uris", {"uri": "https://evil.example/cb"}),
    ("/addresses", {"fallback_url": "https://evil.example/"}),
    ("/touchpoints", {"enabled_MY_POST": "1"}),
    ("/members", {"phone": OTHER_PHONE, "role": "owner"}),
    ("/settings", {"session_body": "1", "user_side_case": "upper"}),
)


async def test_nothing_is_changed_by_strangers_or_without_the_forms_token(browser, other, services):
    path = await registered(browser)
    before = await app_of(services)

    for action, typed in CHANGES:
        by_stranger = await submit(other, f"{APPS}/new", f"{path}{action}", **typed)
        without_token = await browser.post(f"{path}{action}", typed)
        assert by_stranger.status_code == 404
        assert without_token.status_code == 403

    assert await app_of(services) == before
    async with services.db.read() as tx:
        assert len(await developers.members(tx, before.id)) == 1
        assert await developers.keys_of(tx, before.id) == []
        assert await developers.redirect_uris(tx, before.id) == []


async def test_names_are_shown_as_text_not_markup(browser):
    hostile = '"><script>x</script>\u202e'
    path = await registered(browser, display=hostile, subtitle=hostile)

    for page in ("", "/edit"):
        text = (await browser.get(f"{path}{page}")).text
        assert "<script>x" not in text
        assert "\u202e" not in text
    assert "<script>x" not in (await browser.get(APPS)).text


async def test_key_is_shown_once_and_opens_what_was_chosen(browser, services):
    path = await registered(browser)

    answer = await submit(
        browser,
        f"{path}/keys",
        f"{path}/keys",
        title="سرور گزارش",
        life_days="60",
        permissions=["GET_POST", "ADD_ON_CREATE"],
    )
    first, again = await browser.get(f"{path}/keys"), await browser.get(f"{path}/keys")

    assert answer.status_code == 303
    text = secret_in(first.text)
    assert text
    assert text not in again.text
    async with services.db.read() as tx:
        caller = await developers.caller(tx, text, services.keys)
        (key,) = await developers.keys_of(tx, caller.app_id)
    assert caller.permissions == {"GET_POST", "ADD_ON_CREATE"}
    assert key.expires_at is not None
    assert key.expires_at - key.created_at == timedelta(days=60)
    assert "سرور گزارش" in again.text
    revoked = await submit(browser, f"{path}/keys", f"{path}/keys/{key.id}/revoke")
    assert revoked.status_code == 303
    async with services.db.read() as tx:
        with pytest.raises(developers.RevokedKey):
            await developers.caller(tx, text, services.keys)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 61}, "title"),
        ({"life_days": "7"}, "life_days"),
        ({"life_days": "9" * 30}, "life_days"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["FLY"]}, "permissions"),
    ],
)
async def test_key_that_will_not_do_is_not_made(browser, services, typed, field):
    path = await registered(browser)
    given = {"title": "کلید من", "life_days": "60", "permissions": ["GET_POST"]} | typed

    answer = await submit(browser, f"{path}/keys", f"{path}/keys", **given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    async with services.db.read() as tx:
        assert await developers.keys_of(tx, (await app_of(services)).id) == []


@pytest.mark.parametrize("key_id", ["0", "1", str(2**63), str(10**60)])
async def test_revoking_a_key_there_is_not_changes_nothing(browser, key_id):
    path = await registered(browser)

    answer = await submit(browser, f"{path}/keys", f"{path}/keys/{key_id}/revoke")

    assert answer.status_code == 404


async def test_rotated_secret_is_shown_once_beside_the_old_one(browser, services):
    path = await registered(browser)
    old = secret_in((await browser.get(path)).text)

    await submit(browser, f"{path}/oauth", f"{path}/oauth/secret", overlap_hours="24")
    page = await browser.get(f"{path}/oauth")

    new, app = secret_in(page.text), await app_of(services)
    assert new
    assert new not in (await browser.get(f"{path}/oauth")).text
    assert "رمز قبلی هنوز پذیرفته می‌شود." in page.text
    async with services.db.read() as tx:
        for secret in (old, new):
            assert await developers.check_client_secret(tx, app.id, secret, keys=services.keys)
    await submit(browser, f"{path}/oauth", f"{path}/oauth/secret/revoke-old")
    async with services.db.read() as tx:
        assert not await developers.check_client_secret(tx, app.id, old, keys=services.keys)
    assert "رمز قبلی هنوز پذیرفته می‌شود." not in (await browser.get(f"{path}/oauth")).text


async def test_redirect_addresses_come_and_go(browser, services):
    path = await registered(browser)
    action = f"{path}/oauth/redirect-uris"

    for uri in ("javascript:alert(1)", "https://a.example/cb?x=1", "https://u@a.example/", "x" * 9):
        refused = await submit(browser, f"{path}/oauth", action, uri=uri)
        assert refused.status_code == 422
        assert 'id="uri-error"' in refused.text
        assert f'value="{uri}"' in refused.text
    await submit(browser, f"{path}/oauth", action, uri=" http://localhost:8100/cb ")

    async with services.db.read() as tx:
        (added,) = await developers.redirect_uris(tx, (await app_of(services)).id)
    assert added.uri == "http://localhost:8100/cb"
    assert added.uri in (await browser.get(f"{path}/oauth")).text
    await submit(browser, f"{path}/oauth", f"{action}/{added.id}/remove")
    assert added.uri not in (await browser.get(f"{path}/oauth")).text


async def test_addresses_are_kept_together_or_not_at_all(browser, services):
    path = await registered(browser)
    good = {
        "fallback_url": "http://localhost:8100/start",
        "events_url": "https://app.example/events",
        "identification_key": "a-long-random-key",
    }

    refused = await submit(
        browser,
        f"{path}/addresses",
        f"{path}/addresses",
        **(good | {"events_url": "javascript:alert(1)", "session_init_url": "ftp://x/"}),
    )
    assert refused.status_code == 422
    for field in ("events_url", "session_init_url"):
        assert f'id="{field}-error"' in refused.text
    assert "a-long-random-key" in refused.text
    assert (await app_of(services)).fallback_url == ""
    assert (await app_of(services)).identification_key_box is None

    assert (
        await submit(browser, f"{path}/addresses", f"{path}/addresses", **good)
    ).status_code == 303
    app = await app_of(services)
    assert app.fallback_url == good["fallback_url"]
    assert developers.identification_key(app, keys=services.keys) == "a-long-random-key"
    assert "a-long-random-key" in (await browser.get(f"{path}/addresses")).text


async def test_real_world_wants_https_addresses(db, tmp_path_factory):
    services = make_services(
        db,
        world="real",
        public_base_url="https://dalan.test",
        home=tmp_path_factory.getbasetemp(),
        quotas=developers.Quotas(db),
    )
    async with browsing(make_app(services), base_url="https://dalan.test") as browser:
        await sign_in(browser, services)
        path = await registered(browser)

        refused = await submit(
            browser,
            f"{path}/addresses",
            f"{path}/addresses",
            fallback_url="http://localhost:8100/start",
        )

        assert refused.status_code == 422
        assert "باید با https:// شروع شود" in refused.text


async def test_logo_is_stored_and_shown(browser, services):
    path = await registered(browser)
    page = await browser.get(f"{path}/edit")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    texts = {"csrf_token": token[1], "display": "گزارش", "subtitle": "", "description": "x"}

    broken = await browser.client.post(
        f"{path}/edit", data=texts, files={"logo": ("a.png", b"no picture", "image/png")}
    )
    assert broken.status_code == 422
    assert 'id="logo-error"' in broken.text
    assert (await app_of(services)).display == "گزارش خودرو"

    answer = await browser.client.post(
        f"{path}/edit", data=texts, files={"logo": ("a.jpg", picture(), "image/jpeg")}
    )
    assert answer.status_code == 303
    app = await app_of(services)
    assert app.avatar_image_id is not None
    assert app.display == "گزارش"
    assert "/media/200/" in (await browser.get(path)).text
    await submit(browser, f"{path}/edit", f"{path}/edit/remove-logo")
    assert "/media/200/" not in (await browser.get(path)).text


async def test_members_are_added_by_number_up_to_ones_role(browser, other, services):
    path = await registered(browser)
    nobody = await submit(
        browser, f"{path}/members", f"{path}/members", phone="09100000000", role="admin"
    )
    assert nobody.status_code == 422
    assert "کسی با این شماره" in nobody.text

    await submit(
        browser, f"{path}/members", f"{path}/members", phone="۰۹۳۵۱۱۱۲۲۳۳", role="developer"
    )
    page = await other.get(f"{path}/members")

    assert page.status_code == 200
    assert OTHER_PHONE not in page.text
    assert (await other.get(APPS)).text.count("light-report") >= 1
    refused = await submit(
        other, f"{path}/addresses", f"{path}/members", phone="09121234567", role="owner"
    )
    assert refused.status_code == 403
    rotated = await submit(other, f"{path}/addresses", f"{path}/oauth/secret", overlap_hours="0")
    assert rotated.status_code == 403
    again = await submit(
        browser, f"{path}/members", f"{path}/members", phone=OTHER_PHONE, role="admin"
    )
    assert "این فرد از قبل عضو است." in again.text


async def test_last_owner_cannot_leave(browser, services):
    path = await registered(browser)
    app = await app_of(services)

    answer = await submit(browser, f"{path}/members", f"{path}/members/{app.owner_id}/remove")

    assert answer.status_code == 303
    assert "اول مالک دیگری تعیین کنید" in (await browser.get(f"{path}/members")).text
    async with services.db.read() as tx:
        assert await developers.is_member(tx, app.id, app.owner_id)


async def test_owner_leaves_once_there_is_another(browser, other, services):
    path = await registered(browser)
    app = await app_of(services)
    members = f"{path}/members"
    await submit(browser, members, members, phone=OTHER_PHONE, role="developer")
    async with services.db.read() as tx:
        person = await identity.person_by_phone(tx, "+989351112233")
    assert person is not None

    await submit(browser, members, f"{members}/{person.id}/role", role="owner")
    answer = await submit(browser, members, f"{members}/{app.owner_id}/remove")

    assert answer.headers["location"] == APPS
    assert (await browser.get(path)).status_code == 404
    assert (await other.get(path)).status_code == 200


async def test_checklist_says_what_is_missing(browser, services):
    path = await registered(browser)
    before = (await browser.get(path)).text.count("مانده</span>")
    await submit(
        browser, f"{path}/addresses", f"{path}/addresses", fallback_url="https://a.example/"
    )
    await submit(
        browser,
        f"{path}/keys",
        f"{path}/keys",
        title="x",
        life_days="0",
        permissions=["GET_POST"],
    )

    after = (await browser.get(path)).text.count("مانده</span>")

    assert (before, after) == (5, 3)


async def test_touchpoint_needs_the_address_it_opens(browser, services):
    path = await registered(browser)
    operations = {
        f"operation_{place}": touchpoints.operations_at(place)[0] for place in touchpoints.PLACES
    }

    refused = await submit(
        browser, f"{path}/touchpoints", f"{path}/touchpoints", **operations, enabled_MY_POST="1"
    )
    assert refused.status_code == 422
    assert 'id="operation_MY_POST-error"' in refused.text
    await submit(
        browser, f"{path}/addresses", f"{path}/addresses", fallback_url="https://a.example/"
    )
    await submit(
        browser, f"{path}/touchpoints", f"{path}/touchpoints", **operations, enabled_MY_POST="1"
    )

    async with services.db.read() as tx:
        standing = await touchpoints.settings_of(tx, (await app_of(services)).id)
    assert {one.place for one in standing if one.enabled} == {"MY_POST"}
    page = await browser.get(f"{path}/touchpoints")
    assert re.search(r'name="enabled_MY_POST"[^>]*checked', page.text)


async def test_review_is_asked_for_and_withdrawn(browser, services):
    path = await registered(browser)

    await submit(browser, path, f"{path}/step", step="ask-for-review")
    assert (await app_of(services)).state == "in_review"
    assert "در صف بازبینی" in (await browser.get(path)).text
    again = await submit(browser, path, f"{path}/step", step="ask-for-review")
    assert again.status_code == 303
    assert "اجازهٔ این کار را نمی‌دهد" in (await browser.get(path)).text
    await submit(browser, path, f"{path}/step", step="approve")
    assert (await app_of(services)).state == "in_review"
    await submit(browser, path, f"{path}/step", step="withdraw")
    assert (await app_of(services)).state == "development"


async def test_compatibility_settings_are_kept(browser, services):
    path = await registered(browser)

    await submit(
        browser,
        f"{path}/settings",
        f"{path}/settings",
        session_body="2",
        user_side_case="capitalized",
        team_only="1",
    )
    refused = await submit(
        browser,
        f"{path}/settings",
        f"{path}/settings",
        session_body="3",
        user_side_case="upper",
    )

    assert refused.status_code == 303
    assert (await app_of(services)).settings == developers.AppSettings(
        session_body="2", user_side_case="capitalized", team_only=True
    )


async def test_permission_page_shows_todays_use(browser, services):
    path = await registered(browser)
    app = await app_of(services)
    async with services.db.write() as tx:
        _, text = await developers.create_key(tx, app.id, keys=services.keys, title="x")
        caller = await developers.caller(tx, text, services.keys)
    for _ in range(37):
        services.quotas.count(caller)

    page = await browser.get(f"{path}/permission")

    assert re.search(r"مصرف امروز.*?37", page.text, re.DOTALL)
    assert "GET_POST" in page.text


async def test_development_posts_are_made_from_presets_and_copies(browser, services):
    path = "/kenar/management/development-posts"
    assert "هنوز آگهی آزمایشی ندارید" in (await browser.get(path)).text

    await submit(browser, path, path, preset="LIGHT")
    page = await browser.get(path)
    token = re.search(r'href="/v/([^"]+)"', page.text)
    assert token
    copied = await submit(browser, path, path, source=f"http://dalan.test/v/{token[1]}")

    assert copied.status_code == 303
    assert len(set(re.findall(r'href="/v/([^"]+)"', (await browser.get(path)).text))) == 2
    for typed in ({}, {"source": "no-such-post"}, {"preset": "FLY"}, {"source": "x" * 9_000}):
        refused = await submit(browser, path, path, **typed)
        assert refused.status_code == 422
        assert 'id="source-error"' in refused.text


async def test_huge_form_is_refused(browser):
    path = await registered(browser)

    answer = await submit(browser, f"{path}/addresses", f"{path}/addresses", events_url="x" * 10**6)

    assert answer.status_code in (400, 413)
