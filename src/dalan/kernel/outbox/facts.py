"""What a fact looks like to the room that records it."""

from typing import ClassVar, Self

import msgspec

from dalan.kernel.outbox.tables import Recorded


class Fact(msgspec.Struct, frozen=True):
    """Something that became true. Rooms subclass it in their ``events.py``.

    ``kind`` is ``room.what_happened`` and never changes; ``resource`` names the thing whose
    facts stay in order among themselves (``post:12``). Fields are plain values and may be
    added with a default, never renamed: old facts are read again.
    """

    kind: ClassVar[str]

    @property
    def resource(self) -> str:
        raise NotImplementedError

    @classmethod
    def of(cls, recorded: Recorded) -> Self:
        """The fact as it was recorded."""
        return msgspec.convert(recorded.body, cls)
