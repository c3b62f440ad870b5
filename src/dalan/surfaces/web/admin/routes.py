"""All pages under ``/admin``, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import (
    apps,
    bans,
    charges,
    chats,
    dashboard,
    decisions,
    deposits,
    domains,
    held,
    hosts,
    links,
    lists,
    log,
    payments,
    people,
    posts,
    prices,
    reports,
    requests,
    rules,
    settings,
    tickets,
)

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATIC: Final = Path(__file__).parent / "static"


def router(services: Services) -> Router:
    """``/admin`` and everything below."""
    html.templates.register(TEMPLATES)
    html.static.register(STATIC)

    async def give_services() -> Services:
        return services

    return Router(
        path="/",
        route_handlers=[
            dashboard.dashboard,
            apps.reviews_page,
            apps.apps_page,
            apps.app_page,
            decisions.approve,
            decisions.request_changes,
            decisions.suspend,
            decisions.lift_suspension,
            decisions.set_limits,
            decisions.set_ceiling,
            decisions.classify,
            requests.requests_page,
            requests.request_page,
            requests.decide,
            tickets.tickets_page,
            tickets.ticket_page,
            tickets.reply,
            tickets.assign,
            tickets.close,
            tickets.reopen,
            tickets.file,
            deposits.deposits_page,
            deposits.confirm,
            deposits.refuse,
            payments.payments_page,
            payments.refund,
            charges.charges_page,
            charges.refund_charge,
            prices.prices_page,
            prices.set_price,
            prices.remove_price,
            prices.set_free_posts,
            lists.lists_page,
            lists.add_entry,
            lists.rename_entry,
            lists.retire_entry,
            people.people_page,
            people.find,
            people.person_page,
            people.show_phone,
            people.block,
            people.unblock,
            people.sign_out,
            held.pay_out,
            bans.ban,
            bans.lift_ban,
            bans.lift_chat_ban,
            posts.queue_page,
            posts.take_next,
            posts.review_page,
            posts.decide,
            posts.take,
            posts.leave,
            reports.reports_page,
            reports.report_page,
            reports.decide_reports,
            chats.chats_page,
            chats.chat_page,
            chats.decide_chat,
            rules.rules_page,
            rules.set_rule,
            rules.forbid_word,
            rules.allow_word,
            links.links_page,
            links.link_page,
            links.decide_link,
            hosts.hosts_page,
            hosts.block_host,
            hosts.import_hosts,
            hosts.unblock_host,
            domains.domains_page,
            domains.add_domain,
            domains.remove_domain,
            log.log_page,
            settings.settings_page,
        ],
        dependencies={
            "services": Provide(give_services),
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
