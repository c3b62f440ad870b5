"""11.4: a bot is started from a post, and a person plays with it to the end, and again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.apps import tic_tac_toe as game
from tests.apps.serving import serving
from tests.apps.tic_tac_toe import TicTacToe
from tests.journeys.conftest import OpenBrowser
from tests.journeys.real_apps.registering import BOT, register
from tests.platforms import MARYAM, NILOOFAR, SARA, Platform

pytestmark = pytest.mark.journey

DISPLAY = "دوزباز"


@pytest.fixture
def bot(platform_server: Platform) -> Iterator[TicTacToe]:
    with serving(TicTacToe(platform_server.base_url)) as app:
        registered = register(
            platform_server,
            NILOOFAR,
            "tic-tac-toe",
            DISPLAY,
            url=app.url,
            addresses={"events_url": "/events/", "dynamic_action_url": "/action/"},
            places={"DEMAND_POST": BOT},
        )
        app.api_key = registered.api_key
        yield app


def board(page: Page, number: int, turn: int) -> Locator:
    """The keyboard below the message that shows this turn of this game, once it is there."""
    message = page.locator(".bubble").filter(has_text=f"بازی {number}، نوبت {turn}:")
    expect(message).to_be_visible()
    return message.locator("xpath=following-sibling::div[1]")


def press(page: Page, button: Locator, answer: str) -> None:
    """Press it, until the page that follows says what the bot answered."""
    with page.expect_navigation():
        button.click()
    expect(page.get_by_role("status").filter(has_text=answer)).to_be_visible()


def play(page: Page, number: int, turn: int, position: int, answer: str) -> None:
    press(page, board(page, number, turn).get_by_role("button").nth(position), answer)


def captions(keyboard: Locator) -> str:
    return "".join(keyboard.get_by_role("button").all_inner_texts()).replace("\n", "")


def test_person_plays_with_a_bot_to_the_end_and_once_more(
    open_browser: OpenBrowser, platform_server: Platform, bot: TicTacToe
) -> None:
    owner = platform_server.browser(SARA)
    post_token = owner.own_posts()[0]
    owner.close()
    page = open_browser(MARYAM).page

    # Started from a post: the first words are written in the person's name.
    page.goto(f"/v/{post_token}")
    offer = page.get_by_role("listitem").filter(has_text=DISPLAY)
    offer.get_by_role("button", name="شروع").click()
    page.wait_for_url("**/chat/addon_tic-tac-toe")
    expect(page.locator(".bubble-mine")).to_contain_text(f"/start DEMAND_POST {post_token}")

    # The board comes by itself. A cell that is taken is refused, and nothing moves.
    play(page, 1, 1, 4, game.YOUR_TURN)
    play(page, 1, 2, 0, game.TAKEN)
    assert captions(board(page, 1, 2)) == "⭕⬜⬜⬜❌⬜⬜⬜⬜"
    play(page, 1, 2, 2, game.YOUR_TURN)
    play(page, 1, 3, 6, game.WON)
    assert captions(board(page, 1, 4)) == "⭕⭕❌⬜❌⬜❌⬜⬜"
    play(page, 1, 4, 8, game.OVER)

    # Another game, which the bot wins.
    again = page.get_by_role("button", name=game.REMATCH)
    with page.expect_navigation():
        again.click()
    play(page, 2, 1, 8, game.YOUR_TURN)
    play(page, 2, 2, 5, game.YOUR_TURN)
    play(page, 2, 3, 7, game.LOST)

    # What one writes is heard too.
    page.get_by_label("پیام", exact=True).fill("/restart")
    page.keyboard.press("Enter")
    expect(board(page, 3, 1)).to_be_visible()
    assert captions(board(page, 3, 1)) == "⬜" * 9
