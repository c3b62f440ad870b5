"""What the clicks room announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class Drained(Fact, frozen=True):
    """Links of a watched group were clicked so often since the last time, by the text of their
    ids: clicks that count, at most a thousand links in one fact."""

    kind: ClassVar[str] = "clicks.drained"

    group_id: int
    counts: dict[str, int]

    @property
    def resource(self) -> str:
        return f"clicks:{self.group_id}"
