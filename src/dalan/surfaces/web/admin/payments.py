"""What apps, people and businesses paid, found by whatever is known of it, and giving it back."""

from typing import Any, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, businesses, developers, identity, payments, posts
from dalan.errors import NotFound
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes, payment_words
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse, Entered

PATH: Final = f"{desk.PATH}/payments"
ASKED_LENGTH_MAX: Final = 80


@get(PATH)
async def payments_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """The newest payments, or those that ``?q=`` is about: a payment's number, a post's token, an
    app's slug, somebody's mobile number."""
    asked = visitor.request.query_params.get("q", "").strip()[:ASKED_LENGTH_MAX]
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "deposits")
        found = await _found(tx, asked)
        shown = await _shown(tx, visitor, found)
    return desk.page(
        visitor,
        me,
        "admin/payments.html",
        current="payments",
        asked=asked,
        found=shown,
        reason_length_max=desk.REASON_LENGTH_MAX,
    )


@post(f"{PATH}/{{number:int}}/refund", status_code=200)
async def refund(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], number: FromPath[int]
) -> AnyResponse:
    """Give a payment back to whoever paid it, with a reason. What it was for stays as it is."""
    form = await desk.form(visitor, services, "deposits")
    _ = visitor.gettext
    reason = form.text(f"reason-{number}")

    async def work(tx: WriteTransaction) -> tuple[payments.Transaction, bool]:
        me = await desk.entered(tx, visitor, "deposits")
        paid = await payments.transaction(tx, desk.bounded(number))
        if not reason or len(reason) > desk.REASON_LENGTH_MAX:
            return paid, False
        refunded = await payments.refund(tx, paid)
        if refunded is not None:
            await _note(tx, me, refunded, reason)
        return paid, refunded is not None

    try:
        paid, is_done = await services.db.transact(work)
    except (payments.UnknownTransaction, NotFound):
        return desk.refused(visitor, PATH, _("There is no such payment."))
    back = f"{PATH}?q={paid.uuid}"
    if is_done:
        return desk.done(visitor, back, _("The payment is given back."))
    if not reason or len(reason) > desk.REASON_LENGTH_MAX:
        return desk.refused(visitor, back, _("Say why it is given back."))
    return desk.refused(visitor, back, _("This payment cannot be given back: see its state."))


async def _note(tx: WriteTransaction, me: Entered, paid: payments.Transaction, reason: str) -> None:
    kinds = {"app": "app", "wallet": "person", "business": "business"}
    await desk.note(
        tx,
        me,
        "payment.refunded",
        audit.Subject(kinds[paid.payer_kind], str(paid.payer_id)),
        payment=paid.uuid,
        operation=paid.operation,
        amount_rials=paid.cost_rials,
        reason=reason,
    )


async def _found(tx: ReadTransaction, asked: str) -> list[payments.Transaction]:
    if not asked:
        return await payments.newest_transactions(tx)
    if called := await payments.transactions_called(tx, asked.lower()):
        return called
    try:
        person = await identity.person_by_phone(tx, phone.parse(asked))
    except phone.InvalidPhone:
        pass
    else:
        return [] if person is None else await _paid_by(tx, "wallet", person.id)
    paid_for = await posts.by_token_though_gone(tx, asked)
    if paid_for is not None:
        return await payments.transactions_for(tx, paid_for.id)
    try:
        app = await developers.app_by_slug(tx, asked)
    except developers.UnknownApp:
        return []
    return await _paid_by(tx, "app", app.id)


async def _paid_by(
    tx: ReadTransaction, kind: payments.PayerKind, payer_id: int
) -> list[payments.Transaction]:
    page = await payments.transactions_of(tx, kind, payer_id, size=payments.PAGE_SIZE_MAX)
    return page.transactions


async def _shown(
    tx: ReadTransaction, visitor: Visitor, found: list[payments.Transaction]
) -> list[dict[str, Any]]:
    _ = visitor.gettext
    paid_for = await posts.by_ids(tx, sorted({one.post_id for one in found}))
    apps = await developers.apps_by_id(tx, sorted({one.app_id for one in found if one.app_id}))
    people = await identity.people(
        tx, sorted({one.payer_id for one in found if one.payer_kind == "wallet"})
    )
    shops = {
        shop_id: await businesses.by_id(tx, shop_id)
        for shop_id in sorted({one.payer_id for one in found if one.payer_kind == "business"})
    }

    def payer(one: payments.Transaction) -> tuple[str, str]:
        if one.payer_kind == "app":
            app = apps[one.payer_id]
            return app.display, f"{desk.PATH}/apps/{app.slug}"
        if one.payer_kind == "business":
            return shops[one.payer_id].name, ""
        person = people[one.payer_id]
        name = _("A closed account") if changes.is_closed(person) else changes.name_of(person)
        return name, f"{desk.PATH}/people/{person.id}"

    return [
        {
            "transaction": one,
            "operation": payment_words.operation(_, one.operation),
            "state": payment_words.state(_, one.state),
            "post_token": paid_for[one.post_id].token,
            "payer": payer(one),
            "through": apps[one.app_id].display if one.app_id and one.payer_kind != "app" else "",
            "is_refundable": one.state == "completed" and one.cost_rials > 0,
        }
        for one in found
    ]
