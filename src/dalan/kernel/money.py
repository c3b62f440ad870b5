"""Money: whole rials inside, tomans only where a contract or a person wants them.

One toman is ten rials. Amounts are ``int``, never float, and fit a 64-bit column.
"""

from typing import ClassVar, NewType

from dalan.errors import Invalid

Rials = NewType("Rials", int)
Tomans = NewType("Tomans", int)

AMOUNT_RIALS_MAX = Rials(2**63 - 1)
"""What a 64-bit column holds. Products must ask for far less; sums may come near."""

AMOUNT_TOMANS_MAX = Tomans(AMOUNT_RIALS_MAX // 10)


class AmountOutOfRange(Invalid):
    """An amount does not fit into 64 bits of rials."""

    code: ClassVar[str] = "money.out_of_range"

    def __init__(self) -> None:
        super().__init__("the amount is out of range")


class NotWholeTomans(Invalid):
    """An amount of rials that no whole number of tomans equals."""

    code: ClassVar[str] = "money.not_whole_tomans"

    def __init__(self, *, amount_rials: int) -> None:
        super().__init__(f"{amount_rials} rials are not a whole number of tomans")
        self.amount_rials = amount_rials


def rials(amount: int) -> Rials:
    """The amount, known to fit its column, negative ones too. Raises ``AmountOutOfRange``."""
    if not -AMOUNT_RIALS_MAX <= amount <= AMOUNT_RIALS_MAX:
        raise AmountOutOfRange
    return Rials(amount)


def rials_of_tomans(amount: Tomans | int) -> Rials:
    """Exactly ten times as many. Raises ``AmountOutOfRange``."""
    return rials(amount * 10)


def tomans_of_rials(amount: Rials | int) -> Tomans:
    """Exactly a tenth. Raises ``NotWholeTomans`` rather than round what somebody is owed."""
    tomans, remainder = divmod(amount, 10)
    if remainder:
        raise NotWholeTomans(amount_rials=amount)
    return Tomans(tomans)
