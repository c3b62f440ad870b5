"""What the businesses room announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class MemberAdded(Fact, frozen=True):
    """Somebody was let into a business."""

    kind: ClassVar[str] = "businesses.member_added"

    business_id: int
    person_id: int
    by_person_id: int
    role: str

    @property
    def resource(self) -> str:
        return f"business:{self.business_id}"


class MemberLeft(Fact, frozen=True):
    """Somebody works there no more; ``heir_id`` is the owner who answers for their posts now."""

    kind: ClassVar[str] = "businesses.member_left"

    business_id: int
    person_id: int
    heir_id: int

    @property
    def resource(self) -> str:
        return f"business:{self.business_id}"


class BusinessClosed(Fact, frozen=True):
    """A business is no more; its posts go off display."""

    kind: ClassVar[str] = "businesses.closed"

    business_id: int

    @property
    def resource(self) -> str:
        return f"business:{self.business_id}"
