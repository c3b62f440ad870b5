"""API keys of an app in the panel: made, shown once, revoked."""

from datetime import timedelta

import pytest
from tests.factories.panel import app_of, registered, secret_in, submit

from dalan.domains import developers


async def test_key_is_shown_once_and_opens_what_was_chosen(browser, services):
    path = await registered(browser)

    answer = await submit(
        browser,
        f"{path}/keys",
        f"{path}/keys",
        title="سرور گزارش",
        life_days="60",
        permissions=["GET_POST", "ADD_ON_CREATE"],
    )
    first, again = await browser.get(f"{path}/keys"), await browser.get(f"{path}/keys")

    assert answer.status_code == 303
    text = secret_in(first.text)
    assert text
    assert text not in again.text
    async with services.db.read() as tx:
        caller = await developers.caller(tx, text, services.keys)
        (key,) = await developers.keys_of(tx, caller.app_id)
    assert caller.permissions == {"GET_POST", "ADD_ON_CREATE"}
    assert key.expires_at is not None
    assert key.expires_at - key.created_at == timedelta(days=60)
    assert "سرور گزارش" in again.text
    revoked = await submit(browser, f"{path}/keys", f"{path}/keys/{key.id}/revoke")
    assert revoked.status_code == 303
    async with services.db.read() as tx:
        with pytest.raises(developers.RevokedKey):
            await developers.caller(tx, text, services.keys)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 61}, "title"),
        ({"life_days": "7"}, "life_days"),
        ({"life_days": "9" * 30}, "life_days"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["FLY"]}, "permissions"),
    ],
)
async def test_key_that_will_not_do_is_not_made(browser, services, typed, field):
    path = await registered(browser)
    given = {"title": "کلید من", "life_days": "60", "permissions": ["GET_POST"]} | typed

    answer = await submit(browser, f"{path}/keys", f"{path}/keys", **given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    async with services.db.read() as tx:
        assert await developers.keys_of(tx, (await app_of(services)).id) == []


@pytest.mark.parametrize("key_id", ["0", "1", str(2**63), str(10**60)])
async def test_revoking_a_key_there_is_not_changes_nothing(browser, key_id):
    path = await registered(browser)

    answer = await submit(browser, f"{path}/keys", f"{path}/keys/{key_id}/revoke")

    assert answer.status_code == 404
