"""What faults do before the operation is. Those of the world go through the rooms' own verbs, so
that what the app meets next is no act but so."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NoReturn

from dalan.domains import chat, developers, media, oauth, posts
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.console.faults.calling import Calling
from dalan.surfaces.console.faults.inbound import Doing, Meeting

DAY_SECONDS: Final = 86_400


class OrderedFailure(Exception):
    """An error of ours, ordered in the console; the log shows it like any other."""


async def _rate_limited_minute(meeting: Meeting, who: Calling) -> None:
    raise _quota_exceeded(meeting, who, "minute", 60)


async def _rate_limited_day(meeting: Meeting, who: Calling) -> None:
    raise _quota_exceeded(meeting, who, "day", DAY_SECONDS)


def _quota_exceeded(
    meeting: Meeting, who: Calling, window: str, seconds: int
) -> developers.QuotaExceeded:
    assert who.app is not None, "the fault needs an app"
    limits = meeting.services.quotas.limits_of(who.app)
    return developers.QuotaExceeded(
        slug=who.app.slug,
        window=window,
        most=limits.per_minute if window == "minute" else limits.per_day,
        retry_after_seconds=seconds - int(clock.now().timestamp()) % seconds,
    )


async def _quota_used_up(meeting: Meeting, who: Calling) -> None:
    assert who.app is not None, "the fault needs an app"
    meeting.services.quotas.use_up(who.app.id)


async def _server_error(_: Meeting, __: Calling) -> NoReturn:
    raise OrderedFailure("a server error was ordered in the console")


async def _unavailable(_: Meeting, __: Calling) -> NoReturn:
    raise Unavailable("the service is not available right now; try again later")


async def _key_disabled(meeting: Meeting, _: Calling) -> NoReturn:
    if meeting.surface == "pod":
        raise developers.InvalidServiceKey
    raise developers.RevokedKey


async def _api_token_refused(_: Meeting, __: Calling) -> NoReturn:
    raise developers.InvalidPodToken


async def _app_suspended(_: Meeting, who: Calling) -> NoReturn:
    assert who.app is not None, "the fault needs an app"
    raise developers.AppNotActive(slug=who.app.slug, state="suspended")


async def _token_expired(meeting: Meeting, who: Calling) -> None:
    assert who.bearer is not None, "the fault needs a token"
    services, app_id = meeting.services, who.bearer.app_id

    async def end(tx: WriteTransaction) -> None:
        await oauth.revoke_token(tx, keys=services.keys, app_id=app_id, token=who.token)

    await services.db.transact(end)


async def _token_revoked(meeting: Meeting, who: Calling) -> None:
    bearer = who.bearer
    assert bearer is not None, "the fault needs a token"

    async def disconnect(tx: WriteTransaction) -> None:
        await oauth.disconnect(tx, person_id=bearer.person_id, app_id=bearer.app_id)

    await meeting.services.db.transact(disconnect)


async def _post_deleted(meeting: Meeting, who: Calling) -> None:
    assert who.post is not None, "the fault needs a post"
    token = who.post.token

    async def delete(tx: WriteTransaction) -> None:
        post = await posts.by_token(tx, token)
        if post is not None:
            await posts.delete(tx, post)

    await meeting.services.db.transact(delete)


async def _delivery_restricted(_: Meeting, __: Calling) -> NoReturn:
    raise chat.DeliveryRestricted


async def _upload_expired(meeting: Meeting, _: Calling) -> None:
    """Uploads in parts; what was signed is refused where the signature is read."""
    services = meeting.services
    address = meeting.scope["path"].rpartition("/")[2]
    life = timedelta(hours=services.settings.keep_temporary_pictures_hours)

    async def expire(tx: WriteTransaction) -> None:
        await media.expire_upload(tx, address, keys=services.keys, life=life)

    await services.db.transact(expire)


async def _slow(meeting: Meeting, _: Calling) -> None:
    await asyncio.sleep(meeting.parameter("seconds"))


async def _not_done(_: Meeting, __: Calling) -> NoReturn:
    """Whatever the surface makes of it is not what is sent."""
    raise Unavailable("a fault of the network was ordered in the console")


async def _code_used(meeting: Meeting, _: Calling) -> None:
    await meeting.run_unseen()


DOINGS: Final[Mapping[str, Doing]] = {
    "rate_limited_minute": _rate_limited_minute,
    "rate_limited_day": _rate_limited_day,
    "quota_used_up": _quota_used_up,
    "server_error": _server_error,
    "unavailable": _unavailable,
    "gateway_page": _not_done,
    "key_disabled": _key_disabled,
    "api_token_refused": _api_token_refused,
    "app_suspended": _app_suspended,
    "token_expired": _token_expired,
    "token_revoked": _token_revoked,
    "post_deleted": _post_deleted,
    "delivery_restricted": _delivery_restricted,
    "upload_expired": _upload_expired,
    "slow": _slow,
    "connection_reset": _not_done,
    "code_used": _code_used,
}
"""The others change what is sent, or what a surface decides when it asks by their name."""
