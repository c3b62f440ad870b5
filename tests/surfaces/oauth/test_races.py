"""Sixty-four of the same request at once, as a client does that never learned to wait."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dalan.domains import oauth
from tests.factories.developers import KEYS
from tests.surfaces.oauth.conftest import code_for
from tests.surfaces.oauth.test_token import assert_refused, fields, redeemed, refreshing

AT_ONCE = 64
ROUNDS = int(os.environ.get("DALAN_SOAK_ROUNDS", "3"))
"""A few of them in every run; the full measure is 200."""

pytestmark = pytest.mark.slow


async def at_once(
    browser: httpx.AsyncClient, path: str, form: dict[str, str]
) -> list[httpx.Response]:
    ask: Callable[[], Awaitable[httpx.Response]] = lambda: browser.post(path, data=form)  # noqa: E731 (said once, meant 64 times)
    return list(await asyncio.gather(*[ask() for _ in range(AT_ONCE)]))


async def live(market: Any, token: str) -> bool:
    mac = KEYS.token_mac(token)
    assert mac is not None
    async with market.services.db.look() as look:
        return await oauth.bearer(look, mac) is not None


async def test_identical_refreshes_at_once_all_get_the_one_successor(browser, market, moment):
    for _ in range(ROUNDS):
        pair = await redeemed(browser, market)
        form = refreshing(market, pair)

        answers = await at_once(browser, "/oauth2/token", form)

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        newer = answers[0].json()
        assert await live(market, newer["access_token"])

        moment.advance(timedelta(seconds=121))
        late = await at_once(browser, "/oauth2/token", form)
        for answer in late:
            assert_refused(answer, 400, "invalid_grant")
        assert not await live(market, newer["access_token"])
        dead = await browser.post("/oauth2/token", data=refreshing(market, newer))
        assert_refused(dead, 400, "invalid_grant")


async def test_identical_redemptions_at_once_succeed_once(browser, market):
    for _ in range(ROUNDS):
        code = await code_for(browser, market)

        answers = await at_once(browser, "/oauth2/token", fields(market, code=code))

        assert sorted(answer.status_code for answer in answers) == [200] + [400] * (AT_ONCE - 1)
        (won,) = (answer.json() for answer in answers if answer.status_code == 200)
        # A code in two hands: what came of it is dead.
        assert not await live(market, won["access_token"])
