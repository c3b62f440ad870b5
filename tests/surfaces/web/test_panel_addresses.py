"""Where an app is reached and people are sent back to, in the panel: secrets, redirect addresses,
addresses of its server, touchpoints."""

import re

from tests.factories.browser import browsing, make_services, sign_in
from tests.factories.panel import app_of, registered, secret_in, submit

from dalan.domains import developers, touchpoints
from dalan.surfaces.web.app import make_app


async def test_rotated_secret_is_shown_once_beside_the_old_one(browser, services):
    path = await registered(browser)
    old = secret_in((await browser.get(path)).text)

    await submit(browser, f"{path}/oauth", f"{path}/oauth/secret", overlap_hours="24")
    page = await browser.get(f"{path}/oauth")

    new, app = secret_in(page.text), await app_of(services)
    assert new
    assert new not in (await browser.get(f"{path}/oauth")).text
    assert "رمز قبلی هنوز پذیرفته می‌شود." in page.text
    async with services.db.read() as tx:
        for secret in (old, new):
            assert await developers.check_client_secret(tx, app.id, secret, keys=services.keys)
    await submit(browser, f"{path}/oauth", f"{path}/oauth/secret/revoke-old")
    async with services.db.read() as tx:
        assert not await developers.check_client_secret(tx, app.id, old, keys=services.keys)
    assert "رمز قبلی هنوز پذیرفته می‌شود." not in (await browser.get(f"{path}/oauth")).text


async def test_redirect_addresses_come_and_go(browser, services):
    path = await registered(browser)
    action = f"{path}/oauth/redirect-uris"

    for uri in ("javascript:alert(1)", "https://a.example/cb?x=1", "https://u@a.example/", "x" * 9):
        refused = await submit(browser, f"{path}/oauth", action, uri=uri)
        assert refused.status_code == 422
        assert 'id="uri-error"' in refused.text
        assert f'value="{uri}"' in refused.text
    await submit(browser, f"{path}/oauth", action, uri=" http://localhost:8100/cb ")

    async with services.db.read() as tx:
        (added,) = await developers.redirect_uris(tx, (await app_of(services)).id)
    assert added.uri == "http://localhost:8100/cb"
    assert added.uri in (await browser.get(f"{path}/oauth")).text
    await submit(browser, f"{path}/oauth", f"{action}/{added.id}/remove")
    assert added.uri not in (await browser.get(f"{path}/oauth")).text


async def test_addresses_are_kept_together_or_not_at_all(browser, services):
    path = await registered(browser)
    good = {
        "fallback_url": "http://localhost:8100/start",
        "events_url": "https://app.example/events",
        "identification_key": "a-long-random-key",
    }

    refused = await submit(
        browser,
        f"{path}/addresses",
        f"{path}/addresses",
        **(good | {"events_url": "javascript:alert(1)", "session_init_url": "ftp://x/"}),
    )
    assert refused.status_code == 422
    for field in ("events_url", "session_init_url"):
        assert f'id="{field}-error"' in refused.text
    assert "a-long-random-key" in refused.text
    assert (await app_of(services)).fallback_url == ""
    assert (await app_of(services)).identification_key_box is None
    bad_key = good | {"identification_key": "a-long\r\nrandom-key"}
    refused = await submit(browser, f"{path}/addresses", f"{path}/addresses", **bad_key)
    assert refused.status_code == 422
    assert 'id="identification_key-error"' in refused.text

    assert (
        await submit(browser, f"{path}/addresses", f"{path}/addresses", **good)
    ).status_code == 303
    app = await app_of(services)
    assert app.fallback_url == good["fallback_url"]
    assert developers.identification_key(app, keys=services.keys) == "a-long-random-key"
    assert "a-long-random-key" in (await browser.get(f"{path}/addresses")).text


async def test_real_world_wants_https_addresses(db, tmp_path_factory):
    services = make_services(
        db,
        world="real",
        public_base_url="https://dalan.test",
        home=tmp_path_factory.getbasetemp(),
        quotas=developers.Quotas(db),
    )
    async with browsing(make_app(services), base_url="https://dalan.test") as browser:
        await sign_in(browser, services)
        path = await registered(browser)

        refused = await submit(
            browser,
            f"{path}/addresses",
            f"{path}/addresses",
            fallback_url="http://localhost:8100/start",
        )

        assert refused.status_code == 422
        assert "باید با https:// شروع شود" in refused.text


async def test_touchpoint_needs_the_address_it_opens(browser, services):
    path = await registered(browser)
    operations = {
        f"operation_{place}": touchpoints.operations_at(place)[0] for place in touchpoints.PLACES
    }

    refused = await submit(
        browser, f"{path}/touchpoints", f"{path}/touchpoints", **operations, enabled_MY_POST="1"
    )
    assert refused.status_code == 422
    assert 'id="operation_MY_POST-error"' in refused.text
    await submit(
        browser, f"{path}/addresses", f"{path}/addresses", fallback_url="https://a.example/"
    )
    await submit(
        browser, f"{path}/touchpoints", f"{path}/touchpoints", **operations, enabled_MY_POST="1"
    )

    async with services.db.read() as tx:
        standing = await touchpoints.settings_of(tx, (await app_of(services)).id)
    assert {one.place for one in standing if one.enabled} == {"MY_POST"}
    page = await browser.get(f"{path}/touchpoints")
    assert re.search(r'name="enabled_MY_POST"[^>]*checked', page.text)
