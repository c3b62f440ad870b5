"""Whose links a page is about: a person's own, or those of an app in its panel.

Every handler stands at two addresses and asks here which of both it was.
"""

from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from litestar import Response

from dalan.domains import audit, identity, links
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH

OWN_PATH: Final = "/my-divar/links"
PATHS: Final = (OWN_PATH, f"{APPS_PATH}/{{slug:str}}/links")

AnyResponse = Response[Any]


def at(rest: str = "") -> list[str]:
    """Both addresses of a page of links."""
    return [path + rest for path in PATHS]


class Holder(msgspec.Struct, frozen=True):
    """Who has the links, and who looks at them. ``opened``: the app, where they are an app's."""

    owner: links.Owner
    person: identity.Person
    path: str
    opened: desk.Opened | None = None

    @property
    def by(self) -> audit.Actor | None:
        """Who changes a link, where it is not the owner itself."""
        return audit.Actor.person(self.person.id) if self.opened else None

    def path_of(self, link: links.Link, page: str = "") -> str:
        """Where a page of that link is."""
        return path_of_hash(self.path, link.hash, link.domain, page)

    def page(
        self, visitor: Visitor, template: str, *, status: int = 200, **values: Any
    ) -> AnyResponse:
        """A page about these links, in the frame of whoever has them."""
        values |= {"holder": self, "is_app": self.opened is not None, "links_path": self.path}
        if self.opened is not None:
            return desk.app_page(
                visitor,
                self.opened,
                template,
                current="links",
                status=status,
                frame="panel/_app.html",
                **values,
            )
        return visitor.page(
            template, status=status, active="account", frame="links/_own.html", **values
        )


def path_of_hash(path: str, hash_: str, domain: str = "", page: str = "") -> str:
    """Where a page of the link of that hash is, among the links whose list is at ``path``."""
    rest = f"?{urlencode({'domain': domain})}" if domain else ""
    return f"{path}/at/{quote(hash_, safe='')}{'/' if page else ''}{page}{rest}"


def path_here(visitor: Visitor) -> str:
    """Where the list is that this address belongs to; for signing in and coming back."""
    slug = visitor.request.path_params.get("slug")
    return OWN_PATH if slug is None else desk.path_of(str(slug), "links")


async def held(tx: ReadTransaction, visitor: Visitor) -> Holder:
    """Whose links the visitor asks for. Raises SignInNeeded, UnknownApp, NotAllowed."""
    slug = visitor.request.path_params.get("slug")
    path = path_here(visitor)
    if slug is None:
        person = visitor.require_person(back="" if visitor.request.method == "GET" else path)
        return Holder(links.Owner.person(person.id), person, path)
    opened = await desk.opened(tx, visitor, str(slug))
    return Holder(links.Owner.app(opened.app.id), opened.person, path, opened)


async def link_here(
    tx: ReadTransaction, visitor: Visitor, holder: Holder, *, deleted: bool = False
) -> links.Link:
    """The link that the address names; one that was deleted only where ``deleted`` asks for it.
    Raises UnknownLink."""
    hash_ = str(visitor.request.path_params["hash"])
    domain = visitor.request.query_params.get("domain", "")
    return await links.of_owner(tx, hash_, owner=holder.owner, domain=domain, deleted=deleted)


def short_address(services: Services, link: links.Link) -> str:
    """What one gives away: percent-encoded, so that it can be pasted anywhere."""
    return links.short_address(link, base_url=services.settings.base_url)


def readable_address(services: Services, link: links.Link) -> str:
    """The same as people read it: without the scheme, its hash as it was spelled."""
    address = short_address(services, link).partition("://")[2]
    return f"{address.rpartition('/')[0]}/{link.hash}"
