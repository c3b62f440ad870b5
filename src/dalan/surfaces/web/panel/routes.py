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
    balance,
    client_keys,
    credentials,
    deposits,
    development_posts,
    display,
    doors,
    events,
    history,
    keys,
    limits,
    members,
    notices,
    overview,
    personal_tokens,
    requests,
    service,
    settings,
    tickets,
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
            keys.rotate_key,
            keys.revoke_key,
            keys.set_oauth_key,
            credentials.credentials_page,
            credentials.rotate_secret,
            credentials.revoke_old_secret,
            credentials.add_redirect_uri,
            credentials.remove_redirect_uri,
            doors.doors_page,
            doors.make_pod_credential,
            doors.revoke_pod_credential,
            notices.notices_page,
            notices.read_all,
            notices.open_notice,
            notices.save_preferences,
            client_keys.add_client_keys,
            client_keys.remove_client_key,
            client_keys.set_jwks_uri,
            client_keys.remove_jwks_uri,
            client_keys.sign_only,
            addresses.addresses_page,
            addresses.save,
            personal_tokens.personal_tokens_page,
            personal_tokens.make_personal_token,
            personal_tokens.revoke_personal_token,
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
            service.service_page,
            service.save,
            requests.requests_page,
            requests.ask,
            requests.withdraw,
            tickets.tickets_page,
            tickets.new_ticket_page,
            tickets.open_ticket,
            tickets.ticket_page,
            tickets.write,
            tickets.close,
            tickets.reopen,
            tickets.file,
            events.events_page,
            events.event_page,
            events.resend_event,
            events.skip_event,
            events.resend_events,
            events.send_test,
            events.choose_link_events,
            events.switch_sending,
            events.rotate_secret,
            balance.balance_page,
            balance.balance_file,
            balance.issue_ticket,
            deposits.deposits_page,
            deposits.ask_deposit,
            deposits.withdraw,
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
