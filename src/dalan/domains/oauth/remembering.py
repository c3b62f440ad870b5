"""Whether a person was asked the very same before, so that asking again would only train them
to press the button.

Source: OpenID Connect Core, 3.1.2.1 (``prompt``); RFC 8252, 8.6; RFC 9700, 4.
"""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from dalan.domains import developers
from dalan.domains.oauth import connection_queries as queries
from dalan.domains.oauth.authorization import Authorization
from dalan.domains.oauth.doors import impliers
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction


def consent_mark(app: developers.App, redirect_uri: str) -> bytes:
    """What the consent page showed of an app: name, logo, and the host people go on to."""
    parts = urlsplit(redirect_uri)
    shown = (app.display, str(app.avatar_image_id), parts.scheme, parts.hostname or "")
    return hashlib.sha256("\0".join(shown).encode()).digest()


async def given_before(
    tx: ReadTransaction,
    authorization: Authorization,
    *,
    person_id: int,
    lifetime_seconds: int,
) -> dict[tuple[str, str], datetime]:
    """What of it this person agreed to before, and when, if the app looked then as it does now.

    What brings a permission along counts for it. Not what was given so long ago that the consent
    has run out: not asking again does not make it live longer. Nothing of an app in development,
    nor where the way back is an address that any program on the person's device may claim: there
    only the page tells them who asks.
    """
    app, redirect_uri = authorization.app, authorization.redirect_uri
    if app.is_development or urlsplit(redirect_uri).scheme not in ("http", "https"):
        return {}
    given = await queries.scopes_given.all(
        tx, person_id=person_id, app_id=app.id, consent_mark=consent_mark(app, redirect_uri)
    )
    since = clock.now() - timedelta(seconds=lifetime_seconds)
    at = {(one.scope, one.resource): one.granted_at for one in given if one.granted_at > since}
    found = {}
    for one in authorization.asked:
        name, resource = one.pair
        times = [at[by, resource] for by in impliers(name) if (by, resource) in at]
        if times:
            found[one.pair] = max(times)
    return found


async def consented_at(
    tx: ReadTransaction,
    authorization: Authorization,
    *,
    person_id: int,
    lifetime_seconds: int,
) -> datetime | None:
    """When this person agreed to all of it before (``given_before``); None if not to all."""
    given = await given_before(
        tx, authorization, person_id=person_id, lifetime_seconds=lifetime_seconds
    )
    is_all = len(given) == len(authorization.asked)
    return min(given.values(), default=None) if is_all else None
