"""What went over the wire, both ways, and who waits to see more of it.

A request costs a few references while it is answered. What was heard is made into text, its
secrets replaced and written down in batches a moment later, or as soon as somebody looks.
Decision 0033.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dalan.errors import DalanError
from dalan.kernel import logs
from dalan.kernel.outbound import OutboundAnswer, OutboundCall
from dalan.kernel.outbound import Send as SendCall
from dalan.settings import Settings
from dalan.surfaces.asgi import Application, Receive, Scope, Send
from dalan.surfaces.console.traffic import whose
from dalan.surfaces.console.traffic.exchange import Exchange, Filter
from dalan.surfaces.console.traffic.keeping import File, Ring
from dalan.surfaces.console.traffic.recording import Called, Heard

if TYPE_CHECKING:
    from dalan.surfaces.console.traffic.veil import Veil
    from dalan.surfaces.services import Services

__all__ = ["Exchange", "Filter", "Traffic"]

log = logs.get("console")

BATCH_SECONDS: Final = 0.2
BATCH_MAX: Final = 100


class Traffic:
    """The request log of a dev world."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = File(settings.home)
        self._ring = Ring()
        self._pending: list[Heard | Called] = []
        self._timer: asyncio.TimerHandle | None = None
        self._reading: asyncio.Task[list[Exchange]] | None = None
        self._services: Services | None = None
        self._number = 0
        self._veil: Veil | None = None
        self._waiting: set[asyncio.Event] = set()
        self.is_stopped = False
        """Nothing more will come."""

    async def start(self, services: "Services | None" = None) -> None:
        """Read what was kept, beside whatever is answered meanwhile. ``services`` tell which app
        a call goes to."""
        self._services = services
        self._reading = asyncio.create_task(asyncio.to_thread(lambda: list(self._file.read())))

    async def stop(self) -> None:
        """Write down the rest."""
        await self.settle()
        self.is_stopped = True
        self._tell()

    async def around(
        self, application: Application, surface: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let ``application`` answer and keep what was said."""
        heard = Heard(surface, scope)
        try:
            await application(scope, heard.receiving(receive), heard.sending(send, receive))
        except asyncio.CancelledError:
            heard.problem = "disconnected"
            raise
        except BaseException:
            heard.problem = "fault"
            raise
        finally:
            heard.ended()
            self._keep(heard)

    async def calling(self, call: OutboundCall, proceed: SendCall) -> OutboundAnswer:
        """Make the call and keep what was said."""
        app, operation = "", ""
        if self._services is not None:
            app, operation = await whose.called(self._services, call)
        called = Called(call, app=app, operation=operation)
        try:
            called.answer = await proceed(call)
        except DalanError as error:
            called.problem = error.code
            raise
        except BaseException:
            called.problem = "fault"
            raise
        finally:
            called.ended()
            self._keep(called)
        return called.answer

    # What is kept

    async def settle(self) -> None:
        """Afterwards everything that has ended can be seen."""
        if self._reading is not None:
            # Who looks may go away; what is read is for everybody.
            await asyncio.shield(self._reading)
        self._write_down()

    async def one(self, number: int) -> Exchange | None:
        """The exchange of that id, while it is kept."""
        await self.settle()
        return self._ring.one(number)

    async def newest(self, chosen: Filter, *, most: int) -> list[Exchange]:
        """The newest that fit, newest first."""
        await self.settle()
        return self._ring.newest(chosen, most)

    async def oldest(self, chosen: Filter, *, most: int) -> list[Exchange]:
        """The oldest that fit, oldest first."""
        await self.settle()
        return self._ring.oldest(chosen, most)

    async def apps(self) -> list[str]:
        """The slugs of the apps that called."""
        await self.settle()
        return self._ring.apps()

    async def clear(self) -> None:
        """Forget all of it."""
        await self.settle()
        self._ring.clear()
        self._file.clear()
        self._tell()

    @property
    def last(self) -> int:
        """The id of the newest exchange that was written down."""
        return self._ring.last

    @contextmanager
    def watching(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever there is something new."""
        one = asyncio.Event()
        self._waiting.add(one)
        try:
            yield one
        finally:
            self._waiting.discard(one)

    @property
    def watchers_count(self) -> int:
        """How many watch."""
        return len(self._waiting)

    def _keep(self, one: Heard | Called) -> None:
        self._pending.append(one)
        if len(self._pending) == 1:
            self._later()
        elif len(self._pending) >= BATCH_MAX:
            self._write_down()

    def _later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, self._write_down)

    def _write_down(self) -> None:
        """Only where the old ones have been read: theirs are the smaller ids."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._pending:
            self._take_read()
            return
        if not self._take_read():
            self._later()
            return
        pending, self._pending = self._pending, []
        batch = [made for one in pending if (made := self._made(one)) is not None]
        for one in batch:
            self._ring.add(one)
        self._file.write(batch)
        self._tell()

    def _take_read(self) -> bool:
        if self._reading is None:
            return True
        if not self._reading.done():
            return False
        for one in self._reading.result():
            self._ring.add(one)
        self._number = self._ring.last
        self._reading = None
        return True

    def _made(self, one: Heard | Called) -> Exchange | None:
        from dalan.surfaces.console.traffic import reading, veil  # noqa: PLC0415 (not at a start)

        if self._veil is None:
            self._veil = veil.Veil(self._settings.secrets[0])
        self._number += 1
        one.id = self._number
        try:
            if isinstance(one, Called):
                return reading.called(one, self._veil)
            return reading.heard(one, self._veil)
        except Exception:  # one that cannot be read must not take its neighbours along
            log.exception("request could not be kept", request_id=one.request_id)
            return None

    def _tell(self) -> None:
        for one in self._waiting:
            one.set()
