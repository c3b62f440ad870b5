"""What the room announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class EntryRenamed(Fact, frozen=True):
    """An entry of a list is called otherwise. ``edition`` tells one time from the next."""

    kind: ClassVar[str] = "taxonomy.entry_renamed"

    list: str
    slug: str
    edition: int

    @property
    def resource(self) -> str:
        return f"list:{self.list}:{self.slug}"
