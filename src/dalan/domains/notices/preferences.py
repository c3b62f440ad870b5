"""What a person wants to be told, kind by kind, and where."""

from collections.abc import Mapping
from typing import NamedTuple

from dalan.domains.notices import queries
from dalan.domains.notices.kinds import KINDS, NoticeKind
from dalan.kernel.db import ReadTransaction, WriteTransaction


class Preference(NamedTuple):
    """Whether a kind is shown in the panel, and whether it is mailed."""

    in_panel: bool = True
    by_mail: bool = True


EVERYTHING = Preference()
"""What holds until a person chooses otherwise."""


async def preferences(tx: ReadTransaction, person_id: int) -> dict[NoticeKind, Preference]:
    """A person's choice for every kind there is."""
    chosen = {
        row.kind: Preference(row.in_panel, row.by_mail)
        for row in await queries.preferences_of_person.all(tx, person_id=person_id)
    }
    return {kind: chosen.get(kind, EVERYTHING) for kind in KINDS}


async def set_preferences(
    tx: WriteTransaction, person_id: int, chosen: Mapping[NoticeKind, Preference]
) -> bool:
    """Keep a person's choices; False when nothing is different. The caller owns the transaction.

    What was told before stays where it is.
    """
    before = await preferences(tx, person_id)
    changed = {kind: one for kind, one in chosen.items() if before[kind] != one}
    for kind, one in changed.items():
        await queries.set_preference.execute(
            tx, person_id=person_id, kind=kind, in_panel=one.in_panel, by_mail=one.by_mail
        )
    return bool(changed)
