"""Posting for a business, its posts among those of its people, and its money."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import audit, businesses, identity, ledger, media, posts, wallet
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site

SOFA = {
    "title": "مبل هفت‌نفره",
    "description": "تمیز و سالم.",
    "city": "tehran",
    "chat_enabled": "1",
    "f_price": "۱۲٬۵۰۰٬۰۰۰",
    "f_price_mode": "مقطوع",
}
MINE = "/my-divar/my-posts"


class Scene(msgspec.Struct):
    services: Services
    browser: Browser
    me: identity.Person
    boss: identity.Person
    business: businesses.Business

    async def role(self, role: businesses.BusinessRole) -> None:
        async with self.services.db.write() as tx:
            await businesses.change_role(
                tx, self.business.id, by_person_id=self.boss.id, person_id=self.me.id, role=role
            )

    async def give(self, kind: ledger.AccountKind, holder_id: int, amount_rials: int) -> None:
        async with self.services.db.write() as tx:
            await ledger.transfer(
                tx, reference=f"gift:{kind}:{holder_id}:{amount_rials}", kind="top_up",
                sides=[
                    ledger.Side("operator", 0, -amount_rials),
                    ledger.Side(kind, holder_id, amount_rials),
                ],
            )  # fmt: skip

    async def held(self) -> tuple[int, int]:
        async with self.services.db.read() as tx:
            return (
                await wallet.balance_rials(tx, self.me.id),
                await wallet.business_balance_rials(tx, self.business.id),
            )


@pytest.fixture
async def scene(db: Any, tmp_path: Any) -> AsyncIterator[Scene]:
    services = make_services(
        db, media=media.MediaStore(str(tmp_path / "media")), posts_reviewed=False
    )
    app = Litestar(
        [account.router(services), site.router(services)], openapi_config=None, logging_config=None
    )
    async with browsing(app) as browser:
        await sign_in(browser, services)
        async with db.write() as tx:
            me = await identity.person_by_phone(tx, "+989121234567")
            assert me is not None
            boss = await make_person(tx)
            business = await businesses.open_business(
                tx, owner_id=boss.id, name="مبل پارسی", kind="MARKETPLACE"
            )
            await businesses.add_member(
                tx, business.id, by_person_id=boss.id, person_id=me.id, role="member"
            )
        yield Scene(services, browser, me, boss, business)


async def preview(browser: Browser, **more: str) -> Any:
    page = await browser.get("/new/furniture", follow_redirects=True)
    [fields] = forms_of(page.text, "/new/furniture")
    answer = await browser.post("/new/furniture", fields | SOFA | {"do": "preview"} | more)
    return page, answer


async def test_form_offers_the_business_and_the_post_is_its_own(scene):
    browser = scene.browser
    form, kept = await preview(browser, business=scene.business.token)
    shown = await browser.get(kept.headers["location"])
    sent = await browser.submit(shown, kept.headers["location"].replace("/preview", "/submit"))

    assert f'<option value="{scene.business.token}"' in form.text
    assert "مبل پارسی" in shown.text
    token = sent.headers["location"].rpartition("/")[2]
    async with scene.services.db.read() as tx:
        post = await posts.by_token(tx, token)
        assert post is not None
        origin = await posts.origin_of(tx, post.id)
    assert origin is not None
    assert (post.owner_id, origin.business_id) == (scene.me.id, scene.business.id)
    assert "مبل هفت‌نفره" in (await browser.get(f"/b/{scene.business.token}")).text


async def test_nobody_posts_for_a_business_they_do_not_work_in(scene):
    async with scene.services.db.write() as tx:
        other = await businesses.open_business(
            tx, owner_id=scene.boss.id, name="بیگانه", kind="CAR"
        )
    form, refused = await preview(scene.browser, business=other.token)
    _form, unknown = await preview(scene.browser, business="nobody000")
    _form, kept = await preview(scene.browser, business=scene.business.token)
    shown = await scene.browser.get(kept.headers["location"])
    async with scene.services.db.write() as tx:  # between the preview and the press
        await businesses.remove_member(
            tx, scene.business.id, by_person_id=scene.boss.id, person_id=scene.me.id
        )
    sent = await scene.browser.submit(
        shown, kept.headers["location"].replace("/preview", "/submit")
    )
    again = await scene.browser.get(sent.headers["location"])

    assert "بیگانه" not in form.text
    assert refused.status_code == unknown.status_code == 422
    assert 'id="business-error"' in refused.text or "دوباره انتخاب کنید" in refused.text
    assert "دوباره انتخاب کنید" in again.text
    async with scene.services.db.read() as tx:
        assert await posts.of_person(tx, scene.me.id) == []


async def test_colleagues_posts_are_listed_and_a_role_decides_what_is_done(scene):
    async with scene.services.db.write() as tx:
        post = await make_post(
            tx, owner_id=scene.boss.id, business_id=scene.business.id, title="کمد چوبی",
            category="furniture", fields={"status": "used", "price": 5_000_000},
        )  # fmt: skip
        private = await make_post(tx, owner_id=scene.boss.id, title="ماشین رئیس")
    path = f"{MINE}/{post.token}"

    listed = await scene.browser.get(MINE)
    page = await scene.browser.get(path)
    assert "کمد چوبی" in listed.text
    assert "مبل پارسی" in listed.text
    assert private.title not in listed.text
    assert f'action="{path}/retire"' not in page.text
    assert f'action="{path}/delete"' not in page.text
    assert f"{path}/edit" in page.text
    edit = await scene.browser.get(f"{path}/edit")
    saved = await scene.browser.submit(
        edit, f"{path}/edit", **SOFA | {"title": "کمد گردو", "do": "save"}
    )
    assert saved.status_code == 303, saved.text
    token = forms_of(edit.text, f"{path}/edit")[0]["csrf_token"]
    assert (await scene.browser.post(f"{path}/retire", {"csrf_token": token})).status_code == 404

    await scene.role("manager")
    page = await scene.browser.get(path)
    assert (await scene.browser.submit(page, f"{path}/retire")).status_code == 303

    async with scene.services.db.read() as tx:
        left = await posts.by_token(tx, post.token)
        assert left is not None
        assert (left.title, left.state) == ("کمد گردو", "retired")


async def test_money_is_put_in_once_and_only_managers_spend_it(scene, moment):
    await scene.give("wallet", scene.me.id, 9_000_000)
    async with scene.services.db.write() as tx:
        post = await make_post(tx, owner_id=scene.boss.id, business_id=scene.business.id)
    moment.advance(timedelta(days=3))  # so soon nothing is bumped
    manage = f"/my-divar/businesses/{scene.business.token}"
    promote = f"{MINE}/{post.token}/promote"

    page = await scene.browser.get(manage)
    for _ in range(2):  # an impatient hand
        done = await scene.browser.submit(page, f"{manage}/top-up", amount_tomans="۵۰۰٬۰۰۰")
        assert done.status_code == 303
    assert await scene.held() == (4_000_000, 5_000_000)
    for amount in ("", "x", "1", "99999999999999999999"):
        bad = await scene.browser.submit(page, f"{manage}/top-up", amount_tomans=amount)
        assert bad.status_code == 422, amount
    fresh = await scene.browser.get(manage)
    poor = await scene.browser.submit(fresh, f"{manage}/top-up", amount_tomans="900000")
    assert poor.status_code == 303

    member = await scene.browser.get(promote)
    await scene.browser.submit(member, f"{promote}/bump", source="business")
    assert (await scene.held())[1] == 5_000_000, "a member does not spend it"
    await scene.role("manager")
    page = await scene.browser.get(promote)
    assert 'value="business"' in page.text
    paid = await scene.browser.submit(page, f"{promote}/bump", source="business")
    assert paid.headers["location"] == f"{MINE}/{post.token}"
    own, business = await scene.held()
    assert own == 4_000_000
    assert 0 <= business < 5_000_000
    async with scene.services.db.read() as tx:
        logged = (await audit.entries(tx, action="business.topped_up")).entries
        assert len(logged) == 1
        assert not await ledger.check(tx)


async def test_what_is_left_goes_to_who_closes_it(scene):
    await scene.give("business", scene.business.id, 700_000)
    await scene.role("owner")
    manage = f"/my-divar/businesses/{scene.business.token}"

    closed = await scene.browser.submit(await scene.browser.get(manage), f"{manage}/close")

    assert closed.status_code == 303
    assert await scene.held() == (700_000, 0)
    async with scene.services.db.read() as tx:
        actions = [one.action for one in (await audit.entries(tx)).entries]
        assert not await ledger.check(tx)
    assert "business.closed" in actions
