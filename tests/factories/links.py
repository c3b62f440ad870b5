"""Short links."""

from typing import Any

from dalan.domains import links
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

KEYS = Keyring(["a secret long enough for a keyring"])
RULES = links.LinkRules(links.OwnAddresses("http://127.0.0.1:8000", ["dln.example"]), keys=KEYS)


async def make_link(
    tx: WriteTransaction,
    owner: int | links.Owner,
    target: str = "https://example.com/",
    **given: Any,
) -> links.Link:
    """A live link of that app's, or owner's; the rest as in ``links.Wish``."""
    owner = links.Owner.app(owner) if isinstance(owner, int) else owner
    kind = given.pop("kind", "link")
    rules = given.pop("rules", RULES)
    wish = links.Wish(kind, target, **given)
    return await links.create(tx, wish, owner=owner, rules=rules)


async def edit(tx: WriteTransaction, link_id: int, app_id: int, **changes: Any) -> links.Link:
    """A link of that app's with changes, as in ``links.Changes``."""
    return await links.edit(
        tx, link_id, owner=links.Owner.app(app_id), changes=links.Changes(**changes), rules=RULES
    )
