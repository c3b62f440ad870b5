"""What a pasted token, key, code or secret is, and why a call with it would be refused."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from dalan.domains import developers, identity, oauth
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.console import reasons
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.operations import Operation
from dalan.surfaces.services import Services

TEXT_LENGTH_MAX: Final = 4_096

KINDS: Final[dict[str, str]] = {
    "access": marked("An access token of a person’s consent"),
    "refresh": marked("A refresh token"),
    "code": marked("An authorization code"),
    "client": marked("An access token the app got for itself"),
    "pushed": marked("A request sent ahead (request_uri)"),
    "api_key": marked("An API key"),
    "client_secret": marked("A client secret"),
    "pod_token": marked("An API token for short links"),
    "service_key": marked("A service key for short links"),
    "identification_key": marked("The identification key this world proves itself to an app with"),
    "session": marked("The session of a browser"),
    "jwt": marked("A JSON Web Token: an id_token or an assertion, nothing to call with"),
    "unknown": marked("Nothing this world knows"),
}

ENDS: Final[dict[str, str]] = {
    "": marked("Alive"),
    "expired": marked("Expired"),
    "revoked": marked("Revoked"),
    "used": marked("Used up"),
    "replaced": marked("Exchanged for its successor"),
    "withdrawn": marked("Offline access was taken back"),
    "none": marked("Was never issued here, or is forgotten by now"),
}

_REFUSED_BY_DOOR: Final = {"kenar": "kenar.token_unknown", "basalam": "basalam.token_unknown"}
_CLOSED: Final = ("suspended", "inactive")
_AT_POD: Final = {
    "pod_token": "developers.invalid_pod_token",
    "service_key": "developers.invalid_service_key",
}
"""What an app sends to the short links' gateway, and what is said there of one that is not good."""

_NO_KEY_AT: Final = {
    "api": "developers.invalid_key",
    "basalam": "basalam.token_unknown",
    "kenar": "developers.invalid_key",
    "pod": "developers.invalid_pod_token",
}
"""What each door says of a credential that is another's."""

_POD_SHAPE: Final = re.compile(r"[0-9a-f]{32}")


class Scope(msgspec.Struct, frozen=True):
    """One thing the person agreed to."""

    name: str
    resource: str
    label_fa: str
    label_en: str


class Who(msgspec.Struct, frozen=True):
    """A person, by their name and number."""

    name: str
    phone: str


class Explanation(msgspec.Struct, kw_only=True):
    """``end`` is "" while it opens something. ``refused``: why a call with it would be refused,
    nothing when it would not."""

    kind: str
    end: str = "none"
    app: str = ""
    app_state: str = ""
    person: Who | None = None
    owner: Who | None = None
    """The app's, where it is a credential of the app's own."""
    door: str = ""
    title: str = ""
    scope: str = ""
    scopes: list[Scope] = []
    permissions: list[str] | None = None
    redirect_uri: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    last_used_at: datetime | None = None
    reason: str = ""
    refused: list[reasons.Explained] = []
    needs: list[str] = []
    """Scopes or permissions the operation needs, one of which would do."""

    def refuse(self, code: str) -> None:
        """One more reason."""
        self.refused.append(reasons.explained(code))


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``operation``: the call it is for. ``resource``: what that call is about, such as a post's
    token. ``app``: the slug of the app whose API key comes with it."""

    token: str
    operation: str = ""
    resource: str = ""
    app: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """The call it is for: at which door, and the operation where the door has a table of them."""

    door: str
    operation: Operation | None = None


async def explained(services: Services, asked: Asked, wanted: Wanted | None) -> Explanation:
    """What it is. Nothing of it is written anywhere, and asking is no use of it."""
    text = asked.token.strip()
    for prefix in ("Bearer ", "bearer ", oauth.REQUEST_URI_PREFIX):
        text = text.removeprefix(prefix).strip()
    async with services.db.read() as tx:
        found = await _found(tx, services, text)
        if isinstance(found, oauth.TokenStory):
            told = await _of_token(tx, found)
        elif isinstance(found, developers.CredentialStory):
            told = _of_credential(found)
        elif isinstance(found, identity.Presence):
            told = Explanation(kind="session", end="", person=_who(found.person))
        else:
            return _of_nothing(text)
        if not isinstance(found, identity.Presence):
            app = await developers.app(tx, found.app_id)
            told.app, told.app_state = app.slug, app.state
            if isinstance(found, developers.CredentialStory):
                told.owner = _who(await identity.person(tx, app.owner_id))
            if app.state in _CLOSED:
                told.refuse("developers.app_not_active")
    if isinstance(found, oauth.TokenStory) and asked.app and asked.app != told.app:
        told.refuse("kenar.token_of_other_app")
    if wanted is not None:
        _check(told, found, wanted, asked.resource.strip())
    return told


async def _found(tx: ReadTransaction, services: Services, text: str) -> Any:
    if not text or len(text) > TEXT_LENGTH_MAX:
        return None
    keys = services.keys
    if story := await oauth.explain(tx, keys=keys, text=text):
        return story
    if credential := await developers.explain_credential(tx, keys=keys, text=text):
        return credential
    mac = keys.token_mac(text)
    return await identity.session(tx, mac) if mac is not None else None


async def _of_token(tx: ReadTransaction, story: oauth.TokenStory) -> Explanation:
    told = Explanation(
        kind=story.kind,
        end=story.end,
        door=story.door,
        title=story.title,
        scope=story.scope,
        scopes=[_scope(name, resource) for name, resource in story.granted],
        redirect_uri=story.redirect_uri,
        issued_at=story.issued_at,
        expires_at=story.expires_at,
        ended_at=story.ended_at,
        reason=story.reason,
    )
    if story.person_id is not None:
        person = await identity.person(tx, story.person_id)
        told.person = _who(person)
        if person.blocked_at is not None:
            told.refuse("identity.person_blocked")
    if story.end:
        is_token = story.kind in ("access", "client")
        told.refuse(_REFUSED_BY_DOOR[story.door] if is_token else "oauth.invalid_grant")
    return told


def _of_credential(story: developers.CredentialStory) -> Explanation:
    told = Explanation(
        kind=story.kind,
        end=story.end,
        title=story.title,
        permissions=None if story.permissions is None else list(story.permissions),
        issued_at=story.created_at,
        expires_at=story.expires_at,
        ended_at=story.revoked_at or (story.expires_at if story.end == "expired" else None),
        last_used_at=story.last_used_at,
    )
    if story.end and story.kind == "api_key":
        told.refuse(f"developers.{story.end}_key")
    elif story.end and story.kind in _AT_POD:
        told.refuse(_AT_POD[story.kind])
    elif story.end:
        told.refuse("oauth.invalid_client")
    return told


def _of_nothing(text: str) -> Explanation:
    """Its shape still tells what it was meant to be."""
    if text.startswith("eyJ") and text.count(".") == 2:
        told = Explanation(kind="jwt")
        told.refuse("kenar.token_unknown")
        return told
    told = Explanation(kind="unknown")
    if text.startswith("dalan_ak_"):
        told.refuse("developers.invalid_key")
    elif _POD_SHAPE.fullmatch(text):
        told.refuse("developers.invalid_pod_token")
    elif "_ac_" in text or "_rt_" in text:
        told.refuse("oauth.invalid_grant")
    else:
        told.refuse("kenar.token_unknown")
    return told


def _check(told: Explanation, found: Any, wanted: Wanted, resource: str) -> None:
    """Whether the operation would be let through."""
    if (wanted.door == "pod") != (told.kind in _AT_POD) or told.kind == "identification_key":
        told.refuse(_NO_KEY_AT[wanted.door])
        return
    if (operation := wanted.operation) is None:
        return
    if isinstance(found, developers.CredentialStory):
        needed = operation.permission
        needs = [needed] if isinstance(needed, str) else list(needed)
        told.needs = [one for one in needs if one]
        if told.needs and not {*told.needs} & {*(told.permissions or ())}:
            told.refuse("developers.permission_missing")
        return
    if not isinstance(found, oauth.TokenStory) or found.kind not in ("access", "client"):
        if operation.scopes:
            told.refuse("kenar.token_unknown")
        return
    told.needs = list(operation.scopes)
    if operation.scopes and not _allows(found, operation.scopes, resource):
        told.refuse(f"{found.door}.scope_missing")


def _allows(story: oauth.TokenStory, scopes: Sequence[str], resource: str) -> bool:
    granted = set(story.granted)
    for scope in scopes:
        if story.door == "basalam":
            names = {scope, *oauth.impliers(scope)}
            if any(name in names for name, _ in granted):
                return True
        elif scope in oauth.SCOPES and oauth.SCOPES[scope].resource and not resource:
            # Nobody said which thing: any of them will do.
            if any(name == scope for name, _ in granted):
                return True
        elif (scope, _about(scope, resource)) in granted:
            return True
    return False


def _about(scope: str, resource: str) -> str:
    known = oauth.SCOPES.get(scope)
    return resource if known is not None and known.resource else ""


def _scope(name: str, resource: str) -> Scope:
    known = oauth.SCOPES.get(name) or oauth.BASALAM_SCOPES.get(name)
    if known is None:
        return Scope(name, resource, name, name)
    return Scope(name, resource, known.label_fa, known.label_en)


def _who(person: identity.Person) -> Who:
    return Who(person.name, phone.national(person.phone))
