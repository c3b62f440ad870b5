"""Assets: the lists apps fill their forms with. Reference 5.8 and 9.

No permission is needed, a key is. An answer that depends on nothing is encoded once. Each may
be kept, and is asked for again by its tag: what an operator changes is seen at the next call.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from typing import Any, Final

import msgspec

from dalan.domains import developers, oauth, taxonomy
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.wire import assets as wire
from dalan.surfaces.operations import Operation, header

PREFIX = "/v1/open-platform/assets"

KEPT: Final = (b"cache-control", b"private, no-cache")
"""They rarely change, and clients are asked to call about once a day (reference 9). Private: the
answer was given to a key."""


def _options(options: Iterable[taxonomy.Option]) -> list[wire.EnumOption]:
    return [wire.EnumOption(slug=one.slug, display=one.display) for one in options]


@taxonomy.remembered()
def _encoded(name: str) -> msgspec.Raw:
    """One of the lists that depend on nothing, encoded once for an edition of the taxonomy."""
    lists: dict[str, Callable[[], object]] = {
        "city": lambda: wire.Cities(
            cities=[wire.EnumOption(one.slug, one.display) for one in taxonomy.cities()]
        ),
        "category": lambda: wire.Categories(
            categories=[wire.EnumOption(one.slug, one.display) for one in taxonomy.categories()]
        ),
        "body-status": lambda: wire.BodyStatuses(body_status=_options(taxonomy.body_statuses())),
        "internal-storage": lambda: wire.InternalStorages(
            internal_storages=_options(taxonomy.internal_storages())
        ),
        "ram-memory": lambda: wire.RamMemories(ram_memories=_options(taxonomy.ram_memories())),
        "service-type": lambda: wire.ServiceTypes(
            service_types=[
                msgspec.convert({"slug": one.slug, "display": one.display}, wire.ServiceType)
                for one in taxonomy.service_types()
            ]
        ),
    }
    return msgspec.Raw(msgspec.json.encode(lists[name]()))


async def list_cities(_: Call) -> msgspec.Raw:
    """Every city."""
    return _encoded("city")


async def list_categories(_: Call) -> msgspec.Raw:
    """Every category, inner ones too, each with its whole path as display."""
    return _encoded("category")


async def list_body_statuses(_: Call) -> msgspec.Raw:
    """Body statuses of cars."""
    return _encoded("body-status")


async def list_internal_storages(_: Call) -> msgspec.Raw:
    """Sizes of a phone's storage."""
    return _encoded("internal-storage")


async def list_ram_memories(_: Call) -> msgspec.Raw:
    """Sizes of a phone's memory."""
    return _encoded("ram-memory")


async def list_service_types(_: Call) -> msgspec.Raw:
    """What kinds of service apps offer."""
    return _encoded("service-type")


async def list_districts(call: Call) -> wire.Districts:
    """Districts, of one city when ``city_slug`` names it."""
    city = call.query.get("city_slug", "")
    found = taxonomy.districts_of(city) if city else taxonomy.districts()
    return wire.Districts(districts=[wire.EnumOption(one.slug, one.display) for one in found])


async def list_districts_of_city(call: Call) -> wire.Districts:
    """Districts of a city; none for an unknown one."""
    found = taxonomy.districts_of(call.path["city_slug"])
    return wire.Districts(districts=[wire.EnumOption(one.slug, one.display) for one in found])


async def list_brand_models(call: Call) -> wire.BrandModels:
    """Brands and models of cars (``light``) or phones (``mobile-phones``)."""
    return wire.BrandModels(brand_models=_options(taxonomy.brand_models(call.path["category"])))


async def list_colors(call: Call) -> wire.Colors:
    """Colours of cars or phones."""
    return wire.Colors(colors=_options(taxonomy.colors(call.path["category"])))


async def get_submit_schema(call: Call) -> wire.SubmitSchema:
    """Which fields a post of this category has."""
    schema = taxonomy.submit_schema(call.path["category_slug"])
    return wire.SubmitSchema(schema=taxonomy.schema_as_json(schema))


async def list_oauth_scopes(_: Call) -> wire.Scopes:
    """What a person may be asked for."""
    return wire.Scopes(
        scopes=[
            msgspec.convert(
                {
                    "slug": one.name,
                    "display": one.label_fa,
                    "description": one.label_en,
                    "lifecycle_state": one.lifecycle,
                },
                wire.Scope,
            )
            for one in oauth.SCOPES.values()
            if one.listed
        ]
    )


async def list_permissions(_: Call) -> wire.Permissions:
    """What an API key may be allowed to do."""
    return wire.Permissions(
        permissions=[
            msgspec.convert(
                {
                    "slug": one.name,
                    "display": one.fa,
                    "description": one.description_fa,
                    "lifecycle_state": one.state,
                },
                wire.Permission,
            )
            for one in developers.PERMISSIONS
        ]
    )


async def list_media_upload_urls(call: Call) -> wire.MediaUploadUrls:
    """Where pictures and videos are sent, and by which method."""
    base = call.services.settings.base_url
    return wire.MediaUploadUrls(
        addon_images=wire.UploadFormat(
            url=f"{base}/v2/image-service/open-platform/image.jpg", http_method="PUT"
        ),
        submit_post_images=wire.UploadFormat(
            url=f"{base}/v8/upload/post/live-post-image", http_method="POST"
        ),
        submit_post_videos=wire.UploadFormat(url=f"{base}/v1/upload-video/", http_method="PUT"),
    )


def _kept(handle: Callable[[Call], Awaitable[Any]]) -> Callable[[Call], Awaitable[msgspec.Raw]]:
    """The handler, its answer tagged by what it says; 304 for who has that already."""

    @wraps(handle)
    async def answer(call: Call) -> msgspec.Raw:
        told = await handle(call)
        body = told if isinstance(told, msgspec.Raw) else msgspec.Raw(msgspec.json.encode(told))
        tag = f'"{hashlib.blake2b(bytes(body), digest_size=12).hexdigest()}"'
        call.headers = [(b"etag", tag.encode()), KEPT]
        seen = header(call.scope, b"if-none-match")
        if any(one.strip().removeprefix("W/") in (tag, "*") for one in seen.split(",")):
            call.status = 304
        return body

    return answer


def _asset(
    path: str, handle: Callable[[Call], Awaitable[Any]], answer: type, **more: Any
) -> Operation:
    return Operation(
        method="GET",
        paths=(PREFIX + path,),
        handle=_kept(handle),
        answer=answer,
        tag="Assets",
        **more,
    )


OPERATIONS = (
    _asset("/city", list_cities, wire.Cities),
    _asset("/category", list_categories, wire.Categories),
    _asset("/body-status", list_body_statuses, wire.BodyStatuses),
    _asset("/internal-storage", list_internal_storages, wire.InternalStorages),
    _asset("/ram-memory", list_ram_memories, wire.RamMemories),
    _asset("/service-type", list_service_types, wire.ServiceTypes),
    _asset("/district", list_districts, wire.Districts, query=wire.DistrictsQuery),
    _asset("/district/{city_slug}", list_districts_of_city, wire.Districts),
    _asset("/brand-model/{category}", list_brand_models, wire.BrandModels),
    _asset("/color/{category}", list_colors, wire.Colors),
    _asset("/submit-schema/{category_slug}", get_submit_schema, wire.SubmitSchema),
    _asset("/oauth-scope", list_oauth_scopes, wire.Scopes),
    _asset("/permission", list_permissions, wire.Permissions),
    _asset("/media-upload-urls", list_media_upload_urls, wire.MediaUploadUrls),
)
