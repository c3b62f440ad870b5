"""Requests at the very same moment, over connections that stand open already.

All of every request but its last byte is sent first. Then the last bytes go out one after
another, within a millisecond, so that the server has nothing left to wait for between them.
"""

import http.client
import socket
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import msgspec

ANSWER_SECONDS_MAX = 30.0


class Ask(NamedTuple):
    """A request: a form when there is one, else a GET."""

    base_url: str
    path: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = {}

    def at(self, base_url: str) -> "Ask":
        """The same of another process."""
        return self._replace(base_url=base_url)


class Answer(NamedTuple):
    """What came back; ``status`` 0: the connection broke, for the server was gone."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def is_ok(self) -> bool:
        return self.status == 200


GONE = Answer(0, b"")


def at_once(asks: Sequence[Ask]) -> list[Answer]:
    """Send them all at the same moment; the answers, in the order of the requests."""
    connections = []
    try:
        for ask in asks:
            parts = urlsplit(ask.base_url)
            connection = socket.create_connection(
                (parts.hostname or "", parts.port or 80), ANSWER_SECONDS_MAX
            )
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connections.append(connection)
        written = [_bytes_of(ask) for ask in asks]
        for connection, request in zip(connections, written, strict=True):
            connection.sendall(request[:-1])
        for connection, request in zip(connections, written, strict=True):
            connection.sendall(request[-1:])
        return [_answer(connection) for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def once(ask: Ask) -> Answer:
    """One request; ``GONE`` when nobody answers it to the end."""
    try:
        return at_once([ask])[0]
    except (OSError, http.client.HTTPException):
        return GONE


def _bytes_of(ask: Ask) -> bytes:
    body = b"" if ask.form is None else urlencode(ask.form).encode()
    headers = {"host": urlsplit(ask.base_url).netloc, "connection": "close", **ask.headers}
    if ask.form is not None:
        headers |= {
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
        }
    method = "GET" if ask.form is None else "POST"
    lines = [f"{method} {ask.path} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _answer(connection: socket.socket) -> Answer:
    response = http.client.HTTPResponse(connection)
    try:
        response.begin()
        return Answer(response.status, response.read())
    finally:
        response.close()
