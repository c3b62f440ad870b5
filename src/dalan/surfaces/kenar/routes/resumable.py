"""Files that come in parts, so that a cut line costs a part and not the whole.

The contract knows none of it. It is tus 1.0 (core, creation, expiration, termination), for which
clients are there in every language; what the whole upload would have been answered stands at the
upload's address when its last part is in. Source: https://tus.io/protocols/resumable-upload
"""

from base64 import b64decode
from binascii import Error as Base64Error
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, Final

from dalan.domains import media
from dalan.errors import FailedPrecondition, Invalid
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.uploads import KINDS, image_said, kind_of, video_said
from dalan.surfaces.kenar.uploading import received
from dalan.surfaces.kenar.wire import uploads as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.operations import Headers, InvalidBody, Operation, header

PATH: Final = "/v8/upload/resumable"
VERSION: Final = b"1.0.0"
PART_TYPE: Final = "application/offset+octet-stream"
POST_KINDS: Final[tuple[media.Kind, ...]] = ("image", "video")


class OtherVersion(FailedPrecondition):
    """The client speaks another version of the protocol."""

    code = "upload.tus_version"

    def __init__(self) -> None:
        super().__init__(f"Tus-Resumable: {VERSION.decode()} is what is spoken here")


async def describe_resumable_uploads(call: Call) -> Empty:
    """What can be done here: the protocol's version and extensions."""
    rules = call.services.file_rules
    call.status = 204
    call.headers = [
        (b"tus-resumable", VERSION),
        (b"tus-version", VERSION),
        (b"tus-extension", b"creation,expiration,termination"),
        (b"tus-max-size", str(max(map(rules.bytes_max, KINDS))).encode()),
    ]
    return Empty()


async def begin_post_upload(call: Call) -> wire.UploadProgress:
    """Begin to send a picture or a video of a post in parts."""
    return await _begin(call, kind_of(call.path["kind"], POST_KINDS), "post")


async def begin_chat_upload(call: Call) -> wire.UploadProgress:
    """Begin to send a picture, video, voice or document for a chat in parts."""
    return await _begin(call, kind_of(call.path["kind"], KINDS), "chat")


async def show_upload(call: Call) -> Any:
    """How much of an upload is here; when all of it is, what sending it whole is answered."""
    services = call.services
    begun = await _upload(call)
    call.headers = _headers(call, begun)
    if not begun.is_whole:
        return wire.UploadProgress(begun.received_bytes, begun.size_bytes)
    return _said(
        call,
        await media.finish_upload(services.db, services.media, begun, rules=services.file_rules),
    )


async def continue_upload(call: Call) -> Empty:
    """Take the next part; with the last one the file is looked over and stored."""
    services, settings = call.services, call.services.settings
    begun = await _upload(call)
    if header(call.scope, b"content-type").partition(";")[0].strip() != PART_TYPE:
        raise InvalidBody(f"a part has the content type {PART_TYPE}", field="Content-Type")
    offset = _count(call, b"upload-offset")
    media.refuse_part(begun, offset=offset)
    async with received(
        call.scope,
        call.content,
        bytes_max=begun.size_bytes - offset,
        seconds_max=settings.upload_seconds_max,
        keep_cut=True,
    ) as part:
        begun = await media.receive_part(
            services.db,
            services.media,
            begun,
            part.file,
            offset=offset,
            size_bytes=part.size_bytes,
        )
    call.headers = _headers(call, begun)
    if begun.is_whole:
        await media.finish_upload(services.db, services.media, begun, rules=services.file_rules)
    call.status = 204
    return Empty()


async def drop_upload(call: Call) -> Empty:
    """Give an upload up; what it has become already stays."""
    begun = await _upload(call)
    await media.drop_upload(call.services.db, call.services.media, begun)
    call.status, call.headers = 204, [(b"tus-resumable", VERSION)]
    return Empty()


async def _begin(call: Call, kind: media.Kind, purpose: media.FilePurpose) -> wire.UploadProgress:
    _check_version(call)
    services = call.services
    begun, token = await media.begin_upload(
        call.unit,
        keys=services.keys,
        kind=kind,
        purpose=purpose,
        app_id=call.app.app_id,
        size_bytes=_count(call, b"upload-length"),
        rules=services.file_rules,
        life=_life(call),
        title=_metadata(header(call.scope, b"upload-metadata")).get("filename", ""),
    )
    address = f"{services.settings.base_url}{PATH}/{token}"
    call.headers = [(b"location", address.encode()), *_headers(call, begun)]
    return wire.UploadProgress(0, begun.size_bytes)


async def _upload(call: Call) -> media.Upload:
    _check_version(call)
    async with call.services.db.look() as look:
        return await media.upload(
            look, call.path["upload"], keys=call.services.keys, life=_life(call)
        )


def _said(call: Call, made: media.Image | media.MediaFile) -> Any:
    if isinstance(made, media.Image):
        return image_said(call, made)
    if made.purpose == "post":
        return video_said(call, made)
    return wire.UploadedMedia(id=made.name, status="ok")


def _life(call: Call) -> timedelta:
    return timedelta(hours=call.services.settings.keep_temporary_pictures_hours)


def _headers(call: Call, begun: media.Upload) -> Headers:
    expires_at = media.expires_at(begun, _life(call))
    return [
        (b"tus-resumable", VERSION),
        (b"upload-offset", str(begun.received_bytes).encode()),
        (b"upload-length", str(begun.size_bytes).encode()),
        (b"upload-expires", format_datetime(expires_at, usegmt=True).encode()),
        (b"cache-control", b"no-store"),
    ]


def _check_version(call: Call) -> None:
    """One that is not said is taken for ours: a plain HTTP client is good enough."""
    call.headers = [(b"tus-resumable", VERSION), (b"tus-version", VERSION)]
    said = header(call.scope, b"tus-resumable")
    if said and said.encode("latin-1") != VERSION:
        raise OtherVersion


def _count(call: Call, name: bytes) -> int:
    text = header(call.scope, name)
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        spelled = name.decode().title()
        raise Invalid(f"{spelled} says how many bytes, as a whole number")
    return int(text)


def _metadata(text: str) -> dict[str, str]:
    """``filename d29ybGQ=,is_confidential``: keys, each perhaps with a value in base64."""
    found: dict[str, str] = {}
    for pair in text.split(",")[:20]:
        key, _, encoded = pair.strip().partition(" ")
        try:
            found[key] = b64decode(encoded, validate=True).decode()
        except (Base64Error, UnicodeDecodeError):
            continue  # a name is only shown; one nobody can read is none
    return found


def _operation(method: str, path: str, handle: Any, **more: Any) -> Operation:
    return Operation(
        method=method,
        paths=(path,),
        handle=handle,
        takes="stream",
        tag="Uploads in parts",
        documented=False,
        **more,
    )


OPERATIONS = (
    _operation("OPTIONS", PATH, describe_resumable_uploads, anonymous=True, access="own"),
    _operation(
        "POST", f"{PATH}/post/{{kind}}", begin_post_upload, permission="UPLOAD_POST_IMAGE",
        status=201, answer=wire.UploadProgress,
    ),
    _operation(
        "POST", f"{PATH}/chat/{{kind}}", begin_chat_upload, permission="CHAT_UPLOAD_MEDIA",
        status=201, answer=wire.UploadProgress,
    ),
    _operation("GET", f"{PATH}/{{upload}}", show_upload, anonymous=True, access="own"),
    _operation("PATCH", f"{PATH}/{{upload}}", continue_upload, anonymous=True, access="own"),
    _operation("DELETE", f"{PATH}/{{upload}}", drop_upload, anonymous=True, access="own"),
)  # fmt: skip
