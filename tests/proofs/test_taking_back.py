"""What is taken back stays back: in every process within a second, whatever is asked meanwhile.

Each way of taking access back races with a crowd that refreshes and calls. Whatever the crowd was
given, nothing of it works once the revocation has answered.
"""

import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.proofs import families
from tests.proofs.conftest import ROUNDS
from tests.proofs.crowd import Ask, at_once, once
from tests.proofs.doors import Client, Person, calling, is_live
from tests.proofs.serving import Installation

SEED = 1405
EACH = ROUNDS // 10 or 2
AT_ONCE = 24
SEEN_SECONDS_MAX = 1.0

pytestmark = pytest.mark.slow


class Scene(NamedTuple):
    """An app with a key, the person who lets it in, and an operator."""

    world: Installation
    person: Person
    operator: Person
    client: Client
    api_key: str

    def operating(self, page: str, action: str, **fields: str) -> Ask:
        """An operator's button, ready to be pressed."""
        return self.operator.pressing(page, action, **fields)

    @property
    def person_path(self) -> str:
        sql = f"SELECT id FROM person WHERE phone = '+98{self.person.phone[1:]}'"
        ((number,),) = families.rows(self.world.database_url, sql)
        return f"/admin/people/{number}"


@pytest.fixture
def scene(world: Installation, people: Callable[[], Person]) -> Scene:
    person, operator = people(), people()
    world.admin("create-operator", operator.phone)
    client = person.make_app()
    return Scene(world, person, operator, client, person.make_key(client))


def by_the_app(scene: Scene, pair: dict[str, Any]) -> Ask:
    return scene.client.revoking(scene.world.base_urls[0], pair["refresh_token"])


def by_the_person(scene: Scene, pair: dict[str, Any]) -> Ask:
    return scene.person.taking_back(scene.client)


def by_the_last_scope(scene: Scene, pair: dict[str, Any]) -> Ask:
    return scene.person.taking_back(scene.client, scope="USER_PHONE", resource="")


def by_an_operator(scene: Scene, pair: dict[str, Any]) -> Ask:
    path = scene.person_path
    return scene.operating(path, f"{path}/block", reason="برای آزمون")


@pytest.mark.parametrize(
    "take_back", [by_the_app, by_the_person, by_the_last_scope, by_an_operator]
)
def test_nothing_works_any_more_once_the_revocation_has_answered(
    scene: Scene, take_back: Callable[[Scene, dict[str, Any]], Ask]
):
    chance, client = random.Random(SEED), scene.client
    dead: set[str] = set()
    for _ in range(EACH):
        pair = scene.person.pair(client)
        revocation = take_back(scene, pair)
        asks = [_refreshing(scene, pair, number) for number in range(AT_ONCE // 2)]
        asks += [_calling(scene, pair["access_token"], number) for number in range(AT_ONCE // 2)]
        chance.shuffle(asks)
        place = chance.randrange(len(asks))

        answers = at_once([*asks[:place], revocation, *asks[place:]])

        answered_at = time.monotonic()
        assert answers.pop(place).status in {200, 303}
        assert all(answer.status < 500 for answer in answers)
        given = [one.json for one in answers if one.is_ok and b"refresh_token" in one.body]
        assert len({one["refresh_token"] for one in given}) <= 1, "two successors"
        dead |= {token for one in [pair, *given] for token in _tokens(one)}
        _assert_dead(scene, dead, answered_at)
        if take_back is by_an_operator:
            path = scene.person_path
            assert once(scene.operating(path, f"{path}/unblock")).status == 303

    # Consent again raises the connection, and no token of before.
    again = scene.person.pair(client)
    assert once(_calling(scene, again["access_token"], 0)).is_ok
    assert not [token for token in dead if is_live(client, scene.world.base_urls[-1], token)]
    found = families.of_app(scene.world.database_url, client.slug)
    assert [family.is_alive for family in found] == [False] * EACH + [True]


def test_no_refresh_token_is_exchanged_once_offline_access_is_taken_back(scene: Scene):
    client = scene.client
    for _ in range(EACH):
        pair = scene.person.pair(client)
        # Offline access has no button of its own on the page, only an address.
        revocation = scene.person.taking_back(client, scope="OFFLINE_ACCESS", resource="")
        asks = [_refreshing(scene, pair, number) for number in range(AT_ONCE)]

        first, *answers = at_once([revocation, *asks])

        assert first.status == 303
        assert {answer.status for answer in answers} <= {200, 400}
        held = {one.json["refresh_token"] for one in answers if one.is_ok} | {pair["refresh_token"]}
        assert len(held) <= 2, "two successors"
        for url in scene.world.base_urls:
            for token in held:
                assert once(client.refreshing(url, token)).status == 400
                assert not is_live(client, url, token)
        assert once(_calling(scene, pair["access_token"], 0)).is_ok


def test_code_is_worth_nothing_once_the_person_disconnected(scene: Scene):
    client, urls = scene.client, scene.world.base_urls
    for number in range(EACH):
        code = scene.person.code(client)
        disconnecting = scene.person.taking_back(client)
        redeeming = client.redeeming(urls[-1], code)
        asks = [disconnecting, redeeming] if number % 2 else [redeeming, disconnecting]

        answers = at_once(asks)

        answered_at = time.monotonic()
        assert {answer.status for answer in answers} <= {200, 303, 400}
        won = [one.json for one in answers if one.is_ok]
        _assert_dead(scene, {token for one in won for token in _tokens(one)}, answered_at)
        assert once(client.redeeming(urls[0], code)).status == 400
    assert not any(one.is_alive for one in families.of_app(scene.world.database_url, client.slug))


def test_dead_key_opens_nothing_within_a_second_in_any_process(scene: Scene):
    client, person = scene.client, scene.person
    token = person.pair(client)["access_token"]
    for _ in range(EACH):
        key = person.make_key(client)
        urls = scene.world.base_urls
        asks = [calling(urls[number % len(urls)], key, token) for number in range(AT_ONCE)]
        assert {answer.status for answer in at_once(asks)} == {200}
        number = person.newest_key_id(client)
        path = person.path(client, "keys")

        answers = at_once([*asks, person.pressing(path, f"{path}/{number}/revoke"), *asks])

        answered_at = time.monotonic()
        assert {answer.status for answer in answers} <= {200, 303, 401, 403}
        for url in urls:
            _assert_refused_soon(calling(url, key, token), answered_at)
        assert once(calling(urls[0], scene.api_key, token)).is_ok


def test_one_post_taken_back_is_gone_from_every_token_in_every_process(scene: Scene):
    client, urls = scene.client, scene.world.base_urls
    post = scene.person.make_development_post()
    about = f"POST_ADDON_CREATE.{post}"
    for _ in range(EACH):
        pair = scene.person.pair(client, scope=f"USER_PHONE {about} offline_access")
        assert about in _scopes(client, urls[-1], pair["access_token"])
        revocation = scene.person.taking_back(client, type="post", resource=post)
        asks = [_refreshing(scene, pair, number) for number in range(AT_ONCE)]

        answers = at_once([*asks[: AT_ONCE // 2], revocation, *asks[AT_ONCE // 2 :]])

        assert answers.pop(AT_ONCE // 2).status == 303
        assert {answer.status for answer in answers} == {200}
        assert len({answer.json["refresh_token"] for answer in answers}) == 1, "two successors"
        for url in urls:
            for token in (*_tokens(pair), *_tokens(answers[0].json)):
                assert _scopes(client, url, token) == {"USER_PHONE", "offline_access"}


def test_secret_taken_back_proves_nothing_within_a_second_in_any_process(scene: Scene):
    old, urls, person = scene.client, scene.world.base_urls, scene.person
    token = person.pair(old)["access_token"]
    for _ in range(EACH):
        new = person.rotate_secret(old, overlap_hours=1)
        asks = [old.introspecting(urls[number % len(urls)], token) for number in range(AT_ONCE)]
        assert {answer.status for answer in at_once(asks)} == {200}
        path = person.path(old, "oauth")

        answers = at_once([*asks, person.pressing(path, f"{path}/secret/revoke-old"), *asks])

        answered_at = time.monotonic()
        assert {answer.status for answer in answers} <= {200, 303, 401}
        for url in urls:
            _assert_refused_soon(old.introspecting(url, token), answered_at)
            assert is_live(new, url, token)
        old = new


def test_suspended_app_is_refused_within_a_second_in_every_process(scene: Scene):
    client = scene.client
    pair = scene.person.pair(client)
    asks = [calling(url, scene.api_key, pair["access_token"]) for url in scene.world.base_urls]
    assert all(answer.is_ok for answer in at_once(asks))

    scene.world.admin("apps", "suspend", client.slug, "--reason", "for a proof")
    suspended_at = time.monotonic()
    for ask in asks:
        _assert_refused_soon(ask, suspended_at)
    assert once(client.refreshing(asks[0].base_url, pair["refresh_token"])).status == 400

    scene.world.admin("apps", "lift", client.slug)
    assert once(client.refreshing(asks[0].base_url, pair["refresh_token"])).is_ok


def _assert_dead(scene: Scene, tokens: set[str], answered_at: float) -> None:
    client = scene.client
    for url in scene.world.base_urls:
        for token in tokens:
            if "_at_" in token:
                _assert_refused_soon(calling(url, scene.api_key, token), answered_at)
            else:
                assert once(client.refreshing(url, token)).status == 400
            assert not is_live(client, url, token)


def _assert_refused_soon(ask: Ask, answered_at: float) -> None:
    while True:
        asked_at = time.monotonic()
        answer = once(ask)
        if answer.status in {401, 403}:
            break
        assert answer.is_ok, answer
        assert asked_at - answered_at < SEEN_SECONDS_MAX, "it still works"
    assert [once(ask).status for _ in range(3)] == [answer.status] * 3


def _refreshing(scene: Scene, pair: dict[str, Any], number: int) -> Ask:
    urls = scene.world.base_urls
    return scene.client.refreshing(urls[number % len(urls)], pair["refresh_token"])


def _calling(scene: Scene, access_token: str, number: int) -> Ask:
    urls = scene.world.base_urls
    return calling(urls[number % len(urls)], scene.api_key, access_token)


def _scopes(client: Client, base_url: str, token: str) -> set[str]:
    """What a live token allows, as a process says."""
    answer = once(client.introspecting(base_url, token))
    assert answer.json["active"], answer
    return set(answer.json["scope"].split())


def _tokens(pair: dict[str, Any]) -> tuple[str, str]:
    return pair["access_token"], pair["refresh_token"]
