"""What the front answers is what the ordinary path answers, byte for byte, and counted alike."""

import pytest

from dalan.app import Platform
from dalan.domains import links
from tests.factories.developers import make_app
from tests.factories.links import make_link
from tests.front.scenes import DATE, Scene

GET = b"GET %s HTTP/1.1\r\nHost: a.example\r\n\r\n"


@pytest.fixture
async def scene(platform: Platform) -> Scene:
    return Scene(platform)


@pytest.fixture
async def link(platform: Platform) -> links.Link:
    async with platform.services.db.write() as tx:
        return await make_link(tx, (await make_app(tx)).app.id, hash="known")


async def test_second_who_asks_is_answered_from_memory_with_the_same_bytes(scene, link):
    ordinary = await scene.ask(GET % b"/l/known", fronted=False)
    first = await scene.ask(GET % b"/l/known")
    before = scene.answered()
    second = await scene.ask(GET % b"/l/known")

    assert first == second == ordinary
    assert second.startswith(b"HTTP/1.1 302 Found\r\ndate: " + DATE + b"\r\n")
    assert b"location: https://example.com/\r\n" in second
    assert scene.answered() == before + 1
