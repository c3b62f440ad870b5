"""Which addresses an installation may call: public unicast ones, and nothing that leads home.

Two tables must both agree: this small one, which names what is refused and lets pass no IPv6
outside global unicast, and that of ``ssrfguard``. A test compares the two; where they differ
this one is the stricter.

Sources: IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and updates),
RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo), RFC 4291 (mapped and compatible forms).
"""

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address

REFUSED_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # behind carrier-grade NAT; a cloud keeps its metadata here too
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link local; most clouds keep their metadata here
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; a cloud keeps its metadata here too
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112: answers for private names
            "192.52.193.0/24",  # multicast tunnelling
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)

GLOBAL_UNICAST_IPV6 = IPv6Network("2000::/3")

REFUSED_IPV6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, with Teredo, benchmarking and ORCHID inside
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: leads to whatever IPv4 address it carries
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)

_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")

# What a dev world may call besides. Link-local and metadata addresses stay refused there too.
_NEAR = (
    IPv4Network("127.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("::1/128"),
    IPv6Network("fc00::/7"),
)
_METADATA_IPV6 = IPv6Network("fd00:ec2::/32")


@lru_cache(maxsize=1_024)
def may_call(text: str, *, allow_private: bool) -> bool:
    """Whether a connection to this IP address may be opened.

    ``text`` is an address as sockets take it. What is no address, or has a zone, is refused.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    if allow_private and _is_near(address):
        return True
    return is_public(address) and _is_public_to_ssrfguard(address)


def is_public(address: Address) -> bool:
    """Whether our own table knows the address as a public unicast one."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in REFUSED_IPV4)
    # Packets to these end at the IPv4 address they carry.
    if address in _MAPPED or address in _NAT64:
        return is_public(_carried(address))
    return address in GLOBAL_UNICAST_IPV6 and not any(
        address in network for network in REFUSED_IPV6
    )


def _is_public_to_ssrfguard(address: Address) -> bool:
    from ssrfguard import BlockedAddressError, Policy  # noqa: PLC0415 (not before the first call)

    try:
        Policy().check_address(address)
    except BlockedAddressError:
        return False
    return True


def _is_near(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address in _MAPPED:
            return _is_near(_carried(address))
        if address in _METADATA_IPV6:
            return False
    return any(address in network for network in _NEAR if network.version == address.version)


def _carried(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)
