"""From the consent page to another account and back."""

from typing import Any, cast

import httpx
from litestar import Litestar

from dalan.surfaces.web.account.routes import router
from tests.factories.browser import forms_of
from tests.surfaces.oauth.conftest import BASE_URL


async def test_another_account_signs_out_and_leads_back_to_the_request(browser, market):
    web = Litestar([router(market.services)], openapi_config=None, logging_config=None)
    page = await browser.get("/oauth2/auth", params=market.request())
    [form] = [one for one in forms_of(page.text, "/sign-out") if "next" in one]

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast(Any, web)),
        base_url=BASE_URL,
        cookies={"dalan_session": market.session},
    ) as elsewhere:
        answer = await elsewhere.post("/sign-out", data=form)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{page.url.raw_path.decode()}"
    again = await browser.get(answer.headers["location"])
    assert again.headers["location"].startswith("/sign-in?next=%2Foauth2%2Fauth%3F")
