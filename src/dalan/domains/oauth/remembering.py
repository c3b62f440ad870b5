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
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction


def consent_mark(app: developers.App, redirect_uri: str) -> bytes:
    """What the consent page showed of an app: name, logo, and the host people go on to."""
    parts = urlsplit(redirect_uri)
    shown = (app.display, str(app.avatar_image_id), parts.scheme, parts.hostname or "")
    return hashlib.sha256("\0".join(shown).encode()).digest()


async def consented_at(
    tx: ReadTransaction,
    authorization: Authorization,
    *,
    person_id: int,
    lifetime_seconds: int,
) -> datetime | None:
    """When this person agreed to all of it before, if the app looked then as it does now.

    None when they never did, or so long ago that the consent has run out: not asking again does
    not make it live longer. Never of an app in development, nor where the way back is an address
    that any program on the person's device may claim: there only the page tells them who asks.
    """
    app, redirect_uri = authorization.app, authorization.redirect_uri
    if app.is_development or urlsplit(redirect_uri).scheme not in ("http", "https"):
        return None
    given = await queries.scopes_given.all(
        tx, person_id=person_id, app_id=app.id, consent_mark=consent_mark(app, redirect_uri)
    )
    since = clock.now() - timedelta(seconds=lifetime_seconds)
    at = {(one.scope, one.resource): one.granted_at for one in given if one.granted_at > since}
    asked = [one.pair for one in authorization.asked]
    return min((at[pair] for pair in asked), default=None) if at.keys() >= set(asked) else None
