"""The add-ons room's only statements."""

from sqlalchemy import BigInteger, Text, bindparam, delete, select

from dalan.domains.addons.tables import PostAddon, post_addon
from dalan.kernel.db import in_list, statement, upsert

put_addon = statement(
    upsert(
        post_addon,
        key=("app_id", "post_id"),
        update=(
            "widgets",
            "generation",
            "notes",
            "semantic",
            "semantic_hashed",
            "score",
            "last_modified_at",
        ),
    ),
    sets=(
        "app_id",
        "post_id",
        "widgets",
        "generation",
        "notes",
        "semantic",
        "semantic_hashed",
        "linkage",
        "status",
        "score",
        "created_at",
        "last_modified_at",
    ),
)
"""What an app has on a post becomes this; what the platform decided about it stays."""

addons_of_post = statement(
    select(post_addon)
    .where(
        post_addon.c.post_id == bindparam("post_id", type_=BigInteger()),
        post_addon.c.linkage == bindparam("linkage", type_=Text()),
        post_addon.c.status == "ACTIVE",
    )
    .order_by(post_addon.c.score.desc(), post_addon.c.id),
    into=PostAddon,
)
"""What is attached to a post and neither hidden nor deleted, larger scores first."""

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
