"""What a script in a page of another origin may read, and what a browser keeps from it."""

import httpx
import pytest

from tests.platforms import Platform

PAGE = "https://app.example"


@pytest.mark.parametrize(
    "path", ["/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/par", "/userinfo"]
)
def test_scripts_of_other_origins_are_kept_from_what_takes_a_secret_or_a_token(
    platform_server: Platform, path: str
):
    with httpx.Client(base_url=platform_server.base_url, headers={"Origin": PAGE}) as script:
        preflight = script.options(
            path,
            headers={
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization",
            },
        )
        simple = script.post(path, data={"grant_type": "authorization_code", "code": "x"})

    for answer in (preflight, simple):
        assert answer.status_code < 500
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "path",
    ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"],
)
def test_scripts_of_any_origin_read_what_everybody_may_know(platform_server: Platform, path: str):
    answer = httpx.get(platform_server.base_url + path, headers={"Origin": PAGE})

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
