"""Scopes as apps have spelled them over three generations."""

import json
from pathlib import Path

import pytest

from dalan.domains import oauth


def pairs(text: str) -> list[tuple[str, str]]:
    return [one.pair for one in oauth.parse_scopes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USER_PHONE", [("USER_PHONE", "")]),
        ("POST_ADDON_CREATE.AZTH74V2", [("POST_ADDON_CREATE", "AZTH74V2")]),
        ("POST_ADDON_CREATE__AZTH74V2", [("POST_ADDON_CREATE", "AZTH74V2")]),
        ("ADDON_USER_APPROVED__gX-_a1", [("POST_ADDON_CREATE", "gX-_a1")]),
        ("CHAT_READ_POST_CONVERSATIONS__T", [("CHAT_POST_CONVERSATIONS_READ", "T")]),
        (
            "CHAT_SEND_MESSAGE_POST_CONVERSATIONS__T",
            [("CHAT_POST_CONVERSATIONS_MESSAGE_SEND", "T")],
        ),
        ("CHAT_SEND_MESSAGE_OAUTH__dTpwOnA=", [("CHAT_MESSAGE_SEND", "dTpwOnA=")]),
        ("CHAT_READ_CONVERSATION__dTpwOnA=", [("CHAT_CONVERSATION_READ", "dTpwOnA=")]),
        ("USER_PHONE.USER_PHONE", [("USER_PHONE", "")]),
        ("offline_access openid", [("OFFLINE_ACCESS", ""), ("OPENID", "")]),
        ("OFFLINE_ACCESS offline_access", [("OFFLINE_ACCESS", "")]),
        ("USER_ID+USER_PHONE\tUSER_ID ", [("USER_ID", ""), ("USER_PHONE", "")]),
        (
            "CHAT_READ_POST_CONVERSATIONS__T+CHAT_SEND_MESSAGE_POST_CONVERSATIONS__T"
            "+USER_ADDON_CREATE+USER_PHONE",
            [
                ("CHAT_POST_CONVERSATIONS_READ", "T"),
                ("CHAT_POST_CONVERSATIONS_MESSAGE_SEND", "T"),
                ("USER_ADDON_CREATE", ""),
                ("USER_PHONE", ""),
            ],
        ),
        (
            "CHAT_MESSAGE_SEND.ab+c/d==+USER_PHONE",
            [("CHAT_MESSAGE_SEND", "ab+c/d=="), ("USER_PHONE", "")],
        ),
        ("POST_ADDON_CREATE.a.b__c", [("POST_ADDON_CREATE", "a.b__c")]),
        ("POST_EDIT.A POST_EDIT.B", [("POST_EDIT", "A"), ("POST_EDIT", "B")]),
    ],
)  # fmt: skip
def test_parse_scopes_reads_every_known_spelling(text, expected):
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "+",
        "NO_SUCH_SCOPE",
        "user_phone",
        "USER_PHONE.other",
        "USER_PHONE.",
        "USER_PHONEX",
        "POST_ADDON_CREATE",
        "POST_ADDON_CREATE.",
        "POST_ADDON_CREATE__",
        "POST_ADDON_CREATE.*\x00",
        "POST_ADDON_CREATE.آگهی",
        "POST_ADDON_CREATE." + "a" * 129,
        "POST_ADDON_CREATE.A+B",
        "x" * 9_000,
        "\ud800",
        " ".join(f"POST_EDIT.{number}" for number in range(65)),
    ],
)
def test_parse_scopes_refuses_what_no_app_may_ask(text):
    with pytest.raises(oauth.InvalidScope) as refused:
        oauth.parse_scopes(text)

    assert str(refused.value).isascii()


def test_parse_scopes_accepts_sixty_four():
    assert len(pairs(" ".join(f"POST_EDIT.{number}" for number in range(64)))) == 64


def test_spelled_echoes_the_app_and_folds_what_came_twice():
    asked = oauth.parse_scopes("ADDON_USER_APPROVED__T USER_PHONE POST_ADDON_CREATE.T")

    assert oauth.spelled(asked) == "ADDON_USER_APPROVED__T USER_PHONE"


def test_scopes_registry_has_every_name_of_the_contract(shared: Path):
    spec = json.loads((shared / "contracts/kenar/openapi.json").read_text())
    published = set(spec["components"]["schemas"]["OAuthScopeScope"]["enum"])

    assert {scope.name for scope in oauth.SCOPES.values() if scope.listed} == published
    assert set(oauth.SCOPES) - published == {"CREATE_WALLET_PAYMENT"}


def test_every_scope_says_what_it_does_in_both_languages():
    for scope in oauth.SCOPES.values():
        assert scope.label("fa") != scope.label("en")
        assert not scope.label("fa").isascii()
        assert scope.label("en").isascii()
