"""How many links an owner has, kept beside the links: counting a million takes too long."""

from typing import Final

from dalan.domains.links import queries
from dalan.domains.links.tables import HASH_METHODS, KINDS, HashMethod, Link, LinkKind
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


def kinds_facets(kind: LinkKind | None = None, method: HashMethod | None = None) -> list[str]:
    """What all links of a kind and method are counted as; None: of any. Named one by one, for
    what lies between two texts is another thing in another collation."""
    return [
        f"k:{one}:{how}"
        for one in ([kind] if kind else KINDS)
        for how in ([method] if method else HASH_METHODS)
    ]


def tag_facet(folded: str) -> str:
    """What links with a tag are counted as."""
    return f"t:{folded}"


def _facets(link: Link) -> list[str]:
    """What a link is counted as, in one order, so that no two wait for each other."""
    tags = sorted(tag_facet(one) for one in tags_in(link.tags))
    return [*kinds_facets(link.kind, link.hash_method), *tags]
