"""Statements about add-ons of people and businesses."""

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from dalan.domains.addons.spread_tables import Spread, spread_addon, spread_content
from dalan.kernel.db import Id, UtcTime, statement, upsert

_CHANGED = ["by_person_id", "expires_at"]
_ADDED = ["uuid", "app_id", "created_at", *_CHANGED]

put_on_person = statement(
    upsert(
        spread_addon,
        key=["person_id", "app_id"],
        update=_CHANGED,
        returning=[spread_addon.c.id, spread_addon.c.uuid],
    ),
    sets=["person_id", *_ADDED],
)
"""The app's add-on of a person, made if there is none, and nobody else's to change from now until
the unit ends: its number and name."""

put_on_business = statement(
    upsert(
        spread_addon,
        key=["business_id", "app_id"],
        update=_CHANGED,
        returning=[spread_addon.c.id, spread_addon.c.uuid],
    ),
    sets=["business_id", *_ADDED],
)
"""Likewise of a business."""

_SAID = ["widgets", "generation", "notes", "semantic", "semantic_hashed", "categories"]

add_content = statement(
    insert(spread_content),
    sets=["addon_id", "after_post_id", "since", "last_modified_at", "expires_at", *_SAID],
)
"""Something that posts numbered above ``after_post_id`` show from now on."""

rewrite = statement(
    update(spread_content)
    .where(spread_content.c.id == bindparam("content_id", type_=Id))
    .values(until_post_id=null()),
    sets=["since", "last_modified_at", "expires_at", *_SAID],
)
"""Say something else in the place of a content, for later posts too."""

extend = statement(
    update(spread_content).where(spread_content.c.id == bindparam("content_id", type_=Id)),
    sets=["notes", "last_modified_at", "expires_at"],
)
"""Let a content live longer."""

close = statement(
    update(spread_content).where(
        spread_content.c.addon_id == bindparam("addon_id", type_=Id),
        spread_content.c.until_post_id.is_(None),
    ),
    sets=["until_post_id"],
)
"""Later posts do not show what these show."""

stop = statement(
    update(spread_content).where(
        spread_content.c.id == bindparam("content_id", type_=Id),
        spread_content.c.until_post_id.is_(None),
        spread_content.c.last_modified_at <= bindparam("told_at", type_=UtcTime),
    ),
    sets=["until_post_id"],
)
"""Later posts do not show this content, unless it was said anew since; nothing else is stopped."""

_BESIDE = {"uuid", "app_id", "person_id", "business_id", "created_at"}
"""What of a ``Spread`` stands in its add-on, not in the content."""

_WHOLE = (
    select(
        *(
            (spread_addon if name in _BESIDE else spread_content).c[name]
            for name in Spread.__struct_fields__
        )
    )
    .select_from(spread_addon)
    .join(spread_content, spread_content.c.addon_id == spread_addon.c.id)
)

_other = spread_content.alias("other")

_POST_ID = bindparam("post_id", type_=Id)


def _largest(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of its add-on's contents the one for the latest posts: one look into the unique index."""
    largest = select(func.max(_other.c.after_post_id)).where(
        _other.c.addon_id == spread_addon.c.id, *conditions
    )
    return spread_content.c.after_post_id == largest.correlate(spread_addon).scalar_subquery()


_LIVE = or_(
    spread_content.c.expires_at.is_(None),
    spread_content.c.expires_at > bindparam("at", type_=UtcTime),
)
_ON_THE_POST = (
    _largest(_other.c.after_post_id < _POST_ID),
    or_(spread_content.c.until_post_id.is_(None), spread_content.c.until_post_id >= _POST_ID),
    _LIVE,
)

on_post_of_person = statement(
    _WHOLE.where(
        spread_addon.c.person_id == bindparam("person_id", type_=Id), *_ON_THE_POST
    ).order_by(spread_addon.c.id),
    into=Spread,
)
"""What apps made of a person that a post of theirs with that number shows."""

on_post_of_business = statement(
    _WHOLE.where(
        spread_addon.c.business_id == bindparam("business_id", type_=Id), *_ON_THE_POST
    ).order_by(spread_addon.c.id),
    into=Spread,
)
"""Likewise of a business."""

newest_of_addon = statement(
    _WHOLE.where(spread_addon.c.id == bindparam("addon_id", type_=Id), _largest()),
    into=Spread,
)
"""What an add-on says for posts to come; no row while it never said anything."""

of_app_on_person = statement(
    _WHOLE.where(
        spread_addon.c.app_id == bindparam("app_id", type_=Id),
        spread_addon.c.person_id == bindparam("person_id", type_=Id),
        _largest(),
        _LIVE,
    ),
    into=Spread,
)
"""What an app said last of a person."""

all_of_person = statement(
    _WHOLE.where(
        spread_addon.c.person_id == bindparam("person_id", type_=Id), _largest(), _LIVE
    ).order_by(spread_addon.c.id.desc()),
    into=Spread,
)
"""What each app said last of a person, made last first."""

all_of_business = statement(
    _WHOLE.where(
        spread_addon.c.business_id == bindparam("business_id", type_=Id), _largest(), _LIVE
    ).order_by(spread_addon.c.id.desc()),
    into=Spread,
)
"""Likewise of a business."""

agreed_to = statement(
    _WHOLE.where(
        spread_addon.c.by_person_id == bindparam("person_id", type_=Id), _largest(), _LIVE
    ).order_by(spread_addon.c.id),
    into=Spread,
)
"""What somebody let apps say of them and of businesses, oldest first."""

agreed_with = statement(
    _WHOLE.where(
        spread_addon.c.by_person_id == bindparam("person_id", type_=Id),
        spread_addon.c.app_id == bindparam("app_id", type_=Id),
        _largest(),
    ).order_by(spread_addon.c.id),
    into=Spread,
)
"""The same of one app."""

take_back = statement(
    delete(spread_addon)
    .where(
        spread_addon.c.uuid == bindparam("wanted", type_=Text()),
        spread_addon.c.app_id == bindparam("app_id", type_=Id),
        spread_addon.c.person_id.is_not(None),
    )
    .returning(spread_addon.c.id)
)
"""Take away an app's add-on of a person with all it ever said; no row when there is none."""

remove_from_person = statement(
    delete(spread_addon)
    .where(
        spread_addon.c.app_id == bindparam("app_id", type_=Id),
        spread_addon.c.person_id == bindparam("person_id", type_=Id),
    )
    .returning(spread_addon.c.id)
)
"""Likewise, by the person."""

remove_from_business = statement(
    delete(spread_addon)
    .where(
        spread_addon.c.app_id == bindparam("app_id", type_=Id),
        spread_addon.c.business_id == bindparam("business_id", type_=Id),
    )
    .returning(spread_addon.c.id)
)
"""Take away an app's add-on of a business."""

forget_person = statement(
    delete(spread_addon).where(spread_addon.c.person_id == bindparam("person_id", type_=Id))
)
"""Take away what apps said of a person."""

forget_business = statement(
    delete(spread_addon).where(spread_addon.c.business_id == bindparam("business_id", type_=Id))
)
"""Take away what apps said of a business."""

drop_expired = statement(
    delete(spread_addon).where(
        spread_addon.c.app_id == bindparam("app_id", type_=Id),
        spread_addon.c.person_id == bindparam("person_id", type_=Id),
        spread_addon.c.expires_at <= bindparam("at", type_=UtcTime),
    )
)
"""Whatever an app said of a person is over: what it says next is the first."""

purge_addons = statement(
    delete(spread_addon).where(spread_addon.c.expires_at <= bindparam("at", type_=UtcTime))
)
"""Add-ons that are over."""

purge_contents = statement(
    delete(spread_content).where(spread_content.c.expires_at <= bindparam("at", type_=UtcTime))
)
"""What was said earlier and is over."""
