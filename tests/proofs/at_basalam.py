"""Turns at Basalam's door: its consent page and token endpoint, an app's own tokens, and those a
person makes in the panel.

Source: basalam.md 2.2 to 2.4, 2.7.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.proofs.asking import Asking
from tests.proofs.doors import SECRET_IN_PAGE, VERIFIER
from tests.proofs.model import PROFILE, PROFILE_WRITE, Family

CHAT = "customer.chat.read"
ASKED_AT_BASALAM = (
    (PROFILE,), (PROFILE_WRITE, CHAT), (PROFILE, PROFILE_WRITE), (CHAT,), (PROFILE, CHAT),
)  # fmt: skip
SEPARATORS = (" ", ",", ", ")
LIVES_DAYS = (30, 90, 366)
PERSONAL_MAX = 15

pick = st.integers(0, 1_000)
"""Which of several, counted from the newest; there are never so many."""

left_out = st.sampled_from([0, 0, 0, 1, 2, 3])
"""Which of what is asked for the person does not give, as bits."""


class AtBasalam(Asking):
    """What may happen at this door."""

    @rule(
        about=st.sampled_from(ASKED_AT_BASALAM),
        separator=st.sampled_from(SEPARATORS),
        proof=st.booleans(),
        decision=st.sampled_from(["allow", "allow", "deny"]),
        left_out=left_out,
    )
    def authorize_at_basalam(
        self, about: tuple[str, ...], separator: str, proof: bool, decision: str, left_out: int
    ) -> None:
        gone = [name for bit, name in enumerate(about) if left_out >> bit & 1]
        sent = self.decide("basalam", separator.join(about), proof=proof, decision=decision,
                           asked=list(about), left_out=gone)  # fmt: skip
        if self.model.is_suspended or self.model.is_blocked:
            assert sent.status_code in {302, 303}
            assert "code=" not in sent.headers["location"]
            return
        given = self.model.given("basalam", about, gone)
        if decision == "allow" and not given:
            assert sent.status_code == 422
            return
        assert sent.status_code == 302, sent.text
        answer = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
        assert answer["state"] == "s"
        if decision == "deny":
            assert answer["error"] == "access_denied"
            return
        self.model.consented("basalam", given, answer["code"], VERIFIER if proof else None)

    @rule(about=st.sampled_from(ASKED_AT_BASALAM), left_out=left_out)
    def connect_at_basalam(self, about: tuple[str, ...], left_out: int) -> None:
        """What mostly happens: the person gives some of it, and the app comes with the code."""
        self.let_in_again()
        self.authorize_at_basalam(about, " ", proof=False, decision="allow", left_out=left_out)
        family = self.model.families[-1]
        if family.door == "basalam" and family.code:
            self.redeem_at("basalam", family, self.good_secret, None)

    @rule(scope=st.sampled_from([PROFILE, f"{PROFILE_WRITE} {CHAT}", "no.such.scope"]), secret=pick)
    def ask_for_itself(self, scope: str, secret: int) -> None:
        """The client credentials grant."""
        text = self.one(self.model.secrets, secret)[0]
        refusal = self.model.client_refusal(text, "basalam")
        if refusal is None and scope == "no.such.scope":
            refusal = "invalid_scope"
        refusal = refusal or self.model.itself_refusal()
        answer = self.token("basalam", text, grant_type="client_credentials", scope=scope)
        if self.agrees(answer, refusal):
            given = answer.json()
            assert not given.get("refresh_token")
            assert set(given["scope"].split()) == set(scope.split())
            self.model.issued_to_itself(given["access_token"], frozenset(scope.split()))

    @precondition(lambda self: self.model.client_tokens)
    @rule(which=pick, end=st.booleans())
    def call_or_end_what_is_its_own(self, which: int, end: bool) -> None:
        token = self.one(self.model.client_tokens, which)
        live = self.model.is_client_token_live(token)
        self.call_basalam(token.text, live, token.scopes)
        if end:
            answer = self.ask("/oauth2/revoke", self.good_secret, token=token.text)
            assert answer.status_code == 200
            token.until = min(token.until, self.model.now)

    @precondition(lambda self: not self.model.is_blocked and self._personal_count < PERSONAL_MAX)
    @rule(about=st.sampled_from(ASKED_AT_BASALAM), days=st.sampled_from(LIVES_DAYS))
    def make_personal_token(self, about: tuple[str, ...], days: int) -> None:
        page = self.page("tokens")
        self.post(self.person, page, page, title="برنامهٔ خودم", life_days=str(days),
                  scopes=list(about))  # fmt: skip
        text = self.get(self.person, page).text
        access_token, refresh_token = (one.strip() for one in SECRET_IN_PAGE.findall(text))
        numbers = re.findall(r'id="token-(\d+)"', text)
        self.model.made_for_oneself(
            frozenset(about), numbers[0], timedelta(days=days), (access_token, refresh_token)
        )
        live = [one.number for one in self.model.families if self.model.is_personal_live(one)]
        assert numbers == live[::-1]

    @precondition(lambda self: self._personal and not self.model.is_blocked)
    @rule(which=pick)
    def revoke_personal_token(self, which: int) -> None:
        family, page = self.one(self._personal, which), self.page("tokens")
        self.post(self.person, page, f"{page}/{family.number}/revoke")
        family.is_revoked = True

    def call_basalam(self, token: str, live: bool, scopes: frozenset[str]) -> None:
        """Who the token's person is, and their number if that was given."""
        answer = self.http.get("/v1/users/me", headers={"authorization": f"Bearer {token}"})
        if not live or self.model.is_suspended:
            assert answer.status_code in {401, 403}, answer.text
            return
        assert answer.status_code == 200, answer.text
        assert (answer.json()["mobile"] is not None) == bool(scopes & {PROFILE, PROFILE_WRITE})

    def let_in_again(self) -> None:
        """An operator who shut somebody out lets them in again."""
        raise NotImplementedError

    @property
    def _personal(self) -> list[Family]:
        return [one for one in self.model.families if self.model.is_personal_live(one)]

    @property
    def _personal_count(self) -> int:
        return sum(1 for one in self.model.families if one.number)

    def another_app_at_basalam(self, fields: dict[str, Any]) -> None:
        """What is not its own is nothing to another app."""
        form = {"client_id": self.other_number, "client_secret": self.other.client_secret}
        answer = self.http.post("/oauth/token", data=form | fields)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
