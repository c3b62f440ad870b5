"""Deliveries while the clock is moved: days of retries in one call, each at its own moment."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import deliveries, developers, posts
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.settings import Settings
from tests.conftest import START
from tests.factories.developers import make_app
from tests.factories.posts import make_post
from tests.factories.sink import Sink, event_sink, never

DAY = 86_400
OPEN = developers.AddressPolicy(any_http=True)


@pytest.fixture
async def platform(database_url: str, tmp_path: Path) -> AsyncIterator[Platform]:
    """A dev world whose apps may be on this machine, as ``dalan dev`` has it."""
    settings = Settings(
        world="dev",
        home=tmp_path,
        secret="a secret of the tests, long enough to be one",
        database_url=database_url,
        database_durable=False,
        log_file=str(tmp_path / "log"),
        outbound_private=True,
    )
    running = Platform(settings, works=False)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def moved(platform: Platform) -> Iterator[AdjustableClock]:
    assert platform.workshop is not None
    moved = platform.workshop.clock
    moved.freeze(START)
    with clock.installed(moved):
        yield moved


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with event_sink() as sink:
        yield sink


async def tell(platform: Platform, events_url: str) -> None:
    """An app at that address, and an event for it."""
    async with platform.services.db.write() as tx:
        app = (await make_app(tx)).app
        await developers.set_addresses(
            tx, app.id, policy=OPEN, fallback_url="", session_init_url="", dynamic_action_url="",
            events_url=events_url,
        )  # fmt: skip
        news = deliveries.News(
            app_id=app.id, type="T", resource="r:1", body="{}", happened_at=clock.now()
        )
        await deliveries.append(tx, [news])


async def advance(http: httpx.AsyncClient, seconds: float) -> dict[str, Any]:
    answer = await http.post("/console/api/clock", json={"advance_seconds": seconds})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def sent_at(sink: Sink) -> list[datetime]:
    return [
        datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC) for one in sink.received
    ]


async def test_retries_of_days_are_made_each_at_its_moment(http, platform, moved, sink):
    sink.answer("/events", 503)
    await tell(platform, f"{sink.url}/events")
    async with platform.services.db.write() as tx:
        post = await make_post(tx, at=START - posts.LIFETIME + timedelta(days=2))

    answer = await advance(http, 6 * DAY)

    tries = [one["at"] for one in answer["fired"] if one["what"] == "delivery"]
    assert len(tries) == 10
    assert tries[0] == "2026-11-21T08:30:00Z"
    assert tries[-1] > "2026-11-23T08:30:00Z"
    assert {at.date() for at in sent_at(sink)} >= {START.date()}
    happened = [one for one in answer["fired"] if one["what"] in ("delivery", "fact")]
    assert [one["at"] for one in happened] == sorted(one["at"] for one in happened)
    ended = [
        number
        for number, one in enumerate(happened)
        if (one["kind"], one["resource"]) == ("posts.changed_state", f"post:{post.id}")
        and one["at"] > "2026-11-22"
    ]
    retired = ended[0]
    kinds_before = [one["kind"] for one in happened[:retired]]
    kinds_after = [one["kind"] for one in happened[retired:]]
    assert "T" in kinds_before
    assert "T" in kinds_after
    assert "deliveries.endpoint_failing" in kinds_before


async def test_address_that_hangs_holds_nobody_up(http, platform, moved, sink):
    sink.answers["/events"] = never
    await tell(platform, f"{sink.url}/events")

    answer = await advance(http, 6 * DAY)

    tried = [one for one in answer["fired"] if one["what"] == "delivery"]
    assert answer["is_complete"] is True
    assert [one["outcome"] for one in tried] == ["timeout"] * 10
    assert moved() == START + timedelta(days=6)


async def test_app_without_an_address_is_not_asked_after_every_minute(http, platform, moved):
    await tell(platform, "")

    answer = await advance(http, 400 * DAY)

    assert answer["is_complete"] is True
    assert moved() == START + timedelta(days=400)
