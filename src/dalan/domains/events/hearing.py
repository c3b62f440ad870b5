"""Facts that become events, each in the worker's own transaction."""

from collections import defaultdict

import msgspec

from dalan.domains import deliveries, oauth
from dalan.domains.events import queries
from dalan.domains.events.kinds import Kind, Spell
from dalan.domains.events.messages import NEW_CHATBOT_MESSAGE, NEW_MESSAGE
from dalan.domains.events.older_chat import older_chat
from dalan.domains.events.own import OWN_KINDS
from dalan.domains.events.post_updates import POST_UPDATE
from dalan.domains.events.revocations import REVOCATION
from dalan.domains.events.transactions import TRANSACTION
from dalan.kernel import outbox
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

KINDS: tuple[Kind, ...] = (
    POST_UPDATE,
    NEW_MESSAGE,
    NEW_CHATBOT_MESSAGE,
    REVOCATION,
    TRANSACTION,
    *OWN_KINDS,
)


def listeners(spell: Spell, keys: Keyring | None = None) -> outbox.Listeners:
    """Who hears what, for the composition root; the names never change.

    Without ``keys`` nobody is told in the way of the contract's first generation, which needs
    names for people the app has not met.
    """
    heard: dict[str, list[Kind]] = defaultdict(list)
    for kind in (*KINDS, *([older_chat(keys)] if keys else ())):
        for fact in kind.hears:
            heard[fact].append(kind)

    async def tell(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
        news = [
            deliveries.News(
                app_id=one.app_id,
                type=kind.type,
                resource=one.resource or recorded.resource,
                body=body_of(spell, kind.type, one.subject, one.metadata),
                happened_at=recorded.recorded_at,
                endpoint=one.endpoint,
            )
            for kind in heard[recorded.kind]
            for one in await kind.hears[recorded.kind](tx, recorded)
        ]
        await deliveries.append(tx, news)

    # One name for all: what is owed to one listener keeps its order per resource.
    telling = ("events.tell", tell)
    return {
        **dict.fromkeys(heard, (telling,)),
        oauth.FamilyRevoked.kind: (("events.tokens_died", _tokens_died),),
        oauth.AccessRevoked.kind: (telling, ("events.access_revoked", _access_revoked)),
    }


def body_of(spell: Spell, type_: str, subject: object, metadata: object = None) -> str:
    """The JSON an app is sent: the type, what it left with its subscription, what happened."""
    body: dict[str, object] = {"type": type_}
    if metadata is not None:
        body["metadata"] = metadata
    return msgspec.json.encode(body | spell(type_, subject)).decode()


async def _tokens_died(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    await queries.drop_of_family.execute(tx, family_id=oauth.FamilyRevoked.of(recorded).family_id)


async def _access_revoked(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = oauth.AccessRevoked.of(recorded)
    await queries.drop_of_grant.execute(tx, app_id=fact.app_id, person_id=fact.person_id)
