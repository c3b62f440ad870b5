"""The developers' panel: registering an app, and the pages that are not a subject of their own."""

import re

import pytest
from tests.factories.browser import browsing
from tests.factories.media import picture
from tests.factories.panel import APPS, OTHER_PHONE, app_of, registered, secret_in, submit

from dalan.domains import developers
from dalan.surfaces.web.app import make_app


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
        partial_consent="1",
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
        session_body="2", user_side_case="capitalized", partial_consent=True, team_only=True
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
