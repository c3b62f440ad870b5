"""Basalam's permissions: how they are asked for, and which of them bring others."""

import json
from pathlib import Path
from typing import Any

import pytest

from dalan.domains import oauth
from tests.factories.oauth import make_token


def names(text: str) -> set[str]:
    return {one.pair[0] for one in oauth.parse_scopes(text, door="basalam")}


def test_registry_has_every_name_of_the_contract(shared: Path):
    assets = json.loads((shared / "reference/basalam-assets.json").read_text())
    published = {one["name"] for one in assets["scopes"]} - {"*"}

    assert set(oauth.BASALAM_SCOPES) == published


def test_every_scope_says_what_it_does_in_both_languages():
    for scope in oauth.BASALAM_SCOPES.values():
        assert not scope.label("fa").isascii()
        assert scope.label("en").isascii()
        assert not scope.resource


def test_no_name_belongs_to_two_doors():
    assert not set(oauth.SCOPES) & set(oauth.BASALAM_SCOPES)
    assert set(oauth.EVERY_SCOPE) == set(oauth.SCOPES) | set(oauth.BASALAM_SCOPES)


@pytest.mark.parametrize(
    "text",
    [
        "vendor.product.read customer.chat.write",
        "vendor.product.read+customer.chat.write",
        "vendor.product.read,customer.chat.write",
        " vendor.product.read ,+ customer.chat.write\tcustomer.chat.write,",
        "nobody.knows.this vendor.product.read USER_PHONE customer.chat.write",
    ],
)
def test_parse_scopes_parts_at_every_separator_and_drops_what_nobody_knows(text):
    assert names(text) == {"vendor.product.read", "customer.chat.write"}


@pytest.mark.parametrize("text", ["*", "* vendor.product.read", "nobody.knows.this,*"])
def test_parse_scopes_takes_a_star_for_all_of_them(text):
    assert names(text) == set(oauth.BASALAM_SCOPES)


@pytest.mark.parametrize(
    "text", ["", " , +", "USER_PHONE", "vendor", "VENDOR.PRODUCT.READ", "x" * 9_000, "فروش"]
)
def test_parse_scopes_refuses_when_no_name_is_known(text):
    with pytest.raises(oauth.InvalidScope) as refused:
        oauth.parse_scopes(text, door="basalam")

    assert str(refused.value).isascii()


@pytest.mark.parametrize("text", ["vendor.product.read", "*"])
def test_parse_scopes_knows_none_of_them_at_the_other_door(text):
    with pytest.raises(oauth.InvalidScope):
        oauth.parse_scopes(text)


@pytest.mark.parametrize(
    ("granted", "held", "not_held"),
    [
        ("vendor.product.write", ["vendor.product.read"], ["vendor.profile.read"]),
        ("vendor.product.read", ["vendor.product.read"], ["vendor.product.write"]),
        (
            "order-processing",
            [
                "customer.order.read", "customer.order.write",
                "vendor.parcel.read", "vendor.parcel.write",
            ],
            ["customer.chat.read"],
        ),
        (
            "vendor.profile.write",
            ["vendor.profile.read", "vendor.shipping.read", "vendor.shipping.write"],
            ["vendor.product.read"],
        ),
        ("vendor.shipping.write", ["vendor.shipping.read"], ["vendor.profile.read"]),
        ("*", list(oauth.BASALAM_SCOPES), ["USER_PHONE", "*"]),
    ],
)  # fmt: skip
async def test_bearer_holds_what_its_permissions_imply(
    tx: Any, scene: Any, granted: str, held: list[str], not_held: list[str]
):
    token = await make_token(tx, scene.keys, scene.person, scene.made.app, granted, door="basalam")

    found = await oauth.bearer(tx, scene.keys.token_mac(token), door="basalam")

    assert found is not None
    assert all(oauth.allows(found, name) for name in held)
    assert not any(oauth.allows(found, name) for name in not_held)


async def test_bearer_knows_no_token_of_another_door(tx: Any, scene: Any):
    ours = await make_token(tx, scene.keys, scene.person, scene.made.app, "USER_PHONE")
    theirs = await make_token(tx, scene.keys, scene.person, scene.made.app, "*", door="basalam")

    assert await oauth.bearer(tx, scene.keys.token_mac(ours), door="basalam") is None
    assert await oauth.bearer(tx, scene.keys.token_mac(theirs)) is None


async def test_wide_permission_of_kenar_does_not_answer_for_a_narrow_one(tx: Any, scene: Any):
    token = await make_token(
        tx, scene.keys, scene.person, scene.made.app, "USER_POSTS_ADDON_CREATE"
    )

    found = await oauth.bearer(tx, scene.keys.token_mac(token))

    assert found is not None
    assert not oauth.allows(found, "POST_ADDON_CREATE", "AZTH74V2")
