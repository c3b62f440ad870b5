"""What a message may say, and the buttons below it.

Source: Kenar contract, ``chatapiMessage`` and ``chatapiChatButtonGrid``; reference 5.4, 7.4.
"""

from typing import Any, Final, Literal

import msgspec

from dalan.domains import addons
from dalan.domains.chat.errors import InvalidMessage
from dalan.domains.chat.tables import Message, MessageKind, Side
from dalan.kernel import phone
from dalan.kernel.text import TextTooLong, clean

TEXT_LENGTH_MAX: Final = 4_000
"""Of one message; nothing is published."""

NAME_LENGTH_MAX: Final = 100
ROWS_MAX: Final = 3
BUTTONS_IN_ROW_MAX: Final = 3
CAPTION_LENGTH_MAX: Final = 50
ICON_LENGTH_MAX: Final = 64


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """One button below a message. ``icon`` is whatever the app called it, known to us or not."""

    caption: str = ""
    icon: str = ""
    action: addons.Action | None = None
    older: bool = False
    """Sent by the older operation, whose apps look for what they put in one level deeper."""


Grid = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""

Reader = Literal["sender", "receiver"]
"""Who is shown buttons: the one in whose name a message was written, or the other side."""


class Buttons(msgspec.Struct, frozen=True, omit_defaults=True):
    """The buttons of a message, for each side its own."""

    sender: Grid = ()
    receiver: Grid = ()


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says. Made by ``text_content`` and its kin, which check it."""

    kind: MessageKind
    text: str = ""
    file_id: int | None = None
    facts: dict[str, Any] | None = None
    buttons: Buttons | None = None


def text_content(text: str, *, buttons: Buttons | None = None) -> Content:
    """A text as it was typed, without what cannot be shown. Raises InvalidMessage."""
    try:
        said = clean(text, longest=TEXT_LENGTH_MAX, multiline=True)
    except TextTooLong:
        raise InvalidMessage("message", f"at most {TEXT_LENGTH_MAX} characters") from None
    if not said:
        raise InvalidMessage("message", "must say something")
    return Content(kind="text", text=said, buttons=buttons)


def file_content(kind: MessageKind, file_id: int, *, buttons: Buttons | None = None) -> Content:
    """A file that was stored for a chat."""
    return Content(kind=kind, file_id=file_id, buttons=buttons)


def location_content(latitude: float, longitude: float) -> Content:
    """A place on earth, in degrees. Raises InvalidMessage."""
    # Not-a-number compares false with everything.
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidMessage("location", "latitude is within ±90 and longitude within ±180 degrees")
    facts = {"latitude": round(latitude, 6), "longitude": round(longitude, 6)}
    return Content(kind="location", facts=facts)


def contact_content(number: str, name: str) -> Content:
    """A phone number and whose it is ("" when that is not said).

    Raises InvalidMessage and ``phone.InvalidPhone``.
    """
    try:
        said = clean(name, longest=NAME_LENGTH_MAX)
    except TextTooLong:
        raise InvalidMessage("contact.name", f"at most {NAME_LENGTH_MAX} characters") from None
    return Content(kind="contact", facts={"phone": phone.parse(number), "name": said})


def read_grid(value: Any, where: str) -> Grid:
    """A grid of buttons as an app sends it; () when it sends none. Raises InvalidMessage."""
    if value is None:
        return ()
    try:
        rows = addons.Fields(value, where).parts("rows", least=0, most=ROWS_MAX)
        grid = tuple(
            tuple(
                _read_button(one) for one in row.parts("buttons", least=0, most=BUTTONS_IN_ROW_MAX)
            )
            for row in rows
        )
    except addons.InvalidAddon as error:
        raise InvalidMessage(error.field, error.rule) from None
    return tuple(row for row in grid if row)


def read_older_button(value: Any, where: str) -> Grid:
    """The one button of the older operation. Raises InvalidMessage."""
    if value is None:
        return ()
    try:
        fields = addons.Fields(value, where)
        data = fields.part("data") or addons.Fields({}, f"{where}.data")
        caption = data.text("caption", most=CAPTION_LENGTH_MAX)
        icon = data.text("icon_name", most=ICON_LENGTH_MAX)
        kind = fields.text("action", most=20)
        if kind == "DIRECT_LINK":
            action = addons.read_action(
                addons.Fields({"open_direct_link": data.get("direct_link") or ""}, f"{where}.data")
            )
        elif kind == "LINK":
            action = addons.Action(open_server_link=addons.AppData(data.data("extra_data")))
        else:
            raise fields.refuse("action", "LINK or DIRECT_LINK")
    except addons.InvalidAddon as error:
        raise InvalidMessage(error.field, error.rule) from None
    if not caption:
        raise InvalidMessage(f"{where}.data.caption", "must say something")
    return ((Button(caption, icon, action, older=True),),)


def both(sender: Grid, receiver: Grid) -> Buttons | None:
    """The buttons of a message, None when neither side has any."""
    return Buttons(sender, receiver) if sender or receiver else None


def grid_for(message: Message, side: Side) -> Grid:
    """The buttons somebody on that side sees below a message."""
    if message.buttons is None:
        return ()
    buttons = msgspec.convert(message.buttons, Buttons)
    return buttons.sender if message.side == side else buttons.receiver


def _read_button(fields: addons.Fields) -> Button:
    caption = fields.text("caption", most=CAPTION_LENGTH_MAX)
    icon = fields.text("icon", most=ICON_LENGTH_MAX)
    if icon in ("", "UNKNOWN"):
        icon = fields.text("icon_name", most=ICON_LENGTH_MAX)
    icon = "" if icon == "UNKNOWN" else icon
    action = addons.read_action(fields.part("action"))
    if action is None:
        raise fields.refuse("action", "a button does something")
    if not caption and not icon:
        raise fields.refuse("caption", "must say something")
    return Button(caption, icon, action)
