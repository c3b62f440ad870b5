"""A bot that plays tic-tac-toe: the board is a keyboard, a move is a press.

Whoever writes ``/start …`` or ``/restart`` gets a board. The bot takes the first free cell, so that
a story knows beforehand how a game goes. Source of the calls: reference/kenar.md 11.4.
"""

import threading
from typing import Any, Final

import httpx

from tests.apps.serving import Answer, App, Asked, told

PERSON: Final = "❌"
BOT: Final = "⭕"
FREE: Final = "⬜"

TAKEN: Final = "این خانه پر است."
OVER: Final = "این بازی تمام شده است."
YOUR_TURN: Final = "نوبت شماست"
WON: Final = "شما بردید!"
LOST: Final = "من بردم!"
DRAWN: Final = "مساوی شدیم."
REMATCH: Final = "یک دست دیگر"
HINT: Final = "برای بازی تازه بنویسید ‎/restart"

_LINES: Final = (
    *((0, 1, 2), (3, 4, 5), (6, 7, 8)),
    *((0, 3, 6), (1, 4, 7), (2, 5, 8)),
    *((0, 4, 8), (2, 4, 6)),
)


class Game:
    """One game. ``cells`` are the board from its first cell to its last."""

    def __init__(self, number: int, conversation: str) -> None:
        self.number = number
        self.conversation = conversation
        self.cells = [FREE] * 9
        self.turn = 1

    def has_won(self, player: str) -> bool:
        return any(all(self.cells[at] == player for at in line) for line in _LINES)

    def end(self) -> str:
        """How it ended; "" while it goes on."""
        if self.has_won(PERSON):
            return WON
        if self.has_won(BOT):
            return LOST
        return "" if FREE in self.cells else DRAWN

    def move(self, position: int) -> None:
        """The person's move and, unless that ends the game, the bot's."""
        self.cells[position] = PERSON
        if not self.end():
            self.cells[self.cells.index(FREE)] = BOT
        self.turn += 1

    @property
    def title(self) -> str:
        return f"بازی {self.number}، نوبت {self.turn}: {self.end() or YOUR_TURN}"


class TicTacToe(App):
    """The bot. It proves itself with its API key alone, and knows nobody's token."""

    def __init__(self, platform_url: str) -> None:
        super().__init__()
        self.api_key = ""
        self._platform = platform_url
        self._games: list[Game] = []
        self._heard: set[str] = set()
        self._lock = threading.Lock()
        self.answers = {"/events/": self._hear, "/action/": self._press}

    def _hear(self, asked: Asked) -> Answer:
        """Somebody wrote. It is told at least once, so what was heard already is only thanked."""
        event = asked.json
        if event["type"] != "NEW_CHATBOT_MESSAGE":
            return Answer(200)
        said = event["new_chatbot_message"]
        texts = (said["id"], said["type"], said["text"], said["conversation"]["id"])
        if not all(isinstance(one, str) for one in texts):
            return Answer(400)
        with self._lock:
            if said["id"] not in self._heard:
                self._heard.add(said["id"])
                if said["text"].startswith(("/start", "/restart")):
                    self._begin(said["conversation"]["id"])
                else:
                    self._say(said["conversation"]["id"], HINT, [])
        return Answer(200)

    def _press(self, asked: Asked) -> Answer:
        """Somebody pressed a cell, or wants another game. All that we put into a button is text."""
        data = asked.json["extra_data"]
        assert all(isinstance(one, str) for one in data.values()), data
        with self._lock:
            game = self._games[int(data["game_id"]) - 1]
            if data["action"] == "rematch":
                self._begin(game.conversation)
                return told({})
            position = int(data["position"])
            if game.end():
                return told({"text_message": OVER})
            if game.cells[position] != FREE:
                return told({"text_message": TAKEN})
            game.move(position)
            self._show(game)
            return told({"text_message": game.end() or YOUR_TURN})

    def _begin(self, conversation: str) -> None:
        game = Game(len(self._games) + 1, conversation)
        self._games.append(game)
        self._show(game)

    def _show(self, game: Game) -> None:
        cells = [_cell(game, position) for position in range(9)]
        self._say(game.conversation, game.title, [cells[:3], cells[3:6], cells[6:]])
        if game.end():
            again = _button(REMATCH, game_id=game.number, action="rematch")
            self._say(game.conversation, f"پایان بازی {game.number}", [[again]])

    def _say(self, conversation: str, text: str, rows: list[list[dict[str, Any]]]) -> None:
        """Before the request is answered that made us speak."""
        answer = httpx.post(
            f"{self._platform}/experimental/open-platform"
            f"/chat/bot/conversations/{conversation}/messages",
            headers={"X-API-Key": self.api_key},
            json={
                "type": "TEXT",
                "text_message": text,
                "buttons": {"rows": [{"buttons": row} for row in rows]},
            },
            timeout=30,
        )
        assert answer.is_success, answer.text
        assert answer.json()["conversation_id"] == conversation


def _cell(game: Game, position: int) -> dict[str, Any]:
    is_dead = bool(game.end()) or game.cells[position] != FREE
    return _button(
        game.cells[position],
        game_id=game.number,
        position=position,
        action="move",
        disabled=str(is_dead).lower(),
    )


def _button(caption: str, **data: object) -> dict[str, Any]:
    texts = {name: str(value) for name, value in data.items()}
    return {"caption": caption, "action": {"get_dynamic_action": {"data": texts}}}
