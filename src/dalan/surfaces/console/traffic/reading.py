"""Makes exchanges of what was heard: text of bytes, secrets replaced, refusals recognised."""

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from dalan.surfaces.asgi import Scope
from dalan.surfaces.console.traffic.exchange import ADDRESS_LENGTH_MAX, BodyKind, Exchange, Side
from dalan.surfaces.console.traffic.recording import Called, Heard, Taken
from dalan.surfaces.console.traffic.veil import Veil

HINT_HEADER: Final = "x-dalan-hint"

_TEXT_TYPES: Final = ("text/", "application/json", "application/x-www-form-urlencoded")
_TEXT_ENDINGS: Final = ("+json", "+xml", "/xml", "javascript")
_SLUG: Final = re.compile(r"[a-z0-9-]{3,40}")
_ERROR_WORD: Final = re.compile(r"[a-z_]{3,60}")


def heard(one: Heard, veil: Veil) -> Exchange:
    """What somebody asked of us."""
    scope = one.scope
    oauth = one.surface == "oauth"
    answer = _side(veil, _texts(one.answer_headers), one.answer, oauth=oauth)
    request = _side(veil, _texts(scope["headers"]), one.request, oauth=oauth)
    refusal = scope.get("refusal") or ""
    if not refusal and oauth:
        refusal = _oauth_refusal(one.status, answer)
    return Exchange(
        id=one.id,
        direction="in",
        at=one.at,
        method=str(scope["method"])[:32],
        address=veil.text(_address(scope), oauth=oauth)[:ADDRESS_LENGTH_MAX],
        request=request,
        answer=answer,
        status=one.status,
        duration_us=int(one.duration * 1e6),
        request_id=one.request_id,
        surface=one.surface,
        operation=scope.get("route") or scope.get("path_template") or "",
        app=scope.get("calling_app") or (_claimed_app(scope) if oauth else ""),
        person=scope.get("calling_person"),
        refusal=refusal,
        hint=answer.header(HINT_HEADER),
        problem=one.problem,
    )


def called(one: Called, veil: Veil) -> Exchange:
    """What we asked of an app."""
    call, answer = one.call, one.answer
    body = Taken()
    headers = dict(call.headers)
    if call.body is not None:
        body.take(call.body)
        if not any(name.lower() == "content-type" for name in headers):
            headers["content-type"] = "application/json"
    said = Taken()
    if answer is not None:
        said.take(answer.body)
    return Exchange(
        id=one.id,
        direction="out",
        at=one.at,
        method="GET" if call.body is None else "POST",
        address=veil.text(call.url)[:ADDRESS_LENGTH_MAX],
        request=_side(veil, headers.items(), body),
        answer=_side(veil, answer.headers.items() if answer is not None else (), said),
        status=answer.status if answer is not None else 0,
        duration_us=int(one.duration * 1e6),
        request_id=one.request_id,
        operation=one.operation,
        app=one.app,
        problem=one.problem,
    )


def _side(
    veil: Veil, headers: Iterable[tuple[str, str]], taken: Taken, *, oauth: bool = False
) -> Side:
    kept = veil.headers(headers, oauth=oauth)
    if not taken.size:
        return Side(kept)
    said = Side(kept)
    is_cut = taken.size > taken.kept
    kind, text, is_exact = _text_of(
        b"".join(taken.parts),
        said.content_type,
        is_coded=bool(said.header("content-encoding")),
        is_cut=is_cut,
    )
    return Side(
        kept,
        veil.text(text, oauth=oauth) if text else "",
        kind,
        taken.size,
        is_cut,
        is_exact and not is_cut,
    )


def _text_of(
    body: bytes, content_type: str, *, is_coded: bool, is_cut: bool
) -> tuple[BodyKind, str, bool]:
    if is_coded:
        return "binary", "", False
    is_text = content_type.startswith(_TEXT_TYPES) or content_type.endswith(_TEXT_ENDINGS)
    if content_type and not is_text:
        return "binary", "", False
    for trimmed in range(4 if is_cut else 1):  # a cut goes through the middle of a letter
        try:
            text = body[: len(body) - trimmed].decode()
        except UnicodeDecodeError:
            continue
        return "text", text, True
    if not is_text:
        return "binary", "", False
    return "text", body.decode("utf-8", "backslashreplace"), False


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[str, str]]:
    return (
        (bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in headers
    )


def _address(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")
    path = (
        raw.partition(b"?")[0].decode("ascii", "backslashreplace")
        if raw
        else quote(scope["path"], safe="/:@!$&'()*+,;=~-._", errors="replace")
    )
    query: bytes = scope.get("query_string", b"")
    return f"{path}?{query.decode('ascii', 'backslashreplace')}" if query else path


def _claimed_app(scope: Scope) -> str:
    """Whom an authorization link names; pages for people prove no app."""
    query: bytes = scope.get("query_string", b"")
    if b"client_id=" not in query:
        return ""
    try:
        fields = parse_qs(query.decode("ascii", "replace"), max_num_fields=1_000)
    except ValueError:  # so many that it names nobody
        return ""
    claimed = fields.get("client_id", [""])[0]
    return claimed if _SLUG.fullmatch(claimed) else ""


def _oauth_refusal(status: int, answer: Side) -> str:
    """The word of RFC 6749 that says no, in the body for apps or in the address people are sent
    back with."""
    word: Any = ""
    if status >= 400 and answer.content_type == "application/json":
        try:
            said = msgspec.json.decode(answer.body)
        except msgspec.DecodeError:
            said = None
        word = said.get("error", "") if isinstance(said, dict) else ""
    elif 300 <= status < 400 and "error=" in (location := answer.header("location")):
        parts = urlsplit(location)
        fields = parse_qs(parts.query or parts.fragment, max_num_fields=200)
        word = fields.get("error", [""])[0]
    if isinstance(word, str) and _ERROR_WORD.fullmatch(word):
        return f"oauth.{word}"
    return ""
