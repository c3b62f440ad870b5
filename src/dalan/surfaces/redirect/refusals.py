"""What a visitor is told of a link that leads nowhere just now, and with which status."""

from datetime import datetime
from typing import Final

from dalan.domains import links

WHY: Final = {
    "links.deactivated": "deactivated",
    "links.expired": "expired",
    "links.not_yet": "not_yet",
    "links.limit_reached": "limit_reached",
    "links.quarantined": "quarantined",
    "links.blocked": "blocked",
}
"""By the refusal's code; of everything else no more is said than that it is not there."""

_CLOSED_BY_US: Final = (links.QuarantinedLink, links.BlockedLink)


def why(refusal: links.UnknownLink) -> str:
    """The name of the page that says so."""
    return WHY.get(refusal.code, "missing")


def status(refusal: links.UnknownLink, *, expired_is_gone: bool) -> int:
    """404 as the contract says, 410 for an expired one where the operator wants it so, and 403
    where it was us who closed it."""
    if isinstance(refusal, _CLOSED_BY_US):
        return 403
    return 410 if expired_is_gone and isinstance(refusal, links.ExpiredLink) else 404


def begins_at(refusal: links.UnknownLink) -> datetime | None:
    """When a link opens that is not open yet."""
    return refusal.link.valid_from if isinstance(refusal, links.NotYetValid) else None
