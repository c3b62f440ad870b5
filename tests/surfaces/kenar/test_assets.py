"""Assets: whole lists, a key but no permission needed."""

import pytest

from dalan.domains import taxonomy
from tests.factories.developers import make_key
from tests.factories.identity import make_person
from tests.surfaces.kenar.conftest import Scene

PREFIX = "/v1/open-platform/assets"


@pytest.mark.parametrize(
    ("path", "key", "least"),
    [
        ("city", "cities", 372),
        ("category", "categories", 237),
        ("district", "districts", 1_104),
        ("district/tehran", "districts", 100),
        ("district?city_slug=tehran", "districts", 100),
        ("brand-model/light", "brand_models", 1_435),
        ("brand-model/mobile-phones", "brand_models", 100),
        ("color/light", "colors", 38),
        ("color/mobile-phones", "colors", 5),
        ("body-status", "body_status", 10),
        ("internal-storage", "internal_storages", 17),
        ("ram-memory", "ram_memories", 14),
        ("service-type", "service_types", 30),
        ("oauth-scope", "scopes", 38),
        ("permission", "permissions", 43),
    ],
)
async def test_list_is_whole(scene: Scene, path: str, key: str, least: int):
    answer = await scene.call("GET", f"{PREFIX}/{path}")

    assert answer.status_code == 200
    options = answer.json()[key]
    assert len(options) >= least
    assert all(option["slug"] and option["display"] for option in options)


async def test_key_without_any_permission_is_enough(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        bare = await make_key(tx, scene.app.id, keys=services.keys, permissions=[])

    assert (await scene.call("GET", f"{PREFIX}/city", key=bare.text)).status_code == 200
    assert (await scene.call("GET", f"{PREFIX}/city", key=None)).status_code == 401


async def test_unsupported_category_is_400_and_unknown_schema_404(scene: Scene):
    assert (await scene.call("GET", f"{PREFIX}/brand-model/laptops")).status_code == 400
    assert (await scene.call("GET", f"{PREFIX}/color/laptops")).status_code == 400
    assert (await scene.call("GET", f"{PREFIX}/submit-schema/nothing")).status_code == 404
    assert (await scene.call("GET", f"{PREFIX}/district/nowhere")).json() == {}


async def test_submit_schema_names_required_fields_and_options(scene: Scene):
    schema = (await scene.call("GET", f"{PREFIX}/submit-schema/light")).json()["schema"]

    assert set(schema["required"]) <= set(schema["properties"])
    assert "brand_model" in schema["required"]
    assert schema["properties"]["gearbox"]["enumNames"]


async def test_upload_addresses_are_absolute_and_name_their_method(scene: Scene):
    body = (await scene.call("GET", f"{PREFIX}/media-upload-urls")).json()

    assert body["addon_images"]["http_method"] == "PUT"
    assert body["submit_post_images"]["http_method"] == "POST"
    assert all(one["url"].startswith("http://127.0.0.1:8000/") for one in body.values())


@pytest.mark.parametrize(
    "path", ["city", "category", "brand-model/light", "submit-schema/light", "media-upload-urls"]
)
async def test_list_that_did_not_change_is_not_sent_again(scene: Scene, path: str):
    first = await scene.call("GET", f"/v1/open-platform/assets/{path}")
    tag = first.headers["etag"]

    for said in (tag, f"W/{tag}", f'"x", {tag}'):
        again = await scene.call(
            "GET", f"/v1/open-platform/assets/{path}", headers={"if-none-match": said}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    other = await scene.call(
        "GET", f"/v1/open-platform/assets/{path}", headers={"if-none-match": '"x"'}
    )

    assert first.headers["cache-control"] == "private, no-cache"
    assert (other.status_code, other.content) == (200, first.content)


async def test_what_an_operator_changes_is_told_under_another_tag(scene: Scene):
    db = scene.platform.services.db
    city, schema = "/v1/open-platform/assets/city", "/v1/open-platform/assets/submit-schema/light"
    before = {path: await scene.call("GET", path) for path in (city, schema)}
    async with db.write() as tx:
        one = await make_person(tx)
        await taxonomy.rename(tx, "city", "qom", title="قم‌نو", by_person_id=one.id)
        await taxonomy.add(tx, "colors/light", slug="ماشی", title="ماشی روشن", by_person_id=one.id)
    try:
        await taxonomy.refresh(db)
        for path, words in ((city, "قم‌نو"), (schema, "ماشی روشن")):
            tag = before[path].headers["etag"]
            after = await scene.call("GET", path, headers={"if-none-match": tag})
            assert after.status_code == 200
            assert after.headers["etag"] != tag
            assert words in after.text
    finally:
        taxonomy.use([])
