"""HTTP itself: requests in, answers out, one line of log for each. No framework needed."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from inspector.config import Config
from inspector.store import Store

if TYPE_CHECKING:
    from inspector.kenar import Platform

BODY_SIZE_BYTES_MAX = 64 * 1024
log = logging.getLogger("inspector")


@dataclass(frozen=True)
class Request:
    """What a handler needs to know of a request."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes

    @property
    def cookies(self) -> dict[str, str]:
        """The browser's cookies. Ports share them, so the platform's may be among them."""
        try:
            jar = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}


@dataclass(frozen=True)
class Answer:
    """What a handler answers."""

    status: int = 200
    body: str | bytes = ""
    content_type: str = "text/html; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)


def json_answer(value: dict[str, Any], status: int = 200) -> Answer:
    """A JSON answer, as the platform wants it."""
    return Answer(status, json.dumps(value), "application/json")


class Server(ThreadingHTTPServer):
    """Listens on this machine only. Holds what handlers need: settings, store and platform."""

    daemon_threads = True

    def __init__(
        self, config: Config, store: Store, answer: "Callable[[Request, Server], Answer]"
    ) -> None:
        self.config, self.store, self.answer = config, store, answer
        self._platform: Platform | None = None
        super().__init__(("127.0.0.1", config.port), Handler)

    @property
    def platform(self) -> "Platform":
        """Our client of the platform, made when first needed: its libraries take 0.2 s to load."""
        if self._platform is None:
            from inspector.kenar import Platform  # noqa: PLC0415 (see above)

            self._platform = Platform(self.config)
        return self._platform


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "inspector", ""
    timeout = 30

    def do_GET(self) -> None:
        """Read the request, let the app answer it, write the answer."""
        began = time.monotonic()
        url = urlsplit(self.path)
        length = self.headers.get("Content-Length", "0")
        size_bytes = int(length) if length.isdecimal() else BODY_SIZE_BYTES_MAX + 1
        # Sent as it is when the app raises: the base class then prints what was raised.
        result = json_answer({"message": "this is our fault"}, 500)
        try:
            if size_bytes > BODY_SIZE_BYTES_MAX:
                self.close_connection = True
                result = json_answer({"message": "too much"}, 413)
            else:
                body = self.rfile.read(size_bytes)
                query = dict(parse_qsl(url.query))
                request = Request(self.command, url.path, query, self.headers, body)
                result = self.server.answer(request, self.server)
        finally:
            self._send(result)
            # The path alone: a query may hold a code. Nor do headers and bodies belong in a log.
            duration_ms = (time.monotonic() - began) * 1000
            log.info("%s %s %d %.0fms", self.command, url.path, result.status, duration_ms)

    def do_POST(self) -> None:
        """The same."""
        self.do_GET()

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        images = f"'self' {self.server.config.platform}"
        policy = f"default-src 'none'; style-src 'self'; img-src {images}; form-action 'self'"
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", f"{policy}; base-uri 'none'")
        self.send_header("Referrer-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """The base class would log whole request lines, with their queries: it need not."""
