"""The room's only statements."""

from sqlalchemy import bindparam, delete, insert, select, update

from dalan.domains.businesses.tables import (
    Business,
    BusinessMember,
    LinkedApp,
    business,
    business_app,
    business_member,
    pro_profile,
)
from dalan.kernel.db import Id, statement, upsert

add_business = statement(
    insert(business).returning(*business.c),
    sets=[column.name for column in business.c if column.name != "id"],
    into=Business,
)
"""Open a business."""

business_by_token = statement(
    select(business).where(business.c.token == bindparam("wanted"), business.c.closed_at.is_(None)),
    into=Business,
)
"""The standing business of that token."""

business_by_id = statement(
    select(business).where(business.c.id == bindparam("business_id", type_=Id)), into=Business
)
"""A business, standing or closed."""

owner_of = statement(
    select(business_member.c.person_id)
    .where(
        business_member.c.business_id == bindparam("business_id", type_=Id),
        business_member.c.role == "owner",
    )
    .order_by(business_member.c.added_at, business_member.c.person_id)
    .limit(1)
)
"""The owner who has been there longest."""

businesses_of_person = statement(
    select(business)
    .join(business_member, business_member.c.business_id == business.c.id)
    .where(
        business_member.c.person_id == bindparam("person_id", type_=Id),
        business.c.closed_at.is_(None),
    )
    .order_by(business.c.id),
    into=Business,
)
"""The standing businesses somebody works in, oldest first."""

member = statement(
    select(business_member)
    .join(business, business.c.id == business_member.c.business_id)
    .where(
        business_member.c.business_id == bindparam("business_id", type_=Id),
        business_member.c.person_id == bindparam("person_id", type_=Id),
        business.c.closed_at.is_(None),
    ),
    into=BusinessMember,
)
"""What somebody is in a business that stands."""

members = statement(
    select(business_member)
    .where(business_member.c.business_id == bindparam("business_id", type_=Id))
    .order_by(business_member.c.added_at, business_member.c.person_id),
    into=BusinessMember,
)
"""Everybody of a business, the longest there first."""

roles_of_person = statement(
    select(business_member)
    .join(business, business.c.id == business_member.c.business_id)
    .where(
        business_member.c.person_id == bindparam("person_id", type_=Id),
        business.c.closed_at.is_(None),
    )
    .order_by(business_member.c.business_id),
    into=BusinessMember,
)
"""What somebody is, in every business that stands."""

lock_business = statement(
    select(business.c.id)
    .where(business.c.id == bindparam("business_id", type_=Id))
    .with_for_update()
)
"""Wait for whoever changes who works there, or what is linked."""

remove_member = statement(
    delete(business_member).where(
        business_member.c.business_id == bindparam("business_id", type_=Id),
        business_member.c.person_id == bindparam("person_id", type_=Id),
    )
)
"""Somebody works there no more."""

edit_business = statement(
    update(business)
    .where(business.c.id == bindparam("business_id", type_=Id))
    .returning(*business.c),
    sets=["name", "type", "about", "city", "address", "hours"],
    into=Business,
)
"""Change what a business says of itself."""

set_logo = statement(
    update(business).where(business.c.id == bindparam("business_id", type_=Id)),
    sets=["logo_image_id"],
)
"""Give a business a logo, or none."""

close_business = statement(
    update(business).where(
        business.c.id == bindparam("business_id", type_=Id), business.c.closed_at.is_(None)
    ),
    sets=["closed_at"],
)
"""Close a business that stands."""

set_member = statement(
    upsert(business_member, key=["business_id", "person_id"], update=["role"]),
    sets=["business_id", "person_id", "role", "added_at"],
)
"""Let somebody work in a business, in that role."""

link_app = statement(
    upsert(business_app, key=["business_id", "app_id"]),
    sets=["business_id", "app_id", "linked_at", "linked_by_id"],
)
"""Let an app submit for a business."""

linked = statement(
    select(business_app.c.app_id).where(
        business_app.c.business_id == bindparam("business_id", type_=Id),
        business_app.c.app_id == bindparam("app_id", type_=Id),
    )
)
"""A row when the app may."""

linked_apps = statement(
    select(business_app)
    .where(business_app.c.business_id == bindparam("business_id", type_=Id))
    .order_by(business_app.c.linked_at, business_app.c.app_id),
    into=LinkedApp,
)
"""The apps that may submit for a business."""

unlink_app = statement(
    delete(business_app).where(
        business_app.c.business_id == bindparam("business_id", type_=Id),
        business_app.c.app_id == bindparam("app_id", type_=Id),
    )
)
"""Let an app submit no more."""

set_profile_image = statement(
    upsert(pro_profile, key=["person_id"], update=["image_id", "set_at"]),
    sets=["person_id", "image_id", "set_at"],
)
"""Give somebody a professional picture."""

drop_profile_image = statement(
    delete(pro_profile).where(pro_profile.c.person_id == bindparam("person_id", type_=Id))
)
"""Take it away."""

profile_image = statement(
    select(pro_profile.c.image_id).where(
        pro_profile.c.person_id == bindparam("person_id", type_=Id)
    )
)
"""The picture's id."""
