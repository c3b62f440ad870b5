"""Connections to PostgreSQL, shared out within one process.

asyncpg's own pool starts a task for every connection given back and wraps each in a proxy, which
costs about as much as a small query. Ours keeps plain connections, the one used last on top.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from dalan.kernel.logs import get

log = get("database")


class Connections:
    """At most so many connections, made when needed, handed out in the order of asking."""

    def __init__(self, connect: Callable[[], Awaitable[Any]], *, most: int) -> None:
        self._connect, self._most = connect, most
        self._turns = asyncio.Semaphore(most)
        self._idle: list[Any] = []
        self._is_open = False

    def open(self) -> None:
        """Begin to hand connections out; none is made yet."""
        self._turns, self._is_open = asyncio.Semaphore(self._most), True

    async def take(self, *, wait_seconds: float) -> Any:
        """A connection that is ours until it is given back.

        Raises TimeoutError when none comes free in time, ConnectionError when there are no
        more, and whatever connecting raises.
        """
        if not self._is_open:
            raise ConnectionError("the connections are closed")
        if self._turns.locked():
            async with asyncio.timeout(wait_seconds):
                await self._turns.acquire()
        else:
            await self._turns.acquire()  # at once: nobody waits and there is one to be had
        try:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            async with asyncio.timeout(wait_seconds):
                return await self._connect()
        except BaseException:
            self._turns.release()
            raise

    def give_back(self, connection: Any, *, broken: bool = False) -> None:
        """``broken``: nobody knows what it is in the middle of, so nobody gets it again."""
        if broken or not self._is_open or connection.is_closed():
            connection.terminate()
        else:
            self._idle.append(connection)
        self._turns.release()

    async def close(self, *, wait_seconds: float) -> None:
        """Hand nothing out any more and let every connection go; those in use once they are given
        back, or left to whoever still holds them when the wait is over."""
        self._is_open = False
        try:
            async with asyncio.timeout(wait_seconds):
                for _ in range(self._most):
                    await self._turns.acquire()
        except TimeoutError:
            log.warning("connections were still in use at the end")
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close(timeout=wait_seconds)
