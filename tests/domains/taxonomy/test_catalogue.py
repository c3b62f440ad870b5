"""The published lists: complete, and telling one consistent story."""

import pytest

from dalan.domains import taxonomy


def test_counts_match_the_published_snapshot():
    assert len(taxonomy.categories()) == 237
    assert len(taxonomy.cities()) == 372
    assert len(taxonomy.districts()) == 1104
    assert len(taxonomy.brand_models("light")) == 1435
    assert len(taxonomy.colors("light")) == 38
    assert len(taxonomy.body_statuses()) == 10
    assert len(taxonomy.internal_storages()) == 17
    assert len(taxonomy.ram_memories()) == 14
    assert len(taxonomy.service_types()) == 30
    assert len(taxonomy.major_cities()) == 10


@pytest.mark.parametrize(
    "entries",
    [
        taxonomy.categories,
        taxonomy.cities,
        taxonomy.districts,
        lambda: taxonomy.brand_models("light"),
        lambda: taxonomy.brand_models("mobile-phones"),
        lambda: taxonomy.colors("mobile-phones"),
        taxonomy.service_types,
    ],
)
def test_every_list_has_distinct_slugs_and_a_display(entries):
    found = entries()

    assert len({entry.slug for entry in found}) == len(found)
    assert all(entry.display.strip() == entry.display != "" for entry in found)


def test_every_category_hangs_from_the_root():
    reached = {category.slug for category in taxonomy.descendants("root")}

    assert reached == {category.slug for category in taxonomy.categories()}


def test_level_leaf_and_breadcrumb_agree_with_the_tree():
    for category in taxonomy.categories():
        above = taxonomy.ancestors(category.slug)

        assert category.level == len(above)
        assert category.leaf == (not taxonomy.children(category.slug))
        assert category.display == " - ".join(step.title for step in (*above, category))


def test_ancestors_run_from_the_root_to_the_parent():
    assert [node.slug for node in taxonomy.ancestors("light")] == [
        "root",
        "vehicles",
        "cars",
    ]


def test_descendants_include_the_category_itself():
    cars = {node.slug for node in taxonomy.descendants("cars")}

    assert cars == {"cars", "light", "rental", "classic", "heavy"}


def test_top_level_is_the_group_below_the_root():
    assert len(taxonomy.children("root")) == 10
    assert taxonomy.top_level("apartment-rent").slug == "real-estate"
    assert taxonomy.top_level("real-estate").slug == "real-estate"
    assert taxonomy.top_level("root").slug == "root"


def test_unknown_slugs_are_refused_by_name():
    with pytest.raises(taxonomy.UnknownCategory):
        taxonomy.category("no-such")
    with pytest.raises(taxonomy.UnknownCategory):
        taxonomy.descendants("no-such")
    with pytest.raises(taxonomy.UnknownCity):
        taxonomy.city("no-such")
    with pytest.raises(taxonomy.UnknownDistrict):
        taxonomy.district("no-such")


def test_every_district_lies_in_a_known_city():
    for district in taxonomy.districts():
        assert taxonomy.city(district.city).slug == district.city


def test_suffixed_districts_lie_in_the_city_their_slug_names():
    for suffix, city in [
        ("-tehran", "tehran"),
        ("-mashhad", "mashhad"),
        ("-karaj", "karaj"),
        ("-shiraz", "shiraz"),
        ("-isfahan", "isfahan"),
        ("-ahvaz", "ahvaz"),
        ("-ghom", "qom"),
    ]:
        strays = [
            district.slug
            for district in taxonomy.districts()
            if district.slug.endswith(suffix)
            and district.city != city
            and district.slug != "darvazeh-isfahan"  # a gate of Shiraz, towards Isfahan
        ]
        assert strays == []


def test_districts_of_a_city_are_its_own_and_none_for_an_unknown_one():
    assert "valiasr" in {district.slug for district in taxonomy.districts_of("tehran")}
    assert taxonomy.districts_of("no-such") == ()
    assert sum(len(taxonomy.districts_of(city.slug)) for city in taxonomy.cities()) == 1104


def test_big_cities_know_their_province():
    assert taxonomy.city("kashan").province == "اصفهان"
    assert sum(not city.province for city in taxonomy.cities()) == 2


def test_phones_come_from_many_brands_in_the_published_slug_style():
    models = {model.slug: model.display for model in taxonomy.brand_models("mobile-phones")}

    assert models["samsung galaxy j2"] == "سامسونگ Galaxy J2"
    assert len(models) > 100
    assert len({slug.split(" ")[0] for slug in models}) >= 12
    assert "gold" in {color.slug for color in taxonomy.colors("mobile-phones")}


@pytest.mark.parametrize("category_slug", ["laptops", "root", "no-such"])
def test_models_and_colors_of_another_category_are_not_published(category_slug):
    with pytest.raises(taxonomy.AssetNotPublished):
        taxonomy.brand_models(category_slug)
    with pytest.raises(taxonomy.AssetNotPublished):
        taxonomy.colors(category_slug)
