"""A short link for every post: its owner makes it once, everybody may share it."""

from typing import Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import links
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import my_posts, sharing, showing
from dalan.surfaces.web.site.post_page import missing_page


@post(my_posts.LIST_PATH + "/{token:str}/short-link", status_code=200)
async def shorten_post(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Make the post's short link; pressed again, it is the same one."""
    services = visitor.services
    person = visitor.require_person(back=my_posts.LIST_PATH)
    await visitor.form()
    _ = visitor.gettext
    owner = links.Owner.person(person.id)
    rules = msgspec.structs.replace(services.link_rules, duplicates="reuse")
    async with services.db.write() as tx:
        mine = await my_posts.own_post(tx, token, person.id)
        if mine is None or mine.owner_id != person.id:
            return missing_page(visitor)
        wish = links.Wish("link", sharing.address_of(services, mine), title=mine.title)
        await links.create(tx, wish, owner=owner, rules=rules)
    flash = html.Flash("success", _("Your short link is ready."))
    return visitor.see_other(f"{showing.management_path_of(mine)}#short-link", flash=flash)
