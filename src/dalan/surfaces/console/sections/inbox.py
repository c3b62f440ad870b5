"""The dev inbox: one-time codes in clear, for people and for scripts. Dev worlds only."""

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from dalan.domains import identity, notices
from dalan.kernel import phone
from dalan.surfaces.console import desk
from dalan.surfaces.html.session import Visitor

CODES_SHOWN: Final = 30
MAILS_SHOWN: Final = 20
REFRESH_SECONDS: Final = 5


@get("/inbox")
async def inbox_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """The codes sent last, newest first; asks itself again every few seconds."""
    services = visitor.services
    async with services.db.look() as tx:
        codes = await identity.inbox(tx, most=CODES_SHOWN)
        mails = await notices.mail_inbox(tx, most=MAILS_SHOWN)
    return desk.page(
        visitor,
        "console/inbox.html",
        "inbox",
        codes=[
            {"phone": phone.national(one.phone), "code": one.code, "sent_at": one.sent_at}
            for one in codes
        ],
        mails=mails,
        refresh_seconds=REFRESH_SECONDS,
        api_url=f"{services.settings.base_url}/console/api/inbox?phone=",
    )


class NewestCode(msgspec.Struct):
    """What a script gets: the number in E.164, the code, when it was sent (RFC 3339, UTC)."""

    phone: str
    code: str
    sent_at: str


@get("/inbox")
async def inbox_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The newest code of a number, typed in any way the sign-in page takes."""
    services = visitor.services
    typed = visitor.request.query_params.get("phone", "")
    try:
        # A plus sign that was not escaped arrives as a space.
        number = phone.parse(f"+{typed[1:]}" if typed.startswith(" ") else typed)
    except phone.InvalidPhone as error:
        return desk.refuse(error.code, "give a mobile number: ?phone=09121234567", status=400)
    async with services.db.look() as tx:
        newest = await identity.newest_in_inbox(tx, number)
    if newest is None:
        return desk.refuse("console.no_code", "no code was sent to this number", status=404)
    sent_at = newest.sent_at.isoformat().replace("+00:00", "Z")
    return desk.answer(NewestCode(newest.phone, newest.code, sent_at))


PAGES: Final = (inbox_page,)
API: Final = (inbox_api,)
