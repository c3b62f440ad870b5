"""What the room keeps of Basalam's door: tokens of apps themselves, parts of a consent."""

from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import developers, identity, oauth
from dalan.kernel.clock import now
from tests.factories.oauth import make_tokens


async def own_token(tx: Any, scene: Any, scope: str = "*", **given: Any) -> Any:
    values = {"app": scene.made.app, "access_seconds": 3_600} | given
    return await oauth.issue_client_token(tx, keys=scene.keys, scope=scope, **values)


async def held(tx: Any, scene: Any, token: str) -> oauth.Bearer | None:
    return await oauth.bearer(tx, scene.keys.token_mac(token), door="basalam")


async def test_clients_token_stands_for_todays_owner_and_dies_in_time(tx, scene, moment):
    issued = await own_token(tx, scene, "vendor.product.read")

    found = await held(tx, scene, issued.access_token)
    moment.advance(timedelta(hours=1))

    assert found is not None
    assert (found.person_id, found.is_of_client) == (scene.person.id, True)
    assert oauth.allows(found, "vendor.product.read")
    assert issued.refresh_token is None
    assert await held(tx, scene, issued.access_token) is None


async def test_clients_token_is_nothing_at_the_other_door(tx, scene):
    issued = await own_token(tx, scene)

    assert await oauth.bearer(tx, scene.keys.token_mac(issued.access_token)) is None


async def test_disconnecting_the_owner_leaves_the_clients_own_token(tx, scene):
    await make_tokens(tx, scene.keys, scene.person, scene.made.app, "*", door="basalam")
    issued = await own_token(tx, scene)

    await oauth.disconnect(tx, person_id=scene.person.id, app_id=scene.made.app.id)

    assert await held(tx, scene, issued.access_token) is not None


async def test_app_gives_its_own_token_back_and_no_other_app_does(tx, scene):
    issued = await own_token(tx, scene)

    await oauth.revoke_token(tx, keys=scene.keys, app_id=-1, token=issued.access_token)
    assert await held(tx, scene, issued.access_token) is not None
    await oauth.revoke_token(
        tx, keys=scene.keys, app_id=scene.made.app.id, token=issued.access_token
    )

    assert await held(tx, scene, issued.access_token) is None


async def test_clients_token_holds_no_more_than_the_app_may_ask(tx, scene):
    await developers.set_ceiling(
        tx, scene.made.app.id, permissions=None, scopes=("customer.chat.read",), widgets=None
    )
    app = await developers.app(tx, scene.made.app.id)

    issued = await own_token(tx, scene, app=app)
    refused = await own_token(tx, scene, "vendor.product.read", app=app)

    assert issued.scope == "customer.chat.read"
    assert refused.error == "invalid_scope"


async def test_blocked_owners_app_gets_no_token(tx, scene):
    await identity.block(tx, person_id=scene.person.id)

    with pytest.raises(identity.PersonBlocked):
        await own_token(tx, scene)


async def test_every_app_has_a_number_by_which_it_is_found(tx, scene):
    number = await developers.basalam_client_id(tx, scene.made.app.id)

    assert (await developers.app_by_basalam_client_id(tx, str(number))).id == scene.made.app.id


@pytest.mark.parametrize("text", ["", "0", "-1", "1e9", "٣", "9" * 30, "000000001", " 123456789"])
async def test_no_app_is_found_by_what_is_no_number_of_one(tx, scene, text):
    with pytest.raises(developers.UnknownApp):
        await developers.app_by_basalam_client_id(tx, text)


async def test_leading_zeros_do_not_find_an_app(tx, scene):
    number = await developers.basalam_client_id(tx, scene.made.app.id)

    with pytest.raises(developers.UnknownApp):
        await developers.app_by_basalam_client_id(tx, f"0{number}")


async def test_taking_offline_access_back_leaves_the_other_door_its_renewing(tx, scene):
    kenar = await make_tokens(
        tx, scene.keys, scene.person, scene.made.app, "USER_PHONE offline_access"
    )
    basalam = await make_tokens(
        tx, scene.keys, scene.person, scene.made.app, "customer.chat.read", door="basalam"
    )

    await oauth.withdraw(
        tx, person_id=scene.person.id, app_id=scene.made.app.id, scope="OFFLINE_ACCESS", resource=""
    )

    assert isinstance(await scene.refresh(tx, kenar.refresh_token), oauth.Refusal)
    renewed = await scene.refresh(tx, basalam.refresh_token, door="basalam")
    assert isinstance(renewed, oauth.Issued)
    assert renewed.expires_at > now()


@pytest.mark.parametrize(
    ("asked", "choices", "kept"),
    [
        ("USER_PHONE USER_ID", ["USER_ID"], "USER_ID"),
        ("USER_PHONE USER_ID", [], ""),
        ("USER_PHONE USER_ID", ["USER_POSTS_GET"], ""),
        ("POST_EDIT.A POST_EDIT.B", ["POST_EDIT.B"], "POST_EDIT.B"),
        ("ADDON_USER_APPROVED__A", ["POST_ADDON_CREATE.A"], "ADDON_USER_APPROVED__A"),
        ("USER_PHONE offline_access", ["OFFLINE_ACCESS"], ""),
        ("USER_PHONE openid", [], "openid"),
        ("offline_access", ["OFFLINE_ACCESS"], "offline_access"),
    ],
)
def test_chosen_is_what_was_ticked_of_what_was_asked(asked, choices, kept):
    assert oauth.spelled(oauth.chosen(oauth.parse_scopes(asked), choices)) == kept
