"""What the room refuses."""

from typing import ClassVar

from dalan.errors import Forbidden, NotFound, ResourceExhausted


class NoSuchPerson(NotFound):
    """There is no person with that id."""

    code: ClassVar[str] = "identity.no_such_person"

    def __init__(self) -> None:
        super().__init__("there is no such person")


class NoSuchSession(NotFound):
    """The session has ended already, or is somebody else's."""

    code: ClassVar[str] = "identity.no_such_session"

    def __init__(self) -> None:
        super().__init__("there is no such session")


class TooManyCodes(ResourceExhausted):
    """The number was sent as many codes as it may be within an hour."""

    code: ClassVar[str] = "identity.too_many_codes"

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__(
            "this number was sent too many codes", retry_after_seconds=retry_after_seconds
        )


class PersonBlocked(Forbidden):
    """The operator has shut this person out."""

    code: ClassVar[str] = "identity.person_blocked"

    def __init__(self) -> None:
        super().__init__("this person may not sign in")
