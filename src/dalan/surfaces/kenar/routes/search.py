"""Finder: searching posts, the published form and the two older ones. Reference 5.1, 8.6."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from dalan.domains import posts, search, taxonomy
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import TextTooLong
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import InvalidField, business_data
from dalan.surfaces.kenar.wire import search as wire
from dalan.surfaces.operations import Operation

FOUND_MAX = 100
"""The newest that fit, and no page after them. Source: reference 8.6."""

LIST_MAX = 100
"""Values of one list; no form offers more at once."""

NUMBER_MIN, NUMBER_MAX = -(2**63), 2**63 - 1

_GROUP_MEMBERS = {
    "electronic-devices": "electronic_devices_fields",
    "home-kitchen": "home_kitchen_fields",
    "services": "services_fields",
    "personal": "personal_goods_fields",
    "leisure-hobbies": "leisure_hobbies_fields",
    "community": "community_fields",
    "tools-materials-equipment": "tools_materials_equipment_fields",
    "jobs": "jobs_fields",
}
"""The groups below the root whose member the contract leaves empty."""

_WHOLE = re.compile(r"-?[0-9]{1,20}")

_HAS, _FIXED_PRICE = "دارد", "مقطوع"


async def search_posts(call: Call) -> wire.SearchPostV2Response:
    """Published posts that fit, at most a hundred, the newest; last modified first.

    A category means everything below it, ``root`` everything. ``query_text`` is what people type
    into a search box: every word must be there, from three letters on its beginning is enough.
    """
    body = call.body(wire.SearchPostsV2Request)
    asked = body.query
    query = _query(
        body,
        words=" ".join(filter(None, (body.query_text, asked.query_text))),
        brand_models=asked.brand_model,
        rooms=asked.rooms,
        with_parking=asked.only_with_parking,
        ranges={
            "production_year": asked.production_year,
            "usage": asked.usage,
            "size": asked.size,
            "rent": asked.rent,
            "credit": asked.credit,
        },
    )
    return wire.SearchPostV2Response(posts=[_item(post) for post in await _found(call, query)])


async def search_posts_v1(call: Call) -> wire.SearchPostsV1Response:
    """The first search: cars and phones, and each post's public data whole."""
    body = call.body(wire.SearchPostsV1Request)
    asked = body.query
    query = _query(
        body,
        brand_models=asked.brand_model.value,
        ranges={"production_year": asked.production_year, "usage": asked.usage},
    )
    found = await _found(call, query)
    base_url = call.services.settings.base_url
    async with call.services.db.look() as call.tx:
        return wire.SearchPostsV1Response(
            posts=[
                wire.OldSearchPost(
                    token=post.token,
                    business_type=await _business_type(call, post),
                    city=post.city,
                    last_modified=post.last_modified_at.replace(tzinfo=None).isoformat(),
                    post_data={"category": post.category}
                    | posts.public_data(post, base_url=base_url),
                )
                for post in found
            ]
        )


async def _found(call: Call, query: search.Query) -> list[posts.Post]:
    """Counted first, in a unit of its own: a search that is refused asks the index nothing."""
    settings, caller = call.services.settings, call.app

    async def count(tx: WriteTransaction) -> None:
        await search.count_call(
            tx,
            app_id=caller.app_id,
            slug=caller.slug,
            per_day=(
                settings.searches_per_day_development
                if caller.is_development
                else settings.searches_per_day_production
            ),
            enforced=settings.quotas_enforced,
        )

    await call.services.db.transact(count)
    async with call.services.db.look() as look:
        found = await search.find(look, query, limit=FOUND_MAX)
    return sorted(found.posts, key=lambda post: post.last_modified_at, reverse=True)


def _query(
    body: wire.SearchPostsV2Request | wire.SearchPostsV1Request,
    *,
    words: str = "",
    brand_models: list[str],
    rooms: list[str] | None = None,
    with_parking: bool = False,
    ranges: Mapping[str, wire.NumberRange | None],
) -> search.Query:
    """The filters in our words. Raises ``InvalidField`` naming the one that makes no sense."""
    lists = {"districts": body.districts, "query.brand_model": brand_models}
    for name, values in (lists | {"query.rooms": rooms or []}).items():
        if len(values) > LIST_MAX:
            raise InvalidField(name, f"may name at most {LIST_MAX}")
        if any(len(value) > LIST_MAX for value in values):
            raise InvalidField(name, "holds a value that no list offers")
    query = search.Query(
        words=words,
        category=body.category or "root",
        cities=(body.city,) if body.city else (),
        districts=tuple(filter(None, body.districts)),
        brand_models=tuple(filter(None, brand_models)),
        rooms=tuple(filter(None, rooms or ())),
        with_parking=with_parking,
        ranges={
            name: search.Range(
                _number(f"query.{name}.min", asked.min), _number(f"query.{name}.max", asked.max)
            )
            for name, asked in ranges.items()
            if asked is not None
        },
    )
    try:
        search.check(query)
    except taxonomy.UnknownCategory as error:
        raise InvalidField("category", "is no category") from error
    except taxonomy.UnknownCity as error:
        raise InvalidField("city", "is no city") from error
    except taxonomy.UnknownDistrict as error:
        raise InvalidField("districts", "holds one that does not exist") from error
    except TextTooLong as error:
        raise InvalidField("query_text", f"has at most {error.longest} characters") from error
    return query


def _number(field: str, given: wire.Number) -> int | None:
    """A 64-bit number, as number or as text; text without anything in it is no bound."""
    if isinstance(given, str):
        text = given.strip()
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise InvalidField(field, "must be a whole number")
        given = int(text)
    if isinstance(given, float) and not given.is_integer():
        raise InvalidField(field, "must be a whole number")
    number = int(given)
    if not NUMBER_MIN <= number <= NUMBER_MAX:
        raise InvalidField(field, "does not fit 64 bits")
    return number


def _item(post: posts.Post) -> wire.SearchPostItem:
    group = taxonomy.top_level(post.category).slug
    members: dict[str, Any] = {}
    if group == "real-estate":
        members["real_estate_fields"] = _real_estate(post.fields)
    elif group == "vehicles":
        usage = post.fields.get("usage")
        members["vehicles_fields"] = wire.VehiclesFields(usage=str(usage) if usage else "")
    elif group in _GROUP_MEMBERS:
        members[_GROUP_MEMBERS[group]] = {}
    return wire.SearchPostItem(
        token=post.token,
        category=post.category,
        city=post.city,
        title=post.title,
        last_modified_at=post.last_modified_at,
        price=_price(post.price_mode, post.price_tomans),
        **members,
    )


def _real_estate(fields: Mapping[str, Any]) -> wire.RealEstateFields:
    daily_rent = fields.get("daily_rent")
    return wire.RealEstateFields(
        size=fields.get("size", 0),
        rooms=fields.get("rooms", ""),
        floor=fields.get("floor", 0),
        year=fields.get("year", 0),
        has_elevator=fields.get("elevator") == _HAS,
        has_parking=fields.get("parking") == _HAS,
        rent=_price(_FIXED_PRICE if "rent" in fields else "", fields.get("rent")),
        credit=_price(_FIXED_PRICE if "credit" in fields else "", fields.get("credit")),
        daily_rent=str(daily_rent) if daily_rent else "",
    )


def _price(mode: str, tomans: int | None) -> Any:
    if not mode:
        return UNSET
    return wire.Price(mode=mode, value=str(tomans) if tomans else "")


async def _business_type(call: Call, post: posts.Post) -> str:
    business = await business_data(call, post)
    return "PERSONAL" if business is UNSET else str(business.business_type)


OPERATIONS = (
    Operation(
        method="POST",
        paths=("/v2/open-platform/finder/post", "/v2/open-platform/finder/posts"),
        handle=search_posts,
        body=wire.SearchPostsV2Request,
        answer=wire.SearchPostV2Response,
        permission="SEARCH_POST",
        access="own",
        tag="Finder",
    ),
    Operation(
        method="POST",
        paths=("/v1/open-platform/finder/post",),
        handle=search_posts_v1,
        body=wire.SearchPostsV1Request,
        answer=wire.SearchPostsV1Response,
        permission="SEARCH_POST",
        access="own",
        tag="Finder",
        documented=False,
    ),
)
