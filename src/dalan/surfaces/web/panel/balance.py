"""What an app holds, what it paid for, and the payment tickets an internal app issues."""

import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import identity, payments, posts, taxonomy
from dalan.kernel import clock, paging, phone, randomness
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import payment_words
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

SHOWN = 20
TICKETS_SHOWN = 20
DAYS: Final = ("30", "90", "365")
CSV_COLUMNS: Final = (
    *("id", "operation", "state", "cost_rials", "post_token", "created_at", "extra_details"),
)


@get(f"{APPS_PATH}/{{slug:str}}/balance")
async def balance_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The balance and what was paid from it, newest first, in pages."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        shown = await _shown(tx, visitor, opened)
    return _page(visitor, opened, shown, html.Form())


@post(f"{APPS_PATH}/{{slug:str}}/payment-tickets", status_code=200)
async def issue_ticket(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Issue a payment ticket for somebody; internal apps alone."""
    path = desk.path_of(slug, "balance")
    visitor.require_person(back=path)
    form = await visitor.form()
    _ = visitor.gettext
    amount_rials = form.whole_number("amount")
    number, uuid = "", form.text("uuid") or str(randomness.uuid4())
    try:
        number = phone.parse(form.raw("phone"))
    except phone.InvalidPhone:
        form.fail("phone", _("Write a mobile number of Iran."))
    if amount_rials is None:
        form.fail("amount", _("Write the amount as a number."))
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        person = await identity.person_by_phone(tx, number) if number else None
        if number and person is None:
            form.fail("phone", _("Nobody here has this number."))
        if form.ok and person is not None and amount_rials is not None:
            try:
                known = {
                    one.uuid for one in await payments.tickets_of(tx, opened.app.id, limit=100)
                }
                ticket = await payments.issue_ticket(
                    tx,
                    issuer_app_id=opened.app.id,
                    person_id=person.id,
                    service_type=form.text("service_type"),
                    amount_max_rials=amount_rials,
                    uuid=uuid,
                )
                if ticket.uuid not in known:
                    await desk.note(
                        tx,
                        opened,
                        "payment_ticket.issued",
                        amount_rials=amount_rials,
                        service_type=ticket.service_type,
                    )
            except payments.NotInternal:
                return desk.refused(visitor, path, _("Only internal apps issue payment tickets."))
            except payments.InvalidField as error:
                if error.field == "ticket_uuid":
                    form.fail("", _("Load the page again and try once more."))
                elif error.field == "service_type":
                    form.fail("service_type", _("Choose one of these."))
                else:
                    form.fail("amount", _("The amount is out of range."))
    if form.ok:
        return desk.saved(visitor, path, _("The ticket %(uuid)s is issued.") % {"uuid": uuid})
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        shown = await _shown(tx, visitor, opened)
    return _page(visitor, opened, shown, form, status=422)


@get(f"{APPS_PATH}/{{slug:str}}/balance.csv")
async def balance_file(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The payments that fit the page's filters, for a spreadsheet: the newest ten thousand."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        wanted, _ = _wanted(visitor.request.query_params)
        found = await payments.all_transactions_of(tx, "app", opened.app.id, wanted=wanted)
        paid_for = await posts.by_ids(tx, sorted({one.post_id for one in found}))
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(CSV_COLUMNS)
    for one in found:
        at = one.created_at.isoformat(timespec="seconds")
        token = paid_for[one.post_id].token
        said = (one.uuid, one.operation, one.state, one.cost_rials, token, at, one.extra_details)
        rows.writerow([_cell(value) for value in said])
    return Response(
        # The mark lets spreadsheets see that this is UTF-8.
        "\ufeff" + out.getvalue(),
        media_type="text/csv",
        headers={
            "content-disposition": f'attachment; filename="payments-{opened.app.slug}.csv"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
    )


def _cell(value: object) -> object:
    """A spreadsheet takes a text that begins so for a formula, and runs it."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def _wanted(query: Mapping[str, str]) -> tuple[payments.Filter, dict[str, str]]:
    """The filter a query asks for, and what of it was understood, as it was written."""
    said = {
        name: query[name]
        for name, known in (
            ("operation", payments.OPERATIONS),
            ("state", payments.STATES),
            ("days", DAYS),
        )
        if query.get(name) in known
    }
    operation = next((one for one in payments.OPERATIONS if one == said.get("operation")), None)
    state = next((one for one in payments.STATES if one == said.get("state")), None)
    since = clock.now() - timedelta(days=int(said["days"])) if "days" in said else None
    return payments.Filter(operation=operation, state=state, since=since), said


async def _shown(tx: ReadTransaction, visitor: Visitor, opened: Opened) -> dict[str, Any]:
    app_id = opened.app.id
    query = visitor.request.query_params
    is_movements = query.get("view") == "movements"
    internal = opened.app.service_type == "INTERNAL"
    return {
        "balance_rials": await payments.balance_rials(tx, app_id),
        "view": "movements" if is_movements else "payments",
        **(
            await _movements(tx, visitor, app_id)
            if is_movements
            else await _payments(tx, visitor, app_id)
        ),
        "is_internal": internal,
        "tickets": (await payments.tickets_of(tx, app_id, limit=TICKETS_SHOWN) if internal else []),
    }


async def _payments(tx: ReadTransaction, visitor: Visitor, app_id: int) -> dict[str, Any]:
    _ = visitor.gettext
    query = visitor.request.query_params
    wanted, said = _wanted(query)
    after = query.get("after", "")
    try:
        page = await payments.transactions_of(
            tx, "app", app_id, size=SHOWN, after=after, wanted=wanted
        )
    except paging.InvalidCursor:  # an address somebody shortened: begin at the beginning
        after = ""
        page = await payments.transactions_of(tx, "app", app_id, size=SHOWN, wanted=wanted)
    paid_for = await posts.by_ids(tx, [one.post_id for one in page.transactions])
    return {
        "transactions": [
            {
                "transaction": one,
                "operation": payment_words.operation(_, one.operation),
                "state": payment_words.state(_, one.state),
                "post_token": paid_for[one.post_id].token,
            }
            for one in page.transactions
        ],
        "is_first": not after,
        "next": page.next,
        "wanted": said,
        "operations": [(one, payment_words.operation(_, one)) for one in payments.OPERATIONS],
        "states": [(one, payment_words.state(_, one)[0]) for one in payments.STATES],
        "days": [("30", _("Last 30 days")), ("90", _("Last 90 days")), ("365", _("Last year"))],
    }


async def _movements(tx: ReadTransaction, visitor: Visitor, app_id: int) -> dict[str, Any]:
    """Everything that came in and went out, by the books."""
    _ = visitor.gettext
    typed = visitor.request.query_params.get("before", "")
    before_id = html.forms.number_in(typed)
    lines, has_older = await payments.statement_of(tx, app_id, before_id=before_id)
    return {
        "lines": [
            {
                "line": one,
                "title": payment_words.movement(_, one.kind),
                "post_token": one.note if one.kind in payments.OPERATIONS else "",
                "said": one.note if one.kind == "charge" else "",
            }
            for one in lines
        ],
        "is_first": before_id is None,
        "next": str(lines[-1].id) if has_older else "",
    }


def _page(
    visitor: Visitor,
    opened: Opened,
    shown: dict[str, Any],
    form: html.Form,
    *,
    status: int = 200,
) -> AnyResponse:
    return desk.app_page(
        visitor,
        opened,
        "panel/balance.html",
        current="balance",
        status=status,
        form=form,
        uuid=form.raw("uuid") or str(randomness.uuid4()),
        service_types=[(one.slug, one.display) for one in taxonomy.service_types()],
        **shown,
    )
