"""What the room announces of operators' decisions about links."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class LinkDecided(Fact, frozen=True):
    """Operators decided about a link: ``decided`` is quarantined, released, deactivated or
    host_blocked. ``reason`` is a name of ``LINK_REPORT_REASONS`` or "", ``note`` what they typed.
    """

    kind: ClassVar[str] = "links.decided"

    link_id: int
    decided: str
    reason: str = ""
    note: str = ""

    @property
    def resource(self) -> str:
        return f"link:{self.link_id}"
