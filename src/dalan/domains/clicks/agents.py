"""What a user agent says of itself: browser, system, device; a person's or a program's.

Parsed by ua-parser and its lists, which know most crawlers; programs that fetch previews for
chats are listed here, for what they send is shown to people but read by nobody.
"""

import re
from functools import lru_cache
from typing import Any, Final

import msgspec

from dalan.domains.clicks.counters import UNKNOWN

REMEMBERED_MAX: Final = 20_000
NAME_LENGTH_MAX: Final = 64

_PREVIEWS: Final = re.compile(
    r"whatsapp|telegrambot|slackbot|slack-img|twitterbot|facebookexternalhit|facebookcatalog|facebot"
    r"|meta-externalagent|discordbot|linkedinbot|skypeuripreview|viber|vkshare|pinterestbot"
    r"|redditbot|applebot|snap url preview|embedly|iframely|bitlybot|mastodon|synapse|matrix"
    r"|signal-?(?:android|ios|desktop)?/|line-?poker|kakaotalk-scrap|microsoft-?preview|msteams"
    r"|\bbale\b|balebot|bale/|eitaa|rubika|rubino|\bgap\b(?:bot|/)|\bigap|\bsoroush|splus"
    r"|link-?preview|preview-?bot|url-?preview|unfurl|opengraph|ogp-|metascraper",
    re.IGNORECASE,
)
"""Who looks at a link for somebody it was sent to, before they do."""

_PROGRAMS: Final = re.compile(
    r"bot\b|bot/|bot;|crawl|spider|slurp|scrap|headless|phantomjs|lighthouse|pagespeed|monitor"
    r"|uptime|pingdom|curl/|wget|python|java/|okhttp|go-http-client|libwww|httpclient|axios"
    r"|node-fetch|undici|guzzle|php/|ruby|perl|postman|insomnia|httpie|feedfetcher|mediapartners"
    r"|archive\.org|validator|checker",
    re.IGNORECASE,
)
"""Programs that ask by themselves."""


class Agent(msgspec.Struct, frozen=True):
    """What is kept of a user agent. ``device`` is desktop, phone, tablet or other."""

    browser: str
    os: str
    device: str
    is_bot: bool


def is_preview(agent: str) -> bool:
    """A program that makes a preview of a link for somebody's chat."""
    return _PREVIEWS.search(agent) is not None


def is_bot(agent: str) -> bool:
    """Nobody's click: a crawler, a preview, a script, or one that does not say."""
    return not agent.strip() or is_preview(agent) or _PROGRAMS.search(agent) is not None


@lru_cache(maxsize=REMEMBERED_MAX)
def agent_of(text: str) -> Agent:
    """A user agent, read."""
    if not text.strip():
        return Agent(UNKNOWN, UNKNOWN, "other", is_bot=True)
    found = _parse(text)
    browser = _name(found.user_agent.family if found.user_agent else None)
    os = _os(found.os)
    is_spider = found.device is not None and found.device.family == "Spider"
    return Agent(browser, os, _device(text, os), is_bot=is_spider or is_bot(text))


def _parse(text: str) -> Any:
    from ua_parser import parse  # noqa: PLC0415 (its lists take a while to load; servers need none)

    return parse(text)


def _name(text: str | None) -> str:
    return UNKNOWN if not text or text == "Other" else text[:NAME_LENGTH_MAX]


def _os(os: Any) -> str:
    """With its version where one is told as people say it: «Windows 10», «Android 14»."""
    name = _name(os.family if os else None)
    if name == UNKNOWN or not os.major:
        return name
    minor = f".{os.minor}" if name in ("Mac OS X", "Ubuntu") and os.minor else ""
    return f"{name} {os.major}{minor}"[:NAME_LENGTH_MAX]


def _device(text: str, os: str) -> str:
    if "iPad" in text or "Tablet" in text or ("Android" in text and "Mobile" not in text):
        return "tablet"
    if "Mobi" in text or "iPhone" in text or "Android" in text:
        return "phone"
    if os.startswith(("Windows", "Mac", "Linux", "Ubuntu", "Chrome OS", "Fedora", "Debian")):
        return "desktop"
    return "other"
