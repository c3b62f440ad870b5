"""All pages of the account area, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.account import (
    home,
    leaving,
    mail_address,
    preferences,
    sign_in,
    signing_in_again,
    wallet,
)

TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def router(services: Services, *, has_connected_apps: bool = False) -> Router:
    """``/sign-in…``, ``/sign-out`` and ``/my-divar``, ``…/profile`` and below it,
    ``…/sessions``.

    ``has_connected_apps``: somebody serves ``/my-divar/apps``, so the account home links there.
    """
    html.templates.register(TEMPLATES)

    async def give_has_connected_apps() -> bool:
        return has_connected_apps

    return Router(
        path="/",
        route_handlers=[
            sign_in.sign_in_page,
            sign_in.send_code,
            sign_in.code_page,
            sign_in.sign_in,
            sign_in.send_code_again,
            sign_in.sign_out,
            signing_in_again.again_page,
            signing_in_again.send_again_code,
            signing_in_again.prove_again,
            home.account_home,
            home.profile_page,
            home.save_profile,
            home.sessions_page,
            home.revoke_session,
            home.revoke_other_sessions,
            leaving.export_data,
            leaving.close_page,
            leaving.send_close_code,
            leaving.close_account,
            mail_address.mail_page,
            mail_address.send_code,
            mail_address.verify,
            mail_address.remove,
            wallet.wallet_page,
            wallet.top_up,
            preferences.set_theme,
        ],
        dependencies={
            "visitor": Provide(session.dependency(services)),
            "has_connected_apps": Provide(give_has_connected_apps),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
