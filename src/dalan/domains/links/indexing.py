"""What is kept beside a link so that lists find it: its tags, its tokens, its place in counts."""

from dalan.domains.links import grams, queries, tallies
from dalan.domains.links.searchable import searchable
from dalan.domains.links.tables import Link
from dalan.domains.links.tags import tags_in
from dalan.kernel.db import WriteTransaction


async def put_in(tx: WriteTransaction, link: Link) -> None:
    """Lists have a link that they had not."""
    tags, owner_no = tags_in(link.tags), link.owner.number
    for name in tags:
        await queries.add_tag.execute(tx, link_id=link.id, folded_name=name, owner_no=owner_no)
    words = grams.words_of(
        searchable(link.hash, link.target), tags, owner_no=owner_no, kind=link.kind,
        method=link.hash_method,
    )  # fmt: skip
    await queries.add_words.execute(tx, link_id=link.id, words=words)
    await tallies.count_in(tx, link)


async def take_out(tx: WriteTransaction, link: Link) -> None:
    """Lists have it no more."""
    await queries.drop_tags.execute(tx, link_id=link.id)
    await queries.drop_words.execute(tx, link_id=link.id)
    await tallies.count_out(tx, link)
