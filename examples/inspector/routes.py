"""Which address is answered by what, and what people see when something goes wrong."""

import mimetypes
from collections.abc import Callable
from functools import cache
from pathlib import Path

from inspector import callbacks, people
from inspector.errors import ConsentNeeded, PlatformError, UnknownPost
from inspector.people import Person
from inspector.server import Answer, Request, Server, json_answer, log

STATIC = Path(__file__).parent / "static"
PAGES: dict[tuple[str, str], Callable[[Person], Answer]] = {
    ("GET", "/start"): people.start,
    ("GET", "/consent"): people.consent,
    ("GET", "/oauth/callback"): people.callback,
    ("GET", "/questions"): people.questions,
    ("POST", "/questions"): people.submit,
    ("GET", "/done"): people.done,
}


def answer(request: Request, app: Server) -> Answer:
    """Find the handler for a request and let it answer."""
    method, path = request.method, request.path
    if path == "/health":
        return json_answer({"status": "ok"})
    if method == "POST" and path in callbacks.CALLBACKS:
        return callbacks.answer(request, app)
    if path.startswith("/static/"):
        return _static(path.removeprefix("/static/"))
    show = PAGES.get((method, path))
    if show is None and method == "GET" and path.startswith("/report/"):
        show = people.public_report
    person = Person(request, app)
    if show is None:
        return person.show("lost", 404)
    try:
        return show(person)
    except UnknownPost:
        return person.show("lost", 404, back=person.return_url)
    except ConsentNeeded as error:
        log.info("%s", error)
        return person.show("stray", 400, back=person.return_url)
    except PlatformError as error:
        log.warning("%s", error)
        return person.show("trouble", 502, back=person.return_url)


@cache
def _static(name: str) -> Answer:
    files = {file.name: file for file in STATIC.iterdir()}
    if name not in files:
        return json_answer({"message": "not found"}, 404)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = [("Cache-Control", "max-age=3600")]
    return Answer(200, files[name].read_bytes(), content_type, headers)
