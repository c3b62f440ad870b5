"""The lists as this process knows them: the shipped ones, and over them what operators said.

Everything here is memory, changed by ``use`` alone and between two statements of the loop, so that
whoever reads never sees half of a change.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import ParamSpec, TypeVar

from dalan.domains.taxonomy.tables import Entry
from dalan.domains.taxonomy.terms import Option

Asked = ParamSpec("Asked")
Told = TypeVar("Told")

BRANDS = "brand_models/"
LAST = "other"
"""The option that stands for all others, and stays behind them."""

_forgetting: list[Callable[[], None]] = []
_said: dict[str, dict[str, Entry]] = {}
_NOTHING: Mapping[str, Entry] = {}


def remembered(size: int | None = None) -> Callable[[Callable[Asked, Told]], Callable[Asked, Told]]:
    """``functools.lru_cache`` for what follows from the lists: forgotten when they change."""

    def decorate(function: Callable[Asked, Told]) -> Callable[Asked, Told]:
        remembering = lru_cache(maxsize=size)(function)
        _forgetting.append(remembering.cache_clear)
        return remembering  # type: ignore[return-value]  # the same, with a memory

    return decorate


def use(entries: Iterable[Entry]) -> None:
    """From here on the lists are the shipped ones with these entries over them."""
    said: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        said.setdefault(entry.list, {})[entry.slug] = entry
    if said == _said:
        return
    _said.clear()
    _said.update(said)
    for forget in _forgetting:
        forget()


def said_of(name: str) -> Mapping[str, Entry]:
    """What operators said of a list, by slug, added ones in the order they were added."""
    return _said.get(name, _NOTHING)


def all_options(name: str, shipped: tuple[Option, ...]) -> tuple[Option, ...]:
    """A list of options with its added and renamed ones, retired ones among them."""
    said = said_of(name)
    if not said:
        return shipped
    known = {option.slug for option in shipped}
    found = [
        Option(option.slug, said[option.slug].title) if option.slug in said else option
        for option in shipped
    ]
    for entry in said.values():
        if entry.slug not in known:
            place = _place_of(entry.slug, found, by_name=name.startswith(BRANDS))
            found.insert(place, Option(entry.slug, entry.title))
    return tuple(found)


def options_offered(name: str, shipped: tuple[Option, ...]) -> tuple[Option, ...]:
    """Those of a list that a new post may choose."""
    everything = all_options(name, shipped)
    if not said_of(name):
        return everything
    return tuple(option for option in everything if not is_option_retired(name, option.slug))


def options_retired(name: str, shipped: tuple[Option, ...]) -> tuple[Option, ...]:
    """Those of a list that only posts of before may still say."""
    if not said_of(name):
        return ()
    return tuple(
        option for option in all_options(name, shipped) if is_option_retired(name, option.slug)
    )


def is_option_retired(name: str, slug: str) -> bool:
    """Whether nobody is offered it any more: itself, or of a model the make above it."""
    said = said_of(name)
    if not said:
        return False
    line = [slug]
    if name.startswith(BRANDS):
        parts = slug.split(" ")
        line += [" ".join(parts[:count]) for count in range(1, len(parts))]
    return any(one in said and said[one].retired_at is not None for one in line)


def _place_of(slug: str, found: list[Option], *, by_name: bool) -> int:
    """Where an added option goes: a model behind the last one of its make, everything else at
    the end, before «other»."""
    if by_name:
        parts = slug.split(" ")
        for count in range(len(parts) - 1, 0, -1):
            above = " ".join(parts[:count])
            kin = [
                place
                for place, one in enumerate(found)
                if one.slug == above or one.slug.startswith(above + " ")
            ]
            if kin:
                return kin[-1] + 1
    return len(found) - 1 if found and found[-1].slug == LAST else len(found)
