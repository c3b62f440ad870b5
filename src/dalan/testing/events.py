"""A server that takes events as an app's would: it checks who sends them, and lets tests wait."""

import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WAIT_SECONDS = 30.0
"""Longer than any event takes on a busy machine: only a test that fails waits for it."""

BODY_BYTES_MAX = 1_048_576


@dataclass(frozen=True)
class Event:
    """One delivery that proved itself. ``app`` is the slug of the app it was for."""

    type: str
    app: str
    body: dict[str, Any]
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case names."""

    @property
    def data(self) -> Any:
        """What it is about: the member of the body that is named like its type."""
        return self.body.get(self.type.lower(), self.body)


@dataclass(frozen=True)
class Proofs:
    """What an app knows the platform by."""

    app: str
    identification_key: str
    signing_secret: str

    def fault(self, headers: Mapping[str, str], body: bytes) -> str:
        """Why a delivery is not to be believed; "" when it is."""
        sent_key = headers.get("authorization", "").encode()
        if not hmac.compare_digest(sent_key, self.identification_key.encode()):
            return "the identification key is not this app's"
        secret = b64decode(self.signing_secret.removeprefix("whsec_"))
        head = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}."
        made = b64encode(hmac.digest(secret, head.encode() + body, "sha256")).decode()
        sent = headers.get("webhook-signature", "").split()
        if not any(hmac.compare_digest(one.encode(), f"v1,{made}".encode()) for one in sent):
            return "no signature is made with this app's secret"
        return ""


class Events:
    """Everything that was brought. ``wait_for`` takes what fits, each event once."""

    def __init__(self) -> None:
        self.all: list[Event] = []
        """Every event, in the order of arrival, taken or not."""
        self.refused: list[str] = []
        """Why deliveries were answered with 401."""
        self._known: dict[str, Proofs] = {}
        self._taken: set[int] = set()
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="dalan events", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def expect(self, path: str, proofs: Proofs) -> None:
        """Believe what comes to ``path`` if it is proved so."""
        with self._arrived:
            self._known[path] = proofs

    def wait_for(
        self,
        type: str = "",  # noqa: A002 (as the contract calls it)
        *,
        app: Any = None,
        where: Callable[[Event], bool] | None = None,
        timeout: float = WAIT_SECONDS,
    ) -> Event:
        """The first event not waited for before that is of that type, for that app (or its slug),
        and fits ``where``. Raises TimeoutError, which says what came instead."""
        slug = getattr(app, "slug", app)

        def fits(one: Event) -> bool:
            return (
                type in ("", one.type) and slug in (None, one.app) and (where is None or where(one))
            )

        until = time.monotonic() + timeout
        with self._arrived:
            while True:
                for number, one in enumerate(self.all):
                    if number not in self._taken and fits(one):
                        self._taken.add(number)
                        return one
                if not self._arrived.wait(until - time.monotonic()):
                    raise TimeoutError(self._instead(type))

    def clear(self) -> None:
        """Forget what came so far."""
        with self._arrived:
            self.all.clear()
            self.refused.clear()
            self._taken.clear()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __iter__(self) -> Iterator[Event]:
        with self._arrived:
            return iter(list(self.all))

    def __len__(self) -> int:
        return len(self.all)

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        """A delivery came; answers the status it gets."""
        with self._arrived:
            proofs = self._known.get(path)
            if proofs is None:
                return 404
            fault = proofs.fault(headers, body)
            try:
                read = json.loads(body)
                said = Event(str(read["type"]), proofs.app, read, dict(headers))
            except (ValueError, KeyError, TypeError):
                fault = fault or "the body is no event"
            if fault:
                self.refused.append(f"{proofs.app}: {fault}")
                return 401
            self.all.append(said)
            self._arrived.notify_all()
            return 204

    def _instead(self, wanted: str) -> str:
        left = [one.type for number, one in enumerate(self.all) if number not in self._taken]
        said = f"no event {wanted or 'at all'} came; what did: {', '.join(left) or 'nothing'}"
        return said + (f"; refused: {'; '.join(self.refused)}" if self.refused else "")


def _handler(events: Events) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer in two packets would wait for the other side's acknowledgement.
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            if size > BODY_BYTES_MAX:
                self.close_connection = True
                status = 413
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                status = events.take(self.path, headers, self.rfile.read(size))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests have an output of their own."""

    return Handler
