"""Whose address counts, and how often it may."""

from datetime import timedelta
from typing import Any

import pytest

from dalan.kernel.clock import AdjustableClock
from dalan.surfaces import callers
from dalan.surfaces.callers import Allowance, network_of
from dalan.surfaces.web.account import sign_in as pages
from dalan.surfaces.web.app import make_app
from tests.factories.browser import browsing, make_services
from tests.factories.browser import newest_code as code_of


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_network_of_a_request(peer, network):
    headers = [(b"x-forwarded-for", b"198.51.100.1")]

    assert network_of({"client": (peer, 1) if peer else None, "headers": headers}) == network


def asked_from(app: Any, address: str) -> Any:
    """The application as it is asked from that address."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "client": (address, 1)}, receive, send)

    return asked


def test_allowance_is_spent_and_comes_back(moment: AdjustableClock):
    allowance = Allowance(2, 60)
    for _ in range(2):
        assert allowance.spent("a") == 0
        allowance.count("a")
    allowance.count("")

    assert allowance.spent("a") == 60
    assert allowance.spent("b") == 0
    assert allowance.spent("") == 0
    moment.advance(timedelta(seconds=59, milliseconds=500))
    assert allowance.spent("a") == 1
    moment.advance(timedelta(seconds=1))
    assert allowance.spent("a") == 0
    allowance.count("a")
    assert allowance.spent("a") == 0


def test_allowance_remembers_a_bounded_number_of_addresses(monkeypatch):
    monkeypatch.setattr(callers, "ADDRESSES_REMEMBERED_MAX", 3)
    allowance = Allowance(1, 60)
    for address in "abcde":
        allowance.count(address)

    assert [allowance.spent(one) > 0 for one in "abcde"] == [False, False, True, True, True]


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(pages, "sends", Allowance(3, 3_600))
    monkeypatch.setattr(pages, "wrong_codes", Allowance(2, 3_600))


async def test_one_network_is_sent_so_many_codes_whatever_the_numbers(db, few):
    app = make_app(make_services(db))
    async with browsing(asked_from(app, "198.51.100.1")) as browser:
        statuses = [
            (await browser.submit(await browser.get("/sign-in"), "/sign-in", phone=number))
            for number in ("09120000001", "09120000002", "09120000003", "09120000004")
        ]
    assert [one.status_code for one in statuses] == [303, 303, 303, 429]
    assert statuses[3].headers["retry-after"] == "3600"
    assert "از شبکهٔ شما" in statuses[3].text

    async with browsing(asked_from(app, "198.51.100.2")) as other:
        page = await other.get("/sign-in")
        assert (await other.submit(page, "/sign-in", phone="09120000004")).status_code == 303


async def test_one_network_guesses_so_often_whatever_the_numbers(db, few):
    services = make_services(db)
    app = make_app(services)
    statuses = []
    for number in ("09120000001", "09120000002", "09120000003"):
        async with browsing(asked_from(app, "198.51.100.1")) as browser:
            await browser.submit(await browser.get("/sign-in"), "/sign-in", phone=number)
            right = await code_of(services)
            wrong = "000000" if right != "000000" else "000001"
            page = await browser.get("/sign-in/code")
            answer = await browser.submit(page, "/sign-in/code", code=wrong)
            statuses.append(answer.status_code)
    assert statuses == [422, 422, 429]
    assert answer.headers["retry-after"] == "3600"
