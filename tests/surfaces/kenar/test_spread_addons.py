"""Add-ons of people and of businesses through the contract, on the page, and at their ends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from dalan.domains import accounts, addons, businesses, developers, payments, posts
from dalan.housekeeping import Housekeeper
from dalan.kernel import phone
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.media import make_image
from tests.factories.payments import make_ticket_to_pay_with
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

V1, V2 = "/v1/open-platform/addons", "/v2/open-platform/addons"
SCOPE = "USER_ADDON_CREATE"
GEN_1: dict[str, Any] = {
    "widgets": {
        "widget_list": [
            {
                "widget_type": "SCORE_ROW",
                "data": {
                    "@type": "type.googleapis.com/widgets.ScoreRowData",
                    "title": "امتیاز فروشنده",
                    "percentage_score": 90,
                    "score_color": None,
                    "icon": None,
                    "action": {
                        "type": "LOAD_WEB_VIEW_PAGE",
                        "fallback_link": "https://rating.example/7",
                        "payload": {
                            "@type": "type.googleapis.com/widgets.LoadWebViewPagePayload",
                            "url": "https://rating.example/7",
                        },
                    },
                },
            }
        ]
    },
    "categories": [],
    "semantic": None,
}


def titled(text: str = "فروشندهٔ خوش‌نام", **more: Any) -> dict[str, Any]:
    return {"widgets": [{"title_row": {"text": text}}], **more}


async def user_id(scene: Scene, person_id: int | None = None) -> str:
    services = scene.platform.services
    async with services.db.write() as tx:
        return await developers.remember_user_id(
            tx, keys=services.keys, app_id=scene.app.id, person_id=person_id or scene.person.id
        )


async def page(scene: Scene, post: posts.Post | None = None) -> str:
    answer = await scene.http.get(f"/v/{(post or scene.post).token}", follow_redirects=True)
    return answer.text


async def kept(scene: Scene) -> list[addons.Spread]:
    async with scene.platform.services.db.look() as look:
        return list(await addons.agreed_to(look, scene.person.id))


async def made(scene: Scene, **body: Any) -> str:
    """A user add-on with that body; its id."""
    answer = await scene.call(
        "POST",
        f"{V2}/users/{await user_id(scene)}",
        token=await scene.token(SCOPE),
        json=titled() | body,
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def drain(scene: Scene) -> None:
    assert scene.platform.worker is not None
    await scene.platform.worker.drain()


async def test_it_is_on_the_posts_of_the_person_at_once_and_gone_when_deleted(scene: Scene):
    outer_id = await made(scene, semantic={"identity_verification_result": "FACE_AND_ID_MATCHED"})
    async with scene.platform.services.db.write() as tx:
        later = await make_post(tx, owner_id=scene.person.id)
        others = await make_post(tx)

    for post in (scene.post, later):
        text = await page(scene, post)
        assert "فروشندهٔ خوش‌نام" in text
        assert scene.app.display in text
        assert "FACE_AND_ID_MATCHED" not in text
    assert "فروشندهٔ خوش‌نام" not in await page(scene, others)
    assert str(UUID(outer_id)) == outer_id

    gone = await scene.call("DELETE", f"{V1}/user/{outer_id}")
    again = await scene.call("DELETE", f"{V1}/user/{outer_id}")

    assert (gone.status_code, gone.json()) == (200, {})
    assert (again.status_code, again.json()["code"]) == (404, 5)
    assert "فروشندهٔ خوش‌نام" not in await page(scene)


async def test_every_spelling_of_the_person_is_one_addon(scene: Scene):
    token, number = await scene.token(SCOPE), scene.person.phone

    ids = {await made(scene)}
    for path, body in (
        (f"{V2}/user/{number}", titled()),
        (f"{V2}/user/{phone.national(number)}", titled() | {"phone": number}),
        (f"{V1}/user/{phone.national(number)}", GEN_1),
        (f"{V2}/users/{await user_id(scene)}",
         titled() | {"divar_user_id": await user_id(scene), "phone": phone.national(number)}),
    ):  # fmt: skip
        answer = await scene.call("POST", path, token=token, json=body)
        assert answer.status_code == 200, answer.text
        ids.add(answer.json()["id"])

    assert len(ids) == 1
    assert len(await kept(scene)) == 1


async def test_rating_app_deletes_the_old_one_and_makes_a_new_one(scene: Scene):
    """Reference 11.2, 8: with the older header, and the token where none is needed."""
    token, number = await scene.token(SCOPE), phone.national(scene.person.phone)
    first = await scene.call("POST", f"{V1}/user/{number}", token=token, json=GEN_1)

    gone = await scene.call("DELETE", f"{V1}/user/{first.json()['id']}", token=token)
    second = await scene.call("POST", f"{V1}/user/{number}", token=token, json=GEN_1)

    assert [answer.status_code for answer in (first, gone, second)] == [200] * 3
    assert first.json()["id"] != second.json()["id"]
    assert "امتیاز فروشنده" in await page(scene)


async def test_lists_tell_the_app_its_own_under_every_key(scene: Scene):
    services, number = scene.platform.services, phone.national(scene.person.phone)
    image = await make_image(services.db, services.media, purpose="addon", app_id=scene.app.id)
    outer_id = await made(
        scene,
        widgets=[{"image_carousel_row": {"items": [{"image_id": image.name}]}}],
        categories=["light"],
        semantic={"inspection_result": "INSPECTION_APPROVED", "ref": "A-17"},
        notes="یادداشت",
    )
    known_as = await user_id(scene)

    by_id = await scene.call("GET", f"{V2}/users/{known_as}")
    by_phone = await scene.call("GET", f"{V1}/user/{number}")

    (item,) = by_id.json()["user_addons"]
    (listed,) = by_phone.json()["user_addons"]
    (older,) = by_phone.json()["addons"]
    (older_picture,) = older.pop("widgets")[0]["image_carousel_row"]["items"]
    assert older == {name: told for name, told in listed.items() if name != "widgets"}
    assert listed == item | {"phone": number}
    assert "phone" not in item, "who asks by id is not told a number"
    assert item["meta_data"]["id"] == outer_id
    assert item["meta_data"]["app"]["slug"] == scene.app.slug
    assert item["meta_data"]["status"] == "ACTIVE"
    assert item["meta_data"]["service_tags"] == ["EXPERT_INSPECTED"]
    assert item["divar_user_id"] == known_as
    assert item["filters"] == {"categories": ["light"]}
    assert item["semantic"] == {"inspection_result": "INSPECTION_APPROVED"}
    assert item["semantic_sensitives"] == ["ref"]
    assert item["notes"] == "یادداشت"
    (shown,) = item["widgets"][0]["image_carousel_row"]["items"]
    assert shown["image_id"].startswith(services.settings.base_url)
    assert older_picture == shown | {"image_url": shown["image_id"], "description": ""}
    assert (await scene.http.get(shown["image_id"])).status_code == 200
    for query in ({"phone": number}, {"phone": scene.person.phone}):
        told = await scene.call("GET", f"{V2}/users/{known_as}", params=query)
        assert told.json()["user_addons"][0]["phone"] == number
    same = await scene.call("GET", f"{V1}/user/{number}", params={"divar_user_id": known_as})
    assert same.json() == by_phone.json()


async def test_lists_tell_nothing_of_other_people_and_other_apps(scene: Scene):
    services = scene.platform.services
    await made(scene)
    async with services.db.write() as tx:
        stranger = await make_person(tx)
        other = (await make_app(tx, keys=services.keys, production=True)).app
        key = (await make_key(tx, other.id, keys=services.keys)).text
    known_as, theirs = await user_id(scene), await user_id(scene, stranger.id)

    for path, query in (
        (f"{V2}/users/{theirs}", {}),
        (f"{V2}/users/somebody", {}),
        (f"{V2}/users/{known_as}", {"phone": stranger.phone}),
        (f"{V1}/user/{stranger.phone}", {}),
        (f"{V1}/user/09350000000", {}),
        (f"{V1}/user/{scene.person.phone}", {"divar_user_id": theirs}),
        (f"{V1}/user/{scene.person.phone}", {"divar_user_id": "x" * 500}),
    ):
        answer = await scene.call("GET", path, params=query)
        assert (answer.status_code, answer.json()) == (200, {}), path
    foreign = await scene.call("GET", f"{V1}/user/{scene.person.phone}", key=key)
    assert foreign.json() == {}
    for path in (f"{V1}/user/12", f"{V1}/user/x"):
        assert (await scene.call("GET", path)).status_code == 400
    assert (
        await scene.call("GET", f"{V2}/users/{known_as}", params={"phone": "12"})
    ).status_code == 400
    assert (await scene.call("GET", f"{V1}/user/{scene.person.phone}", key=None)).status_code == 401


async def test_list_of_a_post_tells_what_it_shows_of_the_person(scene: Scene):
    outer_id = await made(scene)
    path = f"{V1}/post/{scene.post.token}"

    (item,) = (await scene.call("GET", path)).json()["addons"]
    assert (item["meta_data"]["id"], item["token"]) == (outer_id, scene.post.token)
    assert item["widgets"]["widget_list"][0]["widget_type"] == "TITLE_ROW"

    assert (await scene.call("DELETE", path)).json() == {}
    await drain(scene)
    assert (await scene.call("GET", path)).json() == {}
    assert "فروشندهٔ خوش‌نام" not in await page(scene)


async def test_people_scopes_and_permissions_are_checked(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        stranger = await make_person(tx)
        bare = await make_key(tx, scene.app.id, keys=services.keys, permissions=["GET_POST"])
        deleting = await make_key(
            tx, scene.app.id, keys=services.keys, permissions=["USER_ADDON_DELETE"]
        )
        creating = await make_key(
            tx, scene.app.id, keys=services.keys, permissions=["USER_ADDON_CREATE"]
        )
    mine = f"{V2}/users/{await user_id(scene)}"
    theirs = f"{V2}/users/{await user_id(scene, stranger.id)}"
    token, unrelated = await scene.token(SCOPE), await scene.token("USER_POSTS_ADDON_CREATE")

    async def status(path: str, given: str = "", **more: Any) -> int:
        asked = {"json": titled()} | more
        return (await scene.call("POST", path, token=given, **asked)).status_code

    for path in (mine, f"{V1}/user/{scene.person.phone}", f"{V2}/user/{scene.person.phone}"):
        assert await status(path) == 401
        assert await status(path, unrelated) == 403
        assert await status(path, token, key=bare.text) == 403
        assert await status(path, token, key=deleting.text) == 403
    for path in (theirs, f"{V2}/users/somebody", f"{V1}/user/{stranger.phone}",
                 f"{V2}/user/{stranger.phone}"):  # fmt: skip
        assert await status(path, token) == 403
    for name, value, code in (
        ("phone", stranger.phone, 403), ("divar_user_id", "somebody", 403),
        ("phone", "12", 400), ("phone", 12, 400), ("divar_user_id", 7, 400),
    ):  # fmt: skip
        assert await status(mine, token, json=titled() | {name: value}) == code
    assert await status(f"{V2}/user/12", token) == 400
    assert await kept(scene) == []

    outer_id = await made(scene)
    path = f"{V1}/user/{outer_id}"
    assert (await scene.call("DELETE", path, key=bare.text)).status_code == 403
    assert (await scene.call("DELETE", path, key=deleting.text)).status_code == 200
    outer_id = await made(scene)
    assert (await scene.call("DELETE", f"{V1}/user/{outer_id}", key=creating.text)).json() == {}


async def test_another_app_cannot_take_it_away(scene: Scene):
    services = scene.platform.services
    outer_id = await made(scene)
    async with services.db.write() as tx:
        other = (await make_app(tx, keys=services.keys, production=True)).app
        key = await make_key(tx, other.id, keys=services.keys)

    for path in (outer_id, "7", "%D8%A7", "x" * 200):
        answer = await scene.call("DELETE", f"{V1}/user/{path}", key=key.text)
        assert answer.status_code == 404, answer.text

    assert len(await kept(scene)) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "body: must be an object"),
        ({"widgets": [{"title_row": {"text": "ت" * 50}}]},
         "widgets[0].title_row.text: at most 49 characters"),
        ({"categories": ["light", "nowhere"]}, "categories[1]: there is no such category"),
        ({"categories": "light"}, "categories: must be a list"),
        ({"semantic": {"a": 5}}, "semantic.a: must be a string"),
        ({"cost": 5}, "ticket_uuid: is needed where something costs"),
        ({"widgets": [{"event_row": {"title": "ا", "image_id": "x.jpg"}}]},
         "widgets[0].event_row.image_id: there is no such image; upload it first, or use logo"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_refused_naming_the_field(scene: Scene, body: Any, message: str):
    token = await scene.token(SCOPE)
    for path in (f"{V2}/users/{await user_id(scene)}", f"{V1}/user/{scene.person.phone}"):
        answer = await scene.call("POST", path, token=token, json=body)

        assert (answer.status_code, answer.json()) == (400, {"code": 3, "message": message})
    assert await kept(scene) == []


async def test_widget_the_app_was_not_given_is_refused(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        await developers.set_ceiling(
            tx, scene.app.id, permissions=None, scopes=None, widgets=["score_row"]
        )

    answer = await scene.call(
        "POST", f"{V2}/users/{await user_id(scene)}", token=await scene.token(SCOPE), json=titled()
    )

    assert answer.status_code == 403
    assert await kept(scene) == []


async def test_a_ticket_is_spent_with_it_or_neither_happens(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        ticket = await make_ticket_to_pay_with(tx, scene.app.id, scene.person.id)
        await developers.classify(
            tx, scene.app.id, service_type="REPORT_INSPECTION", tags=[], by_team=False
        )
    path, token = f"{V1}/user/{scene.person.phone}", await scene.token(SCOPE)
    paid = titled(ticket_uuid=ticket.uuid, verification_cost="900000")

    dear = await scene.call("POST", path, token=token, json=paid | {"verification_cost": 1_000_001})
    assert dear.status_code == 400, dear.text
    assert await kept(scene) == []
    first = await scene.call("POST", path, token=token, json=paid)
    assert first.status_code == 200, first.text
    again = await scene.call("POST", path, token=token, json=paid | titled("دیگر"))

    assert again.status_code == 404
    (spread,) = await kept(scene)
    assert spread.widgets == titled()["widgets"]
    async with services.db.look() as look:
        (spent,) = await payments.tickets_of(look, scene.app.id, limit=9)
        assert (spent.spent_by_app_id, spent.spent_rials) == (scene.app.id, 900_000)


async def test_development_app_is_seen_by_its_team_on_development_posts_alone(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        app = (await make_app(tx, keys=services.keys, owner_id=scene.person.id)).app
        key = await make_key(tx, app.id, keys=services.keys)
        practice = await make_post(tx, owner_id=scene.person.id, development=True)
    own = msgspec.structs.replace(scene, app=app, key=key.text)

    await made(own)

    async with services.db.look() as look:
        for post, viewer_id, count in (
            (scene.post, scene.person.id, 0), (practice, scene.person.id, 1), (practice, None, 0)
        ):  # fmt: skip
            assert len(await addons.of_post(look, post, viewer_id=viewer_id)) == count


async def test_three_months_later_it_is_gone_from_pages_lists_and_tables(scene: Scene, moment):
    services = scene.platform.services
    await made(scene)
    async with services.db.look() as look:
        assert len(await addons.of_post(look, scene.post, viewer_id=None)) == 1
    moment.advance(addons.LIFETIME - timedelta(hours=1))
    await _keep_house(scene)
    assert len(await kept(scene)) == 1

    moment.advance(timedelta(hours=1))
    answer = await scene.call("GET", f"{V1}/user/{scene.person.phone}")
    await _keep_house(scene)

    assert answer.json() == {}
    async with services.db.look() as look:
        assert await addons.of_post(look, scene.post, viewer_id=None) == []
        for table in ("spread_addon", "spread_content"):
            assert await look.rows(f"SELECT count(*) FROM {table}", ()) == [(0,)]


async def _keep_house(scene: Scene) -> None:
    duties = dict(Housekeeper(scene.platform.services).every_hour())
    await duties["add-ons of people"]()


async def test_export_tells_of_them_and_closing_the_account_ends_them(scene: Scene):
    services = scene.platform.services
    business = await make_business(scene)
    await made(scene, categories=["light"], semantic={"ref": "A-17"})
    await scene.call(
        "POST", f"{V1}/business/{business.token}", json=titled(),
        token=await scene.token(f"BUSINESS_ADDON_CREATE.{business.token}"),
    )  # fmt: skip

    async with services.db.write() as tx:
        told = await accounts.export(
            tx, scene.person.id, keys=services.keys, base_url="https://bazaar.example"
        )
        await accounts.close(tx, person_id=scene.person.id)
    await drain(scene)

    of_person, of_business = told["addons"]
    assert (of_person["app"], of_person["of_business"], of_person["categories"]) == (
        scene.app.slug, "", ["light"]
    )  # fmt: skip
    assert (of_person["widgets"], of_person["hashed_keys"]) == (titled()["widgets"], ["ref"])
    assert of_person["until"] is not None
    assert (of_business["of_business"], of_business["until"]) == (business.token, None)
    assert await kept(scene) == []


async def make_business(scene: Scene, *, owner_id: int | None = None) -> businesses.Business:
    async with scene.platform.services.db.write() as tx:
        return await businesses.open_business(
            tx, owner_id=owner_id or scene.person.id, name="نمایشگاه دالان", kind="CAR"
        )


async def test_business_shows_one_on_all_of_its_posts_by_either_path(scene: Scene):
    business = await make_business(scene)
    token = await scene.token(f"BUSINESS_ADDON_CREATE.{business.token}")
    async with scene.platform.services.db.write() as tx:
        first = await make_post(tx, business_id=business.id)

    ids = set()
    for version in (V1, V2):
        body = titled(f"گارانتی {version[1:3]}", notes="x")
        answer = await scene.call(
            "POST", f"{version}/business/{business.token}", token=token, json=body
        )
        assert answer.status_code == 200, answer.text
        ids.add(UUID(answer.json()["id"]))
    async with scene.platform.services.db.write() as tx:
        later = await make_post(tx, business_id=business.id, title="پژو ۴۰۵")

    assert len(ids) == 1
    for post in (first, later):
        text = await page(scene, post)
        assert "گارانتی v2" in text
        assert "گارانتی v1" not in text
    assert "گارانتی" not in await page(scene)


async def test_business_is_asked_of_whoever_manages_it_still(scene: Scene):
    services, mine = scene.platform.services, await make_business(scene)
    async with services.db.write() as tx:
        stranger = await make_person(tx)
    theirs = await make_business(scene, owner_id=stranger.id)
    async with services.db.write() as tx:
        await businesses.add_member(
            tx, theirs.id, by_person_id=stranger.id, person_id=scene.person.id, role="member"
        )
        bare = await make_key(tx, scene.app.id, keys=services.keys, permissions=["GET_POST"])
    token = await scene.token(f"BUSINESS_ADDON_CREATE.{mine.token}")
    member = await scene.token(f"BUSINESS_ADDON_CREATE.{theirs.token}")
    nobodys = await scene.token("BUSINESS_ADDON_CREATE.nowhere")

    async def status(business_token: str, given: str = "", **more: Any) -> int:
        asked = {"json": titled()} | more
        path = f"{V1}/business/{business_token}"
        return (await scene.call("POST", path, token=given, **asked)).status_code

    assert await status(mine.token) == 401
    assert await status(mine.token, await scene.token(SCOPE)) == 403
    assert await status(mine.token, member) == 403
    assert await status(theirs.token, token) == 403
    assert await status(theirs.token, member) == 403
    assert await status("nowhere", nobodys) == 404
    assert await status(mine.token, token, key=bare.text) == 403
    assert await status(mine.token, token, json={"widgets": "x"}) == 400
    assert await kept(scene) == []
    assert await status(mine.token, token) == 200
    async with services.db.write() as tx:
        await businesses.close_business(tx, mine.id, by_person_id=scene.person.id)
    await drain(scene)
    assert await status(mine.token, token) == 404
    assert await kept(scene) == []
