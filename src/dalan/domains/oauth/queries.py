"""The room's only statements."""

from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from dalan.domains.oauth.tables import (
    BearerRow,
    CodeRow,
    Family,
    LiveRow,
    RefreshRow,
    RotatedRow,
    SigningKeyRow,
    UsedCodeRow,
    authorization_code,
    authorization_grant,
    client_assertion,
    grant_scope,
    pushed_request,
    signing_key,
    token,
    token_family,
)
from dalan.kernel.db import Id, UtcTime, statement, upsert

_now = bindparam("now", type_=UtcTime())
_presented_mac = bindparam("presented_mac", type_=LargeBinary())
_by_app = bindparam("by_app", type_=Id)
_at_door = bindparam("at_door", type_=Text())


def _of_app(family_id: ColumnElement[int], *besides: ColumnElement[bool]) -> ColumnElement[bool]:
    """The family is alive and belongs to the app that asks."""
    return exists(
        select(token_family.c.id)
        .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
        .where(token_family.c.id == family_id)
        .where(token_family.c.revoked_at.is_(None))
        .where(authorization_grant.c.app_id == _by_app, *besides)
    )


bearer = statement(
    select(
        authorization_grant.c.person_id,
        authorization_grant.c.app_id,
        token.c.family_id,
        token_family.c.door,
        token_family.c.scopes,
        token.c.expires_at,
    )
    .select_from(token)
    .join(token_family, token_family.c.id == token.c.family_id)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .where(token.c.mac == _presented_mac)
    .where(token.c.kind == "access")
    .where(token.c.expires_at > _now)
    .where(token_family.c.revoked_at.is_(None))
    .where(authorization_grant.c.revoked_at.is_(None)),
    into=BearerRow,
)
"""Whose a live access token is and what it allows. Asked on every call with a token."""

raise_grant = statement(
    upsert(
        authorization_grant,
        key=("person_id", "app_id"),
        update=lambda new: {
            "revoked_at": null(),
            "created_at": case(
                (authorization_grant.c.revoked_at.is_not(None), new.created_at),
                else_=authorization_grant.c.created_at,
            ),
        },
        returning=(authorization_grant.c.id,),
    ),
    sets=("person_id", "app_id", "created_at"),
)
"""The grant of a person to an app, made or raised again; locked until the unit ends."""

grant_scopes = statement(
    upsert(
        grant_scope,
        key=("grant_id", "scope", "resource"),
        update=lambda new: {
            "granted_at": new.granted_at,
            "revoked_at": null(),
            "consent_mark": new.consent_mark,
        },
    ),
    sets=("grant_id", "scope", "resource", "granted_at", "consent_mark"),
)
"""A permission within a grant, new or renewed."""

add_family = statement(
    insert(token_family).returning(token_family.c.id),
    sets=(
        "grant_id",
        "door",
        "scope",
        "scopes",
        "authorization_details",
        "created_at",
        "expires_at",
    ),
)
"""A consent begins a family."""

family_by_id = statement(
    select(
        token_family.c.id,
        authorization_grant.c.person_id,
        authorization_grant.c.app_id,
        token_family.c.door,
        token_family.c.scope,
        token_family.c.scopes,
        token_family.c.authorization_details,
        token_family.c.created_at,
        token_family.c.expires_at,
        token_family.c.revoked_at,
    )
    .select_from(token_family)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .where(token_family.c.id == bindparam("family_id", type_=Id)),
    into=Family,
)
"""One family and whose it is."""

scopes_of_live_family = statement(
    select(token_family.c.scopes)
    .where(token_family.c.id == bindparam("family_id", type_=Id))
    .where(token_family.c.revoked_at.is_(None))
    .where(token_family.c.expires_at > _now)
    .where(
        exists(
            select(token.c.mac)
            .where(token.c.family_id == token_family.c.id)
            .where(token.c.expires_at > _now)
            .where(token.c.rotated_at.is_(None))
            .where(or_(token.c.kind == "access", token_family.c.refresh_ended_at.is_(None)))
        )
    )
)
"""What a family still allows, while one of its tokens can be used; no row when none can."""

revoke_family = statement(
    update(token_family)
    .where(token_family.c.id == bindparam("of_family", type_=Id))
    .where(token_family.c.revoked_at.is_(None))
    .returning(token_family.c.id),
    sets=("revoked_at", "revoked_reason"),
)
"""End a family; answers its id unless somebody was first."""

add_code = statement(
    insert(authorization_code),
    sets=(
        "mac",
        "family_id",
        "redirect_uri",
        "code_challenge",
        "expires_at",
        "nonce",
        "signed_in_at",
    ),
)
"""A code for the app to exchange."""

use_code = statement(
    update(authorization_code)
    .where(authorization_code.c.mac == _presented_mac)
    .where(authorization_code.c.used_at.is_(None))
    .where(authorization_code.c.expires_at > _now)
    .where(
        or_(
            bindparam("any_redirect", type_=Integer()) == 1,
            authorization_code.c.redirect_uri == bindparam("presented_redirect", type_=Text()),
        )
    )
    .where(
        func.coalesce(authorization_code.c.code_challenge, "")
        == bindparam("presented_challenge", type_=Text())
    )
    .where(_of_app(authorization_code.c.family_id, token_family.c.door == _at_door))
    .values(used_at=_now)
    .returning(
        authorization_code.c.family_id,
        authorization_code.c.nonce,
        authorization_code.c.signed_in_at,
    ),
    into=UsedCodeRow,
)
"""Burn a code, if client, address and proof fit; answers its family. Decides every race."""

code_by_mac = statement(
    select(
        authorization_code.c.family_id,
        authorization_grant.c.app_id,
        token_family.c.door,
        authorization_code.c.redirect_uri,
        authorization_code.c.code_challenge,
        authorization_code.c.used_at,
    )
    .select_from(authorization_code)
    .join(token_family, token_family.c.id == authorization_code.c.family_id)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .where(authorization_code.c.mac == _presented_mac),
    into=CodeRow,
)
"""Why ``use_code`` touched nothing."""

add_token = statement(
    insert(token),
    sets=("mac", "family_id", "kind", "generation", "issued_at", "expires_at", "uses_count"),
)
"""One token of a pair."""

rotate_refresh_token = statement(
    update(token)
    .where(token.c.mac == _presented_mac)
    .where(token.c.kind == "refresh")
    .where(token.c.expires_at > _now)
    .where(
        or_(
            token.c.rotated_at.is_(None),
            token.c.rotated_at > bindparam("grace_from", type_=UtcTime()),
        )
    )
    .where(token.c.uses_count < bindparam("uses_max", type_=Integer()))
    .where(
        _of_app(
            token.c.family_id,
            token_family.c.door == _at_door,
            token_family.c.refresh_ended_at.is_(None),
        )
    )
    .values(rotated_at=func.coalesce(token.c.rotated_at, _now), uses_count=token.c.uses_count + 1)
    .returning(token.c.family_id, token.c.generation, token.c.uses_count, token.c.successor_box),
    into=RotatedRow,
)
"""Present a refresh token in time. Whoever gets ``uses_count`` 1 makes the successors; everybody
else waited for that unit to end and finds the box."""

keep_successors = statement(
    update(token).where(token.c.mac == _presented_mac), sets=("successor_box",)
)
"""Lay the sealed successor pair beside the token it replaced."""

cut_access_tokens = statement(
    update(token)
    .where(token.c.family_id == bindparam("of_family", type_=Id))
    .where(token.c.kind == "access")
    .where(token.c.generation <= bindparam("up_to_generation", type_=Integer()))
    .where(token.c.expires_at > bindparam("until", type_=UtcTime()))
    .values(expires_at=bindparam("until", type_=UtcTime())),
)
"""Let replaced access tokens live no longer than ``until``."""

refresh_token_by_mac = statement(
    select(
        token.c.family_id,
        authorization_grant.c.app_id,
        token_family.c.door,
        token.c.rotated_at,
        token.c.expires_at,
        token_family.c.refresh_ended_at.is_not(None).label("refresh_ended"),
    )
    .select_from(token)
    .join(token_family, token_family.c.id == token.c.family_id)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .where(token.c.mac == _presented_mac)
    .where(token.c.kind == "refresh"),
    into=RefreshRow,
)
"""Why ``rotate_refresh_token`` touched nothing."""

end_access_token = statement(
    update(token)
    .where(token.c.mac == _presented_mac)
    .where(token.c.kind == "access")
    .where(token.c.expires_at > _now)
    .where(_of_app(token.c.family_id))
    .values(expires_at=_now)
)
"""End one access token of the app that asks."""

live_token = statement(
    select(
        token.c.kind,
        authorization_grant.c.person_id,
        token_family.c.door,
        token_family.c.scope,
        token_family.c.scopes,
        token_family.c.authorization_details,
        token.c.issued_at,
        token.c.expires_at,
    )
    .select_from(token)
    .join(token_family, token_family.c.id == token.c.family_id)
    .join(authorization_grant, authorization_grant.c.id == token_family.c.grant_id)
    .where(token.c.mac == _presented_mac)
    .where(token.c.expires_at > _now)
    .where(
        or_(
            token.c.rotated_at.is_(None),
            token.c.rotated_at > bindparam("grace_from", type_=UtcTime()),
        )
    )
    .where(token.c.uses_count < bindparam("uses_max", type_=Integer()))
    .where(or_(token.c.kind == "access", token_family.c.refresh_ended_at.is_(None)))
    .where(token_family.c.revoked_at.is_(None))
    .where(authorization_grant.c.revoked_at.is_(None))
    .where(authorization_grant.c.app_id == _by_app),
    into=LiveRow,
)
"""A token of either kind that its app could use now."""

wipe_boxes = statement(
    update(token)
    .where(token.c.rotated_at <= bindparam("before", type_=UtcTime()))
    .where(token.c.successor_box.is_not(None))
    .values(successor_box=null()),
)
"""Forget successor pairs whose grace is over."""

add_pushed_request = statement(
    insert(pushed_request), sets=("mac", "app_id", "parameters", "created_at", "expires_at")
)
"""A request sent ahead."""

use_pushed_request = statement(
    update(pushed_request)
    .where(pushed_request.c.mac == _presented_mac)
    .where(pushed_request.c.app_id == _by_app)
    .where(pushed_request.c.used_at.is_(None))
    .where(pushed_request.c.expires_at > _now)
    .values(used_at=_now)
    .returning(pushed_request.c.id)
)
"""Use up a request sent ahead; answers its id."""

pushed_parameters = statement(
    select(pushed_request.c.parameters).where(
        pushed_request.c.id == bindparam("pushed_id", type_=Id)
    )
)
"""What was sent ahead."""

purge_pushed_requests = statement(
    delete(pushed_request).where(
        pushed_request.c.expires_at <= bindparam("before", type_=UtcTime())
    )
)
"""Drop requests sent ahead long ago."""

use_assertion = statement(
    upsert(
        client_assertion,
        key=("app_id", "jti_hash"),
        returning=(client_assertion.c.expires_at,),
    ),
    sets=("app_id", "jti_hash", "expires_at"),
)
"""Use an assertion up; no row when it was used before."""

purge_assertions = statement(
    delete(client_assertion).where(
        client_assertion.c.expires_at <= bindparam("before", type_=UtcTime())
    )
)
"""Drop used assertions that have long expired by themselves."""

signing_keys = statement(
    select(signing_key.c.kid, signing_key.c.private_key_box, signing_key.c.public_jwk).order_by(
        signing_key.c.id.desc()
    ),
    into=SigningKeyRow,
)
"""The keys of id_tokens, newest first."""

add_signing_key = statement(
    insert(signing_key), sets=("kid", "private_key_box", "public_jwk", "created_at")
)
"""A key for id_tokens."""

purge_codes = statement(
    delete(authorization_code).where(
        authorization_code.c.expires_at <= bindparam("before", type_=UtcTime())
    )
)
"""Drop codes long past."""

purge_tokens = statement(
    delete(token).where(token.c.expires_at <= bindparam("before", type_=UtcTime()))
)
"""Drop tokens long past."""

purge_families = statement(
    delete(token_family).where(token_family.c.expires_at <= bindparam("before", type_=UtcTime()))
)
"""Drop families no token of which can be alive."""
