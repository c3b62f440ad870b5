"""An app promotes a post at its owner's expense, once for each id."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from dalan.domains import ledger, posts
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, OutcomeUnknown
from dalan.surfaces.kenar.app import Kenar
from dalan.surfaces.kenar.routes import pay_promotion
from tests.factories.payments import new_id
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

PATH = "/experimental/open-platform/post/{}/pay-promotion"
RICH_RIALS = 5_000_000
BUMP, RENEW, PUBLISH = (f"PROMOTION_OPERATION_{what}" for what in ("REORDER", "RENEW", "PUBLISH"))


async def give(scene: Scene, rials: int = RICH_RIALS) -> None:
    async with scene.platform.services.db.write() as tx:
        await ledger.transfer(
            tx, reference=f"gift:{rials}", kind="top_up",
            sides=[
                ledger.Side("gateway", 0, -rials), ledger.Side("wallet", scene.person.id, rials)
            ],
        )  # fmt: skip


async def held(scene: Scene) -> int:
    async with scene.platform.services.db.look() as tx:
        assert await ledger.check(tx) == []
        return await ledger.balance_rials(tx, "wallet", scene.person.id)


async def pay(scene: Scene, post: posts.Post | None = None, **said: Any) -> httpx.Response:
    body = {"operation": BUMP, "id": new_id(), "is_personal": True} | said
    return await scene.call(
        "POST",
        PATH.format((post or scene.post).token),
        token=await scene.token("PAY_USER_POST_PROMOTION"),
        json=body,
    )


async def test_bump_is_paid_from_the_owners_wallet(scene: Scene, moment: AdjustableClock):
    await give(scene)
    moment.advance(timedelta(days=1))

    uuid = new_id()
    answer = await pay(scene, id=uuid)

    told = answer.json()
    assert answer.status_code == 200
    assert (told["status"], told["order_id"]) == ("PAY_STATUS_PAID", uuid)
    assert told["paid_at"] == "2026-11-22T08:30:00Z"
    assert await held(scene) == RICH_RIALS - int(told["amount_rials"])


async def test_the_same_id_answers_the_same_and_pays_once(scene: Scene, moment: AdjustableClock):
    await give(scene)
    moment.advance(timedelta(days=1))
    uuid = new_id()

    first = (await pay(scene, id=uuid)).json()
    moment.advance(timedelta(days=1))
    again = await asyncio.gather(*(pay(scene, id=uuid) for _ in range(16)))

    assert {answer.status_code for answer in again} == {200}
    assert all(answer.json() == first for answer in again)
    assert await held(scene) == RICH_RIALS - int(first["amount_rials"])


async def test_thirty_two_at_once_pay_once(scene: Scene, moment: AdjustableClock):
    await give(scene)
    moment.advance(timedelta(days=1))
    uuid, token = new_id(), await scene.token("PAY_USER_POST_PROMOTION")
    body = {"operation": BUMP, "id": uuid, "is_personal": True}

    answers = await asyncio.gather(
        *(
            scene.call("POST", PATH.format(scene.post.token), token=token, json=body)
            for _ in range(32)
        )
    )

    assert {answer.status_code for answer in answers} == {200}, [a.text for a in answers]
    assert len({answer.text for answer in answers}) == 1
    assert await held(scene) == RICH_RIALS - int(answers[0].json()["amount_rials"])


async def test_a_wallet_that_holds_too_little_fails_and_stays_failed(
    scene: Scene, moment: AdjustableClock
):
    await give(scene, 10)
    moment.advance(timedelta(days=1))
    uuid = new_id()

    poor = await pay(scene, id=uuid)
    await give(scene)
    again = await pay(scene, id=uuid)

    assert poor.status_code == 200
    assert poor.json()["status"] == "PAY_STATUS_FAILED"
    assert "paid_at" not in poor.json()
    assert again.json() == poor.json()
    assert await held(scene) == RICH_RIALS + 10


async def test_the_same_id_for_something_else_is_a_conflict(scene: Scene, moment: AdjustableClock):
    await give(scene)
    moment.advance(posts.LIFETIME - timedelta(days=1))
    uuid = new_id()
    await pay(scene, id=uuid)
    before = await held(scene)

    answer = await pay(scene, id=uuid, operation=RENEW)

    assert (answer.status_code, answer.json()["code"]) == (409, 6)
    assert await held(scene) == before


async def test_publication_is_paid_by_the_owner(scene: Scene):
    await give(scene)
    async with scene.platform.services.db.write() as tx:
        post = await make_post(tx, owner_id=scene.person.id, state="waiting_for_payment")

    answer = await pay(scene, post, operation=PUBLISH)

    assert answer.json()["status"] == "PAY_STATUS_PAID"
    async with scene.platform.services.db.look() as tx:
        after = await posts.by_id(tx, post.id)
    assert after is not None
    assert after.state == "waiting_for_review"


async def test_payment_that_takes_long_is_reconciled_by_asking_again(
    scene: Scene, moment: AdjustableClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pay_promotion, "ANSWER_SECONDS_MAX", 0.05)
    await give(scene)
    moment.advance(timedelta(days=1))
    uuid, token = new_id(), await scene.token("PAY_USER_POST_PROMOTION")
    body = {"operation": BUMP, "id": uuid, "is_personal": True}
    path = PATH.format(scene.post.token)

    async with scene.platform.services.db.write() as tx:  # the wallet is somebody else's for now
        await ledger.transfer(
            tx, reference="slow", kind="top_up",
            sides=[ledger.Side("gateway", 0, -1), ledger.Side("wallet", scene.person.id, 1)],
        )  # fmt: skip
        unsure = [await scene.call("POST", path, token=token, json=body) for _ in range(2)]
    monkeypatch.undo()
    paid = (await pay(scene, id=uuid)).json()

    assert [one.status_code for one in unsure] == [200, 200]
    assert unsure[0].json() == unsure[1].json()
    assert unsure[0].json() == {
        "status": "PAY_STATUS_RECONCILING",
        "order_id": uuid,
        "amount_rials": paid["amount_rials"],
    }
    assert paid["status"] == "PAY_STATUS_PAID"
    assert await held(scene) == RICH_RIALS + 1 - int(paid["amount_rials"])


async def test_commit_nobody_heard_of_is_reconciled_by_asking_again(
    scene: Scene, moment: AdjustableClock
):
    await give(scene)
    moment.advance(timedelta(days=1))
    services = scene.platform.services
    unsure = Kenar(msgspec.structs.replace(services, db=Unheard(services.db)))
    uuid, token = new_id(), await scene.token("PAY_USER_POST_PROMOTION")
    body = {"operation": BUMP, "id": uuid, "is_personal": True}
    headers = {"X-API-Key": scene.key, "Authorization": f"Bearer {token}"}

    transport = httpx.ASGITransport(app=unsure)
    async with httpx.AsyncClient(transport=transport, base_url="http://dalan.test") as app:
        first = await app.post(PATH.format(scene.post.token), json=body, headers=headers)
    again = await pay(scene, id=uuid)

    assert (first.status_code, first.json()["status"]) == (200, "PAY_STATUS_RECONCILING")
    assert again.json()["status"] == "PAY_STATUS_PAID"
    assert await held(scene) == RICH_RIALS - int(again.json()["amount_rials"])


class Unheard:
    """A database whose every commit succeeds, and whose word of it is lost."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def transact(self, work: Any) -> Any:
        await self._db.transact(work)
        raise OutcomeUnknown("the connection broke during the commit")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"id": "no uuid"}, 400),
        ({"id": ""}, 400),
        ({"operation": "PROMOTION_OPERATION_SHOUT"}, 400),
        ({"operation": None}, 400),
        ({"is_personal": "yes"}, 400),
        ({"is_personal": False}, 412),
        ({"operation": PUBLISH}, 412),
        ({"operation": RENEW}, 412),
        ({}, 412),
    ],
)
async def test_what_cannot_be_done_is_refused_and_takes_nothing(scene: Scene, said, status):
    await give(scene)

    answer = await pay(scene, **said)

    assert answer.status_code == status, answer.text
    assert await held(scene) == RICH_RIALS


async def test_somebody_elses_post_is_not_theirs_to_promote(scene: Scene):
    await give(scene)
    async with scene.platform.services.db.write() as tx:
        other = await make_post(tx)

    assert (await pay(scene, other)).status_code == 403
