"""Consent somebody did not give: forged forms, foreign pages, double clicks, two tabs."""

import asyncio
from typing import Any

import httpx
import pytest

from dalan.domains import identity
from tests.factories.developers import KEYS
from tests.surfaces.oauth.attacks.deciding import agreed, consent_page, decide, exchange, form_of
from tests.surfaces.oauth.conftest import BASE_URL, Market, query_of


async def codes_count(market: Market) -> int:
    async with market.services.db.look() as look:
        return int((await look.rows("SELECT count(*) FROM authorization_code", ()))[0][0])


@pytest.fixture
async def strangers(market: Market) -> Any:
    """The browser of somebody else."""
    async with market.services.db.write() as tx:
        opened = await identity.open_session(
            tx, person_id=market.stranger.id, device="", session_seconds=3_600, keys=KEYS
        )
    transport = httpx.ASGITransport(app=market.app, raise_app_exceptions=False)  # type: ignore[arg-type]  # Litestar's own idea of a scope
    cookies = {"dalan_session": opened.token}
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, cookies=cookies) as one:
        yield one


async def test_forms_without_their_own_proof_give_nothing(browser, strangers, market):
    good = form_of(await consent_page(browser, market, scope="USER_PHONE"))
    foreign = form_of(await consent_page(strangers, market, scope="USER_PHONE"))
    other = form_of(await consent_page(browser, market, scope="USER_ID"))
    attempts = {
        "nothing": {},
        "no token": {k: v for k, v in good.items() if k != "csrf_token"},
        "empty token": good | {"csrf_token": ""},
        "token of another session": good | {"csrf_token": foreign["csrf_token"]},
        "request of another session": good | {"request": foreign["request"]},
        "everything of another session": foreign,
        "no request": {k: v for k, v in good.items() if k != "request"},
        "changed request": good | {"request": good["request"][:-2] + "AA"},
        "two halves": good | {"request": other["request"][:-50] + good["request"][-50:]},
        "a query": good | {"request": str(httpx.QueryParams(market.request()))},
    }

    for name, form in attempts.items():
        answer = await decide(browser, form)

        assert answer.status_code in (400, 403), name
        assert "location" not in answer.headers, name
    assert await codes_count(market) == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", ""])
async def test_forms_of_other_kinds_give_nothing(browser, market, kind):
    headers = {"content-type": kind, "origin": "https://evil.example"}

    answer = await browser.post("/oauth2/auth", content=b'{"decision": "allow"}', headers=headers)

    assert answer.status_code in (400, 403)
    assert await codes_count(market) == 0


async def test_decision_in_the_address_is_none(browser, market):
    form = form_of(await consent_page(browser, market, scope="USER_PHONE"))
    params = {k: v for k, v in form.items() if isinstance(v, str)} | {"decision": "allow"}

    by_get = await browser.get("/oauth2/auth", params=params)
    by_post = await browser.post("/oauth2/auth", params=params)

    assert by_get.status_code == 400
    assert by_post.status_code == 403
    assert await codes_count(market) == 0


async def test_page_left_open_gives_nothing_after_signing_out(browser, market):
    form = form_of(await consent_page(browser, market))
    async with market.services.db.write() as tx:
        await identity.revoke_all_sessions(tx, person_id=market.person.id)

    answer = await decide(browser, form)

    assert answer.status_code in (303, 400, 403)
    assert not answer.headers.get("location", "").startswith(market.made.redirect_uri)
    assert await codes_count(market) == 0


async def test_double_click_gives_two_codes_of_which_each_is_good_once(browser, market):
    form = form_of(await consent_page(browser, market, scope="USER_PHONE"))

    answers = await asyncio.gather(decide(browser, form), decide(browser, form))

    codes = [query_of(one)["code"] for one in answers]
    assert len(set(codes)) == 2
    for code in codes:
        first = await browser.post("/oauth2/token", data=exchange(market, code))
        assert first.status_code == 200


async def test_back_button_after_allowing_denies_only_what_is_asked_then(browser, market):
    form = form_of(await consent_page(browser, market, scope="USER_PHONE"))
    code = query_of(await decide(browser, form))["code"]

    denied = query_of(await decide(browser, form, "deny"))

    assert denied["error"] == "access_denied"
    kept = await browser.post("/oauth2/token", data=exchange(market, code))
    assert kept.status_code == 200


async def test_two_tabs_each_decide_the_request_they_show(browser, market):
    one = form_of(await consent_page(browser, market, scope="USER_PHONE", state="one"))
    two = form_of(await consent_page(browser, market, scope="USER_ID", state="two"))

    second = query_of(await decide(browser, two))
    first = query_of(await decide(browser, one))

    assert (first["state"], first["scope"]) == ("one", "USER_PHONE")
    assert (second["state"], second["scope"]) == ("two", "USER_ID")


async def test_what_the_form_adds_is_not_granted(browser, market):
    form = form_of(await consent_page(browser, market, scope="USER_PHONE"))

    added = {"scope": "POST_EDIT.MINE", "client_id": "x", "redirect_uri": "https://evil.example"}
    answer = query_of(await decide(browser, form | added))

    assert answer["scope"] == "USER_PHONE"


async def test_unticked_or_foreign_permissions_are_never_more_than_was_asked(browser, market):
    form = form_of(await consent_page(browser, market, scope="USER_PHONE"))

    answer = await decide(
        browser, form | {"permission": ["USER_PHONE", "POST_EDIT.MINE", "USER_ID", "", "*"]}
    )

    assert query_of(answer)["scope"] == "USER_PHONE"
    assert (await agreed(browser, market, scope="USER_PHONE"))["scope"] == "USER_PHONE"
