"""A person, a gateway, and payments begun."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from dalan.domains import posts, wallet
from dalan.kernel.db import Database
from tests.factories.bank import bank_gateway
from tests.factories.identity import make_person
from tests.factories.posts import make_post

Begin = Callable[..., Awaitable[wallet.Payment]]


@pytest.fixture
async def gateway(db: Database) -> AsyncIterator[wallet.Gateway]:
    async with bank_gateway(db) as made:
        yield made


@pytest.fixture
async def person_id(db: Database) -> int:
    async with db.write() as tx:
        return (await make_person(tx)).id


@pytest.fixture
async def post(db: Database, person_id: int) -> posts.Post:
    async with db.write() as tx:
        return await make_post(tx, owner_id=person_id)


@pytest.fixture
def begin(db: Database, gateway: wallet.Gateway, person_id: int) -> Begin:
    """Begin a payment of the person's at the bank, of 500,000 rials unless said otherwise."""

    async def begun(**given) -> wallet.Payment:
        values: dict[str, Any] = {
            "person_id": person_id,
            "amount_rials": 500_000,
            "callback_url": lambda token: f"http://dalan.test/pay/return/{token}",
            "description": "شارژ",
        } | given
        return (await wallet.begin(db, given.pop("gateway", gateway), **values)).payment

    return begun
