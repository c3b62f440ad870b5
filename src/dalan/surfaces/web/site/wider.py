"""Where one might look when nothing was found: only where there is something, and how much."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from dalan.domains import search
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.web.site.search_address import EVERYWHERE, Address

COUNTED_MAX: Final = 100
SUGGESTED_MAX: Final = 4
WORDS_MAX: Final = 5
"""Words that are left out in turn; of more, who knows which was one too many."""


class Suggestion(msgspec.Struct, frozen=True):
    """``count`` is one more than ``COUNTED_MAX`` where there are more."""

    title: str
    url: str
    count: int


async def suggestions(
    tx: ReadTransaction, address: Address, _: Callable[..., Any]
) -> list[Suggestion]:
    """Searches wider than one that found nothing, nearest to it first, that do find something."""
    found: list[Suggestion] = []
    seen = {msgspec.structs.replace(address, after="").url}
    for title, wider in _wider(address, _):
        if wider.url in seen:
            continue
        seen.add(wider.url)
        count = await search.count(tx, wider.query(), most=COUNTED_MAX + 1)
        if count:
            found.append(Suggestion(title, wider.url, count))
        if len(found) == SUGGESTED_MAX:
            break
    return found


def _wider(address: Address, _: Callable[..., Any]) -> Iterator[tuple[str, Address]]:
    bare = Address(city=address.city, category=address.category, words=address.words)
    yield _("Without the filters"), bare
    words = address.words.split()
    if 1 < len(words) <= WORDS_MAX:
        for number, word in enumerate(words):
            rest = " ".join(words[:number] + words[number + 1 :])
            yield _("Without “%(word)s”", word=word), msgspec.structs.replace(bare, words=rest)
    yield _("In all of Iran"), msgspec.structs.replace(bare, city=EVERYWHERE)
    yield _("In all categories"), msgspec.structs.replace(bare, category="root")
    everything = Address(city=EVERYWHERE, words=address.words)
    yield _("In all of Iran and all categories"), everything
    yield _("Whatever the words"), msgspec.structs.replace(bare, words="")
    yield _("All posts here"), Address(city=address.city)
    yield _("All posts of Iran"), Address(city=EVERYWHERE)
