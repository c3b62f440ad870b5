"""The room's only statements."""

from sqlalchemy import Text, and_, bindparam, delete, func, or_, select

from dalan.domains.events.tables import Subscription, event_subscription
from dalan.kernel.db import in_list, statement, upsert

_subscription = event_subscription.c

subscribe = statement(
    upsert(
        event_subscription,
        key=["app_id", "person_id", "type", "resource"],
        update=["family_id", "metadata"],
    ),
    sets=("app_id", "person_id", "family_id", "type", "resource", "metadata", "created_at"),
)
"""Be told of this; a subscription to the same gets the new metadata and the newer tokens."""

subscriptions_to = statement(
    select(event_subscription)
    .where(_subscription.person_id == bindparam("person_id"))
    .where(_subscription.type == bindparam("type"))
    .where(_subscription.created_at <= bindparam("happened_at"))
    .where(
        or_(
            _subscription.resource == bindparam("resource_asked", type_=Text()),
            _subscription.resource == "",
        )
    )
    .order_by(_subscription.app_id, _subscription.resource.desc()),
    into=Subscription,
)
"""Who wants to be told of this thing of that person; an app's narrow wish before its wide one."""

subscriptions_of_person = statement(
    select(event_subscription)
    .where(_subscription.person_id == bindparam("person_id"))
    .order_by(_subscription.id),
    into=Subscription,
)
"""What apps are told of on one person's word."""

subscriptions_of_app = statement(
    select(event_subscription)
    .where(_subscription.app_id == bindparam("app_id"))
    .order_by(_subscription.id),
    into=Subscription,
)
"""What an app is told of."""

count_of_app_and_person = statement(
    select(func.count())
    .select_from(event_subscription)
    .where(_subscription.app_id == bindparam("app_id"))
    .where(_subscription.person_id == bindparam("person_id"))
)
"""How many subscriptions an app has on one person's word."""

unsubscribe = statement(
    delete(event_subscription).where(
        and_(
            _subscription.app_id == bindparam("app_id"),
            _subscription.id == bindparam("subscription_id"),
        )
    )
)
"""Be told no more."""

drop_of_family = statement(
    delete(event_subscription).where(_subscription.family_id == bindparam("family_id"))
)
"""The tokens they were made with are dead."""

drop_of_grant = statement(
    delete(event_subscription)
    .where(_subscription.app_id == bindparam("app_id"))
    .where(_subscription.person_id == bindparam("person_id"))
)
"""The person took back what they gave the app."""

drop = statement(delete(event_subscription).where(in_list(_subscription.id, "ids")))
"""These are over."""

subscriptions_from = statement(
    select(event_subscription)
    .where(_subscription.id > bindparam("after"))
    .order_by(_subscription.id)
    .limit(500),
    into=Subscription,
)
"""All of them, page by page."""
