"""HTTP with the standard library: whoever tests an app has a client of their own, and is not made
to install another beside it."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 60.0
"""Longer than anything takes: it is there for a platform that died, not to measure one."""


class Answer:
    """What came back, whatever its status. Redirects are not followed."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        """By lower-case names."""
        self.content = content

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises ValueError for one that is none."""
        return json.loads(self.content)

    def __repr__(self) -> str:
        return f"<Answer {self.status} {self.text[:200]}>"


class Refused(Exception):
    """The console did not do it. ``code`` is stable, ``str()`` says why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


class Client:
    """Calls a platform. ``headers`` go with every call; those of one call win."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self.base_url = base_url
        self.headers = dict(headers or {})

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call; ``json`` or the form ``data`` is its body. A 4xx is an answer like others."""
        body, kind = _body(json, data)
        sent = {"accept": "application/json"} | ({"content-type": kind} if kind else {})
        sent |= {name.lower(): value for name, value in self.headers.items()}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        parts = urlsplit(self.base_url)
        connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, f"{path}{query}", body=body, headers=sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **given: Any) -> Answer:
        """``GET``."""
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> Answer:
        """``POST``."""
        return self.request("POST", path, **given)

    def put(self, path: str, **given: Any) -> Answer:
        """``PUT``."""
        return self.request("PUT", path, **given)

    def patch(self, path: str, **given: Any) -> Answer:
        """``PATCH``."""
        return self.request("PATCH", path, **given)

    def delete(self, path: str, **given: Any) -> Answer:
        """``DELETE``."""
        return self.request("DELETE", path, **given)


class Console(Client):
    """The console's JSON: what it refuses is raised."""

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """What the console answers at ``/console/api/…``. Raises ``Refused``."""
        answer = self.request(method, f"/console/api/{path}", **given)
        if answer.status < 400:
            return answer.json() if answer.content else None
        try:
            said = answer.json()
            raise Refused(answer.status, said["code"], said["message"])
        except (ValueError, KeyError, TypeError):
            raise Refused(answer.status, "console.no_such_call", f"{method} {path}") from None


def _body(value: Any, form: Mapping[str, str] | None) -> tuple[bytes | None, str]:
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    if value is not None:
        return json.dumps(value, ensure_ascii=False).encode(), "application/json"
    return None, ""
