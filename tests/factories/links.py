"""Short links."""

from typing import Any

from dalan.domains import links
from dalan.kernel.db import WriteTransaction

RULES = links.LinkRules(links.OwnAddresses("http://127.0.0.1:8000", ["dln.example"]))


async def make_link(
    tx: WriteTransaction, app_id: int, target: str = "https://example.com/", **given: Any
) -> links.Link:
    """A live link of that app's; the rest as in ``links.Wish``."""
    kind = given.pop("kind", "link")
    rules = given.pop("rules", RULES)
    wish = links.Wish(kind, target, **given)
    return await links.create(tx, wish, app_id=app_id, rules=rules)
