"""The authorization server: permissions people give to apps, and the tokens that carry them.

It owns grants, token families, authorization codes and tokens, knows every scope by name, and
no resource: what a post is, or whose, it is told by a ``ResourceKind``.
"""

from dalan.domains.oauth.assertions import (
    ASSERTION_ALGORITHMS,
    JWT_BEARER,
    Assertion,
    check_assertion,
    client_of,
    is_key_known,
    unproven,
    use_assertion,
)
from dalan.domains.oauth.authorization import (
    PROMPTS,
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
from dalan.domains.oauth.basalam_scopes import BASALAM_SCOPES
from dalan.domains.oauth.bearer import Bearer, allows, bearer
from dalan.domains.oauth.client_tokens import issue_client_token
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
from dalan.domains.oauth.consent import approve, begin_family
from dalan.domains.oauth.doors import EVERY_SCOPE, SCOPES_OF, Door, impliers
from dalan.domains.oauth.ended import ended_between
from dalan.domains.oauth.errors import (
    InvalidAuthorizationDetails,
    InvalidScope,
    Refusal,
    UnknownClient,
    UnregisteredRedirectUri,
    redirect_uri_mismatch,
)
from dalan.domains.oauth.events import AccessRevoked, FamilyRevoked, ScopesWithdrawn
from dalan.domains.oauth.explaining import TokenStory, explain
from dalan.domains.oauth.families import purge, revoke_family, scopes_of_family
from dalan.domains.oauth.grammar import ScopeAsked, parse_scopes, spelled
from dalan.domains.oauth.introspection import Introspected, introspect
from dalan.domains.oauth.last_uses import LastUses
from dalan.domains.oauth.partial import choice_of, chosen, is_optional
from dalan.domains.oauth.personal_tokens import (
    PERSONAL_TOKENS_MAX,
    NoSuchPersonalToken,
    PersonalToken,
    TooManyPersonalTokens,
    UntitledToken,
    make_personal_token,
    personal_tokens,
    revoke_personal_token,
)
from dalan.domains.oauth.pushing import (
    PUSHED_SECONDS,
    REQUEST_URI_PREFIX,
    open_pushed,
    push_request,
    pushed_parameters,
)
from dalan.domains.oauth.refreshing import refresh
from dalan.domains.oauth.rehearsing import (
    REHEARSED_LENGTH_MAX,
    Finding,
    Rehearsal,
    rehearse,
)
from dalan.domains.oauth.remembering import consent_mark, consented_at, given_before
from dalan.domains.oauth.resources import AppResource, Described, ResourceKind
from dalan.domains.oauth.revocation import revoke_token
from dalan.domains.oauth.scopes import OFFLINE_ACCESS, OPENID, SCOPES, Scope
from dalan.domains.oauth.seeding import named_tokens
from dalan.domains.oauth.signing import SigningKey, id_token, public_keys, signing_key
from dalan.domains.oauth.tokens import Authentication, Issued

__all__ = [
    "ASSERTION_ALGORITHMS",
    "BASALAM_SCOPES",
    "EVERY_SCOPE",
    "JWT_BEARER",
    "OFFLINE_ACCESS",
    "OPENID",
    "PERSONAL_TOKENS_MAX",
    "PROMPTS",
    "PUSHED_SECONDS",
    "REHEARSED_LENGTH_MAX",
    "REQUEST_URI_PREFIX",
    "SCOPES",
    "SCOPES_OF",
    "STATE_LENGTH_MAX",
    "AccessRevoked",
    "AppResource",
    "Assertion",
    "Authentication",
    "Authorization",
    "AuthorizationRequest",
    "Bearer",
    "Connection",
    "Described",
    "Door",
    "FamilyRevoked",
    "Finding",
    "Introspected",
    "InvalidAuthorizationDetails",
    "InvalidScope",
    "Issued",
    "LastUses",
    "Leak",
    "Leaks",
    "NoSuchPersonalToken",
    "Permission",
    "PersonalToken",
    "Refusal",
    "Refused",
    "Rehearsal",
    "ResourceKind",
    "Scope",
    "ScopeAsked",
    "ScopesWithdrawn",
    "SigningKey",
    "Standing",
    "TokenStory",
    "TooManyPersonalTokens",
    "UnknownClient",
    "UnregisteredRedirectUri",
    "UntitledToken",
    "allows",
    "approve",
    "bearer",
    "begin_family",
    "check_assertion",
    "check_request",
    "check_standing",
    "choice_of",
    "chosen",
    "client_by_id",
    "client_of",
    "connections_of",
    "consent_mark",
    "consented_at",
    "disconnect",
    "disconnect_all",
    "ended_between",
    "explain",
    "given_before",
    "id_token",
    "impliers",
    "introspect",
    "is_key_known",
    "is_optional",
    "issue_client_token",
    "leaks_of_app",
    "make_personal_token",
    "named_tokens",
    "open_pushed",
    "parse_scopes",
    "personal_tokens",
    "public_keys",
    "purge",
    "push_request",
    "pushed_parameters",
    "redeem_code",
    "redirect_uri_mismatch",
    "refresh",
    "rehearse",
    "revoke_family",
    "revoke_personal_token",
    "revoke_token",
    "same_redirect_uri",
    "scopes_of_family",
    "signing_key",
    "spelled",
    "unproven",
    "use_assertion",
    "withdraw",
    "withdraw_resource",
]
