"""How histories speak with the running platform: browsers, the app's server, and what is compared.

One person who owns the app, one operator, and another app, on a clock that all histories share.
"""

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx
from hypothesis.stateful import RuleBasedStateMachine

from dalan.domains import developers, identity, operators, posts
from dalan.kernel.clock import AdjustableClock
from tests.factories.identity import make_person
from tests.proofs.doors import APPS, REDIRECT_URI, SECRET_IN_PAGE, VERIFIER, challenge_of, fields_of
from tests.proofs.model import Door, Family, Key, Model, Pair
from tests.proofs.serving_here import Here

SESSION = timedelta(days=60)
TOKEN_PATH: dict[Door, str] = {"kenar": "/oauth2/token", "basalam": "/oauth/token"}
CONSENT_PATH: dict[Door, str] = {"kenar": "/oauth2/auth", "basalam": "/accounts/sso"}


class Asking(RuleBasedStateMachine):
    """A history without a turn yet."""

    here: ClassVar[Here]
    moment: ClassVar[AdjustableClock]
    http: ClassVar[httpx.Client]

    model: Model
    slug: str
    number: str
    """The app's ``client_id`` at Basalam's door."""

    def register(self) -> None:
        """The person makes the app in the panel."""
        self.here.do(self._people())
        self.open_sessions()
        page = self.post(self.person, f"{APPS}/new", APPS, display="کارشناس")
        self.slug = page.headers["location"].rpartition("/")[2]
        (secret,) = self.shown(page.headers["location"])
        self.post(self.person, self.page("oauth"), self.page("oauth/redirect-uris"),
                  uri=REDIRECT_URI)  # fmt: skip
        self.number = self.here.do(self._number())
        self.model = Model(self.moment(), secret)
        self.things = {
            name: f"POST_ADDON_CREATE.{token}"
            for name, token in zip(("first", "second"), self.tokens, strict=True)
        }

    # The consent pages

    def decide(
        self,
        door: Door,
        scope: str,
        *,
        proof: bool,
        decision: str,
        asked: list[str],
        left_out: list[str],
    ) -> httpx.Response:
        """What the consent page, or the button pressed on it, answers."""
        query = {"client_id": self.slug if door == "kenar" else self.number, "scope": scope,
                 "redirect_uri": REDIRECT_URI, "state": "s"}  # fmt: skip
        if door == "kenar":
            query["response_type"] = "code"
        if proof:
            query |= {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}
        path = CONSENT_PATH[door]
        page = self.get(self.person, f"{path}?{urlencode(query)}")
        if page.status_code != 200:
            return page
        form = fields_of(page.text, path)
        boxes = {name for name in form if name.startswith("permission:")}
        offered = {f"permission:{choice_of(one)}" for one in asked}
        # Where all or nothing is asked, there are no boxes; sending some changes nothing.
        assert ("permission:" in page.text) == (door == "basalam" or self.model.may_leave_out)
        assert boxes <= offered
        ticked = {f"permission:{choice_of(one)}": "1" for one in asked if one not in left_out}
        kept = {name: value for name, value in form.items() if name not in boxes}
        return self.send(self.person, path, kept | ticked | {"decision": decision})

    # The app's server

    @property
    def renewable(self) -> list[Pair]:
        return [pair for pair in self.model.pairs if pair.refresh_token is not None]

    @property
    def live_keys(self) -> list[Key]:
        return [key for key in self.model.keys if self.model.is_key_good(key)]

    @property
    def good_secret(self) -> str:
        return next(text for text, until in self.model.secrets if until is None)

    @staticmethod
    def one(many: Any, which: int) -> Any:
        """One of several, counted from the newest."""
        return many[-1 - which % len(many)]

    def ask(self, path: str, secret: str, **form: str | None) -> httpx.Response:
        """A form of the app's server, proven by a secret."""
        fields = {name: value for name, value in form.items() if value is not None}
        proof = {"client_id": self.slug, "client_secret": secret}
        return self.http.post(path, data=proof | fields)

    def token(self, door: Door, secret: str, **given: str | None) -> httpx.Response:
        """The token endpoint of a door; Basalam's by turns with a form and with JSON."""
        if door == "kenar":
            return self.ask(TOKEN_PATH[door], secret, **given)
        self.turns += 1
        fields = {name: value for name, value in given.items() if value is not None}
        fields |= {"client_id": self.number, "client_secret": secret}
        if self.turns % 2:
            return self.http.post(TOKEN_PATH[door], data=fields)
        return self.http.post(TOKEN_PATH[door], json=fields | {"client_id": int(self.number)})

    turns = 0

    def agrees(self, answer: httpx.Response, refusal: str | None) -> bool:
        """The answer is what the model expects; whether it holds tokens."""
        if refusal is None:
            assert answer.status_code == 200, answer.text
            return True
        assert answer.status_code in {400, 401, 403}, answer.text
        assert answer.json()["error"] == refusal, answer.text
        assert "access_token" not in answer.text
        return False

    def redeem_at(self, door: Door, family: Family, text: str, shown: str | None) -> None:
        """Exchange a code, and compare."""
        refusal = self.model.client_refusal(text, door) or self.model.redeem(family, shown, door)
        answer = self.token(door, text, grant_type="authorization_code", code=family.code,
                            redirect_uri=REDIRECT_URI, code_verifier=shown)  # fmt: skip
        if self.agrees(answer, refusal):
            given = answer.json()
            is_renewable = door == "basalam" or "offline_access" in family.scopes
            assert ("refresh_token" in given) == is_renewable
            assert set(given["scope"].split()) == family.scopes
            self.model.issued(family, given["access_token"], given.get("refresh_token"))

    def refresh_at(self, door: Door, pair: Pair, secret: int) -> None:
        """Exchange a refresh token, and compare."""
        text = self.one(self.model.secrets, secret)[0]
        refusal = self.model.client_refusal(text, door) or self.model.refresh(pair, door)
        answer = self.token(
            door, text, grant_type="refresh_token", refresh_token=pair.refresh_token
        )
        if not self.agrees(answer, refusal):
            return
        given = answer.json()["access_token"], answer.json()["refresh_token"]
        if pair.successor is None:
            assert given not in {(one.access_token, one.refresh_token) for one in self.model.pairs}
            self.model.rotated(pair, *given)
        assert pair.successor is not None
        assert given == (pair.successor.access_token, pair.successor.refresh_token)
        assert set(answer.json()["scope"].split()) == pair.family.scopes

    def stands(self, token: str, is_live: bool, scopes: frozenset[str]) -> None:
        """Introspection says of a token what the model says."""
        answer = self.ask("/oauth2/introspect", self.good_secret, token=token)
        if self.model.is_suspended:
            assert answer.status_code == 400, answer.text
        elif not is_live:
            assert answer.json() == {"active": False}
        else:
            assert answer.json()["active"], answer.text
            assert set(answer.json()["scope"].split()) == scopes

    # Browsers

    def page(self, name: str) -> str:
        """A page of the app's in the panel."""
        return f"{APPS}/{self.slug}/{name}"

    def get(self, who: identity.Person, path: str) -> httpx.Response:
        return self._sent(who, "GET", path)

    def send(self, who: identity.Person, path: str, form: dict[str, Any]) -> httpx.Response:
        return self._sent(who, "POST", path, data=form)

    def post(self, who: identity.Person, page: str, action: str, **typed: Any) -> httpx.Response:
        """Fill in the form of a page that goes to ``action``, and send it."""
        shown = self.get(who, page)
        assert shown.status_code == 200, f"{page} {shown.status_code} {shown.headers}"
        sent = self.send(who, action, fields_of(shown.text, action) | typed)
        assert sent.status_code == 303, sent.text
        return sent

    def shown(self, page: str) -> list[str]:
        """The secrets a page shows this once."""
        found = SECRET_IN_PAGE.findall(self.get(self.person, page).text)
        return [text.strip() for text in found]

    def _sent(self, who: identity.Person, method: str, path: str, **given: Any) -> httpx.Response:
        """With the cookies of a browser of theirs, which are kept from answer to answer."""
        cookies = self.cookies[who.id]
        header = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer = self.http.request(method, path, headers=header, **given)
        for told in answer.headers.get_list("set-cookie"):
            name, _, value = told.partition(";")[0].partition("=")
            if "max-age=0" in told.lower():
                cookies.pop(name, None)
            else:
                cookies[name] = value
        self.http.cookies.clear()
        return answer

    async def _people(self) -> None:
        services = self.here.platform.services
        async with services.db.write() as tx:
            self.person, self.operator = await make_person(tx), await make_person(tx)
            await operators.appoint(tx, self.operator.id, role="admin")
            self.tokens = [
                (await posts.create_preset(tx, self.person.id, posts.PRESET_NAMES[number])).token
                for number in range(2)
            ]
            registered = await developers.register_app(
                tx, keys=services.keys, owner_id=self.operator.id, display="دیگر"
            )
            self.other = registered
            self.other_number = str(await developers.basalam_client_id(tx, registered.app.id))

    async def _number(self) -> str:
        async with self.here.platform.services.db.write() as tx:
            app = await developers.app_by_slug(tx, self.slug)
            return str(await developers.basalam_client_id(tx, app.id))

    def open_sessions(self) -> None:
        """Both people are signed in anew."""
        services = self.here.platform.services

        async def opened(person: identity.Person) -> str:
            async with services.db.write() as tx:
                session = await identity.open_session(
                    tx, person_id=person.id, device="", keys=services.keys,
                    session_seconds=int(SESSION.total_seconds()),
                )  # fmt: skip
                return session.token

        self.cookies = {
            one.id: {"dalan_session": self.here.do(opened(one))}
            for one in (self.person, self.operator)
        }


def choice_of(scope: str) -> str:
    """What stands for a permission in the form of the consent page."""
    return "OFFLINE_ACCESS" if scope == "offline_access" else scope
