"""An exchange as scripts and pages are given it."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from dalan.surfaces.console import reasons
from dalan.surfaces.console.traffic.exchange import Exchange, Side


def summary(one: Exchange) -> dict[str, Any]:
    """All but what the two said."""
    return {
        "id": one.id,
        "direction": one.direction,
        "at": one.at.isoformat().replace("+00:00", "Z"),
        "method": one.method,
        "address": one.address,
        "status": one.status,
        "duration_ms": one.duration_us / 1_000,
        "request_id": one.request_id,
        "surface": one.surface,
        "operation": one.operation,
        "app": one.app,
        "person": one.person,
        "refusal": one.refusal,
        "hint": one.hint,
        "problem": one.problem,
    }


def full(one: Exchange) -> dict[str, Any]:
    """Both sides as well, and why it was refused."""
    said = summary(one) | {"request": _side(one.request), "answer": _side(one.answer)}
    if one.refusal:
        reason = reasons.explained(one.refusal)
        said["reason"] = {
            "code": reason.code, "fa": reason.fa, "en": reason.en, "docs": reason.docs
        }  # fmt: skip
    return said


def _side(side: Side) -> dict[str, Any]:
    return {
        "headers": side.headers,
        "body": side.body,
        "kind": side.kind,
        "size": side.size,
        "is_cut": side.is_cut,
        "is_exact": side.is_exact,
    }


def pretty(side: Side) -> str:
    """A body as people read it: JSON and forms one member a line, anything else as it is."""
    if side.kind != "text" or side.is_cut:
        return side.body
    if side.content_type == "application/x-www-form-urlencoded":
        try:
            fields = parse_qsl(side.body, keep_blank_values=True, max_num_fields=1_000)
        except ValueError:
            return side.body
        return "\n".join(f"{name} = {value}" for name, value in fields) or side.body
    if side.body[:1] in "{[":
        try:
            return msgspec.json.format(side.body.encode(), indent=2).decode()
        except (msgspec.DecodeError, ValueError):
            return side.body
    return side.body
