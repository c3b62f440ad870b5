"""Spellings of an address that are not the address: nobody is ever sent there."""

from urllib.parse import quote

import pytest

from dalan.domains import developers
from tests.surfaces.oauth.conftest import Market, query_of

GOOD = "https://app.example/oauth/callback"
LOOPBACK = "http://127.0.0.1/cb"
LOOPBACK_6 = "http://[::1]/cb"

REFUSED = [
    # letters and white space
    "https://APP.example/oauth/callback",
    "HTTPS://app.example/oauth/callback",
    "https://app.example/OAuth/callback",
    " https://app.example/oauth/callback",
    "https://app.example/oauth/callback ",
    "\thttps://app.example/oauth/callback",
    "https://app.example/oauth/callback\t",
    "https://app.example/oauth/callback\x00",
    "https://app.example/oauth/call\u200bback",
    "https://app.example\u2024evil.example/oauth/callback",
    # port and scheme
    "http://app.example/oauth/callback",
    "https://app.example:443/oauth/callback",
    "https://app.example:444/oauth/callback",
    "https://app.example:/oauth/callback",
    "https://app.example:0443/oauth/callback",
    "//app.example/oauth/callback",
    "app.example/oauth/callback",
    "/oauth/callback",
    "https:app.example/oauth/callback",
    "https:/app.example/oauth/callback",
    "https:///app.example/oauth/callback",
    # path
    "https://app.example/oauth/callback/",
    "https://app.example//oauth/callback",
    "https://app.example/oauth/./callback",
    "https://app.example/oauth/x/../callback",
    "https://app.example/oauth/callback/../../evil",
    "https://app.example/oauth%2Fcallback",
    "https://app.example/oauth/%63allback",
    "https://app.example/oauth/callback%00",
    "https://app.example/oauth/callback%0d%0aset-cookie:x=1",
    "https://app.example/oauth/callback;x",
    "https://app.example/oauth/callbackevil",
    "https://app.example\\oauth\\callback",
    "https://app.example\\@evil.example/oauth/callback",
    "https://app.example/oauth\\callback",
    # query and fragment
    "https://app.example/oauth/callback?",
    "https://app.example/oauth/callback?a=b",
    "https://app.example/oauth/callback?a=b?c=d",
    "https://app.example/oauth/callback?code=stolen",
    "https://app.example/oauth/callback#",
    "https://app.example/oauth/callback#x",
    "https://app.example/oauth/callback%23x",
    # user names and hosts
    "https://user@app.example/oauth/callback",
    "https://user:secret@app.example/oauth/callback",
    "https://@app.example/oauth/callback",
    "https://app.example@evil.example/oauth/callback",
    "https://evil.example#@app.example/oauth/callback",
    "https://evil.example?@app.example/oauth/callback",
    "https://app.example.evil.example/oauth/callback",
    "https://evil.example/oauth/callback",
    "https://evilapp.example/oauth/callback",
    "https://app.example./oauth/callback",
    "https://app%2eexample/oauth/callback",
    "https://\u0430pp.example/oauth/callback",
    "https://xn--pp-7kc.example/oauth/callback",
    "https://app\u3002example/oauth/callback",
    "https://\uff41pp.example/oauth/callback",
    "https://app.ex\u00adample/oauth/callback",
    # other schemes
    "javascript:alert(1)",
    "javascript://app.example/oauth/callback",
    "JaVaScRiPt:alert(1)//https://app.example/oauth/callback",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://app.example/oauth/callback",
    "blob:https://app.example/oauth/callback",
    "view-source:https://app.example/oauth/callback",
    "about:blank",
    # loopback that is none, or is another
    "http://localhost/cb",
    "http://localhost:8000/cb",
    "http://127.0.0.1./cb",
    "http://127.1/cb",
    "http://127.0.0.2/cb",
    "http://0.0.0.0/cb",
    "http://2130706433/cb",
    "http://0x7f.0.0.1/cb",
    "http://0177.0.0.1/cb",
    "http://127.0.0.1.evil.example/cb",
    "http://127.0.0.1:80@evil.example/cb",
    "http://evil.example:80@127.0.0.1/cb",
    "http://127.0.0.1:/cb",
    "http://127.0.0.1:x/cb",
    "http://127.0.0.1:99999/cb",
    "http://127.0.0.1:+80/cb",
    "http://127.0.0.1:\u0661\u0662/cb",
    "http://127.0.0.1:080/cb",
    "https://127.0.0.1/cb",
    "http://127.0.0.1/cb/",
    "http://127.0.0.1:80/cb?x",
    "http://[0:0:0:0:0:0:0:1]/cb",
    "http://[::0001]/cb",
    "http://[::ffff:127.0.0.1]/cb",
    "http://[::1%25lo]/cb",
    "http://[::1]:x/cb",
    "http://[::1/cb",
    "http://::1/cb",
    # long ones
    GOOD + "/" + "a" * 2_000,
]

ALLOWED = [
    GOOD,
    LOOPBACK,
    "http://127.0.0.1:1/cb",
    "http://127.0.0.1:80/cb",
    "http://127.0.0.1:65535/cb",
    LOOPBACK_6,
    "http://[::1]:4711/cb",
]


@pytest.fixture
async def registered(market: Market) -> Market:
    """The market's app may be returned to on loopback too."""
    async with market.services.db.write() as tx:
        for uri in (LOOPBACK, LOOPBACK_6):
            await developers.add_redirect_uri(
                tx, market.made.app.id, uri=uri, policy=developers.AddressPolicy()
            )
    return market


def test_there_are_enough_of_them():
    assert len(REFUSED) == len(set(REFUSED)) >= 40


async def test_nobody_is_sent_to_another_spelling(anonymous, browser, registered):
    for uri in REFUSED:
        for client in (anonymous, browser):
            for given in ({}, {"response_type": "x"}, {"prompt": "none"}, {"scope": ""}):
                answer = await client.get(
                    "/oauth2/auth", params=registered.request(redirect_uri=uri, **given)
                )

                assert answer.status_code == 400, (uri, answer.headers.get("location"))
                assert "location" not in answer.headers, uri
                assert uri not in answer.text or uri.startswith("/"), uri
            if client is anonymous:
                break


@pytest.mark.parametrize("uri", ALLOWED)
async def test_person_is_sent_to_the_very_address_and_any_port_of_loopback(
    browser, registered, uri
):
    answer = await browser.get(
        "/oauth2/auth", params=registered.request(redirect_uri=uri, prompt="none", max_age="0")
    )

    assert answer.headers["location"].startswith(f"{uri}?")
    assert "error" in query_of(answer)


@pytest.mark.parametrize(
    "raw",
    [
        quote(GOOD, safe="") + "&redirect_uri=" + quote("https://evil.example/", safe=""),
        quote("https://evil.example/", safe="") + "&redirect_uri=" + quote(GOOD, safe=""),
        quote(GOOD, safe="") + "&redirect_uri=" + quote(GOOD, safe=""),
        "https%253A%252F%252Fapp.example%252Foauth%252Fcallback",
        quote(GOOD, safe="") + "%0d%0alocation:%20https://evil.example",
        quote(GOOD, safe="") + "%ff",
        quote(GOOD, safe="") + "%ed%a0%80",
        "%C0%AF",
    ],
)
async def test_address_that_comes_twice_or_is_no_text_leads_nowhere(browser, registered, raw):
    asked = registered.request()
    del asked["redirect_uri"]
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in asked.items())

    answer = await browser.get(f"/oauth2/auth?{query}&redirect_uri={raw}")

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize("uri", REFUSED[10:60:5])
async def test_pushed_requests_are_no_way_around(anonymous, registered, uri):
    answer = await anonymous.post(
        "/oauth2/par",
        data=registered.request(redirect_uri=uri, client_secret=registered.made.client_secret),
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
