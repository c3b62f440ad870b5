"""A business through its pages, as the people in it use them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import businesses, identity, media, posts
from dalan.kernel import phone
from dalan.surfaces.html import csrf
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site

LIST = "/my-divar/businesses"
PROFILE: dict[str, Any] = {
    "name": "نمایشگاه پارس",
    "type": "CAR",
    "about": "از ۱۳۷۰",
    "city": "tehran",
    "address": "خیابان آزادی",
    "hours": "۹ تا ۲۰",
}


class Scene(msgspec.Struct):
    services: Services
    browser: Browser
    me: identity.Person

    async def open(self, *, owner: identity.Person | None = None) -> businesses.Business:
        async with self.services.db.write() as tx:
            return await businesses.open_business(
                tx, owner_id=(owner or self.me).id, name="دالان", kind="CAR"
            )

    async def person(self, **said: Any) -> identity.Person:
        async with self.services.db.write() as tx:
            return await make_person(tx, **said)

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Post a form the page does not show, with this browser's own token."""
        page = await self.browser.get(f"{LIST}/new")
        token = forms_of(page.text, f"{LIST}/new")[0][csrf.FIELD]
        return await self.browser.post(path, {csrf.FIELD: token, **fields})

    async def team(self, business: businesses.Business) -> dict[int, str]:
        async with self.services.db.look() as look:
            return {one.person_id: one.role for one in await businesses.members(look, business.id)}


@pytest.fixture
async def scene(db: Any, tmp_path: Any) -> AsyncIterator[Scene]:
    services = make_services(db, media=media.MediaStore(str(tmp_path / "media")))
    app = Litestar(
        [account.router(services), site.router(services)], openapi_config=None, logging_config=None
    )
    async with browsing(app) as browser:
        await sign_in(browser, services)
        async with db.read() as tx:
            me = await identity.person_by_phone(tx, "+989121234567")
        assert me is not None
        yield Scene(services, browser, me)


async def test_a_business_is_opened_with_its_profile_and_shown_to_everybody(scene: Scene):
    page = await scene.browser.get(f"{LIST}/new")

    done = await scene.browser.submit(page, f"{LIST}/new", **PROFILE)

    assert done.status_code == 303
    token = done.headers["location"].rpartition("/")[2]
    public = (await scene.browser.get(f"/b/{token}")).text
    for words in ("نمایشگاه پارس", "از ۱۳۷۰", "تهران", "خیابان آزادی", "۹ تا ۲۰", "نمایشگاه خودرو"):
        assert words in public
    assert "نمایشگاه پارس" in (await scene.browser.get(LIST)).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "ا" * 61),
        ("type", "CIRCUS"),
        ("city", "atlantis"),
        ("about", "x" * 2001),
    ],
)
async def test_a_profile_that_will_not_do_is_shown_again_with_what_was_typed(
    scene: Scene, field, value
):
    page = await scene.browser.get(f"{LIST}/new")

    answer = await scene.browser.submit(page, f"{LIST}/new", **PROFILE | {field: value})

    assert answer.status_code == 422
    assert "خیابان آزادی" in answer.text
    async with scene.services.db.look() as look:
        assert await businesses.of_person(look, scene.me.id) == []


async def test_somebody_is_let_in_by_number_and_gets_another_role_and_goes(scene: Scene):
    business = await scene.open()
    colleague = await scene.person()
    path = f"{LIST}/{business.token}"

    page = await scene.browser.get(path)
    await scene.browser.submit(
        page, f"{path}/members", phone=phone.national(colleague.phone), role="member"
    )
    assert await scene.team(business) == {scene.me.id: "owner", colleague.id: "member"}

    page = await scene.browser.get(path)
    await scene.browser.submit(page, f"{path}/members/{colleague.id}/role", role="manager")
    assert (await scene.team(business))[colleague.id] == "manager"

    page = await scene.browser.get(path)
    await scene.browser.submit(page, f"{path}/members/{colleague.id}/remove")
    assert await scene.team(business) == {scene.me.id: "owner"}


@pytest.mark.parametrize("number", ["", "abc", "09350000000", "0912"])
async def test_a_number_nobody_has_or_none_lets_nobody_in(scene: Scene, number):
    business = await scene.open()
    path = f"{LIST}/{business.token}"
    page = await scene.browser.get(path)

    answer = await scene.browser.submit(page, f"{path}/members", phone=number, role="member")

    assert answer.status_code == 422
    assert await scene.team(business) == {scene.me.id: "owner"}


async def test_the_last_owner_is_told_to_name_another(scene: Scene):
    business = await scene.open()
    path = f"{LIST}/{business.token}"
    page = await scene.browser.get(path)

    answer = await scene.browser.submit(page, f"{path}/members/{scene.me.id}/remove")

    assert "دست‌کم یک مالک" in (await scene.browser.get(answer.headers["location"])).text
    assert await scene.team(business) == {scene.me.id: "owner"}


async def test_a_member_reads_and_changes_nothing(scene: Scene):
    owner = await scene.person()
    business = await scene.open(owner=owner)
    async with scene.services.db.write() as tx:
        await businesses.add_member(
            tx, business.id, by_person_id=owner.id, person_id=scene.me.id, role="member"
        )
    path = f"{LIST}/{business.token}"
    page = await scene.browser.get(path)
    assert page.status_code == 200
    assert f'action="{path}/members"' not in page.text

    for form, fields in (
        (path, PROFILE),
        (f"{path}/members", {"phone": phone.national(owner.phone), "role": "member"}),
        (f"{path}/members/{scene.me.id}/role", {"role": "owner"}),
        (f"{path}/members/{owner.id}/remove", {}),
        (f"{path}/apps", {"slug": "nothing"}),
        (f"{path}/close", {}),
    ):
        await scene.send(form, **fields)

    async with scene.services.db.look() as look:
        assert await businesses.by_token(look, business.token) == business
    assert await scene.team(business) == {owner.id: "owner", scene.me.id: "member"}


async def test_strangers_find_no_such_business_to_manage(scene: Scene):
    business = await scene.open(owner=await scene.person())

    assert (await scene.browser.get(f"{LIST}/{business.token}")).status_code == 404
    assert (await scene.send(f"{LIST}/{business.token}", **PROFILE)).status_code == 404
    assert (await scene.send(f"{LIST}/{business.token}/close")).status_code == 404
    assert (await scene.browser.get(f"/b/{business.token}")).status_code == 200
    assert (await scene.browser.get("/b/nobody000")).status_code == 404


async def test_an_app_is_linked_by_its_name_and_unlinked(scene: Scene):
    business = await scene.open()
    async with scene.services.db.write() as tx:
        app = (await make_app(tx, keys=scene.services.keys, production=True)).app
    path = f"{LIST}/{business.token}"
    page = await scene.browser.get(path)
    wrong = await scene.browser.submit(page, f"{path}/apps", slug="no-such-app")
    assert wrong.status_code == 422

    await scene.browser.submit(page, f"{path}/apps", slug=app.slug)
    page = await scene.browser.get(path)
    assert app.display in page.text
    async with scene.services.db.look() as look:
        assert await businesses.is_linked(look, business.id, app_id=app.id)

    await scene.browser.submit(page, f"{path}/apps/{app.slug}/remove")
    async with scene.services.db.look() as look:
        assert not await businesses.is_linked(look, business.id, app_id=app.id)


async def test_its_posts_are_on_its_page_and_closing_takes_the_page_away(scene: Scene):
    business = await scene.open()
    async with scene.services.db.write() as tx:
        post = await make_post(tx, owner_id=scene.me.id, business_id=business.id)
    page = await scene.browser.get(f"/b/{business.token}")
    assert post.title in page.text

    page = await scene.browser.get(f"{LIST}/{business.token}")
    await scene.browser.submit(page, f"{LIST}/{business.token}/close")

    assert (await scene.browser.get(f"/b/{business.token}")).status_code == 404


async def test_the_management_page_shows_the_week(scene: Scene, moment):
    async with scene.services.db.write() as tx:
        post = await make_post(tx, owner_id=scene.me.id)
        await posts.count(tx, "view", post.id, times=1234)

    page = (await scene.browser.get(f"/my-divar/my-posts/{post.token}")).text

    assert "1٬234" in page
    assert page.count("<rect ") == 7
    assert "30 آبان" in page
