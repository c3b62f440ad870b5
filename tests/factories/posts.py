"""Posts for tests. Each is acceptable as it stands; a test says only what it is about."""

from itertools import count
from typing import Any

from dalan.domains import identity, posts
from dalan.kernel.db import WriteTransaction

_numbers = count(1)


async def make_owner(tx: WriteTransaction) -> int:
    """Somebody new; their id."""
    number = next(_numbers)
    person = await identity.register(tx, phone=f"+98912{number:07}", name=f"فروشندهٔ {number}")
    return person.id


async def make_post(tx: WriteTransaction, **said: Any) -> posts.Post:
    """A published post: a car in Tehran of an owner of its own, without pictures."""
    if "owner_id" not in said:
        said["owner_id"] = await make_owner(tx)
    category = said.setdefault("category", "light")
    said.setdefault("fields", FIELDS.get(category, {}))
    said.setdefault("city", "tehran")
    said.setdefault("title", "پژو ۲۰۶ سفید")
    said.setdefault("description", "سالم و کم‌کار، بازدید عصرها.")
    return await posts.create(tx, **said)


FIELDS: dict[str, dict[str, Any]] = {
    preset.category: preset.fields for preset in posts.PRESETS.values()
}
"""Fields that fit the category; for others the test gives them."""
