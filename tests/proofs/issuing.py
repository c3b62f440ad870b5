"""Every kind of secret a platform issues, through its real doors, and used as apps use them.

Mistakes are part of it: a token where a slug belongs, a secret in an address, a body cut short.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from tests.proofs.crowd import Ask, once
from tests.proofs.doors import (
    REDIRECT_URI,
    SECRET_IN_PAGE,
    VERIFIER,
    Client,
    Person,
    World,
    calling,
    challenge_of,
    fields_of,
)
from tests.proofs.searching import Secrets

REFRESHES = 3
KEYS_EVERY = 20
SECRETS_EVERY = 20
SIGN_INS_EVERY = 25
BASALAM_EVERY = 10
POD_EVERY = 20
KEYS_MAX = 19
IDENTIFICATION_KEY = "identification-key-of-an-app-kT5vX2"
SCOPE = "USER_PHONE offline_access openid"
BASALAM_SCOPE = "customer.profile.read"
_HIDDEN = re.compile(r'name="(csrf_token|request)" value="([^"]+)"')


class Issuing:
    """One person who makes an app, and the app, until enough secrets were issued."""

    def __init__(self, world: World, phone: str, secrets: Secrets) -> None:
        self.world, self.secrets = world, secrets
        self.person = Person(world, phone, self._seen)
        self.client = self._made(self.person.make_app())
        self.api_key = self._key()
        self._keys_count = 1
        path = self.person.path(self.client, "addresses")
        self.person.post(path, path, {"identification_key": IDENTIFICATION_KEY})
        secrets.add("identification key", IDENTIFICATION_KEY)

    def close(self) -> None:
        """Close the browser."""
        self.person.close()

    def until(self, count: int) -> None:
        """Go on until there are so many secrets."""
        cycle = 0
        while len(self.secrets) < count:
            cycle += 1
            if cycle % SECRETS_EVERY == 0:
                self.client = self._made(self.person.rotate_secret(self.client, overlap_hours=1))
            if cycle % KEYS_EVERY == 0 and self._keys_count < KEYS_MAX:
                self._keys_count += 1
                self.api_key = self._key()
            if cycle % SIGN_INS_EVERY == 0:
                self.person.post("/my-divar", "/sign-out", {})
                self.person.sign_in()
            if cycle % BASALAM_EVERY == 1:
                self._at_basalams_door()
            if cycle % POD_EVERY == 1:
                self._for_pods_door()
            pair = self._pair(pushed=cycle % 2 == 0)
            for _ in range(REFRESHES):
                pair = self._tokens(
                    once(self.client.refreshing(self._url, pair["refresh_token"])).json
                )
            assert once(calling(self._url, self.api_key, pair["access_token"])).is_ok
            assert once(self.client.introspecting(self._url, pair["refresh_token"])).is_ok
            for ask in self._mistakes(pair):
                assert once(ask).status < 500, ask
            assert once(self.client.revoking(self._url, pair["refresh_token"])).is_ok

    @property
    def _url(self) -> str:
        return self.world.base_urls[-1]

    def _pair(self, *, pushed: bool) -> dict[str, Any]:
        given = {"scope": SCOPE, "nonce": "n", "code_challenge": challenge_of(VERIFIER),
                 "code_challenge_method": "S256"}  # fmt: skip
        if pushed:
            answer = once(self.client.pushing(self.world.base_urls[0], **given))
            assert answer.status == 201, answer
            request_uri = answer.json["request_uri"]
            self.secrets.add("request_uri", request_uri.rpartition(":")[2])
            query = {"client_id": self.client.slug, "request_uri": request_uri}
            page = self.person.browser.get(f"/oauth2/auth?{urlencode(query)}")
            page = self.person.browser.get(page.headers["location"])
        else:
            query = self.client.request(**given)
            page = self.person.browser.get(f"/oauth2/auth?{urlencode(query)}")
        form = fields_of(page.text, "/oauth2/auth") | {"decision": "allow"}
        sent = self.person.browser.client.post("/oauth2/auth", data=form)
        code = dict(httpx.QueryParams(urlsplit(sent.headers["location"]).query))["code"]
        self.secrets.add("code", code)
        early = once(self.client.redeeming(self._url, code, code_verifier=VERIFIER[::-1]))
        assert early.status == 400, "a wrong verifier"
        return self._tokens(
            once(self.client.redeeming(self._url, code, code_verifier=VERIFIER)).json
        )

    def _at_basalams_door(self) -> None:
        """A consent there, a token for the app itself, and one its owner makes in the panel."""
        number = self._number()
        proof = {"client_id": number, "client_secret": self.client.secret}
        asked = {"client_id": number, "redirect_uri": REDIRECT_URI, "scope": BASALAM_SCOPE,
                 "state": "s"}  # fmt: skip
        page = self.person.browser.get(f"/accounts/sso?{urlencode(asked)}")
        form = fields_of(page.text, "/accounts/sso") | {"decision": "allow"}
        form |= {f"permission:{BASALAM_SCOPE}": "1"}
        sent = self.person.browser.client.post("/accounts/sso", data=form)
        code = dict(httpx.QueryParams(urlsplit(sent.headers["location"]).query))["code"]
        self.secrets.add("code", code)
        redeeming = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        pair = self._tokens(once(Ask(self._url, "/oauth/token", proof | redeeming)).json)
        path = self.person.path(self.client, "tokens")
        self.person.post(path, path, {"title": "خودم", "life_days": "30",
                                      "scopes": [BASALAM_SCOPE]})  # fmt: skip
        shown = self.person.browser.get(path).text
        own = [text.strip() for text in SECRET_IN_PAGE.findall(shown)]
        self.secrets.add("personal token", *own)
        token = re.findall(r'id="token-(\d+)"', shown)[0]
        self.person.post(path, f"{path}/{token}/revoke", {})
        itself = {"grant_type": "client_credentials", "scope": BASALAM_SCOPE}
        given = once(Ask(self._url, "/oauth/token", proof | itself)).json["access_token"]
        self.secrets.add("client token", given)
        for text in (pair["access_token"], given, own[0]):
            headers = {"authorization": f"Bearer {text}"}
            assert once(Ask(self._url, f"/v1/users/me?token={text}", None, headers)).status < 500
            assert once(Ask(self._url, f"/v1/users/{text}", None, headers)).status < 500
        assert once(self.client.revoking(self._url, pair["refresh_token"])).is_ok

    def _for_pods_door(self) -> None:
        path = self.person.path(self.client, "credentials")
        for kind in ("token", "service_key"):
            self.person.post(path, f"{path}/pod", {"kind": kind, "overlap_hours": "1"})
            (text,) = SECRET_IN_PAGE.findall(self.person.browser.get(path).text)
            self.secrets.add(f"POD {kind}", text.strip())

    def _number(self) -> str:
        page = self.person.browser.get(self.person.path(self.client, "credentials")).text
        found = re.search(r"client_id=(\d{9})", page)
        assert found, page
        return found[1]

    def _tokens(self, answer: dict[str, Any]) -> dict[str, Any]:
        self.secrets.add("access token", answer["access_token"])
        self.secrets.add("refresh token", answer["refresh_token"])
        if "id_token" in answer:
            self.secrets.add("id_token", answer["id_token"].rpartition(".")[2])
        return answer

    def _mistakes(self, pair: dict[str, Any]) -> Iterator[Ask]:
        token, secret, key = pair["access_token"], self.client.secret, self.api_key
        for text in (token, pair["refresh_token"], secret, key):
            yield Ask(self._url, f"/v/{text}")
            yield Ask(self._url, f"/{text}?access_token={text}")
            yield Ask(self._url, f"/v1/open-platform/finder/post/{text}", None, {"x-api-key": key})
            yield Ask(self._url, f"/oauth2/auth?client_id={quote(text)}")
            yield Ask(self._url, f"/kenar/management/apps/{text}/keys", None, {"referer": text})
            yield Ask(self._url, "/oauth2/token", {"grant_type": text, text: text})
            yield Ask(self._url, "/oauth2/token", {"client_id": text, "client_secret": text,
                                                   "grant_type": "refresh_token",
                                                   "refresh_token": text})  # fmt: skip
            yield Ask(self._url, "/oauth2/revoke", {"token": text})
            yield calling(self._url, text, text)

    def _made(self, client: Client) -> Client:
        self.secrets.add("client secret", client.secret)
        return client

    def _key(self) -> str:
        key = self.person.make_key(self.client)
        self.secrets.add("API key", key)
        return key

    def _seen(self, answer: httpx.Response) -> None:
        """What the browser is given: cookies, and what stands hidden in forms."""
        for name, value in answer.cookies.items():
            if len(value) > 40:
                self.secrets.add(f"cookie {name.removeprefix('dalan_')}", value)
        if answer.headers.get("content-type", "").startswith("text/html"):
            answer.read()
            for name, value in _HIDDEN.findall(answer.text):
                self.secrets.add(
                    {"csrf_token": "CSRF token", "request": "consent form"}[name], value
                )
