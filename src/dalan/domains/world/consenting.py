"""A person agrees without a page: for test-suites, which have nobody to press the button.

The same checks, in the same order, as the consent page makes, and the same grant, code and tokens
afterwards; what the page would refuse is refused here. Dev worlds alone call this.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from dalan.domains import oauth
from dalan.errors import Forbidden, Invalid
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction


class ConsentRefused(Invalid):
    """What the app would have been told at its own address (RFC 6749, 4.1.2.1)."""

    code: ClassVar[str] = "world.consent_refused"

    def __init__(self, refusal: oauth.Refusal) -> None:
        super().__init__(refusal.description)
        self.refusal = refusal


class NoStanding(Forbidden):
    """Something of it is not this person's to give, or not to this app."""

    code: ClassVar[str] = "oauth.no_standing"

    def __init__(self, standings: Sequence[oauth.Standing]) -> None:
        strange = [one.asked.spelled for one in standings if not one.stands]
        real = [one.asked.spelled for one in standings if one.stands and not one.fits]
        said = []
        if strange:
            said.append(f"{', '.join(strange)}: not this person's to give, or there is no such")
        if real:
            said.append(f"{', '.join(real)}: not for an app in development")
        super().__init__("; ".join(said))


class Lifetimes(msgspec.Struct, frozen=True):
    """Seconds that a code, an access token and the whole consent last at a door."""

    code: int
    access: int
    consent: int


class Consented(msgspec.Struct, frozen=True):
    """What the app gets at ``redirect_uri``; ``scope`` is what the person gave, spelled."""

    app_id: int
    redirect_uri: str
    code: str
    scope: str


async def consent(
    tx: WriteTransaction,
    request: oauth.AuthorizationRequest,
    *,
    door: oauth.Door,
    person_id: int,
    keys: Keyring,
    kinds: Mapping[str, oauth.ResourceKind],
    lifetimes: Lifetimes,
) -> Consented:
    """The person agrees to all of a request; answers the code. The caller owns the transaction.

    Raises ``ConsentRefused``, ``NoStanding``, ``oauth.UnknownClient``,
    ``oauth.UnregisteredRedirectUri``, ``identity.NoSuchPerson`` and ``identity.PersonBlocked``,
    having changed nothing.
    """
    checked = await oauth.check_request(tx, request, door=door)
    if isinstance(checked, oauth.Refused):
        raise ConsentRefused(checked.refusal)
    standings = await oauth.check_standing(tx, checked, person_id=person_id, kinds=kinds)
    missing = [one for one in standings if not (one.stands and one.fits)]
    if missing:
        raise NoStanding(missing)
    code = await oauth.approve(
        tx,
        keys=keys,
        person_id=person_id,
        app_id=checked.app.id,
        door=door,
        asked=checked.asked,
        redirect_uri=checked.redirect_uri,
        code_challenge=checked.code_challenge,
        code_seconds=lifetimes.code,
        refresh_seconds=lifetimes.consent,
        consent_mark=oauth.consent_mark(checked.app, checked.redirect_uri),
        nonce=checked.nonce,
        signed_in_at=clock.now(),
        authorization_details=checked.authorization_details,
    )
    return Consented(checked.app.id, checked.redirect_uri, code, oauth.spelled(checked.asked))


async def grant(
    tx: WriteTransaction,
    request: oauth.AuthorizationRequest,
    *,
    door: oauth.Door,
    person_id: int,
    keys: Keyring,
    kinds: Mapping[str, oauth.ResourceKind],
    lifetimes: Lifetimes,
) -> oauth.Issued:
    """The same, and the code exchanged at once; raises as ``consent`` does."""
    given = await consent(
        tx,
        request,
        door=door,
        person_id=person_id,
        keys=keys,
        kinds=kinds,
        lifetimes=lifetimes,
    )
    issued = await oauth.redeem_code(
        tx,
        keys=keys,
        app_id=given.app_id,
        code=given.code,
        redirect_uri=given.redirect_uri,
        code_verifier=None,
        access_seconds=lifetimes.access,
        always_refresh=door == "basalam",
        door=door,
    )
    if isinstance(issued, oauth.Refusal):
        raise ConsentRefused(issued)
    return issued
