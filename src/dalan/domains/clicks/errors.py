"""What the clicks room may refuse."""

from typing import ClassVar

from dalan.errors import Unavailable


class JournalTrouble(Unavailable):
    """A click could not be put into the journal: it is full, or the disk refuses. Nothing of what
    was to be written is there."""

    code: ClassVar[str] = "clicks.journal_trouble"
