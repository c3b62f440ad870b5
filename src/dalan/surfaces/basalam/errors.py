"""What this surface makes of a refusal: an object with ``message``, and ``detail`` beside it.

Clients read ``message`` first and show it to people, so what people can do something about is
said in Persian; ``detail`` is for developers. Source: basalam.md 3.5 and 9.1. In a dev world the
header ``x-dalan-hint`` says which scope or field was missing and which page explains it.
"""

import unicodedata
from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec

from dalan.errors import (
    Conflict,
    DalanError,
    FailedPrecondition,
    Forbidden,
    Invalid,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from dalan.surfaces.operations import BodyTooLarge, Headers
from dalan.surfaces.services import Services

Place = tuple[str | int, ...]


class Misfit(msgspec.Struct, frozen=True):
    """``ValidationError``: one thing that does not fit, by the name of its place."""

    loc: Place
    msg: str
    type: str


class Refusal(msgspec.Struct, frozen=True):
    """``HTTPValidationError`` when ``detail`` is a list; every refusal has a ``message``."""

    message: str
    detail: list[Misfit] | str


class Unprocessable(Invalid):
    """Parts of a request that do not fit, each with its place."""

    code: ClassVar[str] = "basalam.unprocessable"

    def __init__(self, misfits: Sequence[Misfit]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, one.loc))}: {one.msg}" for one in misfits))
        self.misfits = list(misfits)
        self.field = ".".join(map(str, misfits[0].loc))


def misfit(*loc: str | int, msg: str, kind: str = "value_error") -> Unprocessable:
    """A refusal of one part of the request."""
    return Unprocessable([Misfit(loc, msg, kind)])


class MissingToken(Unauthenticated):
    """The operation needs an access token, and none came with the call."""

    code: ClassVar[str] = "basalam.token_missing"


class UnknownToken(Unauthenticated):
    """The access token was never issued at this door, has expired, or was revoked."""

    code: ClassVar[str] = "basalam.token_unknown"


class MissingScope(Forbidden):
    """The token does not allow this."""

    code: ClassVar[str] = "basalam.scope_missing"

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__(f"access token lacks scope {' or '.join(scopes)}")
        self.scope = " or ".join(scopes)


class SomebodyElses(Forbidden):
    """The path names another person than the token's."""

    code: ClassVar[str] = "basalam.not_yours"


class StaffOnly(Forbidden):
    """A field that only the platform's own staff may send."""

    code: ClassVar[str] = "basalam.staff_only"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is for the platform's staff alone")
        self.field = field


class NoSuchOperation(NotFound):
    """Nothing is served under this path."""

    code: ClassVar[str] = "basalam.operation_unknown"


_BY_KIND: Final[tuple[tuple[type[DalanError], int], ...]] = (
    (BodyTooLarge, 413),
    (Invalid, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 422),
    (FailedPrecondition, 422),
    (ResourceExhausted, 429),
    (Unavailable, 503),
)
"""Kind of error and HTTP status; the first that fits counts."""

_SAID: Final[dict[str, str]] = {
    "basalam.unprocessable": "اطلاعات فرستاده‌شده کامل یا درست نیست.",
    "basalam.wrong_code": "کد واردشده درست نیست.",
    "basalam.dead_code": "این کد دیگر معتبر نیست؛ کد تازه‌ای بخواهید.",
    "basalam.scope_missing": "برنامه اجازهٔ این کار را ندارد.",
    "basalam.not_yours": "این مورد متعلق به شما نیست.",
    "basalam.staff_only": "این بخش فقط در اختیار کارکنان سامانه است.",
    "basalam.operation_unknown": "چنین نشانی‌ای وجود ندارد.",
    "developers.quota_exceeded": "تعداد درخواست‌های برنامه از حد مجاز گذشته است؛ کمی بعد دوباره تلاش کنید.",  # noqa: E501
    "identity.too_many_codes": "کد به‌تازگی فرستاده شده است؛ کمی بعد دوباره تلاش کنید.",
    "identity.code_not_sent": "فرستادن کد ممکن نشد؛ کمی بعد دوباره تلاش کنید.",
    "identity.phone_taken": "این شماره متعلق به حساب دیگری است.",
    "identity.phone_unchanged": "این شماره همین حالا شمارهٔ حساب شماست.",
    "identity.identity_differs": "هویت این حساب با اطلاعات دیگری احراز شده است.",
    "identity.invalid_national_code": "کد ملی درست نیست.",
    "identity.invalid_birthday": "تاریخ تولد درست نیست؛ آن را میلادی و به شکل YYYY-MM-DD بنویسید.",
    "identity.invalid_card": "شمارهٔ کارت درست نیست.",
    "identity.invalid_sheba": "شمارهٔ شبا درست نیست.",
    "identity.numbers_missing": "شمارهٔ کارت یا شبا را وارد کنید.",
    "identity.account_exists": "این حساب بانکی پیش‌تر ثبت شده است.",
    "identity.too_many_accounts": "بیش از این نمی‌توانید حساب بانکی ثبت کنید.",
    "identity.account_not_confirmed": "ابتدا حساب را با کد پیامک‌شده تأیید کنید.",
    "identity.account_verified": "این حساب پیش‌تر احراز شده است.",
    "identity.no_such_bank_account": "چنین حساب بانکی‌ای پیدا نشد.",
    "identity.status_not_theirs": "حساب فقط با احراز هویت تأیید می‌شود.",
    "phone.invalid": "شمارهٔ موبایل درست نیست.",
}
"""What people read, by code; the rest is said in the words of the error."""

UNAUTHORIZED: Final = "Unauthorized"

INTERNAL: Final = Refusal(
    "خطایی در سامانه رخ داد؛ کمی بعد دوباره تلاش کنید.",
    "something went wrong on our side; the request id finds it in the log",
)

_FIELDS: Final[dict[str, str]] = {"phone.invalid": "mobile"}
"""Where an error without a field of its own belongs in a body."""

HINTED_LENGTH_MAX: Final = 200
_OWN_ERRORS, _SHARED_ERRORS = "/docs/guide/basalam", "/docs/guide/kenar-errors"


def status_of(error: DalanError) -> tuple[int, Refusal]:
    """The HTTP status and body of a refusal."""
    for kind, http_status in _BY_KIND:
        if isinstance(error, kind):
            return http_status, _refusal(error, http_status)
    return 500, INTERNAL


def headers_of(services: Services, error: DalanError) -> Headers:
    """What goes beside the body: when to retry, and in a dev world the hint."""
    headers: Headers = []
    if isinstance(error, ResourceExhausted) and error.retry_after_seconds is not None:
        headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
    if isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", b"Bearer"))
    if services.dev:
        headers.append((b"x-dalan-hint", hint_of(error)))
    return headers


def hint_of(error: DalanError) -> bytes:
    """Which rule was broken, what was missing, where it is explained; one line of ASCII."""
    facts = [f"rule={error.code}"]
    facts += [
        f"{name}={str(value)[:HINTED_LENGTH_MAX]}"
        for name in ("scope", "field")
        if (value := getattr(error, name, ""))
    ]
    page = _OWN_ERRORS if error.code.startswith("basalam.") else _SHARED_ERRORS
    facts.append(f"see={page}#{error.code.replace('.', '-').replace('_', '-')}")
    plain = unicodedata.normalize("NFKD", "; ".join(facts)).encode("ascii", "replace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in plain)[:500]


def _refusal(error: DalanError, http_status: int) -> Refusal:
    if http_status == 401:
        return Refusal(UNAUTHORIZED, str(error))
    message = _SAID.get(error.code, str(error))
    if http_status != 422:
        return Refusal(message, str(error))
    if isinstance(error, Unprocessable):
        return Refusal(message, error.misfits)
    field = str(getattr(error, "field", "") or _FIELDS.get(error.code, ""))
    place: Place = ("body", field) if field else ("body",)
    return Refusal(message, [Misfit(place, str(error), f"value_error.{_word(error)}")])


def _word(error: DalanError) -> str:
    return error.code.rpartition(".")[2]
