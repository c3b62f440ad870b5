"""What tests of the developers' panel do again and again."""

import re
from typing import Any

from dalan.domains import developers
from dalan.domains.developers import App
from dalan.surfaces.services import Services
from tests.factories.browser import Browser

APPS = "/kenar/management/apps"
OTHER_PHONE = "09351112233"


async def registered(browser: Browser, slug: str = "light-report", **typed: str) -> str:
    """Register an app through the form; answers its path."""
    page = await browser.get(f"{APPS}/new")
    values: dict[str, Any] = {"display": "گزارش خودرو", "slug": slug} | typed
    answer = await browser.submit(page, APPS, **values)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def app_of(services: Services, slug: str = "light-report") -> App:
    async with services.db.read() as tx:
        return await developers.app_by_slug(tx, slug)


async def submit(browser: Browser, path: str, action: str, **typed: Any) -> Any:
    """Fill in the form of a page; lists give a field several values."""
    page = await browser.get(path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(action, {"csrf_token": token[1]} | typed)


def secret_in(html: str) -> str:
    """The secret a page shows, "" when it shows none."""
    box = re.search(r'class="secret-box".*?data-copy="([^"]+)"', html, re.DOTALL)
    return box[1] if box else ""
