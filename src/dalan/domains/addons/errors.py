"""What the add-ons room refuses."""

from typing import ClassVar

from dalan.errors import Forbidden, Invalid, NotFound


class InvalidAddon(Invalid):
    """Something in what was submitted breaks a rule; ``field`` is where, ``rule`` which."""

    code: ClassVar[str] = "addons.invalid"

    def __init__(self, where: str, rule: str) -> None:
        super().__init__(f"{where}: {rule}")
        self.field = where
        self.rule = rule


class WidgetNotAllowed(Forbidden):
    """The app was not given this kind of widget."""

    code: ClassVar[str] = "addons.widget_not_allowed"

    def __init__(self, widget: str) -> None:
        super().__init__(f"this app may not use the widget {widget}")
        self.widget = widget


class RealPostRefused(Forbidden):
    """A development app touched a post that real people see."""

    code: ClassVar[str] = "addons.real_post_refused"

    def __init__(self) -> None:
        super().__init__("a development app may attach add-ons to development posts only")


class NotTheirPost(Forbidden):
    """The person whose consent the app holds does not own the post."""

    code: ClassVar[str] = "addons.not_their_post"

    def __init__(self) -> None:
        super().__init__("the post does not belong to the person the token speaks for")


class UnknownAddon(NotFound):
    """The app made no add-on of a person that is called so, or it was taken back."""

    code: ClassVar[str] = "addons.unknown"

    def __init__(self) -> None:
        super().__init__("this app has no such user add-on")
