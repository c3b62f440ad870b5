"""``dalan serve`` starts when a marketplace could be run with it, and not otherwise."""

import subprocess
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from dalan.app import Platform
from dalan.settings import Settings
from tests.platforms import DALAN

SECRET = "x7Kq-3mZp_9Rw2Vt8Ly4Nb6Jc1Hd5Gf0S"


def test_serve_refuses_to_start_when_nobody_could_sign_in(tmp_path: Path):
    refused = subprocess.run(
        [*DALAN, "serve", "--port", "0"],
        env={"PATH": "/usr/bin:/bin", "DALAN_HOME": str(tmp_path), "DALAN_SECRET": SECRET},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert refused.returncode == 1
    assert "DALAN_CODE_SENDER_URL" in refused.stderr
    assert list(tmp_path.iterdir()) == []


async def test_real_world_hands_codes_to_a_gateway_on_this_machine(database_url, tmp_path):
    received: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        received.append(await request.json())
        return web.Response(status=202)

    application = web.Application()
    application.router.add_post("/send", take)
    async with TestServer(application) as gateway:
        platform = Platform(
            Settings(
                world="real",
                home=tmp_path,
                secret=SECRET,
                database_url=database_url,
                code_sender_url=str(gateway.make_url("/send")),
            ),
            works=False,
        )
        await platform.start()
        await platform.services.code_sender.send("+989121234567", "123456", "fa")
        await platform.stop()

    (message,) = received
    assert sorted(message) == ["code", "lang", "phone", "purpose", "text"]
    assert message["phone"] == "+989121234567"
