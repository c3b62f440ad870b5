"""The log as a pytest file: each request made again, each status as it was.

What an answer gave out is used from then on: a token that was issued within the span need not be
in the environment.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from dalan.surfaces.console.traffic.exchange import Exchange
from dalan.surfaces.console.traffic.exports.secrets_named import (
    Names,
    can_be_sent,
    chosen,
    sent_headers,
)
from dalan.surfaces.console.traffic.veil import MARK

_HEAD: Final = '''"""Requests of a Dalan world, made again; each asserts the status of back then.

Run it with pytest beside a running world. Secrets come from the environment, but for those that
an answer of this file gives out.
"""

import os
from collections.abc import Iterator

import httpx
import pytest

BASE_URL = os.environ.get("REPLAY_BASE_URL", {base_url})

LEARNED: dict[str, str] = {{}}
"""What earlier answers gave out."""


def secret(name: str) -> str:
    """A secret, as it was learned or else from the environment."""
    value = LEARNED.get(name) or os.environ.get(name, "")
    if not value:
        pytest.fail(f"put {{name}} into the environment: {{SECRETS[name]}}")
    return value


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as made:
        yield made
'''


def module(exchanges: Sequence[Exchange], base_url: str) -> str:
    """Python that needs httpx and pytest alone."""
    names = Names()
    tests = [_test(one, names) for one in chosen(exchanges)]
    secrets = "".join(f"    {name!r}: {told!r},\n" for name, told in names.told())
    table = f"{{\n{secrets}}}" if secrets else "{}"
    head = _HEAD.format(base_url=repr(base_url))
    return f"{head}\n\nSECRETS: dict[str, str] = {table}\n{''.join(tests)}"


def _test(one: Exchange, names: Names) -> str:
    lines = ["\n"]
    if not can_be_sent(one.request):
        lines.append("@pytest.mark.skip(reason='its body was not kept whole')")
    elif not one.status:
        lines.append("@pytest.mark.skip(reason='it was not answered')")
    lines.append(f"def test_{one.id:05}_{_name_of(one)}(client: httpx.Client) -> None:")
    lines.append(f"    answer = client.request(\n        {one.method!r},")
    base = "BASE_URL + " if one.direction == "in" else ""
    lines.append(f"        {base}{_spelled(names, one.address)},")
    headers = sent_headers(one)
    if headers:
        lines.append("        headers=[")
        lines += [f"            {_header(names, name, value)}," for name, value in headers]
        lines.append("        ],")
    if one.request.kind == "text" and one.request.is_exact:
        lines.append(f"        content=({_spelled(names, one.request.body)}).encode(),")
    lines.append("    )")
    lines += _learned(one, names)
    lines.append(f"    assert answer.status_code == {one.status}, answer.text")
    if one.surface == "pod":
        lines += _enveloped(one)
    return "\n".join(lines) + "\n"


def _header(names: Names, name: str, value: str) -> str:
    spelled = _spelled(names, value)
    if name.isascii() and value.isascii():
        return f"({name!r}, {spelled})"
    return f"({name.encode('latin-1')!r}, ({spelled}).encode('latin-1'))"


def _learned(one: Exchange, names: Names) -> list[str]:
    """What the answer's JSON gave out, by the member it stood in."""
    if "[" not in one.answer.body:
        return []
    given = []
    for member, value in _object(one).items():
        found = MARK.fullmatch(value) if isinstance(value, str) else None
        if found is not None:
            name = names.of(found[1], found[2])
            given.append(f"        LEARNED[{name!r}] = answer.json()[{member!r}]")
    return [f"    if answer.status_code == {one.status}:", *given] if given else []


def _enveloped(one: Exchange) -> list[str]:
    """What the gateway said inside an answer that is always 200."""
    said = _object(one)
    if "hasError" in said:
        return [f"    assert answer.json()['hasError'] is {said['hasError'] is True}, answer.text"]
    if "error" in said:
        return [f"    assert answer.json()['error'] is {said['error'] is True}, answer.text"]
    return []


def _object(one: Exchange) -> dict[str, Any]:
    """The answer's JSON object; of anything else nothing."""
    if not one.answer.content_type.endswith("json"):
        return {}
    try:
        said = msgspec.json.decode(one.answer.body)
    except msgspec.DecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _name_of(one: Exchange) -> str:
    said = one.operation or one.path
    name = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in said)
    return "_".join(part for part in name.lower().split("_") if part)[:60] or "request"


def _spelled(names: Names, text: str) -> str:
    return " + ".join(names.parts(text, literal=repr, secret=lambda name: f"secret({name!r})"))
