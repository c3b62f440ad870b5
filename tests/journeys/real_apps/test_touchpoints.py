"""Section 4: every place where people are offered an app, and back again to where they were.

The owner's management page with both kinds of link is in ``test_app_journey.py``, the start of a
bot in ``test_tic_tac_toe.py``; here are the others.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.apps.serving import Answer, App, Asked, page, serving, told
from tests.conftest import Browse
from tests.journeys.conftest import OpenBrowser, Watched
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import PLACES, Registered, register
from tests.journeys.test_submit_journey import fill, open_form
from tests.platforms import MARYAM, NILOOFAR, REZA, SARA, Platform

pytestmark = pytest.mark.journey

DISPLAY = "راهنمای معامله"


class Guide(App):
    """An app with a page for each start, and a way back on it."""

    registered: Registered

    def __init__(self) -> None:
        super().__init__()
        self.answers = {"/landing": self._land, "/session": self._begin, "/visit": self._visit}
        self._ways_back: list[str] = []

    def _land(self, asked: Asked) -> Answer:
        return page("شروع مستقیم", _way_back(asked.query["completion_url"]))

    def _begin(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != self.registered.identification_key:
            return Answer(401)
        self._ways_back.append(asked.json["completion_url"])
        number = len(self._ways_back) - 1
        url = f"{self.url}/visit?number={number}"
        return told({"status": "200", "message": "success", "url": url})

    def _visit(self, asked: Asked) -> Answer:
        return page("شروع از سرور", _way_back(self._ways_back[int(asked.query["number"])]))


def _way_back(url: str) -> str:
    return f'<a href="{url}">پایان</a>'


@pytest.fixture(scope="module")
def guide(platform_server: Platform) -> Iterator[Guide]:
    with serving(Guide()) as app:
        app.registered = register(
            platform_server,
            NILOOFAR,
            "deal-guide",
            DISPLAY,
            url=app.url,
            addresses={"fallback_url": "/landing", "session_init_url": "/session"},
            places=PLACES,
        )
        yield app


@pytest.fixture
def app_hosts(guide: Guide) -> set[str]:
    return {urlsplit(guide.url).netloc}


def offer(place: Page) -> Locator:
    """The row of the app."""
    return place.get_by_role("listitem").filter(has_text=DISPLAY)


def start_by_link(watched: Watched) -> Page:
    """Follow its link, which opens beside the page."""
    with watched.context.expect_page() as opened:
        offer(watched.page).get_by_role("link", name="شروع").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("شروع مستقیم")
    return opened.value


def start_by_button(place: Page) -> None:
    """Press its button: we ask its server, and the browser goes where that says."""
    offer(place).get_by_role("button", name="شروع").click()
    expect(place.get_by_role("heading", level=1)).to_have_text("شروع از سرور")


def go_back(app_page: Page, path: str) -> None:
    app_page.get_by_role("link", name="پایان").click()
    app_page.wait_for_url(f"**{path}")


def last_asked(guide: Guide) -> Asked:
    return [one for one in guide.asked if one.path in ("/landing", "/session")][-1]


def test_owner_is_offered_it_right_after_submitting(
    open_browser: OpenBrowser, guide: Guide
) -> None:
    owner = open_browser(MARYAM)
    open_form(owner.page)
    fill(owner.page, "میز تحریر چوبی")
    owner.page.get_by_role("button", name="پیش‌نمایش آگهی").last.click()
    owner.page.get_by_role("button", name="ثبت آگهی").click()
    owner.page.wait_for_url("**/my-divar/my-posts/*")
    post_token = urlsplit(owner.page.url).path.rpartition("/")[2]

    app_page = start_by_link(owner)

    query = last_asked(guide).query
    assert query["post_token"] == post_token
    assert query["completion_url"] == query["return_url"]
    assert (query["app_slug"], query["category"]) == ("deal-guide", "furniture")
    go_back(app_page, f"/my-divar/my-posts/{post_token}")


def test_viewer_nobody_knows_starts_it_from_a_post(
    open_browser: OpenBrowser, platform_server: Platform, guide: Guide
) -> None:
    owner = platform_server.browser(SARA)
    post_token = owner.own_posts()[0]
    owner.close()
    viewer = open_browser()
    viewer.page.goto(f"/v/{post_token}")

    app_page = start_by_link(viewer)

    assert last_asked(guide).query["post_token"] == post_token
    go_back(app_page, f"/v/{post_token}")


def test_either_side_starts_it_from_a_chat(
    open_browser: OpenBrowser, browse: Browse, guide: Guide
) -> None:
    path = older.chat_of(browse(SARA), browse(REZA))
    bodies = {}
    for side, phone in (("SUPPLY", SARA), ("DEMAND", REZA)):
        chat = open_browser(phone).page
        chat.goto(path)
        chat.locator("summary[aria-label='برنامه‌های این گفت‌وگو']").click()
        chat.get_by_role("button", name=DISPLAY).click()
        expect(chat.get_by_role("heading", level=1)).to_have_text("شروع از سرور")
        bodies[side] = last_asked(guide).json
        go_back(chat, path)

    for side, peer in (("SUPPLY", "DEMAND"), ("DEMAND", "SUPPLY")):
        body = bodies[side]
        assert (body["source"], body["user_side"]) == ("CHAT", side)
        assert f"/chat/{body['conversation_id']}" == path
        assert body["user_id"] == bodies[peer]["peer_id"]
    for body in bodies.values():
        assert body["supplier"]["id"] == bodies["SUPPLY"]["user_id"]
        assert body["demand"]["id"] == bodies["DEMAND"]["user_id"]


def test_person_starts_it_from_their_own_page(open_browser: OpenBrowser, guide: Guide) -> None:
    own = open_browser(REZA).page
    own.goto("/my-divar")

    start_by_button(own)

    body = last_asked(guide).json
    assert body["source"] == "MY_DIVAR"
    assert body["user_id"]
    assert "conversation_id" not in body
    go_back(own, "/my-divar")


def test_colleague_starts_it_from_the_panel_of_their_business(
    open_browser: OpenBrowser, guide: Guide
) -> None:
    panel = open_browser(MARYAM).page
    panel.goto("/my-divar/businesses/new")
    panel.locator("input[name=name]").fill("مبلمان نمونه")
    panel.locator("form:has(input[name=name]) button").last.click()
    panel.wait_for_url(lambda url: "/my-divar/businesses/" in url and not url.endswith("/new"))
    path = urlsplit(panel.url).path

    start_by_button(panel)

    body = last_asked(guide).json
    assert body["source"] == "DIVAR_PRO"
    assert body["user_id"]
    go_back(panel, path)
