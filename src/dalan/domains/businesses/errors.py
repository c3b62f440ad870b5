"""What the businesses room may refuse."""

from typing import ClassVar

from dalan.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownBusiness(NotFound):
    """No business has this token, or it was closed."""

    code: ClassVar[str] = "businesses.unknown"

    def __init__(self, token: str) -> None:
        super().__init__(f"there is no business {token[:40]!r}")
        self.token = token


class InvalidBusiness(Invalid):
    """Something a business says about itself cannot be accepted. ``field`` is which."""

    code: ClassVar[str] = "businesses.invalid"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NotOfBusiness(Forbidden):
    """The person does not work there, or not in a role that may do this."""

    code: ClassVar[str] = "businesses.not_yours"

    def __init__(self) -> None:
        super().__init__("not a member of this business, or not in the role it takes")


class AlreadyOfBusiness(Conflict):
    """The person works there already."""

    code: ClassVar[str] = "businesses.already_member"

    def __init__(self) -> None:
        super().__init__("works there already")


class UnknownColleague(NotFound):
    """The person does not work there."""

    code: ClassVar[str] = "businesses.unknown_colleague"

    def __init__(self) -> None:
        super().__init__("does not work there")


class LastOwnerOfBusiness(Conflict):
    """A business keeps at least one owner."""

    code: ClassVar[str] = "businesses.last_owner"

    def __init__(self) -> None:
        super().__init__("the last owner stays; name another owner first")


class TooManyOfBusiness(Conflict):
    """There are as many as there may be. ``what``: members, apps, businesses."""

    code: ClassVar[str] = "businesses.too_many"

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"at most {most} {what}")
        self.what, self.most = what, most
