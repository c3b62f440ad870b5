"""An app with addresses on loopback, a post with its owner, and the platform between them."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from dalan.domains import developers, identity, posts, touchpoints
from dalan.kernel.db import Database
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.factories.app_server import AppServer, app_server
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person
from tests.factories.posts import make_post

BASE_URL = "http://dalan.test"
IDENTIFICATION_KEY = "کلید-not-ascii".encode().hex()


class Scene(msgspec.Struct):
    """Who and what the tests are about."""

    db: Database
    server: AppServer
    platform: touchpoints.Platform
    app: developers.App
    owner: identity.Person
    viewer: identity.Person
    post: posts.Post

    async def configure(self, place: str, operation: str, *, enabled: bool = True) -> None:
        async with self.db.write() as tx:
            await touchpoints.configure(
                tx, self.app.id, place=place, enabled=enabled, operation=operation
            )

    async def set_addresses(self, **given: str) -> None:
        """``fallback_url``, ``session_init_url``, ``dynamic_action_url``; "" takes one away."""
        known = {name: getattr(self.app, name) for name in developers.ADDRESS_NAMES}
        async with self.db.write() as tx:
            await developers.set_addresses(
                tx,
                self.app.id,
                policy=developers.AddressPolicy(any_http=True),
                **(known | given),
            )
            self.app = await developers.app(tx, self.app.id)

    async def settings(self, **given: Any) -> None:
        async with self.db.write() as tx:
            await developers.set_settings(tx, self.app.id, developers.AppSettings(**given))

    async def offers(
        self,
        place: touchpoints.Place,
        person: identity.Person | None,
        post: posts.Post | None = None,
    ) -> list[str]:
        async with self.db.read() as tx:
            found = await touchpoints.offered(
                tx, place, post=post or self.post, person_id=person.id if person else None
            )
        return [offer.app.slug for offer in found]

    async def start(
        self, place: touchpoints.Place, person: identity.Person | None
    ) -> touchpoints.Started:
        return await touchpoints.start(
            self.platform,
            place=place,
            slug=self.app.slug,
            post_token=self.post.token,
            person_id=person.id if person else None,
        )


@pytest.fixture
async def scene(db: Database) -> AsyncIterator[Scene]:
    async with app_server() as server, Outbound(OutboundPolicy(allow_private=True)) as outbound:
        async with db.write() as tx:
            owner = await make_person(tx, phone="+989360000001")
            viewer = await make_person(tx, phone="+989360000002")
            app = (await make_app(tx, production=True)).app
            await developers.set_identification_key(tx, app.id, text=IDENTIFICATION_KEY, keys=KEYS)
            post = await make_post(tx, owner_id=owner.id)
        platform = touchpoints.Platform(db=db, outbound=outbound, keys=KEYS, base_url=BASE_URL)
        scene = Scene(db, server, platform, app, owner, viewer, post)
        await scene.set_addresses(
            fallback_url=f"{server.url}/landing?utm=1",
            session_init_url=f"{server.url}/session",
            dynamic_action_url=f"{server.url}/dynamic",
        )
        yield scene
