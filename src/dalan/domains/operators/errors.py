"""What the room may refuse."""

from typing import ClassVar

from dalan.errors import FailedPrecondition, Forbidden, NotFound


class UnknownOperator(NotFound):
    """The person runs nothing here."""

    code: ClassVar[str] = "operators.unknown_operator"

    def __init__(self) -> None:
        super().__init__("this person is no operator")


class BeyondRole(Forbidden):
    """An operator's role does not reach that far."""

    code: ClassVar[str] = "operators.beyond_role"

    def __init__(self, *, role: str, duty: str) -> None:
        super().__init__(f"{duty} are beyond the role {role}")
        self.role, self.duty = role, duty


class LastAdmin(FailedPrecondition):
    """Somebody has to be left who may do everything."""

    code: ClassVar[str] = "operators.last_admin"

    def __init__(self) -> None:
        super().__init__("this is the last admin; make another one first")
