"""What the touchpoints room refuses, and how calling an app goes wrong."""

from typing import ClassVar, Literal

from dalan.errors import Invalid, NotFound, Unauthenticated, Unavailable

Fault = Literal["not_set", "no_answer", "refused", "bad_status", "bad_answer"]
"""Why an app could not be started: it set no address; it did not answer in time or at all; its
address may not be called; it answered another status than 200; or nothing we can use."""


class InvalidTouchpoint(Invalid):
    """There is no such place or operation, or the one is not for the other."""

    code: ClassVar[str] = "touchpoints.invalid"


class NotOffered(NotFound):
    """The app is not offered there to that person."""

    code: ClassVar[str] = "touchpoints.not_offered"

    def __init__(self) -> None:
        super().__init__("the app is not offered here")


class PersonNeeded(Unauthenticated):
    """A bot is started by somebody we know: it writes back."""

    code: ClassVar[str] = "touchpoints.person_needed"

    def __init__(self) -> None:
        super().__init__("sign in first")


class NothingToPress(NotFound):
    """The widget is gone, or does nothing when it is clicked."""

    code: ClassVar[str] = "touchpoints.nothing_to_press"

    def __init__(self) -> None:
        super().__init__("there is nothing to click here any more")


class AppDidNotAnswer(Unavailable):
    """The app's server was no help. ``detail`` is for its developers and holds no secret."""

    code: ClassVar[str] = "touchpoints.app_did_not_answer"

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail
