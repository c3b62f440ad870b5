"""Wherever an address says where to go on to, it leads to no other site."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.factories.browser import browsing, forms_of, newest_code, sign_in
from tests.platform_fixtures import BASE_URL

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%0d%0alocation:%20https://evil.example",
    "/\r\nlocation: https://evil.example",
    " //evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "http://127.0.0.1:8000@evil.example/",
    "http://127.0.0.1:8000.evil.example/",
    "/\u2028/evil.example",
    "\u2044/evil.example",
    "/./\\evil.example",
    "//%65vil.example",
    "/" * 5_000,
    "/sign-in?next=https://evil.example/",
    "",
]


def assert_stays(answer, told):
    """The answer leads to a path of ours, or nowhere, and so do its links that carry it on."""
    location = answer.headers.get("location", "/")
    assert location.startswith("/"), (told, location)
    assert not location.startswith(("//", "/\\", "/%5C")), (told, location)
    assert not any(character < " " for character in location), (told, location)
    assert urlsplit(location).netloc == "", (told, location)
    for carried in parse_qs(urlsplit(location).query).get("next", []):
        assert carried.startswith("/"), (told, location)
        assert not carried.startswith(("//", "/\\")), (told, location)


async def test_signing_in_leads_to_no_other_site(platform):
    for told in ELSEWHERE:
        async with browsing(platform, base_url=BASE_URL) as browser:
            page = await browser.get("/sign-in", params={"next": told})
            fields = forms_of(page.text, "/sign-in")[0]
            sent = await browser.post("/sign-in", fields | {"phone": "09121234567", "next": told})
            if sent.status_code == 429:  # the number had its share: another one
                return
            assert_stays(sent, told)
            page = await browser.get("/sign-in/code", params={"next": told})
            assert_stays(page, told)
            fields = forms_of(page.text, "/sign-in/code")[0]
            code = await newest_code(platform.services)
            done = await browser.post("/sign-in/code", fields | {"code": code, "next": told})
            assert_stays(done, told)


@pytest.mark.parametrize("way", ["/sign-in", "/sign-in/code", "/sign-in/again"])
async def test_whoever_is_signed_in_is_led_to_no_other_site(platform, way):
    async with browsing(platform, base_url=BASE_URL) as browser:
        await sign_in(browser, platform.services)
        for told in ELSEWHERE:
            answer = await browser.get(way, params={"next": told})

            assert_stays(answer, told)
            assert "evil.example" not in answer.text or "/sign-in/again" in answer.text
            for fields in forms_of(answer.text, "/sign-in/again/code"):
                assert fields.get("next", "/").startswith("/")
                assert not fields.get("next", "/").startswith(("//", "/\\"))


async def test_forms_of_somebody_signed_in_lead_to_no_other_site(platform):
    async with browsing(platform, base_url=BASE_URL) as browser:
        await sign_in(browser, platform.services)
        page = await browser.get("/sign-in/again")
        token = forms_of(page.text, "/sign-in/again/code")[0]["csrf_token"]
        for told in ELSEWHERE:
            for path in ("/sign-in", "/sign-in/code", "/preferences/theme"):
                answer = await browser.post(
                    path, {"csrf_token": token, "next": told, "back": told, "theme": "dark"}
                )
                assert_stays(answer, told)

        sent = await browser.post(
            "/sign-in/again/code", {"csrf_token": token, "next": "//evil.example"}
        )
        assert_stays(sent, "//evil.example")
        code = await newest_code(platform.services)
        done = await browser.post(
            "/sign-in/again", {"csrf_token": token, "code": code, "next": "//evil.example"}
        )
        assert_stays(done, "//evil.example")
        out = await browser.post("/sign-out", {"csrf_token": token, "next": "/\\evil.example"})
        assert_stays(out, "/\\evil.example")


async def test_page_before_of_another_site_is_no_way_back(platform):
    async with browsing(platform, base_url=BASE_URL) as browser:
        for referer in ("https://evil.example/", "http://127.0.0.1:8000//evil.example/",
                        "http://127.0.0.1:8000@evil.example/"):  # fmt: skip
            answer = await browser.client.post(
                "/my-divar/profile", data={}, headers={"referer": referer}
            )

            assert_stays(answer, referer)
            assert 'href="https://evil' not in answer.text
            assert 'href="//evil' not in answer.text


async def test_panel_leads_to_no_other_site_before_or_after_signing_in(platform):
    async with browsing(platform, base_url=BASE_URL) as browser:
        for path in ("/kenar/management", "/kenar/management//evil.example",
                     "/kenar/management/apps/%2F%2Fevil.example/oauth",
                     "/kenar/management/apps/..%5C..%5Cevil.example"):  # fmt: skip
            for _ in range(2):
                assert_stays(await browser.get(path, params={"next": "//evil.example"}), path)
            if browser.cookie("dalan_session") is None:
                await sign_in(browser, platform.services)
