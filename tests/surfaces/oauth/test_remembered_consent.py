"""Who agreed to the very same, shown the very same, is not asked twice."""

from datetime import timedelta

import pytest

from dalan.domains import developers, oauth
from dalan.kernel import clock
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import fields_of, query_of

SCOPE = "USER_PHONE USER_ID"


@pytest.fixture
async def shop(market):
    """An app that is out."""
    async with market.services.db.write() as tx:
        return await make_an_app(
            tx, owner_id=market.stranger.id, production=True, redirect_uri="https://shop.example/cb"
        )


def asked(market, shop, **given):
    return market.request(
        **{"client_id": shop.app.slug, "redirect_uri": shop.redirect_uri, "scope": SCOPE} | given
    )


async def agree(browser, market, shop, **given):
    page = await browser.get("/oauth2/auth", params=asked(market, shop, **given))
    assert page.status_code == 200, page.headers
    return await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})


async def is_asked(browser, market, shop, **given):
    answer = await browser.get("/oauth2/auth", params=asked(market, shop, **given))
    if answer.status_code == 200:
        return True
    assert "code" in query_of(answer)
    return False


async def test_the_same_again_is_answered_at_once_and_the_code_works(browser, market, shop):
    await agree(browser, market, shop)

    answer = await browser.get("/oauth2/auth", params=asked(market, shop, state="again"))

    back = query_of(answer)
    assert (back["state"], back["scope"]) == ("again", SCOPE)
    tokens = await browser.post(
        "/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "code": back["code"],
            "redirect_uri": shop.redirect_uri,
            "client_id": shop.app.slug,
            "client_secret": shop.client_secret,
        },
    )
    assert tokens.status_code == 200, tokens.text


async def test_less_than_before_is_not_asked_and_more_is(browser, market, shop):
    await agree(browser, market, shop)

    assert not await is_asked(browser, market, shop, scope="USER_ID")
    assert await is_asked(browser, market, shop, scope=f"{SCOPE} USER_POSTS_GET")
    assert await is_asked(browser, market, shop, scope=f"{SCOPE} offline_access")


async def test_another_thing_is_asked_for_anew(browser, market, shop):
    await agree(browser, market, shop, scope="POST_EDIT.MINE")

    assert not await is_asked(browser, market, shop, scope="POST_EDIT.MINE")
    assert (
        await browser.get("/oauth2/auth", params=asked(market, shop, scope="POST_EDIT.THEIRS"))
    ).status_code == 403


async def test_app_with_another_name_is_asked_about_anew(browser, market, shop):
    await agree(browser, market, shop)
    async with market.services.db.write() as tx:
        await developers.edit_display(
            tx, shop.app.id, display="نام دیگر", subtitle="", description=""
        )

    assert await is_asked(browser, market, shop)
    await agree(browser, market, shop)
    assert not await is_asked(browser, market, shop)


async def test_page_that_shows_an_older_name_decides_nothing(browser, market, shop):
    page = await browser.get("/oauth2/auth", params=asked(market, shop))
    async with market.services.db.write() as tx:
        await developers.edit_display(
            tx, shop.app.id, display="نام دیگر", subtitle="", description=""
        )

    answer = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})

    assert answer.status_code == 400
    assert await is_asked(browser, market, shop)


async def test_way_back_over_another_host_is_asked_about_anew(browser, market, shop):
    await agree(browser, market, shop)
    async with market.services.db.write() as tx:
        for uri in ("https://other.example/cb", "https://shop.example/other"):
            await developers.add_redirect_uri(
                tx, shop.app.id, uri=uri, policy=developers.AddressPolicy()
            )

    assert await is_asked(browser, market, shop, redirect_uri="https://other.example/cb")
    assert not await is_asked(browser, market, shop, redirect_uri="https://shop.example/other")


async def test_prompt_consent_always_asks(browser, market, shop):
    await agree(browser, market, shop)

    assert await is_asked(browser, market, shop, prompt="consent")
    assert await is_asked(browser, market, shop, prompt="select_account consent")


async def test_what_was_taken_back_is_asked_for_again(browser, market, shop):
    await agree(browser, market, shop)
    async with market.services.db.write() as tx:
        await oauth.withdraw(
            tx, person_id=market.person.id, app_id=shop.app.id, scope="USER_PHONE", resource=""
        )

    assert await is_asked(browser, market, shop)
    assert not await is_asked(browser, market, shop, scope="USER_ID")


async def test_disconnected_app_is_asked_about_again(browser, market, shop):
    await agree(browser, market, shop)
    async with market.services.db.write() as tx:
        await oauth.disconnect(tx, person_id=market.person.id, app_id=shop.app.id)

    assert await is_asked(browser, market, shop)


async def test_app_in_development_always_asks(browser, market):
    for _ in range(2):
        page = await browser.get("/oauth2/auth", params=market.request())
        assert page.status_code == 200
        await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "allow"})


async def test_grant_nobody_was_shown_is_not_remembered(browser, market, shop):
    async with market.services.db.write() as tx:
        await oauth.begin_family(
            tx,
            person_id=market.person.id,
            app_id=shop.app.id,
            asked=oauth.parse_scopes(SCOPE),
            lifetime_seconds=60,
        )

    assert await is_asked(browser, market, shop)


async def test_prompt_none_says_what_it_would_have_shown(browser, anonymous, market, shop):
    silent = asked(market, shop, prompt="none")

    def error_of(answer):
        return query_of(answer)["error"]

    assert error_of(await anonymous.get("/oauth2/auth", params=silent)) == "login_required"
    assert error_of(await browser.get("/oauth2/auth", params=silent)) == "consent_required"
    theirs = silent | {"scope": "POST_EDIT.THEIRS"}
    assert error_of(await browser.get("/oauth2/auth", params=theirs)) == "interaction_required"
    both = silent | {"prompt": "none login"}
    assert error_of(await browser.get("/oauth2/auth", params=both)) == "invalid_request"
    await agree(browser, market, shop)
    assert "code" in query_of(await browser.get("/oauth2/auth", params=silent))


async def test_deny_changes_nothing_that_was_agreed_before(browser, market, shop):
    await agree(browser, market, shop)
    page = await browser.get("/oauth2/auth", params=asked(market, shop, prompt="consent"))

    answer = await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": "deny"})

    assert query_of(answer)["error"] == "access_denied"
    assert not await is_asked(browser, market, shop)


async def test_not_being_asked_again_does_not_make_a_consent_live_longer(
    browser, market, shop, moment
):
    consented_at = clock.now()
    await agree(browser, market, shop)
    moment.advance(timedelta(minutes=10))
    assert not await is_asked(browser, market, shop)

    request = oauth.AuthorizationRequest(
        client_id=shop.app.slug,
        redirect_uri=shop.redirect_uri,
        response_type="code",
        scope=SCOPE,
    )
    async with market.services.db.read() as tx:
        authorization = await oauth.check_request(tx, request)
        assert isinstance(authorization, oauth.Authorization)
        found = [
            await oauth.consented_at(
                tx, authorization, person_id=market.person.id, lifetime_seconds=seconds
            )
            for seconds in (601, 600)
        ]

    assert found == [consented_at, None]
