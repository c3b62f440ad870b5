"""Values of settings: read from texts, guessed where a name is wrong, made where one is needed."""

import contextlib
import difflib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec


def converted(
    kind: type[msgspec.Struct], values: dict[str, Any], problems: list[str], *, prefix: str
) -> dict[str, Any] | None:
    """Texts of the environment as what the fields of that kind hold; None when some do not fit:
    ``problems`` then has a line for each."""
    good: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.name in values:
            try:
                value = values[field.name]
                if field.type is bool and isinstance(value, str):
                    value = _BOOLEANS.get(value.lower(), value)
                good[field.name] = msgspec.convert(
                    value, field.type, strict=False, dec_hook=_other_kind
                )
            except msgspec.ValidationError as error:
                problems.append(f"{prefix}{field.name.upper()}: {error}")
    return None if problems else good


_BOOLEANS = {"yes": True, "no": False, "on": True, "off": False}
"""Besides ``true``, ``false``, ``1`` and ``0``, which msgspec knows."""


def _other_kind(kind: type, value: Any) -> Any:
    return kind(value) if kind is Path and isinstance(value, str) and value else value


def nearest(key: str, known: Iterable[str], *, prefix: str) -> str:
    """What a name that is none was perhaps meant to be."""
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {prefix}{near[0].upper()}?" if near else ""


def secret_of_home(home: Path) -> str:
    """The secret kept in the folder, made on first use and readable by its owner alone."""
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"secret.{os.getpid()}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        # Linked when it is whole: a second process finds all of it, or makes its own and loses.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
