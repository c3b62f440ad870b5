"""What is refused of proofs and bank accounts. ``field`` names what was wrong.

What people sent is personal, and errors reach logs: no message repeats it.
"""

from typing import ClassVar

from dalan.errors import Conflict, FailedPrecondition, Forbidden, Invalid, NotFound


class InvalidPaper(Invalid):
    """A national code, birthday, card or sheba that can be nobody's."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidNationalCode(InvalidPaper):
    code: ClassVar[str] = "identity.invalid_national_code"


class InvalidBirthday(InvalidPaper):
    code: ClassVar[str] = "identity.invalid_birthday"


class InvalidCard(InvalidPaper):
    code: ClassVar[str] = "identity.invalid_card"


class InvalidSheba(InvalidPaper):
    code: ClassVar[str] = "identity.invalid_sheba"


class NumbersMissing(InvalidPaper):
    """Neither a card nor a sheba was given."""

    code: ClassVar[str] = "identity.numbers_missing"

    def __init__(self) -> None:
        super().__init__("a card or a sheba is needed", field="card_number")


class PhoneTaken(Conflict):
    """The number is another account's."""

    code: ClassVar[str] = "identity.phone_taken"
    field = "mobile"

    def __init__(self) -> None:
        super().__init__("the number belongs to another account")


class PhoneUnchanged(Conflict):
    """The number is the person's already."""

    code: ClassVar[str] = "identity.phone_unchanged"
    field = "mobile"

    def __init__(self) -> None:
        super().__init__("the number is this account's already")


class IdentityDiffers(Conflict):
    """The person is known as somebody else: national code or birthday is another."""

    code: ClassVar[str] = "identity.identity_differs"
    field = "national_code"

    def __init__(self) -> None:
        super().__init__("the account was verified with other data")


class AccountExists(Conflict):
    """The person has an account with this card or sheba."""

    code: ClassVar[str] = "identity.account_exists"

    def __init__(self, *, field: str) -> None:
        super().__init__("there is an account with this number already")
        self.field = field


class TooManyAccounts(Conflict):
    """The person has as many bank accounts as one may have."""

    code: ClassVar[str] = "identity.too_many_accounts"
    field = "card_number"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"at most {most} bank accounts")


class AccountNotConfirmed(FailedPrecondition):
    """The code that was sent for the account comes first."""

    code: ClassVar[str] = "identity.account_not_confirmed"
    field = "bank_information_id"

    def __init__(self) -> None:
        super().__init__("confirm the account with the code that was sent first")


class AlreadyVerified(FailedPrecondition):
    """The account was verified before."""

    code: ClassVar[str] = "identity.account_verified"
    field = "bank_information_id"

    def __init__(self) -> None:
        super().__init__("the account is verified already")


class NoSuchBankAccount(NotFound):
    """The person has no such account."""

    code: ClassVar[str] = "identity.no_such_bank_account"

    def __init__(self) -> None:
        super().__init__("there is no such bank account")


class StatusNotTheirs(Forbidden):
    """Only a proof makes an account verified, not its owner's word."""

    code: ClassVar[str] = "identity.status_not_theirs"

    def __init__(self) -> None:
        super().__init__("an account's owner cannot declare it verified")
