"""Sixty-four of the same request at once, at real processes: one successor, one success.

PostgreSQL is served by two processes on one database, and half of each crowd goes to either.
"""

import time
from typing import Any

import pytest

from tests.proofs import families
from tests.proofs.conftest import GRACE_SECONDS, ROUNDS
from tests.proofs.crowd import Answer, Ask, at_once, once
from tests.proofs.doors import Client, Person, is_live, refused
from tests.proofs.serving import Installation

AT_ONCE = 64
REFRESHES = ROUNDS or 6
REDEMPTIONS = ROUNDS or 6

pytestmark = pytest.mark.slow


def crowd(world: Installation, ask: Ask) -> list[Answer]:
    """The same request sixty-four times, shared out among the processes."""
    addresses = world.base_urls
    return at_once([ask.at(addresses[number % len(addresses)]) for number in range(AT_ONCE)])


def test_identical_refreshes_at_once_get_the_one_successor_and_later_none(
    world: Installation, person: Person
):
    client = person.make_app()
    pairs = [person.pair(client) for _ in range(REFRESHES)]
    newer = [_refresh_in_a_crowd(world, client, pair) for pair in pairs]
    time.sleep(GRACE_SECONDS + 0.1)
    for old, new in zip(pairs, newer, strict=True):
        _reuse_in_a_crowd(world, client, old, new)

    found = families.of_app(world.database_url, client.slug)
    assert len(found) == REFRESHES
    for family in found:
        assert family.revoked_reason == "refresh_token_reused"
        assert family.tokens == {("access", 1): 1, ("refresh", 1): 1,
                                 ("access", 2): 1, ("refresh", 2): 1}  # fmt: skip
        assert family.announced == 1


def _refresh_in_a_crowd(
    world: Installation, client: Client, pair: dict[str, Any]
) -> dict[str, Any]:
    answers = crowd(world, client.refreshing(world.base_urls[0], pair["refresh_token"]))
    assert {answer.status for answer in answers} == {200}
    given = {(one.json["access_token"], one.json["refresh_token"]) for one in answers}
    assert len(given) == 1, "two successors"
    newer: dict[str, Any] = answers[0].json
    assert newer["refresh_token"] != pair["refresh_token"]
    assert all(is_live(client, url, newer["access_token"]) for url in world.base_urls)
    return newer


def _reuse_in_a_crowd(
    world: Installation, client: Client, old: dict[str, Any], new: dict[str, Any]
) -> None:
    late = crowd(world, client.refreshing(world.base_urls[0], old["refresh_token"]))
    assert all(refused(answer) for answer in late), {answer.status for answer in late}
    for url in world.base_urls:
        assert not is_live(client, url, new["access_token"])
        assert refused(once(client.refreshing(url, new["refresh_token"])))


def test_identical_redemptions_at_once_succeed_once(world: Installation, person: Person):
    client = person.make_app()
    for _ in range(REDEMPTIONS):
        code = person.code(client)

        answers = crowd(world, client.redeeming(world.base_urls[0], code))

        assert [answer.is_ok for answer in answers].count(True) == 1
        assert [refused(answer) for answer in answers].count(True) == AT_ONCE - 1
        (won,) = (answer.json for answer in answers if answer.is_ok)
        # A code in two hands: what came of it is dead, in every process.
        assert not any(is_live(client, url, won["access_token"]) for url in world.base_urls)

    found = families.of_app(world.database_url, client.slug)
    assert len(found) == REDEMPTIONS
    for family in found:
        assert family.revoked_reason == "code_reused"
        assert family.tokens == {("access", 1): 1, ("refresh", 1): 1}
        assert family.announced == 1


def test_generations_follow_one_another_whichever_process_is_asked(
    world: Installation, person: Person
):
    client = person.make_app()
    pair = person.pair(client)
    for generation in range(2, 12):
        url = world.base_urls[generation % len(world.base_urls)]
        answers = at_once([client.refreshing(url, pair["refresh_token"]) for _ in range(4)])
        assert {answer.status for answer in answers} == {200}
        pair = answers[0].json

    (family,) = families.of_app(world.database_url, client.slug)
    assert family.tokens == {
        (kind, generation): 1 for kind in ("access", "refresh") for generation in range(1, 12)
    }
    assert is_live(client, world.base_urls[-1], pair["access_token"])
