"""Where a link leads whom: rules, weighted targets, and what is added to the address.

One struct, kept as JSON beside the link; what the database decides has columns of its own.
"""

from datetime import datetime
from typing import Final, Literal, get_args

import msgspec

Device = Literal["desktop", "phone", "tablet"]

DEVICES: Final[tuple[Device, ...]] = get_args(Device)


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Leads to ``target`` whoever fits everything it says; what is empty fits everybody.

    ``countries``: two capital letters each; ``languages``: ``fa`` or ``pt-br``, the first a browser
    asks for; ``systems`` and ``browsers``: names as statistics show them, in any letter case;
    ``weekdays``: 1 (Monday) to 7; ``time_from`` to ``time_until``: ``HH:MM``, over midnight where
    the first is the later, both of ``zone``; ``query``: parameters of the visited address, "" for
    any value.
    """

    target: str
    countries: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    languages: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    browsers: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    time_from: str = ""
    time_until: str = ""
    zone: str = "Asia/Tehran"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    query: dict[str, str] = {}


class WeightedTarget(msgspec.Struct, frozen=True):
    """One of several places; ``weight`` against the sum of all is its share."""

    target: str
    weight: int


class Utm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parameters for whoever counts at the target, each added where the address has none."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    term: str = ""
    content: str = ""
    id: str = ""


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``rules`` in their order, the first that fits decides; else one of ``weighted`` by chance,
    the same for a visitor who comes again; else the link's own target."""

    rules: tuple[Rule, ...] = ()
    weighted: tuple[WeightedTarget, ...] = ()
    forwards_query: bool = False
    utm: Utm = Utm()


NO_TERMS: Final = Terms()


def terms_of(text: str) -> Terms:
    """Terms as they are kept; "" is none."""
    return msgspec.json.decode(text, type=Terms) if text else NO_TERMS
