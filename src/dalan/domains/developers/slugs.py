"""The name of an app in addresses: chosen once, for good."""

import re

from dalan.domains.developers import queries
from dalan.domains.developers.errors import InvalidSlug
from dalan.kernel import randomness
from dalan.kernel.db import ReadTransaction

LENGTH_MIN, LENGTH_MAX = 3, 40

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_RESERVED_WORDS = """
    about account accounts add-ons addons admin administrator api app apps assets auth
    basalam callback chat completion console dalan dev developer developers divar docs edit
    events experimental health help home inbox internal kenar keys login logout management
    media members metrics my-divar new null oauth oauth2 official open-platform panel pay
    payment permission pod post posts privacy public root search security settings sign-in
    sign-out static status support system team terms test token undefined upload user users
    wallet webhook webhooks www
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
"""Words of our own addresses, and those an app could pass itself off with."""

_FIRST = """
    amber autumn azure brave bright calm cedar clear coral crisp dawn eager early fair fern
    forest gentle golden grand green happy hazel honest indigo ivory jolly keen kind lemon
    light lilac lively lucky lunar maple merry mint misty noble olive orange pearl plain
    polar proud quick quiet rapid rosy royal ruby saffron sandy silent silver simple smart
    snowy solar spring steady summer sunny swift tidy velvet vivid warm wild winter wise
"""
_SECOND = """
    alley anchor arch bazaar beacon bell birch bloom boat bridge brook cabin canyon castle
    cloud coast comet creek dome door dune eagle falcon field fig fjord flame fountain
    garden gate grove harbor hill island jasmine kite lake lantern leaf market meadow mirror
    moon mountain nest oak ocean orchard palm path pearl pine plane pond poppy quartz rain
    reef river road sail sea sparrow star stone stream tile tower tree tulip valley walnut
    wave
"""
_THIRD = """
    barter bloom call chime craft dance deal drift echo field find flow glance gleam glow
    guide hand hint jump lift line link list loom mark meet merge note offer pace pair pass
    path pick play post pulse quest reach ride ring rise road run sale scale seed sense
    shift ship sign song spark spell spin step stall swap sway tale task touch trace track
    trade trail turn view visit voice walk watch way weave word work
"""


def check_slug(slug: str) -> str:
    """The slug itself. Raises InvalidSlug when an app may not be called so."""
    if not LENGTH_MIN <= len(slug) <= LENGTH_MAX or _SLUG.fullmatch(slug) is None:
        raise InvalidSlug(slug)
    if slug in RESERVED or slug.startswith(("dalan-", "addon-", "xn--")):
        raise InvalidSlug(slug, reserved=True)
    return slug


async def suggest_slug(tx: ReadTransaction) -> str:
    """Three words that no app is called by yet, such as ``quiet-harbor-trade``."""
    candidates = ["-".join(_pick(words) for words in (_FIRST, _SECOND, _THIRD)) for _ in range(8)]
    taken = {row[0] for row in await queries.taken_slugs.all(tx, slugs=candidates)}
    free = [slug for slug in candidates if slug not in taken]
    return free[0] if free else f"{candidates[0]}-{randomness.below(10_000)}"


def _pick(text: str) -> str:
    words = text.split()
    return words[randomness.below(len(words))]
