"""What tests of the front share."""

import pytest

from dalan.app import Platform
from dalan.domains import links
from dalan.front import known
from tests.factories.developers import make_app
from tests.factories.links import make_link
from tests.front.scenes import PLAIN, Scene


@pytest.fixture(autouse=True)
def lasting_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, what is kept may be answered until something changes."""
    monkeypatch.setattr(known, "LEASE_SECONDS", 3_600.0)


@pytest.fixture
async def scene(platform: Platform) -> Scene:
    """Changes are heard when a test says so: a look of the process's own that ends while a link
    is read would keep it from being kept."""
    await platform.services.known.stop()
    await platform.services.short_domains.stop()
    return Scene(platform)


@pytest.fixture
async def link(platform: Platform) -> links.Link:
    async with platform.services.db.write() as tx:
        return await make_link(tx, (await make_app(tx)).app.id, hash="known")


@pytest.fixture
async def kept(scene: Scene, link: links.Link) -> links.Link:
    """A link that the front knows."""
    await scene.ask(PLAIN)
    await scene.platform.services.known.look()
    return link
