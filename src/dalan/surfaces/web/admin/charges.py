"""What people paid apps from their wallets, and giving it back."""

from typing import Any, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import accounts, audit, charges, developers, identity, ledger
from dalan.errors import NotFound
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse

PATH: Final = f"{desk.PATH}/charges"
ASKED_LENGTH_MAX: Final = 80


@get(PATH)
async def charges_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """The newest that was paid, or what ``?q=`` is about: a payment's token, an app's slug,
    somebody's mobile number."""
    asked = visitor.request.query_params.get("q", "").strip()[:ASKED_LENGTH_MAX]
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "deposits")
        shown = await _shown(tx, visitor, await _found(tx, asked))
        held = [] if asked else await accounts.held(tx)
    return desk.page(
        visitor,
        me,
        "admin/charges.html",
        current="charges",
        asked=asked,
        found=shown,
        held=held,
        reason_length_max=desk.REASON_LENGTH_MAX,
    )


@post(f"{PATH}/{{number:int}}/refund", status_code=200)
async def refund_charge(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], number: FromPath[int]
) -> AnyResponse:
    """Give the person back what the app took, with a reason, out of the app's balance."""
    form = await desk.form(visitor, services, "deposits")
    _ = visitor.gettext
    reason = form.text(f"reason-{number}")
    has_reason = 0 < len(reason) <= desk.REASON_LENGTH_MAX

    async def work(tx: WriteTransaction) -> tuple[charges.Charge, str]:
        me = await desk.entered(tx, visitor, "deposits")
        paid = await charges.charge(tx, desk.bounded(number))
        refunded = await charges.refund(tx, paid.id) if has_reason else None
        if refunded is None:
            return paid, ""
        await desk.note(
            tx,
            me,
            "charge.refunded",
            audit.Subject.app(refunded.app_id),
            payment=refunded.token,
            amount_rials=refunded.amount_rials,
            reason=reason,
        )
        if await identity.account_closed_at(tx, refunded.person_id) is None:
            return refunded, _("The payment is given back.")
        return refunded, _(
            "It is given back, but the account is closed: it is held here until you pay it out."
        )

    try:
        paid, said = await services.db.transact(work)
    except (charges.UnknownCharge, NotFound):
        return desk.refused(visitor, PATH, _("There is no such payment."))
    except ledger.InsufficientFunds:
        return desk.refused(visitor, PATH, _("The app’s balance holds less than that by now."))
    back = f"{PATH}?q={paid.token}"
    if said:
        return desk.done(visitor, back, said)
    if not has_reason:
        return desk.refused(visitor, back, _("Say why it is given back."))
    return desk.refused(visitor, back, _("This payment cannot be given back: see its state."))


async def _found(tx: ReadTransaction, asked: str) -> list[charges.Charge]:
    if not asked:
        return await charges.paid(tx)
    if called := await charges.paid_called(tx, asked):
        return called
    try:
        person = await identity.person_by_phone(tx, phone.parse(asked))
    except phone.InvalidPhone:
        pass
    else:
        return [] if person is None else await charges.paid(tx, person_id=person.id)
    try:
        app = await developers.app_by_slug(tx, asked)
    except developers.UnknownApp:
        return []
    return await charges.paid(tx, app_id=app.id)


async def _shown(
    tx: ReadTransaction, visitor: Visitor, found: list[charges.Charge]
) -> list[dict[str, Any]]:
    _ = visitor.gettext
    apps = await developers.apps_by_id(tx, sorted({one.app_id for one in found}))
    people = await identity.people(tx, sorted({one.person_id for one in found}))

    def payer(one: charges.Charge) -> str:
        person = people[one.person_id]
        return _("A closed account") if changes.is_closed(person) else changes.name_of(person)

    return [
        {
            "charge": one,
            "app": apps[one.app_id],
            "payer": payer(one),
            "state": _state(visitor, one),
        }
        for one in found
    ]


def _state(visitor: Visitor, one: charges.Charge) -> tuple[str, str]:
    _ = visitor.gettext
    if one.refunded_at is not None or one.state == "over":
        return _("Given back"), "neutral"
    if one.state == "taken":
        return _("Taken by the app"), "success"
    return _("Held: the app has not taken it yet"), "info"
