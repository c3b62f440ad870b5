"""Payments from people's wallets to apps: an interface that was published for a year and then
removed, which the generated SDKs still call. Reference 5.7 and 11.7; decision 0028."""

from typing import Final

from dalan.domains import charges, developers
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.payments import whole
from dalan.surfaces.kenar.wire import wallet_payments as wire
from dalan.surfaces.operations import Operation

PREFIX: Final = "/experimental/open-platform/wallet/payments"

PAGE: Final = "/pay/app"
"""Where the person says yes; the page is the site's."""

_STATUS: Final[dict[charges.State, wire.WalletPaymentStatus]] = {
    "created": "CREATED",
    "paid": "PAID",
    "taken": "COMMITTED",
    "over": "EXPIRED",
}


async def create_wallet_payment(call: Call) -> wire.CreateWalletPaymentResponse:
    """Ask the person for money; they say yes or no at ``payment_url``, and come back after it."""
    body = call.body(wire.CreateWalletPaymentRequest)
    settings = call.services.settings
    asked = await charges.ask(
        call.unit,
        app=await developers.app(call.look, call.app.app_id),
        person_id=call.person.person_id,
        amount_rials=whole(body.amount_rials, "amount_rials"),
        description=body.description,
        return_url=body.redirect_url,
        policy=developers.AddressPolicy(
            any_http=call.services.dev, loopback_http=settings.outbound_private
        ),
    )
    return wire.CreateWalletPaymentResponse(
        payment_url=f"{settings.base_url}{PAGE}/{asked.token}", token=asked.token
    )


async def get_wallet_payment(call: Call) -> wire.WalletPaymentResponse:
    """What became of a payment the app asked for."""
    asked = await charges.of_app(call.look, call.path["token"], app_id=call.app.app_id)
    return _told(asked)


async def commit_wallet_payment(call: Call) -> wire.WalletPaymentResponse:
    """Take what the person paid into the app's balance; taking it again changes nothing."""
    body = call.body(wire.CommitWalletPaymentRequest)
    return _told(await charges.take(call.unit, body.token, app_id=call.app.app_id))


def _told(asked: charges.Charge) -> wire.WalletPaymentResponse:
    return wire.WalletPaymentResponse(
        wire.WalletTransaction(
            token=asked.token,
            amount_rials=str(asked.amount_rials),
            status=_STATUS[asked.state],
        )
    )


OPERATIONS = (
    Operation(
        method="POST",
        paths=(f"{PREFIX}/create",),
        handle=create_wallet_payment,
        body=wire.CreateWalletPaymentRequest,
        answer=wire.CreateWalletPaymentResponse,
        permission="WALLET_PAYMENT",
        scopes=("CREATE_WALLET_PAYMENT",),
        tag="Payment",
        documented=False,
    ),
    Operation(
        method="POST",
        paths=(f"{PREFIX}/commit",),
        handle=commit_wallet_payment,
        body=wire.CommitWalletPaymentRequest,
        answer=wire.WalletPaymentResponse,
        permission="WALLET_PAYMENT",
        tag="Payment",
        documented=False,
    ),
    Operation(
        method="GET",
        paths=(f"{PREFIX}/{{token}}",),
        handle=get_wallet_payment,
        answer=wire.WalletPaymentResponse,
        permission="WALLET_PAYMENT",
        tag="Payment",
        documented=False,
    ),
)
