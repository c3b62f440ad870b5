"""The log as an HTTP Archive, which browsers and debugging proxies open.

Source: the HAR 1.2 specification (W3C draft, Web Performance Working Group).
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from dalan import __version__
from dalan.surfaces.console.traffic.exchange import Exchange, Side

_HTTP: Final = "HTTP/1.1"


def archive(exchanges: Sequence[Exchange], base_url: str) -> str:
    """HAR 1.2. What is no member of the standard begins with an underscore, as it says."""
    log = {
        "version": "1.2",
        "creator": {"name": "Dalan", "version": __version__},
        "pages": [],
        "entries": [_entry(one, base_url) for one in exchanges],
    }
    return msgspec.json.format(msgspec.json.encode({"log": log}), indent=1).decode()


def _entry(one: Exchange, base_url: str) -> dict[str, Any]:
    milliseconds = one.duration_us / 1_000
    url = one.address if one.direction == "out" else f"{base_url}{one.address}"
    entry = {
        "startedDateTime": one.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": milliseconds,
        "request": _request(one, url),
        "response": _response(one),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_id": one.id,
        "_direction": one.direction,
    }
    named = {
        "_requestId": one.request_id, "_surface": one.surface, "_operation": one.operation,
        "_app": one.app, "_refusal": one.refusal, "_problem": one.problem,
    }  # fmt: skip
    return entry | {name: value for name, value in named.items() if value}


def _request(one: Exchange, url: str) -> dict[str, Any]:
    side = one.request
    request = {
        "method": one.method,
        "url": url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _headers(side),
        "queryString": _query(url),
        "headersSize": -1,
        "bodySize": side.size,
    }
    if side.size:
        request["postData"] = {
            "mimeType": side.header("content-type"),
            "params": [],
            "text": side.body,
            **_comment(side),
        }
    return request


def _response(one: Exchange) -> dict[str, Any]:
    side = one.answer
    return {
        "status": one.status,
        "statusText": _phrase(one.status),
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _headers(side),
        "content": {
            "size": side.size,
            "mimeType": side.header("content-type") or "x-unknown",
            "text": side.body,
            **_comment(side),
        },
        "redirectURL": side.header("location"),
        "headersSize": -1,
        "bodySize": side.size,
    }


def _headers(side: Side) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in side.headers]


def _query(url: str) -> list[dict[str, str]]:
    try:
        fields = parse_qsl(urlsplit(url).query, keep_blank_values=True, errors="replace")
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in fields]


def _comment(side: Side) -> dict[str, str]:
    if side.kind == "binary":
        return {"comment": "not text, so it was not kept"}
    return {"comment": "only its beginning was kept"} if side.is_cut else {}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
