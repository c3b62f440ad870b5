"""Names and numbers of hosts: one spelling for each, and whatever covers it.

A host is compared as browsers look it up: in punycode, and numbers in every way they may be
written. Source: UTS 46; WHATWG URL, 3.5 (its parser of IPv4 numbers).
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from dalan.domains.links.targets import host_in_ascii

HOST_LENGTH_MAX: Final = 253

_PREFIX_MIN: Final = {4: 8, 6: 16}
"""The widest network one entry names: whoever writes a shorter prefix has mistyped it."""

_NAME: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER: Final = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_SINKS: Final = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 (nothing listens)
"""What a hosts file leads unwanted names to; the name stands behind it."""


def host_of(address: str) -> str:
    """The host of an address that was checked, as it is compared; "" where there is none."""
    try:
        return folded(urlsplit(address).hostname or "")
    except ValueError:
        return ""


def folded(host: str) -> str:
    """A host as it is compared, "" when it is none. IPv6 stands without brackets."""
    name = host_in_ascii(host.strip("[]"))
    number = _number_in(name)
    return name if number is None else str(number)


def covering(host: str) -> list[str]:
    """Every entry that would cover a folded host: itself, the domains or the networks it is in."""
    number = _number_in(host)
    if number is not None:
        shortest = _PREFIX_MIN[number.version]
        networks = (
            str(ip_network((number, bits), strict=False))
            for bits in range(shortest, number.max_prefixlen)
        )
        return [str(number), *networks]
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def entry(text: str) -> str:
    """What an operator wrote, as it is kept; "" when it names no host and no network.

    A bare name, ``*.name``, a whole address, a number, a network, or a line of the lists people
    share: ``0.0.0.0 name`` and ``||name^``.
    """
    words = text.split()
    if len(words) == 2 and words[0] in _SINKS:
        words = words[1:]
    if len(words) != 1 or len(words[0]) > 4 * HOST_LENGTH_MAX:
        return ""
    word = words[0].removeprefix("||").removesuffix("^")
    if "://" in word:
        return _named(host_of(word))
    if "/" in word and (network := _network_in(word)) is not None:
        return _kept(network)
    word, slash, _ = word.partition("/")
    if slash and _number_in(word) is not None:  # a network nobody can be in, not a path
        return ""
    word = word.removeprefix("*.").lstrip(".")
    if not word.startswith("[") and word.count(":") == 1:  # a port, which says nothing of a host
        word = word.partition(":")[0]
    return _named(folded(word))


def _named(host: str) -> str:
    if _number_in(host) is not None:
        return host
    return host if len(host) <= HOST_LENGTH_MAX and _NAME.fullmatch(host) else ""


def _network_in(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _kept(network: IPv4Network | IPv6Network) -> str:
    if network.prefixlen < _PREFIX_MIN[network.version]:
        return ""
    is_one = network.prefixlen == network.max_prefixlen
    return str(network.network_address if is_one else network)


def _number_in(host: str) -> IPv4Address | IPv6Address | None:
    """The address a host spells, in any way browsers read: ``0x7f.1`` is 127.0.0.1."""
    if ":" in host:
        try:
            found = ip_address(host.partition("%")[0])
        except ValueError:
            return None
        return getattr(found, "ipv4_mapped", None) or found
    parts = host.rstrip(".").split(".")
    if len(parts) > 4 or not all(_NUMBER.match(part) for part in parts):
        return None
    try:
        numbers = [_whole(part) for part in parts]
    except ValueError:  # an eight in an octal number
        return None
    *bytes_, rest = numbers
    if any(one > 255 for one in bytes_) or rest >= 256 ** (5 - len(numbers)):
        return None
    return IPv4Address(sum(one << 8 * (3 - at) for at, one in enumerate(bytes_)) + rest)


def _whole(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    if len(text) > 40:  # more than any address has, and slow to read
        raise ValueError
    return int(text, 8 if len(text) > 1 and text.startswith("0") else 10)
