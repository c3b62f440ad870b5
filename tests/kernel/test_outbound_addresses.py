from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ssrfguard import DEFAULT_DENIED, Policy

from dalan.kernel.outbound_addresses import (
    GLOBAL_UNICAST_IPV6,
    REFUSED_IPV4,
    REFUSED_IPV6,
    Address,
    is_public,
    may_call,
)

PUBLIC = ["8.8.8.8", "1.1.1.1", "185.143.232.1", "2606:4700:4700::1111", "2a01:4f8::1"]

SPECIAL = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("text", PUBLIC)
@pytest.mark.parametrize("allow_private", [True, False])
def test_public_address_may_be_called(text: str, allow_private: bool) -> None:
    assert may_call(text, allow_private=allow_private)


@pytest.mark.parametrize("text", SPECIAL)
def test_special_address_may_not_be_called(text: str) -> None:
    assert not is_public(ip_address(text))
    assert not may_call(text, allow_private=False)


@pytest.mark.parametrize("text", ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_address_that_carries_a_public_one_may_be_called(text: str) -> None:
    assert may_call(text, allow_private=False)


@pytest.mark.parametrize("text", ["", "example.com", "2130706433", "0177.0.0.1", "8.8.8.8%1"])
def test_text_that_is_no_address_may_not_be_called(text: str) -> None:
    assert not may_call(text, allow_private=True)


@pytest.mark.parametrize("text", ["2606:4700::1%eth0", "fe80::1%lo", "::1%lo"])
def test_address_with_a_zone_may_not_be_called(text: str) -> None:
    assert not may_call(text, allow_private=True)


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "192.168.0.9", "fd12::1", "::ffff:127.0.0.1"],
)
def test_near_address_may_be_called_from_a_dev_world_only(text: str) -> None:
    assert may_call(text, allow_private=True)
    assert not may_call(text, allow_private=False)


@pytest.mark.parametrize(
    "text",
    ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200", "fe80::1"],
)
def test_metadata_address_may_not_be_called_even_from_a_dev_world(text: str) -> None:
    assert not may_call(text, allow_private=True)


def edges() -> Iterator[tuple[int, int]]:
    """The first and last address of every block of both tables, and their neighbours outside."""
    networks = [*(block.network for block in DEFAULT_DENIED.blocks), *REFUSED_IPV4, *REFUSED_IPV6]
    for network in [*networks, GLOBAL_UNICAST_IPV6]:
        first, last = int(network.network_address), int(network.broadcast_address)
        for number in (first - 1, first, last, last + 1):
            if 0 <= number < 2**network.max_prefixlen:
                yield number, network.version


# Where our table refuses and ssrfguard's does not: addresses no app has any business behind.
STRICTER = [
    *map(
        ip_network,
        (
            "192.0.0.9/32",
            "192.0.0.10/32",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.175.48.0/24",
            "2001::/23",
            "2002::/16",
            "2620:4f:8000::/48",
        ),
    )
]


def assert_never_laxer_than_ssrfguard(address: Address) -> None:
    theirs = Policy().permits_address(address)
    ours = is_public(address)

    if ours:
        assert theirs, f"{address} passes our table and not theirs"
    elif theirs:
        carried = address
        if isinstance(address, IPv6Address) and (
            address in IPv6Network("::ffff:0:0/96") or address in IPv6Network("64:ff9b::/96")
        ):
            carried = IPv4Address(int(address) & 0xFFFFFFFF)
        is_known = any(
            carried in network for network in STRICTER if network.version == carried.version
        )
        is_outside_unicast = isinstance(carried, IPv6Address) and carried not in GLOBAL_UNICAST_IPV6
        assert is_known or is_outside_unicast, f"{address} is refused by our table only"


@pytest.mark.parametrize(("number", "version"), [*edges()])
def test_both_tables_agree_at_the_edges_of_every_block(number: int, version: int) -> None:
    address = IPv4Address(number) if version == 4 else IPv6Address(number)

    assert_never_laxer_than_ssrfguard(address)


@given(st.ip_addresses())
def test_both_tables_agree_on_any_address(address: Address) -> None:
    assert_never_laxer_than_ssrfguard(address)


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:0:0", "64:ff9b::", "::"]))
def test_both_tables_agree_on_any_carried_address(address: IPv4Address, prefix: str) -> None:
    assert_never_laxer_than_ssrfguard(IPv6Address(int(IPv6Address(prefix)) + int(address)))
