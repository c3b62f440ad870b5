"""Addresses: what an app may live at, and where people may be sent back to."""

import asyncio

import pytest
from tests.factories.developers import KEYS, make_app

from dalan.domains import developers
from dalan.domains.developers import AddressPolicy, InvalidField, TooMany

REAL, DEV = AddressPolicy(), AddressPolicy(any_http=True, loopback_http=True)

HOSTILE = {
    "javascript:alert(1)": "not_an_address",
    "javascript://app.example/%0aalert(1)": "scheme",
    "data:text/html,x": "not_an_address",
    "ftp://app.example/": "scheme",
    "app.example/callback": "not_an_address",
    "//app.example/": "not_an_address",
    "https://": "not_an_address",
    "https:///callback": "not_an_address",
    "https:app.example": "not_an_address",
    "https://user@app.example/": "userinfo",
    "https://app.example@evil.example/": "userinfo",
    "https://app.example/#f": "fragment",
    "https://app.example/#": "fragment",
    "https://app.example/a b": "not_an_address",
    "https://app.example/\u202e": "not_an_address",
    "https://app.example\\evil": "not_an_address",
    "https://app.example/\r\nx: y": "not_an_address",
    "https://app.example:99999/": "not_an_address",
    "https://[::1/": "not_an_address",
    "https://a..b/": "not_an_address",
    "https://دالان.example/": "not_an_address",
    "https://app.example/" + "x" * 3_000: "too_long",
}


@pytest.mark.parametrize(("url", "problem"), HOSTILE.items())
@pytest.mark.parametrize("policy", [REAL, DEV])
def test_hostile_addresses_are_refused_everywhere(url, problem, policy):
    with pytest.raises(InvalidField) as as_redirect:
        developers.check_redirect_uri(url, policy=policy)
    with pytest.raises(InvalidField) as as_start:
        developers.check_address("fallback_url", url, policy=policy)

    assert as_redirect.value.problem == problem
    assert as_start.value.problem == problem
    assert as_start.value.field == "fallback_url"


@pytest.mark.parametrize(
    ("url", "in_real", "in_dev"),
    [
        ("https://app.example/cb", True, True),
        ("https://app.example:8443/cb", True, True),
        ("http://localhost:8100/cb", True, True),
        ("http://127.0.0.1/cb", True, True),
        ("http://[::1]:8100/cb", True, True),
        ("http://192.168.1.20/cb", False, True),
        ("http://app.example/cb", False, True),
        ("http://127.0.0.1.evil.example/cb", False, True),
        ("http://localhost.evil.example/cb", False, True),
        ("https://app.example/cb?x=1", False, False),
        ("https://app.example/cb?", False, False),
    ],
)
def test_redirect_address_is_https_or_on_loopback(url, in_real, in_dev):
    for policy, accepted in ((REAL, in_real), (DEV, in_dev)):
        try:
            assert developers.check_redirect_uri(url, policy=policy) == url
            assert accepted
        except InvalidField:
            assert not accepted


def test_start_address_may_have_a_query_and_loopback_only_by_policy():
    start = "https://app.example/start?from=dalan"
    local = "http://localhost:8100/start"

    assert developers.check_address("fallback_url", start, policy=REAL) == start
    with pytest.raises(InvalidField):
        developers.check_address("fallback_url", local, policy=REAL)
    policy = AddressPolicy(loopback_http=True)
    assert developers.check_address("fallback_url", local, policy=policy) == local


async def test_set_addresses_changes_nothing_when_one_is_wrong(tx):
    app = (await make_app(tx)).app
    given = {
        "fallback_url": " https://app.example/start ",
        "session_init_url": "",
        "dynamic_action_url": "",
        "events_url": "https://app.example/events",
    }
    await developers.set_addresses(tx, app.id, policy=REAL, **given)

    with pytest.raises(InvalidField):
        await developers.set_addresses(
            tx, app.id, policy=REAL, **(given | {"fallback_url": "", "events_url": "javascript:x"})
        )

    app = await developers.app(tx, app.id)
    assert (app.fallback_url, app.session_init_url) == ("https://app.example/start", "")
    assert app.events_url == "https://app.example/events"


async def test_redirect_addresses_stop_at_twenty_even_at_once(db):
    async with db.write() as tx:
        app = (await make_app(tx)).app
        for number in range(17):
            await add(tx, app, number)

    async def add_one(number):
        async with db.write() as tx:
            await add(tx, app, number)

    results = await asyncio.gather(*(add_one(30 + n) for n in range(5)), return_exceptions=True)

    assert sum(isinstance(one, TooMany) for one in results) == 3
    async with db.read() as tx:
        assert len(await developers.redirect_uris(tx, app.id)) == 20


async def test_redirect_address_given_again_stands_once(tx):
    app = (await make_app(tx)).app

    await add(tx, app, 1)
    await add(tx, app, 1)

    uris = await developers.redirect_uris(tx, app.id)
    assert [one.uri for one in uris][1:] == ["https://app.example/1"]
    await developers.remove_redirect_uri(tx, app.id, uri_id=uris[1].id)
    assert len(await developers.redirect_uris(tx, app.id)) == 1


async def test_identification_key_is_sealed_and_comes_back(tx):
    app = (await make_app(tx)).app

    await developers.set_identification_key(tx, app.id, text=" s3cret-of-mine ", keys=KEYS)

    app = await developers.app(tx, app.id)
    assert b"s3cret" not in (app.identification_key_box or b"")
    assert app.identification_key_box
    assert developers.identification_key(app, keys=KEYS) == "s3cret-of-mine"
    await developers.set_identification_key(tx, app.id, text="", keys=KEYS)
    assert developers.identification_key(await developers.app(tx, app.id), keys=KEYS) == ""


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "کلید", "x" * 513, "a\0b"])
async def test_identification_key_is_a_header_and_nothing_more(tx, text):
    app = (await make_app(tx)).app

    with pytest.raises(InvalidField):
        await developers.set_identification_key(tx, app.id, text=text, keys=KEYS)


async def add(tx, app, number):
    uri = f"https://app.example/{number}"
    await developers.add_redirect_uri(tx, app.id, uri=uri, policy=REAL)
