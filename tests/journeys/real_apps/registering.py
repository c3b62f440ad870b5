"""A developer registers an app in the panel and an operator approves it, without a screen."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import httpx

from tests.platforms import Browser, Platform, forms_of

APPS = "/kenar/management/apps"
CHIEF = "09120009999"
"""The operator of the world these stories share."""

LINK, SERVER, BOT = "LOAD_WEBVIEW_DIRECT_LINK", "LOAD_WEBVIEW_SERVER_LINK", "START_CHAT_BOT"
PLACES: Final[Mapping[str, str]] = {
    "MY_POST": LINK,
    "DEMAND_POST": LINK,
    "CHAT": SERVER,
    "MY_DIVAR": SERVER,
    "DIVAR_PRO": SERVER,
}


class Registered(NamedTuple):
    """An app that is out: what its program is configured with."""

    slug: str
    display: str
    client_secret: str
    api_key: str
    identification_key: str
    redirect_uri: str

    @property
    def key(self) -> dict[str, str]:
        """The header of a call without a person."""
        return {"x-api-key": self.api_key}


def register(
    platform: Platform,
    developer: str,
    slug: str,
    display: str,
    *,
    url: str,
    addresses: Mapping[str, str],
    places: Mapping[str, str],
    redirect_paths: Sequence[str] = ("/oauth/callback",),
    settings: Sequence[str] = (),
) -> Registered:
    """Register, set up and approve an app that listens at ``url``; its key may do everything and
    doubles as the client secret, as the first generation had it.

    ``addresses``: paths by the names of the panel; ``places``: what choosing it does, by the places
    where it is offered; ``settings``: what is switched on on its page of settings.
    """
    panel = _Panel(platform.browser(developer), slug)
    try:
        secret = panel.make(display)
        key = panel.make_key()
        identification_key = f"says {slug}"
        panel.submit("addresses", {
            **{name: f"{url}{path}" for name, path in addresses.items()},
            "identification_key": identification_key,
        })  # fmt: skip
        for path in redirect_paths:
            panel.submit("oauth", {"uri": f"{url}{path}"}, "oauth/redirect-uris")
        if settings:
            panel.submit("settings", dict.fromkeys(settings, "1"))
        panel.submit("touchpoints", {
            f"operation_{place}": places.get(place, usual) for place, usual in PLACES.items()
        } | {f"enabled_{place}": "1" for place in places})  # fmt: skip
    finally:
        panel.browser.close()
    approve(platform, slug)
    return Registered(slug, display, secret, key, identification_key, f"{url}{redirect_paths[0]}")


def approve(platform: Platform, slug: str) -> None:
    """Let it serve everybody, everywhere, with everything."""
    operator = platform.browser(CHIEF)
    page = operator.get(f"/admin/apps/{slug}")
    everything = ("categories", "cities", "permissions", "scopes", "widgets")
    chosen = {f"all_{name}": "1" for name in everything}
    done = _send(operator, page, f"/admin/apps/{slug}/approve", chosen)
    assert done.status_code == 303, done.text
    operator.close()


def classify(platform: Platform, slug: str, service_type: str) -> None:
    """Say what kind of service it is, as an operator."""
    operator = platform.browser(CHIEF)
    page = operator.get(f"/admin/apps/{slug}")
    done = _send(operator, page, f"/admin/apps/{slug}/classify", {"service_type": service_type})
    assert done.status_code == 303, done.text
    operator.close()


class _Panel:
    """The pages of one app, of a developer who is signed in."""

    def __init__(self, browser: Browser, slug: str) -> None:
        self.browser = browser
        self.path = f"{APPS}/{slug}"
        self.slug = slug

    def make(self, display: str) -> str:
        """Register it; answers the client secret."""
        page = self.browser.get(f"{APPS}/new")
        made = _send(self.browser, page, APPS, {"display": display, "slug": self.slug})
        assert made.status_code == 303, made.text
        return _shown_secret(self.browser.get(made.headers["location"]))

    def make_key(self) -> str:
        """A key with every permission, flagged as the client secret."""
        page = self.browser.get(f"{self.path}/keys")
        permissions = re.findall(r'name="permissions" value="([^"]+)"', page.text)
        assert permissions, page.text
        made = _send(self.browser, page, f"{self.path}/keys", {
            "title": "server", "life_days": "60", "oauth_enabled": "1", "permissions": permissions,
        })  # fmt: skip
        assert made.status_code == 303, made.text
        return _shown_secret(self.browser.get(made.headers["location"]))

    def submit(self, name: str, fields: Mapping[str, str], action: str = "") -> None:
        page = self.browser.get(f"{self.path}/{name}")
        done = _send(self.browser, page, f"{self.path}/{action or name}", fields)
        assert done.status_code == 303, done.text


def _send(
    browser: Browser, page: httpx.Response, action: str, fields: Mapping[str, str | list[str]]
) -> httpx.Response:
    """Exactly these fields, to the form with that address."""
    form = next(one for one in forms_of(page.text) if one.action == action)
    headers = {"Origin": f"{page.url.scheme}://{page.url.netloc.decode()}"}
    token = {"csrf_token": form.fields["csrf_token"]}
    return browser.client.post(action, data=token | dict(fields), headers=headers)


def _shown_secret(page: httpx.Response) -> str:
    box = re.search(r'class="secret-box".*?data-copy="([^"]+)"', page.text, re.DOTALL)
    assert box is not None, page.text
    return box[1]
