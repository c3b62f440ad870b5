"""The short link of a post, as its pages show it to whoever shares it."""

import msgspec

from dalan.domains import links, posts
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.services import Services
from dalan.surfaces.web.links import holding
from dalan.surfaces.web.site import showing


class Shared(msgspec.Struct, frozen=True):
    """``url`` and ``code_url``, its page and the code to print, are its owner's alone. ``is_open``:
    it leads everybody to the post, now."""

    address: str
    readable: str
    url: str
    code_url: str
    is_open: bool


async def shared(tx: ReadTransaction, services: Services, post: posts.Post) -> Shared | None:
    """The short link its owner made for a post; None before they did."""
    owner = links.Owner.person(post.owner_id)
    link = await links.standing(tx, address_of(services, post), owner=owner)
    if link is None:
        return None
    return Shared(
        address=holding.short_address(services, link),
        readable=holding.readable_address(services, link),
        url=holding.path_of_hash(holding.OWN_PATH, link.hash, link.domain),
        code_url=holding.path_of_hash(holding.OWN_PATH, link.hash, link.domain, "qr"),
        is_open=_is_open(link),
    )


def _is_open(link: links.Link) -> bool:
    terms = links.terms_of(link.terms)
    return not (
        link.quarantined_at
        or link.has_password
        or link.visits_max
        or link.valid_from
        or terms.rules
        or terms.weighted
    )


def address_of(services: Services, post: posts.Post) -> str:
    """Where a post stands, whatever its title becomes."""
    return services.settings.base_url + showing.path_of(post)
