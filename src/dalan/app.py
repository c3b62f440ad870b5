"""The composition root: settings in, one running platform out. Nothing else builds anything.

``Platform`` is an ASGI application. One ordered table of prefixes chooses the surface by path
alone; each surface answers everything under its paths in its own shape, unknown paths and wrong
methods too.
"""

import asyncio
import importlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from string import printable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from dalan import building, migrations
from dalan.domains import (
    addons,
    bookmarks,
    clicks,
    deliveries,
    developers,
    events,
    identity,
    links,
    media,
    notices,
    oauth,
    payments,
    posts,
    search,
    taxonomy,
)
from dalan.front import Front, Known
from dalan.housekeeping import Housekeeper
from dalan.kernel import logs, outbox
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction, database_at, sqlite_path
from dalan.kernel.metrics import Metrics
from dalan.kernel.outbound import Outbound, OutboundPolicy
from dalan.resources import resource_kinds
from dalan.settings import Settings, SettingsError
from dalan.surfaces.asgi import SHORT_DOMAIN, Application, Receive, Scope, Send
from dalan.surfaces.basalam.hosts import is_service_host
from dalan.surfaces.forwarding import Forwarding
from dalan.surfaces.hosts import OwnHosts, refusing
from dalan.surfaces.observing import observed
from dalan.surfaces.services import Services

if TYPE_CHECKING:
    from dalan.surfaces.console.workshop import Workshop
    from dalan.surfaces.operations import Operation

log = logs.get("platform")

EXACT: dict[str, str] = {
    "/oauth2/auth": "oauth",
    "/oauth2/token": "oauth",
    "/oauth": "oauth",
    "/auth": "oauth",
    "/oauth2/revoke": "oauth",
    "/oauth2/introspect": "oauth",
    "/oauth2/par": "oauth",
    "/userinfo": "oauth",
    "/jwks": "oauth",
    "/v1/open-platform/oauth/access_token": "oauth",
    "/accounts/sso": "oauth",
    "/accounts/sso/": "oauth",
    "/accounts/token": "oauth",
    "/accounts/token/": "oauth",
    "/oauth/token": "oauth",
    "/oauth/token/": "oauth",
    "/whoami": "basalam",
    "/validate": "basalam",
    "/metrics": "operation",
}
"""Paths that are somebody's whatever the table of prefixes says."""

PREFIXES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), surface)
    for pattern, surface in (
        (r"/\.well-known/", "oauth"),
        (r"/(v\d+|experimental)/open-platform(/|$)", "kenar"),
        (r"/v2/image-service/|/v8/upload/|/v1/upload-video(?:/|$)|/upload/[a-z]+$", "kenar"),
        (r"/(health|openapi)(/|$)", "operation"),
        (r"/docs(/|$)", "docs"),
        (r"/api/dalan(/|$)", "api"),
        (r"/l/|/srv/tinylink/[^/]+/?$", "redirect"),
        (r"/srv/(sc|core|basic-platform)/nzh/doServiceCall/?$|/srv/tinylink/tiny/add/?$", "pod"),
        (r"/srv/", "absent"),
        (r"/v\d+(/|$)", "basalam"),
        (r"/console(/|$)", "console"),
        (r"/pay/bank(/|$)", "bank"),
        (r"/", "web"),
    )
)
"""The surfaces in the order they are asked; the first that fits answers."""

BESIDE_HASHES = ("/static/", "/favicon.ico", "/robots.txt")
"""What pages of links need on a short domain; the last two are reserved, so no hash."""

WORKER_STOP_SECONDS = 5.0


def surface_of(path: str) -> str:
    """Which surface answers at ``path``."""
    exact = EXACT.get(path)
    if exact is not None:
        return exact
    for pattern, surface in PREFIXES:
        if pattern.match(path):
            return surface
    return "web"


class Platform:
    """One process of Dalan. ``start`` before the first request, ``stop`` after the last."""

    def __init__(
        self, settings: Settings, *, works: bool = True, drains: bool | None = None
    ) -> None:
        """``works``: run a worker inside this process (always so on SQLite); ``drains``: keep a
        process beside this one that drains its clicks, left out: where it works."""
        self.settings = settings
        self.metrics = Metrics()
        self.workshop = _workshop(settings) if settings.world == "dev" else None
        """A dev world's tools; its clock is installed by who runs the world."""
        around = self.workshop.calling if self.workshop is not None else None
        db = database_at(
            settings.database_address,
            durable=settings.database_durable,
            connections_max=settings.database_connections_max,
        )
        outbound = Outbound(
            OutboundPolicy(allow_private=settings.outbound_private),
            metrics=self.metrics,
            around=around,
        )
        # The operator's own gateway for codes may well be a program beside us.
        self._gateway = Outbound(OutboundPolicy(allow_private=True), metrics=self.metrics)
        keys = Keyring(settings.secrets)
        known = Known(db)
        self.services = Services(
            settings=settings,
            db=db,
            keys=keys,
            media=media.MediaStore(settings.media_address, settings.media_options),
            outbound=outbound,
            code_sender=building.code_sender(settings, db, self._gateway),
            resource_kinds=resource_kinds(),
            quotas=developers.Quotas(db, building.quota_rules(settings)),
            last_uses=oauth.LastUses(db),
            credential_uses=developers.CredentialUses(db),
            mail_sender=building.mail_sender(settings, db),
            post_statistics=posts.Statistics(db, keys),
            clicks=clicks.Recorder(
                db, keys, settings.clicks_folder, building.recording_rules(settings)
            ),
            short_domains=links.Domains(db, changed=known.forget),
            places=clicks.Places(Path(settings.places_file) if settings.places_file else None),
            known=known,
            gateway=building.payment_gateway(settings, outbound),
            workshop=self.workshop,
        )
        self.lists = taxonomy.Keeper(db)
        self.worker: outbox.Worker | None = None
        self.dispatcher: deliveries.Dispatcher | None = None
        # Of its own: many apps may live behind one host, and a call waits for no other.
        self._event_calls = Outbound(
            OutboundPolicy(allow_private=settings.outbound_private),
            metrics=self.metrics,
            connections_max=deliveries.CALLS_MAX,
            connections_per_host_max=deliveries.CALLS_MAX,
            around=around,
        )
        self._works = works
        self._drainer = None
        if works if drains is None else drains:
            self._drainer = building.clicks_drainer(settings)
            self.services.clicks.on_first = self._drainer.wake
        self._forwarding = Forwarding(settings.proxies) if settings.trusted_proxies else None
        self.housekeeper: Housekeeper | None = None
        self._working: list[asyncio.Task[None]] = []
        self._surfaces: dict[str, Application] = {}
        self._access_log = logs.access_log()
        self._own_hosts = OwnHosts(settings) if settings.world == "dev" else None
        self.front = Front(self.services, self.metrics, forwarding=self._forwarding)
        """What a server puts in front of this platform."""

    async def start(self) -> None:
        """Open the database and start working. Raises SettingsError when its schema is behind
        and this is no dev world; a dev world is brought up to date."""
        await self._bring_up_to_date()
        self.worker = outbox.Worker(
            self.services.db,
            listeners(self.settings),
            metrics=self.metrics,
            keep=timedelta(days=self.settings.keep_facts_days),
        )
        self.dispatcher = deliveries.Dispatcher(
            self.services.db, self.services.keys, self._event_calls, self.metrics
        )
        self.housekeeper = Housekeeper(self.services)
        if self._works:
            self._working = [
                asyncio.create_task(self.worker.run()),
                asyncio.create_task(self.dispatcher.run()),
                asyncio.create_task(self.housekeeper.run()),
            ]
        await self.lists.start()
        for part in self._remembering():
            await part.start()
        if self.workshop is not None:
            await self.workshop.start(self.services, self)

    async def stop(self) -> None:
        """Finish what is in hand and let everything go."""
        if self.worker is not None:
            self.worker.stop()
        if self.dispatcher is not None:
            self.dispatcher.stop()
        if self.housekeeper is not None:
            self.housekeeper.stop()
        if self._working:
            await asyncio.wait(self._working, timeout=WORKER_STOP_SECONDS)
        if self.workshop is not None:
            await self.workshop.stop()
        await self.lists.stop()
        for part in self._remembering():
            await part.stop()
        self.services.places.close()
        await self.services.outbound.close()
        await self._event_calls.close()
        await self._gateway.close()
        await self.services.db.close()
        self._access_log.close()

    def _remembering(self) -> tuple[Any, ...]:
        """What keeps in memory something of the database's, or for it."""
        has = self.services
        counting = (has.quotas, has.last_uses, has.credential_uses, has.post_statistics, has.clicks)
        drainer = () if self._drainer is None else (self._drainer,)  # after what it drains
        return (has.known, has.short_domains, *counting, *drainer)

    async def upgrade(self, copy: Path) -> None:
        """Bring another database, on SQLite, to this version."""
        await migrations.upgrade_in_thread(f"sqlite:///{copy}")

    async def _bring_up_to_date(self) -> None:
        db, url = self.services.db, self.settings.database_address
        path = sqlite_path(url)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        await db.open()
        if await migrations.current(db) == migrations.head():
            return
        if self.settings.world != "dev":
            await db.close()
            raise SettingsError("the database is behind this version: run `dalan migrate` first")
        await db.close()
        await migrations.upgrade_in_thread(url)
        await db.open()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            if self._forwarding is not None:
                self._forwarding.apply(scope)
            if not scope["query_string"].isascii():  # no surface expects raw bytes in a query
                scope["query_string"] = quote_from_bytes(scope["query_string"], printable).encode()
            name = self._short_link_surface(scope) or (
                "basalam" if is_service_host(scope) else surface_of(scope["path"])
            )
            application = self._surfaces.get(name) or self.surface(name)
            if self._own_hosts is not None and SHORT_DOMAIN not in scope:
                refusal = self._own_hosts.refusal(name, scope)
                if refusal is not None:
                    application = refusing(refusal)
            if self.workshop is not None:
                application = self.workshop.around(application, name)
            await observed(
                application,
                name,
                scope,
                receive,
                send,
                metrics=self.metrics,
                access_log=self._access_log,
            )
        else:
            await send({"type": "websocket.close", "code": 1000, "reason": ""})

    def _short_link_surface(self, scope: Scope) -> str:
        """Who answers under a short domain: its links, and what their pages are made of. "" for
        all other hosts."""
        domain = self.services.short_domains.of(scope)
        if domain is None:
            return ""
        scope[SHORT_DOMAIN] = domain
        return "web" if scope["path"].startswith(BESIDE_HASHES) else "redirect"

    def surface(self, name: str) -> Application:
        """A surface, built when it is first needed: a start loads no surface nobody asks for."""
        if name not in self._surfaces:
            self._surfaces[name] = _SURFACES[name](self)
        return self._surfaces[name]

    async def warm(self) -> None:
        """Load the surfaces people ask for first, so that no visitor waits for it.

        Their modules are imported in a thread, beside whatever is being answered meanwhile.
        """
        for name, module in _WARMED.items():
            await asyncio.to_thread(importlib.import_module, module)
            self.surface(name)

    async def _live(self, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.start()
                except Exception as error:
                    log.exception("start failed")
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    raise
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def listeners(settings: Settings | None = None) -> outbox.Listeners:
    """Who hears of which fact. Names of listeners never change: open jobs carry them."""
    age_max = developers.AGE_MAX if settings is None else timedelta(days=settings.api_key_age_days)
    heard: dict[str, tuple[tuple[str, outbox.Listener], ...]] = {}
    for room in (
        notices.listeners(key_age_max=age_max),
        addons.listeners(),
        bookmarks.listeners(),
        payments.listeners(),
        posts.listeners(),
        search.listeners(),
        events.listeners(
            KenarSpelling(settings), None if settings is None else Keyring(settings.secrets)
        ),
        {identity.PersonShutOut.kind: (("oauth.disconnect_shut_out", _disconnect_shut_out),)},
    ):
        for kind, hearing in room.items():
            heard[kind] = (*heard.get(kind, ()), *hearing)
    return heard


class KenarSpelling:
    """How events read: in Kenar's contract, and those it does not know in our own API's words. The
    surface is loaded with the first of them."""

    def __init__(self, settings: Settings | None) -> None:
        self._base_url = settings.base_url if settings is not None else ""
        self._spell: events.Spell | None = None
        self._spell_own: events.Spell | None = None

    def __call__(self, type_: str, subject: Any) -> dict[str, Any]:
        if type_ in events.OWN_TYPES:
            if self._spell_own is None:
                from dalan.surfaces.api.link_events import Spelling as Own  # noqa: PLC0415

                self._spell_own = Own(self._base_url)
            return self._spell_own(type_, subject)
        if self._spell is None:
            from dalan.surfaces.kenar.events import Spelling  # noqa: PLC0415 (as above)

            self._spell = Spelling(self._base_url)
        return self._spell(type_, subject)


async def _disconnect_shut_out(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    person_id = identity.PersonShutOut.of(recorded).person_id
    await oauth.disconnect_all(tx, person_id=person_id, reason="person_blocked")


def _workshop(settings: Settings) -> "Workshop":
    from dalan.surfaces.console.workshop import Workshop  # noqa: PLC0415 (dev worlds alone)

    return Workshop(settings)


def _made_by(module: str, name: str) -> Callable[[Platform], Application]:
    """Makes a surface from its services; its module is loaded when it is first asked."""

    def make(platform: Platform) -> Application:
        made: Application = getattr(importlib.import_module(module), name)(platform.services)
        return made

    return make


def _bank(platform: Platform) -> Application:
    if not platform.services.dev:
        return platform.surface("web")
    from dalan.surfaces.bank import make_app  # noqa: PLC0415 (as above)

    return make_app(platform.services)


def _console(platform: Platform) -> Application:
    if not platform.services.dev:
        return platform.surface("web")
    from dalan.surfaces.console.app import make_app  # noqa: PLC0415 (as above)

    assert platform.workshop is not None, "every dev world has one"
    platform.workshop.operations = _operations
    platform.workshop.operation_names = _operation_names
    return make_app(platform.services)


def _operations() -> "dict[str, Operation]":
    from dalan.surfaces.basalam.routes import OPERATIONS as BASALAM  # noqa: PLC0415 (as above)
    from dalan.surfaces.kenar.routes import OPERATIONS as KENAR  # noqa: PLC0415 (as above)

    return {one.name: one for one in (*BASALAM, *KENAR)}


def _operation_names() -> dict[str, frozenset[str]]:
    from dalan.surfaces.api.routes import OPERATIONS as OURS  # noqa: PLC0415 (as above)
    from dalan.surfaces.basalam.routes import OPERATIONS as BASALAM  # noqa: PLC0415 (as above)
    from dalan.surfaces.kenar.routes import OPERATIONS as KENAR  # noqa: PLC0415 (as above)
    from dalan.surfaces.pod.routes import PRODUCTS  # noqa: PLC0415 (as above)

    tables = {"api": OURS, "basalam": BASALAM, "kenar": KENAR}
    names = {name: frozenset(one.name for one in table) for name, table in tables.items()}
    return names | {"pod": frozenset(one.name for one in PRODUCTS.values())}


def _docs(platform: Platform) -> Application:
    from dalan.surfaces.docs import make_app  # noqa: PLC0415 (as above)
    from dalan.surfaces.probes import DOCUMENTS  # noqa: PLC0415 (as above)

    return make_app(platform.services, DOCUMENTS)


def _operation(platform: Platform) -> Application:
    from dalan.surfaces.probes import Operator  # noqa: PLC0415 (as above)

    return Operator(platform.services, platform.metrics)


def _absent(_: Platform) -> Application:
    from dalan.surfaces.absent import absent  # noqa: PLC0415 (as above)

    return absent


_WARMED = {
    "kenar": "dalan.surfaces.kenar.app",
    "web": "dalan.surfaces.web.app",
    "oauth": "dalan.surfaces.oauth",
}

_SURFACES: Mapping[str, Callable[[Platform], Application]] = {
    "absent": _absent,
    "api": _made_by("dalan.surfaces.api", "Api"),
    "bank": _bank,
    "basalam": _made_by("dalan.surfaces.basalam.app", "Basalam"),
    "console": _console,
    "docs": _docs,
    "kenar": _made_by("dalan.surfaces.kenar.app", "Kenar"),
    "oauth": _made_by("dalan.surfaces.oauth", "make_app"),
    "operation": _operation,
    "pod": _made_by("dalan.surfaces.pod.app", "Pod"),
    "redirect": _made_by("dalan.surfaces.redirect", "Redirect"),
    "web": _made_by("dalan.surfaces.web.app", "make_app"),
}
