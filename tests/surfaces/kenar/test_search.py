"""Search for posts, as apps call it: the published form, its alias and the first generation."""

from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import search
from tests.factories.developers import make_key
from tests.factories.posts import FIELDS
from tests.factories.search import make_found
from tests.platform_fixtures import BASE_URL
from tests.surfaces.kenar.conftest import Scene

SEARCH = "/v2/open-platform/finder/post"
HOME = {"size": 90, "rooms": "دو", "floor": 3, "parking": "دارد", "elevator": "ندارد", "year": 1399,
        "rent": 18_000_000, "credit": 300_000_000}  # fmt: skip


@pytest.fixture
async def filled(scene: Scene) -> Scene:
    async with scene.platform.services.db.write() as tx:
        await make_found(tx, title="آپارتمان نوساز", category="apartment-rent", fields=HOME)
        await make_found(tx, title="پژوی سفید", city="shiraz")
        await make_found(tx, title="مبل راحتی", category="furniture",
                         fields={"status": "used", "price_mode": "توافقی"})  # fmt: skip
    return scene


async def found(scene: Scene, body: Any, path: str = SEARCH) -> list[dict[str, Any]]:
    answer = await scene.call("POST", path, json=body)
    assert answer.status_code == 200, answer.text
    posts: list[dict[str, Any]] = answer.json().get("posts", [])
    return posts


async def titles(scene: Scene, **body: Any) -> set[str]:
    return {one["title"] for one in await found(scene, body)}


async def test_answers_a_home_in_the_words_of_the_contract(filled: Scene):
    [home] = await found(filled, {"category": "apartment-rent", "city": "tehran"})

    assert home.pop("token")
    assert home.pop("last_modified_at").endswith("Z")
    assert home == {
        "category": "apartment-rent",
        "city": "tehran",
        "title": "آپارتمان نوساز",
        "real_estate_fields": {
            "size": 90, "rooms": "دو", "floor": 3, "year": 1399, "has_parking": True,
            "rent": {"mode": "مقطوع", "value": "18000000"},
            "credit": {"mode": "مقطوع", "value": "300000000"},
        },
    }  # fmt: skip


async def test_answers_each_group_with_its_own_member(filled: Scene):
    [car] = await found(filled, {"category": "vehicles"})
    [sofa] = await found(filled, {"category": "home-kitchen"})

    fields = FIELDS["light"]
    assert car["price"] == {"mode": "مقطوع", "value": str(fields["price"])}
    assert car["vehicles_fields"] == {"usage": str(fields["usage"])}
    assert sofa["price"] == {"mode": "توافقی"}
    assert sofa["home_kitchen_fields"] == {}


async def test_takes_every_filter_of_the_contract(filled: Scene):
    for name, fits, misses in (
        ("rent", {"max": "18000000"}, {"max": "17999999"}),
        ("credit", {"min": 300_000_000}, {"min": "300000001", "max": None}),
        ("size", {"min": 90, "max": 90}, {"max": 89}),
        ("rooms", ["یک", "دو"], ["سه"]),
        ("only_with_parking", True, None),
        ("query_text", "نوس", "کهنه"),
    ):
        assert await titles(filled, query={name: fits}) == {"آپارتمان نوساز"}, name
        if misses is not None:
            assert await titles(filled, query={name: misses}) == set(), name
    car = FIELDS["light"]
    for name, fits in (
        ("brand_model", [car["brand_model"]]),
        ("production_year", {"min": car["production_year"], "max": car["production_year"]}),
        ("usage", {"max": car["usage"]}),
    ):
        assert await titles(filled, query={name: fits}) == {"پژوی سفید"}, name


async def test_takes_words_beside_the_query_too(filled: Scene):
    assert await titles(filled, query_text="سفید پژو") == {"پژوی سفید"}
    assert await titles(filled, query_text="سفید", query={"query_text": "مبل"}) == set()


async def test_answers_everything_for_nothing_and_for_root(filled: Scene):
    assert len(await found(filled, {})) == 3
    assert len(await found(filled, {"category": "root", "city": None, "junk": [1]})) == 3


async def test_alias_answers_alike(filled: Scene):
    body = {"category": "vehicles"}

    assert await found(filled, body, "/v2/open-platform/finder/posts") == await found(filled, body)


async def test_first_generation_answers_public_data_whole(filled: Scene):
    car = FIELDS["light"]
    query = {"brand_model": {"value": [car["brand_model"]]},
             "production-year": {"min": car["production_year"]}, "usage": {"min": 0}}  # fmt: skip

    [post] = await found(filled, {"category": "light", "city": "shiraz", "query": query},
                         "/v1/open-platform/finder/post")  # fmt: skip

    assert post["business_type"] == "PERSONAL"
    assert not post["last_modified"].endswith("Z")
    data = post["post_data"]
    assert data["category"] == "light"
    assert data["production-year"] == car["production_year"]
    assert data["price"] == {"mode": "مقطوع", "value": car["price"]}
    query["usage"] = {"min": car["usage"] + 1}
    missed = {"category": "light", "query": query}
    assert await found(filled, missed, "/v1/open-platform/finder/post") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"category": "nowhere"}, "category"),
        ({"city": "atlantis"}, "city"),
        ({"districts": ["atlantis"]}, "districts"),
        ({"districts": ["abshar"] * 101}, "districts"),
        ({"query": {"rooms": ["x" * 200]}}, "query.rooms"),
        ({"query": {"rent": {"min": "۱۲"}}}, "query.rent.min"),
        ({"query": {"rent": {"max": "1e9"}}}, "query.rent.max"),
        ({"query": {"size": {"max": 1.5}}}, "query.size.max"),
        ({"query": {"size": {"max": "9" * 20}}}, "query.size.max"),
        ({"query_text": "x" * 500}, "query_text"),
        ({"query": []}, "query"),
    ],
)
async def test_refuses_what_makes_no_sense_by_its_name(filled: Scene, body: Any, field: str):
    answer = await filled.call("POST", SEARCH, json=body)

    assert answer.status_code == 400
    assert answer.json()["code"] == 3
    assert field in answer.json()["message"]


async def test_a_call_without_a_key_or_without_its_permission_is_refused(scene: Scene):
    keys = scene.platform.services.keys
    async with scene.platform.services.db.write() as tx:
        bare = await make_key(tx, scene.app.id, keys=keys, permissions=("GET_POST",))

    assert (await scene.call("POST", SEARCH, key=None, json={})).status_code == 401
    refused = await scene.call("POST", SEARCH, key=bare.text, json={})
    assert refused.status_code == 403
    assert "SEARCH_POST" in refused.json()["message"]


async def test_beyond_its_searches_an_app_waits_for_tomorrow(filled: Scene):
    settings = msgspec.structs.replace(filled.platform.services.settings, quotas_enforced=True)
    strict = Platform(settings, works=False)
    await strict.start()
    async with strict.services.db.write() as tx:
        await search.allow(tx, app_id=filled.app.id, per_day=2)
    transport = httpx.ASGITransport(app=strict)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        scene = msgspec.structs.replace(filled, http=client)
        await found(scene, {})
        await found(scene, {}, "/v1/open-platform/finder/post")

        refused = await scene.call("POST", SEARCH, json={})

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    [failure] = refused.json()["details"]
    assert failure["@type"].endswith("QuotaFailure")
    async with strict.services.db.look() as look:
        assert await search.used_today(look, filled.app.id) == 2
    await strict.stop()


async def test_a_world_that_enforces_nothing_counts_all_the_same(filled: Scene):
    async with filled.platform.services.db.write() as tx:
        await search.allow(tx, app_id=filled.app.id, per_day=0)

    await found(filled, {})

    async with filled.platform.services.db.look() as look:
        assert await search.used_today(look, filled.app.id) == 1
