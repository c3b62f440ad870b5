"""4.7: a bot is started from every place, and reads in its first message where that was.

The same presses in a real browser, of one place, are in ``test_tic_tac_toe.py``.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.apps.serving import Answer, App, Asked, serving
from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import BOT, PLACES, register
from tests.platforms import NILOOFAR, REZA, SARA, Platform

SLUG = "started-anywhere"


class Start(NamedTuple):
    """Whose page it is started from, and what the bot is to read. Buttons are forms, and the
    place is in their address."""

    phone: str
    path: str
    action: str
    text: str


@pytest.fixture(scope="module")
def bot(platform_server: Platform) -> Iterator[App]:
    app = App()
    app.answers = {"/events": lambda _: Answer(200)}
    with serving(app):
        register(
            platform_server,
            NILOOFAR,
            SLUG,
            "راه‌انداز",
            url=app.url,
            addresses={"events_url": "/events"},
            places=dict.fromkeys(PLACES, BOT),
        )
        yield app


@pytest.fixture
def starts(browse: Browse) -> dict[str, Start]:
    """One start from each place."""
    seller, buyer = browse(SARA), browse(REZA)
    post = seller.own_posts()[0]
    chat = older.chat_of(seller, buyer)
    businesses = seller.get("/my-divar/businesses").text
    business = re.search(r'href="(/my-divar/businesses/(?!new)[^"]+)"', businesses)
    assert business is not None, businesses
    begin = "/start/{}/" + SLUG
    return {
        "MY_POST": Start(
            SARA, f"/my-divar/my-posts/{post}", begin.format("MY_POST"), f"MY_POST {post}"
        ),
        "DEMAND_POST": Start(
            REZA, f"/v/{post}", begin.format("DEMAND_POST"), f"DEMAND_POST {post}"
        ),
        "CHAT": Start(REZA, chat, f"{chat}/start/{SLUG}", f"CHAT {chat.rpartition('/')[2]}"),
        "MY_DIVAR": Start(REZA, "/my-divar", begin.format("MY_DIVAR"), "MY_DIVAR"),
        "DIVAR_PRO": Start(SARA, business[1], begin.format("DIVAR_PRO"), "DIVAR_PRO"),
    }


@pytest.mark.parametrize("place", PLACES)
def test_bot_reads_where_it_was_started(
    browse: Browse, bot: App, starts: dict[str, Start], place: str
) -> None:
    start = starts[place]
    person = browse(start.phone)

    started = person.submit(person.get(start.path), start.action)

    assert started.headers["location"] == f"/chat/addon_{SLUG}"
    said = bot.wait_for("/events", lambda one: _text(one) == f"/start {start.text}")
    assert said.json["new_chatbot_message"]["sender"] == {"type": "HUMAN"}
    assert start.text in person.get(started.headers["location"]).text


def _text(one: Asked) -> str:
    return str(one.json["new_chatbot_message"]["text"])
