"""What a visitor finds behind a hash.

Source: pod-links.md 5.1.
"""

from dalan.domains import media
from dalan.domains.links.errors import ExpiredLink, UnknownLink
from dalan.domains.links.finding import find
from dalan.domains.links.tables import Link
from dalan.domains.links.targets import location
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction


async def live(tx: ReadTransaction, hash_: str, *, domain: str = "") -> Link:
    """The link a visitor may see now. Raises UnknownLink, also for a deactivated one, and
    ExpiredLink, which is one of these, where only its time is over."""
    link = await find(tx, hash_, domain=domain)
    if link is None or not link.active or link.deleted_at is not None:
        raise UnknownLink
    if link.is_expired(clock.now()):
        raise ExpiredLink
    return link


def destination(link: Link, *, base_url: str) -> str:
    """Where a visitor of a link, or of one to a file, is sent, in ASCII. A stored file's address
    is made now: links outlive the place we serve files at."""
    assert link.kind != "content", "a text is shown, and leads nowhere"
    if link.kind == "file" and "://" not in link.target:
        return base_url + media.path_of_file(link.target)
    return location(link.target)
