"""Posts and the pictures they show."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.engine import Dialect

from dalan.kernel.db import Id, Json, UtcTime, metadata

State = Literal[
    "waiting_for_payment",
    "waiting_for_review",
    "waiting_for_edit",
    "published",
    "rejected",
    "retired",
    "deleted",
    "archived",
]
STATES: tuple[State, ...] = get_args(State)

GONE: frozenset[str] = frozenset({"deleted", "archived"})
"""States in which a post's token no longer means anything to the outside."""

LISTED = "state = 'published' AND development IS FALSE"
PUBLISHED = "state = 'published'"
RETIRED = "state = 'retired'"
WAITING = "state = 'waiting_for_review' AND development IS FALSE"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

_STATES = ", ".join(f"'{state}'" for state in STATES)

LocationType = Literal["empty", "exact", "approximate"]
Authorship = Literal["owner", "app", "operator", "system"]


class Video(msgspec.Struct, frozen=True, omit_defaults=True):
    """A film of a post, by the names its upload gave. ``duration_seconds`` 0: not told."""

    name: str
    thumbnail_name: str = ""
    duration_seconds: int = 0


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What few posts say and no list asks for. Degrees are WGS 84, north and east positive;
    both or neither. Landline numbers are as given, digits only."""

    location_type: LocationType = "empty"
    latitude: float | None = None
    longitude: float | None = None
    video: Video | None = None
    landline_numbers: tuple[str, ...] = ()


class _Details(Json):
    """``Details`` as JSON; members added later take their defaults."""

    cache_ok = True

    def result_processor(self, _: Dialect, __: object) -> Callable[[str | None], Any]:
        return _read_details


_details_decoder = msgspec.json.Decoder(Details)
_NO_DETAILS = Details()


def _read_details(text: str | None) -> Details:
    return _NO_DETAILS if text is None or text == "{}" else _details_decoder.decode(text)


post = Table(
    "post",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("owner_id", Id, ForeignKey("person.id"), nullable=False),
    Column("category", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("fields", Json, nullable=False),
    Column("image_names", Json, nullable=False),
    Column("price_mode", Text, nullable=False),
    Column("price_tomans", BigInteger),
    Column("state", Text, nullable=False),
    Column("reject_reason", Text, nullable=False),
    Column("chat_enabled", Boolean, nullable=False),
    Column("hide_phone", Boolean, nullable=False),
    Column("development", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("first_published_at", UtcTime),
    Column("last_modified_at", UtcTime, nullable=False),
    Column("listed_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("state_changed_at", UtcTime, nullable=False),
    Column("details", _Details, nullable=False, server_default="{}"),
    Column("edit_refusal", Text, nullable=False, server_default=""),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("length(token) BETWEEN 8 AND 16", name="token"),
    CheckConstraint("title <> ''", name="title"),
    CheckConstraint("price_tomans IS NULL OR price_tomans >= 0", name="price"),
    CheckConstraint(
        "state <> 'published' OR first_published_at IS NOT NULL", name="published_once"
    ),
    Index("ix_post_listed", "listed_at", "id",
          postgresql_where=sql(LISTED), sqlite_where=sql(LISTED)),
    Index("ix_post_owner", "owner_id", "id"),
    Index("ix_post_expiring", "expires_at", postgresql_where=sql(PUBLISHED),
          sqlite_where=sql(PUBLISHED)),
    Index("ix_post_retired", "state_changed_at", postgresql_where=sql(RETIRED),
          sqlite_where=sql(RETIRED)),
    Index("ix_post_waiting", "state_changed_at", "id", postgresql_where=sql(WAITING),
          sqlite_where=sql(WAITING)),
)  # fmt: skip
"""``image_names`` repeats ``post_image`` in order, so that one statement reads a whole post;
the one verb that writes either writes both. ``price_*`` are what the category's ``price`` and
``price_mode`` fields said; ``fields`` holds the others, as ``taxonomy.check_fields`` gave them.
``edit_refusal`` is why the newest edit of a published post was refused, "" if it was not."""

post_image = Table(
    "post_image",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("image_id", Id, ForeignKey("image.id"), nullable=False),
    CheckConstraint("position >= 0", name="position"),
    Index("ix_post_image_image", "image_id"),
)

post_origin = Table(
    "post_origin",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("app_id", Id, ForeignKey("app.id")),
    Column("business_id", Id, ForeignKey("business.id")),
    Column("as_provider", Boolean, nullable=False),
    CheckConstraint("app_id IS NOT NULL OR business_id IS NOT NULL", name="somewhere"),
    CheckConstraint("as_provider IS FALSE OR app_id IS NOT NULL", name="provider"),
    Index("ix_post_origin_app_id", "app_id", "post_id"),
    Index("ix_post_origin_business_id", "business_id", "post_id"),
)
"""Only posts an app submitted or a business owns have a row. ``as_provider``: the app submitted
it in its own name, not in the person's."""

post_edit = Table(
    "post_edit",
    metadata,
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("content", Json, nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", Id),
    Index("ix_post_edit_proposed_at", "proposed_at"),
)
"""What a published post is to say once a reviewer agrees; until then it goes on as it was."""

post_change = Table(
    "post_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("what", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", Id),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Json),
    CheckConstraint("author IN ('owner', 'app', 'operator', 'system')", name="author"),
    Index("ix_post_change_post_id", "post_id", "id"),
    Index("ix_post_change_at", "at"),
)
"""The history of posts. ``state`` is the one it was in afterwards; ``content`` what it said
afterwards, null where the words did not change. ``author_id`` is a person's or an app's id."""

development_allowance = Table(
    "development_allowance",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("last_created_at", UtcTime, nullable=False),
)
"""A row per developer, written before their development posts are counted: two requests at
the same moment wait for each other here, so that no one gets an eleventh post."""

posting_ban = Table(
    "posting_ban",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("banned_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime),
    CheckConstraint("ends_at IS NULL OR ends_at > banned_at", name="ends"),
    Index("ix_posting_ban_ends_at", "ends_at"),
)
"""Who may not post. ``ends_at`` null: until somebody lifts it. What was before is in the audit."""


class PostingBan(msgspec.Struct, frozen=True):
    """Somebody may not post. ``reason`` is told to them, in their own language."""

    person_id: int
    reason: str
    banned_at: datetime
    ends_at: datetime | None


class Post(msgspec.Struct, frozen=True):
    """A classified. ``token`` is its public name; all else that is numbered stays inside.

    ``price_tomans`` is None where the category has no price or the mode needs none.
    ``listed_at`` is what lists sort by; before publication it is the moment of creation.
    """

    id: int
    token: str
    owner_id: int
    category: str
    city: str
    district: str
    title: str
    description: str
    fields: dict[str, Any]
    image_names: list[str]
    price_mode: str
    price_tomans: int | None
    state: State
    reject_reason: str
    chat_enabled: bool
    hide_phone: bool
    development: bool
    created_at: datetime
    first_published_at: datetime | None
    last_modified_at: datetime
    listed_at: datetime
    expires_at: datetime
    state_changed_at: datetime
    details: Details = _NO_DETAILS
    edit_refusal: str = ""

    @property
    def is_gone(self) -> bool:
        """Deleted or archived: to the outside there is no such post."""
        return self.state in GONE


class Content(msgspec.Struct, frozen=True):
    """All a post says that its owner may change."""

    title: str
    description: str
    district: str
    fields: dict[str, Any]
    price_mode: str
    price_tomans: int | None
    image_names: list[str]
    chat_enabled: bool
    hide_phone: bool
    details: Details


class Origin(msgspec.Struct, frozen=True):
    """How a post came: through which app, for which business."""

    post_id: int
    app_id: int | None
    business_id: int | None
    as_provider: bool


class Submitted(msgspec.Struct, frozen=True):
    """As much of a post as counting needs."""

    id: int
    category: str
    state: State


class Latest(msgspec.Struct, frozen=True):
    """As much of a post as is needed to see whether something fits it."""

    id: int
    category: str
    city: str


class ProposedEdit(msgspec.Struct, frozen=True):
    """An edit that waits for a reviewer; ``content`` is a ``Content`` in plain values."""

    post_id: int
    content: Any
    proposed_at: datetime
    author: Authorship
    author_id: int | None


What = Literal[
    "submitted",
    "moved",
    "edited",
    "edit_proposed",
    "edit_accepted",
    "edit_refused",
    "bumped",
    "renewed",
]


class Change(msgspec.Struct, frozen=True):
    """One line of a post's history."""

    id: int
    post_id: int
    at: datetime
    what: What
    author: Authorship
    author_id: int | None
    state: State
    reason: str
    content: Any


class StateCount(msgspec.Struct, frozen=True):
    """How many posts are in a state."""

    state: State
    count: int
