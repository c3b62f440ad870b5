"""A person took back all they gave an app. Source: reference/kenar.md 3.8 and 7.1."""

from collections.abc import Sequence

import msgspec

from dalan.domains import developers, oauth
from dalan.domains.events.kinds import Kind, Telling
from dalan.kernel import outbox
from dalan.kernel.db import WriteTransaction


class Revocation(msgspec.Struct, frozen=True):
    """Who is gone, by the name the app knows them under."""

    user_id: str


async def _access_revoked(tx: WriteTransaction, recorded: outbox.Recorded) -> Sequence[Telling]:
    """Only where the person had let the app be told, and only of somebody it knew."""
    fact = oauth.AccessRevoked.of(recorded)
    if not fact.tell_app:
        return []
    user_id = await developers.user_id_of(tx, app_id=fact.app_id, person_id=fact.person_id)
    return [] if user_id is None else [Telling(app_id=fact.app_id, subject=Revocation(user_id))]


REVOCATION = Kind("USER_ACCESS_REVOCATION", {oauth.AccessRevoked.kind: _access_revoked})
