"""An app's server as it should be written: whatever is lost on the way is asked for again."""

import http.client
import random
import threading
import time
from typing import Any

import httpx

from tests.proofs.crowd import Answer, Ask, at_once
from tests.proofs.doors import Client, Person
from tests.proofs.serving import Installation

PAUSE_SECONDS = 0.02
BACK_SECONDS_MAX = 90.0
"""How long a platform may be away before its clients call it lost."""


class GoodClient:
    """Lives on refresh tokens, and now and then on a new consent after giving the old one back.

    ``pair`` is what it holds now, ``generation`` how often that was renewed, ``lost_count`` how
    many answers never came although the request had been sent.
    """

    def __init__(self, world: Installation, person: Person, client: Client, seed: int) -> None:
        self.client, self.person = client, person
        self.generation = self.consents_count = self.refreshes_count = self.lost_count = 0
        self.again_count = 0
        self.pair: dict[str, Any] = {}
        self._before: dict[str, Any] | None = None
        self._world = world
        self._chance = random.Random(seed)

    def live(self, stopping: threading.Event) -> None:
        """Ask for tokens until told to stop. Fails when it is locked out, or given other tokens
        than before for the same refresh token."""
        self.consent()
        while not stopping.is_set():
            drawn = self._chance.random()
            if drawn < 0.1:
                self.ask(self.client.revoking("", self.pair["refresh_token"]))
                self.consent()
            elif drawn < 0.3 and self._before is not None:
                self._ask_again()
            else:
                self.refresh()

    def consent(self) -> None:
        """The person agrees, and the code is exchanged. One that was used, though its answer was
        lost, is worth nothing: then the person is sent to the platform once more."""
        while True:
            answer = self.ask(self.client.redeeming("", self._code()))
            if answer.is_ok:
                break
            assert answer.json["error"] == "invalid_grant"
            self.again_count += 1
        self.pair, self._before = answer.json, None
        self.generation = 1
        self.consents_count += 1

    def refresh(self) -> None:
        """The next pair. Never refused, however often the question has to be repeated."""
        answer = self.ask(self.client.refreshing("", self.pair["refresh_token"]))
        assert answer.is_ok, f"locked out: {answer}"
        self._before, self.pair = self.pair, answer.json
        assert self._before["refresh_token"] != self.pair["refresh_token"]
        self.generation += 1
        self.refreshes_count += 1

    def _ask_again(self) -> None:
        assert self._before is not None
        answer = self.ask(self.client.refreshing("", self._before["refresh_token"]))
        assert answer.is_ok, f"locked out: {answer}"
        assert [answer.json[name] for name in ("access_token", "refresh_token")] == [
            self.pair[name] for name in ("access_token", "refresh_token")
        ], "two successors"

    def is_known(self) -> bool:
        """Whether both tokens it holds are live."""
        return all(
            self.ask(self.client.introspecting("", self.pair[name])).json["active"]
            for name in ("access_token", "refresh_token")
        )

    def ask(self, ask: Ask) -> Answer:
        """Send a request to any process, again and again until one of them answers."""
        until = time.monotonic() + BACK_SECONDS_MAX
        while time.monotonic() < until:
            try:
                (answer,) = at_once([ask.at(self._chance.choice(self._world.addresses))])
            except ConnectionRefusedError:
                time.sleep(PAUSE_SECONDS)
            except (OSError, http.client.HTTPException):
                self.lost_count += 1
            else:
                assert answer.status < 500, answer
                return answer
        raise AssertionError("the platform did not come back")

    def _code(self) -> str:
        until = time.monotonic() + BACK_SECONDS_MAX
        while time.monotonic() < until:
            try:
                return self.person.code(self.client)
            except httpx.TransportError:
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("the platform did not come back")
