"""All pages of the site, as one router."""

from pathlib import Path
from typing import Final

from litestar import Router
from litestar.di import Provide

from dalan.surfaces import html
from dalan.surfaces.html import session
from dalan.surfaces.services import Services
from dalan.surfaces.web.site import (
    bookmarks,
    business_money,
    business_page,
    business_team,
    businesses,
    charging,
    choosing,
    contact,
    editing,
    link_reporting,
    my_posts,
    newest,
    notices,
    paying,
    post_page,
    promoting,
    reporting,
    search_page,
    shortening,
    submitting,
)
from dalan.surfaces.web.site.pictures import picture_handler

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATIC: Final = Path(__file__).parent / "static"


def router(services: Services) -> Router:
    """``/``, ``/v/…``, ``/new…``, ``/my-divar/my-posts…``, ``/pay/…`` and ``/media/…``."""
    html.templates.register(TEMPLATES)
    html.static.register(STATIC)

    return Router(
        path="/",
        route_handlers=[
            newest.newest_posts,
            search_page.choose_city,
            search_page.results_of_city,
            search_page.results_of_category,
            post_page.post_page,
            post_page.post_page_by_text,
            contact.contact_page,
            contact.show_contact,
            choosing.choose_category,
            submitting.new_post,
            submitting.keep_post,
            submitting.add_picture,
            submitting.open_draft,
            submitting.preview_post,
            submitting.submit_post,
            submitting.drop_draft,
            submitting.district_field,
            submitting.option_names,
            editing.edit_form,
            editing.edit_post,
            editing.ask_at_the_end,
            editing.answer_at_the_end,
            my_posts.my_posts,
            my_posts.manage_post,
            my_posts.retire_post,
            my_posts.publish_post_again,
            my_posts.delete_post,
            shortening.shorten_post,
            promoting.promote_page,
            promoting.pay_for_promotion,
            charging.charge_page,
            charging.pay_charge,
            charging.fill_wallet,
            charging.decline_charge,
            paying.come_back,
            paying.payment_page,
            paying.check_payment,
            businesses.my_businesses,
            businesses.set_picture,
            businesses.new_business,
            businesses.open_business,
            businesses.manage_business,
            businesses.save_business,
            businesses.close_business,
            business_team.add_member,
            business_team.change_role,
            business_team.remove_member,
            business_team.link_app,
            business_team.unlink_app,
            business_team.remove_addon,
            business_money.top_up_business,
            business_page.business_public_page,
            notices.own_notices,
            notices.read_own_notices,
            notices.open_own_notice,
            notices.choose_own_notices,
            reporting.report_page,
            reporting.report,
            link_reporting.report_link_page,
            link_reporting.report_link,
            bookmarks.bookmarks_page,
            bookmarks.ask_to_keep,
            bookmarks.set_bookmark,
            bookmarks.write_note,
            bookmarks.searches_page,
            bookmarks.save_search,
            bookmarks.change_search,
            picture_handler(services),
        ],
        dependencies={
            "visitor": Provide(session.dependency(services)),
        },
        exception_handlers=session.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
