"""Personal tokens in the panel: made, shown once, used, listed, revoked."""

import re
from datetime import timedelta

import pytest
from tests.factories.panel import app_of, registered, submit

from dalan.domains import audit, oauth
from dalan.kernel.clock import AdjustableClock

CHOSEN = {"title": "انبار", "life_days": "90", "scopes": ["customer.profile.read"]}


def secrets_in(page: str) -> list[str]:
    """What the page shows once, in order."""
    return re.findall(r'class="secret-box".*?data-copy="([^"]+)"', page, re.DOTALL)


async def made(browser, path: str, **typed) -> list[str]:
    """Make a token; answers it and its refresh token."""
    answer = await submit(browser, f"{path}/tokens", f"{path}/tokens", **(CHOSEN | typed))
    assert answer.status_code == 303, answer.text
    return secrets_in((await browser.get(f"{path}/tokens")).text)


async def bearer_of(services, token: str) -> oauth.Bearer | None:
    async with services.db.read() as tx:
        mac = services.keys.token_mac(token)
        assert mac is not None
        return await oauth.bearer(tx, mac, door="basalam")


async def test_token_is_shown_once_with_its_refresh_token_and_opens_what_was_chosen(
    browser, services
):
    path = await registered(browser)

    access_token, refresh_token = await made(browser, path)

    assert secrets_in((await browser.get(f"{path}/tokens")).text) == []
    bearer = await bearer_of(services, access_token)
    assert bearer is not None
    assert oauth.allows(bearer, "customer.profile.read")
    assert not oauth.allows(bearer, "customer.profile.write")
    app = await app_of(services)
    async with services.db.write() as tx:
        renewed = await oauth.refresh(
            tx, keys=services.keys, app_id=app.id, refresh_token=refresh_token, scope=None,
            door="basalam", access_seconds=3_600, grace_seconds=120,
        )  # fmt: skip
        page = await audit.entries_of(tx, audit.Subject.app(app.id))
    assert isinstance(renewed, oauth.Issued)
    entry = next(one for one in page.entries if one.action == "app.personal_token_made")
    assert entry.facts == {"scopes": ["customer.profile.read"], "life_days": 90}
    assert access_token not in str(entry)


async def test_page_tells_when_a_token_was_used_and_when_it_ends(
    browser, services, moment: AdjustableClock
):
    path = await registered(browser)
    access_token, _refresh_token = await made(browser, path)
    assert "هنوز نه" in (await browser.get(f"{path}/tokens")).text

    bearer = await bearer_of(services, access_token)
    assert bearer is not None
    uses = oauth.LastUses(services.db)
    uses.note_family(bearer)
    await uses.flush()
    page = (await browser.get(f"{path}/tokens")).text
    assert "هنوز نه" not in page
    assert "انبار" in page

    moment.advance(timedelta(days=91))
    assert await bearer_of(services, access_token) is None


async def test_revoked_token_and_its_refresh_token_open_nothing(browser, services):
    path = await registered(browser)
    access_token, refresh_token = await made(browser, path)
    page = (await browser.get(f"{path}/tokens")).text
    (action,) = set(re.findall(rf'action="({path}/tokens/\d+/revoke)"', page))

    for _ in range(2):
        answer = await submit(browser, f"{path}/tokens", action)
        assert answer.status_code == 303

    assert await bearer_of(services, access_token) is None
    app = await app_of(services)
    async with services.db.write() as tx:
        refused = await oauth.refresh(
            tx, keys=services.keys, app_id=app.id, refresh_token=refresh_token, scope=None,
            door="basalam", access_seconds=3_600, grace_seconds=120,
        )  # fmt: skip
        page = await audit.entries_of(tx, audit.Subject.app(app.id))
    assert isinstance(refused, oauth.Refusal)
    actions = [one.action for one in page.entries]
    assert actions.count("app.personal_token_revoked") == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 61}, "title"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["USER_PHONE"]}, "scopes"),
        ({"scopes": ["*"]}, "scopes"),
        ({"life_days": "5"}, "life_days"),
        ({"life_days": "x"}, "life_days"),
    ],
)
async def test_token_that_will_not_do_is_not_made(browser, services, typed, field):
    path = await registered(browser)

    answer = await submit(browser, f"{path}/tokens", f"{path}/tokens", **(CHOSEN | typed))

    assert answer.status_code == 422
    assert f"{field}-error" in answer.text
    app = await app_of(services)
    async with services.db.read() as tx:
        assert await oauth.personal_tokens(tx, person_id=app.owner_id, app_id=app.id) == []


async def test_twenty_first_token_is_refused_with_a_reason(browser):
    path = await registered(browser)
    for _ in range(oauth.PERSONAL_TOKENS_MAX):
        await made(browser, path)

    answer = await submit(browser, f"{path}/tokens", f"{path}/tokens", **CHOSEN)

    assert answer.status_code == 422
    assert "حداکثر 20 توکن" in answer.text


async def test_strangers_neither_see_nor_revoke(browser, other, services):
    path = await registered(browser)
    access_token, _refresh_token = await made(browser, path)
    bearer = await bearer_of(services, access_token)

    assert (await other.get(f"{path}/tokens")).status_code == 404
    home = await other.get("/kenar/management/apps/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', home.text)
    assert token is not None
    assert bearer is not None
    answer = await other.post(f"{path}/tokens/{bearer.family_id}/revoke", {"csrf_token": token[1]})

    assert answer.status_code == 404
    assert await bearer_of(services, access_token) is not None
