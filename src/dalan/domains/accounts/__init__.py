"""A person's whole account: handed over to them, and ended; and what is held of ended ones.

A room above the others, for both reach through all of them, and ending must be one unit of work:
a listener to a fact would leave tokens alive for a moment after the person was told that nothing
is. It owns no table; what a room holds of a person, that room's own verbs read and end.
"""

from dalan.domains.accounts.closing import (
    AppsInTheWay,
    BusinessesInTheWay,
    IsOperator,
    close,
    what_stands_in_the_way,
)
from dalan.domains.accounts.exporting import export
from dalan.domains.accounts.held import Held, held, held_of, pay_out

__all__ = [
    "AppsInTheWay",
    "BusinessesInTheWay",
    "Held",
    "IsOperator",
    "close",
    "export",
    "held",
    "held_of",
    "pay_out",
    "what_stands_in_the_way",
]
