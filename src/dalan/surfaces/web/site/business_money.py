"""The wallet of a business: what it holds, and putting money of one's own into it."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import ledger, wallet
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site.business_log import note
from dalan.surfaces.web.site.businesses import (
    LIST_PATH,
    business_page,
    missing_page,
    opened,
    refused,
)


@post(f"{LIST_PATH}/{{token:str}}/top-up", status_code=200)
async def top_up_business(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Move tomans from the person's wallet into the business's. Sent twice, it is moved once."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    form = await visitor.form()
    _ = visitor.gettext
    tomans, order = form.whole_number("amount_tomans"), _uuid(form.raw("order"))
    least, most = wallet.AMOUNT_MIN_RIALS // 10, wallet.AMOUNT_MAX_RIALS // 10
    if tomans is None or not order:
        form.fail("amount_tomans", _("Write the amount as a number."))
    elif not least <= tomans <= most:
        form.fail(
            "amount_tomans",
            _(
                "From %(least)s to %(most)s.",
                least=html.numbers.money(least, visitor.lang),
                most=html.numbers.money(most, visitor.lang),
            ),
        )
    if tomans is None or not form.ok:
        return await business_page(visitor, token, person, money_form=form, status=422)

    async def work(tx: WriteTransaction) -> bool:
        found = await opened(tx, token, person)
        if found is None:
            return False
        reference = await ledger.transfer_of(tx, f"business_top_up:{person.id}:{order}")
        await wallet.top_up_business(
            tx,
            found.business.id,
            by_person_id=person.id,
            amount_rials=tomans * 10,
            uuid=order,
        )
        if reference is None:
            await note(
                tx,
                person.id,
                "business.topped_up",
                found.business.id,
                amount_rials=tomans * 10,
            )
        return True

    back = f"{LIST_PATH}/{token}"
    try:
        if not await visitor.services.db.transact(work):
            return missing_page(visitor)
    except ledger.InsufficientFunds:
        text = _("Your wallet does not hold that much. Add money to it first.")
        return refused(visitor, back, text)
    except ledger.ReferenceReused:
        return refused(visitor, back, _("Please choose again."))
    return visitor.see_other(
        f"{back}#money", flash=html.Flash("success", _("The money is in the business's wallet."))
    )


def _uuid(text: str) -> str:
    """The name of a transfer as a form gave it; "" for what is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
