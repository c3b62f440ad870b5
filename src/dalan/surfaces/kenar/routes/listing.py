"""Add-ons as an app is told of its own, whatever they are attached to."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dalan.domains import addons, developers, media
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.wire import addons as wire

IMAGE_SIZE: media.Size = 1200
AVATAR_SIZE: media.Size = 200


class Listed(msgspec.Struct, frozen=True):
    """What every list says of an add-on. ``widgets`` are in canonical form, their pictures whole
    addresses. Of what was hashed the keys are told, never the values."""

    meta_data: wire.AddonMetaData
    widgets: list[dict[str, Any]]
    semantic: dict[str, str]
    semantic_sensitives: list[str]


async def listed(
    call: Call, addon: addons.Addon, *, outer_id: str, said: Mapping[str, str] | None = None
) -> Listed:
    """One of the calling app's own. ``said``: what it told of the post besides, for the tags."""
    base_url = call.services.settings.base_url
    app = await developers.app(call.look, call.app.app_id)
    avatars = await media.images_by_id(call.look, [app.avatar_image_id or 0])
    avatar = avatars.get(app.avatar_image_id or 0)
    avatar_url = base_url + media.path_of(avatar.name, AVATAR_SIZE) if avatar else ""

    def url_of(image_id: str) -> str:
        if image_id == addons.LOGO:
            return avatar_url or image_id
        return base_url + media.path_of(image_id, IMAGE_SIZE)

    return Listed(
        meta_data=wire.AddonMetaData(
            id=outer_id,
            app=wire.AddonApp(
                slug=app.slug,
                display=app.display,
                avatar=avatar_url,
                status=wire.AppStatus(status=developers.wire_status(app)),
                service_type=app.service_type or "",
            ),
            created_at=addon.created_at,
            last_modified=addon.last_modified_at,
            status=addon.status,
            service_tags=addons.semantic.tags(addon.semantic | dict(said or {})),
        ),
        widgets=addons.with_images(addon.widgets, url_of),
        semantic={key: _text_of(value) for key, value in addon.semantic.items()},
        semantic_sensitives=sorted(addon.semantic_hashed),
    )


def for_older_clients(widgets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Widgets with what the SDK of the second generation cannot read them without: a link and a
    colour though they say nothing, and pictures by the older name. Reference 11.6."""
    return [{name: _padded(name, data) for name, data in widget.items()} for widget in widgets]


def _padded(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    padded = dict(data)
    if name in ("score_row", "selector_row", "button_bar"):
        padded.setdefault("action", {"open_direct_link": ""})
    if name == "score_row":
        padded.setdefault("score_color", "COLOR_UNSPECIFIED")
    if name == "image_carousel_row":
        padded["items"] = [
            {"description": "", **item, "image_url": item["image_id"]} for item in data["items"]
        ]
    return padded


def _text_of(value: Any) -> str:
    """Semantic values are texts on this wire; what a path copied may be more than that."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
