"""A bot that says in Persian letters what is written to it in Latin ones.

It answers only to the platform's identification key, replies at the older host, ignores what that
answers, and thanks without a word. Source of the calls: reference/kenar.md 11.5.
"""

from typing import Final

import httpx

from tests.apps.serving import Answer, App, Asked

_LETTERS: Final = {
    "a": "ا",
    "b": "ب",
    "d": "د",
    "e": "",
    "h": "ه",
    "i": "ی",
    "k": "ک",
    "l": "ل",
    "m": "م",
    "n": "ن",
    "o": "و",
    "r": "ر",
    "s": "س",
    "t": "ت",
    "v": "و",
    "y": "ی",
    " ": " ",
}


def in_persian(text: str) -> str:
    """Letter by letter; what has no letter stays."""
    return "".join(_LETTERS.get(letter, letter) for letter in text)


class Parrot(App):
    """The bot; who runs it tells it its keys."""

    def __init__(self, platform_url: str) -> None:
        super().__init__()
        self.api_key = ""
        self.identification_key = ""
        self._platform = platform_url
        self.answers = {"/events": self._hear}

    def _hear(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != self.identification_key:
            return Answer(403)
        if asked.json["type"] != "NEW_CHATBOT_MESSAGE":
            return Answer(204)
        said = asked.json["new_chatbot_message"]
        httpx.post(
            f"{self._platform}/experimental/open-platform"
            f"/chat/bot/conversations/{said['conversation']['id']}/messages",
            headers={"x-api-key": self.api_key},
            json={"type": "TEXT", "text_message": in_persian(said["text"])},
            timeout=30,
        )
        return Answer(204)
