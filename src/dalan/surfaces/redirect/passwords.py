"""A link's password, as it comes in a form.

There is no session a form could be bound to, and none is begun: what a page of somebody else's
could do with this form is to lead a visitor where they could lead them anyway. So the form carries
a signed token of its link that is good for an hour, and a form that another site sent is refused.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from dalan.domains import links
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.asgi import Receive, Scope
from dalan.surfaces.callers import network_of
from dalan.surfaces.operations import BodyTooLarge, InvalidBody, body_of, header
from dalan.surfaces.services import Services

TOKEN: Final = "token"  # noqa: S105 (the field's name)
FIELD: Final = "password"
FORM_GOOD_FOR: Final = timedelta(hours=1)

_PURPOSE: Final = "link password form"
_FORM_BYTES_MAX: Final = 8_192
_FIELDS_MAX: Final = 10


def token(keys: Keyring, link: links.Link) -> str:
    """What the form for that link carries."""
    until = clock.now() + FORM_GOOD_FOR
    return keys.signed_value(str(link.id), purpose=_PURPOSE, expires_at=until)


async def check(services: Services, scope: Scope, receive: Receive, link: links.Link) -> None:
    """Raises ProtectedLink for a form that is not ours, or not with the password, and
    TooManyGuesses."""
    fields = await _fields(receive)
    sent = fields.get(TOKEN, [""])[-1]
    if _is_foreign(scope) or services.keys.verify_signed(sent, purpose=_PURPOSE) != str(link.id):
        raise links.ProtectedLink(link)
    guesser, keys = network_of(scope), services.keys

    async def count(tx: WriteTransaction) -> None:
        await links.count_guess(tx, link, guesser=guesser, keys=keys)

    async def uncount(tx: WriteTransaction) -> None:
        await links.uncount_guess(tx, link, guesser=guesser, keys=keys)

    await services.db.transact(count)
    async with services.db.look() as look:
        await links.check_password(look, link, fields.get(FIELD, [""])[-1], keys)
    await services.db.transact(uncount)


async def _fields(receive: Receive) -> dict[str, list[str]]:
    """The fields of a form; of what is no form, none."""
    try:
        body = await body_of(receive, bytes_max=_FORM_BYTES_MAX)
        return parse_qs(body.decode("ascii"), errors="strict", max_num_fields=_FIELDS_MAX)
    except (BodyTooLarge, InvalidBody, ValueError):
        return {}


def _is_foreign(scope: Scope) -> bool:
    """Another site's page sent the form."""
    if header(scope, b"sec-fetch-site") in ("cross-site", "same-site"):
        return True
    origin = header(scope, b"origin")
    if not origin or origin == "null":
        return False
    return urlsplit(origin).netloc.lower() != header(scope, b"host").lower()
