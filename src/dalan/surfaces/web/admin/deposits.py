"""Deposits that teams say they made, and whether the money is there."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, developers, support
from dalan.domains.support import AlreadyDecided, Deposit, InvalidField, SameTransfer
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import support_words
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse, Entered

Decision = Callable[[WriteTransaction, Entered], Awaitable[Deposit]]


@get(f"{PATH}/deposits")
async def deposits_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Deposits that wait, the one that waits longest first, and the last that were answered."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "deposits")
        waiting = await _shown(tx, visitor, await support.open_deposits(tx))
        decided = await _shown(tx, visitor, await support.decided_deposits(tx))
    return desk.page(
        visitor,
        me,
        "admin/deposits.html",
        current="deposits",
        waiting=waiting,
        decided=decided,
        file_path=f"{PATH}/files",
        answer_length_max=support.NOTE_LENGTH_MAX,
    )


@post(f"{PATH}/deposits/{{deposit_id:str}}/confirm", status_code=200)
async def confirm(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    deposit_id: FromPath[str],
) -> AnyResponse:
    """The money is there."""
    form = await desk.form(visitor, services, "deposits")

    async def work(tx: WriteTransaction, me: Entered) -> Deposit:
        return await support.confirm_deposit(
            tx, deposit_id, by_id=me.person.id, answer=form.raw("answer")
        )

    said = visitor.gettext("The deposit is confirmed.")
    return await _decide(visitor, services, deposit_id, "deposit.confirmed", work, said)


@post(f"{PATH}/deposits/{{deposit_id:str}}/refuse", status_code=200)
async def refuse(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    deposit_id: FromPath[str],
) -> AnyResponse:
    """It is not; the team reads why."""
    form = await desk.form(visitor, services, "deposits")

    async def work(tx: WriteTransaction, me: Entered) -> Deposit:
        return await support.refuse_deposit(
            tx, deposit_id, by_id=me.person.id, answer=form.raw("answer")
        )

    said = visitor.gettext("The deposit is refused.")
    return await _decide(visitor, services, deposit_id, "deposit.refused", work, said)


async def _decide(
    visitor: Visitor,
    services: Services,
    deposit_id: str,
    action: str,
    work: Decision,
    said: str,
) -> AnyResponse:
    path, _ = f"{PATH}/deposits", visitor.gettext

    async def decide(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "deposits")
        before = await support.deposit(tx, deposit_id)
        after = await work(tx, me)
        if after != before:
            await desk.note(
                tx,
                me,
                action,
                audit.Subject.app(after.app_id),
                deposit_id=after.id,
                amount_rials=after.amount_rials,
            )

    try:
        await services.db.transact(decide)
    except SameTransfer:
        return desk.refused(
            visitor, path, _("This bank transfer was confirmed for another deposit already.")
        )
    except InvalidField as error:
        refused = support_words.refusal(_, visitor.lang, error)
        if error.problem == "required":
            refused = _("Give a reason; the team reads it.")
        return desk.refused(visitor, path, refused)
    except AlreadyDecided as error:
        return desk.refused(visitor, path, support_words.refusal(_, visitor.lang, error))
    return desk.done(visitor, path, said)


async def _shown(
    tx: ReadTransaction, visitor: Visitor, deposits: list[Deposit]
) -> list[dict[str, Any]]:
    _ = visitor.gettext
    apps = await developers.apps_by_id(tx, [one.app_id for one in deposits])
    receipts = await support.receipts_of(tx, deposits)
    return [
        {
            "deposit": one,
            "app": apps[one.app_id],
            "method": support_words.method(_, one.method),
            "state": support_words.deposit_state(_, one.state),
            "receipts": receipts.get(one.id, []),
            "is_named_elsewhere": one.state == "open"
            and bool(await support.named_elsewhere(tx, one)),
        }
        for one in deposits
    ]
