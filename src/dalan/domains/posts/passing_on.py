"""What becomes of a business's posts when somebody leaves it, or when it closes."""

from dalan.domains import businesses
from dalan.domains.posts import queries
from dalan.domains.posts.publishing import NEXT, retire
from dalan.domains.posts.reading import ACTIVE, OWNED_MAX
from dalan.domains.posts.tables import State
from dalan.kernel.db import WriteTransaction
from dalan.kernel.outbox import Listeners, Recorded

_SEEN_OR_TO_BE: tuple[State, ...] = tuple(state for state in ACTIVE if "retired" in NEXT[state])


async def hand_over(
    tx: WriteTransaction, business_id: int, *, from_person_id: int, to_person_id: int
) -> None:
    """What somebody submitted for a business is answered for by a colleague from now on."""
    await queries.hand_over.execute(
        tx, business_id=business_id, from_person_id=from_person_id, to_person_id=to_person_id
    )


async def retire_of_business(tx: WriteTransaction, business_id: int) -> None:
    """Take all posts of a business off display; doing it again changes nothing."""
    while some := await queries.posts_of_business.all(
        tx, business_id=business_id, states=_SEEN_OR_TO_BE, count=OWNED_MAX
    ):
        for post in some:
            await retire(tx, post)


def listeners() -> Listeners:
    """Who listens in this room, for the composition root's worker."""
    return {
        businesses.MemberLeft.kind: (("posts.hand_over", _member_left),),
        businesses.BusinessClosed.kind: (("posts.retire_of_business", _closed),),
    }


async def _member_left(tx: WriteTransaction, recorded: Recorded) -> None:
    fact = businesses.MemberLeft.of(recorded)
    await hand_over(tx, fact.business_id, from_person_id=fact.person_id, to_person_id=fact.heir_id)


async def _closed(tx: WriteTransaction, recorded: Recorded) -> None:
    await retire_of_business(tx, businesses.BusinessClosed.of(recorded).business_id)
