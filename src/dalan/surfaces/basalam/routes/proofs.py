"""What proofs of people have in common: their rules, sending a code, and a wrong one."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final

from dalan.domains import identity
from dalan.domains.identity import CodePurpose, IssuedCode, NoLiveCode, ProofRules, WrongCode
from dalan.errors import Invalid
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.basalam.call import Call

WRITES_PROFILE: Final = ("customer.profile.write",)


class WrongProof(Invalid):
    """Not the code that was sent."""

    code: ClassVar[str] = "basalam.wrong_code"

    def __init__(self, *, field: str, attempts_left: int) -> None:
        super().__init__(f"the code is not right; {attempts_left} more guesses")
        self.field = field


class DeadProof(Invalid):
    """No code that was sent for this can be right any more."""

    code: ClassVar[str] = "basalam.dead_code"

    def __init__(self, *, field: str) -> None:
        super().__init__("the code has expired, was used, or was guessed at too often")
        self.field = field


def rules_of(call: Call) -> ProofRules:
    """What the operator decided about codes."""
    settings = call.services.settings
    return ProofRules(
        code_seconds=settings.proof_code_seconds,
        pause_seconds=settings.proof_code_pause_seconds,
        attempts_max=settings.one_time_code_attempts_max,
        sends_per_hour=settings.one_time_code_sends_per_hour,
        fixed_code=settings.fixed_code,
    )


async def send(call: Call, issued: IssuedCode, purpose: CodePurpose) -> None:
    """Send a code that was committed, in the person's language."""
    async with call.services.db.look() as look:
        language = (await identity.person(look, call.person_id)).language
    await call.services.code_sender.send(issued.phone, issued.code, language, purpose)


async def in_own_unit(call: Call, work: Callable[[WriteTransaction], Awaitable[Any]]) -> Any:
    """Do ``work`` for the person of the path, who must be the token's; it is committed."""

    async def checked(tx: WriteTransaction) -> Any:
        await call.require_self(tx)
        return await work(tx)

    return await call.services.db.transact(checked)


def refuse(refused: WrongCode | NoLiveCode, *, field: str) -> Invalid:
    """What a guess that was counted and committed is answered with."""
    if isinstance(refused, WrongCode):
        return WrongProof(field=field, attempts_left=refused.attempts_left)
    return DeadProof(field=field)
