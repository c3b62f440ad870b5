"""Trouble made to order: what can be ordered (``catalogue``), what was (``rules``), how it is done
to calls of apps (``inbound``, ``doing``) and to ours (``outbound``).

Orders live in this process's memory and go with it. What is heavy is loaded with the first one.
"""

from typing import TYPE_CHECKING

from dalan.kernel.outbound import OutboundAnswer, OutboundCall
from dalan.kernel.outbound import Send as SendCall
from dalan.surfaces.asgi import Application, Receive, Scope, Send

if TYPE_CHECKING:
    from dalan.surfaces.console.faults.outbound import Caller
    from dalan.surfaces.console.faults.rules import Rule, Rules
    from dalan.surfaces.services import Services


class Faults:
    """The faults that were ordered, and how they are done."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._rules: Rules | None = None
        self._caller: Caller | None = None

    async def start(self, services: "Services") -> None:
        """Know the world whose trouble it is."""
        self._services = services

    @property
    def rules(self) -> "list[Rule]":
        """What is ordered, the oldest first; what is over stays until it is taken back."""
        return [] if self._rules is None else list(self._rules)

    def order(self, rule: "Rule") -> "Rule":
        """Take an order (``ordering.read_order``). Raises ``rules.TooManyRules``."""
        if self._rules is None:
            from dalan.surfaces.console.faults.outbound import Caller  # noqa: PLC0415 (heavy)
            from dalan.surfaces.console.faults.rules import Rules  # noqa: PLC0415 (as above)

            assert self._services is not None, "the world was started"
            self._rules = Rules()
            self._caller = Caller(self._rules, self._services)
        return self._rules.add(rule)

    def take_back(self, rule_id: int | None = None) -> None:
        """End one order, or all of them; a quota that one of them used up is there again. Raises
        ``rules.UnknownRule``."""
        from dalan.surfaces.console.faults.rules import UnknownRule  # noqa: PLC0415 (as above)

        if self._rules is None:
            if rule_id is not None:
                raise UnknownRule
            return
        taken = self._rules.clear() if rule_id is None else [self._rules.remove(rule_id)]
        if self._services is not None and any(one.fault.name == "quota_used_up" for one in taken):
            self._services.quotas.give_back()

    async def around(
        self, application: Application, surface: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let ``application`` answer, or do as was ordered."""
        if not self._rules or self._services is None or scope["type"] != "http":
            await application(scope, receive, send)
            return
        from dalan.surfaces.console.faults.doing import DOINGS  # noqa: PLC0415 (as above)
        from dalan.surfaces.console.faults.inbound import Meeting  # noqa: PLC0415 (as above)

        meeting = Meeting(
            self._rules,
            DOINGS.get,
            self._services,
            application,
            surface,
            scope=scope,
            receive=receive,
            send=send,
        )
        await meeting.run()

    async def calling(self, call: OutboundCall, proceed: SendCall) -> OutboundAnswer:
        """Make the call, or do as was ordered."""
        if not self._rules or self._caller is None:
            return await proceed(call)
        return await self._caller.call(call, proceed)
