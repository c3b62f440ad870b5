"""The console's clock: set, frozen, run fast, moved on with everything that is due."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import posts
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.clock_file import ClockFile
from tests.conftest import START
from tests.factories.posts import make_post
from tests.platforms import forms_of

DAY = 86_400


@pytest.fixture
def moved(platform: Platform) -> Iterator[AdjustableClock]:
    """The world's own clock, as ``dalan dev`` installs it, standing at START."""
    assert platform.workshop is not None
    moved = platform.workshop.clock
    moved.freeze(START)
    with clock.installed(moved):
        yield moved


async def change(http: httpx.AsyncClient, **body: object) -> dict[str, Any]:
    answer = await http.post("/console/api/clock", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_clock_says_how_it_is_set(http, moved):
    answer = (await http.get("/console/api/clock")).json()

    assert answer["now"] == "2026-11-21T08:30:00Z"
    assert (answer["frozen"], answer["speed"]) == (True, 1.0)


async def test_advance_moves_a_frozen_clock_by_exactly_that(http, moved):
    answer = await change(http, advance_seconds=90)

    assert answer["now"] == "2026-11-21T08:31:30Z"
    assert answer["frozen"] is True
    assert answer["is_complete"] is True
    assert moved() == START + timedelta(seconds=90)


async def test_how_it_is_set_outlives_the_process(http, platform, moved):
    await change(http, set="2027-01-01T00:00:00+03:30", frozen=True, speed=60)

    kept = ClockFile(platform.settings.home / "clock.json").read()
    assert kept is not None
    assert kept == moved.state
    assert (kept.at.isoformat(), kept.speed) == ("2026-12-31T20:30:00+00:00", 60)
    after = Platform(platform.settings, works=False)
    assert after.workshop is not None
    assert after.workshop.clock() == kept.at


async def test_resumed_clock_goes_on(http, moved):
    answer = await change(http, frozen=False, speed=2)

    assert answer["frozen"] is False
    assert answer["speed"] == 2
    assert moved() >= START


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"set": "2026-11-21T08:29:59Z"}, 409, "console.clock_backwards"),
        ({"set": "2026-11-21T08:30:01"}, 400, "console.invalid_clock"),
        ({"set": "2200-01-01T00:00:00Z"}, 400, "console.invalid_clock"),
        ({"set": "tomorrow"}, 400, None),
        ({"advance_seconds": -1}, 400, "console.invalid_clock"),
        ({"advance_seconds": 1e12}, 400, "console.invalid_clock"),
        ({"advance_seconds": "1"}, 400, None),
        ({"advance_seconds": 1, "set": "2027-01-01T00:00:00Z"}, 400, "console.invalid_clock"),
        ({"speed": 0}, 400, "console.invalid_clock"),
        ({"speed": 1e9}, 400, "console.invalid_clock"),
        ({"frozen": "yes"}, 400, None),
        ([], 400, None),
    ],
)
async def test_what_no_clock_can_be_set_to_is_refused_and_changes_nothing(
    http, moved, body, status, code
):
    before = moved.state

    answer = await http.post("/console/api/clock", json=body)

    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}
    assert code in (None, answer.json()["code"])
    assert moved.state == before


async def test_what_is_due_happens_at_its_moment_and_in_its_order(http, platform, moved):
    db = platform.services.db
    async with db.write() as tx:
        late = await make_post(tx, at=START - posts.LIFETIME + timedelta(days=3))
        early = await make_post(tx, at=START - posts.LIFETIME + timedelta(days=2))

    answer = await change(http, advance_seconds=4 * DAY)

    happened = [
        (one["at"][:10], one["kind"], one["resource"])
        for one in answer["fired"]
        if one["kind"] in ("posts.changed_state", "posts.ends_soon")
        and one["resource"] in (f"post:{early.id}", f"post:{late.id}")
        and one["at"] > "2026-11-21T08:30:00Z"
    ]
    assert happened == [
        ("2026-11-22", "posts.ends_soon", f"post:{early.id}"),
        ("2026-11-23", "posts.ends_soon", f"post:{late.id}"),
        ("2026-11-23", "posts.changed_state", f"post:{early.id}"),
        ("2026-11-24", "posts.changed_state", f"post:{late.id}"),
    ]
    async with db.look() as look:
        found = [await posts.by_id(look, one.id) for one in (early, late)]
    assert [one and one.state for one in found] == ["retired", "retired"]


async def test_page_moves_the_clock_and_shows_what_happened(http, moved):
    page = await http.get("/console/clock")
    assert page.status_code == 200
    assert "2026-11-21T08:30:00Z" in page.text
    form = next(one for one in forms_of(page.text) if one.fields.get("step") == "day")

    done = await http.post("/console/clock", data=form.fields)

    assert done.status_code == 200
    assert "2026-11-22T08:30:00Z" in done.text
    assert moved() == START + timedelta(days=1)


async def test_page_takes_persian_digits_and_refuses_nonsense(http, moved):
    page = await http.get("/console/clock")
    form = next(one for one in forms_of(page.text) if "amount" in one.fields)

    done = await http.post("/console/clock", data=form.fields | {"amount": "۹۰", "unit": "minutes"})
    assert done.status_code == 200
    assert moved() == START + timedelta(minutes=90)

    for amount in ("x", "-1", "nan", "inf", ""):
        refused = await http.post("/console/clock", data=form.fields | {"amount": amount})
        assert refused.status_code == 400
    assert moved() == START + timedelta(minutes=90)


async def test_page_without_the_forms_token_changes_nothing(http, moved):
    answer = await http.post("/console/clock", data={"act": "advance", "step": "day"})

    assert answer.status_code == 403
    assert moved() == START


async def test_ribbon_tells_that_the_clock_is_not_the_machines(http, moved):
    assert "/console/clock" in (await http.get("/console/inbox")).text.split("dev-ribbon")[1][:600]
