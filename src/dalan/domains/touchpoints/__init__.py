"""Where apps are offered to people, how they are started and how people come back.

The room owns touchpoints and starts. ``offered`` says which apps a page shows, ``start`` and
``press`` call an app and say where the browser goes, ``return_path`` takes people back.
"""

from dalan.domains.touchpoints.calls import TIMEOUT_SECONDS, DynamicAnswer
from dalan.domains.touchpoints.configuring import (
    OPERATIONS,
    PLACES,
    configure,
    operations_at,
    settings_of,
)
from dalan.domains.touchpoints.errors import (
    AppDidNotAnswer,
    Fault,
    InvalidTouchpoint,
    NothingToPress,
    NotOffered,
)
from dalan.domains.touchpoints.offering import Offer, are_teammates, is_direct, offer_of, offered
from dalan.domains.touchpoints.returning import return_path
from dalan.domains.touchpoints.starting import (
    START_LIFE,
    Platform,
    Pressed,
    Started,
    management_path,
    post_path,
    press,
    purge,
    start,
)
from dalan.domains.touchpoints.tables import Operation, Place, Start, Touchpoint

__all__ = [
    "OPERATIONS",
    "PLACES",
    "START_LIFE",
    "TIMEOUT_SECONDS",
    "AppDidNotAnswer",
    "DynamicAnswer",
    "Fault",
    "InvalidTouchpoint",
    "NotOffered",
    "NothingToPress",
    "Offer",
    "Operation",
    "Place",
    "Platform",
    "Pressed",
    "Start",
    "Started",
    "Touchpoint",
    "are_teammates",
    "configure",
    "is_direct",
    "management_path",
    "offer_of",
    "offered",
    "operations_at",
    "post_path",
    "press",
    "purge",
    "return_path",
    "settings_of",
    "start",
]
