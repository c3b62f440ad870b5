"""A list calls an entry otherwise: posts filed under it are found by its new name, and no longer by
the old one.

It goes through the outbox a page at a time: each page is a unit of work of its own that says in
the same breath where the next begins, so that a crash repeats one page at most.
"""

from typing import ClassVar, Final

import msgspec

from dalan.domains import posts, taxonomy
from dalan.domains.search import finding
from dalan.domains.search.asking import Query
from dalan.domains.search.indexing import followers, write
from dalan.domains.search.tables import Place
from dalan.kernel import outbox
from dalan.kernel.db import WriteTransaction

PAGE_SIZE: Final = finding.FOUND_MAX

_BRANDS = "brand_models/"


class RenamingGoesOn(outbox.Fact, frozen=True):
    """The posts listed before this place are still to be indexed by the entry's new name."""

    kind: ClassVar[str] = "search.renaming_goes_on"

    list: str
    slug: str
    edition: int
    value: int
    id: int

    @property
    def resource(self) -> str:
        return f"list:{self.list}:{self.slug}"


def listeners() -> outbox.Listeners:
    """What the room hears, for the composition root; the names never change."""
    follows = (("search.rename", _rename),)
    kinds = (taxonomy.EntryRenamed.kind, RenamingGoesOn.kind)
    return {**followers(), **dict.fromkeys(kinds, follows)}


async def _rename(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    if recorded.kind == taxonomy.EntryRenamed.kind:
        await _index_page(tx, taxonomy.EntryRenamed.of(recorded), after=None)
        return
    said = RenamingGoesOn.of(recorded)
    renamed = taxonomy.EntryRenamed(list=said.list, slug=said.slug, edition=said.edition)
    await _index_page(tx, renamed, after=Place(said.value, said.id))


async def _index_page(
    tx: WriteTransaction, renamed: taxonomy.EntryRenamed, *, after: Place | None
) -> None:
    # This process may not have looked at the lists since.
    await taxonomy.take_up(tx)
    query = _filed_under(renamed.list, renamed.slug)
    if query is None:
        return
    found = await finding.find(tx, query, after=after, limit=PAGE_SIZE)
    post_ids = [post.id for post in found.posts]
    # An edit meanwhile waits for us, and is indexed by its own news afterwards.
    await write(tx, post_ids, await posts.held_still(tx, post_ids))
    if found.next is not None:
        place = msgspec.structs.asdict(found.next)
        await outbox.record(
            tx,
            RenamingGoesOn(list=renamed.list, slug=renamed.slug, edition=renamed.edition, **place),
        )


def _filed_under(name: str, slug: str) -> Query | None:
    """The posts that are found by the name of that entry; None for lists whose names are words of
    no post, groups of categories among them."""
    if name == "category":
        return Query(category=slug) if taxonomy.category(slug).leaf else None
    if name == "city":
        return Query(cities=(slug,))
    if name == "district":
        return Query(districts=(slug,))
    return Query(brand_models=(slug,)) if name.startswith(_BRANDS) else None
