"""What the room announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class PersonShutOut(Fact, frozen=True):
    """The operator blocked a person: whatever acts in their name must stop."""

    kind: ClassVar[str] = "identity.person_shut_out"

    person_id: int

    @property
    def resource(self) -> str:
        return f"person:{self.person_id}"


class AccountClosed(Fact, frozen=True):
    """A person left for good; name and number are forgotten."""

    kind: ClassVar[str] = "identity.account_closed"

    person_id: int

    @property
    def resource(self) -> str:
        return f"person:{self.person_id}"


class PhoneChanged(Fact, frozen=True):
    """A person has another number. ``app_id`` is the app it was done through, None for none."""

    kind: ClassVar[str] = "identity.phone_changed"

    person_id: int
    app_id: int | None = None

    @property
    def resource(self) -> str:
        return f"person:{self.person_id}"
