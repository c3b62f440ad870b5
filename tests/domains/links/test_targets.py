"""Where a link may lead, and how it is spelled in a header."""

import pytest

from dalan.domains import links
from tests.factories.links import RULES

OWN = RULES.own


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://example.com/", "https://example.com/"),
        ("HTTP://Example.COM", "http://example.com"),
        ("https://example.com/a%20b?q=%D8%B3#x", "https://example.com/a%20b?q=%D8%B3#x"),
        ("https://example.com/سلام?متن=۱#بخش",
         "https://example.com/%D8%B3%D9%84%D8%A7%D9%85?%D9%85%D8%AA%D9%86=%DB%B1#%D8%A8%D8%AE%D8%B4"),
        ("https://مثال.ir/x", "https://xn--mgbh0fb.ir/x"),
        ("https://نامه\u200cای.ir/", "https://xn--mgba3gch31f060k.ir/"),
        ("https://Faß.example/", "https://xn--fa-hia.example/"),
        ("https://σας.example/", "https://xn--mxa8ab.example/"),
        ("https://مثال。ir/", "https://xn--mgbh0fb.ir/"),
        ("https://example.com:8443/a b", "https://example.com:8443/a%20b"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://user:p@example.com/", "https://user:p@example.com/"),
        ("https://example.com/'<>\"`{}|^", "https://example.com/'%3C%3E%22%60%7B%7D%7C%5E"),
    ],
)  # fmt: skip
def test_address_is_kept_as_sent_and_said_in_ascii(address, said):
    assert links.check_target(f" {address} ", "link", OWN) == address
    assert links.location(address) == said


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd", "ftp://example.com/", "example.com", "//example.com/", "/l/x",
        "https://", "https:///x", "http://:80/", "https://exa mple.com/", "https://a<b>.com/",
        "https://example.com:0/", "https://example.com:99999/", "https://example.com:x/",
        "https://[::1/", "https://a\\@example.com/", "https:\\\\example.com/",
        "https://example.com/\r\nSet-Cookie: x=1", "https://example.com/\x00", "https://e\tx.com/",
        "https://exam\u200cple.com/", "https://\u200c.com/", "https://\u200cنامه.ir/", "https://a..b/",
        "https://example.com/\u2028x", "https://example.com/\ud800", "https://..../",
        f"https://{'a' * 64}.com/", f"https://example.com/{'x' * 8_192}",
    ],
)  # fmt: skip
def test_address_nobody_should_be_led_to_is_refused(address):
    for kind in ("link", "file"):
        with pytest.raises(links.InvalidLink):
            links.check_target(address, kind, OWN)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/l/abc", "http://127.0.0.1:8000/l", "http://127.0.0.1:8000//l/abc",
        "http://127.0.0.1:8000/x/../l/abc", "http://127.0.0.1:8000/%6C/abc",
        "http://127.0.0.1:8000/srv/tinylink/abc", "http://dln.example/abc",
        "https://DLN.example./abc", "http://dln.example:8080/",
    ],
)  # fmt: skip
def test_address_of_a_short_link_of_ours_is_refused(address):
    with pytest.raises(links.InvalidLink):
        links.check_target(address, "link", OWN)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000/v/abc", "http://127.0.0.1:8001/l/abc", "http://127.0.0.1:8000/list"],
)
def test_other_addresses_of_ours_may_be_shortened(address):
    assert links.check_target(address, "link", OWN) == address


def test_text_is_kept_with_its_white_space_within_bounds():
    assert links.check_target("  متن\r\n ", "content", OWN) == "  متن\r\n "
    assert links.check_target("x" * 65_536, "content", OWN)
    for text in ("x" * 65_537, "a\x00b", "a\ud800"):
        with pytest.raises(links.InvalidLink):
            links.check_target(text, "content", OWN)


@pytest.mark.parametrize("text", ["", "   ", "\n\u00a0"])
def test_nothing_is_no_target(text):
    for kind in links.KINDS:
        with pytest.raises(links.TargetMissing):
            links.check_target(text, kind, OWN)


def test_http_and_https_of_our_host_are_one_place():
    for base_url, address in (
        ("https://dalan.example", "http://dalan.example/l/abc"),
        ("https://dalan.example", "http://dalan.example:443/l/abc"),
        ("http://dalan.example", "https://dalan.example/l/abc"),
    ):
        with pytest.raises(links.InvalidLink):
            links.check_target(address, "link", links.OwnAddresses(base_url))
