"""All pages of the developers' panel, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import (
    addresses,
    apps,
    credentials,
    development_posts,
    display,
    history,
    keys,
    limits,
    members,
    overview,
    settings,
    touchpoints,
)

TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def router(services: Services) -> Router:
    """``/kenar`` and everything under ``/kenar/management``."""
    html.templates.register(TEMPLATES)

    async def give_services() -> Services:
        return services

    return Router(
        path="/",
        route_handlers=[
            apps.introduction,
            apps.my_apps,
            apps.new_app_page,
            apps.register_app,
            overview.overview,
            overview.take_step,
            display.edit_page,
            display.save,
            display.remove_logo,
            keys.keys_page,
            keys.create_key,
            keys.revoke_key,
            keys.set_oauth_key,
            credentials.credentials_page,
            credentials.rotate_secret,
            credentials.revoke_old_secret,
            credentials.add_redirect_uri,
            credentials.remove_redirect_uri,
            addresses.addresses_page,
            addresses.save,
            members.members_page,
            members.add_member,
            members.change_role,
            members.remove_member,
            limits.limits_page,
            history.history_page,
            settings.settings_page,
            settings.save,
            touchpoints.touchpoints_page,
            touchpoints.save,
            development_posts.development_posts_page,
            development_posts.make_development_post,
        ],
        dependencies={
            "services": Provide(give_services),
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
