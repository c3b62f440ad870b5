"""People who act by a short script, as anybody would: through the same verbs, checks and limits.

``scripts`` reads what somebody is to do, ``cast`` has some who are ready, ``stage`` lets them act
in this process and shows how far they are. Nobody acts unless asked to.
"""

from dalan.domains.world.personas.cast import CAST, Persona, persona_named
from dalan.domains.world.personas.errors import (
    InvalidScript,
    NothingToActOn,
    StepFailed,
    TooManyRuns,
    UnknownPersona,
    UnknownRun,
)
from dalan.domains.world.personas.rules import Rules
from dalan.domains.world.personas.runs import Amount, Progress, Run, StepState, Target
from dalan.domains.world.personas.scripts import STEPS_MAX, Step, read_script
from dalan.domains.world.personas.stage import Stage

__all__ = [
    "CAST",
    "STEPS_MAX",
    "Amount",
    "InvalidScript",
    "NothingToActOn",
    "Persona",
    "Progress",
    "Rules",
    "Run",
    "Stage",
    "Step",
    "StepFailed",
    "StepState",
    "Target",
    "TooManyRuns",
    "UnknownPersona",
    "UnknownRun",
    "persona_named",
    "read_script",
]
