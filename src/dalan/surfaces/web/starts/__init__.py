"""Where apps begin for people: offers, starts, clicks on widgets, the way back, app profiles."""

from dalan.surfaces.web.starts.routes import router
from dalan.surfaces.web.starts.showing import (
    OfferGroup,
    ShownAddon,
    ShownButton,
    ShownOffer,
    shown_addons,
    shown_button,
    shown_offers,
)
from dalan.surfaces.web.starts.spreads import ShownSpread, shown_spreads

__all__ = [
    "OfferGroup",
    "ShownAddon",
    "ShownButton",
    "ShownOffer",
    "ShownSpread",
    "router",
    "shown_addons",
    "shown_button",
    "shown_offers",
    "shown_spreads",
]
