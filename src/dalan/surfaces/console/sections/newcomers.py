"""Apps and people made for a test, and the credentials of the world: for scripts alone."""

import dataclasses
from typing import Any, Final

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, identity, oauth
from dalan.domains.world import apps, credentials
from dalan.kernel import phone, randomness
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.console import desk
from dalan.surfaces.html.session import Visitor

DRAWN_NUMBERS: Final = "+98999"
"""How the numbers of people who are made begin; no furnished world has such."""

DEFAULT_REDIRECT: Final = "http://127.0.0.1/callback"


class _Addresses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    fallback_url: str | None = None
    session_init_url: str | None = None
    dynamic_action_url: str | None = None
    events_url: str | None = None

    def read(self) -> apps.Addresses:
        return apps.Addresses(
            fallback_url=self.fallback_url,
            session_init_url=self.session_init_url,
            dynamic_action_url=self.dynamic_action_url,
            events_url=self.events_url,
        )


class _NewApp(_Addresses, frozen=True, kw_only=True):
    owner: str = ""
    slug: str = ""
    display: str = apps.DISPLAY
    redirect_uri: str = DEFAULT_REDIRECT
    permissions: list[str] | None = None
    scopes: list[str] | None = None
    development: bool = False


class _NewPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    phone: str = ""
    name: str = ""


class PersonMade(msgspec.Struct, frozen=True):
    """Somebody of this world; ``phone`` as they would type it."""

    phone: str
    name: str


@post("/apps", status_code=201)
async def make_app(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """A new app, approved, with all its secrets."""
    asked = await desk.body_as(visitor, _NewApp)
    if strange := sorted(set(asked.scopes or ()) - set(oauth.EVERY_SCOPE)):
        raise oauth.InvalidScope(f"there is no scope {', '.join(strange)}")

    async def work(tx: WriteTransaction) -> apps.ReadyApp:
        return await apps.make_app(
            tx,
            keys=visitor.services.keys,
            owner_phone=phone.parse(asked.owner) if asked.owner else "",
            slug=asked.slug,
            display=asked.display,
            redirect_uri=asked.redirect_uri,
            addresses=asked.read(),
            permissions=asked.permissions,
            scopes=asked.scopes,
            development=asked.development,
        )

    made = await visitor.services.db.transact(work)
    shown = msgspec.structs.replace(made, owner_phone=phone.national(made.owner_phone))
    return desk.answer(shown, status=201)


@put("/apps/{slug:str}/addresses", status_code=200)
async def move_app(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> Response[Any]:
    """Where an app lives from now on; what is left out stays."""
    asked = await desk.body_as(visitor, _Addresses)

    async def work(tx: WriteTransaction) -> developers.App:
        app = await developers.app_by_slug(tx, slug)
        await apps.settle(tx, app, asked.read())
        return await developers.app_by_slug(tx, slug)

    moved = await visitor.services.db.transact(work)
    return desk.answer({name: getattr(moved, name) for name in developers.ADDRESS_NAMES})


@post("/people", status_code=201)
async def make_person(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Somebody new, or whoever has that number already."""
    asked = await desk.body_as(visitor, _NewPerson)
    drawn = f"{DRAWN_NUMBERS}{randomness.below(10**7):07d}"
    number = phone.parse(asked.phone) if asked.phone else drawn

    async def work(tx: WriteTransaction) -> identity.Person:
        return await identity.register(tx, phone=number, name=asked.name)

    made = await visitor.services.db.transact(work)
    return desk.answer(PersonMade(phone.national(made.phone), made.name), status=201)


@get("/credentials")
async def credentials_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """What ``dalan credentials --json`` prints, without a process of its own."""
    services = visitor.services

    async def work(tx: WriteTransaction) -> dict[str, Any]:
        found = await credentials.credentials(
            tx, services.keys, base_url=services.settings.base_url
        )
        return dataclasses.asdict(found)

    return desk.answer(await services.db.transact(work))


PAGES: Final = ()
API: Final = (make_app, move_app, make_person, credentials_api)
