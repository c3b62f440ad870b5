"""Submit forms: every leaf has one, and it refuses what it should, all at once."""

import json

import pytest

from dalan.domains import taxonomy

FLAT = {"size": 90, "rooms": "دو", "price": 9_000_000_000}
CAR = {
    "brand_model": "Pride 111 EX",
    "production_year": 1389,
    "usage": 191_000,
    "price": 600_000_000,
}


def problems_of(category_slug, values, **options):
    with pytest.raises(taxonomy.InvalidFields) as refusal:
        taxonomy.check_fields(category_slug, values, **options)
    return {problem.field: problem.code for problem in refusal.value.problems}


def test_every_leaf_has_a_form_with_fields_named_once():
    for category in taxonomy.categories():
        if not category.leaf:
            continue
        fields = taxonomy.submit_schema(category.slug).fields
        assert fields
        assert len({field.name for field in fields}) == len(fields)
        assert all(field.title and field.title_en for field in fields)


def test_a_group_of_categories_has_no_form():
    with pytest.raises(taxonomy.NotALeafCategory):
        taxonomy.submit_schema("real-estate")
    with pytest.raises(taxonomy.UnknownCategory):
        taxonomy.submit_schema("no-such")


def test_a_leaf_without_its_own_form_takes_that_of_its_nearest_ancestor():
    iron = {field.name for field in taxonomy.submit_schema("steam-iron").fields}
    fridge = {field.name for field in taxonomy.submit_schema("refrigerator-freezer").fields}

    assert iron == fridge
    assert {"brand", "status", "price"} <= iron


@pytest.mark.parametrize(
    ("category_slug", "required"),
    [
        ("apartment-sell", ["size", "price"]),
        ("apartment-rent", ["size", "rooms", "credit", "rent"]),
        ("suite-apartment", ["size", "daily_rent"]),
        ("light", ["brand_model", "production_year", "usage", "price"]),
        ("mobile-phones", ["brand_model", "status", "price"]),
        ("craftsmen", ["expertise_ids"]),
        ("presell", ["project_name"]),
    ],
)
def test_wire_shape_names_what_is_required(category_slug, required):
    described = taxonomy.schema_as_json(taxonomy.submit_schema(category_slug))

    assert described["required"] == required
    assert set(required) <= described["properties"].keys()
    assert json.loads(json.dumps(described)) == described


def test_wire_shape_of_numbers_options_and_lists_is_the_documented_one():
    flat = taxonomy.schema_as_json(taxonomy.submit_schema("apartment-sell"))["properties"]
    suite = taxonomy.schema_as_json(taxonomy.submit_schema("suite-apartment"))["properties"]

    assert flat["size"]["title"] == "متراژ (متر)"
    assert flat["size"]["type"] == "integer"
    assert flat["elevator"] == {
        "title": "آسانسور",
        "type": "string",
        "enum": ["دارد", "ندارد"],
        "enumNames": ["دارد", "ندارد"],
    }
    amenities = suite["comfort_amenities"]
    assert amenities["type"] == "array"
    assert amenities["items"]["type"] == "string"
    assert amenities["items"]["enum"][0] == "اینترنت_پرسرعت"
    assert amenities["items"]["enumNames"][0] == "اینترنت پرسرعت"


def test_wire_types_are_among_the_documented_five():
    for category in taxonomy.categories():
        if category.leaf:
            described = taxonomy.schema_as_json(taxonomy.submit_schema(category.slug))
            types = {entry["type"] for entry in described["properties"].values()}
            assert types <= {"string", "integer", "float", "boolean", "array"}


def test_values_are_kept_in_form_order_with_text_numbers_read():
    accepted = taxonomy.check_fields(
        "apartment-sell",
        {"price": "۹٬۰۰۰٬۰۰۰٬۰۰۰", "size": "٩٠", "rooms": "دو", "elevator": True},
    )

    assert accepted == {
        "size": 90,
        "rooms": "دو",
        "elevator": "دارد",
        "price": 9_000_000_000,
    }
    assert list(accepted) == ["size", "rooms", "elevator", "price"]


def test_options_are_matched_whatever_the_yeh_and_digits():
    accepted = taxonomy.check_fields(
        "light", CAR | {"color": "مشكي", "brand_model": "Pride ۱۱۱ EX"}
    )

    assert accepted["color"] == "مشکی"
    assert accepted["brand_model"] == "Pride 111 EX"


def test_a_price_object_and_hyphened_names_are_understood():
    accepted = taxonomy.check_fields(
        "light",
        {
            "brand-model": "Pride 111 EX",
            "production-year": 1389,
            "usage": "191,000",
            "price": {"mode": "مقطوع", "value": "600000000"},
        },
    )

    assert accepted == CAR | {"price_mode": "مقطوع"}


def test_every_fault_is_found_at_once():
    faults = problems_of(
        "light",
        {
            "brand_model": "Flying Carpet",
            "production_year": 999,
            "usage": "زیاد",
            "gearbox": 7,
            "wings": 2,
        },
    )

    assert faults == {
        "brand_model": "not_an_option",
        "production_year": "too_small",
        "usage": "wrong_type",
        "gearbox": "not_an_option",
        "price": "required",
        "wings": "unknown_field",
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("size", 0, "too_small"),
        ("size", 10**30, "too_large"),
        ("size", 90.5, "wrong_type"),
        ("size", True, "wrong_type"),
        ("size", "9" * 500, "wrong_type"),
        ("size", {"value": 3}, "wrong_type"),
        ("size", float("nan"), "wrong_type"),
        ("size", float("inf"), "wrong_type"),
        ("rooms", ["دو"], "wrong_type"),
        ("rooms", "هفده", "not_an_option"),
        ("heating_cooling_system", {"a": 1}, "wrong_type"),
        ("heating_cooling_system", ["پکیج", "جادو"], "not_an_option"),
        ("heating_cooling_system", ["پکیج"] * 50, "too_many"),
    ],
)
def test_a_bad_value_is_refused_with_its_own_code(field, value, code):
    assert problems_of("apartment-sell", FLAT | {field: value}) == {field: code}


def test_text_is_bounded():
    faults = problems_of("laptops", {"brand": "x" * 61, "status": "used", "model": "a\x00b"})

    assert faults == {"brand": "too_long", "model": "wrong_type"}


@pytest.mark.parametrize("absent", [None, "", "  ", []])
def test_empty_values_count_as_absent(absent):
    assert problems_of("apartment-sell", FLAT | {"size": absent}) == {"size": "required"}
    assert "floor" not in taxonomy.check_fields("apartment-sell", FLAT | {"floor": absent})


def test_an_edit_may_leave_required_fields_out():
    assert taxonomy.check_fields("light", {"usage": 5}, partial=True) == {"usage": 5}
    assert problems_of("light", {"usage": -5}, partial=True) == {"usage": "too_small"}


def test_a_price_that_is_not_fixed_need_not_be_given():
    without = {key: value for key, value in CAR.items() if key != "price"}

    accepted = taxonomy.check_fields("light", without | {"price_mode": "توافقی"})

    assert "price" not in accepted
    assert problems_of("light", without | {"price_mode": "مقطوع"}) == {"price": "required"}


def test_accepted_values_are_accepted_again():
    accepted = taxonomy.check_fields("craftsmen", {"expertise_ids": ["painting", "painting"]})

    assert accepted == {"expertise_ids": ["painting"]}
    assert taxonomy.check_fields("craftsmen", accepted) == accepted


def test_lines_say_units_groups_and_displays():
    lines = {
        line.name: line.text
        for line in taxonomy.describe_fields(
            "light",
            CAR | {"gearbox": "manual", "exchange": False, "price_mode": "مقطوع"},
        )
    }

    assert lines == {
        "brand_model": "پراید 111 EX",
        "production_year": "1389",
        "usage": "191٬000 کیلومتر",
        "gearbox": "دنده‌ای",
        "price": "600٬000٬000 تومان",
        "exchange": "خیر",
    }


def test_lines_pass_over_what_the_form_no_longer_knows():
    lines = taxonomy.describe_fields(
        "apartment-sell",
        {"size": 90, "wings": 2, "rooms": 5, "floor": 0, "price": None},
    )

    assert [(line.title, line.title_en, line.text) for line in lines] == [
        ("متراژ", "Area", "90 متر"),
        ("تعداد اتاق", "Rooms", "5"),
        ("طبقه", "Floor", "همکف"),
    ]
