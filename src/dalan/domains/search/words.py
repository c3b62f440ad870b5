"""Text as tokens: done once, here, so that both engines index and find the same ones.

A token is a run of letters and digits of the folded text (``kernel.text.fold``). Where somebody
joined words by a half-space, or wrote a digit against a letter, the whole and its parts are
tokens: «می‌خواهم» is found as «میخواهم» and as «می خواهم», «پژو206» as «پژو ۲۰۶».
"""

import re
from collections.abc import Iterable

from dalan.kernel.text import fold

TOKEN_LENGTH_MAX = 40
"""Longer ones are cut, here and in what is asked, so that they still find each other."""

PREFIX_LENGTH_MIN = 3
"""From so many letters on, what somebody typed may be the beginning of a word."""

BEGINNING_INDEXED_MAX = 5
"""Letters of the longest beginning that the indexes have lists of."""

Condition = tuple[tuple[str, ...], ...]
"""Alternatives, of which one must hold; an alternative holds when all its tokens do. A token
that ends with ``*`` stands for every token that begins so."""

_HALF_SPACE = "\u200c"
_TOKEN = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[0-9]+|[^\W_0-9]+")


def tokens_of(text: str) -> set[str]:
    """Every token a text is found by."""
    found = set(_TOKEN.findall(fold(text)))
    if _HALF_SPACE in text:
        found.update(_TOKEN.findall(fold(text.replace(_HALF_SPACE, " "))))
    runs = {run for token in found if not token.isalpha() for run in _RUN.findall(token)}
    return {token[:TOKEN_LENGTH_MAX] for token in found | runs}


def beginnings_of(tokens: Iterable[str]) -> set[str]:
    """The beginnings that an index keeps lists of, each with a star; a word is not its own."""
    return {
        f"{token[:length]}*"
        for token in tokens
        if not token.isdigit()
        for length in range(PREFIX_LENGTH_MIN, min(len(token) - 1, BEGINNING_INDEXED_MAX) + 1)
    }


def asked(text: str) -> tuple[Condition, ...]:
    """What must hold of a post's tokens for it to be meant by these words: all of them."""
    conditions: dict[Condition, None] = {}
    for chunk in text.split():
        if _HALF_SPACE in chunk:
            apart = _parts(_TOKEN.findall(fold(chunk.replace(_HALF_SPACE, " "))))
            whole = _TOKEN.findall(fold(chunk))
            if whole:
                conditions[_condition(whole, apart)] = None
            continue
        for token in _TOKEN.findall(fold(chunk)):
            conditions[_condition([token], _parts([token]))] = None
    return tuple(conditions)


def matches(tokens: set[str], conditions: Iterable[Condition]) -> bool:
    """Whether a post with these tokens is meant: what the engines' indexes answer, said plainly."""
    return all(
        any(all(_holds(tokens, token) for token in alternative) for alternative in condition)
        for condition in conditions
    )


def _holds(tokens: set[str], wanted: str) -> bool:
    if wanted.endswith("*"):
        return any(token.startswith(wanted[:-1]) for token in tokens)
    return wanted in tokens


def _parts(tokens: list[str]) -> list[str]:
    return [run for token in tokens for run in _RUN.findall(token)]


def _condition(whole: list[str], apart: list[str]) -> Condition:
    one = tuple(dict.fromkeys(map(_asked_token, whole)))
    other = tuple(dict.fromkeys(map(_asked_token, apart)))
    return (one,) if one == other else (one, other)


def _asked_token(token: str) -> str:
    token = token[:TOKEN_LENGTH_MAX]
    # A number is meant whole: who asks for 206 wants no 2061400.
    return f"{token}*" if len(token) >= PREFIX_LENGTH_MIN and not token.isdigit() else token
