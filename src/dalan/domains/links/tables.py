"""Short links, their owners, tags and domains, and creations that may be asked for again."""

from datetime import datetime
from typing import Final, Literal

import msgspec
from sqlalchemy import (
    DDL,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from dalan.kernel.db import Id, Tokens, UtcTime, metadata

LinkKind = Literal["link", "content", "file"]
HashMethod = Literal["auto", "custom"]

KINDS: Final[tuple[LinkKind, ...]] = ("link", "content", "file")
HASH_METHODS: Final[tuple[HashMethod, ...]] = ("auto", "custom")

BY_CODE_POINT = Text(collation="C").with_variant(Text(), "sqlite")
"""Compared byte by byte, which for UTF-8 is code point by code point; SQLite always does so."""

IS_LISTED: Final = "deleted_at IS NULL"


def _in_order(column: str) -> Index:
    """An owner's links in an order, without those that were deleted."""
    return Index(
        f"ix_link_owner_no_{column}",
        "owner_no",
        column,
        "id",
        sqlite_where=text(IS_LISTED),
        postgresql_where=text(IS_LISTED),
    )


link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("domain", Text, nullable=False),
    Column("hash", BY_CODE_POINT, nullable=False),
    Column("folded_hash", BY_CODE_POINT, nullable=False),
    Column("hash_method", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE")),
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE")),
    Column("owner_no", Id, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("tags", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("picture", Text, nullable=False),
    Column("searchable", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("expiry_order", Id, nullable=False),
    Column("valid_from", UtcTime),
    Column("visits_max", Integer),
    Column("password_hash", LargeBinary),
    Column("after_address", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("deleted_at", UtcTime),
    Column("purged_at", UtcTime),
    Column("quarantined_at", UtcTime),
    UniqueConstraint("domain", "folded_hash"),
    CheckConstraint("kind IN ('link', 'content', 'file')", name="kind"),
    CheckConstraint("hash_method IN ('auto', 'custom')", name="hash_method"),
    CheckConstraint("hash <> '' AND folded_hash <> '' AND target <> ''", name="filled"),
    CheckConstraint(
        "(app_id IS NULL) <> (person_id IS NULL)"
        " AND owner_no = COALESCE(app_id * 2, person_id * 2 + 1)",
        name="one_owner",
    ),
    Index("ix_link_app_id", "app_id"),
    Index("ix_link_person_id", "person_id"),
    Index("ix_link_fingerprint", "fingerprint"),
    _in_order("created_at"),
    _in_order("expiry_order"),
    _in_order("hash"),
    Index(
        "ix_link_owner_no_deleted_at",
        "owner_no",
        "deleted_at",
        "id",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
    Index(
        "ix_link_quarantined_at",
        "quarantined_at",
        sqlite_where=text("quarantined_at IS NOT NULL"),
        postgresql_where=text("quarantined_at IS NOT NULL"),
    ),
    Index(
        "ix_link_deleted_at",
        "deleted_at",
        sqlite_where=text("deleted_at IS NOT NULL AND purged_at IS NULL"),
        postgresql_where=text("deleted_at IS NOT NULL AND purged_at IS NULL"),
    ),
    Index(
        "ix_link_owner_no_inactive",
        "owner_no",
        "id",
        sqlite_where=text("active IS 0 AND deleted_at IS NULL"),
        postgresql_where=text("active IS false AND deleted_at IS NULL"),
    ),
)
"""A short link. ``domain`` is its short domain, "" for our own ``/l/``; of two spellings that fold
to one ``folded_hash`` a domain has one. ``target`` is an address, a text, or a stored file's name,
as it was sent. ``owner_no`` says the owner in one number (``Owner.number``). ``fingerprint`` is of
owner, kind and target. ``tags`` are joined by commas, which no tag has; ``searchable`` is hash and
target folded. ``expiry_order`` is ``expires_at`` in microseconds, with never behind all times.
Clicks are counted elsewhere: a row that every visit wrote would be the hottest of the platform.
``terms`` is ``Terms`` as JSON, "" for none. ``after_address``: where visitors go once it is over,
"" for nowhere. A row that was deleted keeps its hash taken; ``purged_at``: nothing but the hash is
left of it. ``quarantined_at``: operators keep visitors from it since then."""

link_allowance = Table(
    "link_allowance",
    metadata,
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
    Column("visits_max", Integer, nullable=False),
    Column("visits_used", Integer, nullable=False),
    CheckConstraint("0 <= visits_used", name="visits_used"),
)
"""How many visitors a link with ``visits_max`` has had since it has one. Beside the link: whoever
keeps links in memory need not look again after every visit. Somebody may have lowered the limit
below what is used."""

link_guess = Table(
    "link_guess",
    metadata,
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
    Column("guesser", LargeBinary, primary_key=True),
    Column("until", UtcTime, nullable=False),
    Column("guesses_count", Integer, nullable=False),
    CheckConstraint("guesses_count >= 0", name="guesses_count"),
    Index("ix_link_guess_until", "until"),
)
"""How many wrong passwords came for a link until a time when counting begins anew: of one guesser,
a keyed hash of the network they come from, and of everybody, whose ``guesser`` is empty."""

link_tag = Table(
    "link_tag",
    metadata,
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
    Column("folded_name", Text, primary_key=True),
    Column("owner_no", Id, nullable=False),
    Index("ix_link_tag_owner_no", "owner_no", "folded_name", "link_id"),
)
"""A tag of a link, as it is compared."""

link_words = Table(
    "link_words",
    metadata,
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), primary_key=True,
           autoincrement=False),
    Column("words", Tokens, nullable=False),
)  # fmt: skip
"""What a link is found by among many (``grams``); one that was deleted has no row."""

link_words_index = Index("ix_link_words_words", link_words.c.words, postgresql_using="gin").ddl_if(
    dialect="postgresql"
)

CREATE_FULL_TEXT: Final = (
    "CREATE VIRTUAL TABLE link_text USING fts5(words, content='link_words',"
    " content_rowid='link_id', detail='none', columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER link_text_added AFTER INSERT ON link_words BEGIN"
    " INSERT INTO link_text (rowid, words) VALUES (new.link_id, new.words); END",
    "CREATE TRIGGER link_text_removed AFTER DELETE ON link_words BEGIN"
    " INSERT INTO link_text (link_text, rowid, words)"
    " VALUES ('delete', old.link_id, old.words); END",
)
"""SQLite's index beside the rows, kept by triggers so that neither is ever without the other."""

for _statement in CREATE_FULL_TEXT:
    _made = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy left it without types
    event.listen(link_words, "after_create", _made.execute_if(dialect="sqlite"))

link_tally = Table(
    "link_tally",
    metadata,
    Column("owner_no", Id, primary_key=True),
    Column("facet", Text, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("links_count", Integer, nullable=False),
    CheckConstraint("links_count >= 0", name="links_count"),
)
"""How many links of an owner that were not deleted are of a kind and method (``k:link:auto``), or
have a tag (``t:`` and the tag, folded). In slots, so that creations at once need not wait for one
row."""

short_domain = Table(
    "short_domain",
    metadata,
    Column("name", Text, primary_key=True),
    Column("base_address", Text, nullable=False),
    Column("missing_address", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
)
"""A host whose every path is a hash. ``base_address``: where its bare address leads;
``missing_address``: where unknown hashes lead; "" for nowhere. One that was removed keeps its
links."""

link_creation = Table(
    "link_creation",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("link_id", Id, ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_link_creation_link_id", "link_id"),
    Index("ix_link_creation_created_at", "created_at"),
)
"""A creation that named an idempotency key: asking again with it answers the same link."""


class Owner(msgspec.Struct, frozen=True):
    """Whose links they are: exactly one of the two. Made by ``Owner.app`` and ``Owner.person``."""

    app_id: int | None = None
    person_id: int | None = None

    def __post_init__(self) -> None:
        assert (self.app_id is None) != (self.person_id is None), "an app, or else a person"

    @classmethod
    def app(cls, app_id: int) -> "Owner":
        return cls(app_id=app_id)

    @classmethod
    def person(cls, person_id: int) -> "Owner":
        return cls(person_id=person_id)

    @property
    def number(self) -> int:
        """Apps have the even numbers, people the odd ones."""
        if self.app_id is not None:
            return 2 * self.app_id
        assert self.person_id is not None, "an app, or else a person"
        return 2 * self.person_id + 1

    def __str__(self) -> str:
        return f"p{self.person_id}" if self.app_id is None else str(self.app_id)


class Link(msgspec.Struct, frozen=True):
    """A short link. ``expires_at`` None: never. ``terms``: see ``Terms``."""

    id: int
    domain: str
    hash: str
    hash_method: HashMethod
    kind: LinkKind
    target: str
    app_id: int | None
    person_id: int | None
    tags: str
    title: str
    note: str
    description: str
    picture: str
    active: bool
    created_at: datetime
    changed_at: datetime
    expires_at: datetime | None
    valid_from: datetime | None
    visits_max: int | None
    has_password: bool
    after_address: str
    terms: str
    deleted_at: datetime | None
    purged_at: datetime | None
    quarantined_at: datetime | None = None

    @property
    def owner(self) -> Owner:
        return Owner(self.app_id, self.person_id)

    @property
    def is_plain(self) -> bool:
        """All visitors are sent to one place as long as it is active and not expired: nothing is
        shown, counted down, asked or chosen."""
        return (
            self.kind != "content"
            and not self.terms
            and not self.has_password
            and self.valid_from is None
            and self.visits_max is None
            and self.deleted_at is None
            and self.quarantined_at is None
            and not self.has_card
        )

    @property
    def has_card(self) -> bool:
        """It is described where it is shared: a title alone is what its owner finds it by."""
        return bool(self.description or self.picture)

    def is_live(self, at: datetime) -> bool:
        """A visitor at that moment finds it, where ``visits_max`` lets one more come."""
        return (
            self.active
            and self.deleted_at is None
            and self.quarantined_at is None
            and not self.is_expired(at)
            and (self.valid_from is None or self.valid_from <= at)
        )

    def is_expired(self, at: datetime) -> bool:
        """Its time is over, whether it was deactivated or not."""
        return self.expires_at is not None and self.expires_at <= at


class LinkCreation(msgspec.Struct, frozen=True):
    """What was asked for with an idempotency key, and the link it became."""

    request_hash: bytes
    link_id: int


class ShortDomain(msgspec.Struct, frozen=True):
    """A host whose every path is a hash."""

    name: str
    base_address: str
    missing_address: str
    created_at: datetime
    removed_at: datetime | None


class Guesses(msgspec.Struct, frozen=True):
    """Passwords that were tried, and until when they count."""

    guesses_count: int
    until: datetime
