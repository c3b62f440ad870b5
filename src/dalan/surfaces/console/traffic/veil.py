"""Replaces secrets by what kind they are and which one: enough to follow one through the log,
nothing to call with.

A secret becomes ``[access_token:3f9a1c20]``, after whatever of it says its kind (``ory_at_``) or
its id (``dalan_ak_4Gz_``). The number is a keyed hash: the same secret has the same one in the
whole log, and nobody finds the secret by it. An export makes an environment variable of each.

Personal data stays, for the people of a dev world are made up (decision 0033); ``kernel.scrubbing``
is for logs of real ones.
"""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final
from urllib.parse import quote_plus, unquote, unquote_plus

from dalan.surfaces.console.traffic.exchange import HEADER_LENGTH_MAX, HEADERS_MAX, Header
from dalan.surfaces.console.traffic.secret_names import PLAIN_HEADERS, kind_of, kind_of_header

MARK: Final = re.compile(
    r"(?:\b[a-z][a-z0-9]{1,15}_[a-z]{2,3}_|\bdalan_ak_[0-9A-Za-z]{1,11}_)?\[([a-z][a-z_]*):([0-9a-f]{8})\]"
)
"""A replaced secret with what is left of it, its kind and its number."""

_KINDS: Final = {
    "at": "access_token",
    "rt": "refresh_token",
    "ac": "authorization_code",
    "par": "request_uri",
    "ws": "session",
    "pv": "session",
    "st": "start",
    "up": "upload",
}
_OURS: Final = re.compile(
    rf"(?<![a-z0-9_])([a-z][a-z0-9]{{1,15}}_({'|'.join(_KINDS)})_)([\w-]{{20,}}(?:\.[\w-]+)?)"
)
_OURS_LIKELY: Final = re.compile(f"_(?:{'|'.join(_KINDS)})_")
_API_KEY: Final = re.compile(r"(?<![a-z0-9_])(dalan_ak_[0-9A-Za-z]{1,11}_)([0-9A-Za-z_]{10,})")
_JWT: Final = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?")
_CSRF: Final = re.compile(r"(csrf[-_]token\"\s+(?:value|content)=\")([^\"]+)")
_CONSENT: Final = re.compile(r"(name=\"request\"\s+value=\")([^\"]+)")
"""What the consent page's form says it was shown for."""

_LONG: Final = re.compile(r"(?<![\w-])(?=[a-z0-9_-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{40,}")
"""Nothing but chance makes so long a word: a client secret in the wrong place, say."""

_MARKED: Final = re.compile(r"\w*\[[a-z_]+:[0-9a-f]{8}\]")
_MARK_QUOTED: Final = re.compile(r"%5B([a-z_]+)%3A([0-9a-f]{8})%5D")

_NAME: Final = r"(?:[\w.\[\] -]|\\u[0-9a-fA-F]{4}){1,80}"
_FORM: Final = re.compile(r"(?<![\w.%\[\]-])([\w.%\[\]-]{1,80})=([^&\s\"'<>]+)")
# A body that was cut may end inside a secret, and within the sign that would have ended it.
_JSON: Final = re.compile(rf"\"({_NAME})\"(\s*:\s*)(?:\"((?:[^\"\\]|\\.)*)(?:\"|\\?$)|(-?\d+))")
_JSON_WITHIN: Final = re.compile(r"\"((?:[^\"\\]|\\[^\"])*\\\"(?:[^\"\\]|\\.)*)(\"|\\?$)")
"""A text in JSON that holds a quotation mark: JSON itself, perhaps."""

_CUT_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?$")
DEPTH_MAX: Final = 3
"""So deep are texts within texts looked into."""

_SCHEMES: Final = {
    "basic": "credentials",
    "bearer": "access_token",
    "digest": "authorization",
    "dpop": "access_token",
    "token": "access_token",
}
"""Words that may stand before a secret; any other may be the beginning of one."""

_COOKIE_PAIR: Final = re.compile(r"(^|;\s*)(?:([^=;]+)=)?([^;]*)")


class Veil:
    """One world's: its numbers are made with a key of the world's secret."""

    def __init__(self, secret: str) -> None:
        self._key = blake2b(secret.encode(), digest_size=32, person=b"request log").digest()

    def mark(self, kind: str, secret: str) -> str:
        """What stands in the place of a secret."""
        number = blake2b(secret.encode(errors="replace"), key=self._key, digest_size=4)
        return f"[{kind}:{number.hexdigest()}]"

    def text(self, text: str, *, oauth: bool = False, depth: int = 0) -> str:
        """A body or an address. ``oauth``: it went to or came from the authorization server."""
        if "eyJ" in text:
            text = _JWT.sub(lambda found: self.mark("jwt", found[0]), text)
        if "dalan_ak_" in text:
            text = _API_KEY.sub(lambda found: found[1] + self.mark("api_key", found[0]), text)
        # Found much sooner than the whole of it, tried at every letter.
        if _OURS_LIKELY.search(text):
            text = _OURS.sub(lambda found: found[1] + self.mark(_KINDS[found[2]], found[0]), text)
        if '\\"' in text and depth < DEPTH_MAX:
            text = _JSON_WITHIN.sub(lambda found: self._within(found, oauth, depth), text)
        if "=" in text:
            text = _FORM.sub(lambda found: self._field(found, oauth, depth), text)
        if '"' in text:
            text = _JSON.sub(lambda found: self._member(found, oauth), text)
            if "csrf" in text:
                text = _CSRF.sub(lambda found: found[1] + self.mark("csrf_token", found[2]), text)
            if oauth:
                text = _CONSENT.sub(lambda found: found[1] + self.mark("request", found[2]), text)
        return _LONG.sub(lambda found: self.mark("secret", found[0]), text)

    def headers(self, headers: Iterable[tuple[str, str]], *, oauth: bool = False) -> list[Header]:
        """Headers as they are kept, their names in lower case; the rest of too many is left out."""
        kept: list[Header] = []
        for name, value in headers:
            if len(kept) == HEADERS_MAX:
                kept.append(("…", ""))
                break
            lower = name.lower()[:200]
            kept.append((lower, self._header(lower, value[:HEADER_LENGTH_MAX], oauth=oauth)))
        return kept

    def _header(self, name: str, value: str, *, oauth: bool) -> str:
        if name in ("cookie", "set-cookie"):
            return self._cookies(value, is_set=name == "set-cookie")
        if name in PLAIN_HEADERS:
            return value
        if kind := kind_of_header(name, value):
            return self._credentials(value, kind)
        return value if len(value) < 8 else self.text(value, oauth=oauth)

    def _credentials(self, value: str, kind: str) -> str:
        if not value:
            return ""
        scheme, space, rest = value.partition(" ")
        word = _SCHEMES.get(scheme.lower(), "") if space else ""
        secret = rest if word else value
        shown = self.text(secret)
        if not MARK.fullmatch(shown):  # some of it may be left, or all
            shown = self.mark(word or kind, secret)
        return f"{scheme} {shown}" if word else shown

    def _cookies(self, value: str, *, is_set: bool) -> str:
        first = True

        def veiled(found: re.Match[str]) -> str:
            nonlocal first
            if is_set and not first:
                return found[0]  # attributes
            first = False
            if not found[3]:
                return found[0]
            name = f"{found[2]}=" if found[2] else ""
            return f"{found[1]}{name}{self.mark('cookie', found[3])}"

        return _COOKIE_PAIR.sub(veiled, value)

    def _field(self, found: re.Match[str], oauth: bool, depth: int) -> str:
        name, value = found[1], found[2]
        if _MARKED.match(value):
            return found[0]
        if kind := kind_of(unquote(name), oauth=oauth):
            return f"{name}={self.mark(kind, value)}"
        if "%" in value and depth < DEPTH_MAX:
            plain = unquote_plus(value)
            shown = self.text(plain, oauth=oauth, depth=depth + 1)
            if shown != plain:
                quoted = _MARK_QUOTED.sub(r"[\1:\2]", quote_plus(shown))
                return f"{name}={quoted}"
        return found[0]

    def _member(self, found: re.Match[str], oauth: bool) -> str:
        value = found[3] if found[3] is not None else found[4]
        kind = kind_of(found[1], oauth=oauth)
        if not kind or not value or _MARKED.match(value):
            return found[0]
        return f'"{found[1]}"{found[2]}"{self.mark(kind, value)}"'

    def _within(self, found: re.Match[str], oauth: bool, depth: int) -> str:
        """What a text in JSON says, which may be JSON again."""
        try:
            plain = json.loads(f'"{_CUT_ESCAPE.sub("", found[1])}"', strict=False)
        except ValueError:
            return found[0]
        shown = self.text(plain, oauth=oauth, depth=depth + 1)
        if shown == plain:
            return found[0]
        return json.dumps(shown, ensure_ascii=False)[: -1 if found[2] != '"' else None]


def marks(text: str) -> Iterator[re.Match[str]]:
    """Every replaced secret of a text."""
    return MARK.finditer(text)
