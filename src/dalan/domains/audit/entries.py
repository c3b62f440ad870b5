"""Writing an entry beside its change, and reading entries back, newest first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from dalan.domains.audit import queries
from dalan.domains.audit.tables import ActorKind, Entry
from dalan.kernel import clock, paging
from dalan.kernel.db import ReadTransaction, WriteTransaction

PAGE_SIZE: Final = 50
ACTION_LENGTH_MAX: Final = 60
SUBJECT_ID_LENGTH_MAX: Final = 80
FACT_LENGTH_MAX: Final = 2_000
FACTS_MAX: Final = 12

Fact = str | int | bool | None | Sequence[str]


class Actor(NamedTuple):
    """Who changed something: a person for their own things, an operator for other people's,
    the platform itself, or whoever sits at the shell of its machine."""

    kind: ActorKind
    person_id: int | None = None

    @classmethod
    def person(cls, person_id: int) -> "Actor":
        return cls("person", person_id)

    @classmethod
    def operator(cls, person_id: int) -> "Actor":
        return cls("operator", person_id)


SYSTEM: Final = Actor("system")
CLI: Final = Actor("cli")


class Subject(NamedTuple):
    """What was changed: a kind of thing, such as ``app``, and which one."""

    kind: str
    id: str

    @classmethod
    def app(cls, app_id: int) -> "Subject":
        return cls("app", str(app_id))

    @classmethod
    def person(cls, person_id: int) -> "Subject":
        return cls("person", str(person_id))


class Page(NamedTuple):
    """Entries, and the cursor after the last of them, "" when there are no more."""

    entries: list[Entry]
    next_cursor: str


async def record(
    tx: WriteTransaction, actor: Actor, action: str, subject: Subject, **facts: Fact
) -> None:
    """Write down that ``actor`` did ``action`` to ``subject``, in the unit that does it.

    ``action`` is ``<kind>.<what was done>``, such as ``app.key_made``. ``facts`` are few and
    short: names of what changed, never secrets, phone numbers or people's names.
    """
    assert 0 < len(action) <= ACTION_LENGTH_MAX, "actions are words of ours"
    assert 0 < len(subject.id) <= SUBJECT_ID_LENGTH_MAX, "subjects are ids"
    assert len(facts) <= FACTS_MAX, "an entry is no dump"
    await queries.add_entry.execute(
        tx,
        at=clock.now(),
        actor_person_id=actor.person_id,
        actor_kind=actor.kind,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        facts={name: _bounded(fact) for name, fact in facts.items()},
    )


async def entries_of(
    tx: ReadTransaction, subject: Subject, *, after: str = "", limit: int = PAGE_SIZE
) -> Page:
    """What was done to one thing, newest first. Raises InvalidCursor."""
    return await entries(tx, subject=subject, after=after, limit=limit)


async def entries(
    tx: ReadTransaction,
    *,
    subject: Subject | None = None,
    subject_kind: str = "",
    actor_person_id: int | None = None,
    actor_kind: ActorKind | None = None,
    action: str = "",
    after: str = "",
    limit: int = PAGE_SIZE,
) -> Page:
    """Everything that fits all that is given, newest first; ``after`` is a page's cursor.

    Raises InvalidCursor.
    """
    given: dict[str, Any] = {}
    if after:
        given["before_id"] = paging.decode(after, tuple[int])[0]
    if subject is not None:
        given |= {"subject_kind": subject.kind, "subject_id": subject.id}
    elif subject_kind:
        given["subject_kind"] = subject_kind
    if actor_person_id is not None:
        given["actor_person_id"] = actor_person_id
    if actor_kind is not None:
        given["actor_kind"] = actor_kind
    if action:
        given["action"] = action
    found = await queries.newest(frozenset(given)).all(tx, **given, most=limit + 1)
    shown = found[:limit]
    return Page(shown, paging.encode((shown[-1].id,)) if len(found) > limit else "")


def _bounded(fact: Fact) -> Any:
    if isinstance(fact, str):
        return fact[:FACT_LENGTH_MAX]
    if fact is None or isinstance(fact, bool | int):
        return fact
    # A long list says how many it leaves out, so that nobody takes the rest for the whole.
    names = list(fact)
    return names if len(names) <= 100 else [*names[:100], f"+{len(names) - 100}"]


async def purge(tx: WriteTransaction, *, keep_days: int) -> int:
    """Forget what was changed more than so many days ago; answers how many entries."""
    return await queries.purge_entries.execute(tx, before=clock.now() - timedelta(days=keep_days))
