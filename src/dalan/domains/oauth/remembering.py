"""Whether a person was asked the very same before, so that asking again would only train them
to press the button.

Source: OpenID Connect Core, 3.1.2.1 (``prompt``); RFC 8252, 8.6; RFC 9700, 4.
"""

import hashlib
from urllib.parse import urlsplit

from dalan.domains import developers
from dalan.domains.oauth import connection_queries as queries
from dalan.domains.oauth.authorization import Authorization
from dalan.kernel.db import ReadTransaction


def consent_mark(app: developers.App, redirect_uri: str) -> bytes:
    """What the consent page showed of an app: name, logo, and the host people go on to."""
    parts = urlsplit(redirect_uri)
    shown = (app.display, str(app.avatar_image_id), parts.scheme, parts.hostname or "")
    return hashlib.sha256("\0".join(shown).encode()).digest()


async def is_remembered(
    tx: ReadTransaction, authorization: Authorization, *, person_id: int
) -> bool:
    """Whether this person agreed to all of it before, when the app looked as it does now.

    Never of an app in development, nor where the way back is an address that any program on the
    person's device may claim: there only the page tells them who asks.
    """
    app, redirect_uri = authorization.app, authorization.redirect_uri
    if app.is_development or urlsplit(redirect_uri).scheme not in ("http", "https"):
        return False
    given = await queries.scopes_given.all(
        tx, person_id=person_id, app_id=app.id, consent_mark=consent_mark(app, redirect_uri)
    )
    held = {(one.scope, one.resource) for one in given}
    return held.issuperset(one.pair for one in authorization.asked)
