"""What kind of service an app is, and the tags it carries.

Both are published words (kenar.md 1 and 2.1). The team of a development app chooses them; from
review on an operator does, for a tag such as ``VERIFIED`` is a claim that people believe.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from dalan.domains import taxonomy
from dalan.domains.developers import queries, request_queries
from dalan.domains.developers.errors import InvalidField, UnknownApp, WrongState
from dalan.domains.developers.publishing import AppsPage
from dalan.domains.developers.tables import App, AppState
from dalan.kernel import clock, paging
from dalan.kernel.db import ReadTransaction, WriteTransaction

TAGS_MAX = 5


class Tag(msgspec.Struct, frozen=True):
    """A published tag, in our words."""

    name: str
    fa: str
    en: str

    def label(self, lang: str) -> str:
        """Its label in ``fa`` or, for anything else, in English."""
        return self.fa if lang == "fa" else self.en


TAGS: tuple[Tag, ...] = (
    Tag("VERIFIED", "تأییدشده", "Verified"),
    Tag("IDENTITY_VERIFIED", "هویت احرازشده", "Identity verified"),
    Tag("POST_VERIFIED", "آگهی تأییدشده", "Post verified"),
    Tag("SECURE_PAYMENT", "پرداخت امن", "Secure payment"),
    Tag("POST_OWNERSHIP_VERIFIED", "مالکیت احرازشده", "Ownership verified"),
    Tag("EXPERT_INSPECTED", "کارشناسی‌شده", "Inspected by an expert"),
    Tag("CAR_EXPERT_INSPECTED", "خودروی کارشناسی‌شده", "Car inspected by an expert"),
    Tag("HOME_EXPERT_INSPECTED", "ملک کارشناسی‌شده", "Home inspected by an expert"),
    Tag("MOBILE_EXPERT_INSPECTED", "موبایل کارشناسی‌شده", "Phone inspected by an expert"),
    Tag("ONLINE_RESERVATION", "رزرو آنلاین", "Online booking"),
)
"""Every tag, in the published order."""

TAG_NAMES: tuple[str, ...] = tuple(tag.name for tag in TAGS)

BY_TEAM: tuple[AppState, ...] = ("development", "changes_requested")
"""The states in which an app's own team chooses."""


class Classified(NamedTuple):
    """How an app is classified."""

    service_type: str | None
    tags: tuple[str, ...]


async def classify(
    tx: WriteTransaction,
    app_id: int,
    *,
    service_type: str,
    tags: Sequence[str],
    by_team: bool,
) -> Classified:
    """Say what kind of service an app is (``""``: nothing yet) and which tags it carries.

    Raises InvalidField (``service_type``, ``tags``; five at most) and, ``by_team``, WrongState
    from review on.
    """
    app = await queries.lock_app.one_or_none(tx, app_id=app_id)
    if app is None:
        raise UnknownApp(f"#{app_id}")
    if by_team and app.state not in BY_TEAM:
        raise WrongState(state=app.state, asked="classified by its team")
    if service_type and service_type not in {one.slug for one in taxonomy.service_types()}:
        raise InvalidField("service_type", "unknown")
    chosen = set(tags)
    if not chosen <= set(TAG_NAMES):
        raise InvalidField("tags", "unknown")
    if len(chosen) > TAGS_MAX:
        raise InvalidField("tags", "too_many", most=TAGS_MAX)
    await request_queries.set_service_type.execute(
        tx, app_id=app_id, service_type=service_type or None, updated_at=clock.now()
    )
    await request_queries.clear_tags.execute(tx, app_id=app_id)
    for tag in TAG_NAMES:
        if tag in chosen:
            await request_queries.add_tag.execute(tx, app_id=app_id, tag=tag)
    return Classified(service_type or None, await tags_of(tx, app_id))


async def tags_of(tx: ReadTransaction, app_id: int) -> tuple[str, ...]:
    """The tags an app carries, in the published order."""
    found = {row[0] for row in await request_queries.tags_of_app.all(tx, app_id=app_id)}
    return tuple(tag for tag in TAG_NAMES if tag in found)


async def tags_of_apps(tx: ReadTransaction, ids: Iterable[int]) -> dict[int, list[str]]:
    """The tags of these apps; apps without any are left out."""
    found: dict[int, list[str]] = {}
    for one in await request_queries.tags_of_apps.all(tx, app_ids=sorted(set(ids))):
        found.setdefault(one.app_id, []).append(one.tag)
    return found


async def find_apps(
    tx: ReadTransaction,
    *,
    state: AppState | None = None,
    service_type: str = "",
    tag: str = "",
    after: str = "",
    limit: int = 50,
) -> AppsPage:
    """Apps that fit all that is given, the newest first. Raises InvalidCursor."""
    given = {
        name: value
        for name, value in (("state", state), ("service_type", service_type), ("tag", tag))
        if value
    }
    before_id = paging.decode(after, tuple[int])[0] if after else 2**63 - 1
    found: list[App] = await request_queries.newest_apps(frozenset(given)).all(
        tx, **given, before_id=before_id, most=limit + 1
    )
    shown = found[:limit]
    return AppsPage(shown, paging.encode((shown[-1].id,)) if len(found) > limit else "")
