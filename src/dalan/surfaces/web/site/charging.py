"""An app asks a person for money: the page where they say yes or no. Reference 5.7."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import charges, developers, ledger, media, wallet
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html, trouble
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site.paying import WALLET, lead_to_bank

PATH: Final = "/pay/app"
LOGO_SIZE: Final[media.Size] = 200

_STATUS: Final[dict[charges.State, str]] = {
    "created": "CREATED",
    "paid": "PAID",
    "taken": "COMMITTED",
    "over": "EXPIRED",
}
"""How the app is told, in the words of its interface."""

AnyResponse = Response[Any]


@get(PATH + "/{token:str}")
async def charge_page(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Who asks for how much and for what; yes, no, and what to do when the wallet is too small."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        try:
            asked = await charges.for_person(tx, token, person_id=person.id)
        except charges.UnknownCharge:
            return _unknown(visitor)
        app = await developers.app(tx, asked.app_id)
        logo_url = await _logo_url(tx, app)
        held_rials = await wallet.balance_rials(tx, person.id)
    missing_rials = max(0, asked.amount_rials - held_rials)
    return visitor.page(
        "site/charge.html",
        active="account",
        form_action=False,  # the app and the bank are on other hosts
        charge=asked,
        app=app,
        logo_url=logo_url,
        held_rials=held_rials,
        missing_rials=missing_rials,
        bank_rials=max(missing_rials, wallet.AMOUNT_MIN_RIALS),
        has_gateway=visitor.services.gateway is not None,
        return_url=_return_url(asked),
    )


@post(PATH + "/{token:str}/pay", status_code=200)
async def pay_charge(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Pay from the wallet and go back to the app. Pressing twice pays once."""
    page = f"{PATH}/{token}"
    person = visitor.require_person(back=page)
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> charges.Charge:
        return await charges.pay(tx, token, person_id=person.id)

    try:
        paid = await visitor.services.db.transact(work)
    except charges.UnknownCharge:
        return _unknown(visitor)
    except charges.ChargeOver:
        return visitor.see_other(page)
    except ledger.InsufficientFunds:
        words = _("Your wallet does not hold enough.")
        return visitor.see_other(page, flash=html.Flash("warning", words))
    if trouble.KEY in visitor.request.scope:
        async with visitor.services.db.look() as tx:
            app = await developers.app(tx, paid.app_id)
        met = trouble.Occasion(moment="paid", app=app.slug, person_id=person.id)
        if await trouble.meet(visitor.request.scope, met):
            return visitor.see_other(page)
    return visitor.see_other(_return_url(paid))


@post(PATH + "/{token:str}/fill", status_code=200)
async def fill_wallet(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Go to the bank with what is missing; the wallet's page leads back here."""
    page = f"{PATH}/{token}"
    person = visitor.require_person(back=page)
    await visitor.form()
    async with visitor.services.db.read() as tx:
        try:
            asked = await charges.for_person(tx, token, person_id=person.id)
        except charges.UnknownCharge:
            return _unknown(visitor)
        held_rials = await wallet.balance_rials(tx, person.id)
    missing_rials = asked.amount_rials - held_rials
    if asked.state != "created" or missing_rials <= 0:
        return visitor.see_other(page)
    return await lead_to_bank(
        visitor,
        amount_rials=max(missing_rials, wallet.AMOUNT_MIN_RIALS),
        description=visitor.gettext("Adding to the wallet"),
        back=page,
    )


@post(PATH + "/{token:str}/decline", status_code=200)
async def decline_charge(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Say no and go back to the app, which is told so."""
    person = visitor.require_person(back=f"{PATH}/{token}")
    await visitor.form()

    async def work(tx: WriteTransaction) -> charges.Charge:
        return await charges.decline(tx, token, person_id=person.id)

    try:
        declined = await visitor.services.db.transact(work)
    except charges.UnknownCharge:
        return _unknown(visitor)
    return visitor.see_other(_return_url(declined))


def _return_url(asked: charges.Charge) -> str:
    """The app's address with what became of it; a query of its own is kept."""
    parts = urlsplit(asked.return_url)
    told = [("token", asked.token), ("status", _STATUS[asked.state])]
    query = [*parse_qsl(parts.query, keep_blank_values=True), *told]
    return urlunsplit(parts._replace(query=urlencode(query)))


async def _logo_url(tx: ReadTransaction, app: developers.App) -> str:
    pictures = await media.images_by_id(tx, [app.avatar_image_id or 0])
    picture = pictures.get(app.avatar_image_id or 0)
    return media.path_of(picture.name, LOGO_SIZE) if picture else ""


def _unknown(visitor: Visitor) -> AnyResponse:
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("No such payment"),
        _("The address may be wrong, or the payment is somebody else's."),
        (html.Action(_("Wallet"), WALLET),),
    )
