"""The tools of one dev world, made by the composition root before anything can be called."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from dalan.kernel.clock import AdjustableClock
from dalan.kernel.outbound import OutboundAnswer, OutboundCall, Send
from dalan.settings import Settings
from dalan.surfaces.asgi import Application, Receive, Scope
from dalan.surfaces.asgi import Send as SendMessage
from dalan.surfaces.console.acting import Acting
from dalan.surfaces.console.faults import Faults
from dalan.surfaces.console.time import Time
from dalan.surfaces.console.traffic import Traffic

if TYPE_CHECKING:
    from dalan.surfaces.operations import Operation
    from dalan.surfaces.services import Services

WATCHED = frozenset({"api", "basalam", "kenar", "oauth", "pod"})
"""Surfaces that apps call: what goes over their wire is kept, and may be troubled."""


TROUBLED = WATCHED | {"web"}
"""Where faults can strike: also where people pay apps and do not come back."""


class Workshop:
    """What the console shows and moves. ``start`` once the platform's own parts run."""

    def __init__(self, settings: Settings) -> None:
        if settings.world != "dev":
            raise ValueError("the workshop shows secrets and moves time: dev worlds alone have it")
        self.clock = AdjustableClock()
        """Installed by whoever runs the world (``dalan dev``); what it says is everybody's time."""
        self.traffic = Traffic(settings)
        self.faults = Faults()
        self.operations: Callable[[], dict[str, Operation]] = dict
        """What apps may call, by name; the composition root knows, and loads it when asked."""
        self.operation_names: Callable[[], Mapping[str, Collection[str]]] = dict
        """What faults can be ordered for: the names of operations by surface, known likewise."""
        self.time = Time(self.clock, settings)
        self.acting = Acting()

    async def start(self, services: "Services", workers: Any) -> None:
        """Begin with what stays. ``workers``: the outbox's worker, the deliveries' dispatcher and
        the housekeeper, which a moved clock has do what is due (``Workers`` in ``time``)."""
        await self.traffic.start(services)
        await self.faults.start(services)
        await self.time.start(services, workers)
        self.acting.start(services)
        self.time.leaving.append(self.acting.part)

    async def stop(self) -> None:
        """Write down what is still in memory."""
        await self.acting.stop()
        await self.traffic.stop()

    def around(self, application: Application, surface: str) -> Application:
        """``application`` behind the gate, watched and troubled where ``surface`` is one for it."""

        async def troubled(scope: Scope, receive: Receive, send: SendMessage) -> None:
            await self.faults.around(application, surface, scope, receive, send)

        inside = troubled if surface in TROUBLED else application

        async def gated(scope: Scope, receive: Receive, send: SendMessage) -> None:
            await self.time.gate.around(inside, scope, receive, send)

        if surface not in WATCHED:
            return gated

        async def watched(scope: Scope, receive: Receive, send: SendMessage) -> None:
            await self.traffic.around(gated, surface, scope, receive, send)

        return watched

    async def calling(self, call: OutboundCall, proceed: Send) -> OutboundAnswer:
        """Around every call we make to an app (``kernel.outbound.Around``)."""

        async def troubled(call: OutboundCall) -> OutboundAnswer:
            return await self.faults.calling(call, proceed)

        with self.time.gate.calling():
            return await self.traffic.calling(call, troubled)
