"""The log as a shell script of curl."""

import shlex
from collections.abc import Sequence

from dalan.surfaces.console.traffic.exchange import Exchange
from dalan.surfaces.console.traffic.exports.secrets_named import (
    Names,
    can_be_sent,
    chosen,
    in_one_line,
    sent_headers,
)


def script(exchanges: Sequence[Exchange], base_url: str) -> str:
    """POSIX shell; it stops where a secret is not in the environment."""
    names = Names()
    calls = [_call(one, names) for one in chosen(exchanges)]
    lines = [
        "#!/bin/sh",
        "# Requests of a Dalan world, to be made again. Secrets come from the environment.",
        "set -eu",
        f"BASE_URL=${{REPLAY_BASE_URL:-{shlex.quote(base_url)}}}",
        *(f': "${{{name}:?put {told} here}}"' for name, told in names.told()),
        "",
        *calls,
    ]
    return "\n".join(lines)


def _call(one: Exchange, names: Names) -> str:
    about = in_one_line(f"{one.id}: {one.operation or one.path} answered {one.status}")
    if not can_be_sent(one.request) or _has_nul(one):
        return f"# {about}; left out, its body was not kept whole or is nothing for a shell\n"
    base = '"$BASE_URL"' if one.direction == "in" else ""
    lines = [
        f"# {about}",
        "curl --silent --show-error --include --globoff --path-as-is "
        f"{_method(one)} {base}{_quoted(names, one.address)}",
    ]
    headers = sent_headers(one)
    for name, value in headers:
        said = f"{name}: {value}" if value else f"{name};"
        lines.append(f"  --header {_quoted(names, said)}")
    if one.request.kind == "text":
        if not any(name == "content-type" for name, _ in headers):
            lines.append("  --header 'Content-Type:'")
        lines.append(f"  --data-raw {_quoted(names, one.request.body)}")
    return " \\\n".join([lines[0] + "\n" + lines[1], *lines[2:]]) + "\necho\n"


def _method(one: Exchange) -> str:
    return "--head" if one.method == "HEAD" else f"--request {shlex.quote(one.method)}"


def _has_nul(one: Exchange) -> bool:
    texts = (one.address, one.request.body, *(value for _, value in one.request.headers))
    return any("\x00" in text for text in texts)


def _quoted(names: Names, text: str) -> str:
    return "".join(names.parts(text, literal=shlex.quote, secret=lambda name: f'"${{{name}}}"'))
