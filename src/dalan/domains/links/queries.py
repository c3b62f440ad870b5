"""The room's only statements."""

from functools import lru_cache
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    LargeBinary,
    Text,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from dalan.domains.links.tables import (
    Guesses,
    Link,
    LinkCreation,
    ShortDomain,
    link,
    link_allowance,
    link_creation,
    link_guess,
    link_tag,
    link_tally,
    short_domain,
)
from dalan.kernel.db import Id, Statement, UtcTime, in_list, statement, upsert

_COLUMNS: list[ColumnElement[Any]] = [
    link.c.password_hash.is_not(None).label(name) if name == "has_password" else link.c[name]
    for name in Link.__struct_fields__
]

add = statement(
    upsert(link, key=["domain", "folded_hash"], returning=[link.c.id]),
    sets=[column.name for column in link.c if column.name != "id"],
)
"""A new link; no row when its hash is taken."""

by_hash = statement(
    select(*_COLUMNS).where(
        link.c.domain == bindparam("domain"), link.c.folded_hash == bindparam("folded_hash")
    ),
    into=Link,
)
"""The link a visitor asks for."""

wait_for_others = statement(
    select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))
)
"""On PostgreSQL: go on when nobody else is at work on that number."""

by_id = statement(select(*_COLUMNS).where(link.c.id == bindparam("link_id", type_=Id)), into=Link)
"""A link by its number."""

by_ids = statement(select(*_COLUMNS).where(in_list(link.c.id, "ids")), into=Link)
"""Links by their numbers."""

twin = statement(
    select(*_COLUMNS)
    .where(link.c.fingerprint == bindparam("fingerprint"), link.c.deleted_at.is_(None))
    .order_by(link.c.id)
    .limit(1),
    into=Link,
)
"""A link of the same owner and kind to the same, live or not."""

live_twin = statement(
    select(*_COLUMNS)
    .where(
        link.c.fingerprint == bindparam("fingerprint"),
        link.c.active == bindparam("is_active", type_=Boolean),
        link.c.deleted_at.is_(None),
        link.c.expires_at.is_(None) | (link.c.expires_at > bindparam("at", type_=UtcTime)),
    )
    .order_by(link.c.id)
    .limit(1),
    into=Link,
)
"""A live link of the same owner and kind to the same."""

set_active = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=["active", "changed_at"],
)
"""Found by visitors or not."""

CHANGED_AS_THEY_ARE = (
    "target", "tags", "title", "note", "description", "picture", "expires_at", "valid_from",
    "visits_max", "after_address", "terms", "changed_at",
)  # fmt: skip

change = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=[*CHANGED_AS_THEY_ARE, "fingerprint", "searchable", "expiry_order"],
)
"""Says and does something else."""

set_password = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)), sets=["password_hash"]
)
"""Asks for another password, or for none."""

password_hash = statement(
    select(link.c.password_hash).where(link.c.id == bindparam("link_id", type_=Id))
)
"""What a password is compared with."""

set_deleted = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=["deleted_at", "changed_at"],
)
"""Gone for everybody, or there again."""

set_allowance = statement(
    upsert(
        link_allowance,
        key=["link_id"],
        update=lambda new: {"visits_max": new.visits_max},
    ),
    sets=["link_id", "visits_max", "visits_used"],
)
"""As many visitors may come; those that came stay counted."""

drop_allowance = statement(
    delete(link_allowance).where(link_allowance.c.link_id == bindparam("link_id", type_=Id))
)
"""As many visitors may come as like."""

allowances = statement(
    select(link_allowance.c.link_id, link_allowance.c.visits_used).where(
        in_list(link_allowance.c.link_id, "ids")
    )
)
"""How many visitors came of those that may."""

use_visit = statement(
    update(link_allowance)
    .where(
        link_allowance.c.link_id == bindparam("link_id", type_=Id),
        link_allowance.c.visits_used < link_allowance.c.visits_max,
    )
    .values(visits_used=link_allowance.c.visits_used + 1)
    .returning(link_allowance.c.visits_max - link_allowance.c.visits_used)
)
"""One visitor more where one more may come: how many may come after it; no row otherwise."""

count_guess = statement(
    upsert(
        link_guess,
        key=["link_id", "guesser"],
        update=lambda new: {"guesses_count": link_guess.c.guesses_count + new.guesses_count},
        returning=[link_guess.c.guesses_count, link_guess.c.until],
    ),
    sets=["link_id", "guesser", "until", "guesses_count"],
    into=Guesses,
)
"""One guess more: how many there were, and until when they count."""

uncount_guess = statement(
    update(link_guess)
    .where(
        link_guess.c.link_id == bindparam("link_id", type_=Id),
        link_guess.c.guesser == bindparam("guesser", type_=LargeBinary),
        link_guess.c.guesses_count > 0,
    )
    .values(guesses_count=link_guess.c.guesses_count - 1)
)
"""It was the password."""

forget_guesses = statement(
    delete(link_guess).where(
        link_guess.c.link_id == bindparam("link_id", type_=Id),
        link_guess.c.guesser == bindparam("guesser", type_=LargeBinary),
        link_guess.c.until <= bindparam("at", type_=UtcTime),
    )
)
"""Begin counting anew where the time is over."""

purge_guesses = statement(
    delete(link_guess).where(link_guess.c.until <= bindparam("before", type_=UtcTime))
)
"""Guesses that count no more."""

short_domains = statement(select(short_domain).order_by(short_domain.c.name), into=ShortDomain)
"""All there ever were, by name."""

domain_by_name = statement(
    select(short_domain).where(short_domain.c.name == bindparam("name", type_=Text)),
    into=ShortDomain,
)
"""One of them."""

put_domain = statement(
    upsert(
        short_domain,
        key=["name"],
        update=["base_address", "missing_address", "removed_at"],
    ),
    sets=["name", "base_address", "missing_address", "created_at", "removed_at"],
)
"""A short domain, new or changed."""

remove_domain = statement(
    update(short_domain).where(short_domain.c.name == bindparam("name", type_=Text)),
    sets=["removed_at"],
)
"""Answered no more."""

count_in = statement(
    upsert(
        link_tally,
        key=["owner_no", "facet", "slot"],
        update=lambda new: {"links_count": link_tally.c.links_count + new.links_count},
    ),
    sets=["owner_no", "facet", "slot", "links_count"],
)
"""A link more of a kind, or with a tag."""

count_out = statement(
    update(link_tally)
    .where(
        link_tally.c.owner_no == bindparam("owner_no", type_=Id),
        link_tally.c.facet == bindparam("facet", type_=Text),
        link_tally.c.slot == bindparam("slot", type_=Integer),
    )
    .values(links_count=link_tally.c.links_count - 1)
)
"""A link less."""

add_tag = statement(insert(link_tag), sets=["link_id", "folded_name", "owner_no"])
"""A tag of a link."""

drop_tags = statement(delete(link_tag).where(link_tag.c.link_id == bindparam("link_id", type_=Id)))
"""A link without tags."""

creation = statement(
    select(link_creation.c.request_hash, link_creation.c.link_id).where(
        link_creation.c.key_hash == bindparam("key_hash")
    ),
    into=LinkCreation,
)
"""What was created with an idempotency key."""

add_creation = statement(
    upsert(link_creation, key=["key_hash"], returning=[link_creation.c.link_id]),
    sets=["key_hash", "request_hash", "link_id", "created_at"],
)
"""Remember what a key created; no row when it created something already."""

purge_creations = statement(
    delete(link_creation).where(link_creation.c.created_at < bindparam("before", type_=UtcTime))
)
"""Idempotency keys of before then."""

Order = Literal["hash", "created_at", "expires_at"]

SHAPES_MAX = 256


class Shape(msgspec.Struct, frozen=True):
    """Which questions a list asks; the values are parameters."""

    bounds: tuple[str, ...]
    tags_count: int
    words_count: int
    order: Order
    ascending: bool
    continued: bool = False
    """Behind a link that was listed before."""


@lru_cache(maxsize=SHAPES_MAX)
def page_of(shape: Shape) -> Statement[Link]:
    """A page of an owner's links in an order; ties by when they were made."""
    column = link.c["expiry_order" if shape.order == "expires_at" else shape.order]
    order: list[ColumnElement[Any]] = (
        [column.asc(), link.c.id.asc()] if shape.ascending else [column.desc(), link.c.id.desc()]
    )
    last = tuple_(bindparam("last_value", type_=column.type), bindparam("last_id", type_=Id))
    here = tuple_(column, link.c.id)
    behind = [here > last if shape.ascending else here < last] if shape.continued else []
    return statement(
        select(*_COLUMNS)
        .where(*_conditions(shape), *behind)
        .order_by(*order)
        .limit(bindparam("count", type_=Integer))
        .offset(bindparam("offset", type_=Id)),
        into=Link,
    )


@lru_cache(maxsize=SHAPES_MAX)
def count_of(shape: Shape) -> Statement[Any]:
    """How many links fit, whatever the order."""
    return statement(select(func.count()).select_from(link).where(*_conditions(shape)))


_BOUNDS: dict[str, ColumnElement[bool]] = {
    "kind": link.c.kind == bindparam("kind"),
    "hash_method": link.c.hash_method == bindparam("hash_method"),
    "created_from": link.c.created_at >= bindparam("created_from", type_=UtcTime),
    "created_until": link.c.created_at <= bindparam("created_until", type_=UtcTime),
    "text": link.c.searchable.like(bindparam("text", type_=Text), escape="!"),
}


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    has_each = [
        exists().where(
            link_tag.c.link_id == link.c.id, link_tag.c.folded_name == bindparam(f"tag_{number}")
        )
        for number in range(shape.tags_count)
    ]
    said = [
        link_tag.c.folded_name.like(bindparam(f"word_{number}", type_=Text), escape="!")
        for number in range(shape.words_count)
    ]
    has_any = [exists().where(link_tag.c.link_id == link.c.id, or_(*said))] if said else []
    return [
        link.c.owner_no == bindparam("owner_no", type_=Id),
        link.c.deleted_at.is_(None),
        *(_BOUNDS[name] for name in shape.bounds),
        *has_each,
        *has_any,
    ]
