"""What the proofs stand on: one real installation for a file of tests, on each engine."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.proofs.doors import Person
from tests.proofs.serving import Installation, installation

ROUNDS = int(os.environ.get("DALAN_SOAK_ROUNDS", "0"))
"""How long a soak goes on; 0 in a run of all tests, where each proof is small."""

GRACE_SECONDS = 6
"""Of the installations that wait for its end."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One process on SQLite, two on PostgreSQL; shared by the tests of a file."""
    databases = request.getfixturevalue(f"{request.param.removesuffix('ql')}_databases")
    url = databases.clone()
    folder = tmp_path_factory.mktemp("installation")
    with installation(folder, url, grace_seconds=GRACE_SECONDS) as running:
        yield running
    databases.drop(url)


@pytest.fixture
def people(world: Installation) -> Iterator[Callable[[], Person]]:
    """New people, each with a number nobody had before."""
    came: list[Person] = []

    def come() -> Person:
        world.people_count += 1
        came.append(Person(world, f"0912111{world.people_count:04}"))
        return came[-1]

    yield come
    for person in came:
        person.close()


@pytest.fixture
def person(people: Callable[[], Person]) -> Person:
    return people()
