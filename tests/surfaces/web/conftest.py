"""What the pages of people stand on in tests."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, make_services, sign_in

from dalan.domains import developers, media
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app


@pytest.fixture
def services(db: Any, tmp_path: Path, tmp_path_factory: Any) -> Services:
    """The tools of a dev world."""
    return make_services(
        db,
        home=tmp_path_factory.getbasetemp(),  # shared: templates are compiled once
        media=media.MediaStore(str(tmp_path / "media")),
        quotas=developers.Quotas(db),
    )


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    """A browser somebody is signed in on."""
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services)
        yield opened


@pytest.fixture
async def other(services: Services) -> AsyncIterator[Browser]:
    """A browser somebody else is signed in on."""
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services, "09351112233")
        yield opened
