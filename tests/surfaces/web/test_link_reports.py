"""Visitors report a short link without signing in; operators decide, and the owner is told."""

import re

import pytest
from tests.factories.browser import browsing
from tests.factories.desk import (
    IDS,
    chief,
    entries,
    person,
    shipped_lists_again,
    submit,
)

from dalan.domains import links, notices
from dalan.kernel import outbox
from dalan.surfaces.web.app import make_app as make_web

__all__ = ["chief", "person", "shipped_lists_again"]


async def send(browser, typed: dict[str, str]):
    page = await browser.get("/report-link")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    return await browser.post("/report-link", {"csrf_token": token[1]} | typed)


async def reported(services) -> list[links.LinkReport]:
    async with services.db.read() as tx:
        return await links.reports_of_link(tx, int(IDS["link"]))


async def short_address(services) -> str:
    async with services.db.read() as tx:
        link = await links.by_number(tx, int(IDS["link"]))
    return links.short_address(link, base_url=services.settings.base_url)


async def test_anybody_reports_a_link_once_by_its_address_or_hash(services, person):
    address = await short_address(services)
    for link in (address, f"{address}+", address.rpartition("/")[2]):
        async with browsing(make_web(services)) as visitor:
            filled = await visitor.get(f"/report-link?link={link}")
            assert link.partition("?")[0].encode().decode() in filled.text

            answer = await send(visitor, {"link": link, "reason": "phishing", "text": "جعلی"})
            again = await send(visitor, {"link": link, "reason": "spam"})

            assert answer.status_code == again.status_code == 303
    assert [(one.reason, one.text) for one in await reported(services)] == [
        ("phishing", "جعلی")
    ] * 3


@pytest.mark.parametrize(
    "typed",
    [
        {"link": "", "reason": "spam"},
        {"link": "https://nowhere.example/x", "reason": "spam"},
        {"link": "http://[", "reason": "spam"},
        {"link": "\ud800", "reason": "spam"},
        {"link": "x" * 9_000, "reason": "spam"},
        {"link": "LINK", "reason": ""},
        {"link": "LINK", "reason": "other", "text": " "},
        {"link": "LINK", "reason": "spam", "text": "x" * 501},
    ],
)
async def test_what_is_no_report_says_what_is_wrong(services, person, typed):
    address = await short_address(services)
    async with browsing(make_web(services)) as visitor:
        typed = {name: text.replace("LINK", address) for name, text in typed.items()}
        typed = {name: text.encode(errors="replace").decode() for name, text in typed.items()}

        answer = await send(visitor, typed)
        without_token = await visitor.post("/report-link", typed)

        assert answer.status_code == 422
        assert "field-error" in answer.text
        assert without_token.status_code == 403
    assert await reported(services) == []


async def test_operator_decides_and_the_team_is_told_why(chief, services, person):
    async with browsing(make_web(services)) as visitor:
        await send(visitor, {"link": await short_address(services), "reason": "phishing"})
    page = f"/admin/links/{IDS['link']}"
    queue = await chief.get("/admin/links")
    assert page in queue.text
    seen = await chief.get(page)
    assert "https://bad.example/pay" in seen.text
    up_to = re.search(r'name="up_to_id" value="([0-9]+)"', seen.text)
    assert up_to is not None
    told = {"up_to_id": up_to[1], "reason": "phishing", "note": "درگاه جعلی است"}

    for decision, action in (
        ("quarantine", "link.quarantined"),
        ("quarantine", None),
        ("release", "link.released"),
        ("switch_off", "link.switched_off"),
        ("block_host", "host.blocked"),
    ):
        before = await entries(services)
        fields = told | {"decision": decision, "host": "bad.example"}
        assert (await submit(chief, f"{page}/decide", fields)).status_code == 303
        added = (await entries(services))[: -len(before) or None]
        assert [one.action for one in added] == ([action] if action else [])

    assert await reported(services) == []
    async with services.db.write() as tx:
        (hear,) = [one for _, one in notices.listeners()[links.LinkDecided.kind]]
        for recorded in await outbox.recorded_after(tx, 0, most=100):
            if recorded.kind == links.LinkDecided.kind:
                await hear(tx, recorded)
        said = (await notices.notices_of(tx, person.id)).notices
    words = [notices.words_of(one, "fa") for one in said if one.kind == "link"]
    assert len(words) == 4
    assert all("درگاه جعلی است" in one.text for one in words)
    assert notices.path_of(said[0]) == "/kenar/management/apps/light-report/links"


async def test_reports_are_dismissed_or_refused_with_a_reason(chief, services, person):
    page = f"/admin/links/{IDS['link']}"
    for fields, status in (
        ({"decision": "dismiss", "up_to_id": "9"}, 303),  # nothing is open
        ({"decision": "nonsense"}, 303),
        ({"decision": "quarantine", "note": "x" * 501}, 422),
        ({"decision": "quarantine", "reason": "nonsense"}, 422),
        ({"decision": "block_host", "host": "no host"}, 422),
    ):
        assert (await submit(chief, f"{page}/decide", fields)).status_code == status, fields
    gone = await submit(chief, "/admin/links/999999/decide", {"decision": "release"})
    assert gone.status_code == 404
    assert await entries(services) == []
    for fields in ({"host": "no host"}, {"host": "a.example", "note": "x" * 201}):
        assert (await submit(chief, "/admin/hosts", fields)).status_code == 422
    listed = await submit(chief, "/admin/hosts/import", {"lines": "no host\nfine.example"})
    assert (listed.status_code, "no host" in listed.text) == (200, True)
    assert (await submit(chief, "/admin/hosts/999999/remove")).status_code == 303
    for fields in (
        {"name": "no host"},
        {"name": "s.example", "base_address": "javascript:alert(1)"},
        {"name": "s.example", "missing_address": "\x01"},
    ):
        assert (await submit(chief, "/admin/domains", fields)).status_code == 422
    assert (await submit(chief, "/admin/domains/remove", {"name": "no.example"})).status_code == 303
