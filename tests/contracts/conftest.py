"""A running platform for clients that know nothing of us."""

from collections.abc import Callable, Iterator

import pytest

from tests.platforms import Browser, Platform

Browse = Callable[..., Browser]


@pytest.fixture
def browse(platform_server: Platform) -> Iterator[Browse]:
    """Opens browsers: ``browse(SARA)`` is signed in, ``browse()`` is nobody's."""
    opened: list[Browser] = []

    def browse(phone: str | None = None, language: str = "fa") -> Browser:
        browser = platform_server.browser(phone, language)
        opened.append(browser)
        return browser

    yield browse
    for browser in opened:
        browser.close()
