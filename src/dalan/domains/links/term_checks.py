"""Terms as somebody wishes them, checked part by part.

A refusal names the part: ``rules[2].countries``.
"""

import re
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from dalan.domains.links.checking import check_address, check_text
from dalan.domains.links.errors import InvalidLink
from dalan.domains.links.tables import LinkKind
from dalan.domains.links.targets import OwnAddresses
from dalan.domains.links.terms import DEVICES, NO_TERMS, Rule, Terms

RULES_MAX: Final = 20
VALUES_MAX: Final = 50
WEIGHTED_MAX: Final = 10
WEIGHT_MAX: Final = 1_000
VALUE_LENGTH_MAX: Final = 100
UTM_LENGTH_MAX: Final = 200
TERMS_BYTES_MAX: Final = 65_536

_COUNTRY: Final = re.compile("[A-Z]{2}")
_LANGUAGE: Final = re.compile("[a-z]{2,3}(-[a-z0-9]{2,8})*")
_TIME: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def checked_terms(given: Terms, kind: LinkKind, own: OwnAddresses) -> str:
    """Terms as they are kept, "" for none. Raises InvalidLink."""
    if given == NO_TERMS:
        return ""
    if kind == "content":
        raise InvalidLink("a text leads nowhere, so it has no terms of where", field="terms")
    _few(given.rules, "rules", RULES_MAX)
    for number, rule in enumerate(given.rules):
        _check_rule(rule, f"rules[{number}]", own)
    _few(given.weighted, "weighted", WEIGHTED_MAX)
    for number, one in enumerate(given.weighted):
        check_address(one.target, f"weighted[{number}].target", own)
        if not 0 <= one.weight <= WEIGHT_MAX:
            raise InvalidLink(
                f"a weight is from 0 to {WEIGHT_MAX}", field=f"weighted[{number}].weight"
            )
    if given.weighted and not any(one.weight for one in given.weighted):
        raise InvalidLink("one of the weights is more than 0", field="weighted")
    for name in given.utm.__struct_fields__:
        check_text(getattr(given.utm, name), f"utm.{name}", UTM_LENGTH_MAX)
    kept = msgspec.json.encode(given)
    if len(kept) > TERMS_BYTES_MAX:
        raise InvalidLink(f"terms have at most {TERMS_BYTES_MAX} bytes", field="terms")
    return kept.decode()


def _check_rule(rule: Rule, name: str, own: OwnAddresses) -> None:
    check_address(rule.target, f"{name}.target", own)
    _each(rule.countries, f"{name}.countries", _COUNTRY, "two capital letters")
    _each(rule.languages, f"{name}.languages", _LANGUAGE, "a language such as fa or pt-br")
    for field in ("devices", "systems", "browsers", "weekdays"):
        _few(getattr(rule, field), f"{name}.{field}", VALUES_MAX)
    if not set(rule.devices) <= set(DEVICES):
        raise InvalidLink(f"a device is one of {', '.join(DEVICES)}", field=f"{name}.devices")
    for field in ("systems", "browsers"):
        for value in getattr(rule, field):
            _check_value(value, f"{name}.{field}")
    if not all(1 <= day <= 7 for day in rule.weekdays):
        raise InvalidLink("weekdays are 1 (Monday) to 7", field=f"{name}.weekdays")
    _check_times(rule, name)
    _few(list(rule.query), f"{name}.query", VALUES_MAX)
    for key, value in rule.query.items():
        _check_value(key, f"{name}.query")
        check_text(value, f"{name}.query", VALUE_LENGTH_MAX)
    if rule == Rule(target=rule.target, zone=rule.zone):
        raise InvalidLink("a rule says of whom it speaks", field=name)


def _check_times(rule: Rule, name: str) -> None:
    if bool(rule.time_from) != bool(rule.time_until):
        raise InvalidLink("a time of day begins and ends", field=f"{name}.time_until")
    for field in ("time_from", "time_until"):
        if getattr(rule, field) and not _TIME.fullmatch(getattr(rule, field)):
            raise InvalidLink("a time of day is HH:MM", field=f"{name}.{field}")
    if rule.time_from and rule.time_from == rule.time_until:
        raise InvalidLink("the time of day is over at once", field=f"{name}.time_until")
    for field in ("starts_at", "ends_at"):
        moment = getattr(rule, field)
        if moment is not None and moment.tzinfo is None:
            raise InvalidLink("a moment says its zone", field=f"{name}.{field}")
    if rule.starts_at and rule.ends_at and rule.starts_at >= rule.ends_at:
        raise InvalidLink("the time ends before it begins", field=f"{name}.ends_at")
    try:
        check_text(rule.zone, f"{name}.zone", VALUE_LENGTH_MAX)
        ZoneInfo(rule.zone)
    except (KeyError, ValueError, OSError):
        raise InvalidLink("there is no such time zone", field=f"{name}.zone") from None


def _each(values: Sequence[str], field: str, pattern: re.Pattern[str], shape: str) -> None:
    _few(values, field, VALUES_MAX)
    if not all(pattern.fullmatch(value) for value in values):
        raise InvalidLink(f"each is {shape}", field=field)


def _check_value(value: str, field: str) -> None:
    check_text(value, field, VALUE_LENGTH_MAX)
    if not value.strip():
        raise InvalidLink("a value is empty", field=field)


def _few(values: Sequence[object], field: str, most: int) -> None:
    if len(values) > most:
        raise InvalidLink(f"at most {most} are kept", field=field)
