"""Whether an app exists is not told by how much work a wrong secret causes.

Times are noisy, so the work itself is counted here; ``tools/bench/client_times.py`` measures it.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from dalan.domains import developers
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction
from tests.factories.developers import KEYS, make_key
from tests.surfaces.oauth.conftest import Market
from tests.surfaces.oauth.test_private_key_jwt import Signer, register

SECRET = "s" * 43
KEY = KEYS.new_api_key(7)


class Counting(Keyring):
    """A keyring that counts the MACs it computes."""

    def __init__(self, of: Keyring) -> None:
        self.__dict__.update(of.__dict__)
        self.macs = 0

    def _mac(self, key_id: int, text: str, purpose: str) -> bytes:
        self.macs += 1
        return super()._mac(key_id, text, purpose)


class Watched:
    """A look at the database that writes down what is asked."""

    def __init__(self, tx: ReadTransaction) -> None:
        self._tx = tx
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def rows(self, sql: str, arguments: Sequence[Any]) -> Any:
        self.asked.append(sql)
        return await self._tx.rows(sql, arguments)


async def work(market: Market, app_id: int, secret: str) -> tuple[list[str], int]:
    keys = Counting(market.services.keys)
    async with market.services.db.look() as look:
        watched: Any = Watched(look)
        assert not await developers.check_client_secret(watched, app_id, secret, keys=keys)
    return watched.asked, keys.macs


@pytest.mark.parametrize("secret", [SECRET, KEY], ids=["secret", "key"])
async def test_no_app_is_as_much_work_as_a_wrong_secret(market, secret):
    async with market.services.db.write() as tx:
        bare = (
            await developers.register_app(tx, keys=KEYS, owner_id=market.person.id, display="x")
        ).app
        await developers.rotate_client_secret(tx, market.made.app.id, keys=KEYS)
        await make_key(tx, bare.id)

    unknown = await work(market, 0, secret)

    assert unknown == await work(market, market.made.app.id, secret)
    assert unknown == await work(market, bare.id, secret)
    assert unknown[1] == (2 if secret == SECRET else 4)
    assert len(unknown[0]) == (1 if secret == SECRET else 2)


async def test_secret_of_an_app_that_signs_only_is_as_much_work_as_a_wrong_one(market):
    app = market.made.app
    await register(market, Signer())
    async with market.services.db.write() as tx:
        await developers.sign_only(tx, app.id, on=True)

    refused = await work(market, app.id, market.made.client_secret)

    assert refused == await work(market, 0, SECRET)
    assert await work(market, app.id, market.api_key) == await work(market, 0, KEY)


async def test_unknown_app_and_wrong_secret_are_answered_alike(anonymous, market):
    answers = [
        await anonymous.post(
            "/oauth2/introspect",
            data={"token": "x", "client_id": client_id, "client_secret": SECRET},
        )
        for client_id in (market.made.app.slug, "no-such-app", "", "é")
    ]

    assert (
        len({(one.status_code, one.content, str(sorted(one.headers.items()))) for one in answers})
        == 1
    )
