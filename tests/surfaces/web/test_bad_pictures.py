"""What is no picture, sent with the site's own form: a reason one can read, and nothing kept."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories.bad_uploads import PATHS, PICTURES
from tests.factories.browser import Browser, browsing, make_services, sign_in

from dalan.domains import media
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_pages


@pytest.fixture
def services(db: Any, tmp_path: Path) -> Services:
    return make_services(db, media=media.MediaStore(str(tmp_path / "media")), posts_reviewed=True)


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    async with browsing(make_pages(services)) as opened:
        await sign_in(opened, services)
        yield opened


async def test_each_is_refused_in_words_and_nothing_is_kept(
    browser: Browser, services: Services, tmp_path: Path
) -> None:
    form = await browser.get((await browser.get("/new/furniture")).headers["location"])
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
    assert token
    sent = {"csrf_token": token.group(1)}
    faults = []
    for number, (name, data) in enumerate(PICTURES.items()):
        files = {"pictures": (PATHS[number % len(PATHS)], data, "image/jpeg")}
        answer = await browser.client.post("/new/pictures", data=sent, files=files)
        is_word = answer.headers["content-type"].startswith("text/plain") and answer.text
        if answer.status_code != 422 or not is_word or "<" in answer.text:
            faults.append(f"{name}: {answer.status_code} {answer.text[:200]}")

    assert not faults
    assert not [one for one in (tmp_path / "media").rglob("*") if one.is_file()]
    async with services.db.look() as look:
        assert (await look.rows("SELECT count(*) FROM image", ()))[0][0] == 0
