"""A connection as the page shows it: the app by its face, permissions beside their things."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import msgspec

from dalan.domains import addons, developers, media, oauth, posts
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.i18n import Lang

PATH: Final = "/my-divar/apps"
LATELY_MAX: Final = 5
"""Add-ons shown of each app."""


class ShownPermission(msgspec.Struct, frozen=True):
    """One permission in words, and where it can be taken back."""

    label: str
    risk: str
    url: str


class ShownThings(msgspec.Struct, frozen=True):
    """One thing and all the app may do with it; without a thing, what is about the account.

    ``title`` is "" for the account. ``url`` takes everything about the thing back.
    """

    kind: str
    resource: str
    title: str
    picture_path: str
    page_url: str
    permissions: list[ShownPermission]
    url: str


class Deed(msgspec.Struct, frozen=True):
    """An add-on the app attached to a post of the person's."""

    title: str
    url: str
    at: datetime


class ShownApp(msgspec.Struct, frozen=True):
    """Everything the page says about one connected app."""

    app: developers.App
    logo_path: str
    connection: oauth.Connection
    things: list[ShownThings]
    lately: list[Deed]
    url: str

    @property
    def profile_url(self) -> str:
        """Where people read about it; "" when it is shown to its team alone."""
        is_open = self.app.state == "active" and not self.app.settings.team_only
        return f"/apps/{self.app.slug}" if is_open else ""


async def connected(
    tx: ReadTransaction,
    person_id: int,
    kinds: Mapping[str, oauth.ResourceKind],
    lang: Lang,
    *,
    slug: str | None = None,
) -> list[ShownApp]:
    """The person's connected apps, the newest first; with ``slug``, that one if it is there."""
    shown = []
    for connection in await oauth.connections_of(tx, person_id):
        app = await developers.app(tx, connection.app_id)
        if slug is None or app.slug == slug:
            shown.append((app, connection))
    if not shown:
        return []
    logos = await media.images_by_id(
        tx, [app.avatar_image_id for app, _ in shown if app.avatar_image_id is not None]
    )
    lately = await _lately(tx, person_id)
    return [
        ShownApp(
            app,
            media.path_of(logos[app.avatar_image_id].name, 200)
            if app.avatar_image_id in logos
            else "",
            connection,
            await _things(tx, app.slug, connection.permissions, kinds, lang),
            lately.get(app.id, []),
            f"{PATH}/{app.slug}",
        )
        for app, connection in shown
    ]


async def _lately(tx: ReadTransaction, person_id: int) -> dict[int, list[Deed]]:
    mine = await posts.of_person(tx, person_id) + await posts.development_posts(tx, person_id)
    by_id = {post.id: post for post in mine}
    lately: dict[int, list[Deed]] = {}
    for addon in await addons.on_posts(tx, mine):
        deeds = lately.setdefault(addon.app_id, [])
        if len(deeds) < LATELY_MAX:
            post = by_id[addon.post_id]
            deeds.append(
                Deed(post.title, f"/my-divar/my-posts/{post.token}", addon.last_modified_at)
            )
    return lately


async def _things(
    tx: ReadTransaction,
    slug: str,
    permissions: Sequence[oauth.Permission],
    kinds: Mapping[str, oauth.ResourceKind],
    lang: Lang,
) -> list[ShownThings]:
    """The account first, then each thing, permissions in registry order; offline access last."""
    order = {name: number for number, name in enumerate(oauth.EVERY_SCOPE)}
    about: dict[tuple[str, str], ShownThings] = {}
    for one in sorted(permissions, key=lambda one: (one.resource, order[one.scope.name])):
        if one.scope.name == oauth.OFFLINE_ACCESS:
            continue
        thing = one.scope.resource, one.resource
        if thing not in about:
            about[thing] = await _thing(tx, slug, thing, kinds)
        query = urlencode({"scope": one.scope.name, "resource": one.resource})
        about[thing].permissions.append(
            ShownPermission(
                one.scope.label(lang), one.scope.risk, f"{PATH}/{slug}/take-back?{query}"
            )
        )
    return list(about.values())


async def _thing(
    tx: ReadTransaction,
    slug: str,
    thing: tuple[str, str],
    kinds: Mapping[str, oauth.ResourceKind],
) -> ShownThings:
    kind_name, resource = thing
    if not kind_name:
        return ShownThings("", "", "", "", "", [], "")
    kind = kinds.get(kind_name)
    described = None if kind is None else await kind.describe(tx, resource)
    query = urlencode({"type": kind_name, "resource": resource})
    url = f"{PATH}/{slug}/take-back?{query}"
    if described is None:  # gone meanwhile: its name is all that is left
        return ShownThings(kind_name, resource, resource, "", "", [], url)
    return ShownThings(
        kind_name, resource, described.title, described.picture_path, described.url, [], url
    )
