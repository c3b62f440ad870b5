"""A whole session, its mistakes included, leaves no name, number or secret in the log."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import identity
from dalan.kernel import logs
from tests.factories.browser import Browser, newest_code
from tests.factories.developers import make_app, make_key
from tests.factories.oauth import make_token
from tests.factories.posts import make_post

PHONE = "09121234567"
NAME = "پروانه"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "session.log"
    logs.setup("debug", str(path))
    yield path
    logs.setup()


def written(log: Path) -> str:
    """What the log says but for times, sizes and ids, which could be anybody's digits."""
    by_chance = r'"(?:at|request_id)":"[^"]*"|"(?:duration_us|answer_bytes)":[0-9]+'
    return re.sub(by_chance, "", log.read_text())


async def test_session_leaves_nothing_personal_in_the_log(
    log: Path, platform: Platform, http: httpx.AsyncClient
):
    services, browser = platform.services, Browser(http)
    await browser.submit(await browser.get("/sign-in"), "/sign-in", phone=PHONE)
    code = await newest_code(services)
    page = await browser.get(f"/sign-in/code?next=/x%3Fphone%3D{PHONE}")
    assert (await browser.submit(page, "/sign-in/code", code="1234")).status_code == 422
    assert (await browser.submit(page, "/sign-in/code", code=code)).status_code == 303
    profile = await browser.get("/my-divar/profile")
    assert (await browser.submit(profile, "/my-divar/profile", name=NAME)).status_code == 303
    async with services.db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
        assert person is not None
        post = await make_post(tx, owner_id=person.id)
        made = await make_app(tx, owner_id=person.id, keys=services.keys)
        key = (await make_key(tx, made.app.id, keys=services.keys)).text
        token = await make_token(tx, services.keys, person, made.app, "USER_PHONE USER_ID")
    named = {"x-api-key": key, "authorization": f"Bearer {token}"}
    user = await http.get("/v1/open-platform/users", headers=named)
    assert user.json()["phone_number"] == PHONE
    secret = made.client_secret
    for path in (
        f"/{PHONE}/{NAME}", f"/v/{PHONE}", f"/apps/{NAME}?phone={PHONE}", f"/completion?s={token}",
        f"/v1/open-platform/finder/post/{PHONE}", f"/oauth2/auth?client_id={key}&state={PHONE}",
        f"/console/api/inbox?phone={PHONE}", f"/docs/{PHONE}", f"/static/{PHONE}.css",
        f"/v1/{PHONE}", f"/openapi/{PHONE}", f"/kenar/management/apps/{key}/keys",
    ):  # fmt: skip
        assert (await http.get(path, headers=named)).status_code < 500
    form = {"grant_type": "authorization_code", "code": token, "client_id": PHONE}
    await http.post("/oauth2/token", data=form | {"client_secret": secret})
    await http.post("/oauth2/token", content=f"{PHONE}={secret}&{PHONE}={token}")
    body = f'{{"phone": "{PHONE}", "x": '.encode()
    await http.post("/v1/open-platform/users/id-by-phone", headers=named, content=body)
    platform._access_log.flush()

    text = written(log)

    assert text.count("\n") > 20
    cookies = dict(http.cookies)
    told = [PHONE, PHONE[1:], NAME, code, key, token, secret, post.token, *cookies.values()]
    assert [one for one in told if len(one) > 4 and one in text] == []
    metrics = (await http.get("/metrics")).text
    assert [one for one in (PHONE[1:], NAME, key, token, post.token) if one in metrics] == []
