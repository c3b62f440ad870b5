"""To the bank and back: where a payment begins, what the bank's answer means, and its page."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import posts, wallet
from dalan.errors import Unavailable
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import showing
from dalan.surfaces.web.site.paying_words import DONE, why_words

PAY: Final = "/pay"
WALLET: Final = "/my-divar/wallet"
FIELD_LENGTH_MAX: Final = 200

AnyResponse = Response[Any]


async def lead_to_bank(
    visitor: Visitor,
    *,
    amount_rials: int,
    description: str,
    back: str,
    purchase: wallet.Purchase | None = None,
) -> AnyResponse:
    """Announce a payment and send the browser to the bank; to ``back`` with a word when the
    gateway does not take it. The page with the form allows other hosts (``form_action``)."""
    _ = visitor.gettext
    services = visitor.services
    person = visitor.require_person(back=back)
    if services.gateway is None:
        return visitor.see_other(
            back, flash=html.Flash("warning", _("Paying by card is not set up here."))
        )
    try:
        begun = await wallet.begin(
            services.db,
            services.gateway,
            person_id=person.id,
            amount_rials=amount_rials,
            callback_url=lambda token: f"{services.settings.base_url}{PAY}/return/{token}",
            description=description,
            purchase=purchase,
        )
    except wallet.TooManyUnpaid:
        words = _("You have begun many payments and finished none. Wait half an hour.")
        return visitor.see_other(back, flash=html.Flash("warning", words))
    except Unavailable:
        words = _("The bank's gateway does not answer. Nothing was taken; try again in a moment.")
        return visitor.see_other(back, flash=html.Flash("danger", words))
    return visitor.see_other(begun.start_url)


@get(PAY + "/return/{token:str}")
async def come_back(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Back from the bank. The address only says that somebody is back; the bank is asked.

    Asking changes nothing but what is so, so that a GET may do it, any number of times.
    """
    services = visitor.services
    person = visitor.require_person()
    query = visitor.request.query_params
    _ = visitor.gettext
    try:
        if services.gateway is None:
            raise wallet.NoGateway
        payment = await wallet.come_back(
            services.db,
            services.gateway,
            token,
            person_id=person.id,
            authority=query.get("Authority", "")[:FIELD_LENGTH_MAX],
            is_cancelled=query.get("Status", "") != "OK",
            rules=services.promotion_rules,
        )
    except wallet.ForgedReturn:
        return visitor.error_page(
            403,
            _("This is not the payment you left with"),
            _("What the address says does not fit the payment. Nothing was changed."),
            (html.Action(_("Wallet"), WALLET),),
        )
    except (wallet.UnknownPayment, wallet.NoGateway):
        return _unknown(visitor)
    if payment.state != "paid" or payment.outcome:
        return visitor.see_other(f"{PAY}/{payment.token}")
    if payment.purpose == "top_up":
        amount = html.numbers.money_of_rials(payment.amount_rials, visitor.lang)
        flash = html.Flash("success", _("%(amount)s was added to your wallet.", amount=amount))
        return visitor.see_other(WALLET, flash=flash)
    bought = await _post_of(visitor, payment)
    flash = html.Flash("success", _(DONE[payment.purpose]))
    return visitor.see_other(showing.management_path_of(bought) if bought else WALLET, flash=flash)


@get(PAY + "/{token:str}")
async def payment_page(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """What became of one payment."""
    person = visitor.require_person()
    try:
        async with visitor.services.db.look() as tx:
            payment = await wallet.by_token(tx, token, person_id=person.id)
    except wallet.UnknownPayment:
        return _unknown(visitor)
    bought = await _post_of(visitor, payment)
    return visitor.page(
        "site/payment.html",
        active="account",
        payment=payment,
        why=why_words(visitor, payment.outcome) if payment.state == "paid" else "",
        post_title=bought.title if bought else "",
        post_url=showing.management_path_of(bought) if bought else "",
    )


@post(PAY + "/{token:str}/check", status_code=200)
async def check_payment(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Ask the bank now rather than in a few minutes."""
    services = visitor.services
    person = visitor.require_person(back=f"{PAY}/{token}")
    await visitor.form()
    _ = visitor.gettext
    try:
        async with services.db.look() as tx:
            payment = await wallet.by_token(tx, token, person_id=person.id)
    except wallet.UnknownPayment:
        return _unknown(visitor)
    if payment.state == "sent" and services.gateway is not None:
        payment = await wallet.check(
            services.db, services.gateway, payment, rules=services.promotion_rules
        )
    flash = None
    if payment.state == "sent":
        flash = html.Flash("info", _("The bank says that nothing was paid so far."))
    return visitor.see_other(f"{PAY}/{payment.token}", flash=flash)


def _unknown(visitor: Visitor) -> AnyResponse:
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("No such payment"),
        _("The address may be wrong, or the payment is somebody else's."),
        (html.Action(_("Wallet"), WALLET),),
    )


async def _post_of(visitor: Visitor, payment: wallet.Payment) -> posts.Post | None:
    if payment.post_id is None:
        return None
    async with visitor.services.db.look() as tx:
        found = await posts.by_id(tx, payment.post_id)
    return None if found is None or found.is_gone else found
