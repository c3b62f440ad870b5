"""A caller's address and scheme: believed from the operator's proxies, from nobody else."""

import time
from typing import Any

import httpx
import pytest

from dalan.app import Platform
from dalan.settings import Settings
from dalan.settings_checks import networks
from dalan.surfaces.callers import network_of
from dalan.surfaces.forwarding import HOPS_MAX, Forwarding

TRUSTED = networks("127.0.0.1, 10.0.0.0/8, ::1, fd00::/8")
PEER = ("10.0.0.1", 40_000)


def seen(
    *headers: tuple[str, str], peer: tuple[str, int] | None = PEER, trusted: Any = TRUSTED
) -> tuple[str | None, str]:
    """Address and scheme the surfaces see."""
    scope: dict[str, Any] = {
        "type": "http",
        "client": peer,
        "scheme": "http",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }
    Forwarding(trusted).apply(scope)
    return scope["client"] and scope["client"][0], scope["scheme"]


@pytest.mark.parametrize(
    "headers",
    [
        [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")],
        [("forwarded", "for=203.0.113.9;proto=https")],
    ],
)
def test_nobody_but_a_trusted_proxy_is_believed(headers):
    assert seen(*headers) == ("203.0.113.9", "https")
    assert seen(*headers, peer=("198.51.100.7", 1)) == ("198.51.100.7", "http")
    assert seen(*headers, trusted=()) == ("10.0.0.1", "http")
    assert seen(*headers, peer=None) == (None, "http")


@pytest.mark.parametrize(
    ("written", "caller"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("[2001:db8::9]:4711", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the left is what the caller made up
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.2", "203.0.113.9"),  # a proxy behind a proxy
        ("1.1.1.1, 203.0.113.9, 10.0.0.2, fd00::1", "203.0.113.9"),
        ("10.0.0.7, 10.0.0.2", "10.0.0.7"),
        ("1.1.1.1, unknown, 10.0.0.2", "10.0.0.2"),
        ("1.1.1.1, 203.0.113.9x", "10.0.0.1"),
        ("1.1.1.1, 203.0.113.09", "10.0.0.1"),
        ("1.1.1.1; 203.0.113.9", "10.0.0.1"),
        ("'; DROP", "10.0.0.1"),
        ("fe80::1%eth0, 10.0.0.2", "fe80::1%eth0"),
    ],
)
def test_list_is_read_from_the_right(written, caller):
    assert seen(("x-forwarded-for", written))[0] == caller


def test_header_that_comes_twice_is_one_list():
    headers = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.9, 10.0.0.2")]

    assert seen(*headers)[0] == "203.0.113.9"


def test_list_without_an_end_is_read_for_a_while_only():
    assert seen(("x-forwarded-for", "1.1.1.1" + ", 10.0.0.2" * (HOPS_MAX * 10)))[0] == "10.0.0.2"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("for=203.0.113.9;proto=https;by=10.0.0.1", ("203.0.113.9", "https")),
        ('For="[2001:db8::9]:4711"; Proto=HTTPS', ("2001:db8::9", "https")),
        ("for=1.1.1.1;proto=https, for=203.0.113.9;proto=http", ("203.0.113.9", "http")),
        ("for=203.0.113.9;proto=https, for=10.0.0.2;proto=http", ("203.0.113.9", "https")),
        ('for="1.1.1.1, for=2.2.2.2"', ("10.0.0.1", "http")),
        ("for=1.1.1.1, for=_hidden", ("10.0.0.1", "http")),
        ("for=1.1.1.1, proto=https", ("10.0.0.1", "http")),
        ("for=203.0.113.9;proto=gopher", ("203.0.113.9", "http")),
        ("nonsense", ("10.0.0.1", "http")),
        ('for="', ("10.0.0.1", "http")),
    ],
)
def test_forwarded_is_read_as_its_rfc_says(written, expected):
    assert seen(("forwarded", written)) == expected


def test_headers_that_contradict_each_other_are_both_left():
    x = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")]

    assert seen(*x, ("forwarded", "for=1.1.1.1;proto=http")) == ("10.0.0.1", "http")
    assert seen(*x, ("forwarded", "for=203.0.113.9")) == ("203.0.113.9", "https")


@pytest.mark.parametrize(
    ("proto", "scheme"),
    [
        ("https", "https"),
        ("HTTPS", "https"),
        ("https, http", "https"),
        ("http, https, https", "http"),
        ("javascript", "http"),
        ("", "http"),
    ],
)
def test_scheme_is_the_one_the_caller_used(proto, scheme):
    headers = [("x-forwarded-for", "203.0.113.9, 10.0.0.2"), ("x-forwarded-proto", proto)]

    assert seen(*headers) == ("203.0.113.9", scheme)


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/33", "*", "0.0.0.0/0", "::/0"])
def test_network_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"does not appear to be|the whole world"):
        networks(text)


async def test_platform_sees_whom_its_proxy_names(database_url, tmp_path, monkeypatch):
    settings = Settings(
        world="dev",
        home=tmp_path,
        secret="a secret of the tests, long enough to be one",
        database_url=database_url,
        trusted_proxies="127.0.0.1",
    )
    seen_by_surface = []

    async def surface(scope: Any, receive: Any, send: Any) -> None:
        seen_by_surface.append((scope["client"][0], scope["scheme"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    platform = Platform(settings, works=False)
    await platform.start()
    monkeypatch.setitem(platform._surfaces, "web", surface)
    headers = {"x-forwarded-for": "1.1.1.1, 203.0.113.9", "x-forwarded-proto": "https"}
    for peer in ("127.0.0.1", "198.51.100.7"):
        transport = httpx.ASGITransport(app=platform, client=(peer, 1))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000"
        ) as client:
            assert (await client.get("/", headers=headers)).status_code == 200
    await platform.stop()

    assert seen_by_surface == [("203.0.113.9", "https"), ("198.51.100.7", "http")]


@pytest.mark.parametrize("piece", ['"\\', '\\"', 'for="\\"', "for=1;", ",", "for=203.0.113.9,"])
def test_hostile_header_takes_no_time(piece: str):
    began = time.process_time()
    for length in (1_000, 60_000):
        seen(("forwarded", piece * (length // len(piece))))

    assert time.process_time() - began < 0.2


def test_header_too_long_to_be_read_says_nothing():
    assert seen(("forwarded", "for=203.0.113.9," * 100)) == ("10.0.0.1", "http")


def test_caller_who_makes_the_proxy_tell_of_two_gains_nothing():
    scope: dict[str, Any] = {
        "client": ("127.0.0.1", 1),
        "headers": [(b"forwarded", b"for=1.1.1.1"), (b"x-forwarded-for", b"203.0.113.9")],
    }
    assert network_of(scope) == ""

    Forwarding(TRUSTED).apply(scope)

    assert network_of(scope) == "unclear"
