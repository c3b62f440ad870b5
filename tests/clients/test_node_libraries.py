"""Libraries for Node: a code with PKCE, a refresh and a revocation, each in its own words."""

from typing import Any

import httpx
import pytest

from tests.clients.conversation import SCOPE, converse, need_node
from tests.clients.libraries import NODE_LIBRARIES
from tests.platforms import Platform

CHECKS_ISS = {"oauth4webapi", "openid-client"}
"""Those that refuse an answer which names another issuer (RFC 9207); the rest do not look."""

CHECKS_ID_TOKEN = {"oauth4webapi", "openid-client", "oidc-client-ts"}


@pytest.fixture(params=NODE_LIBRARIES, ids=lambda library: library.name, scope="module")
def tried(
    request: pytest.FixtureRequest, platform_server: Platform
) -> tuple[str, dict[str, Any], Platform]:
    """A library that went all the way, once for every question asked of it here."""
    need_node()
    library = request.param
    return library.name, converse(library.tried_by, platform_server), platform_server


def test_node_library_gets_a_code_exchanged_and_the_pair_renewed(tried):
    _, got, _ = tried
    first, renewed = got["tokens"], got["renewed"]

    assert first.get("scope", SCOPE) == SCOPE
    pairs = [first["access_token"], first["refresh_token"],
             renewed["access_token"], renewed["refresh_token"]]  # fmt: skip
    assert all(pairs)
    assert len(set(pairs)) == 4


def test_node_library_is_told_invalid_grant_for_a_wrong_verifier(tried):
    _, got, _ = tried

    assert got["wrong_verifier"] == "invalid_grant"


def test_node_library_ends_all_tokens_of_the_consent_by_revoking(tried):
    _, got, platform = tried

    assert got["before"]["active"] is True
    assert got["before"]["client_id"] == platform.app["slug"]
    assert got["after"] == {"active": False}
    for pair in (got["tokens"], got["renewed"]):
        for token in (pair["access_token"], pair["refresh_token"]):
            assert _introspected(platform, token) == {"active": False}


def test_node_library_of_openid_checks_the_id_token_and_asks_who_it_is(tried):
    name, got, _ = tried
    if name not in CHECKS_ID_TOKEN:
        assert "subject" not in got
        return

    assert got["subject"] == got["userinfo"]["sub"] == got["before"]["sub"]
    assert got["userinfo"]["phone_number"] == "+989120000001"


def test_node_library_that_reads_iss_refuses_another_issuers_answer(tried):
    name, got, _ = tried

    assert bool(got.get("iss_refused")) == (name in CHECKS_ISS)


def _introspected(platform: Platform, token: str) -> Any:
    answer = httpx.post(
        f"{platform.base_url}/oauth2/introspect",
        data={"token": token},
        auth=(platform.app["slug"], platform.app["client_secret"]),
    )
    return answer.json()
