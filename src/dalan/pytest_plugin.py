"""Fixtures for the tests of an app: ``dalan``, a platform to themselves. See
docs/guide/testing-your-app.md; loaded by pytest itself wherever Dalan is installed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dalan.testing import Dalan


@pytest.fixture(scope="session")
def dalan_settings() -> dict[str, str]:
    """Settings of the platform, by the names of their variables; override it to change some."""
    return {}


@pytest.fixture(scope="session")
def dalan(dalan_settings: dict[str, str]) -> "Iterator[Dalan]":
    """A platform of this test run alone: every test shares it."""
    from dalan.testing import running  # noqa: PLC0415 (loaded by whoever uses it)

    with running(settings=dalan_settings) as platform:
        yield platform


@pytest.fixture
def dalan_undone(dalan: "Dalan") -> "Iterator[Dalan]":
    """The same platform for one test, after which everything is as it was before it."""
    with dalan.undone():
        yield dalan
