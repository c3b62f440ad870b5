"""Where a link may lead, and how that is spelled in a header.

Source: pod-links.md 3.3 and 5.1.
"""

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from dalan.domains.links.errors import InvalidLink, TargetMissing
from dalan.domains.links.tables import LinkKind

ADDRESS_BYTES_MAX: Final = 8_192
CONTENT_LENGTH_MAX: Final = 65_536
SCHEMES: Final = frozenset({"http", "https"})

_OUR_SHORT_PATHS: Final = ("/l", "/srv")
_HOST_LENGTH_MAX: Final = 253
_LABEL_LENGTH_MAX: Final = 63
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")
_KEPT_SINCE_2008: Final = {0x200C: None, 0x200D: None, 0xDF: "s", 0x3C2: "s"}
"""Half-space, joiner, sharp s, final sigma: letters like others by UTS 46 as browsers have it."""

_STRAY_JOINER: Final = re.compile("(?:^|[\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?:$|[\x00-\x7f])")
_SAFE_IN_URL: Final = "!$%&'()*+,-./:;=?@_~[]"
_SAFE_IN_PATH: Final = "!$%&'()*+,-./:;=@_~"


class OwnAddresses:
    """Where our own short links stand: what leads there leads in a circle."""

    def __init__(self, base_url: str, short_domains: Iterable[str] = ()) -> None:
        self._here = _place(urlsplit(base_url))
        self._short_domains = frozenset(host_in_ascii(name) for name in short_domains)

    def is_base(self, host: str) -> bool:
        """The host everything else stands at."""
        return host == self._here[0]

    def leads_to_a_link(self, address: SplitResult) -> bool:
        """The address is a short link of ours, or may well become one."""
        host, port = _place(address)
        if host in self._short_domains:
            return True
        path = posixpath.normpath(unquote(address.path) or "/").replace("//", "/")
        our_host, our_port = self._here
        # http and https of one host are one site: the first is led to the second.
        is_here = host == our_host and (port == our_port or {port, our_port} == {80, 443})
        return is_here and any(
            path == ours or path.startswith(f"{ours}/") for ours in _OUR_SHORT_PATHS
        )


def check_target(text: str, kind: LinkKind, own: OwnAddresses) -> str:
    """A target as it is kept: as it was sent, addresses without the white space around them.

    Raises TargetMissing, and InvalidLink for what no link of that kind may lead to.
    """
    if not text.strip():
        raise TargetMissing
    if kind == "content":
        if len(text) > CONTENT_LENGTH_MAX:
            raise _misfit(f"a text has at most {CONTENT_LENGTH_MAX} characters")
        if "\x00" in text or any(0xD800 <= ord(one) <= 0xDFFF for one in text):
            raise _misfit("a text may not hold NUL or half a surrogate pair")
        return text
    address = text.strip()
    if own.leads_to_a_link(_split(address)):
        raise _misfit("the address leads to a short link again")
    return address


def location(address: str) -> str:
    """An address that was checked, in ASCII: host in punycode, the rest escaped where it is not
    yet. No line end survives, so no header can be smuggled."""
    parts = _split(address)
    user, at, _ = parts.netloc.rpartition("@")
    host = host_in_ascii(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port is None else f":{parts.port}"
    return urlunsplit(
        (
            parts.scheme,
            f"{quote(user, safe=_SAFE_IN_PATH)}{at}{host}{port}",
            quote(parts.path, safe=_SAFE_IN_PATH),
            quote(parts.query, safe=_SAFE_IN_URL),
            quote(parts.fragment, safe=_SAFE_IN_URL),
        )
    )


def _split(address: str) -> SplitResult:
    """The parts of an absolute http or https address. Raises InvalidLink."""
    if len(address.encode(errors="replace")) > ADDRESS_BYTES_MAX:
        raise _misfit(f"an address has at most {ADDRESS_BYTES_MAX} bytes")
    if any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in address):
        raise _misfit("an address holds no line ends and no control characters")
    before_query = address.partition("?")[0].partition("#")[0]
    if "\\" in before_query:  # browsers read it as a slash, programs do not
        raise _misfit("an address holds no backslash")
    try:
        parts = urlsplit(address)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise _misfit("this is no address") from None
    if parts.scheme not in SCHEMES or not parts.hostname or not has_port:
        raise _misfit("an address begins with http:// or https:// and has a host")
    host = host_in_ascii(parts.hostname)
    if not host or len(host) > _HOST_LENGTH_MAX or any(one in host for one in " %\"'<>^`{|}"):
        raise _misfit("the address has no host that could be")
    return parts


def host_in_ascii(host: str) -> str:
    """A host in punycode and small letters, "" when it is none."""
    if ":" in host:  # an IPv6 address, which urlsplit has checked
        return host.lower()
    try:
        labels = _DOTS.split(host.rstrip("."))
        return ".".join(_label_in_ascii(label) for label in labels)
    except UnicodeError:
        return ""


def _label_in_ascii(label: str) -> str:
    """A name between two dots, as browsers look it up. Raises UnicodeError.

    Python's codec knows the rules of 2003 alone, by which a half-space is dropped: that is
    another domain, maybe somebody else's.
    """
    plain = label.translate(_KEPT_SINCE_2008).encode("idna").decode().lower()
    if plain and label.translate(_KEPT_SINCE_2008) == label:
        return plain
    if not plain or _STRAY_JOINER.search(label):
        raise UnicodeError("a label is empty, or joins what is never joined")
    kept = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).lower())
    encoded = f"xn--{kept.encode('punycode').decode()}"
    if len(encoded) > _LABEL_LENGTH_MAX:
        raise UnicodeError("a label is too long")
    return encoded


def _place(address: SplitResult) -> tuple[str, int]:
    port = address.port or (443 if address.scheme == "https" else 80)
    return host_in_ascii(address.hostname or ""), port


def _misfit(message: str) -> InvalidLink:
    return InvalidLink(message, field="target")
