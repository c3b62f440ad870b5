"""What the consent page shows of a request: the app, what it asks for, and where it leads."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec
from litestar import Response

from dalan.domains import developers, media, oauth
from dalan.kernel.db import ReadTransaction
from dalan.settings import Settings
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.html.session import Visitor

BOX: Final = "permission:"
"""How the names of boxes begin: one field for each permission, ticked or absent."""


class Permission(msgspec.Struct, frozen=True):
    """One line of the consent page.

    ``value``: what its box is named after (``BOX``), "" where it has none; ``ticked``: whether it
    is to begin with; ``given``: the person gave it before, and it stays.
    """

    label: str
    risk: str
    value: str = ""
    ticked: bool = True
    given: bool = False


class Things(msgspec.Struct, frozen=True):
    """One thing and all that is asked about it; without a thing, what is about the account."""

    thing: oauth.Described | None
    permissions: list[Permission]


class Shown(msgspec.Struct, frozen=True):
    """A request as it is put before a person.

    ``given``: choices they made before, which stay; ``ticked``: those of the form that is shown
    again, None for the first time.
    """

    checked: oauth.Authorization
    standings: Sequence[oauth.Standing]
    logo_path: str
    given: frozenset[str]
    ticked: frozenset[str] | None


def consent_page(
    visitor: Visitor, shown: Shown, *, path: str, query: str, request: str, status: int = 200
) -> Response[str]:
    """The page with its two buttons; ``request`` is what the form at ``path`` sends along, and
    ``query`` asks for the page anew, with another account."""
    checked = shown.checked
    return visitor.page(
        "oauth/consent.html",
        status=status,
        form_action=False,
        app=checked.app,
        client_id=checked.client_id,
        logo_path=shown.logo_path,
        things=_things(shown, visitor.lang),
        offline=_offline(shown, visitor.lang),
        is_partial=checked.is_partial,
        is_more=bool(checked.is_partial and shown.given),
        is_empty=shown.ticked is not None,
        offline_days=max(1, consent_seconds(visitor.services.settings, checked.door) // 86_400),
        destination=_destination(checked.redirect_uri),
        path=path,
        here=f"{path}?{query}",
        request=request,
    )


def consent_seconds(settings: Settings, door: oauth.Door) -> int:
    """How long a consent through this door lasts."""
    basalam = settings.basalam_refresh_token_seconds
    return basalam if door == "basalam" else settings.refresh_token_seconds


def ticked_on(form: html.Form) -> list[str]:
    """The choices whose boxes were ticked."""
    return [name.removeprefix(BOX) for name in form.values if name.startswith(BOX)]


async def logo_path_of(tx: ReadTransaction, app: developers.App) -> str:
    """Where the app's logo is, "" without one."""
    if app.avatar_image_id is None:
        return ""
    images = await media.images_by_id(tx, [app.avatar_image_id])
    image = images.get(app.avatar_image_id)
    return "" if image is None else media.path_of(image.name, 200)


def _things(shown: Shown, lang: Lang) -> list[Things]:
    """What the page lists: the account first, then each thing, permissions in registry order.

    Offline access has its own line elsewhere.
    """
    order = {name: number for number, name in enumerate(oauth.EVERY_SCOPE)}
    about: dict[tuple[str, str], Things] = {("", ""): Things(None, [])}
    for one in sorted(shown.standings, key=lambda one: order[one.asked.scope.name]):
        scope = one.asked.scope
        if scope.name != oauth.OFFLINE_ACCESS:
            things = about.setdefault(
                (scope.resource, one.asked.resource), Things(one.described, [])
            )
            things.permissions.append(_permission(shown, one.asked, lang))
    return list(about.values())


def _permission(shown: Shown, one: oauth.ScopeAsked, lang: Lang) -> Permission:
    """A line. Everything is ticked to begin with, as the app asks for it; but when the person
    gave a part before, what is missing is theirs to add."""
    label, choice = one.scope.label(lang), oauth.choice_of(one)
    if not shown.checked.is_partial or not oauth.is_optional(one):
        return Permission(label, one.scope.risk)
    if choice in shown.given:
        return Permission(label, one.scope.risk, given=True)
    ticked = not shown.given if shown.ticked is None else choice in shown.ticked
    return Permission(label, one.scope.risk, choice, ticked)


def _offline(shown: Shown, lang: Lang) -> Permission | None:
    """The line about time. At Basalam's door it comes with every consent."""
    scope = oauth.SCOPES[oauth.OFFLINE_ACCESS]
    for one in shown.checked.asked:
        if one.scope is scope:
            return _permission(shown, one, lang)
    return Permission(scope.label(lang), scope.risk) if shown.checked.door == "basalam" else None


def _destination(redirect_uri: str) -> str:
    """The host the person goes on to; of an app's own scheme, the scheme."""
    parts = urlsplit(redirect_uri)
    return parts.netloc or f"{parts.scheme}:"
