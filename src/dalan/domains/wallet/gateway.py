"""The payment gateway as its client sees it: ask, lead the person there, ask whether it was paid.

Source: ZarinPal's public documentation, version 4 (``/pg/v4/payment/request.json``,
``/pg/StartPay/{authority}``, ``/pg/v4/payment/verify.json``); the simulated bank of a dev world
speaks the same. Amounts are rials, and the currency is said. Never call any of this inside a
transaction.
"""

import re
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from dalan.domains.wallet.errors import GatewayFailed, GatewayRefused
from dalan.errors import Unavailable
from dalan.kernel.outbound import Outbound

AMOUNT_MIN_RIALS: Final = 10_000
AMOUNT_MAX_RIALS: Final = 1_000_000_000
"""What one payment may be: the gateway's least, and what a card may pay in a day or so."""

ANSWER_SECONDS_MAX: Final = 10.0

_PAID, _PAID_BEFORE = 100, 101
_NOT_PAID: Final = frozenset({-51})
_NOT_OURS: Final = frozenset({-50, -53, -54, -55})
"""Another amount, another merchant, no such or an archived payment: asking again will not help."""

_AUTHORITY = re.compile(r"[A-Za-z0-9]{20,64}")

Answer = Literal["paid", "unpaid", "not_ours"]


class Verdict(msgspec.Struct, frozen=True):
    """What the gateway knows of a payment. ``bank_reference`` is the number on the receipt."""

    answer: Answer
    bank_reference: str = ""


class _Reply(msgspec.Struct, frozen=True):
    # An object or an empty list each, depending on how it went.
    data: Any = None
    errors: Any = None


class Gateway:
    """A gateway at ``url``, for one merchant.

    ``pages_url`` is where browsers find it, if that is not where we do (a dev world behind a
    tunnel, say).
    """

    def __init__(
        self, outbound: Outbound, url: str, merchant_id: str, *, pages_url: str = ""
    ) -> None:
        self._outbound = outbound
        self._url = url.rstrip("/")
        self._pages_url = (pages_url or url).rstrip("/")
        self._merchant_id = merchant_id

    @property
    def host(self) -> str:
        """Whom people pay at, for the page that leads there."""
        return urlsplit(self._pages_url).hostname or ""

    def asks_at(self, url: str) -> bool:
        """Whether a call there is one of ours to the gateway."""
        return url.startswith(f"{self._url}/pg/")

    def start_url(self, authority: str) -> str:
        """Where the person pays."""
        return f"{self._pages_url}/pg/StartPay/{authority}"

    async def request(
        self, *, amount_rials: int, callback_url: str, description: str, order_id: str
    ) -> str:
        """Announce a payment; answers its authority. Raises ``GatewayFailed`` and
        ``GatewayRefused``."""
        code, data = await self._ask(
            "request",
            {
                "amount": amount_rials,
                "currency": "IRR",
                "callback_url": callback_url,
                "description": description,
                "metadata": {"order_id": order_id},
            },
        )
        if code != _PAID:
            raise GatewayRefused(code)
        authority = data.get("authority")
        if not isinstance(authority, str) or _AUTHORITY.fullmatch(authority) is None:
            raise GatewayFailed("the gateway named no authority")
        return authority

    async def verify(self, authority: str, *, amount_rials: int) -> Verdict:
        """Whether exactly that much was paid. The first yes takes the money for good; asking
        again says yes again. Raises ``GatewayFailed``, ``GatewayRefused``: nothing is known then.
        """
        code, data = await self._ask("verify", {"amount": amount_rials, "authority": authority})
        if code in (_PAID, _PAID_BEFORE):
            return Verdict("paid", str(data.get("ref_id") or "")[:40])
        if code in _NOT_PAID:
            return Verdict("unpaid")
        if code in _NOT_OURS:
            return Verdict("not_ours")
        raise GatewayRefused(code)

    async def _ask(self, what: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        try:
            answer = await self._outbound.post_json(
                f"{self._url}/pg/v4/payment/{what}.json",
                msgspec.json.encode({"merchant_id": self._merchant_id, **body}),
                timeout_seconds=ANSWER_SECONDS_MAX,
            )
        except Unavailable as error:
            raise GatewayFailed(f"{self.host}: {error}") from error
        try:
            reply = msgspec.json.decode(answer.body, type=_Reply)
        except msgspec.DecodeError:  # ValidationError is one too
            raise GatewayFailed(f"the gateway answered {answer.status} without sense") from None
        data = reply.data if isinstance(reply.data, dict) else {}
        errors = (
            reply.errors[0] if isinstance(reply.errors, list) and reply.errors else reply.errors
        )
        said = data if "code" in data else errors if isinstance(errors, dict) else {}
        code = said.get("code")
        if not isinstance(code, int) or isinstance(code, bool):
            raise GatewayFailed(f"the gateway answered {answer.status} without a code")
        return code, data
