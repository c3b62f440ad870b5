"""Semantic data on its own: what an app says of a post or a person without showing anything.

One record for each app and post, and for each app and person; saying it again replaces it whole.
Nobody is shown what is said of a person. What is said of a post can earn the app's own add-on on
it a tag, as the same words inside the add-on would.

Source: reference/kenar.md 5.3, 6.8; Kenar contract, tag ``Semantic``.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from dalan.domains import identity, posts
from dalan.domains.addons import paying, queries, semantic
from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.reading import Fields
from dalan.domains.addons.tables import SemanticRecord
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction


class Statement(msgspec.Struct, frozen=True):
    """What an app wants recorded, read and checked. ``secret`` is still in clear."""

    plain: dict[str, str]
    secret: dict[str, str]
    paid: paying.Paid


def read_statement(body: Any) -> Statement:
    """The body of a semantic call. Raises ``InvalidAddon`` naming the field at fault.

    ``semantic`` may be empty, which unsays what was said. A cost without a ticket is refused: it
    would be paid by nobody.
    """
    fields = Fields(body, "body")
    given = fields.get("semantic")
    if given is None:
        raise InvalidAddon("semantic", "is needed")
    plain, secret = semantic.split(semantic.read_semantic(Fields(given, "semantic")))
    return Statement(plain, secret, paying.read_paid(fields))


async def record_of_post(
    tx: WriteTransaction,
    said: Statement,
    *,
    app_id: int,
    post_id: int,
    person_id: int,
    keys: Keyring,
) -> str:
    """Keep what an app says of a post in place of what it said before; the record's uuid.

    Whoever calls has seen to it that the app may. ``person_id``: for whom the work was done; a
    ticket must be theirs, and is spent in the caller's transaction. Raises as
    ``payments.spend_ticket``, nothing kept.
    """
    await paying.spend(tx, said.paid, app_id=app_id, person_id=person_id)
    return str(
        await queries.put_of_post.scalar(tx, post_id=post_id, app_id=app_id, **_values(said, keys))
    )


async def record_of_person(
    tx: WriteTransaction, said: Statement, *, app_id: int, person_id: int, keys: Keyring
) -> str:
    """Likewise of a person, who does not leave meanwhile. Raises ``identity.NoSuchPerson`` of
    somebody who has, and ``identity.PersonBlocked``, besides."""
    await identity.hold(tx, person_id)
    await paying.spend(tx, said.paid, app_id=app_id, person_id=person_id)
    return str(
        await queries.put_of_person.scalar(
            tx, person_id=person_id, app_id=app_id, **_values(said, keys)
        )
    )


async def remove_of_person(tx: WriteTransaction, *, app_id: int, person_id: int) -> None:
    """Take away what the app said of a person; taking away nothing is no error."""
    await queries.remove_of_person.execute(tx, app_id=app_id, person_id=person_id)


async def said_of_post(tx: ReadTransaction, post_id: int) -> dict[int, dict[str, str]]:
    """What is kept plain of a post, by the app that said it."""
    return {
        one.app_id: one.semantic for one in await queries.records_of_post.all(tx, post_id=post_id)
    }


async def records_about(
    tx: ReadTransaction, person_id: int, posts_of: Sequence[posts.Post]
) -> list[SemanticRecord]:
    """What apps say of a person and of these posts of theirs."""
    found = await queries.records_about_person.all(tx, person_id=person_id)
    if posts_of:
        found += await queries.records_on_posts.all(tx, post_ids=[post.id for post in posts_of])
    return found


async def forget(tx: WriteTransaction, person_id: int) -> None:
    """Whoever closes their account is no longer spoken of."""
    await queries.forget_person.execute(tx, person_id=person_id)


def _values(said: Statement, keys: Keyring) -> dict[str, Any]:
    now = clock.now()
    return {
        "uuid": str(randomness.uuid4()),
        "semantic": said.plain,
        "semantic_hashed": semantic.hashed(said.secret, keys),
        "created_at": now,
        "last_modified_at": now,
    }
