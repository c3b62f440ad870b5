"""The room's only statements."""

from datetime import datetime

import msgspec
from sqlalchemy import (
    Integer,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from dalan.domains.developers.client_proof_queries import client_proof
from dalan.domains.developers.tables import (
    ApiKey,
    App,
    AppKind,
    AppState,
    ClientSecret,
    Member,
    RedirectUri,
    Role,
    Usage,
    api_key,
    app,
    app_member,
    app_person,
    app_usage,
    client_secret,
    redirect_uri,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

_KEY_COLUMNS = [api_key.c[name] for name in ApiKey.__struct_fields__]
_SECRET_COLUMNS = [client_secret.c[name] for name in ClientSecret.__struct_fields__]

# Apps

add_app = statement(
    upsert(app, key=("slug",), returning=(app.c.id,)),
    sets=tuple(name for name in App.__struct_fields__ if name != "id"),
)
"""A new app; no row when its slug is taken."""

app_by_slug = statement(select(app).where(app.c.slug == bindparam("slug")), into=App)
"""The app of that slug."""

app_by_id = statement(select(app).where(app.c.id == bindparam("app_id")), into=App)
"""The app of that id."""

lock_app = statement(select(app).where(app.c.id == bindparam("app_id")).with_for_update(), into=App)
"""The app as it stands, held still until the unit of work ends."""

apps_of_person = statement(
    select(app)
    .join(app_member, app_member.c.app_id == app.c.id)
    .where(app_member.c.person_id == bindparam("person_id"))
    .order_by(app.c.created_at.desc(), app.c.id.desc()),
    into=App,
)
"""The apps a person is a member of, newest first."""

lock_development_apps = statement(
    select(app.c.id)
    .where(app.c.owner_id == bindparam("owner_id"), app.c.kind == "development")
    .with_for_update()
)
"""A person's development apps, held still, so that two registrations cannot both be the tenth."""

development_apps_count = statement(
    select(func.count())
    .select_from(app)
    .where(app.c.owner_id == bindparam("owner_id"), app.c.kind == "development")
)
"""How many development apps a person owns."""

taken_slugs = statement(select(app.c.slug).where(in_list(app.c.slug, "slugs")))
"""Which of these slugs are taken."""

apps_in_state = statement(
    select(app).where(app.c.state == bindparam("wanted")).order_by(app.c.updated_at, app.c.id),
    into=App,
)
"""Apps in a state, longest unchanged first."""

newest_apps = statement(
    select(app)
    .where(app.c.id < bindparam("before_id", type_=Id))
    .order_by(app.c.id.desc())
    .limit(bindparam("most", type_=Integer())),
    into=App,
)
"""Apps, the newest first."""

newest_apps_in_state = statement(
    select(app)
    .where(app.c.state == bindparam("wanted"), app.c.id < bindparam("before_id", type_=Id))
    .order_by(app.c.id.desc())
    .limit(bindparam("most", type_=Integer())),
    into=App,
)
"""Apps in a state, the newest first."""


class StateCount(msgspec.Struct, frozen=True):
    """How many apps are in a state."""

    state: AppState
    count: int


state_counts = statement(
    select(app.c.state, func.count().label("count")).group_by(app.c.state), into=StateCount
)
"""How many apps there are in each state."""

edit_display = statement(
    update(app).where(app.c.id == bindparam("app_id")),
    sets=("display", "subtitle", "description", "updated_at"),
)
"""What people see of the app."""

set_avatar = statement(
    update(app).where(app.c.id == bindparam("app_id")), sets=("avatar_image_id", "updated_at")
)
"""Its logo."""

set_settings = statement(
    update(app).where(app.c.id == bindparam("app_id")), sets=("settings", "updated_at")
)
"""Its compatibility settings."""

set_ceiling = statement(
    update(app).where(app.c.id == bindparam("app_id")),
    sets=("permissions", "scopes", "widgets", "updated_at"),
)
"""What it may do at most."""

set_limits = statement(
    update(app).where(app.c.id == bindparam("app_id")),
    sets=("requests_per_minute", "requests_per_day", "updated_at"),
)
"""How often it may call."""

set_state = statement(
    update(app).where(app.c.id == bindparam("app_id")),
    sets=("kind", "state", "review_note", "categories", "cities", "updated_at"),
)
"""Where it stands in its life."""

set_owner = statement(
    update(app).where(app.c.id == bindparam("app_id")), sets=("owner_id", "updated_at")
)
"""Whose development apps it is counted among."""

# Members

add_member = statement(
    upsert(
        app_member,
        key=("app_id", "person_id"),
        returning=(app_member.c.person_id,),
    ),
    sets=("app_id", "person_id", "role", "added_at"),
)
"""A new member; no row when they are one already."""

member = statement(
    select(app_member).where(
        app_member.c.app_id == bindparam("app_id"),
        app_member.c.person_id == bindparam("person_id"),
    ),
    into=Member,
)
"""A person's membership of an app."""

members = statement(
    select(app_member)
    .where(app_member.c.app_id == bindparam("app_id"))
    .order_by(app_member.c.added_at, app_member.c.person_id),
    into=Member,
)
"""Everybody of an app, the longest there first."""

set_role = statement(
    update(app_member).where(
        app_member.c.app_id == bindparam("of_app_id"),
        app_member.c.person_id == bindparam("of_person_id"),
    ),
    sets=("role",),
)
"""Another role for a member."""

remove_member = statement(
    delete(app_member).where(
        app_member.c.app_id == bindparam("app_id"),
        app_member.c.person_id == bindparam("person_id"),
    )
)
"""A member leaves."""

# API keys

add_key = statement(
    insert(api_key),
    sets=(
        "id",
        "app_id",
        "title",
        "mac",
        "hint",
        "permissions",
        "oauth_enabled",
        "created_at",
        "expires_at",
        "replaces_id",
    ),
)
"""A new key."""

key_by_id = statement(
    select(*_KEY_COLUMNS).where(
        api_key.c.id == bindparam("key_id"), api_key.c.app_id == bindparam("app_id")
    ),
    into=ApiKey,
)
"""One key of an app."""

keys_of_app = statement(
    select(*_KEY_COLUMNS)
    .where(api_key.c.app_id == bindparam("app_id"))
    .order_by(api_key.c.created_at.desc(), api_key.c.id),
    into=ApiKey,
)
"""Every key of an app, revoked ones too, newest first."""

live_keys_count = statement(
    select(func.count())
    .select_from(api_key)
    .where(api_key.c.app_id == bindparam("app_id"), api_key.c.revoked_at.is_(None))
    .where(api_key.c.expires_at.is_(None) | (api_key.c.expires_at > bindparam("at")))
)
"""How many keys of an app open doors."""

revoke_key = statement(
    update(api_key).where(
        api_key.c.id == bindparam("key_id"),
        api_key.c.app_id == bindparam("of_app_id"),
        api_key.c.revoked_at.is_(None),
    ),
    sets=("revoked_at",),
)
"""Kill a key; touches no row when it is dead or another app's."""

clear_oauth_keys = statement(
    update(api_key)
    .where(api_key.c.app_id == bindparam("of_app_id"), api_key.c.oauth_enabled.is_(True))
    .values(oauth_enabled=False)
)
"""No key of the app doubles as its client secret."""

set_oauth_key = statement(
    update(api_key)
    .where(api_key.c.id == bindparam("key_id"), api_key.c.app_id == bindparam("of_app_id"))
    .values(oauth_enabled=True)
)
"""This key doubles as the app's client secret."""

touch_key = statement(
    update(api_key)
    .where(api_key.c.id == bindparam("key_id"))
    .where(api_key.c.last_used_at.is_(None) | (api_key.c.last_used_at < bindparam("used_at")))
    .values(last_used_at=bindparam("used_at", type_=UtcTime())),
)
"""When a key was last used."""


class CallerRow(msgspec.Struct, frozen=True):
    """What ``caller`` needs to know; permission lists stay text, to be decoded once."""

    mac: bytes
    app_id: int
    slug: str
    kind: AppKind
    state: AppState
    expires_at: datetime | None
    revoked_at: datetime | None
    key_permissions: str
    app_permissions: str | None
    requests_per_minute: int | None
    requests_per_day: int | None


caller_by_key = statement(
    select(
        api_key.c.mac,
        api_key.c.app_id,
        app.c.slug,
        app.c.kind,
        app.c.state,
        api_key.c.expires_at,
        api_key.c.revoked_at,
        type_coerce(api_key.c.permissions, Text).label("key_permissions"),
        type_coerce(app.c.permissions, Text).label("app_permissions"),
        app.c.requests_per_minute,
        app.c.requests_per_day,
    )
    .join(app, app.c.id == api_key.c.app_id)
    .where(api_key.c.id == bindparam("key_id")),
    into=CallerRow,
)
"""Who a key speaks for. On the path of every call."""

# Client secrets

add_secret = statement(
    insert(client_secret), sets=("app_id", "mac", "hint", "created_at", "expires_at")
)
"""A new client secret."""

secrets_of_app = statement(
    select(*_SECRET_COLUMNS)
    .where(client_secret.c.app_id == bindparam("app_id"))
    .where(client_secret.c.expires_at.is_(None) | (client_secret.c.expires_at > bindparam("at")))
    .order_by(client_secret.c.id.desc()),
    into=ClientSecret,
)
"""The secrets of an app that are good, the current one first."""

_secrets_prove = ~exists().where(
    client_proof.c.app_id == bindparam("app_id"), client_proof.c.signed_only.is_(True)
)

secret_macs = statement(
    select(client_secret.c.id, client_secret.c.mac)
    .where(client_secret.c.app_id == bindparam("app_id"))
    .where(client_secret.c.expires_at.is_(None) | (client_secret.c.expires_at > bindparam("at")))
    .where(_secrets_prove)
)
"""What the good secrets of an app are checked against; none of an app that signs only."""

oauth_key_macs = statement(
    select(api_key.c.id, api_key.c.mac)
    .where(api_key.c.app_id == bindparam("app_id"), api_key.c.oauth_enabled.is_(True))
    .where(api_key.c.revoked_at.is_(None))
    .where(api_key.c.expires_at.is_(None) | (api_key.c.expires_at > bindparam("at")))
    .where(_secrets_prove)
)
"""The key that doubles as the client secret, for apps of the first contract; likewise."""

drop_old_secrets = statement(
    delete(client_secret).where(
        client_secret.c.app_id == bindparam("of_app_id"), client_secret.c.expires_at.is_not(None)
    )
)
"""Only the current secret stays."""

expire_current_secret = statement(
    update(client_secret).where(
        client_secret.c.app_id == bindparam("of_app_id"), client_secret.c.expires_at.is_(None)
    ),
    sets=("expires_at",),
)
"""The current secret becomes the old one."""

touch_secret = statement(
    update(client_secret)
    .where(client_secret.c.id == bindparam("its_id", type_=Id))
    .where(
        client_secret.c.last_used_at.is_(None)
        | (client_secret.c.last_used_at < bindparam("used_at"))
    )
    .values(last_used_at=bindparam("used_at", type_=UtcTime())),
)
"""When a client secret was last used."""

# Redirect addresses

add_redirect_uri = statement(upsert(redirect_uri, key=("app_id", "uri")), sets=("app_id", "uri"))
"""Another address; the one that stands is left as it is."""

redirect_uris = statement(
    select(redirect_uri)
    .where(redirect_uri.c.app_id == bindparam("app_id"))
    .order_by(redirect_uri.c.id),
    into=RedirectUri,
)
"""Where people may be sent back to."""

remove_redirect_uri = statement(
    delete(redirect_uri).where(
        redirect_uri.c.app_id == bindparam("app_id"), redirect_uri.c.id == bindparam("uri_id")
    )
)
"""One address less."""

# People, as apps know them

add_app_person = statement(
    upsert(app_person, key=("app_id", "person_id")),
    sets=("app_id", "person_id", "user_id"),
)
"""An app meets a person; the name it knows them by already stays."""

user_id_of = statement(
    select(app_person.c.user_id).where(
        app_person.c.app_id == bindparam("app_id"),
        app_person.c.person_id == bindparam("person_id"),
    )
)
"""The name an app knows a person by."""

person_of_user_id = statement(
    select(app_person.c.person_id).where(
        app_person.c.app_id == bindparam("app_id"), app_person.c.user_id == bindparam("user_id")
    )
)
"""The person an app knows by that name."""

person_named = statement(
    select(app_person.c.person_id).where(app_person.c.user_id == bindparam("user_id")).limit(1)
)
"""The person some app knows by that name; no two apps share one."""

# Usage

add_usage = statement(
    upsert(
        app_usage,
        key=("app_id", "day"),
        update=lambda new: {"count": app_usage.c.count + new["count"]},
        returning=(app_usage.c.count,),
    ),
    sets=("app_id", "day", "count"),
)
"""Calls on top of those counted before; answers the sum."""

usage_on = statement(
    select(app_usage).where(app_usage.c.day == bindparam("day")),
    into=Usage,
)
"""Every app's calls on a day."""

usage_of_app = statement(
    select(app_usage)
    .where(app_usage.c.app_id == bindparam("app_id"), app_usage.c.day >= bindparam("since"))
    .order_by(app_usage.c.day),
    into=Usage,
)
"""An app's calls by day."""

purge_usage = statement(
    delete(app_usage).where(app_usage.c.day < bindparam("before_day", type_=Text()))
)
"""Forget calls of days long past."""


class MemberApp(msgspec.Struct, frozen=True):
    """An app and one person's role in it."""

    app_id: int
    role: Role


roles_of_person = statement(
    select(app_member.c.app_id, app_member.c.role).where(
        app_member.c.person_id == bindparam("person_id")
    ),
    into=MemberApp,
)
"""A person's roles."""

lock_members = statement(
    select(app_member)
    .where(app_member.c.app_id == bindparam("app_id"))
    .order_by(
        case((app_member.c.role == "owner", 0), (app_member.c.role == "admin", 1), else_=2),
        app_member.c.added_at,
        app_member.c.person_id,
    )
    .with_for_update(),
    into=Member,
)
"""Everybody of an app, owners first, held still."""
