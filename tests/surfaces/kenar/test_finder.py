"""Finder: what apps learn of posts and people, and what they do not."""

from dalan.domains import businesses, developers
from dalan.kernel import phone
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

POST = "/v1/open-platform/finder/post"
USER = "/v1/open-platform/users"
USER_POSTS = "/v1/open-platform/finder/user-posts"


async def test_post_is_answered_with_every_member_old_clients_need(scene: Scene):
    answer = await scene.call("GET", f"{POST}/{scene.post.token}")

    assert answer.status_code == 200
    body = answer.json()
    assert body["token"] == scene.post.token
    assert body["state"] == "PUBLISHED"
    for name in ("first_published_at", "category", "city", "district"):
        assert isinstance(body[name], str)
    assert body["data"]["title"] == scene.post.title
    assert body["data"]["images"] == []
    assert body["chat_enabled"] is True


async def test_false_is_left_out_of_an_answer(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        silent = await make_post(tx, chat_enabled=False)

    body = (await scene.call("GET", f"{POST}/{silent.token}")).json()

    assert "chat_enabled" not in body


async def test_post_of_a_business_says_whose_it_is_and_others_say_nothing(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        shop = await businesses.open_business(
            tx, owner_id=scene.person.id, name="نمایشگاه دالان", kind="CAR"
        )
        theirs = await make_post(tx, owner_id=scene.person.id, business_id=shop.id)

    told = (await scene.call("GET", f"{POST}/{theirs.token}")).json()
    private = (await scene.call("GET", f"{POST}/{scene.post.token}")).json()

    assert told["business_data"] == {"business_type": "CAR", "business_name": "نمایشگاه دالان"}
    assert "business_data" not in private


async def test_unknown_post_is_404_in_the_shape_of_the_wire(scene: Scene):
    answer = await scene.call("GET", f"{POST}/AAAAAAAA")

    assert answer.status_code == 404
    assert answer.json()["code"] == 5
    assert answer.json()["message"]


async def test_body_and_odd_query_on_get_are_ignored(scene: Scene):
    answer = await scene.call(
        "GET", f'{POST}/{scene.post.token}?{{"token":"x"}}', content=b'{"token": "other"}'
    )

    assert answer.json()["token"] == scene.post.token


async def test_development_post_is_there_for_its_developers_app_alone(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        hidden = await make_post(tx, owner_id=scene.person.id, development=True)

    assert (await scene.call("GET", f"{POST}/{hidden.token}")).status_code == 404

    async with services.db.write() as tx:
        owner = (await developers.members(tx, scene.app.id))[0]
        await developers.add_member(
            tx,
            scene.app.id,
            by_person_id=owner.person_id,
            person_id=scene.person.id,
            role="developer",
        )
    assert (await scene.call("GET", f"{POST}/{hidden.token}")).status_code == 200


async def test_user_posts_lists_own_posts_and_no_others(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        await make_post(tx)
    token = await scene.token("USER_POSTS_GET")

    body = (await scene.call("GET", USER_POSTS, token=token)).json()

    assert [post["token"] for post in body["posts"]] == [scene.post.token]


async def test_user_in_its_three_spellings_tells_what_was_agreed(scene: Scene):
    number = phone.national(scene.person.phone)
    both = await scene.token("USER_PHONE USER_ID")
    only_id = await scene.token("USER_ID")

    spellings = [
        await scene.call("GET", USER, token=both),
        await scene.call("POST", USER, token=both, json={}),
        await scene.call("POST", USER, headers={"x-access-token": both}, data={"a": "b"}),
        await scene.call("POST", USER, token=both, headers={"Content-Type": "application/json"}),
    ]
    bodies = [answer.json() for answer in spellings]

    assert {answer.status_code for answer in spellings} == {200}
    assert bodies[0]["phone_number"] == number
    assert bodies[0]["phone_numbers"] == [number]
    assert all(body == bodies[0] for body in bodies)
    assert (await scene.call("GET", USER, token=only_id)).json() == {
        "user_id": bodies[0]["user_id"]
    }


async def test_user_id_differs_between_apps(scene: Scene):
    services = scene.platform.services
    mine = developers.user_id_for(services.keys, scene.app.id, scene.person.id)
    theirs = developers.user_id_for(services.keys, scene.app.id + 1, scene.person.id)
    token = await scene.token("USER_ID")

    assert (await scene.call("GET", USER, token=token)).json()["user_id"] == mine
    assert mine != theirs


async def test_id_by_phone_is_the_one_consent_gives_and_404_for_a_stranger(scene: Scene):
    path = "/v1/open-platform/get-user-id-by-phone"
    token = await scene.token("USER_ID")
    known = (await scene.call("GET", USER, token=token)).json()["user_id"]

    found = await scene.call("POST", path, json={"phone": phone.national(scene.person.phone)})

    assert found.json() == {"user_id": known}
    assert (await scene.call("POST", path, json={"phone": "09129999999"})).status_code == 404
    assert (await scene.call("POST", path, json={"phone": "12"})).status_code == 400
    assert (await scene.call("POST", path, json={"phone": 5})).status_code == 400
    assert (await scene.call("POST", path, content=b"{")).status_code == 400


async def test_user_posts_tells_an_app_of_its_own_developers_development_posts(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        made = await make_post(tx, owner_id=scene.person.id, development=True)
    token = await scene.token("USER_POSTS_GET")

    others = (await scene.call("GET", USER_POSTS, token=token)).json()["posts"]
    assert [one["token"] for one in others] == [scene.post.token]

    async with services.db.write() as tx:
        owner = (await developers.members(tx, scene.app.id))[0]
        await developers.add_member(
            tx,
            scene.app.id,
            by_person_id=owner.person_id,
            person_id=scene.person.id,
            role="developer",
        )
    theirs = (await scene.call("GET", USER_POSTS, token=token)).json()["posts"]
    assert [one["token"] for one in theirs] == [made.token, scene.post.token]
