"""What is told of a click, and whose clicks are nobody's."""

import random

import pytest

from dalan.domains import clicks
from dalan.domains.clicks import parsing, records
from dalan.domains.clicks.sketches import Sketch
from tests.factories.clicks import CHROME, IPHONE

IPAD = IPHONE.replace("iPhone; CPU iPhone OS 17_1", "iPad; CPU OS 16_6")
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/120.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "browser", "os", "device"),
    [
        (CHROME, "Chrome", "Windows 10", "desktop"),
        (IPHONE, "Mobile Safari", "iOS 17", "phone"),
        (IPAD, "Mobile Safari", "iOS 16", "tablet"),
        (ANDROID, "Chrome Mobile", "Android 14", "phone"),
        ("nothing anybody knows", clicks.UNKNOWN, clicks.UNKNOWN, "other"),
    ],
)
def test_agent_is_read(agent: str, browser: str, os: str, device: str):
    found = clicks.agent_of(agent)

    assert (found.browser, found.os, found.device, found.is_bot) == (browser, os, device, False)


@pytest.mark.parametrize(
    "agent",
    [
        "", "  ", "WhatsApp/2.23.20.0", "TelegramBot (like TwitterBot)", "Twitterbot/1.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Bale/1.0",
        "Eitaa/4.1", "Mozilla/5.0 (compatible; Rubika; preview)", "curl/8.1.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0.0.0 Safari/537.36",
    ],
)  # fmt: skip
def test_programs_are_nobody(agent: str):
    assert clicks.agent_of(agent).is_bot
    assert clicks.is_bot(agent)


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://www.Example.com:8080/a?b#c", "www.example.com"),
        ("http://192.168.6.2/", "192.168.6.2"),
        ("android-app://org.telegram.messenger/", "org.telegram.messenger"),
        ("", clicks.UNKNOWN), ("nonsense", clicks.UNKNOWN), ("http://[", clicks.UNKNOWN),
        (f"https://{'a' * 300}/", clicks.UNKNOWN),
    ],
)  # fmt: skip
def test_referrer_is_its_host(referrer: str, host: str):
    assert parsing.referrer_of(referrer) == host


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("fa-IR,fa;q=0.9", "fa"),
        (" EN", "en"),
        ("*", clicks.UNKNOWN),
        ("", clicks.UNKNOWN),
        ("farsi", clicks.UNKNOWN),
    ],
)
def test_language_is_the_first(text: str, language: str):
    assert parsing.language_of(text) == language


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender", "Preview"])
def test_what_a_browser_fetches_before_a_click_is_nobodys(purpose: str):
    head = records.Head(CHROME, "", "", purpose)

    seen, is_bot = parsing.Parser(parsing.ParsingRules()).seen(
        records.Visit(b"", 1, is_excluded=False), head, "web"
    )

    assert is_bot
    assert seen.browser == "Chrome"


def test_texts_are_bounded_and_hold_nothing_a_database_refuses():
    told = clicks.Told("a\x00" * 10_000, "\ud800" * 10_000, "x" * 10_000, "y" * 10_000)
    visit = records.visit_of("nowhere", told.agent, b"key", is_excluded=False)
    (noted,) = records.decoded(0, [(1, 0, visit, told.raw)]).clicks

    assert max(map(len, (noted.head.agent, noted.head.referrer))) <= 512
    assert "\x00" not in noted.head.agent
    assert noted.visit.cut == b""


@pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:192.0.2.7"])
def test_an_address_is_cut(address: str):
    assert records.cut_of(address) == bytes([192, 0, 2])
    assert records.cut_of("2001:db8:1:2:3:4:5:6") == bytes.fromhex("20010db80001")


@pytest.mark.parametrize("count", [0, 1, 256, 300, 3_000, 40_000])
def test_sketch_tells_how_many_within_its_error(count: int):
    chance = random.Random(count)
    left, right = Sketch(), Sketch()
    hashes = [chance.getrandbits(64) for _ in range(count)]
    left.add(hashes[: count // 2 + count // 4])
    right.add(hashes[count // 2 :])
    left.unite(Sketch(right.encoded()))

    assert abs(len(left) - count) <= (0 if count <= 256 else 4 * 0.023 * count)
    assert len(Sketch(left.encoded())) == len(left)
