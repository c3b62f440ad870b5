"""The lines of a ticket ready to be shown, to its team or to operators."""

from collections.abc import Callable
from typing import Any

from dalan.domains import identity, support
from dalan.domains.support import Ticket
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.web import changes

Translate = Callable[..., str]


async def lines(
    tx: ReadTransaction, _: Translate, ticket: Ticket, *, me_id: int, to_team: bool
) -> list[dict[str, Any]]:
    """Who wrote what, with files. ``to_team``: without notes, and operators are the marketplace."""
    found = await support.lines_of(tx, ticket, with_notes=not to_team)
    people = await identity.people(tx, [line.entry.author_id for line in found])
    return [
        {
            "entry": line.entry,
            "files": line.files,
            "who": _author(_, people.get(line.entry.author_id), line.entry.side, to_team=to_team),
            "is_mine": line.entry.author_id == me_id
            and line.entry.side == ("team" if to_team else "operator"),
            "is_note": line.entry.kind == "note",
            "said": {
                "closed": _("closed the ticket"),
                "reopened": _("reopened the ticket"),
            }.get(line.entry.kind, ""),
        }
        for line in found
    ]


def _author(
    _: Translate, person: identity.Person | None, side: support.Side, *, to_team: bool
) -> str:
    if side == "operator" and to_team:
        return _("The marketplace")
    if person is None or changes.is_closed(person):
        return _("A closed account")
    return changes.name_of(person)
