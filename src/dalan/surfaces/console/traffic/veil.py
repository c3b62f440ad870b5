"""Replaces secrets by what kind they are and which one: enough to follow one through the log,
nothing to call with.

A secret becomes ``[access_token:3f9a1c20]``, after whatever of it says its kind (``ory_at_``) or
its id (``dalan_ak_4Gz_``). The number is a keyed hash: the same secret has the same one in the
whole log, and nobody finds the secret by it. An export makes an environment variable of each.

Personal data stays, for the people of a dev world are made up (decision 0033); ``kernel.scrubbing``
is for logs of real ones.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

from dalan.surfaces.console.traffic.exchange import HEADER_LENGTH_MAX, HEADERS_MAX, Header

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

_NAMES: Final = (
    "access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|password|"
    "passwd|otp|one_time_code|verification_code|api_key|apikey|service_key|identification_key|"
    "_token_|apitoken|scapikey|csrf_token|private_key|secret|signing_secret|session_id"
)
_OAUTH_NAMES: Final = f"{_NAMES}|code|token|request_uri"
"""At the authorization server these two are secrets by name, of whatever shape; elsewhere a code
is an error's and a token a post's."""

_KINDS_BY_NAME: Final = {
    "code": "authorization_code",
    "apikey": "api_key",
    "scapikey": "service_key",
    "apitoken": "access_token",
}

_MARKED: Final = r"(?![\w]*\[[a-z_]+:[0-9a-f]{8}\])"

_HEADER_KINDS: Final = {
    "x-api-key": "api_key",
    "api-key": "api_key",
    "apikey": "api_key",
    "x-access-token": "access_token",
    "_token_": "access_token",
    "apitoken": "access_token",
    "x-service-key": "service_key",
    "x-csrf-token": "csrf_token",
    "proxy-authorization": "authorization",
}
_PLAIN_HEADERS: Final = frozenset(
    {
        "accept", "accept-encoding", "accept-language", "cache-control", "connection",
        "content-length", "content-type", "date", "server", "vary", "x-content-type-options",
    }
)  # fmt: skip
"""Of these none holds a secret, and nearly every request has most of them."""

_SCHEMES: Final = {
    "basic": "credentials",
    "bearer": "access_token",
    "digest": "authorization",
    "dpop": "access_token",
    "token": "access_token",
}
"""Words that may stand before a secret; any other may be the beginning of one."""

_COOKIE_PAIR: Final = re.compile(r"(^|;\s*)(?:([^=;]+)=)?([^;]*)")


def _named(names: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    form = re.compile(rf"(?i)(?<![\w-])({names})=(?!&|$){_MARKED}([^&\s\"'<>]+)")
    # A body that was cut may end inside a secret.
    json = re.compile(
        rf"(?i)\"({names})\"(\s*:\s*)(?!\"\")(?:\"{_MARKED}((?:[^\"\\]|\\.)*)(?:\"|\\?$)|(-?\d+))"
    )
    return form, json


_EVERYWHERE: Final = _named(_NAMES)
_AT_OAUTH: Final = _named(_OAUTH_NAMES)


class Veil:
    """One world's: its numbers are made with a key of the world's secret."""

    def __init__(self, secret: str) -> None:
        self._key = blake2b(secret.encode(), digest_size=32, person=b"request log").digest()

    def mark(self, kind: str, secret: str) -> str:
        """What stands in the place of a secret."""
        number = blake2b(secret.encode(errors="replace"), key=self._key, digest_size=4)
        return f"[{kind}:{number.hexdigest()}]"

    def text(self, text: str, *, oauth: bool = False) -> str:
        """A body or an address. ``oauth``: it went to or came from the authorization server."""
        if "eyJ" in text:
            text = _JWT.sub(lambda found: self.mark("jwt", found[0]), text)
        if "dalan_ak_" in text:
            text = _API_KEY.sub(lambda found: found[1] + self.mark("api_key", found[0]), text)
        # Found much sooner than the whole of it, tried at every letter.
        if _OURS_LIKELY.search(text):
            text = _OURS.sub(lambda found: found[1] + self.mark(_KINDS[found[2]], found[0]), text)
        form, json = _AT_OAUTH if oauth else _EVERYWHERE
        if "=" in text:
            text = form.sub(lambda found: f"{found[1]}={self._by_name(found[1], found[2])}", text)
        if '"' in text:
            text = json.sub(self._member, text)
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
        kind = _HEADER_KINDS.get(name, "")
        if name == "authorization" or kind:
            return self._credentials(value, kind)
        if name in _PLAIN_HEADERS or len(value) < 8:
            return value
        return self.text(value, oauth=oauth)

    def _credentials(self, value: str, kind: str) -> str:
        if not value:
            return ""
        scheme, space, rest = value.partition(" ")
        word = _SCHEMES.get(scheme.lower(), "") if space else ""
        secret = rest if word else value
        shown = self.text(secret)
        if not MARK.fullmatch(shown):  # some of it may be left, or all
            shown = self.mark(word or kind or "authorization", secret)
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

    def _by_name(self, name: str, value: str) -> str:
        return self.mark(_kind_of(name), value)

    def _member(self, found: re.Match[str]) -> str:
        value = found[3] if found[3] is not None else found[4]
        return f'"{found[1]}"{found[2]}"{self._by_name(found[1], value)}"'


def _kind_of(name: str) -> str:
    lower = name.lower().strip("_")
    return _KINDS_BY_NAME.get(lower, lower)


def marks(text: str) -> Iterator[re.Match[str]]:
    """Every replaced secret of a text."""
    return MARK.finditer(text)
