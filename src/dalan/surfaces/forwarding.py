"""Who really asks, when a proxy of the operator's stands in front.

A header is only worth as much as who wrote it. Each proxy adds the address it was asked from on
the right, and anybody may send a header along; so the list is read from the right, as long as
those who vouch for it are proxies the operator named (``DALAN_TRUSTED_PROXIES``). What stands
left of the first other address is hearsay. Source: RFC 7239 (``Forwarded``), section 8.1, and
``X-Forwarded-For`` and ``X-Forwarded-Proto``, which most proxies send instead.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from dalan.surfaces.asgi import Scope

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Hop = tuple[str, str]
"""An address as it was written, and the scheme it was asked with, either perhaps ""."""

FORWARDED_LENGTH_MAX = 1_024
"""Of a longer ``Forwarded`` nothing is read: reading hostile quotes takes their square in time."""

HOPS_MAX = 20
"""More proxies than anybody has in a row; the rest of a longer list is not looked at."""

UNCLEAR = "dalan.caller_unclear"
"""Set in a scope whose proxy tells of two callers: who asks may have meant to hide."""

# RFC 7239, section 4: a list of elements, each of pairs; a value is a token or quoted.
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PAIR = re.compile(r'\s*([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*')


class Forwarding:
    """Believes the proxies of ``trusted``, and nobody else."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted

    def apply(self, scope: Scope) -> None:
        """Put address and scheme of the caller into ``scope`` in place of the proxy's.

        Without trusted proxies, or from any other peer, nothing is changed. Neither is it when
        ``Forwarded`` and ``X-Forwarded-For`` tell of different callers: a proxy writes one of
        them and lets the other through as the caller made it up.
        """
        client = scope.get("client")
        if not self._trusted or not client or not self._trusts(_address(client[0])):
            return
        told = [self._caller(hops) for hops in (_forwarded(scope), _x_forwarded(scope)) if hops]
        if not told:
            return
        if any(one[0] != told[0][0] for one in told):
            scope[UNCLEAR] = True
            return
        address = told[0][0]
        if address is not None:
            scope["client"] = (str(address), 0)
        schemes = {scheme for _, scheme in told if scheme}
        if len(schemes) == 1:
            scope["scheme"] = schemes.pop()

    def trusts(self, peer: str) -> bool:
        """What that peer says of its callers is believed."""
        return self._trusts(_address(peer))

    def _caller(self, hops: list[Hop]) -> tuple[Address | None, str]:
        """The right-most hop that is no trusted proxy, or the last that can be read."""
        found, scheme = None, ""
        for written, asked_with in reversed(hops[-HOPS_MAX:]):
            address = _address(written)
            if written and address is None:  # hidden or nonsense: its left is hearsay
                break
            found, scheme = address or found, asked_with or scheme
            if address is not None and not self._trusts(address):
                break
        return found, scheme

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(
            address.version == network.version and address in network for network in self._trusted
        )


def _x_forwarded(scope: Scope) -> list[Hop]:
    addresses = _values(scope, b"x-forwarded-for")
    schemes = [_scheme(one) for one in _values(scope, b"x-forwarded-proto")]
    if len(schemes) == len(addresses):
        return list(zip(addresses, schemes, strict=True))
    # One for all is the one the proxy nearest to us wrote; a list that does not fit says nothing.
    scheme = schemes[0] if len(schemes) == 1 else ""
    return [(address, scheme) for address in addresses] or ([("", scheme)] if scheme else [])


def _forwarded(scope: Scope) -> list[Hop]:
    hops, size = [], 0
    for name, value in scope["headers"]:
        if name == b"forwarded":
            size += len(value)
            if size > FORWARDED_LENGTH_MAX:
                return [("unknown", "")]
            for element in _ELEMENT.findall(value.decode("latin-1")):
                said = {
                    key.lower(): re.sub(r"\\(.)", r"\1", quoted) or token
                    for key, quoted, token in _PAIR.findall(element)
                }
                hops.append((said.get("for", "unknown"), _scheme(said.get("proto", ""))))
    return hops


def _values(scope: Scope, wanted: bytes) -> list[str]:
    return [
        part.strip()
        for name, value in scope["headers"]
        if name == wanted
        for part in value.decode("latin-1").split(",")
    ]


def _scheme(text: str) -> str:
    folded = text.lower()
    return folded if folded in ("http", "https") else ""


def _address(text: str) -> Address | None:
    """The address written there, with a port or without; None for anything else."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
