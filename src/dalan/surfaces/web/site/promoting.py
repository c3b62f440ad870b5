"""Paying for a post: publication, bump, renewal; from one's wallet, a business's, or at a bank.

Of a business's post everybody who works there may pay from their own pocket; the business's money
is a manager's to spend.
"""

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import businesses, ledger, payments, posts, wallet
from dalan.kernel import randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import my_posts, showing
from dalan.surfaces.web.site.paying import lead_to_bank
from dalan.surfaces.web.site.paying_words import DONE, FOR_WHAT, TITLE_LENGTH_MAX, refusal_words
from dalan.surfaces.web.site.post_page import missing_page

PATH: Final = my_posts.LIST_PATH + "/{token:str}/promote"


class Card(msgspec.Struct, frozen=True):
    """One thing that can be done to the post for money, as the page shows it. ``order_uuid``
    goes with the form, so that pressing twice pays once."""

    offer: payments.Offer
    order_uuid: str
    from_wallet: bool
    from_business: bool = False


@get(PATH)
async def promote_page(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """What can be done, what it costs, and why not now."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        mine = await _own(tx, token, person.id)
        if mine is None:
            return missing_page(visitor)
        rules = visitor.services.promotion_rules
        offers = await payments.offers(tx, mine, bump_interval=rules.bump_interval)
        held_rials = await wallet.balance_rials(tx, person.id)
        business = await _paying_business(tx, mine, person.id)
        held_by_business = (
            await wallet.business_balance_rials(tx, business.id) if business is not None else 0
        )
    wanted = ("submit",) if mine.state == "waiting_for_payment" else ("bump", "renew")
    cards = [
        Card(
            offer,
            str(randomness.uuid4()),
            held_rials >= offer.cost_rials,
            business is not None and held_by_business >= offer.cost_rials > 0,
        )
        for offer in offers.values()
        if offer.operation in wanted
    ]
    return visitor.page(
        "site/promote.html",
        active="mine",
        form_action=False,  # the bank is on another host
        post=mine,
        cards=cards,
        held_rials=held_rials,
        business=business,
        held_by_business_rials=held_by_business,
        has_gateway=visitor.services.gateway is not None,
        management_url=showing.management_path_of(mine),
        least_rials=wallet.AMOUNT_MIN_RIALS,
    )


@post(PATH + "/{operation:str}", status_code=200)
async def pay_for_promotion(
    visitor: NamedDependency[Visitor], token: FromPath[str], operation: FromPath[str]
) -> Response[Any]:
    """Pay from the wallet at once, or go to the bank. Pressing again pays nothing more."""
    person = visitor.require_person(back=my_posts.LIST_PATH)
    form = await visitor.form()
    _ = visitor.gettext
    async with visitor.services.db.look() as look:
        mine = await _own(look, token, person.id)
        business = await _paying_business(look, mine, person.id) if mine is not None else None
    wanted = next((one for one in payments.OPERATIONS if one == operation), None)
    if mine is None or wanted is None:
        return missing_page(visitor)
    page = f"{showing.management_path_of(mine)}/promote"
    payer = payments.by_wallet(person.id)
    if form.raw("source") == "business":
        if business is None:
            text = _("The money of a business is a manager's to spend.")
            return visitor.see_other(page, flash=html.Flash("warning", text))
        payer = payments.by_business(business.id)
    try:
        order = payments.order(
            payer,
            form.raw("order"),
            wanted,
            mine,
            agreed_rials=form.whole_number("agreed_rials"),
        )
        if order.agreed_rials is None:
            raise payments.InvalidField("agreed_rials", "missing")
        if form.raw("source") == "bank":
            return await _at_bank(visitor, order)
        await _from_wallet(visitor, person.id, order)
    except payments.TransactionExists as error:
        if error.earlier.state not in ("completed", "refunded"):
            return visitor.see_other(page)
    except payments.InvalidField:
        return visitor.see_other(page, flash=html.Flash("warning", _("Please choose again.")))
    except businesses.NotOfBusiness:
        return missing_page(visitor)
    except (ledger.InsufficientFunds, posts.TooSoon, posts.WrongState, payments.PriceChanged) as no:
        return visitor.see_other(page, flash=html.Flash("warning", refusal_words(visitor, no)))
    flash = html.Flash("success", _(DONE[wanted]))
    return visitor.see_other(showing.management_path_of(mine), flash=flash)


async def _from_wallet(visitor: Visitor, person_id: int, order: payments.Order) -> None:
    rules = visitor.services.promotion_rules

    async def work(tx: WriteTransaction) -> None:
        fresh = await posts.by_id(tx, order.post.id)
        assert fresh is not None, "posts keep their rows"
        if order.payer.kind == "business":  # a role may have gone since it was looked at
            await businesses.check_member(tx, order.payer.id, person_id, least="manager")
        again = msgspec.structs.replace(order, post=fresh)
        await wallet.promote(tx, again, by=posts.by_owner(person_id), rules=rules)

    await visitor.services.db.transact(work)


async def _at_bank(visitor: Visitor, order: payments.Order) -> Response[Any]:
    interval = visitor.services.promotion_rules.bump_interval
    async with visitor.services.db.look() as tx:
        offer = await payments.offer(tx, order.operation, order.post, bump_interval=interval)
    if offer.cost_rials != order.agreed_rials:
        raise payments.PriceChanged(
            agreed_rials=order.agreed_rials or 0, cost_rials=offer.cost_rials
        )
    if offer.obstacle == "too_soon" and offer.possible_at is not None:
        raise posts.TooSoon(possible_at=offer.possible_at)
    if not offer.available:
        raise posts.WrongState(state=order.post.state, wanted=order.operation)
    title = order.post.title[:TITLE_LENGTH_MAX]
    return await lead_to_bank(
        visitor,
        # What exceeds the price stays in the wallet: the gateway takes no less.
        amount_rials=max(offer.cost_rials, wallet.AMOUNT_MIN_RIALS),
        description=visitor.gettext(FOR_WHAT[order.operation], title=title),
        back=f"{showing.management_path_of(order.post)}/promote",
        purchase=wallet.Purchase(
            operation=order.operation,
            post_id=order.post.id,
            price_rials=offer.cost_rials,
            order_uuid=order.uuid,
        ),
    )


async def _paying_business(
    tx: ReadTransaction, post: posts.Post, person_id: int
) -> businesses.Business | None:
    """The business whose money this person may spend on the post."""
    business = await my_posts.business_of(tx, post)
    if business is None:
        return None
    is_manager = await businesses.is_member(tx, business.id, person_id, least="manager")
    return business if is_manager else None


async def _own(tx: ReadTransaction, token: str, person_id: int) -> posts.Post | None:
    found = await posts.by_token(tx, token)
    if found is None or not await posts.may_act(tx, found, person_id):
        return None
    return found
