"""Who calls, as far as a call's credentials tell, and what it brings along."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import msgspec

from dalan.domains import developers, identity, media, oauth, posts
from dalan.errors import DalanError
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.asgi import Scope
from dalan.surfaces.console.faults.catalogue import Fault
from dalan.surfaces.operations import header, query_of
from dalan.surfaces.services import Services
from dalan.surfaces.trouble import Occasion

_DOORS: Mapping[str, oauth.Door] = {"basalam": "basalam", "kenar": "kenar"}
_UPLOADS = ("upload", "signed")
"""What stands in the path of an operation that goes on with an upload."""

_FILES_OPERATION = "upload_chat_media"
"""The one whose upload token comes in a header."""

_LOOKING_THEMSELVES = frozenset(
    {"conversation_send_message", "send_message_older", "get_conversation_messages_older"}
)
"""Operations that always need a scope, but which one depends on the conversation."""


class Calling(msgspec.Struct, kw_only=True):
    """A call's app and person where they are known, its live token, and what it is about."""

    app: developers.App | None = None
    person_id: int | None = None
    phone: str = ""
    has_key: bool = False
    token: str = ""
    bearer: oauth.Bearer | None = None
    post: posts.Post | None = None
    has_upload: bool = False
    has_scopes: bool = False
    has_code: bool = False

    def brings(self, fault: Fault) -> bool:
        """Whether the call has what the fault needs."""
        match fault.needs:
            case "app":
                return self.app is not None
            case "key":
                return self.has_key
            case "token":
                return self.bearer is not None
            case "scopes":
                return self.has_scopes and self.bearer is not None
            case "post":
                return self.post is not None
            case "upload":
                return self.has_upload
            case "code":
                return self.has_code
            case _:
                return True


async def calling(
    services: Services, surface: str, scope: Scope, occasion: Occasion, fields: Mapping[str, str]
) -> Calling:
    """What is known of a call; ``fields`` are those of a form it came with."""
    async with services.db.look() as look:
        who = await _by_credentials(services, look, surface, scope)
        if surface == "oauth":
            who.app = await _client(look, scope, fields)
            who.has_code = who.app is not None and bool(fields.get("code"))
        if who.app is None and surface == "kenar" and (address := occasion.path.get("upload")):
            who.app = await _beginner(services, look, address)
        if occasion.app:
            who.app = await _app(look, occasion.app)
            who.has_key = who.has_key or surface == "pod"  # whose gateway has seen the service key
        if occasion.person_id is not None:
            who.person_id = occasion.person_id
        if who.person_id is not None:
            who.phone = await _phone(look, who.person_id)
        token = occasion.path.get("post_token") or occasion.path.get("token")
        if surface == "kenar" and token:
            who.post = await posts.by_token(look, token)
    who.has_scopes = bool(occasion.scopes) or occasion.operation in _LOOKING_THEMSELVES
    is_file = occasion.operation == _FILES_OPERATION
    who.has_upload = is_file or any(name in occasion.path for name in _UPLOADS)
    return who


async def _by_credentials(
    services: Services, tx: ReadTransaction, surface: str, scope: Scope
) -> Calling:
    who = Calling()
    key = header(scope, b"x-api-key")
    if key and surface in ("api", "kenar"):
        try:
            caller = await developers.caller(tx, key, services.keys)
        except DalanError:
            return who
        who.app, who.has_key = await developers.app(tx, caller.app_id), True
    door = _DOORS.get(surface)
    kind, _, sent = header(scope, b"authorization").strip().partition(" ")
    token = sent.strip() if kind.lower() == "bearer" else ""
    token = token or (header(scope, b"x-access-token") if surface == "kenar" else "")
    mac = services.keys.token_mac(token) if token and door else None
    bearer = await oauth.bearer(tx, mac, door=door) if mac and door else None
    if bearer is None or (who.app is not None and bearer.app_id != who.app.id):
        return who
    who.token, who.person_id = token, bearer.person_id
    who.bearer = None if bearer.is_of_client else bearer
    if who.app is None and surface == "basalam":
        who.app = await developers.app(tx, bearer.app_id)
    return who


async def _client(
    tx: ReadTransaction, scope: Scope, fields: Mapping[str, str]
) -> developers.App | None:
    client_id = fields.get("client_id") or query_of(scope).get("client_id") or _basic(scope)
    for door in ("kenar", "basalam") if client_id else ():
        try:
            return await oauth.client_by_id(tx, client_id, door=door)
        except DalanError:
            continue
    return None


def _basic(scope: Scope) -> str:
    kind, _, encoded = header(scope, b"authorization").partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        told = b64decode(encoded.strip(), validate=True).decode()
    except (Base64Error, ValueError):
        return ""
    return unquote_plus(told.partition(":")[0])


async def _beginner(services: Services, tx: ReadTransaction, address: str) -> developers.App | None:
    """The app that began an upload in parts, of which every part comes without a key."""
    life = timedelta(hours=services.settings.keep_temporary_pictures_hours)
    try:
        begun = await media.upload(tx, address, keys=services.keys, life=life)
    except media.UnknownUpload:
        return None
    return await developers.app(tx, begun.app_id)


async def _app(tx: ReadTransaction, slug: str) -> developers.App | None:
    try:
        return await developers.app_by_slug(tx, slug)
    except developers.UnknownApp:
        return None


async def _phone(tx: ReadTransaction, person_id: int) -> str:
    try:
        return (await identity.person(tx, person_id)).phone
    except identity.NoSuchPerson:
        return ""


def fields_of(body: bytes) -> dict[str, str]:
    """The fields of a form or a JSON object; none of anything else."""
    try:
        text = body.decode()
        value: Any = msgspec.json.decode(body) if text.lstrip()[:1] == "{" else None
        pairs = value.items() if isinstance(value, dict) else parse_qsl(text)
        return {name: told for name, told in pairs if isinstance(told, str)}
    except (ValueError, msgspec.DecodeError, RecursionError):
        return {}
