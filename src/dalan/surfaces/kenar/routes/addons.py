"""Post add-ons in every generation, and the pictures they show. Reference 5.2, 5.10, 6.6."""

from typing import Any

from dalan.domains import addons, developers, media, posts
from dalan.errors import ResourceExhausted
from dalan.surfaces.callers import Allowance, network_of
from dalan.surfaces.kenar.auth import credentials_of, require_scope
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.errors import MissingToken
from dalan.surfaces.kenar.routes.listing import listed
from dalan.surfaces.kenar.uploading import received
from dalan.surfaces.kenar.wire import addons as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.operations import Operation

TOKENS_MAX = 30
"""Posts one call of the oldest form may name."""

UPLOADS_PER_MINUTE = 60
"""Pictures from one network address in a minute: nobody has to say who they are to send one."""

NAMELESS_UPLOADS_PER_DAY = 1_000
"""The same in a day without a key: what nobody shows is kept that long, and disks are finite."""


async def create_post_addon(call: Call) -> Empty:
    """Attach widgets to a post, or replace what this app attached before.

    Checked now, attached a moment later. A token that names no post is no error.
    """
    await _submit(call, [call.path["token"]], generation=3, person_id=call.person.person_id)
    return Empty()


async def create_post_addon_of_before(call: Call) -> wire.CreatedPostAddon:
    """The same in the form of 2023, where the app's setting may spare the person's token."""
    token = call.path["token"]
    await _submit_of_before(call, [token])
    return wire.CreatedPostAddon(id=_outer_id(call.app.app_id, token))


async def create_addon_by_selector(call: Call) -> wire.CreatedPostAddon:
    """The same for the posts that the body names itself: ``token``, or ``selector.tokens``."""
    tokens = _tokens_of(call.content)
    await _submit_of_before(call, tokens)
    return wire.CreatedPostAddon(id=_outer_id(call.app.app_id, tokens[0]))


async def list_post_addons(call: Call) -> wire.PostAddons:
    """What this app has on a post, in the words of the first generation.

    Without an add-on of the post's own, what the app made of its person or business and the post
    shows, by the name it has there.
    """
    token = call.path["token"]
    addon = await addons.of_app_on_post(call.look, app_id=call.app.app_id, post_token=token)
    post = await posts.by_token(call.look, token) if addon is not None else None
    if addon is None or post is None:
        return wire.PostAddons()
    said = await addons.said_of_post(call.look, post.id)
    one = await listed(
        call,
        addon,
        outer_id=addon.uuid
        if isinstance(addon, addons.Spread)
        else _outer_id(call.app.app_id, token),
        said=said.get(call.app.app_id),
    )
    return wire.PostAddons(
        addons=[
            wire.PostAddon(
                meta_data=one.meta_data,
                token=token,
                widgets=wire.WidgetList(widget_list=addons.generation_one.written(one.widgets)),
                score=str(addon.score),
                linkage=addon.linkage,
                semantic=one.semantic,
                semantic_sensitives=one.semantic_sensitives,
                notes=addon.notes,
            )
        ]
    )


async def delete_post_addon(call: Call) -> Empty:
    """Take away whatever this app attached to a post; deleting nothing is no error."""
    await addons.delete(call.unit, app_id=call.app.app_id, post_token=call.path["token"])
    return Empty()


async def upload_addon_image(call: Call) -> wire.UploadedImage:
    """Take a picture for a widget; gone after a day unless an add-on shows it.

    Real apps send no key here. One that is sent must be good; the picture is then that app's.
    """
    services, settings = call.services, call.services.settings
    key, _ = credentials_of(call.scope)
    _limit_uploads(call, with_key=bool(key))
    app_id = None
    if key:
        async with services.db.look() as look:
            app_id = (await developers.caller(look, key, keys=services.keys)).app_id
    async with received(
        call.scope,
        call.content,
        bytes_max=settings.image_bytes_max,
        seconds_max=settings.upload_seconds_max,
    ) as incoming:
        image = await media.store_image(
            services.db,
            services.media,
            incoming.file,
            purpose="addon",
            app_id=app_id,
            bytes_max=settings.image_bytes_max,
        )
    return wire.UploadedImage(image_name=image.name)


async def _submit(call: Call, tokens: list[str], *, generation: int, person_id: int | None) -> None:
    submission = addons.read_submission(call.content, generation=generation)
    app = await developers.app(call.unit, call.app.app_id)
    for token in tokens:
        await addons.submit(
            call.unit,
            app=app,
            post_token=token,
            submission=submission,
            keys=call.services.keys,
            person_id=person_id,
        )


async def _submit_of_before(call: Call, tokens: list[str]) -> None:
    """With the person's consent to each post, or without one where the app is set so."""
    person_id = None
    if call.bearer is not None:
        person_id = call.bearer.person_id
        for token in tokens:
            require_scope(CREATE, call.bearer, token)
    else:
        app = await developers.app(call.unit, call.app.app_id)
        if not app.settings.attach_without_consent:
            raise MissingToken(
                "access token is missing, unknown or expired: send it as x-access-token"
            )
    await _submit(call, tokens, generation=1, person_id=person_id)


def _tokens_of(body: Any) -> list[str]:
    """Raises ``InvalidAddon`` when the body names no post."""
    body = body if isinstance(body, dict) else {}
    if isinstance(body.get("token"), str) and body["token"]:
        return [body["token"]]
    selector = body.get("selector")
    tokens = selector.get("tokens") if isinstance(selector, dict) else None
    if not isinstance(tokens, list) or not tokens:
        raise addons.InvalidAddon("token", "is needed here, or selector.tokens")
    if len(tokens) > TOKENS_MAX or not all(isinstance(token, str) for token in tokens):
        raise addons.InvalidAddon("selector.tokens", f"at most {TOKENS_MAX} tokens of posts")
    return list(dict.fromkeys(tokens))


def _outer_id(app_id: int, token: str) -> str:
    """The number an add-on has outside: known before it is attached, and no counter."""
    return str(addons.outer_id(app_id=app_id, post_token=token))


_uploads = Allowance(UPLOADS_PER_MINUTE, 60)
_nameless_uploads = Allowance(NAMELESS_UPLOADS_PER_DAY, 86_400)
"""Each process counts for itself."""


def _limit_uploads(call: Call, *, with_key: bool) -> None:
    """Raises ``ResourceExhausted`` past so many uploads in a minute, or a day, from one address.

    A proxy that does not say for whom it asks is one address to the minute, and nobody's to the
    day.
    """
    address = network_of(call.scope)
    limits = [(_uploads, address or "unknown", "a minute")]
    if not with_key:
        limits.append((_nameless_uploads, address, "a day without a key"))
    for allowance, counted, span in limits:
        if seconds := allowance.spent(counted):
            raise ResourceExhausted(
                f"at most {allowance.most} pictures {span} from one address",
                retry_after_seconds=seconds,
            )
    for allowance, counted, _ in limits:
        allowance.count(counted)


CREATE = Operation(
    method="POST",
    paths=("/v2/open-platform/addons/post/{token}", "/v2/open-platform/add-ons/post/{token}"),
    handle=create_post_addon,
    body=wire.CreatePostAddonBody,
    answer=Empty,
    permission="ADD_ON_CREATE",
    scopes=("POST_ADDON_CREATE", "USER_POSTS_ADDON_CREATE"),
    resource="token",
    tag="Addons",
)

OPERATIONS = (
    CREATE,
    Operation(
        method="POST",
        paths=("/v1/open-platform/add-ons/post/{token}", "/v1/open-platform/addons/post/{token}"),
        handle=create_post_addon_of_before,
        answer=wire.CreatedPostAddon,
        permission="ADD_ON_CREATE",
        tag="Addons",
        documented=False,
    ),
    Operation(
        method="POST",
        paths=("/v1/open-platform/add-ons/post", "/v1/open-platform/addons/post"),
        handle=create_addon_by_selector,
        answer=wire.CreatedPostAddon,
        permission="ADD_ON_CREATE",
        tag="Addons",
        documented=False,
    ),
    Operation(
        method="GET",
        paths=("/v1/open-platform/addons/post/{token}", "/v1/open-platform/add-ons/post/{token}"),
        handle=list_post_addons,
        answer=wire.PostAddons,
        tag="Addons",
        documented=False,
    ),
    Operation(
        method="DELETE",
        paths=("/v1/open-platform/addons/post/{token}", "/v1/open-platform/add-ons/post/{token}"),
        handle=delete_post_addon,
        answer=Empty,
        permission="ADD_ON_DELETE",
        tag="Addons",
    ),
    Operation(
        method="PUT",
        paths=("/v2/image-service/open-platform/image.jpg",),
        handle=upload_addon_image,
        answer=wire.UploadedImage,
        status=201,
        anonymous=True,
        takes="stream",
        access="own",
        tag="Addons",
        documented=False,
    ),
)
