"""Apps with compiled-in hosts, unmodified, behind ``dalan proxy``, and the people they send."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.clients.conversation import need_node
from tests.platforms import DALAN, Browser, Platform
from tests.proxy.conftest import environment_of

HERE = Path(__file__).parent
HOSSEIN = "09120000004"
SECONDS_MAX = 120
CITIES = "https://api.divar.ir/v1/open-platform/assets/city"


class Person:
    """Somebody whose browser goes through the proxy, as a profile of its own would."""

    def __init__(self, platform: Platform, proxy_url: str) -> None:
        self._platform = platform
        trusted = ssl.create_default_context(cafile=platform.home / "authority" / "root.pem")
        self._browser = Browser("https://divar.ir")
        self._browser.close()
        self._browser.client = httpx.Client(proxy=proxy_url, verify=trusted, timeout=60)

    def close(self) -> None:
        self._browser.close()

    def agree(self, link: str, redirect_uri: str) -> httpx.URL:
        """Open an app's link, sign in, allow it unless that was done before; the address of the
        app's that the browser is sent back to. All pages before are of the host the link named.
        """
        page = self._open(link, redirect_uri)
        if page.url.path == "/sign-in":
            page = self._sign_in(page, redirect_uri)
        if page.status_code == 200:
            page = self._browser.submit(page, urlsplit(link).path, decision="allow")
        assert page.status_code in (302, 303), page.text
        return httpx.URL(page.headers["location"])

    def _open(self, url: str, redirect_uri: str) -> httpx.Response:
        """A page, wherever it is moved to; or the answer that sends the browser to the app."""
        page = self._browser.get(url)
        while page.status_code in (302, 303):
            if page.headers["location"].startswith(redirect_uri):
                return page
            moved = page.url.join(page.headers["location"])
            assert (moved.scheme, moved.host) == ("https", page.url.host)
            page = self._browser.get(str(moved))
        return page

    def _sign_in(self, page: httpx.Response, redirect_uri: str) -> httpx.Response:
        sent = self._browser.submit(page, "/sign-in", phone=HOSSEIN)
        assert sent.status_code == 303, sent.text
        # The inbox opens under the world's own address and under no other site's name.
        inbox = f"/console/api/inbox?phone={HOSSEIN}"
        assert self._browser.get(str(page.url.join(inbox))).status_code == 403
        code = httpx.get(self._platform.base_url + inbox, trust_env=False).json()["code"]
        asked = self._open(str(sent.url.join(sent.headers["location"])), redirect_uri)
        done = self._browser.submit(asked, "/sign-in/code", code=code)
        assert done.status_code == 303, done.text
        return self._open(str(done.url.join(done.headers["location"])), redirect_uri)


@pytest.fixture
def person(platform_server: Platform, proxy_url: str) -> Iterator[Person]:
    person = Person(platform_server, proxy_url)
    yield person
    person.close()


def behind_proxy(platform: Platform, *words: str) -> list[str]:
    return [*DALAN, "proxy", "--", *words]


def converse(
    platform: Platform, person: Person, script: str, given: dict[str, Any]
) -> tuple[httpx.URL, dict[str, Any]]:
    """Run an app behind a proxy until it has told what it got; where its person came back to."""
    process = subprocess.Popen(
        behind_proxy(platform, sys.executable, str(HERE / "apps" / script)),
        env=environment_of(platform.home),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    watchdog = Timer(SECONDS_MAX, process.kill)
    watchdog.start()
    with process:
        saying, hearing, complaining = process.stdin, process.stdout, process.stderr
        assert saying
        assert hearing
        assert complaining
        try:
            print(json.dumps(given), file=saying, flush=True)
            line = hearing.readline()
            assert line, complaining.read()
            back = person.agree(json.loads(line)["open"], given["redirect_uri"])
            print(json.dumps({"code": back.params["code"]}), file=saying, flush=True)
            told = hearing.readline()
            assert told, complaining.read()
            assert process.wait(SECONDS_MAX) == 0
            return back, json.loads(told)
        finally:
            watchdog.cancel()
            process.kill()


def test_kenar_package_works_unmodified(platform_server: Platform, person: Person):
    post_token = platform_server.credentials["ids"]["post_token"]

    back, told = converse(
        platform_server, person, "kenar_app.py",
        {**platform_server.app, "post_token": post_token},
    )  # fmt: skip

    assert str(back).startswith(platform_server.app["redirect_uri"])
    query = dict(parse_qsl(back.query.decode()))
    assert (query["state"], query["iss"]) == ("its-state", platform_server.base_url)
    assert told["phones"] == [HOSSEIN]
    assert told["post"] == post_token
    assert "tehran" in told["cities"]


@pytest.mark.parametrize("environment", ["production", "development"])
def test_basalam_package_works_unmodified(
    platform_server: Platform, person: Person, environment: str
):
    own = platform_server.credentials["basalam"]
    given = {
        "client_id": own["client_id"],
        "client_secret": own["client_secret"],
        "redirect_uri": platform_server.app["redirect_uri"],
        "environment": environment,
    }

    back, told = converse(platform_server, person, "basalam_app.py", given)

    assert str(back).startswith(given["redirect_uri"])
    assert told["mobile"] == HOSSEIN
    assert told["id"] == told["before_the_gateway"]


@pytest.mark.parametrize(
    "library",
    [
        "import httpx; status = httpx.get(URL, timeout=60).status_code",
        "import requests; status = requests.get(URL, timeout=60).status_code",
        "import urllib.request, urllib.error\n"
        "try: status = urllib.request.urlopen(URL, timeout=60).status\n"
        "except urllib.error.HTTPError as refused: status = refused.code",
        "import aiohttp, asyncio\n"
        "async def ask():\n"
        "    async with aiohttp.ClientSession(trust_env=True) as session:\n"
        "        async with session.get(URL) as answer: return answer.status\n"
        "status = asyncio.run(ask())",
    ],
    ids=["httpx", "requests", "urllib", "aiohttp"],
)
def test_library_comes_through_by_the_environment_alone(platform_server: Platform, library: str):
    script = f"URL = {CITIES!r}\n{library}\nimport sys; sys.exit(0 if status == 401 else 1)"

    ended = subprocess.run(
        behind_proxy(platform_server, sys.executable, "-c", script),
        env=environment_of(platform_server.home),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_node_comes_through_by_the_environment_alone(platform_server: Platform):
    need_node()

    ended = subprocess.run(
        behind_proxy(platform_server, "node", str(HERE / "apps" / "node_app.mjs")),
        env=environment_of(platform_server.home)
        | {"KENAR_API_KEY": platform_server.app["api_key"]},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["status"] == 200
    assert told["cities"] > 0


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://open-api.divar.ir/v1/open-platform/assets/city", 401),
        ("https://oauth.divar.ir/.well-known/openid-configuration", 200),
        ("https://open-platform-redirect.divar.ir/completion", 303),
        ("https://chat.divar.ir/upload/image", 405),
        ("https://divar.ir/kenar", 200),
        ("https://divar.ir/console/inbox", 403),
        ("https://auth.basalam.com/whoami", 401),
        ("https://wallet.basalam.com/anything/at/all", 404),
        ("https://openapi.basalam.dev/v1/users/me", 401),
        ("https://basalam.com/sign-in", 200),
        ("https://api.pod.ir/srv/sc/nzh/doServiceCall", 200),
        ("http://sandbox.pod.ir/srv/sc/nzh/doServiceCall", 200),
        ("http://divar.ir/sign-in", 200),
    ],
)
def test_published_name_reaches_its_surface(
    platform_server: Platform, proxy_url: str, url: str, status: int
):
    trusted = ssl.create_default_context(cafile=platform_server.home / "authority" / "root.pem")

    with httpx.Client(proxy=proxy_url, verify=trusted, timeout=60) as client:
        answer = client.get(url)

    assert answer.status_code == status, answer.text[:500]
    if urlsplit(url).hostname == "wallet.basalam.com":
        assert "message" in answer.json()


def test_host_off_the_list_is_refused_with_a_reason_that_libraries_show(proxy_url: str):
    with (
        httpx.Client(proxy=proxy_url, timeout=60) as client,
        pytest.raises(httpx.ProxyError, match="403 Not a host of this dev world"),
    ):
        client.get("https://other.example/")
