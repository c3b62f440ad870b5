"""Where a link leads this visitor: its rules in their order, else chance, else its own target.

Pure: what a rule asks of is given. Source: pod-links.md 5.1 and 9.7 to 9.8; decision 0039.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus
from zoneinfo import ZoneInfo

import msgspec

from dalan.domains.links.tables import Link
from dalan.domains.links.targets import location
from dalan.domains.links.terms import Rule, Terms, Utm, WeightedTarget, terms_of
from dalan.kernel import randomness

FORWARDED_LENGTH_MAX: Final = 8_192
"""A longer query stays here: behind an address as long as can be, no server would take it."""

QR_MARK: Final = "qr"
"""Printed codes carry it; it is for us, not for the target."""

_KEPT: Final = "!$'()*,-./:;?@_~%+[]"


class Agent(NamedTuple):
    """What a browser says of itself."""

    browser: str = ""
    system: str = ""
    device: str = ""


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes. What costs something to know is asked for when a rule asks for it. ``query`` is
    raw; ``languages`` is the header; ``choice``: what ``Lead.choice`` told of an earlier visit.
    """

    at: datetime
    query: str = ""
    languages: str = ""
    choice: str = ""
    agent: Callable[[], Agent] = Agent
    country: Callable[[], str] = str


class Lead(NamedTuple):
    """Where to, and what to remember of it for the next visit, "" for nothing."""

    address: str
    choice: str = ""


def lead(link: Link, visitor: Visitor, *, own_target: str) -> Lead:
    """Where a link or a file leads a visitor, in ASCII. ``own_target``: where it leads anybody."""
    terms = terms_of(link.terms)
    chosen, choice = _chosen(terms, visitor)
    address = location(chosen) if chosen else own_target
    if terms.forwards_query:
        address = _with_query(address, _forwarded(visitor.query))
    return Lead(_with_utm(address, terms.utm), choice)


def _chosen(terms: Terms, visitor: Visitor) -> tuple[str, str]:
    for rule in terms.rules:
        if _fits(rule, visitor):
            return rule.target, ""
    if not terms.weighted:
        return "", ""
    number = _remembered(terms.weighted, visitor.choice)
    if number is None:
        number = _drawn(terms.weighted)
    return terms.weighted[number].target, f"{number}-{_shape(terms.weighted)}"


def _remembered(weighted: Sequence[WeightedTarget], choice: str) -> int | None:
    """The place of an earlier visit, where the places are still those."""
    number, _, shape = choice.partition("-")
    if len(number) > 2 or not number.isascii() or not number.isdigit():
        return None
    place = int(number)
    if place >= len(weighted) or not weighted[place].weight or shape != _shape(weighted):
        return None
    return place


def _drawn(weighted: Sequence[WeightedTarget]) -> int:
    at = randomness.below(sum(one.weight for one in weighted))
    for number, one in enumerate(weighted):
        at -= one.weight
        if at < 0:
            return number
    raise AssertionError("below the sum there is a place")


def _shape(weighted: Sequence[WeightedTarget]) -> str:
    """Tells these places from others: an edit draws anew."""
    return f"{_checksum(weighted):08x}"


def _checksum(weighted: Sequence[WeightedTarget]) -> int:
    import zlib  # noqa: PLC0415 (links with chance alone need it)

    return zlib.crc32(msgspec.json.encode(weighted))


def _fits(rule: Rule, visitor: Visitor) -> bool:
    """What costs least is asked first."""
    return (
        _is_in_time(rule, visitor.at)
        and (not rule.query or _has_query(rule.query, visitor.query))
        and (not rule.languages or _speaks(rule.languages, visitor.languages))
        and _has_agent(rule, visitor)
        and (not rule.countries or visitor.country() in rule.countries)
    )


def _is_in_time(rule: Rule, at: datetime) -> bool:
    if (rule.starts_at and at < rule.starts_at) or (rule.ends_at and at >= rule.ends_at):
        return False
    if not rule.weekdays and not rule.time_from:
        return True
    there = at.astimezone(ZoneInfo(rule.zone))
    if rule.weekdays and there.isoweekday() not in rule.weekdays:
        return False
    if not rule.time_from:
        return True
    now = f"{there:%H:%M}"
    if rule.time_from < rule.time_until:
        return rule.time_from <= now < rule.time_until
    return now >= rule.time_from or now < rule.time_until


def _has_query(wanted: dict[str, str], query: str) -> bool:
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query[:FORWARDED_LENGTH_MAX], keep_blank_values=True):
        given.setdefault(name, []).append(value)
    return all(
        name in given and (not value or value in given[name]) for name, value in wanted.items()
    )


def _speaks(wanted: Sequence[str], header: str) -> bool:
    """The language a browser asks for first is one of these, or a kind of one of these."""
    first = first_language(header)
    return any(first == one or first.startswith(f"{one}-") for one in wanted)


def first_language(header: str) -> str:
    """The language a browser likes most, such as ``fa`` or ``pt-br``; "" for none."""
    best, liked = "", 0.0
    for part in header[:1_000].lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weight = 1.0
        if parameter.strip().startswith("q="):
            try:
                weight = float(parameter.strip()[2:])
            except ValueError:
                weight = 0.0
        if name and name != "*" and liked < weight <= 1:
            best, liked = name.strip(), weight
    return best


def _has_agent(rule: Rule, visitor: Visitor) -> bool:
    if not (rule.devices or rule.systems or rule.browsers):
        return True
    agent = visitor.agent()
    return (
        (not rule.devices or agent.device in rule.devices)
        and (not rule.systems or _is_named(agent.system, rule.systems))
        and (not rule.browsers or _is_named(agent.browser, rule.browsers))
    )


def _is_named(name: str, wanted: Sequence[str]) -> bool:
    """``Android 14`` is an ``Android``."""
    spelled = f"{name.casefold()} "
    return any(spelled.startswith(f"{one.strip().casefold()} ") for one in wanted)


def _forwarded(query: str) -> str:
    """What of the visitor's query goes on, spelled so that no line end and no ``#`` is in it."""
    parts = [part for part in query.split("&") if part and part != QR_MARK]
    text = quote("&".join(parts), safe=f"{_KEPT}&=")
    return text if len(text) <= FORWARDED_LENGTH_MAX else ""


def _with_utm(address: str, utm: Utm) -> str:
    """The address with what it does not say yet."""
    wanted = [(f"utm_{name}", getattr(utm, name)) for name in utm.__struct_fields__]
    if not any(value for _, value in wanted):
        return address
    query = address.partition("#")[0].partition("?")[2]
    there = {unquote_plus(part.partition("=")[0]) for part in query.split("&")}
    added = [f"{name}={quote_plus(value)}" for name, value in wanted if value and name not in there]
    return _with_query(address, "&".join(added))


def _with_query(address: str, query: str) -> str:
    """The query behind the address's own, before its fragment."""
    if not query:
        return address
    rest, hash_, fragment = address.partition("#")
    joint = "?" if "?" not in rest else "" if rest.endswith(("?", "&")) else "&"
    return f"{rest}{joint}{query}{hash_}{fragment}"
