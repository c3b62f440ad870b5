"""Messages about bank accounts. The contract has shapes for requests only; those of answers are
the recommended ones of the reference (basalam.md 4.2)."""

from dalan.surfaces.basalam.wire.shapes import Answer, Given, Named


class UserCards(Given, frozen=True):
    """``UserCardsSchema``; the last three are for staff."""

    card_number: str | int | None = None
    sheba_number: str | int | None = None
    sheba_owner: str | None = None
    birthday: str | None = None
    national_code: str | int | None = None
    bank_account_status: int | None = None
    verify_type: int | None = None
    operator_id: int | None = None


class UserCardsOtp(Given, frozen=True):
    """``UserCardsOtpSchema``"""

    card_number: str | int
    otp_code: str | int


class VerifyBankInformation(Given, frozen=True):
    """``UserVerifyBankInformationSchema``"""

    bank_information_id: int
    national_code: str | int
    birthday: str


class UpdateBankInformation(Given, frozen=True):
    """``UpdateUserBankInformationSchema``"""

    sheba_number: str | int
    account_owner: str
    status: int
    card_number: str | int | None = None
    bank_name: str | None = None
    sheba_status: str | None = None
    bank_account_number: str | int | None = None


class BankAccount(Answer, frozen=True, kw_only=True):
    """A bank account. ``card_number`` is masked unless ``prefer: return=full`` was sent."""

    id: int
    bank_information_id: int
    user_id: int
    card_number: str | None
    sheba_number: str | None
    account_owner: str | None
    bank_name: str | None
    bank_account_number: str | None
    bank_account_status: Named
    verify_type: Named | None
    sheba_status: str | None
    is_default: bool
    created_at: str
    updated_at: str
