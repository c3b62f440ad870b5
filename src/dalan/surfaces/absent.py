"""Paths that belong to a contract which is not served yet: a plain answer in JSON."""

from dalan.surfaces.asgi import Receive, Scope, Send
from dalan.surfaces.operations import send_answer


async def absent(_: Scope, __: Receive, send: Send) -> None:
    """404: the path is somebody's, and nobody answers there yet."""
    await send_answer(send, 404, b'{"message":"nothing is served under this path yet"}')
