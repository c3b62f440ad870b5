"""What personas cannot do."""

from typing import ClassVar

from dalan.errors import FailedPrecondition, Invalid, NotFound, ResourceExhausted


class InvalidScript(Invalid):
    """A script cannot be read; ``line`` is where, from 1 on. ``facts`` fill in the ``sentence``."""

    code: ClassVar[str] = "personas.invalid_script"

    def __init__(self, line: int, sentence: str, **facts: object) -> None:
        super().__init__(f"line {line}: {sentence % facts if facts else sentence}")
        self.line, self.sentence, self.facts = line, sentence, facts


class UnknownPersona(NotFound):
    """Nobody in the cast is called so."""

    code: ClassVar[str] = "personas.unknown_persona"


class UnknownRun(NotFound):
    """There is no such run, or no longer."""

    code: ClassVar[str] = "personas.unknown_run"


class NothingToActOn(Invalid):
    """A run is about one thing: a post, an app's bot or a conversation, which is there."""

    code: ClassVar[str] = "personas.nothing_to_act_on"


class TooManyRuns(ResourceExhausted):
    """So many act at once already."""

    code: ClassVar[str] = "personas.too_many_runs"


class StepFailed(FailedPrecondition):
    """A step could not be done; the run ends with it. ``facts`` fill in the ``sentence``, which a
    page says in its reader's language."""

    code: ClassVar[str] = "personas.step_failed"

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence % facts if facts else sentence)
        self.sentence, self.facts = sentence, facts
