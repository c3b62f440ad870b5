"""The world put aside and taken back."""

import asyncio
import inspect
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dalan import migrations
from dalan.app import Platform
from dalan.domains import clicks, identity, media
from dalan.domains.world.snapshots import FURNISHED
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.surfaces.console.time.worlds import snapshots_of
from tests.conftest import START
from tests.databases import Postgres, Sqlite
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.links import make_link
from tests.factories.media import picture
from tests.platforms import forms_of


@pytest.fixture
def databases(sqlite_databases: Sqlite) -> Sqlite | Postgres:
    """Snapshots are of worlds on SQLite."""
    return sqlite_databases


@pytest.fixture
def moved(platform: Platform) -> Iterator[AdjustableClock]:
    assert platform.workshop is not None
    moved = platform.workshop.clock
    moved.freeze(START)
    with clock.installed(moved):
        yield moved


async def add_person(platform: Platform, name: str) -> str:
    async with platform.services.db.write() as tx:
        return (await make_person(tx, name=name)).phone


async def knows(platform: Platform, phone: str) -> bool:
    async with platform.services.db.look() as tx:
        return await identity.person_by_phone(tx, phone) is not None


async def take(http: httpx.AsyncClient, name: str) -> dict[str, Any]:
    answer = await http.post("/console/api/snapshots", json={"name": name})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def restore(http: httpx.AsyncClient, name: str) -> dict[str, Any]:
    answer = await http.post(f"/console/api/snapshots/{name}/restore")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_world_is_what_it_was(http, platform, moved):
    early = await add_person(platform, "اول")
    await take(http, "first")
    late = await add_person(platform, "دوم")
    await http.post("/console/api/clock", json={"advance_seconds": 3_600})

    answer = await restore(http, "first")

    assert answer == {"name": "first", "now": "2026-11-21T08:30:00Z"}
    assert await knows(platform, early)
    assert not await knows(platform, late)
    assert moved() == START
    assert moved.state.is_frozen


async def test_who_acts_by_themselves_ends_before_the_world_is_another(http, platform, moved):
    await take(http, "first")
    late = await add_person(platform, "دوم")
    time, seen = platform.workshop.time, []

    async def leave() -> None:
        seen.append(await knows(platform, late))

    time.leaving.append(leave)
    await restore(http, "first")

    assert platform.workshop.acting.part in time.leaving
    assert seen == [True]
    assert not await knows(platform, late)


async def test_what_was_counted_in_memory_goes_with_its_world(http, platform, moved):
    services = platform.services
    async with services.db.write() as tx:
        made = await make_app(tx)
    await take(http, "first")
    services.post_statistics._counts[(1, START.date())] = {"view": 3}
    services.last_uses._noted[(1, made.app.id)] = START

    await restore(http, "first")
    await platform.workshop.time.worlds.write_down()

    assert services.post_statistics._counts == {}
    assert services.last_uses._noted == {}
    assert services.quotas.used(made.app.id) == (0, 0)


async def test_snapshots_are_listed_with_size_and_date_and_deleted(http, platform, moved):
    await take(http, "one")
    made = await take(http, "two")
    assert set(made) == {"name", "made_at", "world_at", "size_bytes", "is_automatic", "is_damaged"}
    assert made["world_at"] == "2026-11-21T08:30:00Z"
    assert made["size_bytes"] > 100_000

    listed = (await http.get("/console/api/snapshots")).json()["snapshots"]
    assert [one["name"] for one in listed] == ["two", "one"]

    assert (await http.delete("/console/api/snapshots/one")).status_code == 204
    listed = (await http.get("/console/api/snapshots")).json()["snapshots"]
    assert [one["name"] for one in listed] == ["two"]
    assert {path.name for path in (platform.settings.home / "snapshots").iterdir()} == {
        "two.db",
        "two.json",
    }


@pytest.mark.parametrize(
    "name", ["", "..", "../up", "a/b", "A", "a b", "نام", "-a", "a" * 41, "a.db"]
)
async def test_name_that_is_no_file_name_is_refused(http, platform, moved, name):
    answer = await http.post("/console/api/snapshots", json={"name": name})

    assert answer.status_code == 400
    assert answer.json()["code"] == "world.invalid_snapshot_name"
    assert not list((platform.settings.home).glob("snapshots/*"))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "snapshots/none/restore", 404, "world.unknown_snapshot"),
        ("POST", "snapshots/..%2fdalan/restore", 404, "console.nothing_here"),
        ("DELETE", "snapshots/none", 404, "world.unknown_snapshot"),
        ("DELETE", f"snapshots/{FURNISHED}", 409, "world.snapshot_needed"),
        ("POST", "reset", 404, "world.unknown_snapshot"),
    ],
)
async def test_what_is_not_there_is_refused(http, moved, method, path, status, code):
    answer = await http.request(method, f"/console/api/{path}")

    assert answer.status_code == status
    assert answer.json()["code"] == code


async def test_name_is_taken_once(http, moved):
    await take(http, "one")

    answer = await http.post("/console/api/snapshots", json={"name": "one"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "world.snapshot_exists"


async def test_reset_is_the_way_to_the_world_as_it_was_furnished(http, platform, moved):
    await platform.workshop.time.worlds.take(FURNISHED)
    late = await add_person(platform, "دوم")

    answer = await http.post("/console/api/reset")

    assert answer.status_code == 200
    assert answer.json()["name"] == FURNISHED
    assert not await knows(platform, late)


async def test_picture_a_snapshot_shows_is_not_purged(http, platform, moved):
    services = platform.services
    image = await media.store_image(services.db, services.media, picture(), purpose="post")
    await take(http, "first")
    moved.advance(timedelta(days=3))
    await media.purge(services.db, services.media)
    async with services.db.look() as tx:
        assert await media.known_images(tx, [image.name]) == {}

    assert await services.media.read(image.name, media.SIZES[0])
    await restore(http, "first")
    async with services.db.look() as tx:
        assert await media.known_images(tx, [image.name])
    assert await services.media.read(image.name, media.SIZES[0])


async def test_picture_nothing_shows_any_more_goes_with_its_world(http, platform, moved):
    services = platform.services
    await take(http, "first")
    image = await media.store_image(services.db, services.media, picture(), purpose="post")

    await restore(http, "first")

    with pytest.raises(media.UnknownImage):
        await services.media.read(image.name, media.SIZES[0])


@pytest.mark.parametrize("written", [b"", b"\xff\xfe", b'{"made_at": 1}', None])
async def test_damaged_snapshot_is_listed_and_deleted_beside_others(
    http, platform, moved, tmp_path: Path, written: bytes | None
):
    services = platform.services
    image = await media.store_image(services.db, services.media, picture(), purpose="post")
    await take(http, "broken")
    await take(http, "whole")
    manifest = tmp_path / "snapshots" / "broken.json"
    manifest.unlink() if written is None else manifest.write_bytes(written)
    worlds = platform.workshop.time.worlds
    worlds.snapshots = snapshots_of(services.settings)  # as after a restart

    listed = (await http.get("/console/api/snapshots")).json()["snapshots"]
    page = await http.get("/console/world")
    refused = await http.post("/console/api/snapshots/broken/restore")
    await restore(http, "whole")
    await http.delete("/console/api/snapshots/whole")
    kept = worlds.snapshots.kept()
    deleted = await http.delete("/console/api/snapshots/broken")

    damaged = {one["name"]: (one["is_damaged"], one["world_at"] is None) for one in listed}
    assert damaged == {"broken": (True, True), "whole": (False, False)}
    assert "خراب" in page.text
    assert [
        one.fields["name"] for one in forms_of(page.text) if one.fields.get("act") == "restore"
    ] == ["whole"]
    assert (refused.status_code, refused.json()["code"]) == (503, "world.snapshot_failed")
    assert image.name in kept, "its copy tells what it shows"
    assert deleted.status_code == 204
    assert (await http.get("/console/api/snapshots")).json() == {"snapshots": []}


async def test_snapshot_that_is_nothing_but_damage_keeps_nothing_and_goes(
    http, platform, moved, tmp_path: Path
):
    await take(http, "broken")
    for ending in ("db", "json"):
        (tmp_path / "snapshots" / f"broken.{ending}").write_bytes(b"nothing of the kind")
    platform.workshop.time.worlds.snapshots = snapshots_of(platform.services.settings)

    listed = (await http.get("/console/api/snapshots")).json()["snapshots"]
    refused = await http.post("/console/api/snapshots/broken/restore")
    deleted = await http.delete("/console/api/snapshots/broken")

    assert [(one["name"], one["is_damaged"]) for one in listed] == [("broken", True)]
    assert refused.status_code == 503
    assert deleted.status_code == 204


async def test_requests_meanwhile_are_answered_by_one_world(http, platform, moved):
    await take(http, "first")
    late = await add_person(platform, "دوم")

    async def look() -> int:
        answer: httpx.Response = await http.get("/sign-in")
        return answer.status_code

    looks = [asyncio.create_task(look()) for _ in range(20)]
    restoring = asyncio.create_task(restore(http, "first"))
    looks += [asyncio.create_task(look()) for _ in range(20)]
    statuses = await asyncio.gather(*looks)
    await restoring

    assert set(statuses) == {200}
    assert not await knows(platform, late)


async def test_killed_in_the_middle_is_finished_by_the_next_start(http, platform, moved):
    await take(http, "first")
    late = await add_person(platform, "دوم")
    moved.advance(timedelta(days=1))
    home: Path = platform.settings.home
    (home / "snapshots" / "restoring").write_text("first")

    after = Platform(platform.settings, works=False)

    assert after.workshop is not None
    assert after.workshop.clock() == START
    assert not (home / "snapshots" / "restoring").exists()
    assert not await knows(platform, late)


async def test_killed_over_a_snapshot_leaves_none(http, platform, moved):
    folder = platform.settings.home / "snapshots"
    folder.mkdir()
    (folder / "half.unfinished").write_bytes(b"half")
    (folder / "half.json").write_text("{}")

    assert (await http.get("/console/api/snapshots")).json() == {"snapshots": []}
    await take(http, "half")
    await restore(http, "half")


async def test_snapshot_of_an_older_version_is_brought_to_this_one(http, platform, moved):
    early = await add_person(platform, "اول")
    await take(http, "first")
    path = platform.settings.home / "snapshots" / "first.db"
    before = sorted(migrations.revisions())[-2]
    await asyncio.to_thread(migrations.downgrade, f"sqlite:///{path}", before)

    await restore(http, "first")

    assert await migrations.current(platform.services.db) == migrations.head()
    assert await knows(platform, early)


async def test_page_puts_aside_takes_back_and_deletes(http, platform, moved):
    page = await http.get("/console/world")
    take_form = next(one for one in forms_of(page.text) if one.fields.get("act") == "take")
    fields = take_form.fields | {"name": "mine"}
    assert (await http.post("/console/world", data=fields)).status_code == 303
    assert (await http.post("/console/world", data=fields)).status_code == 400
    late = await add_person(platform, "دوم")

    page = await http.get("/console/world")
    forms = {one.fields.get("act"): one.fields for one in forms_of(page.text)}
    assert forms["restore"]["name"] == "mine"
    assert (await http.post("/console/world", data=forms["restore"])).status_code == 303
    assert not await knows(platform, late)

    assert (await http.post("/console/world", data=forms["delete"])).status_code == 303
    assert (await http.get("/console/api/snapshots")).json() == {"snapshots": []}


async def test_page_resets_only_who_is_sure(http, platform, moved):
    await platform.workshop.time.worlds.take(FURNISHED)
    late = await add_person(platform, "دوم")
    page = await http.get("/console/world")
    fields = next(one.fields for one in forms_of(page.text) if one.fields.get("act") == "reset")

    unsure = await http.post("/console/world", data=fields)
    assert unsure.status_code == 400
    assert await knows(platform, late)

    assert (await http.post("/console/world", data=fields | {"sure": "1"})).status_code == 303
    assert not await knows(platform, late)


async def test_page_without_the_forms_token_changes_nothing(http, platform, moved):
    answer = await http.post("/console/world", data={"act": "take", "name": "mine"})

    assert answer.status_code == 403
    assert (await http.get("/console/api/snapshots")).json() == {"snapshots": []}


async def test_whatever_counts_in_memory_forgets_with_its_world(platform):
    """Who adds something of the kind to the services adds it to ``Worlds``."""
    services = platform.services
    counting = [
        one
        for name in services.__struct_fields__
        if inspect.iscoroutinefunction(getattr(one := getattr(services, name), "flush", None))
    ]

    counts = platform.workshop.time.worlds._counts()

    assert set(map(id, counts)) == set(map(id, counting))
    assert all(hasattr(one, "forget") for one in counting)


async def test_clicks_are_of_the_world_they_happened_in(http, platform, moved):
    services = platform.services

    async def visits() -> int:
        await services.clicks.drain()
        async with services.db.look() as look:
            return int((await clicks.totals(look, [link.id]))[link.id].visits)

    async with services.db.write() as tx:
        link = await make_link(tx, (await make_app(tx, keys=services.keys)).app.id)
    await services.clicks.record(link.id, "192.0.2.1", clicks.Told("Mozilla/5.0"))
    await take(http, "mine")
    await services.clicks.record(link.id, "192.0.2.1", clicks.Told("Mozilla/5.0"))

    await restore(http, "mine")

    assert await visits() == 1
    await services.clicks.record(link.id, "192.0.2.1", clicks.Told("Mozilla/5.0"))
    assert await visits() == 2
