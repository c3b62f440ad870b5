"""Apps of somebody else, for whole stories: real HTTP servers, each in a thread of its own.

They are plain on purpose: they answer what their story needs and remember what they were asked,
and call the platform back from inside a request, as real ones do.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

WAIT_SECONDS_MAX: Final = 60
"""For what the platform tells by itself: events come from a worker, after the fact."""


class Asked(NamedTuple):
    """One request an app got. Header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """Its body, which must be a JSON object said to be one."""
        assert self.headers["content-type"].partition(";")[0] == "application/json"
        return msgspec.json.decode(self.body, type=dict[str, Any])


class Answer(NamedTuple):
    """What an app says to a request."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    location: str = ""


def told(value: Any, *, status: int = 200) -> Answer:
    """JSON."""
    return Answer(status, msgspec.json.encode(value), "application/json")


def page(title: str, *parts: str) -> Answer:
    """A page of the app for somebody's browser."""
    head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
    body = "".join((head, f"<title>{title}</title><h1>{title}</h1>", *parts))
    return Answer(200, body.encode(), "text/html; charset=utf-8")


def away(url: str) -> Answer:
    """A redirect."""
    return Answer(302, location=url)


class App:
    """A server of an app. What is asked of a path goes to the function ``answers`` has for it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Callable[[Asked], Answer]] = {}
        self.url = ""
        self._news = threading.Condition()

    def answer(self, asked: Asked) -> Answer:
        """What it says to one request; requests come in several threads."""
        known = self.answers.get(asked.path)
        return known(asked) if known is not None else Answer(404)

    def take(self, asked: Asked) -> Answer:
        """Answer a request, and only then count it as asked."""
        answer = self.answer(asked)
        with self._news:
            self.asked.append(asked)
            self._news.notify_all()
        return answer

    def wait_for(self, path: str, fits: Callable[[Asked], bool] = lambda _: True) -> Asked:
        """The first request to a path that fits, once it has come and is answered."""

        def found() -> Asked | None:
            return next((one for one in self.asked if one.path == path and fits(one)), None)

        with self._news:
            came = self._news.wait_for(found, WAIT_SECONDS_MAX)
            assert came is not None, f"nothing that fits came to {path}: {self.asked}"
            return came


AnyApp = TypeVar("AnyApp", bound=App)


@contextmanager
def serving(app: AnyApp) -> Iterator[AnyApp]:
    """The app listens on a port of its own while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("content-length", "0"))),
            )
            answer = app.take(asked)
            self.send_response(answer.status)
            self.send_header("content-type", answer.content_type)
            self.send_header("content-length", str(len(answer.body)))
            if answer.location:
                self.send_header("location", answer.location)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _take  # noqa: N815 (names of the standard library)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        app.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield app
        finally:
            server.shutdown()
            thread.join()
