"""An app, a person and a post to give away, for the tests of the authorization server."""

from typing import Any, NamedTuple

import pytest

from dalan.domains import identity, oauth
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction
from tests.factories.developers import KEYS, MadeApp, make_app
from tests.factories.identity import make_person


class Things:
    """A resource kind whose things are written down: by id, whose they are."""

    def __init__(self, *, development: bool = True, **owner_ids: int) -> None:
        self._owner_ids, self._development = owner_ids, development

    async def standing(self, tx: ReadTransaction, person_id: int, resource: str) -> bool:
        return self._owner_ids.get(resource) == person_id

    async def describe(self, tx: ReadTransaction, resource: str) -> oauth.Described | None:
        if resource not in self._owner_ids:
            return None
        return oauth.Described(title=f"آگهی {resource}", development=self._development)


class Scene(NamedTuple):
    """Who asks whom, with which keys."""

    keys: Keyring
    person: identity.Person
    made: MadeApp

    async def approve(self, tx: WriteTransaction, scopes: str, **given: Any) -> str:
        """A code for these scopes, as after a consent."""
        values: dict[str, Any] = {
            "redirect_uri": self.made.redirect_uri,
            "code_challenge": None,
            "code_seconds": 600,
            "refresh_seconds": 30 * 86_400,
        }
        return await oauth.approve(
            tx,
            keys=self.keys,
            person_id=self.person.id,
            app_id=self.made.app.id,
            asked=oauth.parse_scopes(scopes),
            **(values | given),
        )

    async def redeem(
        self, tx: WriteTransaction, code: str, **given: Any
    ) -> oauth.Issued | oauth.Refusal:
        """What the token endpoint does with a code."""
        values: dict[str, Any] = {
            "app_id": self.made.app.id,
            "redirect_uri": self.made.redirect_uri,
            "code_verifier": None,
            "access_seconds": 3_600,
            "always_refresh": False,
        }
        return await oauth.redeem_code(tx, keys=self.keys, code=code, **(values | given))

    async def refresh(
        self, tx: WriteTransaction, refresh_token: str, **given: Any
    ) -> oauth.Issued | oauth.Refusal:
        """What the token endpoint does with a refresh token."""
        values: dict[str, Any] = {
            "app_id": self.made.app.id,
            "scope": None,
            "access_seconds": 3_600,
            "grace_seconds": 120,
        }
        return await oauth.refresh(
            tx, keys=self.keys, refresh_token=refresh_token, **(values | given)
        )

    async def bearer(self, tx: ReadTransaction, token: str | None) -> oauth.Bearer | None:
        """What a resource server learns of a token."""
        mac = self.keys.token_mac(token or "")
        return None if mac is None else await oauth.bearer(tx, mac)


@pytest.fixture
async def scene(tx: WriteTransaction) -> Scene:
    """A development app and a person, in the unit of work of the test."""
    return await _scene(tx)


@pytest.fixture
async def committed_scene(db: Database) -> Scene:
    """The same, committed, for races."""
    async with db.write() as tx:
        return await _scene(tx)


async def _scene(tx: WriteTransaction) -> Scene:
    person = await make_person(tx)
    return Scene(KEYS, person, await make_app(tx, owner_id=person.id))
