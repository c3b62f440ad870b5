"""The room's statements for writing clicks down; those for reading are in ``reading_queries``."""

from sqlalchemy import (
    BigInteger,
    Integer,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from dalan.domains.clicks.tables import (
    Kept,
    Progress,
    Sum,
    Total,
    click,
    click_kept,
    click_minute,
    click_sum,
    click_total,
    click_watch,
    click_writer,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

_FIRST, _LAST = bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)

add_click = statement(insert(click), sets=[one.name for one in click.c if one.name != "id"])
"""One click."""

minutes_at = statement(
    select(*[click_minute.c[name] for name in Sum.__struct_fields__]).where(
        in_list(click_minute.c.link_id, "link_ids"),
        click_minute.c.start.between(_FIRST, _LAST),
        click_minute.c.shard == bindparam("shard"),
    ),
    into=Sum,
)
"""A shard's rows of these links from the first to the last of these minutes."""

put_minute = statement(
    upsert(click_minute, key=["link_id", "start", "shard"], update=["clicks", "bots", "detail"]),
    sets=["link_id", "start", "shard", "clicks", "bots", "detail"],
)
"""What a link was clicked in a minute, anew."""

sums_at = statement(
    select(*[click_sum.c[name] for name in Sum.__struct_fields__]).where(
        in_list(click_sum.c.link_id, "link_ids"),
        click_sum.c.level == bindparam("level"),
        click_sum.c.start.between(_FIRST, _LAST),
        click_sum.c.shard == bindparam("shard"),
    ),
    into=Sum,
)
"""A shard's rows of these links from the first to the last of these quarters, days or months."""

put_sum = statement(
    upsert(
        click_sum, key=["link_id", "level", "start", "shard"], update=["clicks", "bots", "detail"]
    ),
    sets=["link_id", "level", "start", "shard", "clicks", "bots", "detail"],
)
"""What a link was clicked in a quarter, a day or a month, anew."""

lock_shard = statement(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger))))
"""PostgreSQL alone: nobody else writes rows of that shard until the transaction ends."""

open_count = statement(
    upsert(click_total, key=["link_id"]), sets=["link_id", "group_id", "visits", "base", "bots"]
)
"""A link nobody visited yet; one that has a count keeps it."""

move_count = statement(
    update(click_total).where(click_total.c.link_id == bindparam("moved_id", type_=Id)),
    sets=["group_id"],
)
"""A link is somebody else's."""

set_base = statement(
    update(click_total)
    .where(click_total.c.link_id == bindparam("based_id", type_=Id))
    .values(
        visits=click_total.c.visits - click_total.c.base + bindparam("count", type_=BigInteger),
        base=bindparam("count", type_=BigInteger),
    )
)
"""Visits a link had elsewhere."""

add_to_total = statement(
    update(click_total)
    .where(click_total.c.link_id == bindparam("clicked_id", type_=Id))
    .values(
        visits=click_total.c.visits + bindparam("more_clicks", type_=BigInteger),
        bots=click_total.c.bots + bindparam("more_bots", type_=BigInteger),
    )
)
"""More clicks of a link."""

groups_of = statement(
    select(click_total.c.link_id, click_total.c.group_id).where(
        in_list(click_total.c.link_id, "link_ids")
    )
)
"""Whose these links are; links that are gone have no row."""

totals = statement(
    select(*[click_total.c[name] for name in Total.__struct_fields__]).where(
        in_list(click_total.c.link_id, "link_ids")
    ),
    into=Total,
)
"""Clicks of all time of these links."""

watched = statement(
    select(click_watch.c.group_id).where(in_list(click_watch.c.group_id, "group_ids"))
)
"""Which of these groups are watched."""

watch = statement(upsert(click_watch, key=["group_id"]), sets=["group_id"])
"""Clicks of the group are announced from now on."""

unwatch = statement(
    delete(click_watch).where(click_watch.c.group_id == bindparam("group_id", type_=Id))
)
"""Clicks of the group are announced no more."""

progress = statement(
    select(*[click_writer.c[name] for name in Progress.__struct_fields__]).where(
        in_list(click_writer.c.writer, "writers")
    ),
    into=Progress,
)
"""How far these writers' journals were read."""

begin_progress = statement(
    upsert(click_writer, key=["writer"]),
    sets=["writer", "segment", "drained_bytes", "changed_at"],
)
"""A writer nobody heard of; one that is known stays as it is."""

set_progress = statement(
    update(click_writer).where(
        click_writer.c.writer == bindparam("of_writer"),
        click_writer.c.segment == bindparam("from_segment", type_=BigInteger),
        click_writer.c.drained_bytes == bindparam("from_bytes", type_=BigInteger),
    ),
    sets=["segment", "drained_bytes", "changed_at"],
)
"""Read further, if nobody else did meanwhile."""

purge_progress = statement(
    delete(click_writer).where(click_writer.c.changed_at < bindparam("before", type_=UtcTime))
)
"""Writers nobody heard of since then."""

kept = statement(select(click_kept.c.clicks_from, click_kept.c.minutes_from), into=Kept)
"""From when on single clicks and minutes are there."""

set_kept = statement(
    upsert(click_kept, key=["id"], update=["clicks_from", "minutes_from"]),
    sets=["id", "clicks_from", "minutes_from"],
)
"""Single clicks and minutes are there from then on."""

purge_clicks = statement(
    delete(click).where(
        click.c.id.in_(
            select(click.c.id).order_by(click.c.id).limit(bindparam("most", type_=Integer))
        ),
        click.c.at < bindparam("before", type_=UtcTime),
    )
)
"""Of the clicks that came first, those of before then: they came nearly in the order of time."""

purge_minutes = statement(
    delete(click_minute).where(
        tuple_(click_minute.c.link_id, click_minute.c.start, click_minute.c.shard).in_(
            select(click_minute.c.link_id, click_minute.c.start, click_minute.c.shard)
            .where(click_minute.c.start < bindparam("before_minute", type_=BigInteger))
            .limit(bindparam("most", type_=Integer))
        )
    )
)
"""Some sums of minutes of before then."""

scattered = statement(
    select(click_sum.c.link_id, click_sum.c.level, click_sum.c.start)
    .where(
        text("shard > 0"),
        click_sum.c.start < bindparam("before_start", type_=BigInteger),
        click_sum.c.level == bindparam("of_level", type_=Integer),
    )
    .group_by(click_sum.c.link_id, click_sum.c.level, click_sum.c.start)
    .limit(bindparam("most", type_=Integer))
)
"""Periods of before then, some of whose clicks stand in rows of other machines."""

shards_of = statement(
    select(*[click_sum.c[name] for name in Sum.__struct_fields__]).where(
        in_list(click_sum.c.link_id, "link_ids"),
        click_sum.c.level == bindparam("level"),
        in_list(click_sum.c.start, "starts"),
    ),
    into=Sum,
)
"""All rows of these links and periods, and maybe a few more."""

drop_sums = statement(
    delete(click_sum).where(click_sum.c.link_id == bindparam("link_id", type_=Id))
)
"""A link's sums of all time."""

drop_shards = statement(
    delete(click_sum).where(
        click_sum.c.link_id == bindparam("link_id", type_=Id),
        click_sum.c.level == bindparam("level", type_=Integer),
        click_sum.c.start == bindparam("start", type_=BigInteger),
        click_sum.c.shard > bindparam("shard_over", type_=Integer),
    )
)
"""Other machines' rows of a period."""
