"""What the room may refuse."""

from typing import ClassVar, Literal

from dalan.errors import Conflict, FailedPrecondition, Invalid, NotFound, ResourceExhausted


class UnknownTicket(NotFound):
    """There is no such ticket, or it is another app's."""

    code: ClassVar[str] = "support.unknown_ticket"

    def __init__(self) -> None:
        super().__init__("there is no such ticket")


class UnknownDeposit(NotFound):
    """There is no such deposit, or it is another app's."""

    code: ClassVar[str] = "support.unknown_deposit"

    def __init__(self) -> None:
        super().__init__("there is no such deposit")


class UnknownFile(NotFound):
    """There is no such file, or it is not for the asker."""

    code: ClassVar[str] = "support.unknown_file"

    def __init__(self) -> None:
        super().__init__("there is no such file")


class InvalidField(Invalid):
    """One field cannot be accepted. ``problem`` is required, too_long, unknown, too_small,
    too_large or not_printable."""

    code: ClassVar[str] = "support.invalid_field"

    def __init__(self, field: str, problem: str, *, most: int | None = None) -> None:
        limit = f" (at most {most})" if most is not None else ""
        super().__init__(f"{field}: {problem.replace('_', ' ')}{limit}")
        self.field, self.problem, self.most = field, problem, most


FileProblem = Literal["empty", "too_large", "unknown_type", "broken", "too_many"]


class RefusedFile(Invalid):
    """A file that is not taken. ``problem`` says why."""

    code: ClassVar[str] = "support.refused_file"

    def __init__(self, name: str, problem: FileProblem, *, most: int | None = None) -> None:
        super().__init__(f"{name[:80]!r}: {problem.replace('_', ' ')}")
        self.name, self.problem, self.most = name[:80], problem, most


class TooMuch(ResourceExhausted):
    """There may be no more of these for now. ``what`` is open_tickets, tickets (of a day),
    messages (of an hour), files (their bytes) or open_deposits."""

    code: ClassVar[str] = "support.too_much"

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"at most {most} {what.replace('_', ' ')}")
        self.what, self.most = what, most


class TicketClosed(FailedPrecondition):
    """Nobody writes into a closed ticket; it is reopened first."""

    code: ClassVar[str] = "support.ticket_closed"

    def __init__(self) -> None:
        super().__init__("the ticket is closed")


class AlreadyDecided(FailedPrecondition):
    """The deposit has an answer already, another one."""

    code: ClassVar[str] = "support.already_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"the deposit is {state} already")
        self.state = state


class SameTransfer(Conflict):
    """A deposit with this method and tracking number was sent or confirmed before."""

    code: ClassVar[str] = "support.same_transfer"

    def __init__(self) -> None:
        super().__init__("this bank transfer was named before")
