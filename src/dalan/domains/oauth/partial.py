"""Giving a part of what is asked for: who may be given less than they asked, and what is left.

An app learns what it was given from the ``scope`` of the token answer. Apps at Basalam's door and
standard clients are made to read it; Kenar's are all or nothing, unless their developer says that
they read it too (decision 12).
"""

from collections.abc import Collection, Sequence

from dalan.domains import developers
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.grammar import ScopeAsked
from dalan.domains.oauth.scopes import OFFLINE_ACCESS, OPENID


def may_be_partial(
    app: developers.App,
    asked: Sequence[ScopeAsked],
    *,
    door: Door,
    has_details: bool,
    was_pushed: bool,
) -> bool:
    """Whether the person may leave permissions out of this request.

    A standard client is known by what it sends: ``openid``, ``authorization_details``, or the
    whole request ahead of the browser.
    """
    is_standard = has_details or was_pushed or any(one.scope.name == OPENID for one in asked)
    return door == "basalam" or is_standard or app.settings.partial_consent


def is_optional(one: ScopeAsked) -> bool:
    """Whether it can be left out: a standard client that asked who signed in must be told."""
    return one.scope.name != OPENID


def chosen(asked: Sequence[ScopeAsked], choices: Collection[str]) -> tuple[ScopeAsked, ...]:
    """What of it an app gets: the ``choices`` (``choice_of``), and what cannot be left out.

    Empty when nothing is left that an app could do anything with.
    """
    kept = tuple(one for one in asked if not is_optional(one) or choice_of(one) in choices)
    is_worth_it = len(kept) == len(asked) or any(one.scope.name != OFFLINE_ACCESS for one in kept)
    return kept if is_worth_it else ()


def choice_of(one: ScopeAsked) -> str:
    """What stands for a permission in the form: its canonical name, and its resource."""
    return f"{one.scope.name}.{one.resource}" if one.resource else one.scope.name
