"""Add-ons of people and businesses end with what they rest on: consent, account, business."""

from datetime import timedelta

import pytest

from dalan.domains import addons, businesses, developers, oauth, posts
from dalan.domains.addons import spread_queries
from dalan.kernel import clock
from dalan.kernel.db import Database
from tests.factories.addons import worker
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person
from tests.factories.oauth import make_tokens
from tests.factories.posts import make_post
from tests.factories.spreads import make_business, shown, spread, spread_business


class Agreed:
    """Somebody who let an app act for them and for a business, with a post of each kind."""

    app: developers.App
    owner_id: int
    business: businesses.Business
    post: posts.Post
    of_business: posts.Post


@pytest.fixture
async def agreed(db: Database) -> Agreed:
    made = Agreed()
    async with db.write() as tx:
        made.app = (await make_app(tx, production=True)).app
        owner = await make_person(tx)
        made.owner_id = owner.id
        made.business = await make_business(tx, owner.id)
        await make_tokens(
            tx, KEYS, owner, made.app,
            f"USER_PHONE USER_ADDON_CREATE BUSINESS_ADDON_CREATE.{made.business.token}",
        )  # fmt: skip
        made.post = await make_post(tx, owner_id=owner.id)
        made.of_business = await make_post(tx, business_id=made.business.id)
        await spread(tx, made.app, owner.id, "شخص")
        await spread_business(tx, made.app, made.business, owner.id, "کسب‌وکار")
    return made


async def of_both(db: Database, agreed: Agreed) -> tuple[list[str], list[str], list[str]]:
    """What the person's post, the business's and a new one of each show."""
    async with db.write() as tx:
        new = await make_post(tx, owner_id=agreed.owner_id)
        new_of_business = await make_post(tx, business_id=agreed.business.id)
        return (
            await shown(tx, agreed.post) + await shown(tx, agreed.of_business),
            await shown(tx, new),
            await shown(tx, new_of_business),
        )


async def test_access_taken_back_keeps_what_stands_and_keeps_it_off_later_posts(
    db: Database, agreed: Agreed, moment
):
    moment.advance(timedelta(seconds=1))
    async with db.write() as tx:
        await oauth.disconnect(tx, person_id=agreed.owner_id, app_id=agreed.app.id)
    await worker(db).drain()

    assert await of_both(db, agreed) == (["شخص", "کسب‌وکار"], [], [])

    async with db.write() as tx:
        await spread(tx, agreed.app, agreed.owner_id, "از نو")
        await spread_business(tx, agreed.app, agreed.business, agreed.owner_id, "از نو")
    assert await of_both(db, agreed) == (["شخص", "از نو"], ["از نو"], ["از نو"])


@pytest.mark.parametrize("of", ["person", "business"])
async def test_one_permission_taken_back_ends_what_rests_on_it(
    db: Database, agreed: Agreed, moment, of: str
):
    moment.advance(timedelta(seconds=1))
    scope = "USER_ADDON_CREATE" if of == "person" else "BUSINESS_ADDON_CREATE"
    async with db.write() as tx:
        assert await oauth.withdraw(
            tx,
            person_id=agreed.owner_id,
            app_id=agreed.app.id,
            scope=scope,
            resource="" if of == "person" else agreed.business.token,
        )
    await worker(db).drain()

    standing, new, new_of_business = await of_both(db, agreed)
    assert standing == ["شخص", "کسب‌وکار"]
    assert (new, new_of_business) == (([], ["کسب‌وکار"]) if of == "person" else (["شخص"], []))


async def test_what_was_agreed_to_anew_before_the_news_came_stays(
    db: Database, agreed: Agreed, moment
):
    async with db.write() as tx:
        await oauth.disconnect(tx, person_id=agreed.owner_id, app_id=agreed.app.id)
    moment.advance(timedelta(seconds=1))
    async with db.write() as tx:
        await spread(tx, agreed.app, agreed.owner_id, "از نو")
    await worker(db).drain()

    assert (await of_both(db, agreed))[1] == ["از نو"]


async def test_stopping_what_was_read_leaves_what_was_said_meanwhile(tx, app, owner_id, moment):
    await spread(tx, app, owner_id, "یک")
    (read,) = await addons.of_person(tx, owner_id)
    told_at = clock.now()
    moment.advance(timedelta(seconds=1))
    post = await make_post(tx, owner_id=owner_id)
    await spread(tx, app, owner_id, "دو")
    (meanwhile,) = await addons.of_person(tx, owner_id)

    async def stop(content: addons.Spread) -> None:
        await spread_queries.stop.execute(
            tx, content_id=content.id, told_at=told_at, until_post_id=post.id
        )

    await stop(read)
    await stop(meanwhile)

    assert await shown(tx, await make_post(tx, owner_id=owner_id)) == ["دو"]
    told_at = clock.now()
    await stop(meanwhile)
    assert await shown(tx, await make_post(tx, owner_id=owner_id)) == []


async def test_closed_business_keeps_none(db: Database, agreed: Agreed):
    async with db.write() as tx:
        await businesses.close_business(tx, agreed.business.id, by_person_id=agreed.owner_id)
    await worker(db).drain()

    async with db.read() as tx:
        assert [one.business_id for one in await addons.agreed_to(tx, agreed.owner_id)] == [None]
