"""The room's only statements."""

from sqlalchemy import bindparam, delete, select

from dalan.domains.operators.tables import Operator, operator
from dalan.kernel.db import statement, upsert

operator_by_person = statement(
    select(operator).where(operator.c.person_id == bindparam("person_id")), into=Operator
)
"""What a person is here, if anything."""

operators = statement(
    select(operator).order_by(operator.c.added_at, operator.c.person_id), into=Operator
)
"""Everybody who runs the place, the longest there first."""

lock_operators = statement(
    select(operator).order_by(operator.c.person_id).with_for_update(), into=Operator
)
"""The same, held still: two admins cannot both make the other the last one."""

put_operator = statement(
    upsert(operator, key=("person_id",), update=("role",)),
    sets=("person_id", "role", "added_at"),
)
"""A new operator, or another role for one."""

remove_operator = statement(delete(operator).where(operator.c.person_id == bindparam("person_id")))
"""One operator less."""
