"""Post add-ons over the wire: every generation, every refusal, the published SDK."""

from typing import Any

import httpx
import msgspec
import pytest

from dalan.domains import addons, developers
from dalan.kernel.outbox import Worker
from dalan.surfaces.callers import Allowance
from dalan.surfaces.kenar.routes import addons as routes
from tests.domains.addons.test_generation_one import OLD
from tests.factories.addons import every_widget
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.media import picture
from tests.factories.oauth import make_token
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

V2 = "/v2/open-platform/addons/post"
V1 = "/v1/open-platform/add-ons/post"


async def work(scene: Scene) -> None:
    await Worker(scene.platform.services.db, addons.listeners()).drain()


async def listed(scene: Scene) -> list[dict[str, Any]]:
    answer = await scene.call("GET", f"/v1/open-platform/addons/post/{scene.post.token}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json().get("addons", [])
    return found


async def nothing_attached(scene: Scene) -> bool:
    await work(scene)
    return await listed(scene) == []


async def test_create_attaches_every_widget(scene: Scene):
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    body = {
        "widgets": every_widget(),
        "semantic": {"inspection_result": "INSPECTION_APPROVED", "internal_ref": "A-17"},
        "notes": "report 1",
    }

    answer = await scene.call("POST", f"{V2}/{scene.post.token}", token=token, json=body)

    assert (answer.status_code, answer.json()) == (200, {})
    await work(scene)
    (addon,) = await listed(scene)
    assert [widget["widget_type"] for widget in addon["widgets"]["widget_list"]][:3] == [
        "TITLE_ROW",
        "SUBTITLE_ROW",
        "DESCRIPTION_ROW",
    ]
    assert addon["meta_data"]["app"]["slug"] == scene.app.slug
    assert addon["meta_data"]["service_tags"] == ["EXPERT_INSPECTED"]
    assert addon["semantic"] == {"inspection_result": "INSPECTION_APPROVED"}
    assert addon["semantic_sensitives"] == ["internal_ref"]
    assert addon["score"] == "1001001"
    assert addon["notes"] == "report 1"
    assert "A-17" not in str(addon)


async def test_create_again_with_the_scope_of_all_posts_replaces_it(scene: Scene):
    token = await scene.token("USER_POSTS_ADDON_CREATE")
    for text in ("اول", "دوم"):
        body = {"widgets": [{"title_row": {"text": text}}]}
        path = f"/v2/open-platform/add-ons/post/{scene.post.token}"
        assert (await scene.call("POST", path, token=token, json=body)).json() == {}

    await work(scene)

    (addon,) = await listed(scene)
    assert addon["widgets"]["widget_list"][0]["data"]["text"] == "دوم"


async def test_create_with_a_wrong_post_token_answers_and_attaches_nothing(scene: Scene):
    token = await scene.token("USER_POSTS_ADDON_CREATE")

    answer = await scene.call("POST", f"{V2}/AAAAAAAA", token=token, json={"widgets": []})

    assert (answer.status_code, answer.json()) == (200, {})
    assert await nothing_attached(scene)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"widgets": [{"title_row": {"text": "ا"}},
                         {"score_row": {"title": "ف" * 26, "percentage_score": 1}}]},
            "widgets[1].score_row.title: at most 25 characters",
        ),
        ({"widgets": [{"title_row": {}, "score_row": {}}]},
         "widgets[0]: exactly one widget, not title_row and score_row"),
        ({"widgets": "x"}, "widgets: must be a list"),
        ({"semantic": {"VIN": "IRJC95R23KJ039206"}}, "semantic.VIN: must be the SHA-256 of the"
         " normalised value, as 64 lower-case hex digits"),
        ({"widgets": [{"event_row": {"title": "ا", "image_id": "x.jpg"}}]},
         "widgets[0].event_row.image_id: there is no such image; upload it first, or use logo"),
        ([], "body: must be an object"),
    ],
)  # fmt: skip
async def test_create_refuses_what_is_wrong_and_names_the_field(
    scene: Scene, body: Any, message: str
):
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")

    answer = await scene.call("POST", f"{V2}/{scene.post.token}", token=token, json=body)

    assert answer.status_code == 400
    assert answer.json() == {"code": 3, "message": message}
    assert await nothing_attached(scene)


async def test_create_without_token_scope_or_for_another_post_is_refused(scene: Scene):
    path = f"{V2}/{scene.post.token}"
    body: dict[str, list[object]] = {"widgets": []}
    other_post = await scene.token("POST_ADDON_CREATE.AAAAAAAA")
    other_scope = await scene.token("USER_PHONE")

    assert (await scene.call("POST", path, json=body)).status_code == 401
    assert (await scene.call("POST", path, key=None, json=body)).status_code == 401
    assert (await scene.call("POST", path, token=other_post, json=body)).status_code == 403
    assert (await scene.call("POST", path, token=other_scope, json=body)).status_code == 403
    assert await nothing_attached(scene)


async def test_create_for_somebody_elses_post_is_refused(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        other = await make_post(tx, owner_id=(await make_person(tx, phone="+989351112233")).id)
    token = await scene.token("USER_POSTS_ADDON_CREATE")

    answer = await scene.call("POST", f"{V2}/{other.token}", token=token, json={"widgets": []})

    assert answer.status_code == 403


async def test_development_app_on_a_real_post_is_refused(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        app = (await make_app(tx, owner_id=scene.person.id, keys=services.keys)).app
        key = (await make_key(tx, app.id, keys=services.keys)).text
        own = await make_post(tx, owner_id=scene.person.id, development=True)
        token = await make_token(tx, services.keys, scene.person, app, "USER_POSTS_ADDON_CREATE")

    refused = await scene.call(
        "POST", f"{V2}/{scene.post.token}", key=key, token=token, json={"widgets": []}
    )
    taken = await scene.call(
        "POST", f"{V2}/{own.token}", key=key, token=token, json={"widgets": []}
    )

    assert (refused.status_code, refused.json()["code"]) == (403, 7)
    assert taken.status_code == 200


async def test_create_in_the_form_of_2023_is_attached(scene: Scene):
    """As the diagnosis report app sends it: no content type, token in x-access-token."""
    token = await scene.token(f"ADDON_USER_APPROVED__{scene.post.token}")
    body = {"widgets": {"widget_list": OLD}, "link_in_spec": None, "semantic": {"year": "1398"}}
    answer = await scene.call(
        "POST",
        f"{V1}/{scene.post.token}",
        headers={"x-access-token": token},
        content=msgspec.json.encode(body),
    )

    assert answer.status_code == 200, answer.text
    assert int(answer.json()["id"]) > 0
    await work(scene)
    (addon,) = await listed(scene)
    assert addon["meta_data"]["id"] == answer.json()["id"]
    assert [widget["widget_type"] for widget in addon["widgets"]["widget_list"]] == [
        widget["widget_type"] for widget in OLD
    ]
    assert addon["semantic"] == {"year": "1398"}


async def test_create_without_consent_needs_the_apps_setting(scene: Scene):
    path, body = f"{V1}/{scene.post.token}", {"widgets": {"widget_list": OLD}}
    assert (await scene.call("POST", path, json=body)).status_code == 401

    async with scene.platform.services.db.write() as tx:
        await developers.set_settings(
            tx, scene.app.id, developers.AppSettings(attach_without_consent=True)
        )
    answer = await scene.call(
        "POST", V1, json={**body, "selector": {"tokens": [scene.post.token], "cities": []}}
    )

    assert answer.status_code == 200
    await work(scene)
    (addon,) = await listed(scene)
    assert addon["score"] == "1001"
    # The current paths need the person's token whatever the setting says.
    assert (await scene.call("POST", f"{V2}/{scene.post.token}", json={})).status_code == 401


@pytest.mark.parametrize("body", [{}, {"selector": {}}, {"selector": {"tokens": []}}, []])
async def test_create_by_selector_without_a_post_is_refused(scene: Scene, body: Any):
    answer = await scene.call("POST", V1, json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, 3)


async def test_delete_takes_it_away_and_again_is_no_error(scene: Scene):
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    await scene.call(
        "POST", f"{V2}/{scene.post.token}", token=token, json={"widgets": every_widget()}
    )
    path = f"/v1/open-platform/addons/post/{scene.post.token}"

    for one in (f'{path}?{{"token":"x"}}', f"{V1}/{scene.post.token}", path):
        answer = await scene.call("DELETE", one)
        assert (answer.status_code, answer.json()) == (200, {})

    assert await nothing_attached(scene)


async def test_list_shows_no_other_apps_add_ons_and_pictures_as_addresses(scene: Scene):
    services = scene.platform.services
    sent = await scene.http.put(
        "/v2/image-service/open-platform/image.jpg",
        content=picture(),
        headers={"content-type": "image/jpeg"},
    )
    assert sent.status_code == 201
    name = sent.json()["image_name"]
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    carousel = {"image_carousel_row": {"items": [{"image_id": name, "description": "جلو"}]}}
    await scene.call("POST", f"{V2}/{scene.post.token}", token=token, json={"widgets": [carousel]})
    await work(scene)
    async with services.db.write() as tx:
        other = (await make_app(tx, keys=services.keys, production=True)).app
        other_key = (await make_key(tx, other.id, keys=services.keys)).text

    path = f"/v1/open-platform/addons/post/{scene.post.token}"
    others = await scene.call("GET", path, key=other_key)

    assert others.json() == {}
    (addon,) = await listed(scene)
    (item,) = addon["widgets"]["widget_list"][0]["data"]["items"]
    assert item["image_url"] == f"http://127.0.0.1:8000/media/1200/{name}"


async def test_upload_refuses_what_is_no_picture_and_too_many(scene: Scene):
    routes._uploads.forget()
    path = "/v2/image-service/open-platform/image.jpg"

    assert (await scene.http.put(path, content=b"not a picture")).status_code == 400
    bad_key = await scene.http.put(path, content=b"", headers={"x-api-key": "nonsense"})
    assert bad_key.status_code == 401
    for _ in range(routes.UPLOADS_PER_MINUTE):
        last = await scene.http.put(path, content=b"")
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) == 60
    routes._uploads.forget()


async def test_pictures_without_a_key_are_so_many_a_day_from_one_address(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(routes, "_nameless_uploads", Allowance(2, 86_400))
    path = "/v2/image-service/open-platform/image.jpg"
    transport = httpx.ASGITransport(app=scene.platform, client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
        named = {"x-api-key": scene.key}
        statuses = [
            (await http.put(path, content=picture(), headers=headers)).status_code
            for headers in ({}, {}, {}, named, {"x-api-key": "nonsense"})
        ]

    assert statuses == [201, 201, 429, 201, 401]


@pytest.mark.parametrize(
    "content",
    [
        picture(20_001, 1, kind="PNG"),
        picture(8_000, 8_000, kind="PNG"),
        picture()[:400],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 5_000,
        b"GIF89a\xff\xff\xff\xff" + b"\0" * 100,
        b"\xff\xd8\xff" + b"<script>alert(1)</script>" * 100,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\xff" * 100,
        b"%PDF-1.7",
        b"x" * 5_000_001,
    ],
)  # fmt: skip
async def test_upload_of_a_bomb_or_a_disguise_is_refused(scene: Scene, content: bytes):
    routes._uploads.forget()
    answer = await scene.http.put("/v2/image-service/open-platform/image.jpg", content=content)

    assert answer.status_code in (400, 413)


async def test_upload_hides_nothing_in_what_is_kept(scene: Scene):
    routes._uploads.forget()
    polyglot = picture() + b"<script>alert(1)</script><?php"
    path = "/v2/image-service/open-platform/image.jpg"
    name = (await scene.http.put(path, content=polyglot)).json()["image_name"]

    shown = await scene.http.get(f"/media/600/{name}")

    assert b"script" not in shown.content
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]


async def test_null_inside_an_apps_own_data_is_kept(scene: Scene):
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    data = {"a": None, "list": [None, {"b": None}]}
    button = {
        "title": "رزرو",
        "action": {"open_server_link": {"data": data}, "open_post_page": None},
    }

    answer = await scene.call(
        "POST",
        f"{V2}/{scene.post.token}",
        token=token,
        json={"widgets": [{"button_bar": button, "title_row": None}], "notes": None},
    )

    assert answer.status_code == 200, answer.text
    await work(scene)
    async with scene.platform.services.db.look() as look:
        addon = await addons.of_app_on_post(look, app_id=scene.app.id, post_token=scene.post.token)
    assert addon is not None
    assert addon.widgets[0]["button_bar"]["action"]["open_server_link"]["data"] == data
