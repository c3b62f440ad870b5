"""No page of this surface can be framed, kept, sniffed or named to whoever comes next."""

import pytest

from tests.surfaces.oauth.attacks.deciding import consent_page

PAGES = {
    "consent": {},
    "unknown app": {"client_id": "nobody"},
    "unregistered address": {"redirect_uri": "https://evil.example/"},
    "not theirs to give": {"scope": "POST_EDIT.THEIRS"},
    "told to the app": {"scope": "NO_SUCH"},
    "old handle": {"pushed": "x"},
}


@pytest.mark.parametrize("given", PAGES.values(), ids=PAGES)
async def test_no_page_is_framed_kept_or_named(browser, anonymous, market, given):
    for client in (browser, anonymous):
        answer = await consent_page(client, market, **given)

        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.headers["content-type"].startswith("text/html"):
            policy = answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/oauth2/auth"),
        ("PUT", "/oauth2/auth"),
        ("GET", "/oauth2/token"),
        ("POST", "/oauth2/token"),
        ("POST", "/oauth2/revoke"),
        ("POST", "/oauth2/introspect"),
        ("POST", "/oauth2/par"),
        ("GET", "/userinfo"),
        ("GET", "/jwks"),
        ("GET", "/.well-known/oauth-authorization-server"),
        ("GET", "/.well-known/nothing"),
    ],
)
async def test_no_answer_is_framed_or_sniffed(anonymous, method, path):
    answer = await anonymous.request(method, path)

    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-credentials" not in answer.headers
