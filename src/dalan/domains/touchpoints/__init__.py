"""Where apps are offered to people, how they are started and how people come back."""

from dalan.domains.touchpoints.tables import Operation, Place, Start, Touchpoint

__all__ = ["Operation", "Place", "Start", "Touchpoint"]
