"""Money that closed accounts left behind, paid out by hand to whom it belongs."""

from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import accounts, audit
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse, Entered


async def held_of(tx: ReadTransaction, me: Entered, person_id: int) -> accounts.Held | None:
    """What is held of a closed account, for whoever may pay it out."""
    return await accounts.held_of(tx, person_id) if me.may("deposits") else None


@post(f"{PATH}/people/{{person_id:int}}/pay-out", status_code=200)
async def pay_out(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], person_id: FromPath[int]
) -> AnyResponse:
    """Write down that all that is held was paid out, how and to whom. Nothing is paid by it."""
    form = await desk.form(visitor, services, "deposits")
    _ = visitor.gettext
    path = f"{PATH}/charges"
    reason = form.text(f"paid-{person_id}")
    seen_rials = form.whole_number("seen_rials") or 0
    if not 0 < len(reason) <= desk.REASON_LENGTH_MAX:
        return desk.refused(visitor, path, _("Say how and to whom it was paid."))

    async def work(tx: WriteTransaction) -> Any:
        me = await desk.entered(tx, visitor, "deposits")
        paid = await accounts.pay_out(
            tx, person_id=desk.bounded(person_id), amount_rials=seen_rials, note=reason
        )
        if paid is not None:
            await desk.note(
                tx, me, "wallet.paid_out", audit.Subject.person(person_id),
                amount_rials=paid.amount_rials, reason=reason,
            )  # fmt: skip
        return paid

    if await services.db.transact(work) is None:
        return desk.refused(visitor, path, _("Another amount is held there by now. Look again."))
    return desk.done(visitor, path, _("It is written down as paid out."))
