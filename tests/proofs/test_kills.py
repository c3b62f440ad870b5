"""Kill -9 at any moment of a stream of consents and refreshes: no client is locked out, none gets
a second family or a second successor, and nothing was issued that the database forgot.

On SQLite the one process is killed; on PostgreSQL one of two, while the other goes on answering.
"""

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.proofs import families
from tests.proofs.conftest import ROUNDS
from tests.proofs.doors import Person
from tests.proofs.good_client import GoodClient
from tests.proofs.serving import Installation, installation

SEED = 1405
KILLS = ROUNDS or 3
CLIENTS = 4
LIFE_SECONDS = (0.1, 0.9)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """With the grace of every installation: a process is back long before it is over."""
    databases = request.getfixturevalue(f"{request.param.removesuffix('ql')}_databases")
    url = databases.clone()
    with installation(tmp_path_factory.mktemp("killed"), url) as running:
        yield running
    databases.drop(url)


def test_killed_at_any_moment_locks_nobody_out_and_forgets_nothing(
    world: Installation, people: Callable[[], Person]
):
    chance = random.Random(SEED)
    clients = []
    for number in range(CLIENTS):
        person = people()
        clients.append(GoodClient(world, person, person.make_app(), SEED + number))
    stopping = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as threads:
        living = [threads.submit(one.live, stopping) for one in clients]
        try:
            for _ in range(KILLS):
                time.sleep(chance.uniform(*LIFE_SECONDS))
                world.kill_and_start_again(chance.choice(world.processes))
        finally:
            stopping.set()
        for one in living:
            one.result()

    for client in clients:
        assert client.is_known()
        found = families.of_app(world.database_url, client.client.slug)
        # A consent whose answer was lost left a family without tokens: nobody ever had its code.
        (alive,) = [family for family in found if family.is_alive and family.tokens]
        assert alive.tokens == {
            (kind, generation): 1
            for kind in ("access", "refresh")
            for generation in range(1, client.generation + 1)
        }
        ended = [family for family in found if not family.is_alive]
        assert len(ended) == client.consents_count - 1 + client.again_count
        assert all(set(family.tokens.values()) == {1} for family in ended)
    sys.stdout.write(
        f"\n{KILLS} kills: {sum(one.refreshes_count for one in clients)} refreshes,"
        f" {sum(one.consents_count for one in clients)} consents,"
        f" {sum(one.lost_count for one in clients)} answers lost,"
        f" {sum(one.again_count for one in clients)} codes lost with them\n"
    )
    assert sum(one.lost_count for one in clients) > 0, "no kill ever met a request"
