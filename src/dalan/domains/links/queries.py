"""The room's only statements."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    LargeBinary,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
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
    link_words,
    short_domain,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

COLUMNS: list[ColumnElement[Any]] = [
    link.c.password_hash.is_not(None).label(name) if name == "has_password" else link.c[name]
    for name in Link.__struct_fields__
]

add = statement(
    upsert(link, key=["domain", "folded_hash"], returning=[link.c.id]),
    sets=[column.name for column in link.c if column.name != "id"],
)
"""A new link; no row when its hash is taken."""

by_hash = statement(
    select(*COLUMNS).where(
        link.c.domain == bindparam("domain"), link.c.folded_hash == bindparam("folded_hash")
    ),
    into=Link,
)
"""The link a visitor asks for."""

wait_for_others = statement(
    select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))
)
"""On PostgreSQL: go on when nobody else is at work on that number."""

by_id = statement(select(*COLUMNS).where(link.c.id == bindparam("link_id", type_=Id)), into=Link)
"""A link by its number."""

locked = statement(
    select(*COLUMNS)
    .where(link.c.id == bindparam("link_id", type_=Id))
    .with_for_update(key_share=True),
    into=Link,
)
"""A link that nobody else changes until this unit is over."""

by_ids = statement(select(*COLUMNS).where(in_list(link.c.id, "ids")), into=Link)
"""Links by their numbers."""

twin = statement(
    select(*COLUMNS)
    .where(link.c.fingerprint == bindparam("fingerprint"), link.c.deleted_at.is_(None))
    .order_by(link.c.id)
    .limit(1),
    into=Link,
)
"""A link of the same owner and kind to the same, live or not."""

expired_between = statement(
    select(link.c.id)
    .where(link.c.owner_no == bindparam("owner_no", type_=Id), link.c.deleted_at.is_(None))
    .where(link.c.expiry_order > bindparam("after", type_=Id))
    .where(link.c.expiry_order <= bindparam("until", type_=Id))
    .order_by(link.c.expiry_order, link.c.id)
)
"""An owner's links that end within that time."""

next_end = statement(
    select(link.c.expires_at)
    .where(link.c.owner_no == bindparam("owner_no", type_=Id), link.c.deleted_at.is_(None))
    .where(link.c.expiry_order > bindparam("after", type_=Id))
    .order_by(link.c.expiry_order)
    .limit(1)
)
"""When the next of an owner's links ends."""

live_twin = statement(
    select(*COLUMNS)
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

deleted_before = statement(
    select(*COLUMNS)
    .where(
        link.c.deleted_at <= bindparam("before", type_=UtcTime),
        link.c.deleted_at.is_not(None),
        link.c.purged_at.is_(None),
    )
    .order_by(link.c.deleted_at)
    .limit(bindparam("count", type_=Integer))
    .with_for_update(key_share=True, skip_locked=True),
    into=Link,
)
"""Links deleted so long ago that nobody brings them back, but for those somebody is changing."""

purge_link = statement(
    update(link).where(link.c.id == bindparam("link_id", type_=Id)),
    sets=[
        "kind", "target", "tags", "title", "note", "description", "picture", "searchable",
        "fingerprint", "password_hash", "after_address", "terms", "purged_at",
    ],
)  # fmt: skip
"""Nothing is left of it but its hash."""

drop_creations_of = statement(
    delete(link_creation).where(link_creation.c.link_id == bindparam("link_id", type_=Id))
)
"""No key answers it any more."""

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

add_words = statement(insert(link_words), sets=["link_id", "words"])
"""What a link is found by."""

drop_words = statement(
    delete(link_words).where(link_words.c.link_id == bindparam("link_id", type_=Id))
)
"""A link that is not found."""

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
