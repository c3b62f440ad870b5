"""How a seller is reached: the number behind a press that is counted, and not for harvesters."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import identity, posts
from dalan.kernel import clock, phone
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.callers import network_of
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import showing
from dalan.surfaces.web.site.post_page import chat_path_of, missing_page, over_page
from dalan.surfaces.web.site.sight import visible_post

PEOPLE_A_NETWORK: Final = 5
"""A network may look at so many times as many numbers as one browser: people share it."""

_PATH = "/v/{token:str}/contact"


@get(_PATH)
async def contact_page(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Numbers are shown to who asks with the form of the post's page; who comes back to this
    address is led there."""
    return visitor.see_other(f"/v/{token}#contact" if posts.is_token(token) else "/")


@post(_PATH, status_code=200)
async def show_contact(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """The seller's numbers, counted once for the owner's statistics and against the asker's day.

    The owner's own look counts nothing. Where the operator wants it, people sign in first.
    """
    await visitor.form()
    person_id = visitor.person.id if visitor.person else None
    async with visitor.services.db.read() as tx:
        shown, is_over = await visible_post(tx, token, person_id)
        if shown is None:
            return over_page(visitor) if is_over else missing_page(visitor)
        seller = await identity.person(tx, shown.owner_id)
        owns = await posts.may_act(tx, shown, person_id)
    if shown.hide_phone:
        return _page(visitor, shown, [], "hidden")
    settings = visitor.services.settings
    if settings.contact_needs_sign_in and not owns:
        visitor.require_person(back=showing.path_of(shown))
    lookers = _lookers(visitor)

    async def work(tx: WriteTransaction) -> None:
        await posts.count_look(tx, lookers)
        if shown.state == "published" and not shown.development:
            await posts.count(tx, "contact", shown.id)

    if not owns:
        try:
            await visitor.services.db.transact(work)
        except posts.ContactLimit:
            return _page(visitor, shown, [], "limit", status=429)
    numbers = [*shown.details.landline_numbers]
    if not seller.phone.startswith("+0"):  # a closed account's, which is none
        numbers.insert(0, phone.national(seller.phone))
    return _page(visitor, shown, numbers, "shown" if numbers else "none")


def _lookers(visitor: Visitor) -> list[posts.Looker]:
    """Who looks, by account or browser and by network, as codes of this day alone."""
    settings, keys = visitor.services.settings, visitor.services.keys
    who = f"person {visitor.person.id}" if visitor.person else f"browser {visitor.binding}"
    network = f"network {network_of(visitor.request.scope)}"
    most = settings.contacts_per_day
    day = clock.now().date().isoformat()

    def code(text: str) -> bytes:
        return keys.secret_mac(f"{day} {text}", "contact looks")

    return [
        posts.Looker(code(who), most),
        posts.Looker(code(network), most * PEOPLE_A_NETWORK),
    ]


def _page(
    visitor: Visitor, shown: posts.Post, numbers: list[str], how: str, *, status: int = 200
) -> Response[Any]:
    return visitor.page(
        "site/contact.html",
        status=status,
        active="home",
        post=shown,
        url=showing.path_of(shown),
        numbers=numbers,
        how=how,
        chat_url=chat_path_of(shown, owns=False),
    )
