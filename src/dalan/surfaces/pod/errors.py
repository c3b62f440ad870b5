"""What this surface makes of a refusal: the gateway's number, or the service's.

POD answers 200 always; clients of five languages look into the envelopes alone. Source:
pod-links.md 1.5 and 2.1.
"""

import unicodedata
from typing import ClassVar, Final, NamedTuple

from dalan.domains import developers, links
from dalan.errors import DalanError, Invalid, NotFound, ResourceExhausted, Unauthenticated
from dalan.surfaces.operations import Headers
from dalan.surfaces.pod.form import UnreadableField
from dalan.surfaces.services import Services


class MissingToken(Unauthenticated):
    """No token arrived; or a proxy dropped its header, as some do with underscores in a name."""

    code: ClassVar[str] = "pod.token_missing"

    def __init__(self) -> None:
        super().__init__("no _token_ arrived; does a proxy drop headers with underscores?")


class WrongIssuer(Unauthenticated):
    """``_token_issuer_`` is neither 0 nor 1."""

    code: ClassVar[str] = "pod.issuer_unknown"


class UnknownProduct(NotFound):
    """``scProductId`` is missing, no number, or no service of ours."""

    code: ClassVar[str] = "pod.product_unknown"


class HashMissing(Invalid):
    """The operation needs to know which link."""

    code: ClassVar[str] = "pod.hash_missing"

    def __init__(self) -> None:
        super().__init__("hash is missing or empty")


class Said(NamedTuple):
    """A number of the contract, a sentence for people, and the contract's constant, which the
    gateway has none of."""

    code: int
    message: str
    constant: str = ""


_BAD_TOKEN: Final = Said(21, "توکن نامعتبر است", "UNAUTHORIZED")
_NO_TOKEN: Final = Said(
    21,
    "توکن نامعتبر است: هیچ توکنی نرسید. اگر پراکسی دارید، سرآیندهای دارای زیرخط را نیندازد",
    "UNAUTHORIZED",
)

GATEWAY: Final[tuple[tuple[type[DalanError], Said], ...]] = (
    (MissingToken, _NO_TOKEN),
    (WrongIssuer, _BAD_TOKEN),
    (developers.InvalidPodToken, _BAD_TOKEN),
    (UnknownProduct, Said(78, "شناسه سرویس نامعتبر است")),
    (developers.InvalidServiceKey, Said(401, "کلید سرویس نامعتبر است")),
    (developers.AppNotActive, Said(403, "دسترسی به این سرویس ندارید")),
    (developers.QuotaExceeded, Said(429, "تعداد درخواست‌ها بیش از حد مجاز است")),
    (links.LinkLimit, Said(429, "تعداد درخواست‌ها بیش از حد مجاز است")),
)
GATEWAY_FAILED: Final = Said(999, "خطای داخلی سرور")

_INVALID: Final = Said(116, "یکی از پارامترها نامعتبر است", "INVALID_PARAMETER")

SERVICE: Final[tuple[tuple[type[DalanError], Said], ...]] = (
    (
        links.TargetMissing,
        Said(114, "نشانی یا متن خالی است", "URL_OR_Content_IS_NULL_OR_EMPTY"),
    ),
    (links.InvalidLink, _INVALID),
    (UnreadableField, _INVALID),
    (links.HashTaken, Said(119, "هش تکراری است", "CUSTOM_HASH_REPETETIVE")),
    (HashMissing, Said(119, "هش خالی است", "HASH_IS_NULL_OR_EMPTY")),
    (links.HashTooLong, Said(120, "هش بیش از اندازه بلند است", "HASH_IS_LONG")),
    (
        links.AlreadyShortened,
        Said(121, "این نشانی یا متن پیش‌تر کوتاه شده است", "URL_OR_CONTENT_REPETITIVE"),
    ),
    (links.UnknownLink, Said(404, "چنین پیوندی پیدا نشد", "NOT_FOUND")),
)
SERVICE_FAILED: Final = Said(999, "خطای داخلی سرور", "INTERNAL_SERVER_EXCEPTION")

UNAUTHORIZED: Final = Said(401, "شناخته نشدید؛ توکن نامعتبر است", "UNAUTHORIZED")
"""What the address without a gateway says of a token: it has no 21."""


def gateway_said(error: DalanError) -> Said:
    """What the gateway makes of it."""
    return next((said for kind, said in GATEWAY if isinstance(error, kind)), GATEWAY_FAILED)


def service_said(error: DalanError) -> Said:
    """What the service makes of it; the constant of 46410 for who is not known."""
    if isinstance(error, Unauthenticated):
        return UNAUTHORIZED
    known = next((said for kind, said in SERVICE if isinstance(error, kind)), None)
    return known or next(
        (said for kind, said in GATEWAY if isinstance(error, kind)), SERVICE_FAILED
    )


def headers_of(services: Services, error: DalanError) -> Headers:
    """What goes beside the envelope: when to retry, and in a dev world the hint."""
    headers: Headers = []
    if isinstance(error, ResourceExhausted) and error.retry_after_seconds is not None:
        headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
    if services.dev:
        headers.append((b"x-dalan-hint", hint_of(error)))
    return headers


def hint_of(error: DalanError) -> bytes:
    """Which rule was broken, by what, where it is explained; one line of ASCII."""
    facts = [f"rule={error.code}"]
    if field := getattr(error, "field", ""):
        facts.append(f"field={field}")
    fragment = error.code.replace(".", "-").replace("_", "-")
    facts.append(f"see=/docs/guide/kenar-errors#{fragment}")
    plain = unicodedata.normalize("NFKD", "; ".join(facts)).encode("ascii", "replace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in plain)[:500]
