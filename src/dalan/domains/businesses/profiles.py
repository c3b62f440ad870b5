"""A person's professional picture: what apps show of them beside their business."""

from dalan.domains.businesses import queries
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def set_profile_image(tx: WriteTransaction, *, person_id: int, image_id: int | None) -> None:
    """Give somebody a professional picture, or none. The picture is attached by the caller."""
    if image_id is None:
        await queries.drop_profile_image.execute(tx, person_id=person_id)
    else:
        await queries.set_profile_image.execute(
            tx, person_id=person_id, image_id=image_id, set_at=clock.now()
        )


async def profile_image(tx: ReadTransaction, person_id: int) -> int | None:
    """The id of somebody's professional picture; None: they have none."""
    image_id: int | None = await queries.profile_image.scalar(tx, person_id=person_id)
    return image_id
