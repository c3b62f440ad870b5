"""Making a new secret of an app beside the one before: the form, the entry, showing it once."""

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

import msgspec

from dalan.kernel.db import WriteTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import AnyResponse, Opened


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of secret: the page it is changed on, how, and what the history calls it."""

    page: str
    overlaps_hours: Collection[int]
    rotate: Callable[[WriteTransaction, Opened, timedelta], Awaitable[str]]
    """Makes the new secret and answers it; the old one goes on for that long."""
    action: str
    name_of: Callable[[Opened], str]
    """Under which the next page may show the secret."""


async def rotated(
    visitor: Visitor, services: Services, slug: str, rotation: Rotation, *, said: str
) -> AnyResponse:
    """Act on the form with ``overlap_hours``; for admins of the app."""
    back = desk.path_of(slug, rotation.page)
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    hours = form.whole_number("overlap_hours")
    if hours is None or hours not in rotation.overlaps_hours:
        return desk.refused(visitor, back, _("Choose how long the old secret lives on."))

    overlap = timedelta(hours=hours)

    async def work(tx: WriteTransaction) -> tuple[Opened, str]:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        secret = await rotation.rotate(tx, opened, overlap)
        await desk.note(tx, opened, rotation.action, overlap_hours=hours)
        return opened, secret

    opened, secret = await services.db.transact(work)
    desk.show_once(visitor, services, rotation.name_of(opened), secret)
    return desk.saved(visitor, back, said)
