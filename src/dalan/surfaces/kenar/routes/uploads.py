"""Where files are sent, and taking them in whole. Reference 5.4, 5.6, 5.10 and 8.5.

An address is constant and asks for the key (the current generation), or is signed and asks for
nothing (the one before, and chats): what was signed names a key, lives for ten minutes and no
longer than that key. Files that come in parts: ``resumable``.
"""

from datetime import timedelta
from typing import Final, get_args

from dalan.domains import developers, media
from dalan.errors import Invalid, NotFound, Unauthenticated
from dalan.kernel import clock
from dalan.surfaces import trouble
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.uploading import received, received_form
from dalan.surfaces.kenar.wire import uploads as wire
from dalan.surfaces.kenar.wire.assets import UploadFormat
from dalan.surfaces.operations import Operation, header

IMAGE_PATH: Final = "/v8/upload/post/live-post-image"
SIGNED_IMAGE_PATH: Final = "/v8/upload/open-platform/live-post-image"
VIDEO_PATH: Final = "/v1/upload-video/"

KINDS: Final[tuple[media.Kind, ...]] = get_args(media.Kind)
PHOTO_SIZE: Final = media.SIZES[0]
THUMBNAIL_SIZE: Final = media.SIZES[1]

_POST_IMAGE, _CHAT = "upload post image", "upload into chat"
"""What an address or a token was signed for."""


class AddressDead(Unauthenticated):
    """The signed address or token was changed, or its ten minutes are over."""

    code = "upload.address_dead"

    def __init__(self) -> None:
        super().__init__("the upload address or token is not ours or has expired; ask for another")


class UnknownKind(NotFound):
    """Nothing of that kind is sent anywhere."""

    code = "upload.kind_unknown"

    def __init__(self, kind: str, kinds: tuple[str, ...]) -> None:
        super().__init__(f"there is no kind {kind[:40]!r}; kinds are {', '.join(kinds)}")


async def get_upload_urls_v2(call: Call) -> wire.UploadUrls:
    """Where pictures and videos of posts are sent, and by which method."""
    base_url = call.services.settings.base_url
    return wire.UploadUrls(
        image=UploadFormat(url=base_url + IMAGE_PATH, http_method="POST"),
        video=UploadFormat(url=base_url + VIDEO_PATH, http_method="PUT"),
    )


async def get_image_upload_url(call: Call) -> wire.ImageUploadUrl:
    """A signed address for pictures of posts, good for ten minutes and as many pictures."""
    signed = _signed(call, _POST_IMAGE)
    url = f"{call.services.settings.base_url}{SIGNED_IMAGE_PATH}/{signed}"
    return wire.ImageUploadUrl(upload_url=url)


async def generate_upload_token(call: Call) -> wire.UploadToken:
    """A token with which files are sent into chats, good for ten minutes."""
    return wire.UploadToken(token=_signed(call, _CHAT))


async def upload_post_image(call: Call) -> wire.UploadedPostImage:
    """Take a picture of a post; gone after a day unless a post shows it."""
    _refuse_authorization(call)
    return image_said(call, await _stored_image(call, call.app.app_id))


async def upload_post_image_signed(call: Call) -> wire.UploadedPath:
    """The same at a signed address, without a key."""
    caller = await _signed_by(call, call.path["signed"], _POST_IMAGE, "UPLOAD_POST_IMAGE")
    return wire.UploadedPath(
        path=wire.path_of_image((await _stored_image(call, caller.app_id)).name)
    )


async def upload_post_video(call: Call) -> wire.UploadedPostVideo:
    """Take a video of a post, an MP4; gone after a day unless a post shows it."""
    _refuse_authorization(call)
    settings, rules = call.services.settings, call.services.file_rules
    async with received(
        call.scope,
        call.content,
        bytes_max=rules.video_bytes_max,
        seconds_max=settings.upload_seconds_max,
    ) as incoming:
        stored = await media.store_file(
            call.services.db,
            call.services.media,
            incoming.file,
            kind="video",
            purpose="post",
            rules=rules,
            app_id=call.app.app_id,
        )
    return video_said(call, stored)


async def upload_chat_media(call: Call) -> wire.UploadedMedia:
    """Take a picture, video, voice or document for a chat, with an upload token."""
    kind = kind_of(call.path["kind"], KINDS)
    token = header(call.scope, b"authorization")
    word, _, token = token.partition(" ")
    caller = await _signed_by(
        call, token.strip() if word.lower() == "bearer" else "", _CHAT, "CHAT_UPLOAD_MEDIA"
    )
    settings, rules = call.services.settings, call.services.file_rules
    async with received_form(
        call.scope,
        call.content,
        bytes_max=rules.bytes_max(kind),
        seconds_max=settings.upload_seconds_max,
    ) as incoming:
        stored = await media.store_file(
            call.services.db,
            call.services.media,
            incoming.file,
            kind=kind,
            purpose="chat",
            rules=rules,
            title=incoming.filename,
            app_id=caller.app_id,
        )
    return wire.UploadedMedia(id=stored.name, status="ok")


def image_said(call: Call, image: media.Image) -> wire.UploadedPostImage:
    """A picture of a post, as the current generation says it."""
    base_url = call.services.settings.base_url
    return wire.UploadedPostImage(
        path=wire.path_of_image(image.name),
        photo_url=base_url + media.path_of(image.name, PHOTO_SIZE),
        thumbnail_url=base_url + media.path_of(image.name, THUMBNAIL_SIZE),
    )


def video_said(call: Call, video: media.MediaFile) -> wire.UploadedPostVideo:
    """A video of a post; its thumbnail is drawn, for no frame of it is ever read."""
    base_url = call.services.settings.base_url
    return wire.UploadedPostVideo(
        video_name=wire.video_name_of(video.name),
        video_url=base_url + media.path_of_file(video.name),
        thumbnail_name=wire.thumbnail_name_of(video.name),
        thumbnail_url=base_url + media.path_of(media.poster_of(video.name), THUMBNAIL_SIZE),
    )


def kind_of(said: str, kinds: tuple[media.Kind, ...]) -> media.Kind:
    """Raises UnknownKind."""
    for kind in kinds:
        if kind == said:
            return kind
    raise UnknownKind(said, kinds)


async def _stored_image(call: Call, app_id: int) -> media.Image:
    settings = call.services.settings
    async with received(
        call.scope,
        call.content,
        bytes_max=settings.image_bytes_max,
        seconds_max=settings.upload_seconds_max,
    ) as incoming:
        return await media.store_image(
            call.services.db,
            call.services.media,
            incoming.file,
            purpose="post",
            app_id=app_id,
            bytes_max=settings.image_bytes_max,
        )


def _refuse_authorization(call: Call) -> None:
    if header(call.scope, b"authorization"):
        raise Invalid("Authorization must be left out here: the key alone says whose the file is")


def _signed(call: Call, purpose: str) -> str:
    services = call.services
    life = timedelta(seconds=services.settings.upload_address_seconds)
    return services.keys.signed_value(
        str(call.app.key_id), purpose=purpose, expires_at=clock.now() + life
    )


async def _signed_by(call: Call, signed: str, purpose: str, permission: str) -> developers.Caller:
    """Who asked for what was signed; the call is counted as theirs.

    Raises AddressDead, what ``developers.caller`` raises of dead keys, PermissionMissing for one
    that has lost the permission since, and QuotaExceeded.
    """
    services = call.services
    key_id = services.keys.verify_signed(signed, purpose=purpose)
    if key_id is None or trouble.struck(call.scope, "upload_expired"):
        raise AddressDead
    async with services.db.look() as look:
        caller = await developers.caller_in_name_of(look, int(key_id))
    caller.need(permission)
    refusal = services.quotas.count(caller)
    if refusal is not None:
        raise refusal
    call.scope["calling_app"] = caller.slug
    return caller


OPERATIONS = (
    Operation(
        method="GET",
        paths=("/v2/open-platform/post/upload-urls",),
        handle=get_upload_urls_v2,
        answer=wire.UploadUrls,
        permission="UPLOAD_POST_IMAGE",
        tag="Post",
    ),
    Operation(
        method="GET",
        paths=("/v1/open-platform/post/image-upload-url",),
        handle=get_image_upload_url,
        answer=wire.ImageUploadUrl,
        permission="UPLOAD_POST_IMAGE",
        tag="Post",
        extra={"deprecated": True},
    ),
    Operation(
        method="POST",
        paths=("/experimental/open-platform/chat/upload",),
        handle=generate_upload_token,
        body=wire.UploadTokenRequest,
        answer=wire.UploadToken,
        permission="CHAT_UPLOAD_MEDIA",
        access="look",
        tag="Chat",
    ),
    Operation(
        method="POST",
        paths=(IMAGE_PATH,),
        handle=upload_post_image,
        answer=wire.UploadedPostImage,
        permission="UPLOAD_POST_IMAGE",
        takes="stream",
        access="own",
        tag="Post",
        documented=False,
    ),
    Operation(
        method="POST",
        paths=(f"{SIGNED_IMAGE_PATH}/{{signed}}",),
        handle=upload_post_image_signed,
        answer=wire.UploadedPath,
        anonymous=True,
        takes="stream",
        access="own",
        tag="Post",
        documented=False,
    ),
    Operation(
        method="PUT",
        paths=(VIDEO_PATH, "/v1/upload-video"),
        handle=upload_post_video,
        answer=wire.UploadedPostVideo,
        permission="UPLOAD_POST_IMAGE",
        takes="stream",
        access="own",
        tag="Post",
        documented=False,
    ),
    Operation(
        method="POST",
        paths=("/upload/{kind}",),
        handle=upload_chat_media,
        answer=wire.UploadedMedia,
        anonymous=True,
        takes="stream",
        access="own",
        tag="Chat",
        documented=False,
    ),
)
