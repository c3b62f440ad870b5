"""What apps attach to posts: add-ons made of widgets, with the semantic data behind them."""

from dalan.domains.addons.tables import Linkage, PostAddon, Status

__all__ = ["Linkage", "PostAddon", "Status"]
