"""The doors an app may come through. Each has permissions of its own, and no name is of two."""

from collections.abc import Collection, Mapping
from typing import Literal

from dalan.domains.oauth.basalam_scopes import BASALAM_SCOPES, IMPLIERS
from dalan.domains.oauth.scopes import SCOPES, Scope

Door = Literal["kenar", "basalam"]

SCOPES_OF: Mapping[Door, Mapping[str, Scope]] = {"kenar": SCOPES, "basalam": BASALAM_SCOPES}
"""What may be asked for at each door, by canonical name."""

EVERY_SCOPE: Mapping[str, Scope] = {**SCOPES, **BASALAM_SCOPES}
"""What a person may have given an app, whichever door it came through, in the order pages show."""


def door_of(scope: Scope) -> Door:
    """The door a permission belongs to."""
    return "basalam" if scope.name in BASALAM_SCOPES else "kenar"


def impliers(name: str) -> Collection[str]:
    """The names any of which brings this permission, its own among them.

    None of Kenar's brings another: ``USER_POSTS_ADDON_CREATE`` does not answer for
    ``POST_ADDON_CREATE``.
    """
    return IMPLIERS.get(name, (name,))
