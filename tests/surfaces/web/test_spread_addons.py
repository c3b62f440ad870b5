"""Add-ons of people and businesses on the pages of whoever can take them away."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.oauth import make_tokens
from tests.factories.posts import make_post
from tests.factories.spreads import spread, spread_business

from dalan.domains import addons, businesses, developers, identity, media, oauth
from dalan.resources import resource_kinds
from dalan.surfaces.html import csrf
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, connections, site

APPS = "/my-divar/apps"


class Scene(msgspec.Struct):
    services: Services
    browser: Browser
    me: identity.Person
    app: developers.App

    async def business(self, role: businesses.BusinessRole = "owner") -> businesses.Business:
        """Somebody else's, in which this person has a role, or their own."""
        async with self.services.db.write() as tx:
            owner = self.me if role == "owner" else await make_person(tx)
            made = await businesses.open_business(tx, owner_id=owner.id, name="دالان", kind="CAR")
            if role != "owner":
                await businesses.add_member(
                    tx, made.id, by_person_id=owner.id, person_id=self.me.id, role=role
                )
            await spread_business(tx, self.app, made, owner.id, "گارانتی")
        return made

    async def spread(self, **more: Any) -> None:
        async with self.services.db.write() as tx:
            await spread(tx, self.app, self.me.id, "فروشندهٔ خوش‌نام", **more)

    async def send(self, path: str) -> httpx.Response:
        """Post a form the page does not show, with this browser's own token."""
        page = await self.browser.get("/my-divar/businesses/new")
        token = forms_of(page.text, "/my-divar/businesses/new")[0][csrf.FIELD]
        return await self.browser.post(path, {csrf.FIELD: token})

    async def left(self) -> list[addons.Spread]:
        async with self.services.db.look() as look:
            rows = await look.rows("SELECT DISTINCT by_person_id FROM spread_addon", ())
            return [one for (by,) in rows for one in await addons.agreed_to(look, by)]


@pytest.fixture
async def scene(db: Any, tmp_path: Any) -> AsyncIterator[Scene]:
    services = make_services(
        db, media=media.MediaStore(str(tmp_path / "media")), resource_kinds=resource_kinds()
    )
    routers = [
        account.router(services, has_connected_apps=True),
        connections.router(services),
        site.router(services),
    ]
    async with browsing(Litestar(routers, openapi_config=None, logging_config=None)) as browser:
        await sign_in(browser, services)
        async with db.write() as tx:
            me = await identity.person_by_phone(tx, "+989121234567")
            assert me is not None
            app = (await make_app(tx, production=True, display="امتیاز <i>من</i>")).app
            await make_tokens(tx, services.keys, me, app, "USER_ADDON_CREATE")
        yield Scene(services, browser, me, app)


async def test_post_shows_it_to_everybody_and_its_owner_on_the_management_page(scene: Scene):
    async with scene.services.db.write() as tx:
        post = await make_post(tx, owner_id=scene.me.id)
    await scene.spread()

    for path in (f"/v/{post.token}", f"/my-divar/my-posts/{post.token}"):
        page = await scene.browser.get(path)
        assert "فروشندهٔ خوش‌نام" in page.text, path
        assert "امتیاز &lt;i&gt;من&lt;/i&gt;" in page.text


async def test_person_sees_it_among_connected_apps_and_removes_it(scene: Scene):
    assert "روی همهٔ آگهی‌های شما" not in (await scene.browser.get(APPS)).text
    await scene.spread(categories=["light", "vehicles"])

    page = await scene.browser.get(APPS)
    assert "روی همهٔ آگهی‌های شما" in page.text
    assert "خودرو" in page.text
    assert "روی آگهی‌های تازه نه" not in page.text
    done = await scene.browser.submit(page, f"{APPS}/{scene.app.slug}/remove-addon")

    assert (done.status_code, done.headers["location"]) == (303, APPS)
    after = await scene.browser.get(APPS)
    assert "از همهٔ آگهی‌هایتان برداشته شد." in after.text
    assert f"addon-of-{scene.app.slug}" not in after.text
    assert await scene.left() == []


async def test_it_can_be_removed_after_the_app_lost_its_access(scene: Scene):
    await scene.spread()
    async with scene.services.db.write() as tx:
        await oauth.disconnect(tx, person_id=scene.me.id, app_id=scene.app.id)

    page = await scene.browser.get(APPS)
    await scene.browser.submit(page, f"{APPS}/{scene.app.slug}/remove-addon")

    assert await scene.left() == []


@pytest.mark.parametrize("slug", ["", "nowhere", "%D8%A7", "x" * 300])
async def test_removing_what_is_gone_says_so(scene: Scene, slug: str):
    answer = await scene.send(f"{APPS}/{slug or scene.app.slug}/remove-addon")

    assert (answer.status_code, answer.headers["location"]) == (303, APPS)
    assert "از پیش برداشته شده بود." in (await scene.browser.get(APPS)).text


async def test_removing_without_the_forms_token_is_refused(scene: Scene):
    business = await scene.business()
    await scene.spread()

    for path in (
        f"{APPS}/{scene.app.slug}/remove-addon",
        f"/my-divar/businesses/{business.token}/apps/{scene.app.slug}/remove-addon",
    ):
        assert (await scene.browser.post(path, {})).status_code == 403

    assert len(await scene.left()) == 2


@pytest.mark.parametrize("role", ["owner", "manager"])
async def test_manager_removes_one_of_a_business(scene: Scene, role: businesses.BusinessRole):
    business = await scene.business(role)
    path = f"/my-divar/businesses/{business.token}"

    page = await scene.browser.get(path)
    assert "روی همهٔ آگهی‌های کسب‌وکار" in page.text
    done = await scene.browser.submit(page, f"{path}/apps/{scene.app.slug}/remove-addon")

    assert (done.status_code, done.headers["location"]) == (303, path)
    after = (await scene.browser.get(path)).text
    assert "از همهٔ آگهی‌های کسب‌وکار برداشته شد." in after
    assert "روی همهٔ آگهی‌های کسب‌وکار</h2>" not in after
    assert await scene.left() == []


async def test_member_sees_one_of_a_business_and_does_not_remove_it(scene: Scene):
    business = await scene.business("member")
    path = f"/my-divar/businesses/{business.token}"

    page = (await scene.browser.get(path)).text
    assert "روی همهٔ آگهی‌های کسب‌وکار" in page
    assert "remove-addon" not in page
    await scene.send(f"{path}/apps/{scene.app.slug}/remove-addon")

    assert len(await scene.left()) == 1


async def test_strangers_and_unknown_apps_change_nothing_of_a_business(scene: Scene):
    business = await scene.business()
    async with scene.services.db.write() as tx:
        stranger = await make_person(tx)
        other = await businesses.open_business(tx, owner_id=stranger.id, name="دیگری", kind="CAR")
    base = "/my-divar/businesses"

    foreign = await scene.send(f"{base}/{other.token}/apps/{scene.app.slug}/remove-addon")
    unknown = await scene.send(f"{base}/{business.token}/apps/nowhere/remove-addon")

    assert foreign.status_code == 404
    assert unknown.status_code == 303
    assert len(await scene.left()) == 1
