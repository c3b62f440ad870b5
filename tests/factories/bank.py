"""The simulated bank on a socket of its own, and a gateway that pays there."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from dalan.domains import bank, wallet
from dalan.kernel.db import Database
from dalan.kernel.outbound import Outbound, OutboundPolicy
from dalan.surfaces.bank import make_app
from tests.factories.browser import make_services

MERCHANT_ID = "00000000-0000-4000-8000-000000000001"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The signals are the test runner's."""
        yield


@asynccontextmanager
async def served(application: Any, bound: socket.socket | None = None) -> AsyncIterator[str]:
    """An application on loopback while the block lasts; its address."""
    taken = bound or socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, lifespan="off", log_config=None, access_log=False)
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[taken]))
    try:
        while not server.started:
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def bank_gateway(db: Database) -> AsyncIterator[wallet.Gateway]:
    """A gateway to a simulated bank that keeps its books in ``db``."""
    async with (
        served(make_app(make_services(db))) as address,
        Outbound(OutboundPolicy(allow_private=True)) as outbound,
    ):
        yield wallet.Gateway(outbound, f"{address}/pay/bank", MERCHANT_ID)


async def press(db: Database, authority: str | None, decision: bank.Decision) -> str:
    """What the person presses at the bank; where they are led."""
    assert authority is not None
    decided = await db.transact(lambda tx: bank.decide(tx, authority, decision))
    assert decided is not None, "the bank knows the payment"
    return decided[1]
