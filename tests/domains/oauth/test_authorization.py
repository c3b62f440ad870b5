"""What an app asks for is checked before anybody sees it."""

import pytest

from dalan.domains import developers, oauth
from tests.domains.oauth.conftest import Scene, Things
from tests.factories.developers import make_app
from tests.factories.identity import make_person


def request(scene: Scene, **given) -> oauth.AuthorizationRequest:
    values = {
        "client_id": scene.made.app.slug,
        "redirect_uri": scene.made.redirect_uri,
        "response_type": "code",
        "scope": "USER_PHONE",
    }
    return oauth.AuthorizationRequest(**(values | given))


async def test_check_request_of_a_good_one_gives_app_and_scopes(tx, scene):
    checked = await oauth.check_request(
        tx, request(scene, scope="USER_PHONE ADDON_USER_APPROVED__T")
    )

    assert isinstance(checked, oauth.Authorization)
    assert checked.app.id == scene.made.app.id
    assert [one.pair for one in checked.asked] == [("USER_PHONE", ""), ("POST_ADDON_CREATE", "T")]
    assert checked.code_challenge is None


@pytest.mark.parametrize("client_id", ["", "no-such-app", "a\0b", "x" * 500, "\ud800"])
async def test_check_request_of_unknown_client_is_raised(tx, scene, client_id):
    with pytest.raises(oauth.UnknownClient):
        await oauth.check_request(tx, request(scene, client_id=client_id))


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "https://app.example/oauth/callback/",
        "https://app.example/oauth/callback?x=1",
        "https://app.example/oauth/callback#x",
        "https://app.example:443/oauth/callback",
        "https://APP.example/oauth/callback",
        "https://app.example@evil.example/oauth/callback",
        "https://evil.example\\@app.example/oauth/callback",
        "http://app.example/oauth/callback",
        "https://app.example/oauth/callback\r\nx: y",
        "javascript:alert(1)",
        "https://[",
        "https://app.example:99999/",
    ],
)
async def test_check_request_of_another_address_is_raised(tx, scene, redirect_uri):
    with pytest.raises(oauth.UnregisteredRedirectUri):
        await oauth.check_request(tx, request(scene, redirect_uri=redirect_uri))


@pytest.mark.parametrize(
    ("registered", "presented", "same"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", True),
        ("http://[::1]/cb", "http://[::1]:51004/cb", True),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/other", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5@evil.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:051004/cb", False),
        ("http://127.0.0.1:80/cb", "http://127.0.0.1:81/cb", False),
        ("http://localhost/cb", "http://localhost:81/cb", False),
        ("https://127.0.0.1/cb", "https://127.0.0.1:81/cb", False),
    ],
)
def test_same_redirect_uri_lets_only_the_port_of_loopback_differ(registered, presented, same):
    assert oauth.same_redirect_uri(registered, presented) is same


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "NOPE"}, "invalid_scope"),
        ({"scope": "POST_ADDON_CREATE"}, "invalid_scope"),
        ({"state": "s" * 4_097}, "invalid_request"),
        ({"code_challenge": "a" * 43}, "invalid_request"),
        ({"code_challenge": "a" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"repeated": frozenset({"scope"})}, "invalid_request"),
    ],
)
async def test_check_request_tells_the_app_what_it_did_wrong(tx, scene, given, error):
    refused = await oauth.check_request(tx, request(scene, **given))

    assert isinstance(refused, oauth.Refused)
    assert refused.refusal.error == error
    assert refused.redirect_uri == scene.made.redirect_uri


async def test_check_request_for_an_unentitled_scope_is_refused(tx, scene):
    made = await make_app(tx, owner_id=scene.person.id, production=True)
    await developers.set_ceiling(
        tx, made.app.id, permissions=None, scopes=["USER_PHONE", "OFFLINE_ACCESS"], widgets=None
    )

    def asking(scope):
        return oauth.check_request(tx, request(scene, client_id=made.app.slug, scope=scope))

    allowed = await asking("USER_PHONE offline_access")
    refused = await asking("USER_PHONE POST_EDIT.T")

    assert isinstance(allowed, oauth.Authorization)
    assert isinstance(refused, oauth.Refused)
    assert refused.refusal.error == "invalid_scope"
    assert "POST_EDIT" in refused.refusal.description


async def test_check_request_of_a_suspended_app_is_refused(tx, scene):
    made = await make_app(tx, owner_id=scene.person.id, production=True)
    await developers.suspend(tx, made.app.slug)

    refused = await oauth.check_request(tx, request(scene, client_id=made.app.slug))

    assert isinstance(refused, oauth.Refused)
    assert refused.refusal.error == "unauthorized_client"


async def test_check_standing_asks_the_room_that_owns_each_thing(tx, scene):
    stranger = await make_person(tx)
    posts = Things(MINE=scene.person.id, THEIRS=stranger.id)
    checked = await oauth.check_request(
        tx,
        request(
            scene, scope="USER_ID POST_EDIT.MINE POST_EDIT.THEIRS POST_EDIT.NONE"
            " CONVERSATION_SEND_MESSAGE.c1"
        ),
    )  # fmt: skip
    assert isinstance(checked, oauth.Authorization)

    standings = await oauth.check_standing(
        tx, checked, person_id=scene.person.id, kinds={"post": posts}
    )

    assert [one.stands for one in standings] == [True, True, False, False, False]
    assert [one.described is not None for one in standings] == [False, True, True, False, False]


async def test_check_standing_of_a_real_post_does_not_fit_a_development_app(tx, scene):
    real = Things(development=False, T=scene.person.id)
    checked = await oauth.check_request(tx, request(scene, scope="POST_EDIT.T"))
    assert isinstance(checked, oauth.Authorization)

    [standing] = await oauth.check_standing(
        tx, checked, person_id=scene.person.id, kinds={"post": real}
    )

    assert standing.stands
    assert not standing.fits
