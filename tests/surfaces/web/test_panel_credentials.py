"""Rotating keys in the panel, the three doors, and the tester of redirect addresses."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.factories.browser import Browser, browsing, sign_in

from dalan.domains import developers, identity
from dalan.kernel import clock
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app

APP = "/kenar/management/apps/light-report"
URI = "https://app.example/oauth/callback"


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    """A browser of the owner of ``light-report``, an app with a key and a redirect address."""
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services)
        async with services.db.write() as tx:
            person = await identity.register(tx, phone="+989121234567")
            made = await developers.register_app(
                tx, keys=services.keys, owner_id=person.id, display="گزارش", slug="light-report"
            )
            await developers.create_key(tx, made.app.id, keys=services.keys, title="سرور")
            await developers.add_redirect_uri(
                tx, made.app.id, uri=URI, policy=developers.AddressPolicy()
            )
        yield opened


async def keys_of(services: Services) -> list[developers.ApiKey]:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return await developers.keys_of(tx, app.id)


async def post(browser: Browser, path: str, **typed: Any) -> Any:
    page = await browser.get(f"{APP}/keys")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(f"{APP}{path}", {"csrf_token": token[1]} | typed)


def secret_in(html: str) -> str:
    box = re.search(r'class="secret-box".*?data-copy="([^"]+)"', html, re.DOTALL)
    return box[1] if box else ""


async def test_rotating_shows_the_successor_once_and_both_in_the_list(browser, services, moment):
    (old,) = await keys_of(services)

    answer = await post(browser, f"/keys/{old.id}/rotate", overlap_hours="168")
    page = await browser.get(answer.headers["location"])

    text = secret_in(page.text)
    async with services.db.read() as tx:
        caller = await developers.caller(tx, text, services.keys)
    assert caller.key_id != old.id
    assert "در حال جایگزینی" in page.text
    assert "جانشین" in page.text
    assert f'action="{APP}/keys/{old.id}/rotate"' not in page.text
    assert secret_in((await browser.get(f"{APP}/keys")).text) == ""
    old = next(one for one in await keys_of(services) if one.id == old.id)
    assert old.expires_at == clock.now() + timedelta(days=7)


async def test_rotating_twice_and_for_no_time_that_was_offered_is_refused(browser, services):
    (old,) = await keys_of(services)
    await post(browser, f"/keys/{old.id}/rotate", overlap_hours="24")

    again = await post(browser, f"/keys/{old.id}/rotate", overlap_hours="24")
    assert "در حال چرخش است" in (await browser.get(again.headers["location"])).text
    made = next(one for one in await keys_of(services) if one.id != old.id)
    odd = await post(browser, f"/keys/{made.id}/rotate", overlap_hours="5")
    assert "انتخاب کنید کلید قبلی تا کی" in (await browser.get(odd.headers["location"])).text

    assert len(await keys_of(services)) == 2


async def test_ending_the_old_key_leaves_the_successor(browser, services):
    (old,) = await keys_of(services)
    await post(browser, f"/keys/{old.id}/rotate", overlap_hours="24")

    await post(browser, f"/keys/{old.id}/revoke")

    live = [one.id for one in await keys_of(services) if one.is_live(clock.now())]
    assert len(live) == 1
    assert live[0] != old.id


async def test_old_keys_are_marked_in_the_list_and_on_the_overview(browser, services, moment):
    warning = "1 کلید قدیمی است"
    assert warning not in (await browser.get(APP)).text
    moment.advance(timedelta(days=29))
    for path in (APP, f"{APP}/keys"):
        assert warning not in (await browser.get(path)).text
    moment.advance(timedelta(days=31))
    await sign_in(browser, services)

    for path in (APP, f"{APP}/keys"):
        assert warning in (await browser.get(path)).text
    (old,) = await keys_of(services)
    await post(browser, f"/keys/{old.id}/rotate", overlap_hours="24")
    assert warning not in (await browser.get(APP)).text


async def test_credentials_page_shows_what_each_door_asks_for(browser, services):
    page = await browser.get(f"{APP}/credentials")

    assert page.status_code == 200
    for text in (
        "light-report",
        "/v1/open-platform",
        "/oauth2/auth",
        "/accounts/sso",
        "/srv/sc/nzh/doServiceCall",
        "scProductId=46412",
        "/docs/credentials",
    ):
        assert text in page.text
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        assert str(await developers.basalam_client_id(tx, app.id)) in page.text


async def test_pod_credentials_are_shown_once_rotated_and_revoked(browser, services):
    answer = await post(browser, "/credentials/pod", kind="token", overlap_hours="0")
    first = secret_in((await browser.get(answer.headers["location"])).text)
    answer = await post(browser, "/credentials/pod", kind="token", overlap_hours="24")
    second = secret_in((await browser.get(answer.headers["location"])).text)
    answer = await post(browser, "/credentials/pod", kind="service_key", overlap_hours="0")
    key = secret_in((await browser.get(answer.headers["location"])).text)

    assert len({first, second, key}) == 3
    for token in (first, second):
        async with services.db.read() as tx:
            await developers.pod_caller(tx, token=token, service_key=key, keys=services.keys)
    page = await browser.get(f"{APP}/credentials")
    assert secret_in(page.text) == ""
    assert "در حال جایگزینی" in page.text
    for path in re.findall(rf'action="{APP}(/credentials/pod/\d+/revoke)"', page.text):
        assert (await post(browser, path)).status_code == 303
    async with services.db.read() as tx:
        with pytest.raises(developers.InvalidPodToken):
            await developers.pod_caller(tx, token=second, keys=services.keys)


async def test_pod_credentials_are_made_by_admins_and_of_kinds_there_are(browser, services):
    refused = await post(browser, "/credentials/pod", kind="master", overlap_hours="0")
    assert "یکی از این‌ها" in (await browser.get(refused.headers["location"])).text
    gone = await post(browser, "/credentials/pod/99/revoke")
    assert gone.status_code == 303
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        owner = (await developers.members(tx, app.id))[0].person_id
        other = await identity.register(tx, phone="+989351112233")
        await developers.add_member(
            tx, app.id, by_person_id=owner, person_id=other.id, role="developer"
        )
    async with browsing(make_app(services)) as member:
        await sign_in(member, services, "09351112233")
        assert (await member.get(f"{APP}/credentials")).status_code == 200
        answer = await post(member, "/credentials/pod", kind="token", overlap_hours="0")
        assert answer.status_code == 403


async def test_tester_says_whether_a_link_would_pass(browser):
    link = "http://dalan.test/oauth2/auth?" + urlencode(
        {"client_id": "light-report", "redirect_uri": URI, "response_type": "code",
         "scope": "USER_PHONE", "state": "s", "code_challenge": "a" * 43,
         "code_challenge_method": "S256"}
    )  # fmt: skip

    good = await browser.get(f"{APP}/oauth", params={"try": link})
    bad = await browser.get(f"{APP}/oauth", params={"try": f"{URI}/"})

    assert "کنار: پذیرفته می‌شود" in good.text
    assert "باسلام:" not in good.text
    assert "کنار: رد می‌شود" in bad.text
    assert "باسلام: رد می‌شود" in bad.text
    assert "<mark>/</mark>" in bad.text
    assert "خط مورب پایانی" in bad.text


async def test_tester_shows_what_was_typed_as_text(browser):
    page = await browser.get(f"{APP}/oauth", params={"try": "<script>alert(1)</script>"})

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
