"""Messages about short links. Terms are spelled as the room of links spells them: it is our API."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from dalan.domains.links import LinkKind, Terms
from dalan.surfaces.api.errors import Error


class Link(msgspec.Struct, frozen=True):
    """A short link. ``expires_at`` null: never; ``visits_max`` null: as many as come. ``clicks``
    are those of people, ``bot_clicks`` those of programs."""

    hash: str
    domain: str
    short_url: str
    kind: LinkKind
    target: str
    title: str
    note: str
    description: str
    picture: str
    tags: list[str]
    active: bool
    live: bool
    has_password: bool
    created_at: datetime
    changed_at: datetime
    expires_at: datetime | None
    valid_from: datetime | None
    visits_max: int | None
    after_address: str
    terms: Terms
    deleted_at: datetime | None
    clicks: int
    bot_clicks: int


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link to be made. ``hash`` left out: one is drawn. ``expires_at`` left out: as the operator
    decided; null: never. Any other null is as if it were left out."""

    target: str
    kind: LinkKind | None = None
    hash: str | None = None
    domain: str | None = None
    title: str | None = None
    note: str | None = None
    description: str | None = None
    picture: str | None = None
    tags: list[str] | None = None
    expires_at: datetime | UnsetType | None = UNSET
    valid_from: datetime | None = None
    visits_max: int | None = None
    password: str | None = None
    after_address: str | None = None
    terms: Terms | None = None


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a link: what is left out stays, null clears. ``tags`` and ``terms`` are
    replaced whole."""

    target: str | UnsetType = UNSET
    title: str | UnsetType | None = UNSET
    note: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    picture: str | UnsetType | None = UNSET
    tags: list[str] | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    expires_at: datetime | UnsetType | None = UNSET
    valid_from: datetime | UnsetType | None = UNSET
    visits_max: int | UnsetType | None = UNSET
    password: str | UnsetType | None = UNSET
    after_address: str | UnsetType | None = UNSET
    terms: Terms | UnsetType | None = UNSET


class Links(msgspec.Struct, frozen=True):
    """A page of links. ``next_cursor`` null: this was the last. ``total``: where asked for; of a
    search among many thousands it is estimated."""

    links: list[Link]
    next_cursor: str | None
    total: int | None


class LinksQuery(msgspec.Struct, frozen=True):
    """What is asked of the app's links; what is left out asks nothing. ``tags``: all of them,
    exactly; ``words``: some tag contains one of them; both joined by commas."""

    search: str = ""
    kind: str = ""
    method: str = ""
    tags: str = ""
    words: str = ""
    state: str = ""
    created_from: datetime | None = None
    created_until: datetime | None = None
    order: Literal["created_at", "expires_at", "hash", "clicks"] = "created_at"
    ascending: bool = False
    limit: int = 50
    cursor: str = ""
    total: bool = False


class DomainQuery(msgspec.Struct, frozen=True):
    """``domain``: the short domain of the hash, left out for our own."""

    domain: str = ""


class PictureQuery(msgspec.Struct, frozen=True):
    """What a QR code looks like: ``size`` in pixels, ``margin`` in modules, ``level`` l, m, q or h,
    colours as ``#rrggbb``."""

    domain: str = ""
    format: Literal["svg", "png"] = "svg"
    size: int = 512
    margin: int = 4
    level: str = "m"
    dark: str = "#000000"
    light: str = "#ffffff"


class Tag(msgspec.Struct, frozen=True):
    """A tag, and how many links have it."""

    name: str
    count: int


class Tags(msgspec.Struct, frozen=True):
    """The tags of the app's links."""

    tags: list[Tag]


class BatchItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. ``create`` needs ``link``; all others ``hash``; ``edit`` needs ``changes``,
    ``tag`` has ``add`` and ``remove``, ``expire`` has ``at`` (left out: now)."""

    action: Literal[
        "create", "edit", "tag", "expire", "activate", "deactivate", "delete", "restore"
    ]
    hash: str | None = None
    domain: str | None = None
    link: NewLink | None = None
    changes: Edit | None = None
    add: list[str] | None = None
    remove: list[str] | None = None
    at: datetime | None = None


class Batch(msgspec.Struct, frozen=True):
    """Up to 1,000 things to do, in their order. ``atomic``: all of them, or none."""

    items: list[BatchItem]
    atomic: bool = False


class BatchResult(msgspec.Struct, frozen=True):
    """What became of one item: the link as it is now, or why not."""

    link: Link | None
    error: Error | None


class BatchDone(msgspec.Struct, frozen=True):
    """What became of each item, in their order."""

    items: list[BatchResult]
    done_count: int
    refused_count: int


class BatchUndone(msgspec.Struct, frozen=True):
    """All or nothing, and nothing: what became, or would have become, of each item."""

    error: Error
    items: list[BatchResult]


class ImportQuery(msgspec.Struct, frozen=True):
    """``source``: whose file it is, found out when left out. ``dry_run``: say what would become of
    each row and change nothing. ``on_taken``: ``skip`` rows whose hash is taken, or ``draw``
    another hash for them."""

    source: Literal["", "dalan", "bitly", "yourls", "kutt", "shlink"] = ""
    dry_run: bool = False
    on_taken: Literal["skip", "draw"] = "skip"
    domain: str = ""


class ImportRow(msgspec.Struct, frozen=True):
    """What becomes of a row: ``made``; ``stands`` (you have that link already); ``taken`` (another
    link has the hash); ``refused``. ``lost``: what of the row the link does not have. ``clicks``:
    what was counted where it comes from."""

    number: int
    result: str
    hash: str
    target: str
    short_url: str
    lost: list[str]
    clicks: int
    error: Error | None


class Imported(msgspec.Struct, frozen=True):
    """What became of a file."""

    source: str
    dry_run: bool
    made_count: int
    stands_count: int
    taken_count: int
    refused_count: int
    rows: list[ImportRow]


class ExportQuery(msgspec.Struct, frozen=True):
    """As for a list, and the form."""

    format: Literal["csv", "json"] = "csv"
    search: str = ""
    kind: str = ""
    method: str = ""
    tags: str = ""
    words: str = ""
    state: str = ""
    created_from: datetime | None = None
    created_until: datetime | None = None
