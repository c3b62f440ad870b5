"""People and apps of an installation, through the doors they really use."""

import base64
import hashlib
import html
import re
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from dalan.domains.posts import PRESET_NAMES
from tests.platforms import Browser
from tests.proofs.crowd import Answer, Ask, once

REDIRECT_URI = "https://app.example/callback"
APPS = "/kenar/management/apps"
SECRET_IN_PAGE = re.compile(r'class="secret-box".*?<code[^>]*>([^<]+)', re.DOTALL)
VERIFIER = "a-verifier-of-forty-three-characters-or-more"


def challenge_of(verifier: str) -> str:
    """The S256 challenge of RFC 7636."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Client(NamedTuple):
    """An app as its server knows it."""

    slug: str
    secret: str

    def redeeming(self, base_url: str, code: str, **given: str) -> Ask:
        """The exchange of a code, ready to be sent."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return Ask(base_url, "/oauth2/token", self._proof | form | given)

    def refreshing(self, base_url: str, refresh_token: str, **given: str) -> Ask:
        """The exchange of a refresh token, ready to be sent."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return Ask(base_url, "/oauth2/token", self._proof | form | given)

    def revoking(self, base_url: str, token: str) -> Ask:
        """Giving a token back."""
        return Ask(base_url, "/oauth2/revoke", self._proof | {"token": token})

    def introspecting(self, base_url: str, token: str) -> Ask:
        """Asking what a token stands for."""
        return Ask(base_url, "/oauth2/introspect", self._proof | {"token": token})

    def pushing(self, base_url: str, **given: str) -> Ask:
        """Sending an authorization request ahead."""
        return Ask(base_url, "/oauth2/par", self._proof | self.request(**given))

    def request(self, scope: str = "USER_PHONE offline_access", **given: str) -> dict[str, str]:
        """An authorization request."""
        return {
            "response_type": "code",
            "client_id": self.slug,
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
            "state": "a-state",
        } | given

    @property
    def _proof(self) -> dict[str, str]:
        return {"client_id": self.slug, "client_secret": self.secret}


class World(Protocol):
    """A platform that people can sign in to."""

    @property
    def base_urls(self) -> list[str]: ...

    def newest_code(self, phone: str) -> str: ...


class Person:
    """Somebody with a phone and a browser, signed in with the code that was sent to it."""

    def __init__(
        self, world: World, phone: str, seen: Callable[[httpx.Response], None] | None = None
    ) -> None:
        """``seen`` is told every answer the browser gets."""
        self.world = world
        self.phone = phone
        self.browser = Browser(world.base_urls[0])
        self.browser.client.event_hooks = {"response": [] if seen is None else [seen]}
        self.browser.client.headers["x-forwarded-for"] = f"10.1.{phone[-4:-2]}.{phone[-2:]}"
        try:
            self.sign_in()
        except BaseException:
            self.close()
            raise

    def sign_in(self) -> None:
        """Ask for a code and type it."""
        page = self.browser.submit(self.browser.get("/sign-in"), "/sign-in", phone=self.phone)
        assert page.status_code == 303, page.text
        done = self.browser.submit(
            self.browser.get(page.headers["location"]),
            "/sign-in/code",
            code=self.world.newest_code(self.phone),
        )
        assert done.status_code == 303, done.text

    @property
    def cookie(self) -> dict[str, str]:
        """The header that says who they are, for requests sent without the browser."""
        pairs = (f"{name}={value}" for name, value in self.browser.client.cookies.items())
        return {"cookie": "; ".join(pairs)}

    def close(self) -> None:
        """Close the browser."""
        self.browser.close()

    def make_app(self) -> Client:
        """Register an app with one redirect address."""
        made = self._submit(f"{APPS}/new", APPS, display="کارشناس")
        slug = made.headers["location"].rpartition("/")[2]
        client = Client(slug, self.shown(self.browser.get(made.headers["location"])))
        self._submit(self.path(client, "oauth"), self.path(client, "oauth/redirect-uris"),
                     uri=REDIRECT_URI)  # fmt: skip
        return client

    def rotate_secret(self, client: Client, *, overlap_hours: int) -> Client:
        """A new client secret; the old one lives on for so long."""
        path = self.path(client, "oauth")
        self._submit(path, f"{path}/secret", overlap_hours=str(overlap_hours))
        return client._replace(secret=self.shown(self.browser.get(path)))

    def make_key(self, client: Client) -> str:
        """An API key with every permission."""
        path = self.path(client, "keys")
        self.post(path, path, {"title": "سرور", "life_days": "60",
                               "permissions": ["GET_POST", "USER_RETRIEVE"]})  # fmt: skip
        return self.shown(self.browser.get(path))

    def make_development_post(self) -> str:
        """A post to try apps on; its token."""
        path = "/kenar/management/development-posts"
        self.browser.client.post(path, data=self._csrf(path) | {"preset": PRESET_NAMES[0]})
        found = re.findall(r'href="/v/(?:[^"]*/)?([\w-]{8})"', self.browser.get(path).text)
        assert found
        return str(found[0])

    def _csrf(self, path: str) -> dict[str, Any]:
        return {"csrf_token": fields_of(self.browser.get(path).text, path)["csrf_token"]}

    def path(self, client: Client, name: str = "") -> str:
        """A page of the app's in the panel."""
        return f"{APPS}/{client.slug}" + (f"/{name}" if name else "")

    def shown(self, page: httpx.Response) -> str:
        """The secret a page shows this once."""
        found = SECRET_IN_PAGE.search(page.text)
        assert found, page.text
        return html.unescape(found[1]).strip()

    def code(self, client: Client, **given: str) -> str:
        """Consent in the browser; the code the app gets."""
        answer = self.decide(client, "allow", **given)
        assert "code" in answer, answer
        return answer["code"]

    def decide(self, client: Client, decision: str, **given: str) -> dict[str, str]:
        """Open the consent page and press a button; what the app gets back."""
        sent = self.browser.client.post(
            "/oauth2/auth", data=self.consent(client, decision, **given)
        )
        assert sent.status_code == 303, sent.text
        return dict(parse_qsl(urlsplit(sent.headers["location"]).query, keep_blank_values=True))

    def consent(self, client: Client, decision: str, **given: str) -> dict[str, Any]:
        """The form of the consent page, as it would be sent."""
        page = self.browser.get(f"/oauth2/auth?{urlencode(client.request(**given))}")
        assert page.status_code == 200, page.text
        return fields_of(page.text, "/oauth2/auth") | {"decision": decision}

    def pair(self, client: Client, **given: str) -> dict[str, Any]:
        """Consent, and the pair of tokens that came of it."""
        got = once(client.redeeming(self.browser_url, self.code(client, **given)))
        assert got.is_ok, got
        pair: dict[str, Any] = got.json
        return pair

    def taking_back(self, client: Client, **what: str) -> Ask:
        """The form that takes access back, ready to be sent: all of it, a scope, a resource."""
        path = f"/my-divar/apps/{client.slug}/take-back"
        return self.pressing(f"{path}?{urlencode(what)}", path)

    def newest_key_id(self, client: Client) -> str:
        """The number of the key that was made last."""
        path = self.path(client, "keys")
        found = re.search(rf'action="{path}/(\d+)/revoke"', self.browser.get(path).text)
        assert found
        return found[1]

    def pressing(self, page: str, action: str, **fields: str) -> Ask:
        """The first form of a page that goes to ``action``, filled in, ready to be sent."""
        shown = self.browser.get(page)
        assert shown.status_code == 200, shown.text
        form = fields_of(shown.text, action) | fields
        return Ask(self.browser_url, action, form, self.cookie)

    @property
    def browser_url(self) -> str:
        return str(self.browser.client.base_url).rstrip("/")

    def post(self, page: str, action: str, fields: dict[str, Any]) -> httpx.Response:
        """Send the first form of a page that goes to ``action``, with ``fields`` filled in."""
        shown = self.browser.get(page)
        assert shown.status_code == 200, f"{page} {shown.status_code} {shown.text}"
        stands = fields_of(shown.text, action)
        sent = self.browser.client.post(action, data=stands | fields)
        assert sent.status_code == 303, sent.text
        return sent

    def _submit(self, page: str, action: str, **fields: str) -> httpx.Response:
        return self.post(page, action, fields)


def fields_of(page: str, action: str) -> dict[str, Any]:
    """What the form for ``action`` would send as it stands; lists where names repeat."""
    at = page.index(f'action="{action}"')
    form = page[at : page.index("</form>", at)]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_box = given.get("type") in {"checkbox", "radio"}
        if "name" in given and (not is_box or re.search(r"\schecked\b", tag)):
            fields.setdefault(given["name"], []).append(html.unescape(given.get("value", "on")))
    return {name: many[0] if len(many) == 1 else many for name, many in fields.items()}


def is_live(client: Client, base_url: str, token: str) -> bool:
    """Whether a process would let this token be used now."""
    answer = once(client.introspecting(base_url, token))
    assert answer.is_ok, answer
    live: bool = answer.json["active"]
    return live


def calling(base_url: str, api_key: str, access_token: str) -> Ask:
    """A call of the contract's in somebody's name: the person behind a token."""
    headers = {"x-api-key": api_key, "authorization": f"Bearer {access_token}"}
    return Ask(base_url, "/v1/open-platform/users", None, headers)


def refused(answer: Answer, error: str = "invalid_grant") -> bool:
    """It is the refusal of RFC 6749, 5.2, that was expected."""
    return answer.status == 400 and answer.json["error"] == error
