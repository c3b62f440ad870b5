"""An app's request is put before a person, who decides: the same flow for every door.

The request travels through the page as a signed value bound to the browser session, so that a
double click, the back button or a second tab each decide the request they show, and nothing is
stored before the person agrees.

Source: RFC 6749, 4.1.1 and 4.1.2; OpenID Connect Core, 3.1.2; basalam.md 2.2.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Response

from dalan.domains import identity, oauth
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import trouble
from dalan.surfaces.html.session import SignInNeeded, Visitor
from dalan.surfaces.oauth import answers, signing_in
from dalan.surfaces.oauth.consent_page import (
    Shown,
    consent_page,
    consent_seconds,
    logo_path_of,
    ticked_on,
)
from dalan.surfaces.oauth.parameters import QUERY_LENGTH_MAX, authorization_request
from dalan.surfaces.services import Services

DECISION_SECONDS: Final = 1_800
"""How long a consent page may stay open before its buttons stop working."""


class Way(NamedTuple):
    """How requests come in through a door: ``path`` is where its forms go."""

    door: oauth.Door
    path: str

    @property
    def purpose(self) -> str:
        """What its signed requests are good for, and nothing else."""
        return f"oauth consent {self.door}"


class Put(msgspec.Struct, frozen=True, array_like=True):
    """A request as it is put before a person: its query, whether it came ahead of the browser,
    and, once a page was shown, what the app looked like on it and what of the request the
    person had given before."""

    query: str
    was_pushed: bool = False
    mark: str = ""
    given: list[str] = []

    @property
    def asked(self) -> oauth.AuthorizationRequest:
        return authorization_request(self.query)


async def put(visitor: Visitor, way: Way, what: Put, *, here: str) -> Response[Any]:
    """The consent page, after signing in (and back to ``here``); or straight back to the app:
    with what is wrong, or with a code if the person agreed to the very same before."""
    services = visitor.services
    asked = what.asked
    async with services.db.read() as tx:
        checked = await _checked(tx, way, what)
        if isinstance(checked, oauth.Refused):
            return answers.refuse(visitor, checked, asked, checked.refusal)
        if len(what.query) > QUERY_LENGTH_MAX:
            return answers.refuse(visitor, checked, asked, answers.TOO_LONG)
        signing_in.speak(visitor, asked)
        silent = "none" in asked.prompts
        if signing_in.is_needed(visitor, asked, here=here):
            if silent:
                return answers.refuse(visitor, checked, asked, answers.LOGIN_REQUIRED)
            return signing_in.detour(visitor, asked, here=here)
        person = visitor.require_person(back=here)
        standings = await oauth.check_standing(
            tx, checked, person_id=person.id, kinds=_kinds(services)
        )
        given = (
            await oauth.given_before(
                tx,
                checked,
                person_id=person.id,
                lifetime_seconds=consent_seconds(services.settings, way.door),
            )
            if asked.prompts <= {"none"}
            else {}
        )
        logo_path = await logo_path_of(tx, checked.app)
    met = trouble.Occasion(moment="asked", app=checked.app.slug, person_id=person.id)
    if await trouble.meet(visitor.request.scope, met) == "consent_denied":
        return answers.refuse(visitor, checked, asked, answers.DENIED)
    if not _may_be_given(standings):
        if silent:
            return answers.refuse(visitor, checked, asked, answers.INTERACTION_REQUIRED)
        return answers.no_standing(visitor, checked, asked, standings)
    mark = oauth.consent_mark(checked.app, checked.redirect_uri)
    before = [oauth.choice_of(one) for one in checked.asked if one.pair in given]
    shown_now = msgspec.structs.replace(what, mark=mark.hex(), given=before)
    if len(given) == len(checked.asked):
        agreed_at = min(given.values())
        outcome = await _approved(visitor, way, shown_now, person.id, before, agreed_at=agreed_at)
        if outcome.code:
            return await _answer(visitor, asked, outcome, person_id=person.id)
    if silent:
        return answers.refuse(visitor, checked, asked, answers.CONSENT_REQUIRED)
    shown = Shown(checked, standings, logo_path, frozenset(before), None)
    return _page(visitor, way, shown, shown_now)


def _page(
    visitor: Visitor, way: Way, shown: Shown, what: Put, *, status: int = 200
) -> Response[Any]:
    signed = visitor.services.keys.signed_value(
        msgspec.json.encode(what).decode(),
        purpose=way.purpose,
        expires_at=clock.now() + timedelta(seconds=DECISION_SECONDS),
        bound_to=visitor.binding,
    )
    return consent_page(
        visitor, shown, path=way.path, query=what.query, request=signed, status=status
    )


async def decided(visitor: Visitor, way: Way) -> Response[Any]:
    """What the person decided, told to the app. Everything is checked once more."""
    services = visitor.services
    form = await visitor.form()
    signed = services.keys.verify_signed(
        form.raw("request"), purpose=way.purpose, bound_to=visitor.binding
    )
    if signed is None:
        return answers.stale(visitor)
    what = msgspec.json.decode(signed, type=Put)
    person = visitor.require_person(back=f"{way.path}?{what.query}")
    if form.raw("decision") != "allow":
        async with services.db.read() as tx:
            checked = await _checked(tx, way, what)
        refusal = checked.refusal if isinstance(checked, oauth.Refused) else answers.DENIED
        return answers.refuse(visitor, checked, what.asked, refusal)
    outcome = await _approved(visitor, way, what, person.id, ticked_on(form))
    if outcome.is_empty:
        return await _asked_again(visitor, way, what, outcome)
    return await _answer(visitor, what.asked, outcome, person_id=person.id)


async def _asked_again(visitor: Visitor, way: Way, what: Put, outcome: "_Outcome") -> Response[Any]:
    """The page once more, for nothing was ticked on it; nothing was written down."""
    assert isinstance(outcome.checked, oauth.Authorization), "what is refused is not empty"
    async with visitor.services.db.look() as look:
        logo_path = await logo_path_of(look, outcome.checked.app)
    shown = Shown(outcome.checked, outcome.standings, logo_path, frozenset(what.given), frozenset())
    return _page(visitor, way, shown, what, status=422)


async def _checked(tx: ReadTransaction, way: Way, what: Put) -> oauth.Authorization | oauth.Refused:
    return await oauth.check_request(tx, what.asked, door=way.door, was_pushed=what.was_pushed)


class _Outcome(msgspec.Struct, frozen=True):
    """What came of a decision: a code; else what is wrong with the request, the person's
    standing, that nothing was chosen, or, with none of these, the page, which shows an app that
    has changed since. ``checked`` is what was given, where it was a part."""

    checked: oauth.Authorization | oauth.Refused
    standings: Sequence[oauth.Standing]
    code: str = ""
    is_empty: bool = False


async def _approved(
    visitor: Visitor,
    way: Way,
    what: Put,
    person_id: int,
    ticked: Collection[str],
    *,
    agreed_at: datetime | None = None,
) -> _Outcome:
    """Check all of it once more and, if it is what the person was shown, write down what they
    chose of it.

    ``ticked``: the choices of the form; they count where a part may be given (decision 12).
    ``agreed_at``: when they agreed, unless it is now.
    """
    services = visitor.services

    async def approve(tx: WriteTransaction) -> _Outcome:
        checked = await _checked(tx, way, what)
        if isinstance(checked, oauth.Refused):
            return _Outcome(checked, ())
        standings = await oauth.check_standing(
            tx, checked, person_id=person_id, kinds=_kinds(services)
        )
        mark = oauth.consent_mark(checked.app, checked.redirect_uri)
        if mark.hex() != what.mark or not _may_be_given(standings):
            return _Outcome(checked, standings)
        if checked.is_partial:
            kept = oauth.chosen(checked.asked, {*ticked, *what.given})
            if not kept:
                return _Outcome(checked, standings, is_empty=True)
            checked = checked.reduced(kept)
        code = await oauth.approve(
            tx,
            keys=services.keys,
            person_id=person_id,
            app_id=checked.app.id,
            door=way.door,
            asked=checked.asked,
            redirect_uri=checked.redirect_uri,
            code_challenge=checked.code_challenge,
            code_seconds=services.settings.authorization_code_seconds,
            refresh_seconds=consent_seconds(services.settings, way.door),
            consent_mark=mark,
            consented_at=agreed_at,
            nonce=checked.nonce,
            signed_in_at=visitor.signed_in_at,
            authorization_details=checked.authorization_details,
        )
        return _Outcome(checked, standings, code)

    try:
        return await services.db.transact(approve)
    except (identity.NoSuchPerson, identity.PersonBlocked) as gone:
        # Their account was closed, or they were shut out, since this request came in.
        raise SignInNeeded(back="") from gone


async def _answer(
    visitor: Visitor, asked: oauth.AuthorizationRequest, outcome: _Outcome, *, person_id: int
) -> Response[Any]:
    checked = outcome.checked
    if isinstance(checked, oauth.Refused):
        return answers.refuse(visitor, checked, asked, checked.refusal)
    if outcome.code:
        met = trouble.Occasion(moment="granted", app=checked.app.slug, person_id=person_id)
        if await trouble.meet(visitor.request.scope, met) == "state_lost":
            asked = msgspec.structs.replace(asked, state=None)
        return answers.granted(visitor, checked, asked, outcome.code)
    if not _may_be_given(outcome.standings):
        return answers.no_standing(visitor, checked, asked, outcome.standings)
    return answers.stale(visitor)


def _kinds(services: Services) -> Mapping[str, oauth.ResourceKind]:
    return {"app": oauth.AppResource(), **services.resource_kinds}


def _may_be_given(standings: Sequence[oauth.Standing]) -> bool:
    return all(one.stands and one.fits for one in standings)
