"""The authorization server: permissions people give to apps, and the tokens that carry them.

It owns grants, token families, authorization codes and tokens, knows every scope by name, and
no resource: what a post is, or whose, it is told by a ``ResourceKind``.
"""

from dalan.domains.oauth.authorization import (
    STATE_LENGTH_MAX,
    Authorization,
    AuthorizationRequest,
    Refused,
    Standing,
    check_request,
    check_standing,
    client_by_id,
    same_redirect_uri,
)
from dalan.domains.oauth.bearer import Bearer, allows, bearer
from dalan.domains.oauth.codes import redeem_code
from dalan.domains.oauth.connections import (
    Connection,
    Leak,
    Leaks,
    Permission,
    connections_of,
    disconnect,
    disconnect_all,
    leaks_of_app,
    withdraw,
    withdraw_resource,
)
from dalan.domains.oauth.consent import Door, approve, begin_family
from dalan.domains.oauth.errors import (
    InvalidAuthorizationDetails,
    InvalidScope,
    Refusal,
    UnknownClient,
    UnregisteredRedirectUri,
)
from dalan.domains.oauth.events import AccessRevoked, FamilyRevoked, ScopesWithdrawn
from dalan.domains.oauth.families import purge, revoke_family
from dalan.domains.oauth.grammar import ScopeAsked, parse_scopes, spelled
from dalan.domains.oauth.introspection import Introspected, introspect
from dalan.domains.oauth.last_uses import LastUses
from dalan.domains.oauth.pushing import (
    PUSHED_SECONDS,
    REQUEST_URI_PREFIX,
    open_pushed,
    push_request,
    pushed_parameters,
)
from dalan.domains.oauth.refreshing import refresh
from dalan.domains.oauth.remembering import consent_mark, consented_at
from dalan.domains.oauth.resources import AppResource, Described, ResourceKind
from dalan.domains.oauth.revocation import revoke_token
from dalan.domains.oauth.scopes import OFFLINE_ACCESS, OPENID, SCOPES, Scope
from dalan.domains.oauth.seeding import named_tokens
from dalan.domains.oauth.signing import SigningKey, id_token, public_keys, signing_key
from dalan.domains.oauth.tokens import Authentication, Issued

__all__ = [
    "OFFLINE_ACCESS",
    "OPENID",
    "PUSHED_SECONDS",
    "REQUEST_URI_PREFIX",
    "SCOPES",
    "STATE_LENGTH_MAX",
    "AccessRevoked",
    "AppResource",
    "Authentication",
    "Authorization",
    "AuthorizationRequest",
    "Bearer",
    "Connection",
    "Described",
    "Door",
    "FamilyRevoked",
    "Introspected",
    "InvalidAuthorizationDetails",
    "InvalidScope",
    "Issued",
    "LastUses",
    "Leak",
    "Leaks",
    "Permission",
    "Refusal",
    "Refused",
    "ResourceKind",
    "Scope",
    "ScopeAsked",
    "ScopesWithdrawn",
    "SigningKey",
    "Standing",
    "UnknownClient",
    "UnregisteredRedirectUri",
    "allows",
    "approve",
    "bearer",
    "begin_family",
    "check_request",
    "check_standing",
    "client_by_id",
    "connections_of",
    "consent_mark",
    "consented_at",
    "disconnect",
    "disconnect_all",
    "id_token",
    "introspect",
    "leaks_of_app",
    "named_tokens",
    "open_pushed",
    "parse_scopes",
    "public_keys",
    "purge",
    "push_request",
    "pushed_parameters",
    "redeem_code",
    "refresh",
    "revoke_family",
    "revoke_token",
    "same_redirect_uri",
    "signing_key",
    "spelled",
    "withdraw",
    "withdraw_resource",
]
