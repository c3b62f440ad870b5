"""What things cost, and what is free."""

import pytest

from dalan.domains import payments, posts
from dalan.domains.payments.free_posts import WITHIN
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import WriteTransaction
from tests.factories.payments import make_order, make_rich_app, make_unpaid_post
from tests.factories.posts import make_owner, make_post


async def cost(tx: WriteTransaction, category: str, city: str, app_id: int | None = None) -> int:
    found = await payments.cost(tx, "bump", category=category, city=city, app_id=app_id)
    return found.cost_rials


async def test_our_prices_know_category_and_city(tx):
    assert await cost(tx, "light", "tehran") > await cost(tx, "light", "yazd")
    assert await cost(tx, "light", "yazd") > await cost(tx, "mobile-phones", "yazd")
    assert await cost(tx, "light", "tehran") % 10_000 == 0


async def test_narrowest_line_of_the_table_holds(tx):
    by_id = await make_owner(tx)
    app_id = await make_rich_app(tx)
    lines = [
        ("", "", None, 10),
        ("", "tehran", None, 20),
        ("vehicles", "", None, 30),
        ("light", "", None, 40),
        ("light", "tehran", None, 50),
        ("", "", app_id, 60),
    ]
    seen = []
    for category, city, whose, rials in lines:
        await payments.set_price(
            tx, "bump", category=category, city=city, app_id=whose, cost_rials=rials, by_id=by_id
        )
        seen.append(await cost(tx, "light", "tehran"))

    assert seen == [10, 20, 30, 40, 50, 50]
    assert await cost(tx, "light", "tehran", app_id) == 60
    assert await cost(tx, "light", "yazd") == 40
    assert await cost(tx, "mobile-phones", "tehran") == 20
    assert await cost(tx, "mobile-phones", "yazd") == 10


async def test_price_of_one_operation_says_nothing_of_the_others(tx):
    by_id = await make_owner(tx)
    before = await payments.cost(tx, "renew", category="light", city="tehran", app_id=None)
    await payments.set_price(
        tx, "bump", category="", city="", app_id=None, cost_rials=1, by_id=by_id
    )

    assert before == await payments.cost(tx, "renew", category="light", city="tehran", app_id=None)


async def left(tx: WriteTransaction, person_id: int, category: str = "light") -> int:
    return await payments.free_posts_left(tx, person_id=person_id, category=category)


async def is_free(tx: WriteTransaction, person_id: int, category: str = "light") -> bool:
    return await payments.submit_is_free(tx, person_id=person_id, category=category, city="tehran")


async def test_free_posts_are_used_up_by_category_and_come_back(tx, moment: AdjustableClock):
    person_id = await make_owner(tx)
    for _ in range(payments.FREE_POSTS["vehicles"]):
        assert await is_free(tx, person_id)
        await make_post(tx, owner_id=person_id)

    assert not await is_free(tx, person_id)
    assert await left(tx, person_id, "mobile-phones") == payments.FREE_POSTS["electronic-devices"]
    moment.advance(WITHIN)
    assert await left(tx, person_id) == payments.FREE_POSTS["vehicles"]


async def test_what_waits_was_paid_or_came_from_an_app_does_not_count(tx):
    person_id = await make_owner(tx)
    app_id = await make_rich_app(tx)
    await make_post(tx, owner_id=person_id, state="waiting_for_payment")
    await make_post(tx, owner_id=person_id, development=True)
    await make_post(tx, owner_id=person_id, app_id=app_id)
    paid = await make_unpaid_post(tx, app_id, owner_id=person_id)
    await payments.pay(tx, make_order(app_id, paid), by=posts.SYSTEM, reviewed=True)

    assert await left(tx, person_id) == payments.FREE_POSTS["vehicles"]


async def test_what_has_no_price_is_free_without_end(tx):
    person_id = await make_owner(tx)
    await payments.set_free_quota(tx, "vehicles", posts_count=0, by_id=person_id)
    assert not await is_free(tx, person_id)

    await payments.set_price(
        tx, "submit", category="vehicles", city="", app_id=None, cost_rials=0, by_id=person_id
    )

    assert await is_free(tx, person_id)


async def test_quota_of_a_narrower_category_is_counted_alone(tx):
    person_id = await make_owner(tx)
    await payments.set_free_quota(tx, "light", posts_count=1, by_id=person_id)
    await make_post(tx, owner_id=person_id)

    assert await left(tx, person_id, "light") == 0
    assert await left(tx, person_id, "motorcycles") == payments.FREE_POSTS["vehicles"]
    assert await payments.remove_free_quota(tx, "light") is True
    assert await payments.remove_free_quota(tx, "light") is False


@pytest.mark.parametrize("posts_count", [-1, 1_001])
async def test_quota_out_of_range_is_refused(tx, posts_count):
    with pytest.raises(payments.InvalidField):
        await payments.set_free_quota(
            tx, "vehicles", posts_count=posts_count, by_id=await make_owner(tx)
        )
