"""Customized buttons through the contract, and on the post's page."""

from typing import Any

import pytest

from dalan.domains import addons, businesses, developers, posts
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

E = "/experimental/open-platform"
SCOPE = "USER_SET_CUSTOMIZED_BUTTON"
LINK = {"open_direct_link": "https://shop.example/7"}


def on_post(token: str) -> str:
    return f"{E}/posts/{token}/customized-button"


def on_business(token: str) -> str:
    return f"{E}/business/{token}/customized-button"


def said(kind: str = "EXTERNAL_PRODUCT_STORE", **action: Any) -> dict[str, Any]:
    return {"customized_button": {"type": kind, "action": action or LINK}}


async def shown(scene: Scene, post: posts.Post | None = None) -> addons.ShownButton | None:
    async with scene.platform.services.db.look() as look:
        return await addons.button_of(look, post or scene.post, viewer_id=None)


async def make_business(scene: Scene, *, owner_id: int | None = None) -> businesses.Business:
    async with scene.platform.services.db.write() as tx:
        return await businesses.open_business(
            tx, owner_id=owner_id or scene.person.id, name="نمایشگاه دالان", kind="CAR"
        )


async def test_a_button_is_set_changed_and_taken_away(scene: Scene):
    token, path = await scene.token(SCOPE), on_post(scene.post.token)

    for kind in addons.BUTTON_TYPES:
        answer = await scene.call("POST", path, token=token, json=said(kind))
        assert (answer.status_code, answer.json()) == (200, {})
        button = await shown(scene)
        assert button is not None
        assert (button.type, button.app.id) == (kind, scene.app.id)
    for _ in range(2):
        answer = await scene.call("DELETE", path, token=token)
        assert (answer.status_code, answer.json()) == (200, {})

    assert await shown(scene) is None


@pytest.mark.parametrize(
    "action",
    [
        {"open_direct_link": "https://shop.example/7"},
        {"open_server_link": {"data": {"a": 1}}},
        {"get_dynamic_action": {"data": {}}},
        {"open_post_page": {"post_token": "abcdefgh"}},
        {"open_post_manage_page": {"post_token": "abcdefgh"}},
        {"open_direct_link": "https://shop.example/7", "open_server_link": None},
    ],
)
async def test_every_kind_of_action_is_taken(scene: Scene, action):
    answer = await scene.call(
        "POST", on_post(scene.post.token), token=await scene.token(SCOPE), json=said(**action)
    )

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "customized_button"),
        ([], "customized_button"),
        ({"customized_button": "x"}, "customized_button"),
        (said("CIRCUS"), "type"),
        (said(""), "type"),
        ({"customized_button": {"type": "ONLINE_CALL"}}, "action"),
        ({"customized_button": {"type": ["ONLINE_CALL"], "action": LINK}}, "type"),
        ({"customized_button": {"type": "ONLINE_CALL", "action": {}}}, "action"),
        (said(open_direct_link="javascript:alert(1)"), "open_direct_link"),
        (said(open_direct_link="https://a@b.example/"), "open_direct_link"),
        (said(open_post_page={"post_token": "../admin"}), "post_token"),
        (said(open_post_page={"post_token": ""}), "post_token"),
        (said(open_server_link={"data": {}}, open_direct_link="https://a.example"), "action"),
    ],
)
async def test_what_no_button_may_be_is_refused_naming_the_field(scene: Scene, body, field):
    answer = await scene.call(
        "POST", on_post(scene.post.token), token=await scene.token(SCOPE), json=body
    )

    assert answer.status_code == 400, answer.text
    assert field in answer.json()["message"]
    assert await shown(scene) is None


async def test_the_scope_is_needed_for_a_persons_post(scene: Scene):
    path = on_post(scene.post.token)
    other = await scene.token("USER_POSTS_GET")

    assert (await scene.call("POST", path, json=said())).status_code == 401
    assert (await scene.call("POST", path, token="nonsense", json=said())).status_code == 401
    assert (await scene.call("POST", path, token=other, json=said())).status_code == 403
    assert (await scene.call("DELETE", path)).status_code == 401
    assert await shown(scene) is None


async def test_somebody_elses_post_and_none_at_all_are_refused(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        other = await make_post(tx)
    token = await scene.token(SCOPE)

    assert (
        await scene.call("POST", on_post(other.token), token=token, json=said())
    ).status_code == 403
    assert (
        await scene.call("POST", on_post("nothere0"), token=token, json=said())
    ).status_code == 404


async def test_a_post_the_app_submitted_as_provider_needs_the_key_alone(scene: Scene):
    business = await make_business(scene)
    async with scene.platform.services.db.write() as tx:
        other_app = (await make_app(tx, keys=scene.platform.services.keys, production=True)).app
        other_key = await make_key(tx, other_app.id, keys=scene.platform.services.keys)
        provided = await make_post(
            tx,
            owner_id=scene.person.id,
            app_id=scene.app.id,
            business_id=business.id,
            as_provider=True,
        )
    path = on_post(provided.token)

    assert (await scene.call("POST", path, json=said())).status_code == 200
    assert await shown(scene, provided) is not None
    assert (await scene.call("POST", path, key=other_key.text, json=said())).status_code == 401
    assert (await scene.call("DELETE", path)).status_code == 200
    assert await shown(scene, provided) is None


async def test_a_business_has_one_on_all_its_posts_and_a_posts_own_stands_above_it(scene: Scene):
    business = await make_business(scene)
    async with scene.platform.services.db.write() as tx:
        first, second = [
            await make_post(tx, owner_id=scene.person.id, business_id=business.id, title=f"پژو {n}")
            for n in (1, 2)
        ]
    token = await scene.token(f"BUSINESS_CREATE_CUSTOMIZED_BUTTON.{business.token} {SCOPE}")

    answer = await scene.call(
        "POST", on_business(business.token), token=token, json=said("ONLINE_CALL")
    )
    assert (answer.status_code, answer.json()) == (200, {})
    await scene.call("POST", on_post(first.token), token=token, json=said("RESUME_SUBMISSION"))

    assert [
        one and one.type for one in (await shown(scene, first), await shown(scene, second))
    ] == [
        "RESUME_SUBMISSION",
        "ONLINE_CALL",
    ]
    assert await shown(scene) is None, "the post of nobody's business"
    for _ in range(2):
        answer = await scene.call("DELETE", on_business(business.token))
        assert (answer.status_code, answer.json()) == (200, {})
    assert await shown(scene, second) is None


async def test_an_app_takes_away_its_own_button_only(scene: Scene):
    business = await make_business(scene)
    services = scene.platform.services
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=scene.person.id, business_id=business.id)
        other = (await make_app(tx, keys=services.keys, production=True)).app
        key = (await make_key(tx, other.id, keys=services.keys)).text
    token = await scene.token(f"BUSINESS_CREATE_CUSTOMIZED_BUTTON.{business.token}")
    await scene.call("POST", on_business(business.token), token=token, json=said())

    answer = await scene.call("DELETE", on_business(business.token), key=key)

    assert answer.status_code == 200
    assert await shown(scene, post) is not None


async def test_whoever_lost_their_standing_sets_no_button_any_more(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        owner = await make_person(tx)
    business = await make_business(scene, owner_id=owner.id)
    async with scene.platform.services.db.write() as tx:
        await businesses.add_member(
            tx, business.id, by_person_id=owner.id, person_id=scene.person.id, role="member"
        )
    token = await scene.token(f"BUSINESS_CREATE_CUSTOMIZED_BUTTON.{business.token}")

    answer = await scene.call("POST", on_business(business.token), token=token, json=said())

    assert answer.status_code == 403
    assert (await scene.call("DELETE", on_business("nobody000"))).status_code == 404


async def test_a_development_app_sets_none_on_a_real_post_and_its_own_on_development_posts(
    scene: Scene,
):
    services = scene.platform.services
    async with services.db.write() as tx:
        app = (await make_app(tx, keys=services.keys, owner_id=scene.person.id)).app
        key = (await make_key(tx, app.id, keys=services.keys)).text
        tried = await make_post(tx, owner_id=scene.person.id, development=True)
    scene.app = app
    token = await scene.token(SCOPE)

    real = await scene.call("POST", on_post(scene.post.token), key=key, token=token, json=said())
    own = await scene.call("POST", on_post(tried.token), key=key, token=token, json=said())

    assert (real.status_code, own.status_code) == (403, 200)


async def test_a_suspended_apps_button_lets_the_next_one_be_seen(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        other = (await make_app(tx, keys=services.keys, production=True)).app
        button = addons.read_button(said("ONLINE_CALL"))
        await addons.set_post_button(tx, button, app_id=other.id, post_id=scene.post.id)
    await scene.call("POST", on_post(scene.post.token), token=await scene.token(SCOPE), json=said())
    async with services.db.write() as tx:
        await developers.suspend(tx, scene.app.slug, note="")

    seen = await shown(scene)

    assert seen is not None
    assert seen.app.id == other.id


async def test_the_button_is_on_the_page_with_its_apps_name_and_leads_on(scene: Scene):
    token, path = await scene.token(SCOPE), on_post(scene.post.token)
    await scene.call("POST", path, token=token, json=said())

    page = (await scene.http.get(f"/v/{scene.post.token}")).text

    assert "مشاهده و خرید از فروشگاه" in page
    assert 'href="https://shop.example/7"' in page
    assert f'href="/apps/{scene.app.slug}"' in page


async def test_a_pressed_button_goes_the_way_of_its_action(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        other = await make_post(tx)
    action: dict[str, Any] = {"open_post_page": {"post_token": other.token}}
    await scene.call(
        "POST", on_post(scene.post.token), token=await scene.token(SCOPE), json=said(**action)
    )
    page = (await scene.http.get(f"/v/{scene.post.token}")).text
    press = f"/press/{scene.app.slug}/{scene.post.token}/button"
    csrf = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    assert f'action="{press}"' in page

    pressed = await scene.http.post(press, data={"csrf_token": csrf})

    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/v/{other.token}")
    gone = await scene.http.post(
        f"/press/another/{scene.post.token}/button", data={"csrf_token": csrf}
    )
    assert gone.headers["location"] == f"/v/{scene.post.token}"
