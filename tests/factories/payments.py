"""Payments for tests: an app with money, its post, and orders for it."""

from typing import Any
from uuid import uuid4

from dalan.domains import charges, developers, ledger, payments, posts
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction
from tests.factories.developers import KEYS, make_app
from tests.factories.posts import make_post

RICH_RIALS = 100_000_000


def new_id() -> str:
    """A caller's id of a payment."""
    return str(uuid4())


async def make_rich_app(
    tx: WriteTransaction, *, keys: Keyring = KEYS, rials: int = RICH_RIALS
) -> int:
    """An app with that much in its balance; its id."""
    app = (await make_app(tx, keys=keys, production=True)).app
    if rials:
        await payments.pay_in(tx, app.id, reference=f"test:{app.id}", amount_rials=rials)
    return app.id


async def make_unpaid_post(tx: WriteTransaction, app_id: int, **said: Any) -> posts.Post:
    """A post the app submitted, which waits for its payment."""
    return await make_post(tx, app_id=app_id, state="waiting_for_payment", **said)


def make_order(
    app_id: int, post: posts.Post, operation: payments.Operation = "submit", **said: Any
) -> payments.Order:
    """The app's order for the post."""
    uuid = said.pop("uuid", "") or new_id()
    return payments.order(payments.by_balance(app_id), uuid, operation, post, **said)


async def make_failed_payment(tx: WriteTransaction, app_id: int, post: posts.Post) -> None:
    """A payment that was refused for want of money."""
    refusal = ledger.InsufficientFunds(held_rials=0, asked_rials=1)
    await payments.note_failure(tx, make_order(app_id, post, "bump"), refusal)


async def make_ticket_to_pay_with(
    tx: WriteTransaction, app_id: int, person_id: int, *, service_type: str = "REPORT_INSPECTION"
) -> payments.Ticket:
    """A payment ticket of a million rials; its issuer is an internal app from then on."""
    await developers.classify(tx, app_id, service_type="INTERNAL", tags=[], by_team=False)
    return await payments.issue_ticket(
        tx,
        issuer_app_id=app_id,
        person_id=person_id,
        service_type=service_type,
        amount_max_rials=1_000_000,
    )


async def make_taken_charge(
    tx: WriteTransaction, app: developers.App, person_id: int, *, amount_rials: int = 400_000
) -> charges.Charge:
    """What a person paid an app from their wallet, and the app took."""
    await ledger.transfer(
        tx,
        reference=new_id(),
        kind="top_up",
        sides=[
            ledger.Side("gateway", 0, -amount_rials),
            ledger.Side("wallet", person_id, amount_rials),
        ],
    )
    asked = await charges.ask(
        tx, app=app, person_id=person_id, amount_rials=amount_rials, description="گزارش کارشناسی",
        return_url="https://app.example/back", policy=developers.AddressPolicy(),
    )  # fmt: skip
    await charges.pay(tx, asked.token, person_id=person_id)
    return await charges.take(tx, asked.token, app_id=app.id)
