"""The authorization server: permissions people give to apps, and the tokens that carry them.

It owns grants, token families, authorization codes and tokens, knows every scope by name, and
no resource: what a post is, or whose, it is told by a ``ResourceKind``.
"""

from dalan.domains.oauth.bearer import Bearer, allows, bearer
from dalan.domains.oauth.consent import Door, approve, begin_family
from dalan.domains.oauth.errors import (
    InvalidScope,
    Refusal,
    UnknownClient,
    UnregisteredRedirectUri,
)
from dalan.domains.oauth.events import FamilyRevoked
from dalan.domains.oauth.grammar import ScopeAsked, parse_scopes, spelled, wants_offline_access
from dalan.domains.oauth.resources import Described, ResourceKind
from dalan.domains.oauth.scopes import OFFLINE_ACCESS, OPENID, SCOPES, Scope
from dalan.domains.oauth.tokens import Issued

__all__ = [
    "OFFLINE_ACCESS",
    "OPENID",
    "SCOPES",
    "Bearer",
    "Described",
    "Door",
    "FamilyRevoked",
    "InvalidScope",
    "Issued",
    "Refusal",
    "ResourceKind",
    "Scope",
    "ScopeAsked",
    "UnknownClient",
    "UnregisteredRedirectUri",
    "allows",
    "approve",
    "bearer",
    "begin_family",
    "parse_scopes",
    "spelled",
    "wants_offline_access",
]
