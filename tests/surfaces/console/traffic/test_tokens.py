"""What the console says of a pasted token, key, code or secret."""

from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import developers, identity, oauth
from tests.factories.browser import forms_of
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.oauth import make_token, make_tokens
from tests.surfaces.console.traffic.conftest import Scene


async def explain(scene: Scene, token: str, **more: str) -> dict[str, Any]:
    told: dict[str, Any] = await scene.api("tokens/explain", "POST", json={"token": token, **more})
    return told


def codes_of(told: dict[str, Any]) -> list[str]:
    return [one["code"] for one in told["refused"]]


async def test_access_token_tells_whose_it_is_and_what_it_opens(traffic_scene: Scene):
    scene = traffic_scene
    token = await scene.token(f"USER_PHONE POST_ADDON_CREATE.{scene.post.token}")

    told = await explain(scene, f"Bearer {token}")

    assert (told["kind"], told["end"], told["app"]) == ("access", "", scene.app.slug)
    assert told["person"]["name"] == scene.person.name
    assert {(one["name"], one["resource"]) for one in told["scopes"]} == {
        ("USER_PHONE", ""),
        ("POST_ADDON_CREATE", scene.post.token),
    }
    assert told["door"] == "kenar"
    assert told["issued_at"] == "2026-11-21T08:30:00Z"
    assert told["expires_at"] == "2026-11-21T09:30:00Z"
    assert told["refused"] == []


async def test_expired_and_revoked_tokens_are_told_apart(traffic_scene: Scene, moment):
    scene = traffic_scene
    services = scene.platform.services
    expired = await scene.token("USER_PHONE", access_seconds=60)
    moment.advance(timedelta(minutes=2))
    revoked = await scene.token("USER_PHONE")
    async with services.db.write() as tx:
        await oauth.disconnect_all(tx, person_id=scene.person.id, reason="person")

    told = await explain(scene, revoked)
    assert (told["end"], told["reason"]) == ("revoked", "person")
    assert codes_of(told) == ["kenar.token_unknown"]

    async with services.db.write() as tx:
        alive = await make_tokens(
            tx, services.keys, scene.person, scene.app, "USER_PHONE", access_seconds=60
        )
    moment.advance(timedelta(minutes=2))
    told = await explain(scene, alive.access_token)
    assert (told["end"], codes_of(told)) == ("expired", ["kenar.token_unknown"])
    assert alive.refresh_token is not None
    assert (await explain(scene, alive.refresh_token))["kind"] == "refresh"
    assert (await explain(scene, expired))["end"] == "revoked"


async def test_refused_calls_are_foretold(traffic_scene: Scene):
    scene = traffic_scene
    services = scene.platform.services
    async with services.db.write() as tx:
        other = await make_app(tx, keys=services.keys)
        others = await make_token(
            tx, services.keys, scene.person, other.app, f"POST_ADDON_CREATE.{scene.post.token}"
        )
    token = await scene.token("USER_PHONE")
    fitting = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    own = {
        "operation": "create_post_addon", "app": scene.app.slug, "resource": scene.post.token
    }  # fmt: skip
    missing = await explain(scene, token, operation="create_post_addon", resource=scene.post.token)

    assert codes_of(await explain(scene, others, **own)) == ["kenar.token_of_other_app"]
    assert codes_of(await explain(scene, fitting, **own)) == []
    assert codes_of(missing) == ["kenar.scope_missing"]
    assert "POST_ADDON_CREATE" in missing["needs"]


async def test_api_key_tells_its_permissions_and_what_it_lacks(traffic_scene: Scene):
    scene = traffic_scene
    services = scene.platform.services
    async with services.db.write() as tx:
        narrow = await make_key(
            tx, scene.app.id, keys=services.keys, permissions=["GET_POST"], title="باریک"
        )

    told = await explain(scene, narrow.text, operation="create_post_addon")
    assert (told["kind"], told["title"], told["permissions"]) == ("api_key", "باریک", ["GET_POST"])
    assert codes_of(told) == ["developers.permission_missing"]
    assert codes_of(await explain(scene, narrow.text, operation="get_post")) == []

    async with services.db.write() as tx:
        await developers.revoke_key(tx, scene.app.id, key_id=narrow.key.id)
    told = await explain(scene, narrow.text)
    assert (told["end"], codes_of(told)) == ("revoked", ["developers.revoked_key"])


async def test_client_secret_is_known_by_itself(traffic_scene: Scene):
    told = await explain(traffic_scene, traffic_scene.secret)

    assert (told["kind"], told["app"], told["end"]) == (
        "client_secret",
        traffic_scene.app.slug,
        "",
    )


async def pod_credential(scene: Scene, kind: developers.PodKind, **given: Any) -> str:
    services = scene.platform.services
    async with services.db.write() as tx:
        return await developers.rotate_pod_credential(
            tx, scene.app.id, kind=kind, keys=services.keys, **given
        )


@pytest.mark.parametrize(
    ("kind", "shown", "code"),
    [
        ("token", "pod_token", "developers.invalid_pod_token"),
        ("service_key", "service_key", "developers.invalid_service_key"),
    ],
)
async def test_what_an_app_sends_to_the_gateway_is_told_until_it_ends(
    traffic_scene: Scene, moment, kind: developers.PodKind, shown: str, code: str
):
    scene = traffic_scene
    text = await pod_credential(scene, kind)

    told = await explain(scene, text, operation="add_short_link")
    elsewhere = await explain(scene, text, operation="get_post")
    await pod_credential(scene, kind, overlap=timedelta(hours=1))
    moment.advance(timedelta(hours=2))
    ended = await explain(scene, text)

    assert (told["kind"], told["end"], told["app"]) == (shown, "", scene.app.slug)
    assert told["owner"]["phone"].startswith("09")
    assert codes_of(told) == []
    assert codes_of(elsewhere) == ["developers.invalid_key"]
    assert (ended["end"], codes_of(ended)) == ("expired", [code])


async def test_gateway_takes_no_key_of_another_door(traffic_scene: Scene):
    scene = traffic_scene
    token = await scene.token("USER_PHONE")
    shaped = await explain(scene, "0123456789abcdef" * 2, operation="list_short_links")

    for text in (scene.key, scene.secret, token):
        told = await explain(scene, text, operation="list_short_links")
        assert codes_of(told) == ["developers.invalid_pod_token"]
    assert (shaped["kind"], codes_of(shaped)) == ("unknown", ["developers.invalid_pod_token"])


async def test_identification_key_is_told_and_opens_nothing(traffic_scene: Scene):
    scene = traffic_scene
    services, text = scene.platform.services, "my-own-words 123"
    async with services.db.write() as tx:
        await developers.set_identification_key(tx, scene.app.id, text=text, keys=services.keys)

    told = await explain(scene, text)
    called = await explain(scene, text, operation="get_post")
    longer = await explain(scene, f"{text}4")
    page = await scene.http.get("/console/tokens")
    [fields] = forms_of(page.text, "/console/tokens")
    shown = await scene.http.post("/console/tokens", data=fields | {"token": text})

    assert (told["kind"], told["end"], told["app"], told["issued_at"]) == (
        "identification_key", "", scene.app.slug, None,
    )  # fmt: skip
    assert (codes_of(told), codes_of(called)) == ([], ["developers.invalid_key"])
    assert longer["kind"] == "unknown"
    assert "کلید شناسایی" in shown.text
    assert text not in shown.text


async def test_used_refresh_token_and_code_are_told(traffic_scene: Scene):
    scene = traffic_scene
    services = scene.platform.services
    async with services.db.write() as tx:
        pair = await make_tokens(
            tx, services.keys, scene.person, scene.app, "USER_PHONE offline_access"
        )
    assert pair.refresh_token is not None
    exchanged = await scene.http.post(
        "/oauth2/token",
        data={
            "grant_type": "refresh_token", "refresh_token": pair.refresh_token,
            "client_id": scene.app.slug, "client_secret": scene.secret,
        },
    )  # fmt: skip
    assert exchanged.status_code == 200, exchanged.text

    told = await explain(scene, pair.refresh_token)

    assert (told["kind"], told["end"]) == ("refresh", "replaced")
    assert codes_of(told) == ["oauth.invalid_grant"]


async def test_blocked_person_and_closed_app_are_told(traffic_scene: Scene):
    scene = traffic_scene
    token = await scene.token("USER_PHONE")
    async with scene.platform.services.db.write() as tx:
        await identity.block(tx, person_id=scene.person.id)
        await developers.suspend(tx, scene.app.slug, note="")

    told = await explain(scene, token)

    assert {"identity.person_blocked", "developers.app_not_active"} <= {*codes_of(told)}


async def test_session_is_told_with_its_person(traffic_scene: Scene):
    scene = traffic_scene
    opened = await scene.api("sessions", "POST", json={"phone": scene.person.phone})

    told = await explain(scene, opened["cookie"]["value"])

    assert told["kind"] == "session"
    assert told["person"]["phone"] == opened["phone"]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("ory_at_nothing", "unknown", "kenar.token_unknown"),
        ("dalan_ak_1_nothing", "unknown", "developers.invalid_key"),
        ("ory_ac_nothing", "unknown", "oauth.invalid_grant"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x", "jwt", "kenar.token_unknown"),
        ("سلام\ud7ff", "unknown", "kenar.token_unknown"),
        ("a" * 100_000, "unknown", "kenar.token_unknown"),
    ],
)
async def test_what_nobody_issued_is_told_as_such(traffic_scene: Scene, text, kind, code):
    told = await explain(traffic_scene, text)

    assert (told["kind"], told["end"], codes_of(told)) == (kind, "none", [code])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"token": ""},
        {"token": 1},
        {"token": "a", "operation": "no_such"},
        {"token": "\x00"},
        [],
    ],
)
async def test_script_is_told_what_cannot_be(traffic_scene: Scene, body):
    answer = await traffic_scene.http.post("/console/api/tokens/explain", json=body)

    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message"}


async def test_page_explains_and_never_repeats_what_was_pasted(traffic_scene: Scene, tmp_path):
    scene = traffic_scene
    token = await scene.token("USER_PHONE")
    page = await scene.http.get("/console/tokens")
    [fields] = forms_of(page.text, "/console/tokens")

    told = await scene.http.post("/console/tokens", data=fields | {"token": token})
    empty = await scene.http.post("/console/tokens", data=fields | {"token": " "})
    forged = await scene.http.post("/console/tokens", data={"token": token})

    assert told.status_code == 200
    assert "توکن دسترسی با اجازهٔ یک شخص" in told.text
    assert scene.app.slug in told.text
    assert token not in told.text
    assert empty.status_code == 422
    assert forged.status_code == 403
    await scene.platform.workshop.traffic.settle()  # type: ignore[union-attr]
    written = "".join(
        path.read_text(errors="replace")
        for path in tmp_path.iterdir()
        if path.suffix != ".db" and path.is_file()
    )
    assert token not in written
    assert token[10:50] not in written


async def test_asking_is_no_use_of_a_key(traffic_scene: Scene):
    scene = traffic_scene

    await explain(scene, scene.key)

    async with scene.platform.services.db.read() as tx:
        [key] = await developers.keys_of(tx, scene.app.id)
    assert key.last_used_at is None


async def test_people_are_listed_with_apps_and_posts(traffic_scene: Scene):
    scene = traffic_scene

    said = await scene.api("people")

    mine = next(one for one in said["people"] if one["id"] == scene.person.id)
    owner = next(one for one in said["people"] if one["apps"])
    assert mine["posts_count"] == 1
    assert mine["phone"].startswith("09")
    assert owner["apps"] == [scene.app.slug]


async def test_people_come_in_parts(traffic_scene: Scene):
    scene = traffic_scene
    async with scene.platform.services.db.write() as tx:
        for _ in range(55):
            await make_person(tx)

    first = await scene.api("people")
    rest = await scene.api("people", params={"after": first["last"]})

    assert len(first["people"]) == 50
    assert rest["last"] is None
    assert len({one["id"] for one in first["people"] + rest["people"]}) == 57
    assert (await scene.http.get("/console/api/people?after=x")).status_code == 400


async def test_one_press_signs_in_and_leads_to_the_site(traffic_scene: Scene):
    scene = traffic_scene
    page = await scene.http.get("/console/people")
    action = f"/console/people/{scene.person.id}/session"
    [fields] = forms_of(page.text, action)

    refused = await scene.http.post(action, data={})
    done = await scene.http.post(action, data=fields)
    home = await scene.http.get("/my-divar")

    assert refused.status_code == 403
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert home.status_code == 200
    assert scene.person.name in home.text


async def test_script_signs_in_by_number(traffic_scene: Scene):
    scene = traffic_scene

    answer = await scene.http.post("/console/api/sessions", json={"phone": scene.person.phone})

    said = answer.json()
    assert said["name"] == scene.person.name
    assert scene.http.cookies.get(said["cookie"]["name"]) == said["cookie"]["value"]
    assert (await scene.http.get("/my-divar")).status_code == 200


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("09129999999", 404, "identity.no_such_person"),
        ("nobody", 400, "phone.invalid"),
    ],
)
async def test_script_cannot_sign_nobody_in(traffic_scene: Scene, number, status, code):
    answer = await traffic_scene.http.post("/console/api/sessions", json={"phone": number})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_nobody_signs_in_as_somebody_who_is_shut_out(traffic_scene: Scene):
    scene = traffic_scene
    page = await scene.http.get("/console/people")
    action = f"/console/people/{scene.person.id}/session"
    [fields] = forms_of(page.text, action)
    async with scene.platform.services.db.write() as tx:
        await identity.block(tx, person_id=scene.person.id)

    done = await scene.http.post(action, data=fields)
    said = await scene.http.post("/console/api/sessions", json={"phone": scene.person.phone})

    assert done.headers["location"] == "/console/people"
    assert said.json()["code"] == "identity.person_blocked"
