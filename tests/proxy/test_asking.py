"""What the proxy reads of a client: one head, and why most of them are refused."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalan.proxy.asking import Asked, Refusal, read


def head(*lines: str) -> bytes:
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def test_tunnel_is_asked_for_by_name_and_port():
    asked = read(head("CONNECT API.divar.ir:443 HTTP/1.1", "Host: somebody.else:443"))

    assert asked == Asked("api.divar.ir", 443, tunnel=True)


@pytest.mark.parametrize(
    ("target", "host", "port", "line", "shown"),
    [
        ("http://divar.ir/v/a?b=c", "divar.ir", 80, b"GET /v/a?b=c HTTP/1.1", b"divar.ir"),
        ("http://divar.ir", "divar.ir", 80, b"GET / HTTP/1.1", b"divar.ir"),
        ("http://divar.ir:80?q=1#part", "divar.ir", 80, b"GET /?q=1 HTTP/1.1", b"divar.ir"),
        ("HTTP://Divar.ir:443/", "divar.ir", 443, b"GET / HTTP/1.1", b"divar.ir:443"),
    ],
)
def test_plain_request_goes_on_as_servers_know_it(target, host, port, line, shown):
    asked = read(
        head(
            f"GET {target} HTTP/1.1", "Host: another.example", "Proxy-Connection: keep-alive",
            "Proxy-Authorization: Basic c2VjcmV0", "Connection: keep-alive", "X-Api-Key: k",
            "Upgrade: h2c", "Content-Length: 3",
        )
    )  # fmt: skip

    told = [b"Host: " + shown, b"X-Api-Key: k", b"Content-Length: 3", b"Connection: close"]
    assert asked == Asked(host, port, tunnel=False, head=b"\r\n".join([line, *told, b"", b""]))


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("someone@api.divar.ir:443", 400),
        ("someone:secret@api.divar.ir:443", 400),
        ("api.divar.ir", 400),
        ("api.divar.ir:", 400),
        ("api.divar.ir:443:443", 400),
        (":443", 400),
        ("api..divar.ir:443", 400),
        (".divar.ir:443", 400),
        ("divar.ir.:443", 400),
        ("-x.divar.ir:443", 400),
        ("api.divar.ir/:443", 400),
        ("https://api.divar.ir:443", 400),
        ("api.divar.ir%00.example:443", 400),
        (f"{'a' * 64}.example:443", 400),
        (f"{'a.' * 127}example:443", 400),
        ("api.divar.ir:22", 403),
        ("api.divar.ir:0443", 443),
        ("api.divar.ir:99999", 403),
        ("127.0.0.1:443", 403),
        ("127.1:443", 403),
        ("2130706433:443", 403),
        ("0x7f.0x1:443", 403),
        ("[::1]:443", 403),
        ("[::ffff:127.0.0.1]:443", 403),
        ("localhost:443", 403),
        ("evil.localhost:443", 403),
    ],
)
def test_target_that_is_no_plain_name_is_refused(target, status):
    if status == 443:  # a leading nought is a number all the same
        assert read(head(f"CONNECT {target} HTTP/1.1")).port == 443
        return

    with pytest.raises(Refusal) as refused:
        read(head(f"CONNECT {target} HTTP/1.1", "Host: api.divar.ir"))

    assert refused.value.status == status
    assert refused.value.reason.isprintable()


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["GET / HTTP/1.1", "Host: 127.0.0.1:8001"], 400),
        (["GET https://api.divar.ir/ HTTP/1.1"], 400),
        (["GET ftp://api.divar.ir/ HTTP/1.1"], 400),
        (["OPTIONS * HTTP/1.1"], 400),
        (["GET http://someone@divar.ir/ HTTP/1.1"], 400),
        (["GET http://divar.ir@evil.example:22/ HTTP/1.1"], 400),
        (["GET http://127.0.0.1/ HTTP/1.1"], 403),
        (["GET http://divar.ir:8000/ HTTP/1.1"], 403),
        (["GET  http://divar.ir/ HTTP/1.1"], 400),
        (["GET http://divar.ir/ HTTP/2.0"], 505),
        (["GET http://divar.ir/ HTTP/1.1 "], 400),
        (["GET http://divar.ir/é HTTP/1.1"], 400),
        (["get http://divar.ir/ HTTP/1.1"], 400),
        (["GET http://divar.ir/ HTTP/1.1", " folded: x"], 400),
        (["GET http://divar.ir/ HTTP/1.1", "Content-Length : 3"], 400),
        (["GET http://divar.ir/ HTTP/1.1", "no colon"], 400),
        (["GET http://divar.ir/ HTTP/1.1", "X: a\nTransfer-Encoding: chunked"], 400),
        (["GET http://divar.ir/ HTTP/1.1", "X: a\rb"], 400),
        (["GET http://divar.ir/ HTTP/1.1", "X: a\0b"], 400),
        (["", "GET http://divar.ir/ HTTP/1.1"], 400),
        (["\x16\x03\x01 a client that speaks TLS at once"], 400),
        (["CONNECT api.divar.ir:443 HTTP/1.1", "Content-Length: 5"], 400),
        (["CONNECT api.divar.ir:443 HTTP/1.1", "Transfer-Encoding: chunked"], 400),
    ],
)
def test_head_that_is_not_plainly_one_request_is_refused(lines, status):
    with pytest.raises(Refusal) as refused:
        read(head(*lines))

    assert refused.value.status == status


def test_a_browser_that_opens_the_proxy_is_told_what_it_is():
    with pytest.raises(Refusal, match="dalan proxy --print-env"):
        read(head("GET / HTTP/1.1", "Host: 127.0.0.1:8001"))


NAMES = st.text("abAB.-_0123456789:[]@%/ \t\r\n\0é", max_size=24)
LINES = st.lists(
    st.sampled_from(["Host: a", "Content-Length: 1", "Connection: x", " fold", "a\r: b", "X:\ny"]),
    max_size=4,
)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(st.sampled_from(["CONNECT ", "GET ", "GET http://", "POST HTTP://", ""]), NAMES, LINES)
def test_whatever_is_asked_is_one_plain_name_or_refused(begin: str, name: str, lines: list[str]):
    try:
        asked = read(head(f"{begin}{name} HTTP/1.1", *lines))
    except Refusal:
        return

    assert re.fullmatch(r"(?:[a-z0-9_-]+\.)*[a-z_-][a-z0-9_-]*", asked.host)
    assert asked.port in (80, 443)
    assert asked.tunnel is (begin == "CONNECT ")
    if not asked.tunnel:
        assert asked.head.endswith(b"\r\nConnection: close\r\n\r\n")
        assert asked.head.count(b"\r\n\r\n") == 1
        assert not re.search(rb"[^\r]\n|\r[^\n]|\0", asked.head)
        assert len(re.findall(rb"\r\n(?:Host|Connection): ", asked.head)) == 2
