"""The developer is told when a token of the app was in two hands."""

from datetime import timedelta
from typing import Any

from tests.factories.browser import browsing, make_services, sign_in
from tests.factories.developers import make_app as make_an_app
from tests.factories.oauth import make_tokens

from dalan.domains import developers, identity, oauth
from dalan.surfaces.web.app import make_app

NOTICE = "نشانهٔ نشت توکن"


async def test_overview_tells_of_a_refresh_token_used_after_its_grace(db, moment, tmp_path: Any):
    services = make_services(db, home=tmp_path, quotas=developers.Quotas(db))
    async with browsing(make_app(services)) as browser:
        await sign_in(browser, services)
        async with db.write() as tx:
            person = await identity.register(tx, phone="+989121234567")
            made = await make_an_app(tx, owner_id=person.id, keys=services.keys)
            pair = await make_tokens(tx, services.keys, person, made.app, "USER_ID offline_access")
        path = f"/kenar/management/apps/{made.app.slug}"
        assert NOTICE not in (await browser.get(path)).text

        for _ in range(2):
            async with db.write() as tx:
                await oauth.refresh(
                    tx,
                    keys=services.keys,
                    app_id=made.app.id,
                    refresh_token=pair.refresh_token or "",
                    scope=None,
                    access_seconds=3_600,
                    grace_seconds=120,
                )
            moment.advance(timedelta(minutes=3))

        page = await browser.get(path)
        assert page.status_code == 200, page.text
        assert NOTICE in page.text
