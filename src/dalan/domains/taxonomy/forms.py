"""Which fields the submit form of each category asks for.

A leaf without a form of its own takes that of its nearest ancestor, so every leaf has one.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from dalan.domains.taxonomy import amending, catalogue
from dalan.domains.taxonomy import fields as f
from dalan.domains.taxonomy.amending import remembered
from dalan.domains.taxonomy.errors import NotALeafCategory
from dalan.domains.taxonomy.expertise import expertise
from dalan.domains.taxonomy.terms import Field, Option, SubmitSchema

Form: TypeAlias = Callable[[str], tuple[Field, ...]]
"""Makes the fields for a leaf category's slug; called once per leaf, on first use."""


def required(field: Field) -> Field:
    return msgspec.structs.replace(field, required=True)


def goods(_: str) -> tuple[Field, ...]:
    return (f.STATUS, f.PRICE, f.PRICE_MODE, f.EXCHANGE)


def branded_goods(_: str) -> tuple[Field, ...]:
    return (f.BRAND, f.STATUS, f.PRICE, f.PRICE_MODE, f.EXCHANGE)


def price_alone(_: str) -> tuple[Field, ...]:
    return (f.PRICE, f.PRICE_MODE)


def mobile_phone(slug: str) -> tuple[Field, ...]:
    return (
        required(f.phone_brand_model()),
        required(f.STATUS),
        f.color(slug),
        f.internal_storage(),
        f.ram_memory(),
        f.SIM_SLOTS,
        f.ORIGINALITY,
        required(f.PRICE),
        f.PRICE_MODE,
        f.EXCHANGE,
    )


def tablet(_: str) -> tuple[Field, ...]:
    return (
        f.BRAND,
        f.MODEL,
        required(f.STATUS),
        f.internal_storage(),
        f.ram_memory(),
        f.SCREEN_SIZE,
        f.PRICE,
        f.PRICE_MODE,
        f.EXCHANGE,
    )


def computer(_: str) -> tuple[Field, ...]:
    return (
        required(f.BRAND),
        f.MODEL,
        required(f.STATUS),
        f.PROCESSOR,
        f.ram_memory(),
        f.internal_storage(),
        f.SCREEN_SIZE,
        f.OPERATING_SYSTEM,
        f.PRICE,
        f.PRICE_MODE,
        f.EXCHANGE,
    )


def light_car(slug: str) -> tuple[Field, ...]:
    return (
        required(f.light_brand_model()),
        required(f.PRODUCTION_YEAR),
        required(f.USAGE),
        f.color(slug),
        f.GEARBOX,
        f.FUEL,
        f.body_status(),
        f.front_chassis_status(),
        f.back_chassis_status(),
        f.ENGINE_STATUS,
        f.INSURANCE_MONTHS,
        required(f.PRICE),
        f.PRICE_MODE,
        f.EXCHANGE,
    )


def vehicle(_: str) -> tuple[Field, ...]:
    return (
        f.VEHICLE_BRAND,
        f.PRODUCTION_YEAR,
        f.USAGE,
        f.PRICE,
        f.PRICE_MODE,
        f.EXCHANGE,
    )


def car_rental(_: str) -> tuple[Field, ...]:
    return (f.VEHICLE_BRAND, f.PRODUCTION_YEAR, f.GEARBOX, required(f.DAILY_RENT))


def apartment_sell(_: str) -> tuple[Field, ...]:
    return (
        required(f.SIZE),
        f.ROOMS,
        f.BUILT_YEAR,
        f.FLOOR,
        f.FLOORS_COUNT,
        f.ELEVATOR,
        f.PARKING,
        f.WAREHOUSE,
        f.BALCONY,
        f.DIRECTION,
        f.DEED,
        f.HEATING_COOLING,
        required(f.PRICE),
        f.PRICE_MODE,
    )


def apartment_rent(_: str) -> tuple[Field, ...]:
    return (
        required(f.SIZE),
        required(f.ROOMS),
        required(f.CREDIT),
        required(f.RENT),
        f.BUILT_YEAR,
        f.FLOOR,
        f.FLOORS_COUNT,
        f.ELEVATOR,
        f.PARKING,
        f.WAREHOUSE,
        f.BALCONY,
        f.HEATING_COOLING,
    )


def house_sell(slug: str) -> tuple[Field, ...]:
    return (f.LAND_SIZE, *apartment_sell(slug))


def house_rent(slug: str) -> tuple[Field, ...]:
    return (f.LAND_SIZE, *apartment_rent(slug))


def plot(_: str) -> tuple[Field, ...]:
    return (required(f.SIZE), f.PLOT_USE, f.DEED, required(f.PRICE), f.PRICE_MODE)


def commercial_sell(_: str) -> tuple[Field, ...]:
    return (
        required(f.SIZE),
        f.ROOMS,
        f.BUILT_YEAR,
        f.FLOOR,
        f.ELEVATOR,
        f.PARKING,
        f.WAREHOUSE,
        f.DEED,
        required(f.PRICE),
        f.PRICE_MODE,
    )


def commercial_rent(_: str) -> tuple[Field, ...]:
    return (
        required(f.SIZE),
        f.ROOMS,
        required(f.CREDIT),
        required(f.RENT),
        f.BUILT_YEAR,
        f.FLOOR,
        f.ELEVATOR,
        f.PARKING,
        f.WAREHOUSE,
    )


def temporary_rent(_: str) -> tuple[Field, ...]:
    return (
        required(f.SIZE),
        f.ROOMS,
        f.PERSON_CAPACITY,
        f.EXTRA_PERSON_CAPACITY,
        required(f.DAILY_RENT),
        f.PRICE_WEEKENDS,
        f.PRICE_SPECIAL_DAYS,
        f.PRICE_EXTRA_PERSON,
        f.MINIMUM_STAY,
        f.CHECK_IN,
        f.CHECK_OUT,
        f.COMFORT_AMENITIES,
        f.HEATING_COOLING,
        f.PETS_ALLOWED,
        f.HOUSE_RULES,
    )


def building_project(_: str) -> tuple[Field, ...]:
    return (f.SIZE, f.PLOT_USE, f.DEED, f.PRICE, f.PRICE_MODE)


def presell(_: str) -> tuple[Field, ...]:
    return (
        required(f.PROJECT_NAME),
        f.DEVELOPER_NAME,
        f.PROGRESS,
        f.CONSTRUCTION_PHASE,
        f.DELIVERY_YEAR,
        f.UNIT_TYPES,
        f.UNIT_SIZE_MIN,
        f.PRICE_PER_METRE,
        f.DOWN_PAYMENT,
        f.DELIVERY_PAYMENT,
    )


def service(slug: str) -> tuple[Field, ...]:
    return (
        required(expertise(slug)),
        f.EXPERIENCE_YEARS,
        f.WORKS_24_7,
        f.WORK_ON_HOLIDAYS,
        f.WORK_HOURS_START,
        f.WORK_HOURS_END,
        f.PRICE,
        f.PRICE_MODE,
    )


def job(_: str) -> tuple[Field, ...]:
    return (
        required(f.COOPERATION),
        f.SALARY,
        f.EXPERIENCE_YEARS,
        f.SOCIAL_INSURANCE,
        f.GENDER,
        f.WORK_HOURS_START,
        f.WORK_HOURS_END,
    )


def gathering(_: str) -> tuple[Field, ...]:
    return (f.EVENT_DATE, f.PRICE, f.PRICE_MODE)


def lost_and_found(_: str) -> tuple[Field, ...]:
    return (f.REWARD,)


def animal(_: str) -> tuple[Field, ...]:
    return (f.AGE_MONTHS, f.PRICE, f.PRICE_MODE, f.EXCHANGE)


FORMS: dict[str, Form] = {
    "root": price_alone,
    "electronic-devices": branded_goods,
    "mobile-phones": mobile_phone,
    "tablet": tablet,
    "laptops": computer,
    "desktops": computer,
    "sim-card": price_alone,
    "home-kitchen": goods,
    "appliance": branded_goods,
    "personal": goods,
    "leisure-hobbies": goods,
    "ticket": gathering,
    "travel-packages": gathering,
    "animals": animal,
    "tools-materials-equipment": goods,
    "vehicles": vehicle,
    "light": light_car,
    "rental": car_rental,
    "parts-accessories": goods,
    "residential-sell": apartment_sell,
    "house-villa-sell": house_sell,
    "plot-old": plot,
    "residential-rent": apartment_rent,
    "house-villa-rent": house_rent,
    "commercial-sell": commercial_sell,
    "commercial-rent": commercial_rent,
    "temporary-rent": temporary_rent,
    "real-estate-services": building_project,
    "presell": presell,
    "services": service,
    "jobs": job,
    "community": gathering,
    "lost-and-found": lost_and_found,
}


EXPERTISE = "expertise_ids"
_YES_OR_NO = {"دارد", "ندارد"}


def form_of(category_slug: str) -> Form:
    """The form of a category: its own, or that of the nearest one above that has any."""
    line = [ancestor.slug for ancestor in catalogue.ancestors(category_slug)]
    return next(FORMS[slug] for slug in [category_slug, *reversed(line)] if slug in FORMS)


_ASSETS = {
    "front_chassis_status": "chassis_statuses",
    "back_chassis_status": "chassis_statuses",
    "body_status": "body_statuses",
    "internal_storage": "internal_storages",
    "ram_memory": "ram_memories",
}


def list_of(field: Field, category_slug: str) -> str:
    """The name of the list a field's options are of: an asset's, or the field's own."""
    if field.name in _ASSETS:
        return _ASSETS[field.name]
    if field.name in ("brand_model", "color"):
        return f"{field.name}s/{category_slug}"
    if field.name == EXPERTISE:  # every category of services has its own
        return f"field/{field.name}/{category_slug}"
    return f"field/{field.name}"


def _is_fixed(field: Field) -> bool:
    """Options that the code itself asks for: yes and no, and the ways a price is meant."""
    return field.name == f.PRICE_MODE.name or {one.slug for one in field.options} == _YES_OR_NO


def _amended(field: Field, category_slug: str) -> Field:
    """The field with the options that are offered now, and those that were."""
    if not field.options or _is_fixed(field):
        return field
    name = list_of(field, category_slug)
    if not amending.said_of(name):
        return field
    shipped = catalogue.shipped_options().get(name, field.options)
    retired = amending.options_retired(name, shipped)
    if name in catalogue.shipped_options():  # its options are those of now already
        return msgspec.structs.replace(field, retired=retired)
    offered = amending.options_offered(name, shipped)
    return msgspec.structs.replace(field, options=offered, retired=retired)


@remembered()
def submit_schema(category_slug: str) -> SubmitSchema:
    """The submit form of a leaf category.

    Raises ``UnknownCategory``, and ``NotALeafCategory`` for a group of categories.

    Source: Kenar assets, ``submit-schema``. The live forms are not published; these are ours,
    with every field and value the documentation shows.
    """
    category = catalogue.category(category_slug)
    if not category.leaf:
        raise NotALeafCategory(category_slug)
    form = form_of(category_slug)
    return SubmitSchema(
        category=category_slug,
        fields=tuple(_amended(field, category_slug) for field in form(category_slug)),
    )


def field_lists() -> dict[str, tuple[Field, tuple[Option, ...]]]:
    """Fields that have options of their own, by the name of the list: the field, and what it was
    shipped with. Some forms share a field, and then its list."""
    found: dict[str, tuple[Field, tuple[Option, ...]]] = {}
    for node in catalogue.every_category():
        if not node.leaf:
            continue
        for field in form_of(node.slug)(node.slug):
            name = list_of(field, node.slug)
            if field.options and name.startswith("field/") and not _is_fixed(field):
                _field, options = found.get(name, (field, ()))
                known = {option.slug for option in options}
                more = tuple(one for one in field.options if one.slug not in known)
                found[name] = (_field, options + more)
    return found


def schema_as_json(schema: SubmitSchema) -> dict[str, Any]:
    """The form in the documented shape: ``properties`` by field name, and ``required``.

    Options become ``enum`` with Persian ``enumNames`` beside it, inside ``items`` for an array;
    the unit is part of the ``title``. Source: Kenar assets, ``Assets_GetSubmitSchema``.
    """
    return {
        "properties": {field.name: _property(field) for field in schema.fields},
        "required": [field.name for field in schema.fields if field.required],
    }


def _property(field: Field) -> dict[str, object]:
    described: dict[str, object] = {"title": field.form_title, "type": field.type}
    enumeration: dict[str, object] = {}
    if field.options:
        enumeration = {
            "enum": [option.slug for option in field.options],
            "enumNames": [option.display for option in field.options],
        }
    if field.type == "array":
        return described | {"items": enumeration | {"type": field.item_type or "string"}}
    if field.minimum is not None:
        described["minimum"] = field.minimum
    if field.maximum is not None:
        described["maximum"] = field.maximum
    if field.length_max is not None and not field.options:
        described["maxLength"] = field.length_max
    return described | enumeration
