"""Tokens of a furnished world: the same by their name, for as long as they live."""

from datetime import timedelta

import pytest

from dalan.domains import developers, identity, oauth
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person

YEAR = timedelta(days=366)


@pytest.fixture
async def app(tx) -> developers.App:
    return (await make_app(tx, keys=KEYS)).app


@pytest.fixture
async def person(tx) -> identity.Person:
    return await make_person(tx)


async def ask(tx, app: developers.App, person: identity.Person) -> oauth.Issued:
    return await oauth.named_tokens(
        tx,
        keys=KEYS,
        name="credentials",
        person_id=person.id,
        app_id=app.id,
        scopes="USER_PHONE",
        lifetime_seconds=int(YEAR.total_seconds()),
    )


async def is_alive(tx, issued: oauth.Issued) -> bool:
    mac = KEYS.token_mac(issued.access_token)
    assert mac is not None
    return await oauth.bearer(tx, mac, door="kenar") is not None


async def test_they_are_the_same_for_their_year_and_end_with_it(tx, app, person, moment):
    first = await ask(tx, app, person)
    moment.advance(timedelta(hours=25))
    a_day_later = await ask(tx, app, person)
    alive = await is_alive(tx, first)
    moment.advance(YEAR)

    assert alive
    assert a_day_later.access_token == first.access_token
    assert not await is_alive(tx, first)
    assert (await ask(tx, app, person)).access_token != first.access_token
    assert not await is_alive(tx, first), "asking wakes nothing that ended"


async def test_pair_that_was_taken_back_stays_dead_when_it_is_forgotten(tx, app, person, moment):
    first = await ask(tx, app, person)
    await oauth.disconnect(tx, person_id=person.id, app_id=app.id)
    moment.advance(YEAR - timedelta(days=1))
    second = await ask(tx, app, person)

    moment.advance(timedelta(days=3))
    await oauth.purge(tx, grace_seconds=60)

    assert second.access_token != first.access_token
    assert (await ask(tx, app, person)).access_token == second.access_token
    assert not await is_alive(tx, first)
