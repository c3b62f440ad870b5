"""Mobile numbers: typed in many ways, kept in one (E.164).

Iranian numbers are read by a pattern; only other countries need the numbering plans of
``phonenumbers``, which is imported when the first such number arrives.
"""

import re
from typing import ClassVar

from dalan.errors import Invalid
from dalan.kernel.text import fold_digits

LENGTH_MAX = 40
"""Characters a number may be typed with; E.164 itself has at most 15 digits."""

_IRANIAN = re.compile(r"(?:\+98|0098|98)?0?(9[0-9]{9})")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# What people put between digits: spaces of any kind, dashes, dots, brackets, direction marks.
_SEPARATORS = re.compile(r"[\s\-.()/\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


class InvalidPhone(Invalid):
    """What was typed is not the number of a mobile phone."""

    code: ClassVar[str] = "phone.invalid"

    def __init__(self) -> None:
        # The number itself is personal and errors reach logs: it is not repeated.
        super().__init__("not a mobile phone number")


def parse(text: str) -> str:
    """The E.164 form (``+989121234567``) of a mobile number, typed in any usual way.

    Iranian: ``0912…``, ``912…``, ``98912…``, ``0098912…``, ``+98912…``; other countries with
    ``+`` or ``00`` and the country code. Digits may be Persian, Arabic-Indic or Latin.

    Raises ``InvalidPhone``, also for numbers that can only be landlines.
    """
    if len(text) > LENGTH_MAX:
        raise InvalidPhone
    digits = _SEPARATORS.sub("", fold_digits(text)).replace("\uff0b", "+")
    if iranian := _IRANIAN.fullmatch(digits):
        return f"+98{iranian[1]}"
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    # An Iranian number that the pattern did not know is no mobile number.
    if _E164.fullmatch(digits) is None or digits.startswith("+98"):
        raise InvalidPhone
    return _parse_foreign(digits)


def national(e164: str) -> str:
    """As Iranian systems write it, ``09121234567``; a number of another country stays E.164."""
    return f"0{e164[3:]}" if e164.startswith("+98") else e164


def international(e164: str) -> str:
    """Digits with the country code and without ``+``: ``989121234567``."""
    return e164[1:]


def masked(e164: str) -> str:
    """What may be shown to others: ``0912***4567``, the middle of the number hidden."""
    shown = national(e164)
    hidden_count = max(3, len(shown) - 8)
    return f"{shown[:4]}{'*' * hidden_count}{shown[4 + hidden_count :]}"


def _parse_foreign(digits: str) -> str:
    import phonenumbers  # noqa: PLC0415 (heavy metadata that most worlds never need)

    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        raise InvalidPhone from None
    kind = phonenumbers.number_type(number)
    if kind not in (
        phonenumbers.PhoneNumberType.MOBILE,
        # In some countries (USA, Canada) the number does not tell.
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    ):
        raise InvalidPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
