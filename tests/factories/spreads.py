"""Add-ons of people and businesses for tests: one title each."""

from typing import Any

from dalan.domains import addons, businesses, developers, posts
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction
from tests.factories.developers import KEYS


def titled(text: str, **more: Any) -> dict[str, Any]:
    """A body with one widget that says that."""
    return {"widgets": [{"title_row": {"text": text}}], **more}


async def spread(
    tx: WriteTransaction,
    app: developers.App,
    person_id: int,
    text: str = "الف",
    *,
    keys: Keyring = KEYS,
    **more: Any,
) -> str:
    """Say something of a person; what it is called."""
    return await addons.spread_over_person(
        tx,
        app=app,
        person_id=person_id,
        submission=addons.read_person_submission(titled(text, **more)),
        keys=keys,
    )


async def spread_business(
    tx: WriteTransaction,
    app: developers.App,
    business: businesses.Business,
    owner_id: int,
    text: str = "الف",
    *,
    keys: Keyring = KEYS,
) -> str:
    """Likewise of a business, for which that person agreed."""
    return await addons.spread_over_business(
        tx,
        app=app,
        business_id=business.id,
        person_id=owner_id,
        submission=addons.read_submission(titled(text)),
        keys=keys,
    )


async def shown(tx: ReadTransaction, post: posts.Post, viewer_id: int | None = None) -> list[str]:
    """The titles of a post's blocks."""
    blocks = await addons.of_post(tx, post, viewer_id=viewer_id)
    return [block.addon.widgets[0]["title_row"]["text"] for block in blocks]


async def make_business(tx: WriteTransaction, owner_id: int) -> businesses.Business:
    """One of theirs that deals in cars."""
    return await businesses.open_business(tx, owner_id=owner_id, name="نمایشگاه", kind="CAR")
