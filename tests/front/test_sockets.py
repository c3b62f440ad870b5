"""The front behind a socket, in a server of its own, beside clients that write bytes themselves."""

import re
import socket
from pathlib import Path

from tests.databases import Sqlite
from tests.factories.developers import make_app
from tests.factories.links import make_link
from tests.front.scenes import PLAIN, REQUEST_ID
from tests.proofs.serving_here import Here, served_here

OTHER = b"GET /l/nobody HTTP/1.1\r\nHost: a.example\r\n\r\n"
ANSWER = b"HTTP/1.1 302 Found\r\n"
SECONDS_MAX = 60


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), SECONDS_MAX)
        self._read = b""

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._socket.sendall(piece)

    def answers(self, count: int) -> list[bytes]:
        """So many answers, their request ids and dates blotted out."""
        found: list[bytes] = []
        while len(found) < count:
            head, end, rest = self._read.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if end and length is not None and len(rest) >= int(length[1]):
                body, self._read = rest[: int(length[1])], rest[int(length[1]) :]
                whole = re.sub(rb"date: [^\r]*\r\n", b"", head + end + body)
                found.append(REQUEST_ID.sub(b"", whole))
            else:
                more = self._socket.recv(65_536)
                assert more, "the connection was closed"
                self._read += more
        return found

    def rest(self) -> bytes:
        """What is still to come until the end."""
        while more := self._socket.recv(65_536):
            self._read += more
        return self._read

    def half_close(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.close()


async def _prepared(here: Here) -> None:
    async with here.platform.services.db.write() as tx:
        await make_link(tx, (await make_app(tx)).app.id, hash="known")


def test_plain_and_other_requests_over_sockets(sqlite_databases: Sqlite, tmp_path: Path):
    url = sqlite_databases.clone()
    with served_here(url, tmp_path) as here:
        here.do(_prepared(here))
        port = here.platform.settings.port
        first = Client(port)
        first.send(PLAIN)
        (plain,) = first.answers(1)
        first.send(OTHER)
        (other,) = first.answers(1)
        assert plain.startswith(ANSWER)
        assert b"404 Not Found" in other

        first.send(PLAIN * 50 + OTHER + PLAIN + OTHER[:20], OTHER[20:] + PLAIN * 2)
        assert first.answers(55) == [plain] * 50 + [other, plain, other, plain, plain]
        clients = [Client(port) for _ in range(20)]
        for client in clients:
            client.send(PLAIN)
        for byte in PLAIN:
            first.send(bytes([byte]))
        assert all(client.answers(1) == [plain] for client in clients)
        assert first.answers(1) == [plain]
        for client in clients:
            client.close()

        ended = Client(port)
        ended.send(PLAIN)
        ended.half_close()
        assert ended.rest().startswith(ANSWER)
        idle = Client(port)
        idle.send(PLAIN)
        idle.answers(1)
    assert idle.rest() == b"", "who is idle is let go when the server stops"
    for client in (first, ended, idle):
        client.close()
    sqlite_databases.drop(url)
