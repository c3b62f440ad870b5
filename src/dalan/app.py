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
from string import printable
from typing import Any
from urllib.parse import quote_from_bytes

from dalan import migrations
from dalan.domains import addons, developers, identity, media, oauth
from dalan.housekeeping import Housekeeper
from dalan.kernel import logs, outbox
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction, database_at, sqlite_path
from dalan.kernel.metrics import Metrics
from dalan.kernel.outbound import Outbound, OutboundPolicy
from dalan.resources import resource_kinds
from dalan.settings import Settings, SettingsError
from dalan.surfaces.asgi import Application, Receive, Scope, Send
from dalan.surfaces.forwarding import Forwarding
from dalan.surfaces.hosts import OwnHosts, refusing
from dalan.surfaces.observing import observed
from dalan.surfaces.services import Services

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
    "/metrics": "operation",
}
"""Paths that are somebody's whatever the table of prefixes says."""

PREFIXES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), surface)
    for pattern, surface in (
        (r"/\.well-known/", "oauth"),
        (r"/(v\d+|experimental)/open-platform(/|$)", "kenar"),
        (r"/v2/image-service/|/v8/upload/|/v1/upload-video/|/upload/[a-z]+$", "kenar"),
        (r"/(health|openapi)(/|$)", "operation"),
        (r"/docs(/|$)", "docs"),
        (r"/srv/", "absent"),
        (r"/v\d+(/|$)", "absent"),
        (r"/console(/|$)", "console"),
        (r"/", "web"),
    )
)
"""The surfaces in the order they are asked; the first that fits answers."""

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

    def __init__(self, settings: Settings, *, works: bool = True) -> None:
        """``works``: run a worker inside this process (always so on SQLite)."""
        self.settings = settings
        self.metrics = Metrics()
        db = database_at(
            settings.database_address,
            durable=settings.database_durable,
            connections_max=settings.database_connections_max,
        )
        outbound = Outbound(
            OutboundPolicy(allow_private=settings.outbound_private), metrics=self.metrics
        )
        # The operator's own gateway for codes may well be a program beside us.
        self._gateway = Outbound(OutboundPolicy(allow_private=True), metrics=self.metrics)
        self.services = Services(
            settings=settings,
            db=db,
            keys=Keyring(settings.secrets),
            media=media.MediaStore(settings.media_address),
            outbound=outbound,
            code_sender=_code_sender(settings, db, self._gateway),
            resource_kinds=resource_kinds(),
            quotas=developers.Quotas(db, _quota_rules(settings)),
            last_uses=oauth.LastUses(db),
        )
        self.worker: outbox.Worker | None = None
        self._works = works
        self._forwarding = Forwarding(settings.proxies) if settings.trusted_proxies else None
        self._housekeeper: Housekeeper | None = None
        self._working: list[asyncio.Task[None]] = []
        self._surfaces: dict[str, Application] = {}
        self._access_log = logs.access_log()
        self._own_hosts = OwnHosts(settings) if settings.world == "dev" else None

    async def start(self) -> None:
        """Open the database and start working. Raises SettingsError when its schema is behind
        and this is no dev world; a dev world is brought up to date."""
        await self._bring_up_to_date()
        self.worker = outbox.Worker(
            self.services.db,
            listeners(),
            metrics=self.metrics,
            keep=timedelta(days=self.settings.keep_facts_days),
        )
        if self._works:
            self._housekeeper = Housekeeper(self.services)
            self._working = [
                asyncio.create_task(self.worker.run()),
                asyncio.create_task(self._housekeeper.run()),
            ]
        await self.services.quotas.start()
        await self.services.last_uses.start()

    async def stop(self) -> None:
        """Finish what is in hand and let everything go."""
        if self.worker is not None:
            self.worker.stop()
        if self._housekeeper is not None:
            self._housekeeper.stop()
        if self._working:
            await asyncio.wait(self._working, timeout=WORKER_STOP_SECONDS)
        await self.services.quotas.stop()
        await self.services.last_uses.stop()
        await self.services.outbound.close()
        await self._gateway.close()
        await self.services.db.close()
        self._access_log.close()

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
            name = surface_of(scope["path"])
            application = self._surfaces.get(name) or self.surface(name)
            if self._own_hosts is not None:
                refusal = self._own_hosts.refusal(name, scope)
                if refusal is not None:
                    application = refusing(refusal)
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


def listeners() -> outbox.Listeners:
    """Who hears of which fact. Names of listeners never change: open jobs carry them."""
    return {
        **addons.listeners(),
        identity.PersonShutOut.kind: (("oauth.disconnect_shut_out", _disconnect_shut_out),),
    }


async def _disconnect_shut_out(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    person_id = identity.PersonShutOut.of(recorded).person_id
    await oauth.disconnect_all(tx, person_id=person_id, reason="person_blocked")


def _quota_rules(settings: Settings) -> developers.QuotaRules:
    return developers.QuotaRules(
        development=developers.Limits(
            settings.requests_per_minute_development, settings.requests_per_day_development
        ),
        production=developers.Limits(
            settings.requests_per_minute_production, settings.requests_per_day_production
        ),
        enforced=settings.quotas_enforced,
    )


def _code_sender(settings: Settings, db: Any, gateway: Outbound) -> identity.CodeSender:
    if settings.world == "dev":
        return identity.InboxSender(db)
    if settings.code_sender_url:
        return identity.HttpSender(
            gateway, settings.code_sender_url, settings.code_sender_authorization
        )
    return identity.NoSender()


def _kenar(platform: Platform) -> Application:
    from dalan.surfaces.kenar.app import Kenar  # noqa: PLC0415 (loaded when first asked)

    return Kenar(platform.services)


def _oauth(platform: Platform) -> Application:
    from dalan.surfaces.oauth import make_app  # noqa: PLC0415 (as above)

    return make_app(platform.services)


def _web(platform: Platform) -> Application:
    from dalan.surfaces.web.app import make_app  # noqa: PLC0415 (as above)

    return make_app(platform.services)


def _console(platform: Platform) -> Application:
    if not platform.services.dev:
        return platform.surface("web")
    from dalan.surfaces.console import make_app  # noqa: PLC0415 (as above)

    return make_app(platform.services)


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
    "console": _console,
    "docs": _docs,
    "kenar": _kenar,
    "oauth": _oauth,
    "operation": _operation,
    "web": _web,
}
