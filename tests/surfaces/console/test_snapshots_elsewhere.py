"""Snapshots where there can be none."""

import pytest

from tests.databases import Postgres, Sqlite


@pytest.fixture
def databases(postgres_databases: Postgres) -> Sqlite | Postgres:
    return postgres_databases


async def test_other_engine_is_refused_clearly(http):
    assert (await http.get("/console/api/snapshots")).json() == {"snapshots": []}
    assert (await http.get("/console/world")).status_code == 200

    for path in ("snapshots", "snapshots/one/restore", "reset"):
        answer = await http.post(f"/console/api/{path}", json={"name": "one"})
        assert answer.status_code == 412
        assert answer.json()["code"] == "world.no_snapshots_here"
