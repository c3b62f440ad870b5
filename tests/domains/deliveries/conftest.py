"""An app that is told of events, a sink where it lives, and a dispatcher without a loop."""

from collections.abc import AsyncIterator

import pytest

from dalan.domains import deliveries, developers
from dalan.kernel import clock
from dalan.kernel.db import Database
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.factories.developers import KEYS, make_app
from tests.factories.sink import Sink, event_sink

OPEN = developers.AddressPolicy(any_http=True)


class Told:
    """A database, an app in it, and what brings its events to the sink."""

    def __init__(self, db: Database, sink: Sink, outbound: Outbound) -> None:
        self.db, self.sink, self.outbound = db, sink, outbound
        self.dispatcher = deliveries.Dispatcher(db, KEYS, outbound)
        self.app_id = 0

    async def make_app(self, path: str = "/events", key: str = "the key") -> int:
        """An app whose events go to the sink's ``path``; the first is the one tests speak of."""
        async with self.db.write() as tx:
            app = (await make_app(tx)).app
            await developers.set_addresses(
                tx, app.id, policy=OPEN, fallback_url="", session_init_url="",
                dynamic_action_url="", events_url=f"{self.sink.url}{path}" if path else "",
            )  # fmt: skip
            await developers.set_identification_key(tx, app.id, text=key, keys=KEYS)
        self.app_id = self.app_id or app.id
        return app.id

    async def tell(self, *resources: str, app_id: int = 0, **given: str) -> list[str]:
        """Events of these resources, in one unit of work; their ids."""
        async with self.db.write() as tx:
            return await deliveries.append(
                tx,
                [
                    deliveries.News(
                        app_id=app_id or self.app_id,
                        type=given.get("type", "POST_UPDATE"),
                        resource=resource,
                        body=given.get("body", f'{{"n":{number}}}'),
                        happened_at=clock.now(),
                    )
                    for number, resource in enumerate(resources)
                ],
            )

    @property
    def arrived(self) -> list[str]:
        """The ids of what came to the sink, in its order."""
        return [one.uid for one in self.sink.received]


@pytest.fixture
async def told(db: Database) -> AsyncIterator[Told]:
    async with event_sink() as sink, Outbound(OutboundPolicy(allow_private=True)) as outbound:
        one = Told(db, sink, outbound)
        await one.make_app()
        yield one
