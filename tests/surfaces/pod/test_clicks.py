"""46411 counts, 46412 tells how often, 46414 tells of whom. Source: pod-links.md 4.2 to 4.5, 8."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dalan.domains import clicks
from dalan.kernel.clock import AdjustableClock
from tests.factories.clicks import CHROME, IPHONE, WHATSAPP, told
from tests.surfaces.pod.conftest import ADD, LIST, STATISTICS, VISIT, Scene

MARCH, APRIL = 1551398400000, 1554076800000
"""Where the months of the published sample begin."""


@pytest.fixture
async def link_id(scene: Scene, moment: AdjustableClock) -> int:
    """A link of 18 March 2019, as in the published sample."""
    moment.set(datetime(2019, 3, 18, 9, 0, 20, tzinfo=UTC))
    made = await scene.call(
        ADD, urlOrContent="https://a.example/", shortenObjectKind="link", hash="h"
    )
    assert made.result["visitCount"] == 0
    async with scene.platform.services.db.look() as tx:
        ((link_id,),) = await tx.rows("SELECT id FROM link", ())
    return int(link_id)


async def visit(scene: Scene, link_id: int, agent: str = CHROME, referrer: str = "") -> None:
    await scene.platform.services.clicks.record(link_id, "192.0.2.1", told(agent, referrer))


async def statistics(scene: Scene, **asked: Any) -> dict[str, Any]:
    await scene.platform.services.clicks.drain()
    result: dict[str, Any] = (await scene.call(STATISTICS, hash="h", **asked)).result
    return result


async def test_the_published_sample_is_told_as_it_is_printed(
    scene: Scene, link_id: int, moment: AdjustableClock
):
    await visit(scene, link_id, referrer="http://192.168.6.2/x?y")
    moment.set(datetime(2019, 4, 2, tzinfo=UTC))
    for _ in range(3):
        await visit(scene, link_id)
    for _ in range(3):
        await scene.call(VISIT, hash="h")

    found = await statistics(scene)

    assert found["totalCount"] == 7
    assert found["clickIntervals"] == {"intervals": [MARCH, APRIL], "clicksCount": [1, 6]}
    assert found["countries"] == [
        {"name": "Unknown", "count": 7, "cities": [{"name": "Unknown", "count": 7}]}
    ]
    assert found["referers"] == [
        {"name": "Unknown", "count": 6}, {"name": "192.168.6.2", "count": 1}
    ]  # fmt: skip
    assert found["browsers"][0]["name"] == "Unknown"
    assert {"name": "Chrome", "count": 4} in found["browsers"]
    assert {"name": "Windows 10", "count": 4} in found["oses"]
    for names in ("countries", "referers", "browsers", "oses"):
        assert sum(one["count"] for one in found[names]) == 7
    (listed,) = (await scene.call(LIST)).result["linkVos"]
    assert listed["visitCount"] == 7


async def test_a_visit_through_the_gateway_is_told_with_its_own_agent_and_referrer(
    scene: Scene, link_id: int
):
    await scene.send(
        headers={
            "_token_": scene.owner.token,
            "User-Agent": IPHONE,
            "Referer": "https://b.example/",
        },
        data={"scProductId": VISIT, "hash": "h"},
    )

    found = await statistics(scene)

    assert [one["name"] for one in found["browsers"]] == ["Mobile Safari"]
    assert [one["name"] for one in found["referers"]] == ["b.example"]
    async with scene.platform.services.db.look() as tx:
        (click,) = await clicks.newest(tx, link_id)
    assert (click.source, click.device, click.language) == ("api", "phone", "Unknown")


async def test_only_clicks_inside_the_window_count_with_both_its_ends(
    scene: Scene, link_id: int, moment: AdjustableClock
):
    first = datetime(2019, 4, 2, 10, 0, 30, 500_000, tzinfo=UTC)
    for milliseconds in (-1, 0, 70_000, 125_000, 125_001):
        moment.set(first + timedelta(milliseconds=milliseconds))
        await visit(scene, link_id)
    moment.set(first + timedelta(days=1))
    from_ms = int(first.timestamp() * 1_000)

    found = await statistics(
        scene, kind="minute", fromTimestamp=from_ms, toTimestamp=from_ms + 125_000
    )

    assert found["totalCount"] == 3
    assert found["clickIntervals"] == {
        "intervals": [from_ms - 30_500 + minute * 60_000 for minute in range(3)],
        "clicksCount": [1, 1, 1],
    }
    assert sum(one["count"] for one in found["oses"]) == 3


@pytest.mark.parametrize("kind", ["minute", "hour", "day", "month"])
async def test_every_kind_tells_all_of_a_recent_visit(
    scene: Scene, link_id: int, moment: AdjustableClock, kind: str
):
    moment.advance(timedelta(minutes=40))
    await visit(scene, link_id)
    await visit(scene, link_id, WHATSAPP)
    moment.advance(timedelta(minutes=20))

    found = await statistics(scene, kind=kind)

    assert found["totalCount"] == 1
    assert sum(found["clickIntervals"]["clicksCount"]) == 1


async def test_the_hundred_largest_are_told_and_the_rest_together(scene: Scene, link_id: int):
    for number in range(103):
        await visit(scene, link_id, referrer=f"https://h{number:03}.example/")

    found = await statistics(scene)

    assert found["totalCount"] == 103
    assert [one["name"] for one in found["referers"][:2]] == ["h000.example", "h001.example"]
    assert found["referers"][-1] == {"name": "Other", "count": 3}
    assert len(found["referers"]) == 101
