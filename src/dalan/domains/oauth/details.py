"""``authorization_details``: another spelling of scopes with a resource.

``[{"type": "kenar", "actions": ["POST_ADDON_CREATE"], "identifier": "AZTH74V2"}]`` asks for
``POST_ADDON_CREATE.AZTH74V2``; an action that takes no resource comes without ``identifier``.

Source: RFC 9396, 2, 5 and 7.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from dalan.domains.oauth.errors import InvalidAuthorizationDetails, InvalidScope
from dalan.domains.oauth.grammar import SCOPES_COUNT_MAX, ScopeAsked, parse_scopes
from dalan.domains.oauth.scopes import KNOWN

TYPE = "kenar"


class _Detail(msgspec.Struct, forbid_unknown_fields=True):
    """One object of ours; what else it holds is an error (RFC 9396, 5)."""

    type: Literal["kenar"]
    actions: Annotated[list[str], msgspec.Meta(min_length=1, max_length=SCOPES_COUNT_MAX)]
    identifier: str | None = None


_Details = Annotated[list[_Detail], msgspec.Meta(min_length=1, max_length=SCOPES_COUNT_MAX)]


def parse_details(text: str) -> tuple[ScopeAsked, ...]:
    """The permissions in an ``authorization_details`` parameter.

    Raises ``InvalidAuthorizationDetails`` with the reason: no such JSON, another type, an unknown
    member or action, an identifier missing, unwanted or malformed.
    """
    return tuple(_asked(action, one.identifier) for one in _decoded(text) for action in one.actions)


def kept_details(text: str) -> list[dict[str, Any]]:
    """The objects as they are kept and told back. ``text`` was parsed before."""
    return [
        {"type": one.type, "actions": one.actions}
        | ({} if one.identifier is None else {"identifier": one.identifier})
        for one in _decoded(text)
    ]


def details_standing(
    details: Iterable[Mapping[str, Any]] | None, granted: Iterable[Sequence[str]]
) -> list[dict[str, Any]] | None:
    """Kept details without the actions that were taken back since; None where none were sent."""
    if details is None:
        return None
    held = {(name, resource) for name, resource in granted}
    standing = []
    for one in details:
        resource = one.get("identifier", "")
        actions = [a for a in one["actions"] if (KNOWN[a].name, resource) in held]
        if actions:
            standing.append({**one, "actions": actions})
    return standing


def _decoded(text: str) -> list[_Detail]:
    try:
        return msgspec.json.decode(text, type=_Details)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise InvalidAuthorizationDetails(
            'authorization_details must be a JSON array of {"type": "kenar", "actions": [scope'
            ' names], "identifier": resource}, and nothing besides'
        ) from error


def _asked(action: str, identifier: str | None) -> ScopeAsked:
    scope = KNOWN.get(action)
    if scope is None:
        raise InvalidAuthorizationDetails("an action is no scope that exists")
    if identifier is None and scope.resource:
        raise InvalidAuthorizationDetails(f"the action {scope.name} needs an identifier")
    if identifier is not None and not scope.resource:
        raise InvalidAuthorizationDetails(f"the action {scope.name} takes no identifier")
    word = action if identifier is None else f"{action}.{identifier}"
    try:
        asked = parse_scopes(word)
    except InvalidScope as error:
        raise InvalidAuthorizationDetails(str(error)) from error
    # An identifier with a space or a plus sign inside would be read as several scopes.
    if len(asked) > 1 or asked[0].spelled != word:
        raise InvalidAuthorizationDetails("an identifier has characters no resource has")
    return asked[0]
