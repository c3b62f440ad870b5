"""Apps that may submit for a business in their own name, without a person's token."""

from collections.abc import Sequence

from dalan.domains.businesses import queries
from dalan.domains.businesses.errors import TooManyOfBusiness
from dalan.domains.businesses.members import check_member
from dalan.domains.businesses.tables import LinkedApp
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

LINKED_APPS_MAX = 20


async def link_app(
    tx: WriteTransaction, business_id: int, *, app_id: int, by_person_id: int
) -> None:
    """Let an app submit for the business in its own name; again changes nothing. An owner's to
    give: raises ``NotOfBusiness``, and ``TooManyOfBusiness`` past twenty apps."""
    await check_member(tx, business_id, by_person_id, least="owner")
    await queries.lock_business.one_or_none(tx, business_id=business_id)
    linked = await queries.linked_apps.all(tx, business_id=business_id)
    if len(linked) >= LINKED_APPS_MAX and all(one.app_id != app_id for one in linked):
        raise TooManyOfBusiness("apps", LINKED_APPS_MAX)
    await queries.link_app.execute(
        tx,
        business_id=business_id,
        app_id=app_id,
        linked_at=clock.now(),
        linked_by_id=by_person_id,
    )


async def unlink_app(
    tx: WriteTransaction, business_id: int, *, app_id: int, by_person_id: int
) -> None:
    """Let it submit no more; what it submitted stays. Raises ``NotOfBusiness``."""
    await check_member(tx, business_id, by_person_id, least="owner")
    await queries.unlink_app.execute(tx, business_id=business_id, app_id=app_id)


async def is_linked(tx: ReadTransaction, business_id: int, *, app_id: int) -> bool:
    """Whether the app may submit for the business without a person's token."""
    return await queries.linked.one_or_none(tx, business_id=business_id, app_id=app_id) is not None


async def linked_apps(tx: ReadTransaction, business_id: int) -> Sequence[LinkedApp]:
    """The apps that may, linked first first."""
    return await queries.linked_apps.all(tx, business_id=business_id)
