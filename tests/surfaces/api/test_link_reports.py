"""Statistics, single clicks and QR codes of a link, and what an app hears of its links."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx

from dalan.app import Platform
from dalan.domains import clicks, links
from dalan.kernel.clock import AdjustableClock
from tests.surfaces.api.linking import API, LINKS, App, app, make_caller, refusal

__all__ = ["app"]

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)


async def visit(app: App, hash_: str, *, times: int = 1, agent: str = CHROME) -> None:
    """Clicks from so many addresses, counted at once."""
    services = app.platform.services
    async with services.db.read() as tx:
        link = await links.find(tx, hash_)
    assert link is not None
    told = clicks.Told(agent, "https://news.example/a", "fa-IR", "")
    for number in range(times):
        await services.clicks.record(link.id, f"192.0.{number}.7", told)
    await services.clicks.drain()


async def settle(app: App) -> list[dict[str, Any]]:
    """What the app finds in its log once all was heard of."""
    assert app.platform.worker is not None
    await app.platform.worker.drain()
    found = (await app.get(f"{API}/events"))["events"]
    return [one["body"] | {"resource": one["resource"]} for one in found]


async def test_statistics_tell_people_by_time_and_kind_and_programs_apart(
    app: App, moment: AdjustableClock
):
    await app.make(hash="one")
    await visit(app, "one", times=3)
    await visit(app, "one", agent="Googlebot/2.1 (+http://www.google.com/bot.html)")
    await app.make("https://b.example/", hash="two")
    by_clicks = (await app.get(LINKS, order="clicks"))["links"]
    assert [one["hash"] for one in by_clicks] == ["one", "two"]
    moment.advance(timedelta(minutes=1))

    told = await app.get(f"{LINKS}/one/statistics", kind="hour", zone="Asia/Tehran")

    assert (told["clicks"], told["uniques"], told["bot_clicks"]) == (3, 3, 1)
    assert sum(one["count"] for one in told["series"]) == 3
    assert told["browsers"] == [{"name": "Chrome", "count": 3}]
    assert told["referrers"] == [{"name": "news.example", "count": 3}]
    assert sum(one["count"] for one in told["countries"]) == 3
    assert (await app.get(f"{LINKS}/one"))["clicks"] == 3


async def test_clicks_are_a_file_without_addresses(app: App):
    await app.make(hash="one")
    await visit(app, "one", times=2)

    answer = await app.call("GET", f"{LINKS}/one/clicks")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="clicks.csv"'
    assert [(one["browser"], one["referrer"], one["is_bot"]) for one in rows] == [
        ("Chrome", "news.example", "false")
    ] * 2
    assert "192.0." not in answer.text


async def test_tags_are_listed_with_how_many_links_have_them(app: App):
    await app.make("https://a.example/", tags=["الف", "B"])
    await app.make("https://b.example/", tags=["الف"])

    told = await app.get(f"{API}/link-tags")

    assert [(one["name"], one["count"]) for one in told["tags"]] == [("الف", 2), ("b", 1)]


async def test_qr_code_is_drawn_as_asked(app: App):
    await app.make(hash="one")

    svg = await app.call("GET", f"{LINKS}/one/qr")
    png = await app.call("GET", f"{LINKS}/one/qr", params={"format": "png", "size": "256"})

    assert (svg.headers["content-type"], svg.text[:5]) == ("image/svg+xml", "<?xml")
    assert (png.headers["content-type"], png.content[:4]) == ("image/png", b"\x89PNG")
    for query in ({"size": "9999"}, {"dark": "red"}, {"dark": "#ffffff"}, {"level": "x"}):
        answer = await app.call("GET", f"{LINKS}/one/qr", params=query)
        assert refusal(answer) == (400, "qr.invalid_look"), query
    assert (await app.call("GET", f"{LINKS}/one/qr", params={"format": "gif"})).status_code == 400


async def test_question_of_statistics_that_cannot_be_is_refused(app: App):
    await app.make(hash="one")
    for query in (
        {"kind": "week"}, {"zone": "Mars/Base"}, {"zone": "../../etc/passwd"}, {"begin": "x"},
        {"begin": "2030-01-01T00:00:00Z", "end": "2029-01-01T00:00:00Z"},
        {"kind": "minute", "begin": "2020-01-01T00:00:00Z"}, {"begin": "0001-01-01T00:00:00Z"},
        {"zone": "a\0b"}, {"end": "9999-12-31T23:59:59Z"}, {"end": "0001-01-01T00:00:01Z"},
    ):  # fmt: skip
        answer = await app.call("GET", f"{LINKS}/one/statistics", params=query)
        assert answer.status_code == 400, (query, answer.text)
    assert refusal(await app.call("GET", f"{LINKS}/two/statistics")) == (404, "links.unknown")


async def test_app_hears_of_its_own_links_as_it_asked(
    app: App, platform: Platform, http: httpx.AsyncClient, moment: AdjustableClock
):
    other = await make_caller(platform, http)
    await app.make(hash="before")
    for type_ in ("link.created", "link.changed", "link.clicked", "link.expired",
                  "link.limit_reached"):  # fmt: skip
        assert (await app.call("PUT", f"{API}/link-subscriptions/{type_}")).json() == {}
    await app.make("https://a.example/", hash="one", title="یک", expires_at=None, visits_max=1)
    await other.make("https://b.example/", hash="theirs")
    await app.call("PATCH", f"{LINKS}/one", {"title": "دو"})
    assert (await http.get("/l/one", headers={"user-agent": CHROME})).status_code == 302
    await platform.services.clicks.drain()
    await app.call(
        "PATCH", f"{LINKS}/one", {"expires_at": (moment() + timedelta(hours=1)).isoformat()}
    )
    moment.advance(timedelta(hours=2))
    assert platform.housekeeper is not None
    await platform.housekeeper.do(platform.housekeeper.every_minute())

    told = await settle(app)

    assert sorted(one["type"] for one in told) == [
        "link.changed", "link.changed", "link.clicked", "link.created", "link.expired",
        "link.limit_reached",
    ]  # fmt: skip
    by_type = {one["type"]: one for one in told}
    assert {one["resource"] for one in told} == {"link:/one"}
    assert by_type["link.created"]["link"]["short_url"] == "http://127.0.0.1:8000/l/one"
    assert by_type["link.changed"]["changed"] == ["expires_at"]
    clicked = by_type["link.clicked"]
    assert (clicked["count"], clicked["newest_clicks"][0]["browser"]) == (1, "Chrome")
    assert (await settle(other)) == []


async def test_subscriptions_are_listed_ended_and_refused_by_name(app: App):
    await app.call("PUT", f"{API}/link-subscriptions/link.created")
    await app.call("PUT", f"{API}/link-subscriptions/link.created")

    listed = await app.get(f"{API}/link-subscriptions")
    ended = await app.call("DELETE", f"{API}/link-subscriptions/link.created")
    await app.make()

    assert [one["type"] for one in listed["subscriptions"]] == ["link.created"]
    assert "link.clicked" in listed["types"]
    assert ended.status_code == 200
    assert await settle(app) == []
    again = await app.call("DELETE", f"{API}/link-subscriptions/link.created")
    assert refusal(again) == (404, "events.subscription_unknown")
    unknown = await app.call("PUT", f"{API}/link-subscriptions/link.sung")
    assert refusal(unknown) == (400, "events.invalid_subscription")
