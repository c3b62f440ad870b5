"""The page that tells people who an app is."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, media, taxonomy
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.starts.showing import LOGO_SIZE


@get("/apps/{slug:str}")
async def app_profile(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
) -> Response[Any]:
    """An active app to everybody, one that is not out to its own team."""
    person_id = visitor.person.id if visitor.person else None
    async with services.db.read() as tx:
        try:
            app = await developers.app_by_slug(tx, slug)
        except developers.UnknownApp:
            return _missing(visitor)
        is_team = person_id is not None and await developers.is_member(tx, app.id, person_id)
        if not is_team and (app.state != "active" or app.settings.team_only):
            return _missing(visitor)
        tags = await developers.tags_of(tx, app.id)
        avatars = await media.images_by_id(tx, [app.avatar_image_id or 0])
    names = {option.slug: option.display for option in taxonomy.service_types()}
    avatar = avatars.get(app.avatar_image_id or 0)
    return visitor.page(
        "starts/app.html",
        app=app,
        logo_url=media.path_of(avatar.name, LOGO_SIZE) if avatar else "",
        service=names.get(app.service_type or "", ""),
        tags=[tag.label(visitor.lang) for tag in developers.TAGS if tag.name in tags],
        is_team=is_team,
    )


def _missing(visitor: Visitor) -> Response[Any]:
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("No such app"),
        _("The address may be wrong, or the app is not open to everybody."),
        (html.Action(_("Home"), "/"),),
    )
