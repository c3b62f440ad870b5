"""Random histories of consents, tokens and keys: the server answers as a plain model says.

Every request goes over HTTP to the real server, on both engines. The server runs in this process,
because the rules about time need its clock moved (``serving_here``).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dalan.kernel.clock import AdjustableClock
from dalan.kernel.crypto import Keyring
from tests.proofs import families
from tests.proofs.at_basalam import CHAT, AtBasalam, left_out, pick
from tests.proofs.conftest import ROUNDS
from tests.proofs.doors import REDIRECT_URI, VERIFIER, fields_of
from tests.proofs.model import OFFLINE, PROFILE, PROFILE_WRITE, Door, Key
from tests.proofs.serving_here import Here, served_here

HISTORIES = ROUNDS or 6
STEPS = 50 if ROUNDS else 25
PAIRS_ASKED_MAX = 4
CLIENT_TOKENS_ASKED_MAX = 2
KEYS_MAX = 12
ANSWER_SECONDS_MAX = 120.0
"""So long may a machine that does much else keep us waiting."""
PHASES = list(Phase) if ROUNDS else [Phase.generate]
"""A run of all tests shows the history that went wrong; a soak takes the time to shorten it."""
WAITS_SECONDS = (
    1,
    59,
    60,
    61,
    119,
    120,
    121,
    119,
    120,
    121,
    599,
    600,
    3_599,
    3_600,
    3_600,
    86_400,
    30 * 86_400,
)
"""Around every lifetime there is; short ones come oftener, for after long ones little is left."""

ASKED = (
    ("USER_PHONE", OFFLINE), ("USER_PHONE", "first", OFFLINE), ("first", "second", OFFLINE),
    ("USER_PHONE", "first", "second", OFFLINE), ("first",), ("second", OFFLINE), ("USER_PHONE",),
)  # fmt: skip
"""What an app may ask for; ``first`` and ``second`` are a permission for either of two posts."""

doors = st.sampled_from(["own", "own", "own", "other"])
"""Whether an app comes to the token endpoint of the right contract."""

pytestmark = pytest.mark.slow


class Histories(AtBasalam):
    """One person and one app in each history, on a platform and a clock that all share."""

    @initialize()
    def begin(self) -> None:
        self.register()
        self.connect(("USER_PHONE", OFFLINE), proof=True)
        self.make_key()

    # Consent

    @rule(
        about=st.sampled_from(ASKED),
        proof=st.booleans(),
        decision=st.sampled_from(["allow", "allow", "deny"]),
        relents=st.sampled_from([True, True, False]),
        left_out=left_out,
    )
    def authorize(
        self, about: tuple[str, ...], proof: bool, decision: str, relents: bool, left_out: int = 0
    ) -> None:
        """``relents``: an operator who shut somebody out lets them in again before."""
        if relents:
            self.let_in_again()
        scopes = sorted({self.things.get(name, name) for name in about})
        gone = [name for bit, name in enumerate(scopes) if left_out >> bit & 1]
        sent = self.decide("kenar", " ".join(scopes), proof=proof, decision=decision,
                           asked=scopes, left_out=gone)  # fmt: skip
        if self.model.is_suspended or self.model.is_blocked:
            assert sent.status_code == 303
            assert "code=" not in sent.headers["location"]
            return
        given = self.model.given("kenar", scopes, gone)
        if decision == "allow" and not given:
            assert sent.status_code == 422
            return
        answer = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
        if decision == "allow":
            assert set(answer["scope"].split()) == given
            self.model.consented("kenar", given, answer["code"], VERIFIER if proof else None)
        else:
            assert answer["error"] == "access_denied"

    @rule(about=st.sampled_from(ASKED), proof=st.booleans())
    def connect(self, about: tuple[str, ...], proof: bool) -> None:
        """What mostly happens: the person agrees, and the app comes with the code at once."""
        self.authorize(about, proof, "allow", relents=True)
        family = self.model.families[-1]
        self.redeem_at("kenar", family, self.good_secret, family.verifier)

    @precondition(lambda self: not self.model.is_blocked)
    @rule()
    def let_parts_be_given_or_not(self) -> None:
        """The app's setting about partial consent at Kenar's door."""
        page = self.page("settings")
        form = fields_of(self.get(self.person, page).text, page)
        assert ("partial_consent" in form) == self.model.may_leave_out
        form.pop("partial_consent", None)
        self.model.may_leave_out = not self.model.may_leave_out
        ticked = {"partial_consent": "1"} if self.model.may_leave_out else {}
        assert self.send(self.person, page, form | ticked).status_code == 303

    # What apps ask

    @precondition(lambda self: self.model.codes)
    @rule(
        which=pick,
        secret=pick,
        verifier=st.sampled_from(["right", "right", "right", "wrong", "none"]),
        door=doors,
    )
    def redeem(self, which: int, secret: int, verifier: str, door: str = "own") -> None:
        family = self.one(self.model.codes, which)
        shown = {"right": family.verifier, "wrong": VERIFIER[::-1], "none": None}[verifier]
        text = self.one(self.model.secrets, secret)[0]
        self.redeem_at(_door(family.door, door), family, text, shown)

    @precondition(lambda self: self.renewable)
    @rule(which=pick, secret=pick, door=doors)
    def refresh(self, which: int, secret: int, door: str = "own") -> None:
        pair = self.one(self.renewable, which)
        self.refresh_at(_door(pair.family.door, door), pair, secret)

    @precondition(lambda self: self.renewable)
    @rule(which=pick, seconds=st.sampled_from([0, 1, 119, 120, 121]), between=st.booleans())
    def refresh_and_come_again(self, which: int, seconds: int, between: bool) -> None:
        """The answer was lost, or somebody else holds the token too; ``between``: and whoever
        got the answer has renewed once more meanwhile."""
        pair = self.one(self.renewable, which)
        door = pair.family.door
        self.refresh_at(door, pair, 0)
        if between and pair.successor is not None:
            self.refresh_at(door, pair.successor, 0)
        self.wait(seconds)
        self.refresh_at(door, pair, 0)

    @precondition(lambda self: self.model.pairs)
    @rule(which=pick, gives_refresh_token=st.booleans())
    def give_back(self, which: int, gives_refresh_token: bool) -> None:
        pair = self.one(self.model.pairs, which)
        text = pair.refresh_token if gives_refresh_token else pair.access_token
        answer = self.ask("/oauth2/revoke", self.good_secret, token=text or "nothing")
        assert answer.status_code == 200
        if text == pair.access_token:
            pair.access_until = min(pair.access_until, self.model.now)
        elif text:
            pair.family.is_revoked = True

    @precondition(lambda self: self.model.pairs and self.model.keys)
    @rule(which=pick, key=pick)
    def call(self, which: int, key: int) -> None:
        pair, by = self.one(self.model.pairs, which), self.one(self.model.keys, key)
        is_of_kenar, is_live = pair.family.door == "kenar", self.model.is_access_live(pair)
        answer = self.http.get(
            "/v1/open-platform/users",
            headers={"x-api-key": by.text, "authorization": f"Bearer {pair.access_token}"},
        )
        if not (self.model.is_key_live(by) and is_live and is_of_kenar):
            assert answer.status_code in {401, 403}, answer.text
        else:
            expected = 200 if "USER_PHONE" in pair.family.scopes else 403
            assert answer.status_code == expected, answer.text
        self.call_basalam(pair.access_token, is_live and not is_of_kenar, pair.family.scopes)
        self._key_stands(by)

    @precondition(lambda self: self.renewable)
    @rule(which=pick)
    def another_app_presents_what_is_not_its_own(self, which: int) -> None:
        pair = self.one(self.renewable, which)
        form = {"client_id": self.other.app.slug, "client_secret": self.other.client_secret}
        for fields in (
            {"grant_type": "refresh_token", "refresh_token": pair.refresh_token},
            {"grant_type": "authorization_code", "code": pair.family.code or "none",
             "redirect_uri": REDIRECT_URI},
        ):  # fmt: skip
            answer = self.http.post("/oauth2/token", data=form | fields)
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        renewal = {"grant_type": "refresh_token", "refresh_token": pair.refresh_token}
        self.another_app_at_basalam(renewal)
        given = self.http.post("/oauth2/revoke", data=form | {"token": pair.refresh_token})
        assert given.status_code == 200

    # What people and operators do

    @precondition(lambda self: self.model.held and not self.model.is_blocked)
    @rule(which=pick, how=st.sampled_from(["scope", "resource", "all"]))
    def take_back(self, which: int, how: str) -> None:
        scope = self.one(sorted(self.model.held), which)
        name, resource = scope, ""
        if scope in self.things.values():
            name, _, resource = scope.partition(".")
        path = f"/my-divar/apps/{self.slug}/take-back"
        what, gone = {}, frozenset(self.model.held)
        if how == "resource" and resource:
            what, gone = {"type": "post", "resource": resource}, frozenset({scope})
        elif how == "scope":
            name = "OFFLINE_ACCESS" if scope == OFFLINE else name
            what, gone = {"scope": name, "resource": resource}, frozenset({scope})
        self.post(self.person, f"{path}?{urlencode(what)}", path)
        self.model.take_back(gone)

    def let_in_again(self) -> None:
        if self.model.is_blocked:
            self.block_or_unblock()
        if self.model.is_suspended:
            self.suspend_or_lift()

    @rule()
    def block_or_unblock(self) -> None:
        path = f"/admin/people/{self.person.id}"
        if self.model.is_blocked:
            self.post(self.operator, path, f"{path}/unblock")
        else:
            self.post(self.operator, path, f"{path}/block", reason="برای آزمون")
            self.model.end_all()
        self.model.is_blocked = not self.model.is_blocked

    @rule()
    def suspend_or_lift(self) -> None:
        path = f"/admin/apps/{self.slug}"
        if self.model.is_suspended:
            self.post(self.operator, path, f"{path}/lift")
        else:
            self.post(self.operator, path, f"{path}/suspend", reason="برای آزمون")
        self.model.is_suspended = not self.model.is_suspended

    @precondition(lambda self: not self.model.is_blocked)
    @rule(overlap_hours=st.sampled_from([0, 1, 24]))
    def rotate_secret(self, overlap_hours: int) -> None:
        page = self.page("oauth")
        self.post(self.person, page, f"{page}/secret", overlap_hours=str(overlap_hours))
        (secret,) = self.shown(page)
        self.model.rotate_secret(secret, timedelta(hours=overlap_hours))

    @precondition(lambda self: not self.model.is_blocked and len(self.model.keys) < KEYS_MAX // 2)
    @rule()
    def make_key(self) -> None:
        page = self.page("keys")
        self.post(self.person, page, page, title="سرور", life_days="30",
                  permissions=["USER_RETRIEVE", "GET_POST"])  # fmt: skip
        (text,) = self.shown(page)
        self.model.keys.append(Key(text, _number_of(text), self.model.now + timedelta(days=30)))

    @precondition(
        lambda self: (
            self.live_keys and not self.model.is_blocked and len(self.model.keys) < KEYS_MAX
        )
    )
    @rule(which=pick, overlap_hours=st.sampled_from([0, 1, 24, 24, 168]))
    def rotate_key(self, which: int, overlap_hours: int) -> None:
        """A key that is on its way out has no second successor, nor has a successor one before
        the old key is gone; the page offers none, and a form sent all the same changes nothing."""
        key, page = self.one(self.live_keys, which), self.page("keys")
        action = f"{page}/{key.number}/rotate"
        text = self.get(self.person, page).text
        may = self.model.may_rotate(key)
        assert (f'action="{action}"' in text) == may
        form = fields_of(text, action if may else page)
        sent = self.send(self.person, action, form | {"overlap_hours": str(overlap_hours)})
        assert sent.status_code == 303
        made = self.shown(page)
        assert len(made) == may
        if made:
            overlap = timedelta(hours=overlap_hours)
            self.model.rotate_key(key, made[0], _number_of(made[0]), overlap)
            self._key_stands(self.model.keys[-1])
        self._key_stands(key)

    @precondition(lambda self: self.live_keys and not self.model.is_blocked)
    @rule(which=pick)
    def revoke_key(self, which: int) -> None:
        key, page = self.one(self.live_keys, which), self.page("keys")
        self.post(self.person, page, f"{page}/{key.number}/revoke")
        key.is_revoked = True
        self._key_stands(key)

    @rule(seconds=st.sampled_from(WAITS_SECONDS))
    def wait(self, seconds: int) -> None:
        self.moment.advance(timedelta(seconds=seconds))
        self.model.now = self.moment()
        if seconds >= 86_400:
            self.open_sessions()

    # What must hold after every step

    @invariant()
    def every_token_lives_exactly_as_long_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        for pair in self.model.pairs[-PAIRS_ASKED_MAX:]:
            scopes = pair.family.scopes
            self.stands(pair.access_token, self.model.is_access_live(pair), scopes)
            if pair.refresh_token is not None:
                self.stands(pair.refresh_token, self.model.is_refresh_live(pair), scopes)
        for token in self.model.client_tokens[-CLIENT_TOKENS_ASKED_MAX:]:
            self.stands(token.text, self.model.is_client_token_live(token), token.scopes)

    @invariant()
    def no_family_has_two_unreplaced_tokens(self) -> None:
        if hasattr(self, "model"):
            for family in self.model.families:
                fresh = [one for one in family.pairs if one.refresh_token and not one.successor]
                assert len(fresh) <= 1

    def teardown(self) -> None:
        """Nothing came into the world but what the app was told of."""
        if not hasattr(self, "model"):
            return
        for key in self.model.keys:
            self._key_stands(key)
        url = self.here.platform.settings.database_url
        found = families.of_app(url, self.slug)
        assert len(found) == len(self.model.families)
        for family, known in zip(found, self.model.families, strict=True):
            expected: Counter[tuple[str, int]] = Counter()
            for generation, pair in enumerate(known.pairs, 1):
                expected["access", generation] += 1
                expected["refresh", generation] += pair.refresh_token is not None
            assert family.tokens == +expected
        assert families.client_tokens_count(url, self.slug) == len(self.model.client_tokens)

    def _key_stands(self, key: Key) -> None:
        """Calls with it are let in, or not, as the model says."""
        answer = self.http.get(
            f"/v1/open-platform/finder/post/{self.tokens[0]}", headers={"x-api-key": key.text}
        )
        assert (answer.status_code == 200) == self.model.is_key_live(key), answer.text
        assert answer.status_code in {200, 401, 403}, answer.text

    def newest_first(self, scope: str) -> int:
        """Which of what is held a permission is, as the rules count."""
        return sorted(self.model.held, reverse=True).index(scope)


def _door(own: Door, which: str) -> Door:
    others: dict[Door, Door] = {"kenar": "basalam", "basalam": "kenar"}
    return own if which == "own" else others[own]


def _number_of(text: str) -> str:
    parts = Keyring.parse_api_key(text)
    assert parts is not None
    return str(parts.id)


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with served_here(database_url, tmp_path) as running:
        yield running


def test_every_history_goes_as_the_model_says(here: Here, moment: AdjustableClock):
    with httpx.Client(base_url=here.base_url, timeout=ANSWER_SECONDS_MAX) as http:
        given = {"here": here, "moment": moment, "http": http}
        run_state_machine_as_test(
            type("Histories", (Histories,), given),
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=STEPS,
                deadline=None,
                phases=PHASES,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_turns_that_chance_takes_seldom_go_as_the_model_says(here: Here, moment: AdjustableClock):
    """A few random histories may miss them; they are the ones thieves and bad networks take."""
    with httpx.Client(base_url=here.base_url, timeout=ANSWER_SECONDS_MAX) as http:
        given = {"here": here, "moment": moment, "http": http}
        history = type("Histories", (Histories,), given)()
        history.begin()
        for turn in (
            lambda: history.refresh_and_come_again(0, 119, between=True),
            lambda: history.wait(1),
            lambda: history.refresh_and_come_again(0, 121, between=True),
            lambda: history.connect(("USER_PHONE", "first", OFFLINE), proof=True),
            lambda: history.refresh(0, 0),
            lambda: history.wait(121),
            lambda: history.redeem(0, 0, "wrong"),
            lambda: history.redeem(0, 0, "right"),
            lambda: history.connect(("USER_PHONE", "first", "second", OFFLINE), proof=False),
            lambda: history.take_back(0, "scope"),
            lambda: history.take_back(0, "resource"),
            lambda: history.refresh(0, 0),
            history.block_or_unblock,
            lambda: history.refresh(0, 0),
        ):
            _turned(history, turn)
        history.teardown()


def test_parts_and_keys_and_basalams_door_go_as_the_model_says(here: Here, moment: AdjustableClock):
    """The same, for what is given in part, renewed at the wrong door, and rotated."""
    with httpx.Client(base_url=here.base_url, timeout=ANSWER_SECONDS_MAX) as http:
        given = {"here": here, "moment": moment, "http": http}
        history = type("Histories", (Histories,), given)()
        history.begin()
        for turn in (
            lambda: history.authorize(("USER_PHONE", OFFLINE), False, "allow", True, left_out=1),
            history.let_parts_be_given_or_not,
            lambda: history.authorize(("USER_PHONE", OFFLINE), False, "allow", True, left_out=2),
            lambda: history.authorize(("USER_PHONE", OFFLINE), False, "allow", True, left_out=1),
            lambda: history.redeem(0, 0, "right", "other"),
            lambda: history.redeem(0, 0, "right"),
            lambda: history.connect_at_basalam((PROFILE_WRITE, CHAT), 3),
            lambda: history.connect_at_basalam((PROFILE_WRITE, CHAT), 2),
            lambda: history.refresh(0, 0, "other"),
            lambda: history.refresh_and_come_again(0, 119, between=True),
            lambda: history.call(0, 0),
            lambda: history.connect_at_basalam((PROFILE, CHAT), 0),
            lambda: history.make_personal_token((PROFILE, CHAT), 30),
            lambda: history.refresh(0, 0),
            lambda: history.ask_for_itself(PROFILE, 0),
            lambda: history.take_back(history.newest_first(PROFILE), "scope"),
            lambda: history.call(0, 0),
            lambda: history.rotate_key(0, 24),
            lambda: history.rotate_key(0, 24),
            lambda: history.rotate_key(1, 24),
            lambda: history.revoke_key(0),
            lambda: history.rotate_key(0, 1),
            lambda: history.wait(3_600),
            lambda: history.rotate_key(0, 0),
            history.block_or_unblock,
            lambda: history.call_or_end_what_is_its_own(0, end=False),
            lambda: history.ask_for_itself(PROFILE, 0),
            history.block_or_unblock,
            lambda: history.call_or_end_what_is_its_own(0, end=True),
            lambda: history.make_personal_token((CHAT,), 90),
            lambda: history.revoke_personal_token(0),
            lambda: history.wait(86_400),
            lambda: history.call(0, 1),
        ):
            _turned(history, turn)
        history.teardown()


def _turned(history: Histories, turn: Any) -> None:
    turn()
    history.every_token_lives_exactly_as_long_as_the_model_says()
    history.no_family_has_two_unreplaced_tokens()
