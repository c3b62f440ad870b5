"""How scopes are written: ``NAME``, ``NAME.resource``, and ``NAME__resource`` of old apps.

Names are found by the longest known one that a dot, two underscores or the end follows; the
rest of the text, dots and dashes and base64 included, is the resource. At Basalam's door scopes
are names alone, parted by spaces, plus signs or commas (basalam.md 2.2 and 2.7).
"""

import re
from collections.abc import Collection, Iterable, Sequence

import msgspec

from dalan.domains import developers
from dalan.domains.oauth.basalam_scopes import BASALAM_SCOPES, EVERYTHING
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.errors import InvalidScope
from dalan.domains.oauth.scopes import KNOWN, OFFLINE_ACCESS, Scope

SCOPES_COUNT_MAX = 64
RESOURCE_LENGTH_MAX = 128
TEXT_LENGTH_MAX = 8_192

_RESOURCE = re.compile(rf"[\x21-\x7e]{{1,{RESOURCE_LENGTH_MAX}}}")
_NAME_LENGTHS = sorted({len(name) for name in KNOWN}, reverse=True)


class ScopeAsked(msgspec.Struct, frozen=True):
    """One permission as an app asked for it; ``spelled`` is its own spelling."""

    scope: Scope
    resource: str
    spelled: str

    @property
    def pair(self) -> tuple[str, str]:
        """Its canonical name and resource, which is what is granted."""
        return self.scope.name, self.resource


def parse_scopes(text: str, *, door: Door = "kenar") -> tuple[ScopeAsked, ...]:
    """The permissions in a ``scope`` parameter, in order, duplicates folded.

    At Kenar's door they are parted by white space or ``+``, which old SDKs write literally; a
    ``+`` inside a base64 resource stays where it is. At Basalam's a comma parts too, ``*`` stands
    for every name there is, and names nobody knows are left out if others are known.
    Raises ``InvalidScope`` with the reason: none, more than 64, an unknown name, a resource
    missing, unwanted, too long or unprintable.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise InvalidScope(f"the scope is longer than {TEXT_LENGTH_MAX} characters")
    if door == "basalam":
        return _parse_basalam(text)
    asked: dict[tuple[str, str], ScopeAsked] = {}
    for word in _words(text):
        one = _parse(word)
        asked.setdefault(one.pair, one)
        if len(asked) > SCOPES_COUNT_MAX:
            raise InvalidScope(f"more than {SCOPES_COUNT_MAX} scopes")
    if not asked:
        raise InvalidScope("no scope was asked for")
    return tuple(asked.values())


def _parse_basalam(text: str) -> tuple[ScopeAsked, ...]:
    words = set(re.split(r"[\s+,]+", text)) - {""}
    if EVERYTHING in words:
        words = set(BASALAM_SCOPES)
    # In the order of the registry: what is told back is the same however it was asked.
    asked = tuple(
        ScopeAsked(scope, "", name) for name, scope in BASALAM_SCOPES.items() if name in words
    )
    if not words:
        raise InvalidScope("no scope was asked for")
    if not asked:
        raise InvalidScope(f"there is no scope {_shown(min(words))}")
    return asked


def askable(app: developers.App, asked: Sequence[ScopeAsked]) -> tuple[ScopeAsked, ...]:
    """What of it this app may ask for at Basalam's door, where the rest is left out like names
    nobody knows. Raises ``InvalidScope`` when nothing is left."""
    allowed = tuple(one for one in asked if app.may_ask_scope(one.scope.name))
    if not allowed:
        raise InvalidScope(f"this app may not ask for {asked[0].scope.name}")
    return allowed


def spelled(asked: Iterable[ScopeAsked]) -> str:
    """The ``scope`` an app is told back: its own spellings, one space between."""
    return " ".join(one.spelled for one in asked)


def without(text: str, gone: Collection[tuple[str, str]], *, door: Door) -> str:
    """A scope text less the permissions in ``gone``, the rest spelled as it was."""
    return spelled(one for one in parse_scopes(text, door=door) if one.pair not in gone)


def is_offline(granted: Iterable[Sequence[str]]) -> bool:
    """Whether granted ``[name, resource]`` pairs bring a refresh token."""
    return any(name == OFFLINE_ACCESS for name, _ in granted)


def is_within(text: str, granted: Iterable[Sequence[str]], *, door: Door) -> bool:
    """Whether a scope text holds nothing beyond granted ``[name, resource]`` pairs."""
    held = {(name, resource) for name, resource in granted}
    try:
        return all(one.pair in held for one in parse_scopes(text, door=door))
    except InvalidScope:
        return False


def _words(text: str) -> list[str]:
    words: list[str] = []
    for piece in text.split():
        for number, part in enumerate(piece.split("+")):
            goes_on = number > 0 and bool(words) and _is_base64(words[-1]) and not _known(part)
            if goes_on:
                words[-1] += f"+{part}"
            elif part:
                words.append(part)
    return words


def _is_base64(word: str) -> bool:
    found = _known(word)
    return found is not None and found[0].resource == "chat_triple"


def _known(word: str) -> tuple[Scope, str | None] | None:
    """The scope a word begins with and the rest after its separator, None for no separator."""
    for length in _NAME_LENGTHS:
        scope = KNOWN.get(word[:length]) if length <= len(word) else None
        if scope is None:
            continue
        rest = word[length:]
        if not rest:
            return scope, None
        if rest[0] == ".":
            return scope, rest[1:]
        if rest.startswith("__"):
            return scope, rest[2:]
    return None


def _parse(word: str) -> ScopeAsked:
    found = _known(word)
    if found is None:
        raise InvalidScope(f"there is no scope {_shown(word)}")
    scope, resource = found
    if not scope.resource:
        # For a short while resource-less scopes were written NAME.NAME.
        if resource is not None and KNOWN.get(resource) is not scope:
            raise InvalidScope(f"the scope {scope.name} takes no resource")
        return ScopeAsked(scope, "", word)
    if not resource:
        raise InvalidScope(f"the scope {scope.name} needs a resource: {scope.name}.<resource>")
    if _RESOURCE.fullmatch(resource) is None:
        raise InvalidScope(
            f"the resource of {scope.name} is longer than {RESOURCE_LENGTH_MAX} characters"
            " or has characters no resource has"
        )
    return ScopeAsked(scope, resource, word)


def _shown(word: str) -> str:
    """A word of a stranger, safe and short enough for a message (RFC 6749, 4.1.2.1)."""
    shown = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "?" for c in word)
    return shown if len(shown) <= 60 else f"{shown[:60]}..."
