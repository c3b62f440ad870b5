"""What operators do to the lists: add, rename, retire, bring back. And how every process hears.

Decision 0026.
"""

import asyncio
import re
from functools import cache
from typing import Any, Final

import msgspec

from dalan.domains.taxonomy import amending, catalogue, forms, queries
from dalan.domains.taxonomy.errors import (
    EntryExists,
    InvalidEntry,
    NeededEntry,
    NotALeafCategory,
    UnknownEntry,
)
from dalan.domains.taxonomy.events import EntryRenamed
from dalan.domains.taxonomy.tables import Entry
from dalan.domains.taxonomy.terms import Option
from dalan.errors import DalanError
from dalan.kernel import clock, outbox
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction
from dalan.kernel.logs import get
from dalan.kernel.text import TextTooLong, clean

log = get("taxonomy")

TITLE_LENGTH_MAX: Final = 60
SLUG_LENGTH_MAX: Final = 80
ADDED_MAX: Final = 5_000
"""Entries operators may add to one list: every process holds them all in memory."""

LEVEL_MAX: Final = 3
LOOK_SECONDS: Final = 0.5
"""A change is everywhere within a second: so often every process asks for the edition."""

_FIXED = frozenset({"root", "ROOT", amending.LAST})
"""What stands for everything and for everything else; searches and forms count on them."""

_PLAIN = ("category", "city", "district")
_PLAIN_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OPTION_SLUG = re.compile(r"[^\s\x00-\x1f]+( [^\s\x00-\x1f]+)*")


class Listed(msgspec.Struct, frozen=True):
    """An entry as operators see it. ``parent``: as ``Entry`` has it. ``added``: it was not
    shipped; ``retired``: no new post may say it; ``fixed``: it always stays."""

    list: str
    slug: str
    title: str
    title_en: str
    parent: str
    leaf: bool
    added: bool
    retired: bool
    fixed: bool


async def refresh(db: Database) -> None:
    """Take up what the database says of the lists, in this process, at once."""
    async with db.look() as tx:
        await take_up(tx)


async def take_up(tx: ReadTransaction) -> None:
    """The same within a unit of work: for whoever acts on a change they heard of."""
    amending.use(await queries.entries.all(tx))


class Keeper:
    """Keeps this process's lists as the database has them: within ``LOOK_SECONDS`` and a
    statement. Between ``start`` and ``stop`` there is one in every process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen = -1
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Know the lists before anybody asks, then keep looking."""
        await self.look()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def look(self) -> bool:
        """Take up a new edition if there is one; whether there was."""
        async with self._db.look() as tx:
            number = await queries.edition.scalar(tx) or 0
            if number == self._seen:
                return False
            await take_up(tx)
        self._seen = number
        return True

    async def look_anew(self) -> None:
        """Take up the lists whatever their edition: they are another world's."""
        self._seen = -1
        await self.look()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (DalanError, OSError) as error:  # the database may be away for a while
                log.warning("lists not looked at", error=type(error).__name__)
            except Exception:  # a fault here must not end the looking for good
                log.exception("lists not looked at")


def lists() -> list[str]:
    """The names of all lists operators may change: categories and places first."""
    return ["category", "city", "district", *catalogue.shipped_options(), *forms.field_lists()]


def entries_of(name: str) -> list[Listed]:
    """Every entry of a list as this process knows it, retired ones too. Raises
    ``UnknownEntry`` for a list there is not."""
    if name == "category":
        return [
            _listed(name, node.slug, node.title, node.title_en, node.parent or "", leaf=node.leaf)
            for node in catalogue.every_category()
        ]
    if name == "city":
        return [
            _listed(name, place.slug, place.display, "", place.province)
            for place in catalogue.every_city()
        ]
    if name == "district":
        return [
            _listed(name, place.slug, place.display, "", place.city)
            for place in catalogue.every_district()
        ]
    return [
        _listed(name, option.slug, option.display, "", "")
        for option in amending.all_options(name, _shipped(name))
    ]


async def add(
    tx: WriteTransaction,
    name: str,
    *,
    slug: str,
    title: str,
    title_en: str = "",
    parent: str = "",
    leaf: bool = True,
    by_person_id: int,
) -> Entry:
    """Add an entry to a list. ``slug`` goes over the wire and never changes. ``parent``: the group
    a category goes into, a district's city, a city's province in Persian; ``leaf`` False: a
    category that is a group itself.

    The caller owns the transaction and calls ``refresh`` after it. Raises ``UnknownEntry`` (the
    list or the parent), ``EntryExists``, ``InvalidEntry`` and ``NotALeafCategory``.
    """
    number = await _begin(tx)
    titles = _titles(name, title, title_en)
    slug = slug.strip()
    if len(slug) > SLUG_LENGTH_MAX or not (
        _PLAIN_SLUG if name in _PLAIN else _OPTION_SLUG
    ).fullmatch(slug):
        raise InvalidEntry("slug", "small Latin letters, digits and hyphens")
    known = {one.slug.casefold(): one for one in entries_of(name)}
    if slug.casefold() in known:
        raise EntryExists(name, slug)
    if sum(one.added for one in known.values()) >= ADDED_MAX:
        raise InvalidEntry("slug", f"at most {ADDED_MAX} are added to a list")
    if name == "category":
        _check_group(parent, leaf=leaf)
    elif name == "district":
        if parent not in {place.slug for place in catalogue.cities()}:
            raise UnknownEntry("city", parent)
    elif name == "city":
        parent = _said(parent, "parent")
        if parent not in {place.province for place in catalogue.every_city()}:
            raise UnknownEntry("province", parent)
    else:
        parent = ""
    return await _put(
        tx,
        list=name,
        slug=slug,
        parent=parent,
        leaf=leaf or name != "category",
        retired_at=None,
        edition=number,
        by_person_id=by_person_id,
        **titles,
    )


async def rename(
    tx: WriteTransaction,
    name: str,
    slug: str,
    *,
    title: str,
    title_en: str = "",
    by_person_id: int,
) -> Entry:
    """Call an entry otherwise, everywhere and at once; its slug and what was filed under it stay.
    Announces it where the name is another one. Raises ``UnknownEntry`` and ``InvalidEntry``."""
    number = await _begin(tx)
    one = _known(name, slug)
    if name not in _PLAIN and one.fixed:
        raise NeededEntry(name, slug)
    titles = _titles(name, title, title_en or one.title_en)
    if titles["title"] != one.title:
        await outbox.record(tx, EntryRenamed(list=name, slug=slug, edition=number))
    return await _put_over(tx, one, number=number, by_person_id=by_person_id, **titles)


async def retire(tx: WriteTransaction, name: str, slug: str, *, by_person_id: int) -> Entry:
    """Offer an entry no more: in no form, no list of assets, no new post. Posts that say it stand
    as they are and are found as before. With a make its models are retired.

    Again changes nothing. Raises ``UnknownEntry``, and ``NeededEntry`` for what stands for
    everything else, for a group with categories in it and for the last one of a list.
    """
    number = await _begin(tx)
    one = _known(name, slug)
    left = [other for other in entries_of(name) if not other.retired and other.slug != slug]
    if one.fixed or not [other for other in left if not other.fixed or name == "category"]:
        raise NeededEntry(name, slug)
    if name == "category" and any(other.parent == slug for other in left):
        raise NeededEntry(name, slug)
    return await _put_over(
        tx, one, number=number, by_person_id=by_person_id, retired_at=clock.now()
    )


async def bring_back(tx: WriteTransaction, name: str, slug: str, *, by_person_id: int) -> Entry:
    """Offer a retired entry again. Raises ``UnknownEntry``, and ``NeededEntry`` for a category
    whose group is retired."""
    number = await _begin(tx)
    one = _known(name, slug)
    if name == "category" and catalogue.is_retired("category", one.parent):
        raise NeededEntry(name, one.parent)
    return await _put_over(tx, one, number=number, by_person_id=by_person_id, retired_at=None)


async def _begin(tx: WriteTransaction) -> int:
    """The number of the edition in the making; writers wait for each other here, and then know
    what the one before them did."""
    await queries.begin_editions.execute(tx, id=1, number=0)
    number = await queries.next_edition.scalar(tx)
    assert number is not None, "its row was put there"
    await take_up(tx)
    return int(number)


async def _put_over(
    tx: WriteTransaction, one: Listed, *, number: int, by_person_id: int, **changes: Any
) -> Entry:
    said = amending.said_of(one.list).get(one.slug)
    values: dict[str, Any] = {
        "title": one.title,
        "title_en": one.title_en,
        "retired_at": said.retired_at if said is not None else None,
        "edition": said.edition if said is not None else number,
    }
    return await _put(
        tx,
        list=one.list,
        slug=one.slug,
        parent=one.parent,
        leaf=one.leaf,
        by_person_id=by_person_id,
        **(values | changes),
    )


async def _put(tx: WriteTransaction, *, by_person_id: int, **values: Any) -> Entry:
    return await queries.put_entry.one(
        tx, changed_at=clock.now(), changed_by_id=by_person_id, **values
    )


def _listed(
    name: str, slug: str, title: str, title_en: str, parent: str, *, leaf: bool = True
) -> Listed:
    return Listed(
        list=name,
        slug=slug,
        title=title,
        title_en=title_en,
        parent=parent,
        leaf=leaf,
        added=slug in amending.said_of(name) and not _is_shipped(name, slug),
        retired=catalogue.is_retired(name, slug)
        if name in _PLAIN
        else amending.is_option_retired(name, slug),
        fixed=slug in _FIXED,
    )


def _is_shipped(name: str, slug: str) -> bool:
    return slug in catalogue.shipped_slugs(name) or slug in _shipped_slugs(name)


@cache
def _shipped_slugs(name: str) -> frozenset[str]:
    return (
        frozenset(option.slug for option in _shipped(name)) if name not in _PLAIN else frozenset()
    )


def _shipped(name: str) -> tuple[Option, ...]:
    assets = catalogue.shipped_options()
    if name in assets:
        return assets[name]
    fields = forms.field_lists()
    if name not in fields:
        raise UnknownEntry("list", name)
    return fields[name][1]


def _known(name: str, slug: str) -> Listed:
    found = next((one for one in entries_of(name) if one.slug == slug), None)
    if found is None:
        raise UnknownEntry(name, slug)
    return found


def _check_group(parent: str, *, leaf: bool) -> None:
    """A category goes into a group, at most ``LEVEL_MAX`` below the root, and a group leaves room
    for what goes into it."""
    group = next((one for one in catalogue.categories() if one.slug == parent), None)
    if group is None:
        raise UnknownEntry("category", parent)
    if group.leaf:
        raise NotALeafCategory(parent)
    if group.level + (1 if leaf else 2) > LEVEL_MAX:
        raise InvalidEntry("parent", f"at most {LEVEL_MAX} levels below the root")


def _titles(name: str, title: str, title_en: str) -> dict[str, str]:
    said = _said(title, "title")
    english = _said(title_en, "title_en") if title_en.strip() or name == "category" else ""
    return {"title": said, "title_en": english}


def _said(text: str, field: str) -> str:
    try:
        said = clean(text, longest=TITLE_LENGTH_MAX)
    except TextTooLong:
        said = ""
    if not said:
        raise InvalidEntry(field, f"from 1 to {TITLE_LENGTH_MAX} characters")
    return said
