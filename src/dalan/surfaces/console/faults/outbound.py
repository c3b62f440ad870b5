"""A call of ours and the fault that strikes it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from dalan.domains import deliveries, developers
from dalan.kernel import clock, randomness
from dalan.kernel.outbound import OutboundAnswer, OutboundCall, OutboundTimeout
from dalan.kernel.outbound import Send as SendCall
from dalan.surfaces.console.faults.catalogue import Fault
from dalan.surfaces.console.faults.rules import Facts, Rule, Rules
from dalan.surfaces.services import Services

SECRET_BYTES: Final = 32

EVENT_ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
KEY: Final = "authorization"
HEADER: Final = "x-dalan-fault"


class About(msgspec.Struct, frozen=True):
    """What a call of ours is: its kind, whose app it goes to, and of an event which."""

    kind: str
    app: str = ""
    app_id: int = 0
    event_type: str = ""
    uid: str = ""


class Caller:
    """Makes our calls, troubled as was ordered."""

    def __init__(self, rules: Rules, services: Services) -> None:
        self._rules, self._services = rules, services
        self._overtaking: dict[int, asyncio.Event] = {}

    async def call(self, call: OutboundCall, proceed: SendCall) -> OutboundAnswer:
        """Make the call, or do as was ordered."""
        rules = [rule for rule in self._rules if rule.fault.direction == "out" and not rule.is_over]
        about = await self._about(call, rules)
        rule = self._rules.strike(
            Facts(
                direction="out",
                surface=about.kind,
                operation=about.event_type,
                path=urlsplit(call.url).path,
                app=about.app,
            ),
            is_possible=lambda fault: _brings(call, fault),
        )
        if rule is None:
            answer = await proceed(call)
        else:
            answer = _marked(await _DOINGS[rule.fault.name](self, rule, about, call, proceed), rule)
        if about.kind == "events":
            self._went_out(about)
        return answer

    async def _about(self, call: OutboundCall, rules: list[Rule]) -> About:
        gateway = self._services.gateway
        if gateway is not None and gateway.asks_at(call.url):
            return About("bank")
        if call.body is None:
            return About("")
        async with self._services.db.look() as look:
            uid = call.headers.get(EVENT_ID, "")
            if uid:
                told = await deliveries.event_sent(look, uid)
                if told is None:
                    return About("")
                app = await developers.app(look, told.app_id)
                return About("events", app.slug, app.id, told.type, uid)
            # Nothing in such a call says for which app it is but where it goes.
            for slug in sorted({rule.app for rule in rules if rule.app}):
                with suppress(developers.UnknownApp):
                    app = await developers.app_by_slug(look, slug)
                    if call.url in (app.session_init_url, app.dynamic_action_url):
                        return About("starts", app.slug, app.id)
        return About("starts")

    def _went_out(self, about: About) -> None:
        waiting = self._overtaking.pop(about.app_id, None)
        if waiting is not None:
            waiting.set()

    async def duplicate(
        self, rule: Rule, _: About, call: OutboundCall, proceed: SendCall
    ) -> OutboundAnswer:
        answer = await proceed(call)
        for _copy in range(int(rule.parameters["copies"]) - 1):
            answer = await proceed(call)
        return answer

    async def late(
        self, rule: Rule, about: About, call: OutboundCall, proceed: SendCall
    ) -> OutboundAnswer:
        await asyncio.sleep(rule.parameters["seconds"])
        return await proceed(await self._signed(call, about, age=timedelta()))

    async def reordered(
        self, rule: Rule, about: About, call: OutboundCall, proceed: SendCall
    ) -> OutboundAnswer:
        overtaken = self._overtaking.setdefault(about.app_id, asyncio.Event())
        with suppress(TimeoutError):
            async with asyncio.timeout(rule.parameters["seconds"]):
                await overtaken.wait()
        return await proceed(call)

    async def bad_signature(
        self, _: Rule, about: About, call: OutboundCall, proceed: SendCall
    ) -> OutboundAnswer:
        secrets = (randomness.token_bytes(SECRET_BYTES),)
        sent_at = clock.now()
        return await proceed(_with(call, _signature(secrets, about, call, sent_at)))

    async def old_timestamp(
        self, rule: Rule, about: About, call: OutboundCall, proceed: SendCall
    ) -> OutboundAnswer:
        age = timedelta(seconds=rule.parameters["age_seconds"])
        return await proceed(await self._signed(call, about, age=age))

    async def key_missing(
        self, _: Rule, __: About, call: OutboundCall, proceed: SendCall
    ) -> OutboundAnswer:
        kept = {name: value for name, value in call.headers.items() if name.lower() != KEY}
        return await proceed(OutboundCall(call.url, call.body, kept))

    async def unanswered(
        self, rule: Rule, _: About, call: OutboundCall, __: SendCall
    ) -> OutboundAnswer:
        raise _silence(call, rule)

    async def note_lost(
        self, rule: Rule, _: About, call: OutboundCall, proceed: SendCall
    ) -> OutboundAnswer:
        await proceed(call)
        raise _silence(call, rule)

    async def _signed(self, call: OutboundCall, about: About, *, age: timedelta) -> OutboundCall:
        """The call, signed as of that long ago with the app's own secrets."""
        services = self._services
        async with services.db.look() as look:
            held = await deliveries.signing_secrets(look, about.app_id)
        secrets = deliveries.secret_bytes(held, keys=services.keys)
        return _with(call, _signature(secrets, about, call, clock.now() - age))


def _brings(call: OutboundCall, fault: Fault) -> bool:
    return fault.needs != "key" or any(name.lower() == KEY for name in call.headers)


def _signature(secrets: Any, about: About, call: OutboundCall, sent_at: Any) -> Mapping[str, str]:
    return deliveries.signed_headers(secrets, uid=about.uid, sent_at=sent_at, body=call.body or b"")


def _with(call: OutboundCall, headers: Mapping[str, str]) -> OutboundCall:
    return OutboundCall(call.url, call.body, {**call.headers, **headers})


def _marked(answer: OutboundAnswer, rule: Rule) -> OutboundAnswer:
    """The answer as logs keep it, with what it went through; the app was told nothing of it."""
    return replace(answer, headers={**answer.headers, HEADER: rule.fault.name})


def _silence(call: OutboundCall, rule: Rule) -> OutboundTimeout:
    host = urlsplit(call.url).hostname
    return OutboundTimeout(f"{host} did not answer in time ({rule.fault.name}, as was ordered)")


_DOINGS: Final[
    Mapping[str, Callable[[Caller, Rule, About, OutboundCall, SendCall], Awaitable[OutboundAnswer]]]
] = {
    "event_duplicate": Caller.duplicate,
    "event_late": Caller.late,
    "event_reordered": Caller.reordered,
    "event_bad_signature": Caller.bad_signature,
    "event_old_timestamp": Caller.old_timestamp,
    "event_key_missing": Caller.key_missing,
    "event_timeout": Caller.unanswered,
    "event_note_lost": Caller.note_lost,
    "start_unanswered": Caller.unanswered,
    "bank_silent": Caller.unanswered,
}
