"""A developer moves time in a browser, and has an event sent to their app once more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from dalan.testing import Dalan, Events
from tests.journeys.conftest import OpenBrowser
from tests.platforms import Platform

pytestmark = pytest.mark.journey

PATIENCE_SECONDS = 60
USERS = "/v1/open-platform/users"


@pytest.fixture
def dalan(platform_server: Platform) -> Iterator[Dalan]:
    """The platform as an app's own tests know it."""
    events = Events()
    yield Dalan(platform_server.base_url, platform_server.home, events)
    events.close()


def test_event_is_sent_again_and_a_day_passes_at_a_press(
    open_browser: OpenBrowser, dalan: Dalan
) -> None:
    app, sara = dalan.app(scopes=["USER_PHONE"]), dalan.person("سارا")
    calls = dalan.client(app, dalan.consent(app, sara, "USER_PHONE"))
    dalan.play({"say": "سلام"}, person=sara, app=app)
    first = dalan.events.wait_for("NEW_CHATBOT_MESSAGE", app=app, timeout=PATIENCE_SECONDS)
    page = open_browser().page

    page.goto(f"/console/events?app={app.slug}")
    page.get_by_role("button", name="ارسال دوباره").click()
    again = dalan.events.wait_for("NEW_CHATBOT_MESSAGE", app=app, timeout=PATIENCE_SECONDS)
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    assert again.data == first.data

    assert calls.post(USERS).status == 200
    page.get_by_role("link", name="ساعت", exact=True).click()
    page.get_by_role("button", name="1 روز", exact=True).click()
    expect(page.get_by_text("آنچه در این میان رخ داد")).to_be_visible()
    assert calls.post(USERS).status == 401

    page.get_by_role("button", name="ساعت بایستد").click()
    expect(page.get_by_text("ایستاده", exact=True)).to_be_visible()
    stands = dalan.clock
    assert stands.frozen
    assert dalan.clock.now == stands.now
