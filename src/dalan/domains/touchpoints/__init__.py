"""Where apps are offered to people, how they are started and how people come back.

The room owns touchpoints and starts. ``offered`` says which apps a page shows, ``start`` and
``press`` call an app and say where the browser goes, ``return_path`` takes people back.
"""

from dalan.domains.touchpoints.calls import TIMEOUT_SECONDS, DynamicAnswer
from dalan.domains.touchpoints.chatting import press_message, start_in_chat
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
    PersonNeeded,
)
from dalan.domains.touchpoints.offering import Offer, are_teammates, is_direct, offer_of, offered
from dalan.domains.touchpoints.returning import return_path
from dalan.domains.touchpoints.starting import (
    ACCOUNT_PATH,
    BOT_PREFIX,
    START_LIFE,
    Platform,
    Pressed,
    Started,
    management_path,
    post_path,
    press,
    press_button,
    purge,
    start,
    start_bot,
)
from dalan.domains.touchpoints.tables import Operation, Place, Start, Touchpoint

__all__ = [
    "ACCOUNT_PATH",
    "BOT_PREFIX",
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
    "PersonNeeded",
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
    "press_button",
    "press_message",
    "purge",
    "return_path",
    "settings_of",
    "start",
    "start_bot",
    "start_in_chat",
]
