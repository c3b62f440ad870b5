"""Searches a person wants to hear of, and new posts that match them.

A new post is compared with the searches that name its city or none, and its category, one above
it or none; how many posts there are does not matter.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from dalan.domains import notices, posts, taxonomy
from dalan.domains.bookmarks import queries
from dalan.domains.bookmarks.errors import InvalidSearch, TooManySearches, UnknownSearch
from dalan.domains.bookmarks.tables import SavedSearch
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean, fold

SEARCHES_MAX: Final = 30
NAME_LENGTH_MAX: Final = 60
ADDRESS_LENGTH_MAX: Final = 1_000
WORDS_MAX: Final = 12
PLACES_MAX: Final = 30

TOLD_EVERY: Final = timedelta(hours=1)
"""Nobody is told more often of one search, however much is posted."""

TOLD_AT_ONCE: Final = 100
COMPARED_AT_ONCE: Final = 500

_NEW: Final = ("", "waiting_for_review", "waiting_for_payment")
"""States from which a post that is published is new to everybody."""


class Criteria(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a saved search asks beside its city and category; what is empty asks nothing.

    ``ranges`` are inclusive (None: open) and by field name, ``price`` in whole tomans among
    them. ``choices`` are values of which a field has one, or
    begins with one, as a model does with its make; ``words`` are looked for folded, each
    as the beginning of a word of title, description or fields.
    """

    words: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    ranges: dict[str, tuple[int | None, int | None]] = {}
    choices: dict[str, tuple[str, ...]] = {}
    with_image: bool = False


async def save(
    tx: WriteTransaction,
    person_id: int,
    *,
    name: str,
    address: str,
    city: str,
    category: str,
    criteria: Criteria,
) -> SavedSearch:
    """Save a search; the same address again is the same search, switched on. ``address`` is the
    path and query of its results, in one spelling.

    Raises InvalidSearch, TooManySearches, ``taxonomy.UnknownCity`` and ``UnknownCategory``.
    """
    try:
        shown = clean(name, longest=NAME_LENGTH_MAX)
    except TextTooLong:
        raise InvalidSearch(f"a name has at most {NAME_LENGTH_MAX} characters") from None
    if not shown or not address.startswith("/") or len(address) > ADDRESS_LENGTH_MAX:
        raise InvalidSearch("a search has a name and an address")
    if len(criteria.words) > WORDS_MAX or max(
        len(criteria.cities), len(criteria.districts)
    ) > PLACES_MAX:  # fmt: skip
        raise InvalidSearch("a search has so many words and places at most")
    if city:
        taxonomy.city(city)
    if category:
        taxonomy.category(category)
    if found := await queries.search_at.one_or_none(tx, person_id=person_id, address=address):
        if not found.active:
            await queries.set_search.execute(
                tx, of_person_id=person_id, search_id=found.id, is_active=True
            )
        return await search_of(tx, person_id, found.id)
    if await queries.count_searches.scalar(tx, person_id=person_id) >= SEARCHES_MAX:
        raise TooManySearches(allowed=SEARCHES_MAX)
    search_id = await queries.add_search.scalar(
        tx,
        person_id=person_id,
        name=shown,
        address=address,
        city=city,
        category=category,
        criteria=criteria,
        active=True,
        created_at=clock.now(),
        told_at=None,
        unseen_count=0,
        untold_count=0,
    )
    return await search_of(tx, person_id, int(search_id))


async def search_of(tx: ReadTransaction, person_id: int, search_id: int) -> SavedSearch:
    """A person's saved search. Raises UnknownSearch, also for somebody else's."""
    found = await queries.search_of.one_or_none(tx, person_id=person_id, search_id=search_id)
    if found is None:
        raise UnknownSearch
    return found


async def searches_of(tx: ReadTransaction, person_id: int) -> Sequence[SavedSearch]:
    """A person's saved searches, newest first."""
    return await queries.searches_of.all(tx, person_id=person_id, count=SEARCHES_MAX)


async def switch(tx: WriteTransaction, person_id: int, search_id: int, *, active: bool) -> None:
    """Look for new matches, or leave it. Raises UnknownSearch."""
    await search_of(tx, person_id, search_id)
    await queries.set_search.execute(
        tx, of_person_id=person_id, search_id=search_id, is_active=active
    )


async def see(tx: WriteTransaction, person_id: int, search_id: int) -> SavedSearch:
    """The person looks at the results now: counts start anew. Raises UnknownSearch."""
    found = await search_of(tx, person_id, search_id)
    await queries.see_search.execute(tx, of_person_id=person_id, search_id=search_id)
    return found


async def drop(tx: WriteTransaction, person_id: int, search_id: int) -> None:
    """Delete a saved search; deleting it again changes nothing."""
    await queries.drop_search.execute(tx, person_id=person_id, search_id=search_id)


async def forget(tx: WriteTransaction, person_id: int) -> None:
    """Somebody closes their account: favourites, notes and searches go."""
    await queries.forget_bookmarks.execute(tx, person_id=person_id)
    await queries.forget_searches.execute(tx, person_id=person_id)


async def find_matches(tx: WriteTransaction, post: posts.Post) -> int:
    """Note a new post for every saved search it fits; answers for how many. Again: for none."""
    line = [node.slug for node in taxonomy.ancestors(post.category)]
    said, after_id, found = _words_of(post), 0, 0
    while some := await queries.searches_for.all(
        tx,
        cities=["", post.city],
        categories=["", post.category, *line],
        after_id=after_id,
        count=COMPARED_AT_ONCE,
    ):
        for search in some:
            wanted = msgspec.convert(search.criteria, Criteria)
            if search.person_id == post.owner_id or not fits(post, wanted, said=said):
                continue
            found += await _note_match(tx, search.id, post.id)
        after_id = some[-1].id
    return found


def fits(post: posts.Post, wanted: Criteria, *, said: frozenset[str] | None = None) -> bool:
    """Whether a post is what a search asks beside its city and category."""
    if wanted.cities and post.city not in wanted.cities:
        return False
    if wanted.districts and post.district not in wanted.districts:
        return False
    if wanted.with_image and not post.image_names:
        return False
    values: dict[str, object] = dict(posts.form_values(post))
    return (
        all(_within(values.get(name), bounds) for name, bounds in wanted.ranges.items())
        and all(_among(values.get(name), among) for name, among in wanted.choices.items())
        and _says_all(wanted.words, said if said is not None else _words_of(post))
    )


async def tell_due(tx: WriteTransaction) -> int:
    """Tell people of new matches, of each search once an hour at most; answers of how many."""
    now = clock.now()
    due = await queries.untold.all(tx, before=now - TOLD_EVERY, count=TOLD_AT_ONCE)
    for search in due:
        await notices.tell(
            tx,
            [search.person_id],
            kind="saved_search",
            occasion=f"saved_search:{search.id}:{now.isoformat()}",
            facts={
                "name": search.name,
                "count": search.untold_count,
                "path": "/my-divar/bookmarks/searches",
            },
        )
        await queries.mark_told.execute(tx, search_id=search.id, told_at=now)
    return len(due)


async def purge_matches(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget what was found longer ago than that."""
    await queries.purge_matches.execute(tx, before=clock.now() - keep)


def listeners() -> outbox.Listeners:
    """Who hears what, for the composition root; the names never change."""
    return {posts.PostChangedState.kind: (("bookmarks.post_published", _post_published),)}


async def _post_published(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = posts.PostChangedState.of(recorded)
    if fact.state != "published" or fact.before not in _NEW or fact.development:
        return
    post = await posts.by_id(tx, fact.post_id)
    if post is not None and post.state == "published":
        await find_matches(tx, post)


async def _note_match(tx: WriteTransaction, search_id: int, post_id: int) -> bool:
    added = await queries.add_match.scalar(
        tx, search_id=search_id, post_id=post_id, matched_at=clock.now()
    )
    if added is None:
        return False
    await queries.count_match.execute(tx, search_id=search_id)
    return True


def _within(value: object, bounds: tuple[int | None, int | None]) -> bool:
    least, most = bounds
    number = _number(value)
    if number is None:
        return False
    return (least is None or number >= least) and (most is None or number <= most)


def _among(value: object, among: Sequence[str]) -> bool:
    """``peugeot-206-sd`` is a ``peugeot-206`` and a ``peugeot``."""
    said = "" if value is None else str(value)
    return any(
        said.startswith(one) and not said[len(one) : len(one) + 1].isalnum() for one in among
    )


def _number(value: object) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    # Choices such as years and rooms are written numbers.
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None


def _words_of(post: posts.Post) -> frozenset[str]:
    fields: Mapping[str, object] = post.fields
    texts = [post.title, post.description, *(v for v in fields.values() if isinstance(v, str))]
    return frozenset(tokens(" ".join(texts)))


def tokens(text: str) -> list[str]:
    """The words of a text as they are compared."""
    spaced = "".join(one if one.isalnum() else " " for one in fold(text))
    return spaced.split()


def _says_all(words: Sequence[str], said: frozenset[str]) -> bool:
    return all(word in said or any(one.startswith(word) for one in said) for word in words)
