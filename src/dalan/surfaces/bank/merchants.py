"""What merchants ask the bank: to collect an amount, and whether it was paid.

The members and codes are those of ZarinPal's public documentation, version 4.
"""

from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler

from dalan.domains import bank
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.services import Services

_SAID: dict[bank.Code, str] = {
    bank.Code.PAID: "Verified",
    bank.Code.ALREADY_VERIFIED: "Verified before",
    bank.Code.INVALID: "The input params invalid, validation error.",
    bank.Code.NO_MERCHANT: "Terminal is not valid, please check merchant_id or ip address.",
    bank.Code.OTHER_AMOUNT: "Session is not valid, amounts values is not the same.",
    bank.Code.NOT_PAID: "Session is not valid, session is not active paid try.",
    bank.Code.OTHER_MERCHANT: "Session is not this merchant_id session.",
    bank.Code.NO_AUTHORITY: "Invalid authority.",
}
"""What stands beside a code; clients compare the code alone."""


class RequestBody(msgspec.Struct):
    """``request.json``. ``currency``: ``IRR`` (also when it is left out) or ``IRT``, tomans."""

    merchant_id: str
    amount: int
    callback_url: str
    description: str
    currency: str = "IRR"
    metadata: dict[str, Any] | None = None


class VerifyBody(msgspec.Struct):
    """``verify.json``; the amount once more, for it must be the same."""

    merchant_id: str
    amount: int
    authority: str
    currency: str = "IRR"


def handlers(services: Services) -> list[HTTPRouteHandler]:
    """Both operations."""

    @route("/pay/bank/pg/v4/payment/request.json", http_method=[HttpMethod.POST], status_code=200)
    async def request_payment(request: Request[Any, Any, Any]) -> Response[Any]:
        """Take an amount to be collected; answers the authority to lead the person with."""
        body = _decoded(await request.body(), RequestBody)
        rials = None if body is None else _rials(body.amount, body.currency)
        if body is None or rials is None:
            return _refusal(bank.Code.INVALID)
        wish = bank.Wish(
            merchant_id=body.merchant_id,
            amount_rials=rials,
            callback_url=body.callback_url,
            description=body.description,
        )
        if (fault := wish.fault()) is not None:
            return _refusal(fault)
        authority = await services.db.transact(lambda tx: bank.ask(tx, wish))
        return _answer(
            {
                "code": bank.Code.PAID.value,
                "message": "Success",
                "authority": authority,
                "fee_type": "Merchant",
                "fee": 0,
            }
        )

    @route("/pay/bank/pg/v4/payment/verify.json", http_method=[HttpMethod.POST], status_code=200)
    async def verify_payment(request: Request[Any, Any, Any]) -> Response[Any]:
        """Whether exactly that much was paid to that merchant."""
        body = _decoded(await request.body(), VerifyBody)
        rials = None if body is None else _rials(body.amount, body.currency)
        if body is None or rials is None:
            return _refusal(bank.Code.INVALID)

        async def ask(tx: WriteTransaction) -> bank.Verified:
            return await bank.verify(
                tx, merchant_id=body.merchant_id, authority=body.authority, amount_rials=rials
            )

        verified = await services.db.transact(ask)
        if verified.code < 0:
            return _refusal(verified.code)
        return _answer(
            {
                "code": verified.code.value,
                "message": _SAID[verified.code],
                "card_hash": "",
                "card_pan": "502229******5995",
                "ref_id": verified.reference,
                "fee_type": "Merchant",
                "fee": 0,
            }
        )

    return [request_payment, verify_payment]


def _decoded(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):  # ValidationError is one too
        return None


def _rials(amount: int, currency: str) -> int | None:
    if abs(amount) > bank.AMOUNT_MAX_RIALS * 10:
        return None
    return {"IRR": amount, "IRT": amount * 10}.get(currency)


def _refusal(code: bank.Code) -> Response[Any]:
    return _json({"data": [], "errors": {"code": code.value, "message": _SAID[code],
                                         "validations": []}}, status=422)  # fmt: skip


def _answer(data: dict[str, Any]) -> Response[Any]:
    return _json({"data": data, "errors": []}, status=200)


def _json(body: dict[str, Any], *, status: int) -> Response[Any]:
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
    )
