"""Starting apps and clicking widgets through the pages, as people do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from tests.factories.addons import attach, every_widget
from tests.factories.app_server import AppServer, app_server, ok
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import businesses, developers, posts, touchpoints
from dalan.kernel.db import Database
from dalan.kernel.outbound import Outbound, OutboundPolicy
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site, starts

DIRECT, SERVER, _ = touchpoints.OPERATIONS
OWNER, VIEWER = "09370000001", "09370000002"


class Scene(msgspec.Struct):
    services: Services
    pages: Any
    browser: Browser
    server: AppServer
    app: developers.App
    post: posts.Post

    async def configure(self, place: str, operation: str) -> None:
        async with self.services.db.write() as tx:
            await touchpoints.configure(
                tx, self.app.id, place=place, enabled=True, operation=operation
            )

    async def attach(self, *widgets: dict[str, Any], **more: Any) -> None:
        body = {"widgets": list(widgets), **more}
        await attach(self.services.db, self.app, self.post.token, body, keys=self.services.keys)

    @property
    def page_path(self) -> str:
        return f"/v/{self.post.token}"

    @property
    def management_path(self) -> str:
        return f"/my-divar/my-posts/{self.post.token}"

    def start_path(self, place: str) -> str:
        return f"/start/{place}/{self.app.slug}?post={self.post.token}"

    def press_path(self, index: int = 0) -> str:
        return f"/press/{self.app.slug}/{self.post.token}/{index}"


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with app_server() as server, Outbound(OutboundPolicy(allow_private=True)) as outbound:
        services = make_services(db, outbound=outbound, outbound_seconds=1)
        async with db.write() as tx:
            owner = await make_person(tx, phone="+98" + OWNER[1:])
            app = (
                await make_app(
                    tx,
                    keys=services.keys,
                    production=True,
                    slug="expert-check",
                    display="کارشناسی <خودرو>",
                    subtitle="از ۴۵۰٬۰۰۰ تومان",
                    description="بازدید در محل\nگزارش کامل",
                )
            ).app
            await developers.set_addresses(
                tx,
                app.id,
                policy=developers.AddressPolicy(any_http=True),
                fallback_url=f"{server.url}/landing",
                session_init_url=f"{server.url}/session",
                dynamic_action_url=f"{server.url}/dynamic",
                events_url="",
            )
            post = await make_post(tx, owner_id=owner.id)
        pages = Litestar(
            [account.router(services), site.router(services), starts.router(services)],
            openapi_config=None,
            logging_config=None,
        )
        async with browsing(pages) as browser:
            yield Scene(services, pages, browser, server, app, post)


async def test_post_page_shows_add_on_under_its_app(scene: Scene):
    await scene.attach(*every_widget(), semantic={"inspection_result": "INSPECTION_APPROVED"})

    page = await scene.browser.get(scene.page_path)

    assert page.status_code == 200
    assert 'href="/apps/expert-check"' in page.text
    assert "کارشناسی &lt;خودرو&gt;" in page.text
    assert "کارشناسی‌شده" in page.text
    assert 'rel="noopener noreferrer nofollow"' in page.text
    assert "form-action" not in page.headers["content-security-policy"]


async def test_post_page_escapes_hostile_texts(scene: Scene):
    bad = '"><img src=x onerror=alert(1)>'
    await scene.attach(
        {"title_row": {"text": bad}},
        {"subtitle_row": {"text": bad}},
        {"description_row": {"text": bad * 20, "expandable": True}},
        {"button_bar": {"title": bad, "action": {"open_direct_link": "https://a.example/?'%22"}}},
        {"selector_row": {"title": bad, "label": bad, "icon_name": bad}},
        {"event_row": {"title": bad[:24], "subtitle": bad, "label": bad[:15]}},
        {"group_info_row": {"items": [{"title": bad, "value": bad}] * 2}},
        {"score_row": {"title": bad[:25], "descriptive_score": bad[:17]}},
        {"evaluation_row": {"left": {"text": bad[:18]}, "indicator_text": bad}},
        {"image_carousel_row": {"items": [{"image_id": "logo", "description": bad}]}},
    )

    page = await scene.browser.get(scene.page_path)

    assert page.status_code == 200
    assert "<img src=x" not in page.text
    assert page.text.count("&lt;img src=x") >= 10


async def test_post_page_takes_widgets_with_nothing_in_them(scene: Scene):
    await scene.attach(
        *({name: {}} for name in ("title_row", "subtitle_row", "description_row", "button_bar")),
        *({name: {}} for name in ("selector_row", "event_row", "evaluation_row")),
        {"image_carousel_row": {"items": [{}]}},
        {"group_info_row": {"items": [{}, {}]}},
        {"score_row": {"percentage_score": 0}},
    )

    assert (await scene.browser.get(scene.page_path)).status_code == 200


async def test_direct_link_is_followed_and_completion_leads_back(scene: Scene):
    await scene.configure("DEMAND_POST", DIRECT)
    page = await scene.browser.get(scene.page_path)
    assert f'href="{scene.start_path("DEMAND_POST")}" target="_blank"' in page.text

    away = await scene.browser.get(scene.start_path("DEMAND_POST"))

    assert away.status_code == 303
    location = away.headers["location"]
    assert location.startswith(f"{scene.server.url}/landing?post_token={scene.post.token}")
    token = location.split("completion%3Fs%3D")[1].split("&")[0]
    back = await scene.browser.get(f"/completion?s={token}&status=success&next=//evil.example")
    assert (back.status_code, back.headers["location"]) == (303, scene.page_path)
    without = await scene.browser.get("/completion")
    assert without.headers["location"] == scene.page_path


async def test_completion_without_a_start_leads_home(scene: Scene):
    for query in ("", "?s=x", "?s=https://evil.example", "?return_url=//evil.example"):
        answer = await scene.browser.get(f"/completion{query}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "evil" not in answer.text


async def test_server_link_is_started_by_a_form_of_ours_alone(scene: Scene):
    await scene.configure("DEMAND_POST", SERVER)
    scene.server.answer = ok({"url": "https://app.example/hello?a=1"})
    path = scene.start_path("DEMAND_POST")
    page = await scene.browser.get(scene.page_path)

    link = await scene.browser.get(path)
    forged = await scene.browser.post(path, {"csrf_token": "forged"})
    assert scene.server.asked == []
    started = await scene.browser.submit(page, path)

    assert (link.status_code, link.headers["location"]) == (303, scene.page_path)
    assert forged.status_code == 403
    assert (started.status_code, started.headers["location"]) == (
        303,
        "https://app.example/hello?a=1",
    )
    assert len(scene.server.asked) == 1


async def test_owner_starts_from_management_and_comes_back_there(scene: Scene):
    await scene.configure("MY_POST", SERVER)
    scene.server.answer = ok({"url": "https://app.example/hello"})
    signed_out = await scene.browser.get(scene.start_path("MY_POST"))
    await sign_in(scene.browser, scene.services, OWNER)
    page = await scene.browser.get(scene.management_path)

    started = await scene.browser.submit(page, scene.start_path("MY_POST"))

    assert signed_out.headers["location"] == scene.page_path
    assert started.headers["location"] == "https://app.example/hello"
    body = scene.server.asked[0].body
    assert body["user_side"] == "SUPPLY"
    back = await scene.browser.get(body["completion_url"].removeprefix("http://dalan.test"))
    assert back.headers["location"] == scene.management_path


async def test_person_starts_from_their_own_page_and_comes_back_there(scene: Scene):
    await scene.configure("MY_DIVAR", SERVER)
    scene.server.answer = ok({"url": "https://app.example/hello"})
    path = f"/start/MY_DIVAR/{scene.app.slug}"
    linked = await scene.browser.get(path)
    await sign_in(scene.browser, scene.services, VIEWER)
    page = await scene.browser.get("/my-divar")

    started = await scene.browser.submit(page, path)

    assert linked.headers["location"] == "/my-divar"
    assert "form-action" not in page.headers["content-security-policy"]
    assert started.headers["location"] == "https://app.example/hello"
    body = scene.server.asked[0].body
    assert (body["source"], "user_side" in body) == ("MY_DIVAR", False)
    back = await scene.browser.get(body["completion_url"].removeprefix("http://dalan.test"))
    assert back.headers["location"] == "/my-divar"


async def test_panel_of_a_business_starts_apps_for_those_who_work_there(scene: Scene):
    await scene.configure("DIVAR_PRO", SERVER)
    scene.server.answer = ok({"url": "https://app.example/hello"})
    async with scene.services.db.write() as tx:
        business = await businesses.open_business(
            tx, owner_id=scene.post.owner_id, name="املاک نمونه", kind="REAL_ESTATE"
        )
    panel = f"/my-divar/businesses/{business.token}"
    path = f"/start/DIVAR_PRO/{scene.app.slug}?business={business.token}"
    await sign_in(scene.browser, scene.services, OWNER)

    started = await scene.browser.submit(await scene.browser.get(panel), path)

    assert started.headers["location"] == "https://app.example/hello"
    back = scene.server.asked[0].body["completion_url"].removeprefix("http://dalan.test")
    assert (await scene.browser.get(back)).headers["location"] == panel
    async with browsing(scene.pages) as stranger:
        await sign_in(stranger, scene.services, VIEWER)
        token = forms_of((await stranger.get("/my-divar")).text, "/sign-out")[0]
        assert (await stranger.post(path, token)).status_code == 404
    assert len(scene.server.asked) == 1


async def test_app_that_does_not_answer_gets_a_page_to_try_again(scene: Scene):
    await scene.configure("DEMAND_POST", SERVER)
    scene.server.answer = ok({"url": "javascript:alert(1)"})
    path = scene.start_path("DEMAND_POST")
    page = await scene.browser.get(scene.page_path)

    failed = await scene.browser.submit(page, path)

    assert failed.status_code == 502
    assert "javascript:" not in failed.text
    assert "تلاش دوباره" in failed.text
    scene.server.answer = ok({"url": "https://app.example/hello"})
    again = await scene.browser.submit(failed, path)
    assert again.headers["location"] == "https://app.example/hello"


async def test_failure_tells_its_developers_what_was_wrong(scene: Scene):
    await scene.configure("DEMAND_POST", SERVER)
    scene.server.answer = ok([])
    async with scene.services.db.write() as tx:
        await tx.execute("UPDATE person SET phone = '+989370000009' WHERE id ="
                         f" {scene.app.owner_id}", [])  # fmt: skip
    await sign_in(scene.browser, scene.services, "09370000009")
    page = await scene.browser.get(scene.page_path)

    failed = await scene.browser.submit(page, scene.start_path("DEMAND_POST"))

    assert "the app&#39;s answer is no JSON object" in failed.text


async def test_click_shows_the_text_of_a_dynamic_action(scene: Scene):
    await scene.attach(
        {"title_row": {"text": "گزارش"}},
        {"button_bar": {"title": "ثبت", "action": {"get_dynamic_action": {"data": {"n": "1"}}}}},
    )
    scene.server.answer = ok({"text_message": "ثبت شد <b>"})
    page = await scene.browser.get(scene.page_path)

    pressed = await scene.browser.submit(page, scene.press_path(1))

    assert (pressed.status_code, pressed.headers["location"]) == (303, scene.page_path)
    shown = await scene.browser.get(scene.page_path)
    assert "ثبت شد &lt;b&gt;" in shown.text
    assert "ثبت شد" not in (await scene.browser.get(scene.page_path)).text


async def test_click_on_a_server_link_leads_to_the_app(scene: Scene):
    await scene.attach({"selector_row": {"title": "رزرو", "action": {"open_server_link": {}}}})
    scene.server.answer = ok({"url": "https://app.example/visit"})
    page = await scene.browser.get(scene.page_path)

    pressed = await scene.browser.submit(page, scene.press_path())

    assert pressed.headers["location"] == "https://app.example/visit"
    assert (await scene.browser.get("/completion")).headers["location"] == scene.page_path
    reloaded = await scene.browser.get(scene.press_path())
    assert (reloaded.status_code, reloaded.headers["location"]) == (303, scene.page_path)


@pytest.mark.parametrize("index", ["7", "-1", "x", "٣", "99999999999999999999"])
async def test_click_on_what_is_not_there_leads_back(scene: Scene, index: str):
    await scene.attach({"selector_row": {"title": "رزرو", "action": {"open_server_link": {}}}})
    page = await scene.browser.get(scene.page_path)
    fields = {"csrf_token": page.text.split('name="csrf_token" value="')[1].split('"')[0]}

    answer = await scene.browser.post(f"/press/{scene.app.slug}/{scene.post.token}/{index}", fields)

    assert (answer.status_code, answer.headers["location"]) == (303, scene.page_path)
    assert scene.server.asked == []


@pytest.mark.parametrize(
    "path",
    [
        "/start/KITCHEN/expert-check?post=AAAAAAAA",
        "/start/DEMAND_POST/expert-check?post=AAAAAAAA",
        "/start/DEMAND_POST/no-such-app?post=%00",
    ],
)
async def test_start_what_is_not_offered_is_not_found(scene: Scene, path: str):
    await scene.attach({"selector_row": {"title": "رزرو", "action": {"open_server_link": {}}}})
    page = await scene.browser.get(scene.page_path)
    fields = {"csrf_token": page.text.split('name="csrf_token" value="')[1].split('"')[0]}

    assert (await scene.browser.post(path, fields)).status_code == 404


async def test_profile_tells_who_an_app_is(scene: Scene):
    page = await scene.browser.get("/apps/expert-check")

    assert page.status_code == 200
    assert "کارشناسی &lt;خودرو&gt;" in page.text
    assert "گزارش کامل" in page.text


async def test_profile_of_app_that_is_not_out_is_for_its_team(scene: Scene):
    async with scene.services.db.write() as tx:
        me = await make_person(tx, phone="+98" + VIEWER[1:])
        app = (await make_app(tx, keys=scene.services.keys, owner_id=me.id)).app

    assert (await scene.browser.get(f"/apps/{app.slug}")).status_code == 404
    assert (await scene.browser.get("/apps/no-such-app")).status_code == 404
    await sign_in(scene.browser, scene.services, VIEWER)
    assert (await scene.browser.get(f"/apps/{app.slug}")).status_code == 200
