"""The add-ons room's only statements."""

from sqlalchemy import BigInteger, bindparam, delete, select

from dalan.domains.addons.tables import (
    CustomizedButton,
    PostAddon,
    SemanticRecord,
    customized_button,
    post_addon,
    semantic_record,
)
from dalan.kernel.db import in_list, statement, upsert

_CONTENT = ["widgets", "generation", "notes", "semantic", "semantic_hashed", "score"]
_ADDON = ["app_id", "post_id", "linkage", "status", "created_at", "last_modified_at", *_CONTENT]

put_addon = statement(
    upsert(post_addon, key=("app_id", "post_id"), update=[*_CONTENT, "last_modified_at"]),
    sets=_ADDON,
)
"""What an app has on a post becomes this; what the platform decided about it stays."""

mark_removed = statement(
    upsert(post_addon, key=("app_id", "post_id"), update=[*_CONTENT, "status", "last_modified_at"]),
    sets=_ADDON,
)
"""Leave a mark where an app took something off a post."""

unmark = statement(
    delete(post_addon).where(
        post_addon.c.app_id == bindparam("app_id", type_=BigInteger()),
        post_addon.c.post_id == bindparam("post_id", type_=BigInteger()),
        post_addon.c.status == "DELETED",
    )
)
"""Take that mark away."""

addons_of_post = statement(
    select(post_addon)
    .where(post_addon.c.post_id == bindparam("post_id", type_=BigInteger()))
    .order_by(post_addon.c.score.desc(), post_addon.c.id),
    into=PostAddon,
)
"""What is or was attached to a post, on whichever page of it, larger scores first."""

addons_on_posts = statement(
    select(post_addon)
    .where(in_list(post_addon.c.post_id, "post_ids"), post_addon.c.status == "ACTIVE")
    .order_by(post_addon.c.last_modified_at.desc(), post_addon.c.id.desc())
    .limit(bindparam("count", type_=BigInteger())),
    into=PostAddon,
)
"""What apps have on these posts, changed last first."""

addon_of_app = statement(
    select(post_addon).where(
        post_addon.c.app_id == bindparam("app_id", type_=BigInteger()),
        post_addon.c.post_id == bindparam("post_id", type_=BigInteger()),
    ),
    into=PostAddon,
)
"""What one app has on one post, whatever its status."""

remove_addon = statement(
    delete(post_addon).where(
        post_addon.c.app_id == bindparam("app_id", type_=BigInteger()),
        post_addon.c.post_id == bindparam("post_id", type_=BigInteger()),
    )
)
"""Take away what one app has on one post."""

set_post_button = statement(
    upsert(customized_button, key=["post_id", "app_id"], update=["type", "action", "set_at"]),
    sets=["post_id", "app_id", "type", "action", "set_at"],
)
"""Put an app's button on a post, in place of its earlier one."""

set_business_button = statement(
    upsert(customized_button, key=["business_id", "app_id"], update=["type", "action", "set_at"]),
    sets=["business_id", "app_id", "type", "action", "set_at"],
)
"""Put an app's button on a business, in place of its earlier one."""

remove_post_button = statement(
    delete(customized_button).where(
        customized_button.c.app_id == bindparam("app_id", type_=BigInteger()),
        customized_button.c.post_id == bindparam("post_id", type_=BigInteger()),
    )
)
"""Take an app's button off a post."""

remove_business_button = statement(
    delete(customized_button).where(
        customized_button.c.app_id == bindparam("app_id", type_=BigInteger()),
        customized_button.c.business_id == bindparam("business_id", type_=BigInteger()),
    )
)
"""Take an app's button off a business."""

buttons_of_post = statement(
    select(customized_button)
    .where(customized_button.c.post_id == bindparam("post_id", type_=BigInteger()))
    .order_by(customized_button.c.set_at.desc(), customized_button.c.id.desc()),
    into=CustomizedButton,
)
"""Apps' buttons on a post, set last first."""

buttons_of_business = statement(
    select(customized_button)
    .where(customized_button.c.business_id == bindparam("business_id", type_=BigInteger()))
    .order_by(customized_button.c.set_at.desc(), customized_button.c.id.desc()),
    into=CustomizedButton,
)
"""Apps' buttons on a business, set last first."""

_SAID = ["semantic", "semantic_hashed", "last_modified_at"]

put_of_post = statement(
    upsert(
        semantic_record,
        key=["post_id", "app_id"],
        update=_SAID,
        returning=[semantic_record.c.uuid],
    ),
    sets=["uuid", "post_id", "app_id", "created_at", *_SAID],
)
"""What an app says of a post becomes this; the uuid the row has."""

put_of_person = statement(
    upsert(
        semantic_record,
        key=["person_id", "app_id"],
        update=_SAID,
        returning=[semantic_record.c.uuid],
    ),
    sets=["uuid", "person_id", "app_id", "created_at", *_SAID],
)
"""What an app says of a person becomes this; the uuid the row has."""

records_of_post = statement(
    select(semantic_record).where(
        semantic_record.c.post_id == bindparam("post_id", type_=BigInteger())
    ),
    into=SemanticRecord,
)
"""What apps say of a post."""

records_about_person = statement(
    select(semantic_record)
    .where(semantic_record.c.person_id == bindparam("person_id", type_=BigInteger()))
    .order_by(semantic_record.c.id),
    into=SemanticRecord,
)
"""What apps say of a person."""

records_on_posts = statement(
    select(semantic_record)
    .where(in_list(semantic_record.c.post_id, "post_ids"))
    .order_by(semantic_record.c.id),
    into=SemanticRecord,
)
"""What apps say of these posts."""

remove_of_person = statement(
    delete(semantic_record).where(
        semantic_record.c.app_id == bindparam("app_id", type_=BigInteger()),
        semantic_record.c.person_id == bindparam("person_id", type_=BigInteger()),
    )
)
"""Take away what one app says of one person."""

forget_person = statement(
    delete(semantic_record).where(
        semantic_record.c.person_id == bindparam("person_id", type_=BigInteger())
    )
)
"""Take away what any app says of a person."""
