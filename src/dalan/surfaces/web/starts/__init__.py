"""Where apps begin for people: offers, starts, clicks on widgets, the way back, app profiles."""

from dalan.surfaces.web.starts.routes import router
from dalan.surfaces.web.starts.showing import (
    OfferGroup,
    ShownAddon,
    ShownOffer,
    shown_addons,
    shown_offers,
)

__all__ = ["OfferGroup", "ShownAddon", "ShownOffer", "router", "shown_addons", "shown_offers"]
