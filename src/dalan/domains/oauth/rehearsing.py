"""An authorization request tried out for its developer: would it pass, and if not, why.

The verdict is ``check_request``'s own, so it cannot say one thing and do another; the findings
beside it name everything at once, where the real page stops at the first. Nobody is asked and
nothing is written.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from dalan.domains import developers
from dalan.domains.oauth.authorization import (
    Authorization,
    AuthorizationRequest,
    check_request,
)
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.errors import InvalidScope, UnknownClient, UnregisteredRedirectUri
from dalan.domains.oauth.grammar import parse_scopes
from dalan.kernel.db import ReadTransaction

REHEARSED_LENGTH_MAX = 8_000
"""Characters of an address or link: what the real page takes, and a little."""

_KNOWN = frozenset(AuthorizationRequest.__struct_fields__) - {"repeated"}
_TELLING = frozenset({"client_id", "redirect_uri", "response_type"})
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")

FindingCode = Literal[
    "app_not_active",
    "client_missing",
    "client_other",
    "other_page",
    "redirect_missing",
    "redirect_unregistered",
    "repeated",
    "response_type_missing",
    "response_type_wrong",
    "scope_missing",
    "scope_unknown",
    "scope_not_allowed",
    "challenge_method",
    "challenge_malformed",
    "challenge_missing",
    "state_missing",
    "refused",
]

_ADVICE: frozenset[FindingCode] = frozenset({"state_missing", "challenge_missing", "other_page"})


class Finding(msgspec.Struct, frozen=True):
    """One thing about a request; ``subject`` is the word of it that is meant.

    What does not ``block`` is advice: the request passes, and should be better.
    """

    code: FindingCode
    subject: str = ""

    @property
    def blocks(self) -> bool:
        """The request does not pass because of it."""
        return self.code not in _ADVICE


class Rehearsal(msgspec.Struct, frozen=True):
    """What would happen to a request at a door. ``nearest`` where its address is not registered."""

    door: Door
    is_link: bool
    passes: bool
    redirect_uri: str
    findings: tuple[Finding, ...]
    nearest: developers.Nearest | None


async def rehearse(
    tx: ReadTransaction,
    app: developers.App,
    text: str,
    *,
    door: Door,
    client_id: str,
    paths: Sequence[str],
) -> Rehearsal:
    """Try an address, or a whole link to the consent page, for an app at a door.

    ``client_id`` is the app's own there, ``paths`` are those of the door's page. A text with
    OAuth parameters in its query is a link; any other is an address, tried in a request that is
    otherwise in order.
    """
    text = text.strip()[:REHEARSED_LENGTH_MAX]
    path, pairs = _taken_apart(text)
    is_link = any(key in _TELLING for key, _ in pairs)
    if is_link:
        repeated = frozenset(
            key for key, count in Counter(k for k, _ in pairs).items() if count > 1
        )
        request = AuthorizationRequest(**dict(reversed(pairs)), repeated=repeated)
    else:
        request = AuthorizationRequest(
            client_id=client_id, redirect_uri=text, response_type="code", state="state"
        )
    registered = [one.uri for one in await developers.redirect_uris(tx, app.id)]
    findings: list[Finding] = []
    is_registered, passes, refusal = True, False, ""
    own = msgspec.structs.replace(
        request, client_id=client_id, repeated=request.repeated - {"client_id"}
    )
    try:
        outcome = await check_request(tx, own, door=door)
        passes = isinstance(outcome, Authorization)
        refusal = "" if isinstance(outcome, Authorization) else outcome.refusal.description
    except UnregisteredRedirectUri:
        is_registered = False
    except UnknownClient:
        refusal = "client_id"
    if app.state in ("suspended", "inactive"):
        findings.append(Finding("app_not_active"))
    if is_link:
        if path not in paths:
            findings.append(Finding("other_page", path))
        findings += _client_findings(request, client_id)
    if not is_registered:
        findings.append(
            Finding("redirect_unregistered" if request.redirect_uri else "redirect_missing")
        )
    if is_link:
        findings += _parameter_findings(app, request, door)
    elif is_registered and app.state not in ("suspended", "inactive"):
        passes = True  # an address is asked about, not the scope it would come with
    passes = passes and not any(one.blocks for one in findings)
    if not passes and not any(one.blocks for one in findings):
        findings.append(Finding("refused", refusal))
    nearest = None
    if not is_registered and request.redirect_uri:
        nearest = developers.nearest_redirect_uri(registered, request.redirect_uri)
    return Rehearsal(door, is_link, passes, request.redirect_uri, tuple(findings), nearest)


def _taken_apart(text: str) -> tuple[str, list[tuple[str, str]]]:
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return "", []
    return parts.path, [(key, value) for key, value in pairs if key in _KNOWN]


def _client_findings(request: AuthorizationRequest, client_id: str) -> list[Finding]:
    if not request.client_id:
        return [Finding("client_missing", client_id)]
    if request.client_id != client_id:
        return [Finding("client_other", request.client_id[:80])]
    return []


def _parameter_findings(
    app: developers.App, request: AuthorizationRequest, door: Door
) -> list[Finding]:
    findings = [Finding("repeated", name) for name in sorted(request.repeated)]
    if not request.response_type and door == "kenar":
        findings.append(Finding("response_type_missing"))
    elif request.response_type not in ("", "code"):
        findings.append(Finding("response_type_wrong", request.response_type[:80]))
    if not request.authorization_details or request.scope.strip():
        findings += _scope_findings(app, request.scope, door)
    if request.code_challenge or request.code_challenge_method:
        if request.code_challenge_method != "S256":
            findings.append(Finding("challenge_method", request.code_challenge_method[:80]))
        if _CHALLENGE.fullmatch(request.code_challenge) is None:
            findings.append(Finding("challenge_malformed"))
    else:
        findings.append(Finding("challenge_missing"))
    if not request.state:
        findings.append(Finding("state_missing"))
    return findings


def _scope_findings(app: developers.App, text: str, door: Door) -> list[Finding]:
    if not text.strip(" +,"):
        return [Finding("scope_missing")]
    if door == "basalam":
        return []  # names nobody knows, or may not ask for, are left out there
    try:
        words = [one.spelled for one in parse_scopes(text, door=door)]
    except InvalidScope:
        words = text.replace("+", " ").split()[:64]
    findings = []
    for word in dict.fromkeys(words):
        try:
            asked = parse_scopes(word, door=door)
        except InvalidScope:
            findings.append(Finding("scope_unknown", word[:80]))
            continue
        for one in asked:
            names = (one.scope.name, *one.scope.spellings)
            if not any(app.may_ask_scope(name) for name in names):
                findings.append(Finding("scope_not_allowed", word[:80]))
    return findings
