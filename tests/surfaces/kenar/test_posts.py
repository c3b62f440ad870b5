"""The person's own posts through the contract: read, submitted, edited, deleted."""

from typing import Any

import pytest

from dalan.domains import businesses, posts
from tests.factories.identity import make_person
from tests.factories.media import make_image
from tests.factories.posts import FIELDS, make_post
from tests.surfaces.kenar.conftest import Scene

V1, V2, NEW = "/v1/open-platform", "/v2/open-platform", "/experimental/open-platform"


async def post_now(scene: Scene, token: str = "") -> posts.Post:
    async with scene.platform.services.db.look() as look:
        found = await posts.by_token_though_gone(look, token or scene.post.token)
    assert found is not None
    return found


async def accepted(scene: Scene, token: str = "") -> posts.Post:
    """The post once a reviewer let the edit through; before, it is as it was."""
    before = await post_now(scene, token)
    async with scene.platform.services.db.write() as tx:
        after = await posts.accept_edit(tx, before, by=posts.by_operator(1))
    assert after != before
    return after


def general(**said: Any) -> dict[str, Any]:
    return {
        "category_slug": "light",
        "title": "پژو ۲۰۶ تیپ ۵",
        "description": "یک دست سفید، سرویس به موقع.",
        "images": [],
        "city": "tehran",
        "location_type": "LOCATION_TYPE_EMPTY",
        "hide_phone": False,
        "chat_enabled": True,
    } | said


def submission(**said: Any) -> dict[str, Any]:
    return {"general_data": general(), "category_fields": dict(FIELDS["light"])} | said


async def make_business(scene: Scene, *, owner_id: int, linked: bool = False):
    async with scene.platform.services.db.write() as tx:
        business = await businesses.open_business(
            tx, owner_id=owner_id, name="نمایشگاه دالان", kind="CAR"
        )
        if linked:
            await businesses.link_app(tx, business.id, app_id=scene.app.id, by_person_id=owner_id)
    return business


async def test_user_post_keeps_the_eight_members_even_when_false_or_empty(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        bare = await make_post(tx, owner_id=scene.person.id, chat_enabled=False, hide_phone=False)
    token = await scene.token("USER_POSTS_GET")

    answer = await scene.call("GET", f"{V1}/user-post/{bare.token}", token=token)

    told = answer.json()
    assert answer.status_code == 200
    assert told["general_data"] == {
        "category_slug": "light",
        "title": bare.title,
        "description": bare.description,
        "images": [],
        "city": "tehran",
        "location_type": "LOCATION_TYPE_EMPTY",
        "hide_phone": False,
        "chat_enabled": False,
    }
    assert told["state"] == "POST_STATE_PUBLISHED"
    assert told["category_data"]["price"] == bare.price_tomans
    assert "business_data" not in told


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("waiting_for_payment", "POST_STATE_WAITING_FOR_PAYMENT"),
        ("waiting_for_review", "POST_STATE_WAITING_FOR_REVIEW"),
        ("waiting_for_edit", "POST_STATE_WAITING_FOR_EDIT"),
        ("rejected", "POST_STATE_REJECTED"),
        ("retired", "POST_STATE_RETIRED"),
    ],
)
async def test_user_post_says_its_state(scene: Scene, state, told):
    async with scene.platform.services.db.write() as tx:
        mine = await make_post(tx, owner_id=scene.person.id, state=state)
    token = await scene.token("USER_POSTS_GET")

    answer = await scene.call("GET", f"{V1}/user-post/{mine.token}", token=token)

    assert answer.json()["state"] == told


async def test_user_post_says_that_an_edit_was_refused_and_why(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        await posts.edit(
            tx,
            scene.post,
            posts.Changes(title="زنگ بزنید ۰۹۱۲"),
            by=posts.by_owner(scene.person.id),
            reviewed=True,
        )
        await posts.refuse_edit(tx, scene.post, by=posts.by_operator(1), reason="شماره ننویسید")
    token = await scene.token("USER_POSTS_GET")

    told = (await scene.call("GET", f"{V1}/user-post/{scene.post.token}", token=token)).json()

    assert told["state"] == "POST_STATE_PUBLISHED_AND_EDIT_REJECTED"
    assert told["reject_reason"] == "شماره ننویسید"
    assert told["general_data"]["title"] == scene.post.title


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/open-platform/user-post/{}", "USER_POSTS_GET"),
        ("PUT", "/v2/open-platform/post/{}", "EDIT_USER_POST"),
        ("PUT", "/v1/open-platform/post/{}", "EDIT_USER_POST"),
        ("DELETE", "/v1/open-platform/post/{}", "DELETE_USER_POST"),
    ],
)
async def test_somebody_elses_post_is_refused_and_none_is_not_found(
    scene: Scene, method, path, scope
):
    async with scene.platform.services.db.write() as tx:
        others = await make_post(tx)
    token = await scene.token(scope)
    body = {
        "title": "عنوان تازه",
        "description": "متن",
        "update_mask": ["general_data.title"],
        "general_data": {"title": "عنوان تازه"},
    }

    theirs = await scene.call(method, path.format(others.token), token=token, json=body)
    none = await scene.call(method, path.format("nosuchpt"), token=token, json=body)

    assert (theirs.status_code, theirs.json()["code"]) == (403, 7)
    assert (none.status_code, none.json()["code"]) == (404, 5)
    assert await post_now(scene, others.token) == others


async def test_edit_changes_what_the_mask_names_and_nothing_else(scene: Scene):
    token = await scene.token(f"POST_EDIT.{scene.post.token}")

    answer = await scene.call(
        "PUT",
        f"{V2}/post/{scene.post.token}",
        token=token,
        json={
            "update_mask": ["general_data.title", "category_data.price"],
            "general_data": {"title": "قیمت تازه", "description": "این خوانده نمی‌شود"},
            "category_data": {"price": "990000000", "usage": 1},
        },
    )

    now = await accepted(scene)
    assert (answer.status_code, answer.json()) == (200, {})
    assert (now.title, now.price_tomans) == ("قیمت تازه", 990_000_000)
    assert (now.description, now.fields) == (scene.post.description, scene.post.fields)


async def test_edit_clears_what_is_masked_and_not_sent(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        placed = await make_post(
            tx,
            owner_id=scene.person.id,
            details=posts.Details(location_type="exact", latitude=35.7, longitude=51.4),
        )
    token = await scene.token("EDIT_USER_POST")

    answer = await scene.call(
        "PUT",
        f"{V2}/post/{placed.token}",
        token=token,
        json={
            "update_mask": "general_data.latitude,general_data.longitude,"
            "general_data.location_type",
            "general_data": {},
        },
    )

    assert answer.status_code == 200
    assert (await accepted(scene, placed.token)).details == posts.Details()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "update_mask"),
        ({"update_mask": []}, "update_mask"),
        ({"update_mask": ["general_data.category_slug"]}, "update_mask"),
        ({"update_mask": ["general_data.city"]}, "update_mask"),
        ({"update_mask": ["title"]}, "update_mask"),
        ({"update_mask": ["general_data.title"]}, "title"),
        ({"update_mask": ["general_data.title"], "general_data": {"title": "ا"}}, "title"),
        ({"update_mask": ["general_data.images"], "general_data": {"images": [""]}}, "images"),
        (
            {
                "update_mask": ["general_data.location_type"],
                "general_data": {"location_type": "EXACTLY"},
            },
            "location_type",
        ),
        (
            {
                "update_mask": ["general_data.video"],
                "general_data": {"video": {"name": "raw/a.mp4", "duration": "soon"}},
            },
            "duration",
        ),
        ({"update_mask": ["category_data.no_such"], "category_data": {"no_such": 1}}, "no_such"),
        ({"update_mask": ["category_data.price"], "category_data": {"price": "free"}}, "price"),
    ],
)
async def test_edit_refuses_what_cannot_be_and_changes_nothing(scene: Scene, body, field):
    token = await scene.token("EDIT_USER_POST")

    answer = await scene.call("PUT", f"{V2}/post/{scene.post.token}", token=token, json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, 3), answer.text
    assert field in answer.json()["message"] + answer.headers["x-dalan-hint"]
    assert await post_now(scene) == scene.post


async def test_edit_of_a_retired_post_is_a_failed_precondition(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        await posts.retire(tx, scene.post)
    token = await scene.token("EDIT_USER_POST")

    answer = await scene.call(
        "PUT",
        f"{V2}/post/{scene.post.token}",
        token=token,
        json={"update_mask": ["general_data.title"], "general_data": {"title": "تازه‌تر"}},
    )

    assert (answer.status_code, answer.json()["code"]) == (412, 9)


async def test_edit_of_the_first_generation_changes_title_description_and_pictures(scene: Scene):
    services = scene.platform.services
    picture = await make_image(services.db, services.media)
    token = await scene.token(f"POST_EDIT.{scene.post.token}")

    answer = await scene.call(
        "PUT",
        f"{V1}/post/{scene.post.token}",
        token=token,
        json={
            "title": "عنوان تازه",
            "description": "متن تازه",
            "image_paths": [f"/any/live-post-image/{picture.name.removesuffix('.jpg')}"],
        },
    )

    now = await accepted(scene)
    assert answer.json() == {}
    assert (now.title, now.description) == ("عنوان تازه", "متن تازه")
    assert now.image_names == [picture.name]


async def test_delete_takes_the_post_away_and_may_be_said_again(scene: Scene):
    token = await scene.token("DELETE_USER_POST")

    for _ in range(2):
        answer = await scene.call("DELETE", f"{V1}/post/{scene.post.token}", token=token)
        assert (answer.status_code, answer.json()) == (200, {})

    assert (await post_now(scene)).state == "deleted"


async def test_submit_for_a_person_waits_for_payment_and_is_theirs(scene: Scene):
    token = await scene.token("SUBMIT_USER_POST")

    answer = await scene.call("POST", f"{NEW}/user-posts/new", token=token, json=submission())

    made = await post_now(scene, answer.json()["post_token"])
    assert answer.status_code == 200
    assert (made.owner_id, made.state) == (scene.person.id, "waiting_for_payment")
    assert made.title == "پژو ۲۰۶ تیپ ۵"
    async with scene.platform.services.db.look() as look:
        origin = await posts.origin_of(look, made.id)
    assert origin == posts.Origin(made.id, scene.app.id, None, False)


async def test_submit_for_a_business_needs_somebody_who_works_there(scene: Scene):
    business = await make_business(scene, owner_id=scene.person.id)
    async with scene.platform.services.db.write() as tx:
        stranger = await make_person(tx)
    others = await make_business(scene, owner_id=stranger.id)
    token = await scene.token("SUBMIT_USER_POST USER_POSTS_GET")

    async def submit(business_token: str):
        return await scene.call(
            "POST",
            f"{NEW}/user-posts/new",
            token=token,
            json=submission(business_token=business_token),
        )

    made = (await submit(business.token)).json()["post_token"]
    told = (await scene.call("GET", f"{V1}/user-post/{made}", token=token)).json()
    assert told["business_data"] == {"business_type": "CAR", "business_name": "نمایشگاه دالان"}
    assert (await submit(others.token)).status_code == 403
    assert (await submit("nobody000")).status_code == 404


async def test_a_provider_submits_for_a_linked_business_without_a_person(scene: Scene):
    linked = await make_business(scene, owner_id=scene.person.id, linked=True)
    unlinked = await make_business(scene, owner_id=scene.person.id)

    async def submit(**said):
        return await scene.call("POST", f"{NEW}/posts/new-v2", json=submission(**said))

    answer = await submit(business_token=linked.token, landline_numbers=["02188888888"])
    made = await post_now(scene, answer.json()["post_token"])
    assert (made.owner_id, made.state) == (scene.person.id, "waiting_for_payment")
    assert made.details.landline_numbers == ("02188888888",)
    assert (await submit(business_token=unlinked.token)).status_code == 403
    assert (await submit()).status_code == 400
    refused = await submit(business_token=linked.token, landline_numbers=["call me"])
    assert (refused.status_code, refused.json()["code"]) == (400, 3)


@pytest.mark.parametrize(
    ("mask", "general_data", "about"),
    [
        (["general_data.district"], {"district": "atlantis"}, "general_data.district"),
        (["general_data.images"], {"images": ["nobody-sent-this"]}, "general_data.images"),
        (["general_data.title"], {}, "title"),
        (["category_data."], {}, "update_mask"),
        (["general_data.city"], {"city": "karaj"}, "update_mask"),
    ],
)
async def test_edit_names_the_field_that_cannot_be(scene: Scene, mask, general_data, about):
    answer = await scene.call(
        "PUT",
        f"{V2}/post/{scene.post.token}",
        token=await scene.token("EDIT_USER_POST"),
        json={"update_mask": mask, "general_data": general_data},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, 3), answer.text
    assert about in answer.json()["message"]


async def test_deleted_post_is_told_to_its_owner_and_to_nobody_else(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        await posts.delete(tx, scene.post)
        others = await make_post(tx)
        await posts.delete(tx, others)
    token = await scene.token("USER_POSTS_GET")

    told = await scene.call("GET", f"{V1}/user-post/{scene.post.token}", token=token)
    foreign = await scene.call("GET", f"{V1}/user-post/{others.token}", token=token)
    public = await scene.call("GET", f"{V1}/finder/post/{scene.post.token}")

    assert (told.status_code, told.json()["state"]) == (200, "POST_STATE_DELETED")
    assert [foreign.status_code, public.status_code] == [404, 404]


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ({"general_data": general(category_slug="nowhere")}, "nowhere"),
        ({"general_data": general(category_slug="vehicles")}, "vehicles"),
        ({"general_data": general(city="atlantis")}, "atlantis"),
        ({"general_data": general(title="ab")}, "title"),
        ({"general_data": general(images=["x"] * 21)}, "images"),
        ({"general_data": general(images=["nobody-sent-this"])}, "nobody-sent-this"),
        ({"general_data": {"title": "x"}}, "general_data"),
        ({"general_data": general(latitude="north")}, "latitude"),
        ({"category_fields": {}}, ""),
        ({"category_fields": {"price": -5}}, "price"),
        ({"category_fields": []}, "category_fields"),
    ],
)
async def test_submit_refuses_what_no_post_may_say_and_makes_none(scene: Scene, said, about):
    token = await scene.token("SUBMIT_USER_POST USER_POSTS_GET")

    answer = await scene.call("POST", f"{NEW}/user-posts/new", token=token, json=submission(**said))

    assert (answer.status_code, answer.json()["code"]) == (400, 3), answer.text
    assert about in answer.json()["message"]
    async with scene.platform.services.db.look() as look:
        assert [one.id for one in await posts.of_person(look, scene.person.id)] == [scene.post.id]


async def test_a_flood_of_submissions_is_refused_and_can_submit_says_so(scene: Scene):
    token = await scene.token("SUBMIT_USER_POST")
    able = await scene.call("GET", f"{NEW}/user-posts/can-submit", token=token)
    async with scene.platform.services.db.write() as tx:
        for _ in range(posts.SUBMISSIONS_PER_DAY):
            await make_post(tx, owner_id=scene.person.id)

    refused = await scene.call("POST", f"{NEW}/user-posts/new", token=token, json=submission())
    unable = await scene.call("GET", f"{NEW}/user-posts/can-submit", token=token)

    assert able.json() == {"can_submit": True}
    assert (refused.status_code, unable.json()) == (429, {})
    assert int(refused.headers["retry-after"]) > 0
