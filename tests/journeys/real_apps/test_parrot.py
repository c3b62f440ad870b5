"""11.5: a bot that echoes, checks who calls it, and answers events without a body."""

from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from tests.apps.parrot import Parrot, in_persian
from tests.apps.serving import Asked, serving
from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import register
from tests.platforms import MARYAM, NILOOFAR, Platform

CHAT = "/chat/addon_finglish-parrot"


@pytest.fixture(scope="module")
def parrot(platform_server: Platform) -> Iterator[Parrot]:
    with serving(Parrot(platform_server.base_url)) as app:
        registered = register(
            platform_server,
            NILOOFAR,
            "finglish-parrot",
            "طوطی",
            url=app.url,
            addresses={"events_url": "/events"},
            places={},
        )
        app.api_key = registered.api_key
        app.identification_key = registered.identification_key
        yield app


def test_what_is_written_comes_back_in_persian(browse: Browse, parrot: Parrot) -> None:
    person = browse(MARYAM)

    for text in ("salam dalan", "man irani hastam"):
        older.write(person, CHAT, text)
        told = parrot.wait_for("/events", partial(_says, text)).json

        said = told["new_chatbot_message"]
        assert told["type"] == "NEW_CHATBOT_MESSAGE"
        assert "metadata" not in told
        assert (said["type"], said["sender"]) == ("TEXT", {"type": "HUMAN"})
        assert said["conversation"]["type"] == "BOT"
        assert in_persian(text) in person.get(CHAT).text

    # Nothing the bot said itself came to it.
    assert {_text(one) for one in parrot.asked} == {"salam dalan", "man irani hastam"}
    forged = httpx.post(f"{parrot.url}/events", json=told, headers={"Authorization": "guessed"})
    assert forged.status_code == 403


def _says(text: str, one: Asked) -> bool:
    return _text(one) == text


def _text(one: Asked) -> str:
    return str(one.json["new_chatbot_message"]["text"])
