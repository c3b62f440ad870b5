"""One persona acting: what it is about, and how far it is."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

import msgspec

from dalan.domains.world.personas.scripts import Step
from dalan.errors import DalanError
from dalan.kernel import clock

RunState = Literal["acting", "done", "failed", "stopped"]
StepState = Literal["to_do", "doing", "done", "failed"]


class Target(msgspec.Struct, frozen=True):
    """What a run is about, one of them: a post by its token (the person asks about it), an app by
    its slug (its bot), or a conversation the person is part of. ``app`` may stand beside the
    other two: whose access ``revoke`` takes back, and whose payments are paid."""

    post: str = ""
    app: str = ""
    conversation: str = ""


class Amount(str):
    """What came of a step about money: for scripts a text, for pages so many rials."""

    __slots__ = ("rials",)
    rials: int

    def __new__(cls, text: str, *, rials: int) -> Self:
        """The text, which knows its amount."""
        made = super().__new__(cls, text)
        made.rials = rials
        return made


class Progress(msgspec.Struct, frozen=True):
    """A step and what came of it."""

    step: Step
    state: StepState = "to_do"
    result: str = ""
    at: datetime | None = None


class Run:
    """Somebody acts. Kept in memory: a run does not outlive its process."""

    def __init__(
        self, number: int, persona: str, person_id: int, phone: str, target: Target,
        steps: Sequence[Step],
    ) -> None:  # fmt: skip
        self.id = number
        self.persona = persona
        self.person_id = person_id
        self.phone = phone
        self.target = target
        self.state: RunState = "acting"
        self.why = ""
        """Why it ended before its end."""
        self.refusal: DalanError | None = None
        """The same as it was raised, where something was."""
        self.progress = [Progress(one) for one in steps]
        self.conversation = ""
        """The conversation it takes part in, once there is one."""
        self.began_at = clock.now()
        self.ended_at: datetime | None = None
        self._over = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Nothing more happens."""
        return self.state != "acting"

    def note(self, number: int, state: StepState, result: str = "") -> None:
        """Write down how a step fares."""
        was = self.progress[number]
        self.progress[number] = Progress(was.step, state, result, clock.now())

    def end(self, state: RunState, why: str = "", refusal: DalanError | None = None) -> None:
        """It is over; whoever waits for that hears of it. Twice changes nothing."""
        if self.is_over:
            return
        self.state, self.why, self.ended_at = state, why, clock.now()
        self.refusal = refusal
        self._over.set()

    async def wait(self, seconds: float) -> bool:
        """Whether it is over, within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return self.is_over
        return True
