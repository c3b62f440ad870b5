"""An authorization request tried out says what the real one would."""

from urllib.parse import urlencode

import pytest

from dalan.domains import developers, oauth
from tests.factories.developers import make_app

PATHS = ("/oauth2/auth", "/oauth", "/auth")
URI = "https://app.example/oauth/callback"
GOOD = {
    "response_type": "code",
    "redirect_uri": URI,
    "scope": "USER_PHONE",
    "state": "s",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}


@pytest.fixture
async def app(tx):
    return (await make_app(tx)).app


async def rehearse(tx, app, text, door="kenar"):
    return await oauth.rehearse(tx, app, text, door=door, client_id=app.slug, paths=PATHS)


def link(app, path="/oauth2/auth", **changed):
    given = {"client_id": app.slug} | GOOD | changed
    left = {name: value for name, value in given.items() if value is not None}
    return f"https://dalan.example{path}?{urlencode(left)}"


def codes(rehearsal):
    return [(one.code, one.subject) for one in rehearsal.findings]


async def test_good_link_and_registered_address_pass(tx, app):
    for text in (link(app), link(app, path="/oauth"), URI, f"  {URI}\n"):
        rehearsal = await rehearse(tx, app, text)

        assert rehearsal.passes, codes(rehearsal)
        assert codes(rehearsal) == []


async def test_unregistered_address_is_shown_beside_the_nearest(tx, app):
    for text in (f"{URI}/", link(app, redirect_uri=f"{URI}/")):
        rehearsal = await rehearse(tx, app, text)

        assert not rehearsal.passes
        assert ("redirect_unregistered", "") in codes(rehearsal)
        assert rehearsal.nearest is not None
        assert rehearsal.nearest.differences == ("trailing_slash",)


async def test_port_of_a_loopback_address_is_free_as_on_the_real_page(tx, app):
    await developers.add_redirect_uri(
        tx, app.id, uri="http://127.0.0.1/cb", policy=developers.AddressPolicy()
    )

    assert (await rehearse(tx, app, "http://127.0.0.1:51234/cb")).passes


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"response_type": None}, ("response_type_missing", "")),
        ({"response_type": "token"}, ("response_type_wrong", "token")),
        ({"scope": None}, ("scope_missing", "")),
        ({"scope": "USER_PHONE NO_SUCH"}, ("scope_unknown", "NO_SUCH")),
        ({"code_challenge_method": "plain"}, ("challenge_method", "plain")),
        ({"code_challenge": "short"}, ("challenge_malformed", "")),
        ({"client_id": "somebody-else"}, ("client_other", "somebody-else")),
        ({"redirect_uri": None}, ("redirect_missing", "")),
        ({"prompt": "none login"}, ("refused", "prompt=none stands alone")),
    ],
)
async def test_what_is_in_the_way_is_named(tx, app, changed, expected):
    rehearsal = await rehearse(tx, app, link(app, **changed))

    assert not rehearsal.passes
    assert codes(rehearsal) == [expected]


async def test_advice_does_not_stand_in_the_way(tx, app):
    bare = link(app, state=None, code_challenge=None, code_challenge_method=None)

    rehearsal = await rehearse(tx, app, bare)

    assert rehearsal.passes
    assert codes(rehearsal) == [("challenge_missing", ""), ("state_missing", "")]


async def test_everything_wrong_is_named_at_once(tx, app):
    text = link(app, response_type="token", scope="NO_SUCH", redirect_uri=f"{URI}#x", state=None)

    found = [code for code, _ in codes(await rehearse(tx, app, text))]

    assert found == [
        "redirect_unregistered", "response_type_wrong", "scope_unknown", "state_missing",
    ]  # fmt: skip


async def test_scope_beyond_the_apps_ceiling_is_named(tx, app):
    await developers.set_ceiling(tx, app.id, permissions=None, scopes=["USER_PHONE"], widgets=None)
    app = await developers.app(tx, app.id)

    rehearsal = await rehearse(tx, app, link(app, scope="USER_PHONE USER_ID"))

    assert not rehearsal.passes
    assert codes(rehearsal) == [("scope_not_allowed", "USER_ID")]


async def test_parameter_that_comes_twice_is_named(tx, app):
    rehearsal = await rehearse(tx, app, f"{link(app)}&state=t")

    assert codes(rehearsal) == [("repeated", "state")]
    assert not rehearsal.passes


async def test_suspended_app_passes_nowhere(tx, app):
    await developers.suspend(tx, app.slug)
    app = await developers.app(tx, app.id)

    for text in (URI, link(app)):
        rehearsal = await rehearse(tx, app, text)
        assert not rehearsal.passes
        assert ("app_not_active", "") in codes(rehearsal)


@pytest.mark.parametrize(
    "text", ["x", "://", "https://[", "?redirect_uri=", "javascript:alert(1)", "ك" * 9_000,
             "https://a.example/?" + "client_id=a&" * 300, "\x00", "https://a.example:99999/"]
)  # fmt: skip
async def test_nonsense_is_refused_and_breaks_nothing(tx, app, text):
    rehearsal = await rehearse(tx, app, text)

    assert not rehearsal.passes
    assert rehearsal.findings
