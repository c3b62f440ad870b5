"""National codes, birthdays, cards and shebas: how they are written, and which can be real.

Length and digits are always held to. Check digits are only when ``strict``: the samples of the
published SDKs do not have right ones. Source: Basalam reference 8.4.
"""

import re
from datetime import date
from typing import Final

from dalan.domains.identity.banks import BANKS_BY_CARD, BANKS_BY_SHEBA
from dalan.domains.identity.proof_errors import (
    InvalidBirthday,
    InvalidCard,
    InvalidNationalCode,
    InvalidSheba,
)
from dalan.kernel import clock
from dalan.kernel.text import fold_digits

AGE_YEARS_MIN: Final = 10
AGE_YEARS_MAX: Final = 130

_SEPARATORS = re.compile(r"[\s\-\u200c\u200e\u200f]+")


def national_code(text: str, *, strict: bool) -> str:
    """Ten Latin digits. Raises ``InvalidNationalCode``."""
    digits = _bare(text)
    if re.fullmatch(r"[0-9]{10}", digits) is None or len(set(digits)) == 1:
        raise InvalidNationalCode("a national code has ten digits", field="national_code")
    if strict and not _national_code_adds_up(digits):
        raise InvalidNationalCode("the national code is mistyped", field="national_code")
    return digits


def birthday(text: str) -> date:
    """A day as ``YYYY-MM-DD`` (Gregorian), of somebody 10 to 130 years old.

    Raises ``InvalidBirthday``.
    """
    plain = fold_digits(text.strip())
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain) is None:
            raise ValueError
        day = date.fromisoformat(plain)
    except ValueError:
        raise InvalidBirthday("a birthday is written YYYY-MM-DD", field="birthday") from None
    today = clock.now().date()
    age = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    if not AGE_YEARS_MIN <= age <= AGE_YEARS_MAX:
        raise InvalidBirthday(
            "a Gregorian day, of somebody at least ten years old", field="birthday"
        )
    return day


def card(text: str, *, strict: bool) -> str:
    """Sixteen Latin digits. Raises ``InvalidCard``."""
    digits = _bare(text)
    if re.fullmatch(r"[0-9]{16}", digits) is None:
        raise InvalidCard("a card number has sixteen digits", field="card_number")
    if strict and not _luhn(digits):
        raise InvalidCard("the card number is mistyped", field="card_number")
    return digits


def sheba(text: str, *, strict: bool) -> str:
    """``IR`` and 24 Latin digits; the letters may be left out. Raises ``InvalidSheba``."""
    plain = _bare(text).upper()
    if re.fullmatch(r"[0-9]{24}", plain):
        plain = f"IR{plain}"
    if re.fullmatch(r"IR[0-9]{24}", plain) is None:
        raise InvalidSheba("a sheba is IR and 24 digits", field="sheba_number")
    # ISO 7064 (mod 97-10): the country and the check digits last, I as 18 and R as 27.
    if strict and int(f"{plain[4:]}1827{plain[2:4]}") % 97 != 1:
        raise InvalidSheba("the sheba is mistyped", field="sheba_number")
    return plain


def bank_name(*, card_number: str, sheba_number: str) -> str:
    """The bank behind a sheba or, without one, a card, in Persian; "" for one we do not know."""
    by_sheba = BANKS_BY_SHEBA.get(sheba_number[4:7], "") if sheba_number else ""
    return by_sheba or BANKS_BY_CARD.get(card_number[:6], "")


def masked_card(digits: str) -> str:
    """What may be shown of a card: the bank's six digits and the last four."""
    return f"{digits[:6]}******{digits[-4:]}"


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", fold_digits(text))


def _national_code_adds_up(digits: str) -> bool:
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(digits)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
