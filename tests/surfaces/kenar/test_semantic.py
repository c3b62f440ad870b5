"""Semantic data on its own paths: kept, replaced, taken back, paid by a ticket, told to nobody."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from dalan.domains import accounts, addons, developers, payments
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.payments import make_ticket_to_pay_with
from tests.factories.posts import make_post
from tests.surfaces.kenar.conftest import Scene

V1 = "/v1/open-platform/semantic"
ABOUT_PEOPLE = "USER_VERIFICATION_CREATE"
SAID = {"inspection_result": "INSPECTION_APPROVED", "internal_ref": "A-17"}
PLAIN = {"inspection_result": "INSPECTION_APPROVED"}


def of_post(token: str) -> str:
    return f"/experimental/open-platform/semantic/post/{token}"


async def of_person(scene: Scene) -> str:
    async with scene.platform.services.db.write() as tx:
        name = await developers.remember_user_id(
            tx, keys=scene.platform.services.keys, app_id=scene.app.id, person_id=scene.person.id
        )
    return f"{V1}/users/{name}"


async def kept(scene: Scene) -> list[addons.SemanticRecord]:
    async with scene.platform.services.db.look() as look:
        return await addons.records_about(look, scene.person.id, [scene.post])


async def about_post(scene: Scene) -> str:
    return await scene.token(f"POST_SEMANTIC_CREATE.{scene.post.token}")


async def test_facts_of_a_post_are_kept_and_replaced_and_one_app_leaves_anothers_alone(
    scene: Scene,
):
    services, path = scene.platform.services, of_post(scene.post.token)
    token = await about_post(scene)

    answer = await scene.call("POST", path, token=token, json={"semantic": SAID})
    (first,) = await kept(scene)
    async with services.db.write() as tx:
        other = (await make_app(tx, keys=services.keys, production=True)).app
        await addons.record_of_post(
            tx, addons.read_statement({"semantic": SAID}), app_id=other.id,
            post_id=scene.post.id, person_id=scene.person.id, keys=services.keys,
        )  # fmt: skip
    await scene.call("POST", path, token=token, json={"semantic": {"internal_ref": "B"}})

    assert (answer.status_code, answer.json()) == (200, {})
    assert first.semantic == PLAIN
    mine, others = await kept(scene)
    assert (mine.uuid, mine.semantic, set(mine.semantic_hashed)) == (
        first.uuid, {}, {"internal_ref"}
    )  # fmt: skip
    assert mine.semantic_hashed != first.semantic_hashed
    assert others.semantic_hashed == first.semantic_hashed, "equal values are told to be equal"
    assert "A-17" not in str(first)


async def test_facts_of_a_post_put_a_tag_on_the_apps_own_addon(scene: Scene):
    widgets = {"widgets": [{"title_row": {"text": "گزارش"}}]}
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    await scene.call(
        "POST", f"/v2/open-platform/addons/post/{scene.post.token}", token=token, json=widgets
    )
    assert scene.platform.worker is not None
    await scene.platform.worker.drain()

    await scene.call(
        "POST", of_post(scene.post.token), token=await about_post(scene), json={"semantic": SAID}
    )

    async with scene.platform.services.db.look() as look:
        (block,) = await addons.of_post(look, scene.post, viewer_id=None)
    listed = await scene.call("GET", f"/v1/open-platform/addons/post/{scene.post.token}")
    page = await scene.http.get(f"/v/{scene.post.token}", follow_redirects=True)
    assert block.tags == ["EXPERT_INSPECTED"]
    assert listed.json()["addons"][0]["meta_data"]["service_tags"] == ["EXPERT_INSPECTED"]
    assert scene.app.display in page.text
    assert "INSPECTION_APPROVED" not in page.text


async def test_facts_of_a_person_keep_their_id_and_are_taken_back_with_the_key(scene: Scene):
    path, token = await of_person(scene), await scene.token(ABOUT_PEOPLE)

    ids = set()
    for said in (SAID, {"status": "SUCCEEDED"}):
        body = {"semantic": said, "phone": scene.person.phone}
        answer = await scene.call("POST", path, token=token, json=body)
        assert answer.status_code == 200, answer.text
        ids.add(UUID(answer.json()["id"]))
    (record,) = await kept(scene)
    older = await scene.call(
        "POST", f"{V1}/user/{scene.person.phone}", token=token, json={"semantic": {}}
    )

    assert len(ids) == 1
    assert (record.semantic, record.semantic_hashed) == ({"status": "SUCCEEDED"}, {})
    assert ids == {UUID(older.json()["id"])}
    assert [one.semantic for one in await kept(scene)] == [{}]
    for _ in range(2):
        gone = await scene.call("DELETE", path, params={"phone": scene.person.phone})
        assert (gone.status_code, gone.json()) == (200, {})
    assert await kept(scene) == []


async def test_another_app_cannot_take_back_what_this_one_said(scene: Scene):
    services = scene.platform.services
    token, number = await scene.token(ABOUT_PEOPLE), scene.person.phone
    await scene.call("POST", f"{V1}/user/{number}", token=token, json={"semantic": SAID})
    async with services.db.write() as tx:
        other = (await make_app(tx, keys=services.keys, production=True)).app
        key = await make_key(tx, other.id, keys=services.keys)

    for path in (f"{V1}/user/{number}", f"{V1}/user/09350000000", await of_person(scene)):
        assert (await scene.call("DELETE", path, key=key.text)).json() == {}
    assert len(await kept(scene)) == 1

    assert (await scene.call("DELETE", f"{V1}/user/{number}")).json() == {}
    assert await kept(scene) == []


async def test_scopes_permissions_and_people_are_checked(scene: Scene):
    services, person_path = scene.platform.services, await of_person(scene)
    post_path, body = of_post(scene.post.token), {"semantic": SAID}
    async with services.db.write() as tx:
        stranger = await make_person(tx)
        theirs = await make_post(tx, owner_id=stranger.id)
        bare = await make_key(tx, scene.app.id, keys=services.keys, permissions=["GET_POST"])
    token, unrelated = await scene.token(ABOUT_PEOPLE), await scene.token("USER_POSTS_GET")
    other_post = await scene.token(f"POST_SEMANTIC_CREATE.{theirs.token}")

    async def status(path: str, given: str = "", **more: Any) -> int:
        return (await scene.call("POST", path, token=given, **{"json": body} | more)).status_code

    assert await status(post_path) == 401
    assert await status(post_path, unrelated) == 403
    assert await status(post_path, other_post) == 403
    assert await status(of_post(theirs.token), other_post) == 403
    assert await status(post_path, await about_post(scene), key=bare.text) == 403
    assert await status(person_path) == 401
    assert await status(person_path, unrelated) == 403
    assert await status(f"{V1}/users/somebody", token) == 403
    assert await status(f"{V1}/user/{stranger.phone}", token) == 403
    assert await status(person_path, token, json=body | {"phone": stranger.phone}) == 403
    assert await status(person_path, token, json=body | {"phone": "12"}) == 400
    assert await status(person_path, token, json=body | {"phone": 12}) == 400
    refused = await scene.call("DELETE", person_path, params={"phone": stranger.phone})
    assert refused.status_code == 403
    assert (await scene.call("DELETE", person_path, key=bare.text)).status_code == 403
    assert (await scene.call("DELETE", f"{V1}/user/12")).status_code == 400
    nobody = await scene.call("DELETE", f"{V1}/users/somebody")
    assert (nobody.status_code, nobody.json()) == (200, {})
    assert await kept(scene) == []


async def test_a_development_app_speaks_of_development_posts_alone(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        made = await make_app(tx, keys=services.keys, owner_id=scene.person.id)
        key = await make_key(tx, made.app.id, keys=services.keys)
        practice = await make_post(tx, owner_id=scene.person.id, development=True)
    scene = msgspec.structs.replace(scene, app=made.app, key=key.text)

    answers = {
        post.token: await scene.call(
            "POST",
            of_post(post.token),
            token=await scene.token(f"POST_SEMANTIC_CREATE.{post.token}"),
            json={"semantic": SAID},
        )
        for post in (scene.post, practice)
    }

    assert answers[scene.post.token].status_code == 403
    assert answers[practice.token].status_code == 200, answers[practice.token].text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({}, "semantic"),
        ({"semantic": None}, "semantic"),
        ({"semantic": "x"}, "semantic"),
        ({"semantic": {"a": 1}}, "semantic.a"),
        ({"semantic": {"a": {"b": "c"}}}, "semantic.a"),
        ({"semantic": {"VIN": "IRJC95R23KJ039206"}}, "semantic.VIN"),
        ({"semantic": {f"k{n}": "v" for n in range(51)}}, "semantic"),
        ({"semantic": {"a": "x" * 2_001}}, "semantic.a"),
        ({"semantic": {"a": "\0"}}, "semantic.a"),
        ({"semantic": {}, "ticket_uuid": 7}, "ticket_uuid"),
        ({"semantic": {}, "ticket_uuid": "x" * 65}, "ticket_uuid"),
        ({"semantic": {}, "cost": 5}, "ticket_uuid"),
        ({"semantic": {}, "cost": -1, "ticket_uuid": str(uuid4())}, "cost"),
        ({"semantic": {}, "cost": 2**31, "ticket_uuid": str(uuid4())}, "cost"),
        ({"semantic": {}, "cost": "many", "ticket_uuid": str(uuid4())}, "cost"),
    ],
)
async def test_what_is_wrong_is_refused_naming_the_field(scene: Scene, body, field):
    for path, token in (
        (of_post(scene.post.token), await about_post(scene)),
        (await of_person(scene), await scene.token(ABOUT_PEOPLE)),
    ):
        answer = await scene.call("POST", path, token=token, json=body)

        assert answer.status_code == 400, answer.text
        assert answer.json()["message"].startswith(f"{field}: ")
    assert await kept(scene) == []


async def test_a_ticket_is_spent_with_the_facts_or_neither_happens(scene: Scene):
    services, path = scene.platform.services, of_post(scene.post.token)
    async with services.db.write() as tx:
        ticket = await make_ticket_to_pay_with(tx, scene.app.id, scene.person.id)
        await developers.classify(
            tx, scene.app.id, service_type="REPORT_INSPECTION", tags=[], by_team=False
        )
    token = await about_post(scene)
    paid = {"semantic": SAID, "ticket_uuid": ticket.uuid, "cost": "900000"}

    dear = await scene.call("POST", path, token=token, json=paid | {"cost": 1_000_001})
    assert dear.status_code == 400, dear.text
    assert await kept(scene) == []
    assert (await scene.call("POST", path, token=token, json=paid)).json() == {}
    again = await scene.call(
        "POST", await of_person(scene), token=await scene.token(ABOUT_PEOPLE), json=paid
    )

    assert again.status_code == 404
    (record,) = await kept(scene)
    assert record.post_id == scene.post.id
    async with services.db.look() as look:
        (spent,) = await payments.tickets_of(look, scene.app.id, limit=9)
        assert (spent.spent_by_app_id, spent.spent_rials) == (scene.app.id, 900_000)


async def test_export_tells_of_them_and_closing_the_account_forgets_the_person(scene: Scene):
    services = scene.platform.services
    await scene.call(
        "POST", of_post(scene.post.token), token=await about_post(scene), json={"semantic": SAID}
    )
    await scene.call(
        "POST", await of_person(scene), token=await scene.token(ABOUT_PEOPLE),
        json={"semantic": {"status": "SUCCEEDED"}},
    )  # fmt: skip

    async with services.db.write() as tx:
        told = await accounts.export(
            tx, scene.person.id, keys=services.keys, base_url="https://bazaar.example"
        )
        await accounts.close(tx, person_id=scene.person.id)

    of_person_, of_post_ = told["said_by_apps"]
    assert (of_person_["about_post"], of_person_["values"]) == ("", {"status": "SUCCEEDED"})
    assert (of_post_["about_post"], of_post_["values"], of_post_["hashed_keys"]) == (
        scene.post.token, PLAIN, ["internal_ref"]
    )  # fmt: skip
    assert [record.person_id for record in await kept(scene)] == [None]
