"""Real browsers, watched: whatever is wrong in one of them fails the test that opened it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.conftest import IN_CI
from tests.platforms import Platform, running_platform

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
TIMEOUT_MILLISECONDS = 30_000

OpenBrowser = Callable[..., "Watched"]


class Watched:
    """One person's browser: a context of its own, and all that went wrong in it."""

    def __init__(self, context: BrowserContext, hosts: set[str]) -> None:
        self.context = context
        self.faults: list[str] = []
        self._hosts = hosts
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        context.on("request", self._requested)
        context.on("page", self._watch)
        self.page: Page = context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"console {kind}: {text}")

    def _requested(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob", "about"} and url.netloc not in self._hosts:
            self.faults.append(f"asked another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # A page left while its pictures load is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url} {request.failure}")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a world that was furnished and stopped, for copying."""
    home = tmp_path_factory.mktemp("journeys") / "furnished"
    with running_platform(home, posts_count=24, with_sample=True):
        pass
    (home / "ready").unlink()
    return home


@pytest.fixture
def platform_server(furnished: Path, tmp_path: Path) -> Iterator[Platform]:
    """A platform this journey has to itself: where somebody has already agreed to something or
    changed a post, the next one would meet another world than in a run of its own."""
    home = shutil.copytree(furnished, tmp_path / "world")
    with running_platform(home, posts_count=24, with_sample=True) as platform:
        yield platform


def chromium_path() -> str | None:
    """``DALAN_BROWSER``, else whatever Chromium this machine has."""
    given = os.environ.get("DALAN_BROWSER")
    if given:
        return given if Path(given).exists() else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium of this machine; none is ever downloaded."""
    path = chromium_path()
    if path is None:
        message = "no Chromium found: install one, or set DALAN_BROWSER to its path"
        pytest.fail(message) if IN_CI else pytest.skip(message)
    expect.set_options(timeout=TIMEOUT_MILLISECONDS)  # of its own accord it waits five seconds
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def app_hosts(platform_server: Platform) -> set[str]:
    """Hosts that browsers may ask besides the platform: those of apps."""
    return {urlsplit(platform_server.app["redirect_uri"]).netloc}


@pytest.fixture
def open_browser(
    chromium: Browser, platform_server: Platform, app_hosts: set[str], tmp_path: Path
) -> Iterator[OpenBrowser]:
    """Opens browsers: ``open_browser()`` is a stranger's, ``open_browser(SARA)`` is signed in."""
    hosts = {urlsplit(platform_server.base_url).netloc, *app_hosts}
    opened: list[Watched] = []

    def open_browser(phone: str | None = None, locale: str = "fa-IR") -> Watched:
        context = chromium.new_context(locale=locale, base_url=platform_server.base_url)
        context.tracing.start(screenshots=True, snapshots=True)
        if phone:
            signed_in = platform_server.browser(phone)
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": platform_server.base_url}
                    for name, value in signed_in.client.cookies.items()
                ]
            )
            signed_in.close()
        opened.append(Watched(context, hosts))
        return opened[-1]

    yield open_browser
    faults = [fault for watched in opened for fault in watched.faults]
    for number, watched in enumerate(opened):
        watched.context.tracing.stop(path=tmp_path / f"trace-{number}.zip")
        watched.context.close()
    assert not faults, "\n".join(faults)
