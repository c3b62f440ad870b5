"""What things cost until an operator says otherwise, and how many posts are free.

Figures of ours, of the size such things cost in Iran in 1405; the sources print none. Rials,
by top-level category; "" is every other one.
"""

from collections.abc import Mapping
from typing import Final

from dalan.domains.payments.tables import Operation

PRICES: Final[Mapping[Operation, Mapping[str, int]]] = {
    "submit": {
        "real-estate": 600_000,
        "vehicles": 500_000,
        "services": 400_000,
        "jobs": 700_000,
        "electronic-devices": 150_000,
        "": 100_000,
    },
    "bump": {
        "real-estate": 450_000,
        "vehicles": 400_000,
        "services": 300_000,
        "jobs": 400_000,
        "electronic-devices": 150_000,
        "": 100_000,
    },
    "renew": {
        "real-estate": 350_000,
        "vehicles": 300_000,
        "services": 250_000,
        "jobs": 350_000,
        "electronic-devices": 100_000,
        "": 50_000,
    },
}

CITY_PERCENT: Final[Mapping[str, int]] = {
    "tehran": 150,
    "mashhad": 120,
    "karaj": 120,
    "shiraz": 120,
    "isfahan": 120,
    "tabriz": 120,
}
"""Where more people look it costs more; 100 elsewhere."""

ROUNDED_TO_RIALS: Final = 10_000

FREE_POSTS: Final[Mapping[str, int]] = {
    "real-estate": 2,
    "vehicles": 2,
    "services": 2,
    "jobs": 2,
    "electronic-devices": 5,
    "": 10,
}
"""Within thirty days, of one person, under that category."""


def default_price_rials(operation: Operation, top_category: str, city: str) -> int:
    """Our own price of something, for a post under that top-level category."""
    table = PRICES[operation]
    price = table.get(top_category, table[""]) * CITY_PERCENT.get(city, 100) // 100
    return price // ROUNDED_TO_RIALS * ROUNDED_TO_RIALS
