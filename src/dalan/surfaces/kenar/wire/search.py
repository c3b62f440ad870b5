"""Messages of the search for posts, both generations. Reference 5.1, 8.6."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from dalan.surfaces.kenar.wire.common import Answer, Given

Number = int | float | str


class NumberRange(Given, frozen=True):
    """``finderSearchQueryNumberRange``: 64-bit numbers, as text or as numbers; ends included."""

    min: Number = ""
    max: Number = ""


class SearchQuery(Given, frozen=True):
    """``finderSearchQuery``, with the ``query_text`` that apps send too."""

    brand_model: list[str] = []
    production_year: NumberRange | None = None
    usage: NumberRange | None = None
    size: NumberRange | None = None
    rent: NumberRange | None = None
    credit: NumberRange | None = None
    rooms: list[str] = []
    only_with_parking: bool = False
    query_text: str = ""


class SearchPostsV2Request(Given, frozen=True):
    """``finderSearchPostsV2Request``; ``query_text`` is read here and in ``query``."""

    category: str = ""
    city: str = ""
    districts: list[str] = []
    query: SearchQuery = SearchQuery()
    query_text: str = ""


class Price(Answer, frozen=True):
    """``SearchPostItemPrice``: tomans, a 64-bit number as text."""

    mode: str = ""
    value: str = ""


class RealEstateFields(Answer, frozen=True):
    """``SearchPostItemRealEstateFields``. ``floor`` and ``size`` are 32-bit, so numbers."""

    size: int = 0
    rooms: str = ""
    floor: int = 0
    year: int = 0
    has_elevator: bool = False
    has_parking: bool = False
    rent: Price | UnsetType = UNSET
    credit: Price | UnsetType = UNSET
    daily_rent: str = ""


class VehiclesFields(Answer, frozen=True):
    """``SearchPostItemVehiclesFields``"""

    usage: str = ""
    custom_post_subtitle: str = ""
    installment_sale: str = ""


NoFields = dict[str, Any]
"""The fields of a group about which the contract says nothing: an empty object."""


class SearchPostItem(Answer, frozen=True):
    """``finderSearchPostItem``: the member of its group of categories says what kind it is."""

    token: str
    category: str
    city: str
    title: str
    last_modified_at: datetime
    price: Price | UnsetType = UNSET
    real_estate_fields: RealEstateFields | UnsetType = UNSET
    vehicles_fields: VehiclesFields | UnsetType = UNSET
    electronic_devices_fields: NoFields | UnsetType = UNSET
    home_kitchen_fields: NoFields | UnsetType = UNSET
    services_fields: NoFields | UnsetType = UNSET
    personal_goods_fields: NoFields | UnsetType = UNSET
    leisure_hobbies_fields: NoFields | UnsetType = UNSET
    community_fields: NoFields | UnsetType = UNSET
    tools_materials_equipment_fields: NoFields | UnsetType = UNSET
    jobs_fields: NoFields | UnsetType = UNSET


class SearchPostV2Response(Answer, frozen=True):
    """``finderSearchPostV2Response``"""

    posts: list[SearchPostItem] = []


class Values(Given, frozen=True):
    """Any of these, as the first search wrapped it."""

    value: list[str] = []


class OldSearchQuery(Given, frozen=True, rename={"production_year": "production-year"}):
    """The filters of the first search."""

    brand_model: Values = Values()
    production_year: NumberRange | None = None
    usage: NumberRange | None = None


class SearchPostsV1Request(Given, frozen=True):
    """The first search, as the hand-written SDK still sends it. Reference 5.1."""

    category: str = ""
    city: str = ""
    districts: list[str] = []
    query: OldSearchQuery = OldSearchQuery()


class OldSearchPost(msgspec.Struct, frozen=True):
    """A post of the first search; ``last_modified`` is UTC without saying so."""

    token: str
    business_type: str
    city: str
    last_modified: str
    post_data: dict[str, Any]


class SearchPostsV1Response(msgspec.Struct, frozen=True):
    posts: list[OldSearchPost]
    """Always there: the SDK reads it without asking."""
