"""Which network address asks, and how often one address may."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from dalan.kernel import clock
from dalan.surfaces.forwarding import UNCLEAR

ADDRESSES_REMEMBERED_MAX = 10_000

_UNCLEAR_CALLERS = "unclear"

_IPV6_NETWORK_BITS = 64
"""What one household is given: within it everybody picks addresses as they please."""


def network_of(scope: Mapping[str, Any]) -> str:
    """The network address a request came from; of IPv6 the /64. "" when it cannot be known.

    A proxy the operator trusts has been replaced by who asked it (``surfaces.forwarding``). A
    loopback address that is left is a proxy nobody told us of, or a developer: it is anybody's.
    All who have a trusted proxy tell of two callers are one, for hiding must not pay.
    """
    peer: str = (scope.get("client") or ("", 0))[0]
    address = _parsed(peer)
    if address is None or address.is_loopback:
        return _UNCLEAR_CALLERS if scope.get(UNCLEAR) else ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> _IPV6_NETWORK_BITS << _IPV6_NETWORK_BITS)}/64"
    return str(address)


class Allowance:
    """So many of something for one address within a time, counted in this process's memory.

    ``""``, an address that is not known, is never refused: it may be everybody's.
    """

    def __init__(self, most: int, seconds: int) -> None:
        self.most, self._span = most, timedelta(seconds=seconds)
        self._counts: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def spent(self, address: str) -> int:
        """Seconds until the address may go on; 0 when it may now. Counts nothing."""
        since, count = self._counts.get(address, (clock.now(), 0))
        left = since + self._span - clock.now()
        if not address or count < self.most or left <= timedelta():
            return 0
        return -(-left // timedelta(seconds=1))

    def count(self, address: str) -> None:
        """One more. The addresses seen longest ago are forgotten when there are too many."""
        now = clock.now()
        since, count = self._counts.pop(address, (now, 0))
        if now - since >= self._span:
            since, count = now, 0
        self._counts[address] = (since, count + 1)
        if len(self._counts) > ADDRESSES_REMEMBERED_MAX:
            self._counts.popitem(last=False)

    def forget(self) -> None:
        """Begin anew, for tests."""
        self._counts.clear()


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
