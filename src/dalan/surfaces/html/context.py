"""What a page knows about the request it answers: the struct templates see as ``page``."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from dalan.kernel import clock
from dalan.surfaces.html import i18n

Theme = Literal["auto", "light", "dark"]
FlashKind = Literal["info", "success", "warning", "danger"]

THEME_COOKIE = "theme"


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """The person signed in, as far as a page shell shows them. ``phone`` is already masked."""

    name: str
    phone: str = ""
    avatar_url: str | None = None
    is_operator: bool = False


class Flash(msgspec.Struct, frozen=True):
    """A message shown once, on the page after the one that caused it."""

    kind: FlashKind
    text: str


class PageContext(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the shell of a page needs; made once per request by the surface.

    ``query`` is the raw query string without its question mark. ``csrf_token`` is what
    ``csrf.issue`` returned, empty when the page holds no form. ``now`` is what «5 minutes ago»
    is counted from. ``active`` names the part of the site the page belongs to (``home``,
    ``post_new``, ``chat``, ``mine``, ``account``): the shell marks it.
    ``messages_count``: messages that wait in the person's chats. ``clock_is``: whether a dev
    world's clock was moved, or stands still.
    """

    lang: i18n.Lang = i18n.DEFAULT_LANG
    path: str = "/"
    query: str = ""
    csrf_token: str = ""
    person: Viewer | None = None
    csp_nonce: str = ""
    flashes: tuple[Flash, ...] = ()
    public_base_url: str = ""
    dev: bool = False
    theme: Theme = "auto"
    active: str = ""
    unread_count: int = 0
    messages_count: int = 0
    brand: str = ""
    now: datetime = msgspec.field(default_factory=clock.now)
    clock_is: Literal["", "moved", "frozen"] = ""

    @property
    def dir(self) -> Literal["rtl", "ltr"]:
        return "rtl" if self.lang == "fa" else "ltr"

    @property
    def gettext(self) -> Callable[..., str]:
        """``_ = page.gettext`` in a handler, then ``_("Saved.")``; see ``i18n.translator``."""
        return i18n.translator(self.lang)

    @property
    def ngettext(self) -> Callable[..., str]:
        """``ngettext("%(num)s post", "%(num)s posts", n)``; ``num`` is filled in."""
        return i18n.plural_translator(self.lang)

    @property
    def here(self) -> str:
        """Path and query of this page: where to come back to."""
        return f"{self.path}?{self.query}" if self.query else self.path


def theme_of(cookies: Mapping[str, str]) -> Theme:
    """The theme a browser asked us to remember; anything unknown is ``auto``."""
    match cookies.get(THEME_COOKIE):
        case "light":
            return "light"
        case "dark":
            return "dark"
        case _:
            return "auto"
