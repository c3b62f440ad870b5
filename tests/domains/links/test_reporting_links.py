"""Visitors report a link, operators decide, its owner hears why; and how many links one makes."""

from datetime import timedelta

import msgspec
import pytest

from dalan.domains import links
from dalan.kernel import clock, outbox
from tests.factories.developers import make_app
from tests.factories.links import RULES, make_link


@pytest.fixture
async def app_id(tx):
    return (await make_app(tx)).app.id


@pytest.fixture
async def link(tx, app_id):
    return await make_link(tx, app_id)


async def report(tx, link, browser="b1", *, network="", reason="phishing", text=""):
    reporter = links.LinkReporter(browser, network)
    await links.report_link(tx, link, reporter=reporter, reason=reason, text=text)


async def decided(tx) -> list[links.LinkDecided]:
    facts = await outbox.recorded_after(tx, 0, most=100)
    return [links.LinkDecided.of(one) for one in facts if one.kind == links.LinkDecided.kind]


async def test_most_reported_link_comes_first(tx, app_id, link):
    other = await make_link(tx, app_id, "https://other.example/")
    await report(tx, link)
    await report(tx, other, "b1", reason="other", text=" چیز دیگر\x00 ")
    await report(tx, other, "b2")

    queue = await links.reported_links(tx)

    assert [(one.link_id, one.count) for one in queue] == [(other.id, 2), (link.id, 1)]
    assert await links.reported_links_count(tx) == 2
    reports = await links.reports_of_link(tx, other.id)
    assert [(one.reason, one.text) for one in reports] == [("other", "چیز دیگر"), ("phishing", "")]


@pytest.mark.parametrize(
    ("reason", "text"),
    [("", ""), ("nonsense", "x"), ("other", " \x00"), ("phishing", "x" * 501)],
)
async def test_report_without_a_reason_is_none(tx, link, reason, text):
    with pytest.raises(links.InvalidLinkReport):
        await report(tx, link, reason=reason, text=text)

    assert await links.reported_links(tx) == []


async def test_browser_reports_a_link_once(tx, link):
    await report(tx, link)

    with pytest.raises(links.LinkReportedAlready):
        await report(tx, link, reason="spam")

    await links.dismiss_reports(tx, link.id, up_to_id=2**62)
    with pytest.raises(links.LinkReportedAlready):
        await report(tx, link)


async def test_so_much_is_reported_from_one_browser_and_network_in_a_day(tx, app_id, link, moment):
    moment.set(clock.now().replace(hour=12, minute=0, second=0, microsecond=0))
    made = [await make_link(tx, app_id, f"https://e.example/{number}") for number in range(11)]
    for one in made[:10]:
        await report(tx, one, "eager")
    with pytest.raises(links.LinkLimit) as refusal:
        await report(tx, made[10], "eager")
    assert refusal.value.retry_after_seconds == 12 * 3_600

    for number in range(50):
        await report(tx, link, f"n{number}", network="n")
    with pytest.raises(links.LinkLimit):
        await report(tx, link, "n50", network="n")
    moment.advance(timedelta(days=1))
    await report(tx, link, "n51", network="n")


async def test_quarantined_link_is_kept_from_visitors_and_its_owner_told_once(tx, link, moment):
    await report(tx, link)
    up_to = (await links.reports_of_link(tx, link.id))[-1].id
    await report(tx, link, "later")

    held = await links.quarantine(tx, link.id, up_to_id=up_to, reason="phishing", note="درگاه جعلی")

    assert held.quarantined_at == clock.now()
    assert not held.is_live(clock.now())
    with pytest.raises(links.QuarantinedLink):
        await links.live(tx, link.hash)
    assert [one.id for one in await links.quarantined_links(tx)] == [link.id]
    assert len(await links.reports_of_link(tx, link.id)) == 1
    moment.advance(timedelta(minutes=1))
    again = await links.quarantine(tx, link.id, up_to_id=2**62, reason="spam")
    assert again.quarantined_at == held.quarantined_at
    assert await links.reported_links(tx) == []
    assert [(one.decided, one.reason, one.note) for one in await decided(tx)] == [
        ("quarantined", "phishing", "درگاه جعلی")
    ]

    free = await links.release(tx, link.id, note="بررسی شد")
    assert free.quarantined_at is None
    assert (await links.live(tx, link.hash)).id == link.id
    await links.release(tx, link.id)
    assert [one.decided for one in await decided(tx)] == ["quarantined", "released"]


async def test_reports_are_dismissed_as_far_as_they_were_read(tx, link):
    await report(tx, link)
    up_to = (await links.reports_of_link(tx, link.id))[-1].id
    await report(tx, link, "later")

    await links.dismiss_reports(tx, link.id, up_to_id=up_to)

    assert len(await links.reports_of_link(tx, link.id)) == 1
    assert (await links.live(tx, link.hash)).id == link.id
    with pytest.raises(links.ReportsOutdated):
        await links.dismiss_reports(tx, link.id, up_to_id=up_to)
    assert await decided(tx) == []


async def test_operator_switches_a_link_off(tx, link, app_id):
    await report(tx, link)

    await links.switch_off(tx, link.id, up_to_id=2**62, reason="spam", note="x")
    await links.switch_off(tx, link.id)

    with pytest.raises(links.UnknownLink):
        await links.live(tx, link.hash)
    assert await links.reported_links(tx) == []
    assert [one.decided for one in await decided(tx)] == ["deactivated"]


async def test_decision_about_nothing_or_with_nonsense_changes_nothing(tx, link):
    for act in (links.quarantine, links.switch_off, links.release):
        with pytest.raises(links.UnknownLink):
            await act(tx, 2**62)
        with pytest.raises(links.InvalidLinkReport):
            await act(tx, link.id, note="x" * 501)
    with pytest.raises(links.InvalidLinkReport):
        await links.quarantine(tx, link.id, reason="nonsense")

    assert (await links.live(tx, link.hash)).id == link.id


async def test_decided_reports_and_old_counts_are_forgotten(tx, app_id, link, moment):
    await report(tx, link)
    await links.dismiss_reports(tx, link.id, up_to_id=2**62)
    moment.advance(timedelta(days=30))

    await links.purge_reports(tx, keep=timedelta(days=10))

    await report(tx, link)  # nothing is known of it any more


async def test_app_makes_so_many_links_in_a_minute_and_a_day(tx, app_id, moment):
    moment.set(clock.now().replace(hour=23, minute=50, second=15, microsecond=0))
    limits = links.MakingLimits(of_app=links.Allowed(per_minute=2, per_day=3))
    rules = msgspec.structs.replace(RULES, limits=limits)
    for number in range(2):
        await make_link(tx, app_id, f"https://e.example/{number}", rules=rules)
    with pytest.raises(links.LinkLimit) as refusal:
        await make_link(tx, app_id, "https://e.example/2", rules=rules)
    assert (refusal.value.allowed, refusal.value.retry_after_seconds) == (2, 45)

    moment.advance(timedelta(minutes=1))
    await make_link(tx, app_id, "https://e.example/3", rules=rules)
    with pytest.raises(links.LinkLimit) as refusal:
        await make_link(tx, app_id, "https://e.example/4", rules=rules)
    assert refusal.value.allowed == 3
    await make_link(tx, (await make_app(tx, slug="other")).app.id, rules=rules)
    moment.advance(timedelta(minutes=10))
    await make_link(tx, app_id, "https://e.example/5", rules=rules)
