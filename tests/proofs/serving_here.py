"""A platform behind its real server and a real socket, but in this process, for its clock moves.

``dalan serve`` reads the machine's clock, which nobody moves. Here the same ``Platform`` and the
same HTTP protocol run in a thread, on a real database, under the clock of the test.
"""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from dalan.app import Platform
from dalan.kernel import logs
from dalan.settings import Settings
from tests.proofs.serving import SECRET

T = TypeVar("T")
DONE_SECONDS_MAX = 120


class Here:
    """The running platform. Whatever touches it directly is handed to its own event loop."""

    def __init__(self, platform: Platform, loop: asyncio.AbstractEventLoop) -> None:
        self.platform = platform
        self.base_url = platform.settings.base_url
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the platform's loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(DONE_SECONDS_MAX)


@contextmanager
def served_here(database_url: str, home: Path) -> Iterator[Here]:
    """A real world at work until the block ends; its worker rests, so that only requests act."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(64)
        settings = Settings(
            world="real",
            home=home,
            port=bound.getsockname()[1],
            secret=SECRET,
            database_url=database_url,
            database_durable=False,
            log_file=str(home / "log"),
            requests_per_minute_development=1_000_000,
            requests_per_day_development=1_000_000,
        )
        logs.setup("info", settings.log_file)
        loop = asyncio.new_event_loop()
        platform = Platform(settings, works=False)
        config = uvicorn.Config(
            platform, lifespan="off", ws="none", access_log=False,
            http=platform.front.protocol,  # type: ignore[arg-type]  # it is called, and no more
            log_config=None, server_header=False, proxy_headers=False,
        )  # fmt: skip
        server = uvicorn.Server(config)

        async def serve() -> None:
            await platform.start()
            try:
                await server.serve(sockets=[bound])
            finally:
                await platform.stop()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        try:
            while thread.is_alive() and not server.started:
                thread.join(0.01)
            assert server.started, "it did not start"
            yield Here(platform, loop)
        finally:
            server.should_exit = True
            thread.join(DONE_SECONDS_MAX)
            loop.close()
            logs.setup()
