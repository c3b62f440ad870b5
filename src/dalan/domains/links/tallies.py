"""How many links an owner has, kept beside the links: counting a million takes too long."""

from typing import Final

from dalan.domains.links import queries
from dalan.domains.links.tables import Link
from dalan.domains.links.tags import tags_in
from dalan.kernel.db import WriteTransaction

SLOTS: Final = 8
"""Changing this means counting anew: what goes is taken from the row it was put into."""


async def count_in(tx: WriteTransaction, link: Link) -> None:
    """A link that was not there before."""
    for facet in _facets(link):
        await queries.count_in.execute(
            tx, owner_no=link.owner.number, facet=facet, slot=link.id % SLOTS, links_count=1
        )


async def count_out(tx: WriteTransaction, link: Link) -> None:
    """A link that was there."""
    for facet in _facets(link):
        await queries.count_out.execute(
            tx, owner_no=link.owner.number, facet=facet, slot=link.id % SLOTS
        )


def _facets(link: Link) -> list[str]:
    """What a link is counted as, in one order, so that no two wait for each other."""
    return [f"k:{link.kind}:{link.hash_method}", *sorted(f"t:{one}" for one in tags_in(link.tags))]
