"""The people who run the place, and how far each of them may go.

The room owns operators and the table of what a role may do; it changes nothing of anybody else.
"""

from dalan.domains.operators.appointing import (
    appoint,
    dismiss,
    duties_of,
    operator,
    operators,
    require,
)
from dalan.domains.operators.errors import BeyondRole, LastAdmin, UnknownOperator
from dalan.domains.operators.tables import ROLES, Duty, Operator, OperatorRole

__all__ = [
    "ROLES",
    "BeyondRole",
    "Duty",
    "LastAdmin",
    "Operator",
    "OperatorRole",
    "UnknownOperator",
    "appoint",
    "dismiss",
    "duties_of",
    "operator",
    "operators",
    "require",
]
