"""Add-ons of people and businesses, as whoever can take them away sees them
(``site/_spread_addons.html``)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from dalan.domains import addons, developers, media, taxonomy
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.web.starts.showing import LOGO_SIZE, profile_path


class ShownSpread(msgspec.Struct, frozen=True):
    """What one app shows on all posts of somebody. ``categories`` are names, none for every one;
    ``goes_on``: later posts show it too. ``profile_url`` is "" where only its team may look."""

    slug: str
    app_title: str
    logo_url: str
    profile_url: str
    categories: list[str]
    since: datetime
    until: datetime | None
    goes_on: bool


async def shown_spreads(tx: ReadTransaction, spreads: Sequence[addons.Spread]) -> list[ShownSpread]:
    """Each with its app's face."""
    by_id = await developers.apps_by_id(tx, {one.app_id for one in spreads}) if spreads else {}
    apps = [by_id[one.app_id] for one in spreads]
    logos = await media.images_by_id(
        tx, [app.avatar_image_id for app in apps if app.avatar_image_id is not None]
    )
    return [
        ShownSpread(
            slug=app.slug,
            app_title=app.display,
            logo_url=media.path_of(logos[app.avatar_image_id].name, LOGO_SIZE)
            if app.avatar_image_id in logos
            else "",
            profile_url=profile_path(app.slug)
            if app.state == "active" and not app.settings.team_only
            else "",
            categories=[taxonomy.category(slug).display for slug in one.categories],
            since=one.created_at,
            until=one.expires_at,
            goes_on=one.until_post_id is None,
        )
        for one, app in zip(spreads, apps, strict=True)
    ]
