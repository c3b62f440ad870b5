"""Money paid in for an app: asked for here, checked by an operator."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import payments, support
from dalan.domains.support import AlreadyDecided, SameTransfer, TooMuch
from dalan.kernel import randomness
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import attachments, support_words
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened


@get(f"{APPS_PATH}/{{slug:str}}/deposits")
async def deposits_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The balance, the form, and what became of earlier deposits."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        shown = await _deposits(tx, visitor, opened)
    return _page(visitor, opened, shown, html.Form())


@post(f"{APPS_PATH}/{{slug:str}}/deposits", status_code=200)
async def ask_deposit(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Say that money was paid in; the form carries an id, so that sent twice it asks once."""
    path = desk.path_of(slug, "deposits")
    visitor.require_person(back=path)
    form = await attachments.form_with_files(visitor, services)
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
    _ = visitor.gettext
    receipt = await attachments.prepared(visitor, services, form, "receipt")
    amount_rials = form.whole_number("amount")
    if amount_rials is None:
        form.fail("amount", _("Write the amount as a number."))
    try:
        if form.ok and amount_rials is not None:
            async with services.db.write() as tx:
                opened = await desk.opened(tx, visitor, slug, at_least="admin")
                known = {one.id for one in await support.deposits_of(tx, opened.app.id)}
                made = await support.ask_deposit(
                    tx,
                    opened.app.id,
                    deposit_id=form.text("deposit_id"),
                    person_id=opened.person.id,
                    amount_rials=amount_rials,
                    method=form.text("method"),
                    tracking_number=form.raw("tracking_number"),
                    note=form.raw("note"),
                    receipt=receipt,
                )
                if made.id not in known:
                    await desk.note(
                        tx, opened, "deposit.asked", deposit_id=made.id, amount_rials=amount_rials
                    )
    except support.InvalidField as error:
        field = "" if error.field == "deposit_id" else error.field
        form.fail(field, support_words.refusal(_, visitor.lang, error))
    except SameTransfer as error:
        form.fail("tracking_number", support_words.refusal(_, visitor.lang, error))
    except TooMuch as error:
        form.fail("", support_words.refusal(_, visitor.lang, error))
    if not form.ok:
        async with services.db.read() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            shown = await _deposits(tx, visitor, opened)
        return _page(visitor, opened, shown, form, status=422)
    return desk.saved(visitor, path, _("Your deposit is being checked. The answer appears here."))


@post(f"{APPS_PATH}/{{slug:str}}/deposits/{{deposit_id:str}}/withdraw", status_code=200)
async def withdraw(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    deposit_id: FromPath[str],
) -> AnyResponse:
    """It was a mistake."""
    path = desk.path_of(slug, "deposits")
    visitor.require_person(back=path)
    await visitor.form()
    _ = visitor.gettext
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            before = await support.deposit(tx, deposit_id)
            taken = await support.withdraw_deposit(tx, deposit_id, app_id=opened.app.id)
            if taken != before:
                await desk.note(tx, opened, "deposit.withdrawn", deposit_id=taken.id)
    except AlreadyDecided as error:
        return desk.refused(visitor, path, support_words.refusal(_, visitor.lang, error))
    return desk.saved(visitor, path, _("The deposit is taken back."))


async def _deposits(tx: ReadTransaction, visitor: Visitor, opened: Opened) -> dict[str, Any]:
    _ = visitor.gettext
    found = await support.deposits_of(tx, opened.app.id)
    receipts = await support.receipts_of(tx, found)
    return {
        "balance_rials": await payments.balance_rials(tx, opened.app.id),
        "deposits": [
            {
                "deposit": one,
                "method": support_words.method(_, one.method),
                "state": support_words.deposit_state(_, one.state),
                "receipts": receipts.get(one.id, []),
            }
            for one in found
        ],
    }


def _page(
    visitor: Visitor,
    opened: Opened,
    shown: dict[str, Any],
    form: html.Form,
    *,
    status: int = 200,
) -> AnyResponse:
    _ = visitor.gettext
    return desk.app_page(
        visitor,
        opened,
        "panel/deposits.html",
        current="deposits",
        status=status,
        form=form,
        # A form that was refused goes on as the same deposit.
        deposit_id=form.raw("deposit_id") or str(randomness.uuid4()),
        methods=[(name, support_words.method(_, name)) for name in support.DEPOSIT_METHODS],
        file_path=desk.path_of(opened.app.slug, "files"),
        accept=attachments.ACCEPT,
        tracking_length_max=support.TRACKING_LENGTH_MAX,
        note_length_max=support.NOTE_LENGTH_MAX,
        **shown,
    )
