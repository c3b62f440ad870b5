"""What the room announces about apps and their keys."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class AppMoved(Fact, frozen=True):
    """An app went from one state of its life to another; ``note`` is what a reviewer wrote."""

    kind: ClassVar[str] = "developers.app_moved"

    app_id: int
    before: str
    state: str
    note: str

    @property
    def resource(self) -> str:
        return f"app:{self.app_id}"


class QuotaNeared(Fact, frozen=True):
    """An app's calls passed a share of one of its limits, for the first time that day.

    ``window`` is minute or day, ``percent`` 80 or 100, ``most`` the limit itself, ``day`` the day
    it was (UTC, ``2026-11-21``). Several processes may each say so.
    """

    kind: ClassVar[str] = "developers.quota_neared"

    app_id: int
    window: str
    percent: int
    most: int
    day: str

    @property
    def resource(self) -> str:
        return f"app:{self.app_id}"


class KeyAged(Fact, frozen=True):
    """A key is older than keys should be."""

    kind: ClassVar[str] = "developers.key_aged"

    app_id: int
    key_id: int
    title: str
    age_days: int

    @property
    def resource(self) -> str:
        return f"app:{self.app_id}"


class KeyExpires(Fact, frozen=True):
    """A key ends within days, and nothing has taken its place."""

    kind: ClassVar[str] = "developers.key_expires"

    app_id: int
    key_id: int
    title: str
    days_left: int

    @property
    def resource(self) -> str:
        return f"app:{self.app_id}"
