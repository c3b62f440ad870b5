"""A person's wallet: what it holds, how it came and went, and putting money in."""

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.domains import charges, developers, ledger, wallet
from dalan.surfaces import html
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site.paying import lead_to_bank

PATH: Final = "/my-divar/wallet"
AMOUNTS_TOMANS: Final = (50_000, 100_000, 200_000, 500_000)
"""One press each; any other amount is typed."""

LINE_NAMES: Final[dict[str, tuple[str, str]]] = {
    "top_up": (marked("Paid in by card"), "card"),
    "submit": (marked("Publication of a post"), "document"),
    "bump": (marked("Bump"), "trend"),
    "renew": (marked("Renewal"), "refresh"),
    "refund": (marked("Given back"), "exchange"),
    "charge": (marked("Paid to an app"), "puzzle"),
    "charge_back": (marked("Given back: the app did not take it"), "exchange"),
    "charge_refund": (marked("Given back by the marketplace"), "exchange"),
    "paid_out": (marked("Paid out by the marketplace"), "exchange"),
    "business_top_up": (marked("Into the wallet of a business"), "store"),
    "business_closed": (marked("From a business that closed"), "store"),
}


class Line(msgspec.Struct, frozen=True):
    """One line of the statement, ready to be shown. ``post_token`` is what it was paid for,
    ``said`` what whoever was paid called it."""

    title: str
    icon: str
    line: ledger.StatementLine
    post_token: str
    said: str


@get(PATH)
async def wallet_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Balance, payments under way, the statement in pages; ``?before=`` turns them."""
    return await _page(visitor, html.Form())


@post(f"{PATH}/top-up", status_code=200)
async def top_up(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Go to the bank with an amount of tomans."""
    visitor.require_person(back=PATH)
    form = await visitor.form()
    _ = visitor.gettext
    tomans = form.whole_number("amount_tomans")
    least, most = wallet.AMOUNT_MIN_RIALS // 10, wallet.AMOUNT_MAX_RIALS // 10
    if tomans is None:
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
        return await _page(visitor, form, status=422)
    return await lead_to_bank(
        visitor, amount_rials=tomans * 10, description=_("Adding to the wallet"), back=PATH
    )


async def _page(visitor: Visitor, form: html.Form, *, status: int = 200) -> Response[Any]:
    person = visitor.require_person()
    typed = visitor.request.query_params.get("before", "")
    before_id = html.forms.number_in(typed)
    async with visitor.services.db.read() as tx:
        balance_rials = await wallet.balance_rials(tx, person.id)
        lines, has_older = await wallet.statement_of(tx, person.id, before_id=before_id)
        under_way = await wallet.under_way(tx, person.id)
        asked = await charges.waiting_for(tx, person.id)
        apps = await developers.apps_by_id(tx, [one.app_id for one in asked])
    return visitor.page(
        "account/wallet.html",
        status=status,
        active="account",
        form_action=False,  # the bank is on another host
        form=form,
        balance_rials=balance_rials,
        lines=[_shown(one, visitor) for one in lines],
        is_first_page=before_id is None,
        next_url=f"{PATH}?before={lines[-1].id}#statement" if has_older else "",
        under_way=under_way,
        asked=[(one, apps[one.app_id].display) for one in asked],
        has_gateway=visitor.services.gateway is not None,
        amounts_tomans=AMOUNTS_TOMANS,
    )


def _shown(line: ledger.StatementLine, visitor: Visitor) -> Line:
    _ = visitor.gettext
    title, icon = LINE_NAMES.get(line.kind, (marked("Other"), "money"))
    is_post = line.kind in ("submit", "bump", "renew")
    said = line.note if line.kind in ("charge", "charge_back", "charge_refund") else ""
    return Line(_(title), icon, line, line.note if is_post else "", said)
