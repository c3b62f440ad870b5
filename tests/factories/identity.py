"""People for tests."""

from itertools import count
from typing import Any

from dalan.domains import identity
from dalan.kernel.db import WriteTransaction

_numbers = count(1)


async def make_person(tx: WriteTransaction, **given: Any) -> identity.Person:
    """A person with a number nobody else has, unless ``phone`` is given."""
    values: dict[str, Any] = {
        "phone": f"+98912{next(_numbers):07}",
        "name": "نگار صالحی",
        "language": "fa",
    }
    return await identity.register(tx, **(values | given))
