"""Where personas act: who does now, who did, and an end for everybody."""

import asyncio
from collections.abc import Sequence
from contextvars import Context
from typing import Final

from dalan.domains import identity
from dalan.domains.world.personas.acting import Actor
from dalan.domains.world.personas.errors import StepFailed, TooManyRuns, UnknownRun
from dalan.domains.world.personas.listening import Listening
from dalan.domains.world.personas.rules import Rules
from dalan.domains.world.personas.runs import Run, Target
from dalan.domains.world.personas.scripts import Step
from dalan.errors import DalanError
from dalan.kernel import logs

log = logs.get("personas")

ACTING_MAX: Final = 10
KEPT_MAX: Final = 50
RUN_SECONDS_MAX: Final = 900


class Stage:
    """The runs of this process, newest last."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._listening = Listening(rules.platform.db)
        self._runs: dict[int, Run] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._last = 0

    async def begin(
        self, *, persona: str, person: identity.Person, target: Target, steps: Sequence[Step]
    ) -> Run:
        """Let somebody act from now on. Raises NothingToActOn, TooManyRuns, and what the rooms say
        of a target that is not there for this person."""
        self._last += 1
        run = Run(self._last, persona, person.id, person.phone, target, steps)
        actor = Actor(run, self._rules, self._listening)
        await actor.prepare()
        if len(self._tasks) >= ACTING_MAX:
            raise TooManyRuns(f"{ACTING_MAX} act already; wait, or stop one")
        # Nothing is waited for between the count and this: two who begin at once are two.
        # They act for themselves, not for the request that began them.
        task = asyncio.create_task(self._act(run, actor), context=Context())
        self._tasks[run.id] = task
        self._runs[run.id] = run
        task.add_done_callback(lambda _: self._tasks.pop(run.id, None))
        for old in [one for one in self._runs.values() if one.is_over][: -KEPT_MAX or None]:
            del self._runs[old.id]
        return run

    @property
    def runs(self) -> list[Run]:
        """Newest first."""
        return [*self._runs.values()][::-1]

    def run(self, number: int) -> Run:
        """Raises UnknownRun."""
        found = self._runs.get(number)
        if found is None:
            raise UnknownRun("there is no such run")
        return found

    async def stop(self, number: int, why: str = "") -> Run:
        """Let somebody act no further; who is over stays so. Raises UnknownRun."""
        run = self.run(number)
        task = self._tasks.get(number)
        run.end("stopped", why)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        for step, one in enumerate(run.progress):
            if one.state == "doing":
                run.note(step, "to_do")
        return run

    async def close(self, why: str = "") -> None:
        """Let nobody who acts now act any further."""
        for number in list(self._tasks):
            await self.stop(number, why)

    async def _act(self, run: Run, actor: Actor) -> None:
        number = -1
        try:
            async with asyncio.timeout(RUN_SECONDS_MAX):
                for number, one in enumerate(run.progress):
                    run.note(number, "doing")
                    run.note(number, "done", await actor.do(number, one.step))
            run.end("done")
        except DalanError as error:
            self._fail(run, number, f"{error.code}: {error}", error)
        except TimeoutError:
            late = StepFailed("it took longer than %(seconds)s seconds", seconds=RUN_SECONDS_MAX)
            self._fail(run, number, str(late), late)
        except Exception as error:  # a fault of one run ends that run
            log.exception("a persona failed", run=run.id)
            fault = StepFailed("%(name)s; see the log", name=type(error).__name__)
            self._fail(run, number, str(fault), fault)

    def _fail(self, run: Run, number: int, why: str, refusal: DalanError) -> None:
        if number >= 0:
            run.note(number, "failed", why)
        run.end("failed", why, refusal)
