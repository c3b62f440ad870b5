"""A whole platform in a process of its own, as newcomers run it, and browsers for its people.

Nothing here reaches inside: a ``Platform`` is known by its address and its printed credentials.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

READY_SECONDS_MAX = 120
STOP_SECONDS_MAX = 30

SARA = "09120000001"
REZA = "09120000002"
MARYAM = "09120000003"
NILOOFAR = "09120000005"
ALI = "09120000006"
"""Some of the people of every furnished world; the sample app is Ali's."""


class Form(NamedTuple):
    """A form on a page, with what it would send as it stands."""

    action: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = False
        self._field = ""
        self._in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), {}))
            self._inside = True
        elif not self._inside:
            return
        elif tag == "input" and given.get("name") and _is_sent(given):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag in {"select", "textarea"}:
            self._field, self._in_text = given.get("name", ""), tag == "textarea"
        elif tag == "option" and self._field:
            fields = self.forms[-1].fields
            if self._field not in fields or "selected" in given:
                fields[self._field] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._in_text and self._field:
            fields = self.forms[-1].fields
            fields[self._field] = fields.get(self._field, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag in {"select", "textarea"}:
            self._field, self._in_text = "", False


def _is_sent(given: dict[str, str]) -> bool:
    return given.get("type") not in {"radio", "checkbox"} or "checked" in given


def forms_of(page: str) -> list[Form]:
    """Every form on a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class Browser:
    """A person's browser without a screen: cookies, pages, forms; it follows no redirect alone."""

    def __init__(self, base_url: str, language: str = "fa") -> None:
        self.client = httpx.Client(
            base_url=base_url, timeout=60, headers={"Accept-Language": language}
        )

    def close(self) -> None:
        """Close its connections."""
        self.client.close()

    def get(self, url: str) -> httpx.Response:
        """A page."""
        return self.client.get(url)

    def submit(self, page: httpx.Response, action: str, **fields: str) -> httpx.Response:
        """Send the first form on ``page`` whose address starts with ``action``."""
        form = next(one for one in forms_of(page.text) if one.action.startswith(action))
        url = urljoin(str(page.url), form.action)
        headers = {"Origin": f"{page.url.scheme}://{page.url.netloc.decode()}"}
        return self.client.post(url, data=form.fields | fields, headers=headers)

    def sign_in(self, phone: str) -> None:
        """Ask for a code, read it in the dev inbox, type it."""
        sent = self.submit(self.get("/sign-in"), "/sign-in", phone=phone)
        assert sent.status_code == 303, sent.text
        code = self.get(f"/console/api/inbox?phone={phone}").json()["code"]
        done = self.submit(self.get(sent.headers["location"]), "/sign-in/code", code=code)
        assert done.status_code == 303, done.text

    def consent(self, url: str, *, decision: str = "allow") -> dict[str, str]:
        """Open an authorization link and decide; answers the query the app gets back.

        Who agreed to the same before is not asked again, unless it is to be refused now.
        """
        page = self.get(url if decision == "allow" else f"{url}&prompt=consent")
        if page.status_code == 303:
            assert urlsplit(page.headers["location"]).path != "/sign-in", "nobody is signed in"
            return dict(parse_qsl(urlsplit(page.headers["location"]).query, keep_blank_values=True))
        assert page.status_code == 200, f"{page.status_code} {page.headers} {page.text[:2000]}"
        answer = self.submit(page, "/oauth2/auth", decision=decision)
        assert answer.status_code == 303, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query, keep_blank_values=True))

    def own_posts(self) -> list[str]:
        """Tokens of the person's own posts, newest first."""
        page = self.get("/my-divar/my-posts").text
        start = 'href="/my-divar/my-posts/'
        parts = page.split(start)[1:]
        return list(dict.fromkeys(part.split('"', 1)[0].partition("?")[0] for part in parts))


class Platform:
    """A running ``dalan dev``."""

    def __init__(self, base_url: str, home: Path, process_id: int = 0) -> None:
        self.base_url = base_url
        self.home = home
        self.process_id = process_id
        self._credentials: dict[str, Any] | None = None
        self._signed_in: dict[str, dict[str, str]] = {}

    def browser(self, phone: str | None = None, language: str = "fa") -> Browser:
        """A browser, signed in when a number is given: really once per number, for codes are
        limited, and with the cookies of that sign-in afterwards."""
        browser = Browser(self.base_url, language)
        if phone and phone in self._signed_in:
            browser.client.cookies.update(self._signed_in[phone])
        elif phone:
            browser.sign_in(phone)
            self._signed_in[phone] = dict(browser.client.cookies)
        return browser

    def url_of(self, link: str) -> str:
        """A link that names one of the published hosts, led here instead."""
        parts = urlsplit(link)
        return f"{self.base_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    @property
    def credentials(self) -> dict[str, Any]:
        """What ``dalan credentials --json`` prints for this world."""
        if self._credentials is None:
            printed = subprocess.run(
                [*DALAN, "credentials", "--json"],
                env=_environment(self.home),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert printed.returncode == 0, printed.stderr
            self._credentials = json.loads(printed.stdout)
        return self._credentials

    @property
    def app(self) -> dict[str, str]:
        """The sample app: ``slug``, ``client_secret``, ``redirect_uri`` and ``api_key``."""
        app: dict[str, str] = self.credentials["app"]
        return app


DALAN = [str(Path(sys.executable).with_name("dalan"))]
"""The command as `make dev` leaves it."""


def _environment(home: Path) -> dict[str, str]:
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "PYTHONPATH")
        if name in os.environ
    }
    return kept | {"DALAN_HOME": str(home), "PYTHONUNBUFFERED": "1"}


@contextmanager
def running_platform(
    home: Path, *, posts_count: int, with_sample: bool, options: Sequence[str] = ()
) -> Iterator[Platform]:
    """``dalan dev`` on a free port, in a world of its own at ``home``; ended in the end."""
    ready, log = home / "ready", home / "output"
    home.mkdir(parents=True, exist_ok=True)
    command = [*DALAN, "dev", "--port", "0", "--ready-file", str(ready)]
    command += ["--posts", str(posts_count), *([] if with_sample else ["--no-sample"]), *options]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=_environment(home), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        until = time.monotonic() + READY_SECONDS_MAX
        while not ready.exists():
            assert process.poll() is None, f"it ended with {process.returncode}:\n{log.read_text()}"
            assert time.monotonic() < until, f"not ready in time:\n{log.read_text()}"
            time.sleep(0.05)
        yield Platform(ready.read_text().strip(), home, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
