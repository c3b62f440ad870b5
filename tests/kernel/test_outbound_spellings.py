"""A thousand ways to spell an address that is not to be called, and a name server that changes its
mind: nothing refused is ever dialled."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import product
from typing import Any, cast
from urllib.parse import quote

from dalan.kernel.outbound import Outbound, OutboundFailed, OutboundPolicy, OutboundRefused

IPV4 = (
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.1.2", "172.16.0.1", "172.31.9.9",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "0.0.0.0", "192.0.0.192",
    "198.18.0.1", "224.0.0.1", "255.255.255.255",
)  # fmt: skip
IPV6 = ("::1", "::", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")


def ipv4_spellings(text: str) -> Iterator[str]:
    """One address as browsers, C libraries and tricksters write it."""
    parts = [int(part) for part in text.split(".")]
    number = int(IPv4Address(text))
    low, middle = number & 0xFFFFFF, number & 0xFFFF
    styles: tuple[Callable[[int], str], ...] = (
        str,
        hex,
        lambda n: f"0{n:o}",
        lambda n: f"0x{n:08X}",
        lambda n: f"{n:06o}",
    )
    for style in styles:
        yield style(number)
        yield f"{style(parts[0])}.{style(low)}"
        yield f"{style(parts[0])}.{style(parts[1])}.{style(middle)}"
        yield ".".join(style(part) for part in parts)
    for first, second in product(styles[:3], repeat=2):
        yield f"{first(parts[0])}.{second(parts[1])}.{first(parts[2])}.{second(parts[3])}"
    yield f"{text}."
    yield text.replace(".", "。")
    yield quote(text).replace(".", "%2e")
    yield "".join(f"%{ord(one):02x}" for one in text)
    for table in (FULL_WIDTH, PERSIAN, CIRCLED):
        yield text.translate(table)
    yield f"public.example@{text}"
    yield f"public.example:80@{text}"
    yield f"{text}#@public.example"
    yield f"{text}\\@public.example"
    yield f"{text}%00.public.example"
    yield f" {text}"
    yield f"{number + 2**32}"
    for carrier in carriers(IPv4Address(text)):
        yield f"[{carrier}]"


def carriers(address: IPv4Address) -> Iterator[str]:
    """IPv6 addresses whose packets end at that IPv4 address, or pretend to."""
    number = int(address)
    yield f"::ffff:{address}"
    yield f"::ffff:{number >> 16:x}:{number & 0xFFFF:x}"
    yield f"::{address}"
    yield f"64:ff9b::{address}"
    yield f"64:ff9b:1::{address}"
    yield f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"
    yield f"2001::{0xFFFF ^ (number >> 16):x}:{0xFFFF ^ (number & 0xFFFF):x}"
    yield f"::ffff:0:{address}"
    yield f"fe80::5efe:{address}"


def ipv6_spellings(text: str) -> Iterator[str]:
    address = IPv6Address(text)
    yield f"[{text}]"
    yield f"[{text.upper()}]"
    yield f"[{address.exploded}]"
    yield f"[{address.exploded.replace('0000', '0')}]"
    for zone in ("%25eth0", "%eth0", "%251", "%25lo"):
        yield f"[{text}{zone}]"
    yield text


def urls() -> list[str]:
    """Every spelling with schemes and ports; well over a thousand."""
    hosts = [spelled for text in IPV4 for spelled in ipv4_spellings(text)]
    hosts += [spelled for text in IPV6 for spelled in ipv6_spellings(text)]
    hosts += ["localhost", "LOCALHOST", "localhost.", "ip6-localhost", "0", "0x", "127.1", "[::]"]
    made = [f"http://{host}/hook" for host in hosts]
    made += [f"https://{host}/hook" for host in hosts[::3]]
    made += [f"http://{host}:{port}/" for host in hosts[::5] for port in (80, 8443, 22, 0, 65_536)]
    return made


class Watched(Outbound):
    """Notes whom it would dial, and dials nobody."""

    dialled: list[str]

    def _socket(self, info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        super()._socket(info).close()
        self.dialled.append(str(info[4][0]))
        raise OSError("the test dials nobody")


def watched(resolve: Any) -> Watched:
    outbound = Watched(OutboundPolicy(), resolve=resolve)
    outbound.dialled = []
    return outbound


async def as_the_c_library(host: str, port: int) -> list[str]:
    """Numbers in all the forms the C library takes, and the machine's own names; asks nobody."""
    if host.lower().rstrip(".") in ("localhost", "ip6-localhost"):
        return ["127.0.0.1", "::1"]
    flags = socket.AI_NUMERICHOST
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, flags=flags)]


async def test_a_thousand_spellings_of_refused_addresses_dial_nobody():
    tried = urls()
    assert len(set(tried)) >= 1_000

    async with watched(as_the_c_library) as outbound:
        for url in tried:
            try:
                await outbound.post_json(url, b"{}")
            except (OutboundRefused, OutboundFailed):
                continue
            raise AssertionError(f"{url} was answered by somebody")

    # Some spell a public address after all: octal digits of another number, say.
    assert all(ip_address(one).is_global for one in outbound.dialled), set(outbound.dialled)


class NameServer(asyncio.DatagramProtocol):
    """Answers every question for an address with the next of its lists."""

    def __init__(self, answers: list[list[str]]) -> None:
        self._answers, self.asked = answers, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        addresses = self._answers[self.asked % len(self._answers)]
        self.asked += 1
        head = data[:2] + struct.pack("!5H", 0x8180, 1, len(addresses), 0, 0)
        records = b"".join(
            b"\xc0\x0c" + struct.pack("!2HIH", 1, 1, 0, 4) + socket.inet_aton(one)
            for one in addresses
        )
        self._transport.sendto(head + data[12:] + records, addr)


@asynccontextmanager
async def name_server(answers: list[list[str]]) -> AsyncIterator[tuple[NameServer, Any]]:
    """The server on loopback, and a resolver that asks it and nobody else."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: NameServer(answers), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]

    def ask(host: str) -> list[str]:
        name = b"".join(bytes([len(part)]) + part.encode() for part in host.split(".")) + b"\0"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(5)
            asking.sendto(
                struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", 1, 1),
                ("127.0.0.1", port),
            )
            answer = asking.recv(512)
        count = struct.unpack("!H", answer[6:8])[0]
        records = answer[len(answer) - 16 * count :]
        return [socket.inet_ntoa(records[16 * n + 12 : 16 * n + 16]) for n in range(count)]

    async def resolve(host: str, _: int) -> list[str]:
        return await asyncio.to_thread(ask, host)

    try:
        yield server, resolve
    finally:
        transport.close()


PUBLIC = "93.184.216.34"


async def test_name_that_rebinds_is_dialled_only_where_the_checked_answer_said():
    answers = [[PUBLIC], ["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["169.254.169.254", PUBLIC]]
    async with name_server(answers) as (server, resolve), watched(resolve) as outbound:
        refusals = []
        for _ in range(20):
            try:
                await outbound.post_json("http://rebinding.example/hook", b"{}")
            except (OutboundRefused, OutboundFailed) as error:
                refusals.append(type(error))

    assert set(outbound.dialled) == {PUBLIC}
    assert len(outbound.dialled) == 5
    assert server.asked == 20, "each call asks once, and dials what that answer said"
    assert refusals.count(OutboundRefused) == 15
