"""Where the dev world of a folder answers, and that it is one.

A proxy outlives a restart of the platform, which may come back on another port; and after a crash
the address that was left behind may be somebody else's, a real world's even. So the address is
read for each connection, and whoever is found there has to show the inbox that only dev worlds
have: at a new address at once, at a known one anew as soon as another could have started there.
"""

import asyncio
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dalan.proxy.asking import HTTP_PORT, Refusal

LEFT_BY_DEV: Final = "loopback"
"""The file in a world's folder in which ``dalan dev`` says where this machine reaches it."""

BELIEVED_SECONDS: Final = 0.2
"""Less than any platform takes to start at the address that another was killed at."""

_ANSWER_SECONDS_MAX: Final = 20.0
_INBOX: Final = b"GET /console/inbox HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class DevWorld:
    """The upstream of a proxy: the dev world whose folder this is."""

    def __init__(self, home: Path, *, believed_seconds: float = BELIEVED_SECONDS) -> None:
        self._file = home / LEFT_BY_DEV
        self._believed_seconds = believed_seconds
        self._known, self._seen_at = "", 0.0

    async def __call__(self) -> tuple[str, int]:
        """Host and port. Raises ``Refusal`` when none runs, or something else answers there."""
        try:
            url = self._file.read_text().strip()
            parts = urlsplit(url)
            address = parts.hostname or "", parts.port or HTTP_PORT
        except (OSError, ValueError):
            address = "", 0
        if not address[0]:
            raise Refusal(
                502,
                "No dev world runs",
                f"No dev world runs in {self._file.parent}. Start `dalan dev`.",
            )
        asked_at = time.monotonic()
        if url != self._known or asked_at - self._seen_at >= self._believed_seconds:
            await _expect_inbox(*address, url)
            self._known, self._seen_at = url, asked_at
        return address


async def _expect_inbox(host: str, port: int, url: str) -> None:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS_MAX):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(_INBOX)
                status = (await reader.readline()).split()[1:2]
            finally:
                writer.transport.abort()
    except (OSError, ValueError):  # a time-out, a line without an end
        raise Refusal(
            502,
            "Dalan does not answer",
            f"The dev world at {url} does not answer. Start `dalan dev` again.",
        ) from None
    if status != [b"200"]:
        raise Refusal(
            502,
            "Not a dev world",
            f"What answers at {url} is no dev world, and apps are led to nothing else.",
        )
