"""The room's statements for reading statistics."""

from sqlalchemy import BigInteger, Integer, bindparam, cast, func, literal_column, select

from dalan.domains.clicks.periods import QUARTERS_OF_DAY
from dalan.domains.clicks.tables import Click, Sum, click, click_minute, click_sum
from dalan.kernel.db import Id, UtcTime, in_list, statement

_FIRST, _LAST = bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)
_BEGIN, _END = bindparam("begin", type_=UtcTime), bindparam("end", type_=UtcTime)

minutes = statement(
    select(*[click_minute.c[name] for name in Sum.__struct_fields__]).where(
        in_list(click_minute.c.link_id, "link_ids"),
        click_minute.c.start >= _FIRST,
        click_minute.c.start < _LAST,
    ),
    into=Sum,
)
"""Everything of these links in these minutes, the last left out."""

sums = statement(
    select(*[click_sum.c[name] for name in Sum.__struct_fields__]).where(
        in_list(click_sum.c.link_id, "link_ids"),
        click_sum.c.level == bindparam("level"),
        click_sum.c.start >= _FIRST,
        click_sum.c.start < _LAST,
    ),
    into=Sum,
)
"""Everything of these links in these quarters, days or months."""

minute_counts = statement(
    select(click_minute.c.link_id, click_minute.c.start, click_minute.c.clicks).where(
        in_list(click_minute.c.link_id, "link_ids"),
        click_minute.c.start >= _FIRST,
        click_minute.c.start < _LAST,
    )
)
"""How often these links were clicked in these minutes."""

counts = statement(
    select(click_sum.c.link_id, click_sum.c.start, click_sum.c.clicks).where(
        in_list(click_sum.c.link_id, "link_ids"),
        click_sum.c.level == bindparam("level"),
        click_sum.c.start >= _FIRST,
        click_sum.c.start < _LAST,
    )
)
"""How often these links were clicked in these quarters, days or months."""

_DAY_OF_QUARTER = click_sum.c.start.op("/", return_type=BigInteger())(
    literal_column(str(QUARTERS_OF_DAY), Integer)  # of whole numbers: what is behind it is dropped
)

quarters_by_day = statement(
    select(click_sum.c.link_id, _DAY_OF_QUARTER, cast(func.sum(click_sum.c.clicks), BigInteger))
    .where(
        in_list(click_sum.c.link_id, "link_ids"),
        click_sum.c.level == bindparam("level"),
        in_list(click_sum.c.start, "starts"),
    )
    .group_by(click_sum.c.link_id, _DAY_OF_QUARTER)
)
"""How often these links were clicked in some quarters of each day."""

_TOLD = [click.c[name] for name in Click.__struct_fields__]

clicks_within = statement(
    select(*_TOLD, click.c.visitor).where(
        in_list(click.c.link_id, "link_ids"), click.c.at >= _BEGIN, click.c.at < _END
    )
)
"""Single clicks of a short time: of the edges of a longer one."""

moments_within = statement(
    select(click.c.link_id, click.c.at).where(
        in_list(click.c.link_id, "link_ids"),
        click.c.at >= _BEGIN,
        click.c.at < _END,
        click.c.standing != bindparam("but"),
    )
)
"""When these links were clicked; clicks that count."""

newest = statement(
    select(*_TOLD)
    .where(click.c.link_id == bindparam("link_id", type_=Id))
    .order_by(click.c.at.desc(), click.c.id.desc())
    .limit(bindparam("most", type_=Integer)),
    into=Click,
)
"""A link's newest clicks, programs' too."""

after = statement(
    select(*_TOLD)
    .where(
        click.c.link_id == bindparam("link_id", type_=Id),
        (click.c.at > bindparam("after_at", type_=UtcTime))
        | (
            (click.c.at == bindparam("after_at", type_=UtcTime))
            & (click.c.id > bindparam("after_id", type_=Id))
        ),
        click.c.at >= bindparam("after_at", type_=UtcTime),
    )
    .order_by(click.c.at, click.c.id)
    .limit(bindparam("most", type_=Integer)),
    into=Click,
)
"""A link's clicks in their order, after one of them."""

by_id = statement(select(*_TOLD).where(click.c.id == bindparam("click_id", type_=Id)), into=Click)
"""One click."""
