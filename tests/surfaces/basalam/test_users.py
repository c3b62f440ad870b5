"""users/me, whoami, validate, the number and the identity of a person."""

from datetime import timedelta

import msgspec
import pytest

from dalan.app import listeners
from dalan.domains import audit, identity, notices
from dalan.kernel import outbox
from dalan.kernel.clock import AdjustableClock
from dalan.surfaces.basalam.wire.users import PrivateUserResponse
from tests.factories.identity import make_person
from tests.surfaces.basalam.conftest import BIRTHDAY, NATIONAL_CODE, READS, WRITES

PRIVATE = (
    "email", "birthday", "national_code", "mobile", "credit_card_number", "credit_card_owner",
    "foreign_citizen_code", "user_sheba_number", "user_sheba_owner", "bank_information",
    "bank_information_owner", "info_verification_status",
)  # fmt: skip
NEW = "09351112233"


@pytest.mark.parametrize("path", ["/v1/users/me", "/v3/users/me", "/v1/users/me/"])
async def test_me_has_every_key_and_private_ones_are_null_without_the_scope(scene, path):
    answer = await scene.call("GET", path, await scene.token("vendor.product.read"))

    assert answer.status_code == 200
    me = answer.json()
    assert set(me) == {field.name for field in msgspec.structs.fields(PrivateUserResponse)}
    assert (me["id"], me["hash_id"], me["name"]) == (scene.number, scene.hash_id, "نگار صالحی")
    assert me["created_at"] == "2026-11-21T12:00:00+03:30"
    assert all(me[name] is None for name in PRIVATE)


@pytest.mark.parametrize("scope", [READS, WRITES])
async def test_me_tells_private_things_with_the_scope_or_one_that_implies_it(scene, scope):
    me = (await scene.call("GET", "/v1/users/me", await scene.token(scope))).json()

    assert me["mobile"] == "09121112233"
    assert me["info_verification_status"]["value"] == 1


async def test_me_answers_only_to_tokens_of_this_door(scene):
    from tests.factories.oauth import make_token

    services = scene.platform.services
    async with services.db.write() as tx:
        kenar = await make_token(tx, services.keys, scene.person, scene.app, "USER_PHONE")

    assert (await scene.call("GET", "/v1/users/me", kenar)).status_code == 401


async def test_whoami_and_validate_tell_whose_token_it_is(scene):
    token = await scene.token(READS)

    who = (await scene.call("GET", "/whoami", token)).json()
    valid = (await scene.call("GET", "/validate", token, Host="auth.basalam.com")).json()

    assert (who["id"], who["hash_id"], who["mobile"]) == (
        scene.number, scene.hash_id, "09121112233",
    )  # fmt: skip
    assert who["client"]["id"] == valid["client_id"]
    assert who["client"]["name"] == scene.app.display
    assert (valid["user_id"], valid["scopes"]) == (scene.number, [READS])
    assert valid["expires_in"] == 3_600
    assert (await scene.call("GET", "/whoami", await scene.token(
        "vendor.product.read"))).json()["mobile"] is None  # fmt: skip


async def test_number_is_proved_by_the_code_that_was_sent(scene):
    token, path = await scene.token(WRITES), f"/v1/users/{scene.number}"

    asked = await scene.call("POST", f"{path}/mobile-verification-requests", token)
    body = {"verification_code": await scene.code()}
    done = await scene.call("POST", f"{path}/mobile-verification-confirmations", token, body)

    assert (asked.status_code, asked.json()) == (200, {"result": True})
    assert (done.status_code, done.json()) == (200, {"result": True})
    services = scene.platform.services
    async with services.db.look() as look:
        proof = await identity.proof_of(look, scene.person.id, keys=services.keys)
    assert proof.mobile_verified_at is not None
    again = await scene.call("POST", f"{path}/mobile-verification-confirmations", token, body)
    assert again.status_code == 422, "a code is good once"


async def test_codes_wait_two_minutes_and_say_how_long(scene, moment: AdjustableClock):
    token = await scene.token(WRITES)
    path = f"/v3/users/{scene.number}/confirm-mobile-request"

    assert (await scene.call("POST", path, token, [])).status_code == 200
    moment.advance(timedelta(seconds=100))
    early = await scene.call("POST", path, token, b"")
    assert (early.status_code, early.headers["retry-after"]) == (429, "20")
    moment.advance(timedelta(seconds=20))
    assert (await scene.call("POST", path, token, b"null")).status_code == 200


async def test_code_dies_after_five_guesses_and_after_five_minutes(scene, moment: AdjustableClock):
    token, path = await scene.token(WRITES), f"/v1/users/{scene.number}"
    ask, tell = f"{path}/mobile-verification-requests", f"{path}/mobile-verification-confirmations"

    await scene.call("POST", ask, token)
    right = await scene.code()
    wrong = 100_000 if right != 100_000 else 100_001
    for _ in range(5):
        refused = await scene.call("POST", tell, token, {"verification_code": wrong})
        assert refused.status_code == 422
        assert refused.json()["detail"][0]["loc"] == ["body", "verification_code"]
    late = await scene.call("POST", tell, token, {"verification_code": right})
    assert late.status_code == 422

    moment.advance(timedelta(minutes=3))
    await scene.call("POST", ask, token)
    moment.advance(timedelta(minutes=5))
    expired = {"verification_code": await scene.code()}
    assert (await scene.call("POST", tell, token, expired)).status_code == 422


@pytest.mark.parametrize("typed", [NEW, "+989351112233", "۰۹۳۵۱۱۱۲۲۳۳", 9351112233])
async def test_number_changes_with_the_code_sent_to_the_new_one(scene, typed):
    token, path = await scene.token(WRITES), f"/v1/users/{scene.number}"

    asked = await scene.call("POST", f"{path}/mobile-change-requests", token, {"mobile": typed})
    assert asked.status_code == 200, asked.text
    code = str(await scene.code("+989351112233")).translate(
        str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    )
    body = {"mobile": typed, "verification_code": code}
    done = await scene.call("POST", f"{path}/mobile-change-confirmations", token, body)

    assert done.status_code == 200, done.text
    assert (await scene.call("GET", "/v1/users/me", token)).json()["mobile"] == NEW
    async with scene.platform.services.db.look() as look:
        page = await audit.entries_of(look, audit.Subject.person(scene.person.id))
    assert [entry.action for entry in page.entries] == ["person.phone_changed"]
    assert "0935" not in str(page.entries[0].facts)
    await outbox.Worker(scene.platform.services.db, listeners()).drain()
    async with scene.platform.services.db.look() as look:
        told = (await notices.notices_of(look, scene.person.id)).notices
    assert [(one.kind, one.app_id, one.facts["ending"]) for one in told] == [
        ("phone", scene.app.id, "2233"),
    ]  # fmt: skip


async def test_number_of_another_account_is_refused_before_and_after_the_code(scene):
    token, path = await scene.token(WRITES), f"/v1/users/{scene.number}"
    async with scene.platform.services.db.write() as tx:
        await make_person(tx, phone="+989362220000")

    taken = await scene.call(
        "POST", f"{path}/mobile-change-requests", token, {"mobile": "09362220000"}
    )
    own = await scene.call(
        "POST", f"{path}/mobile-change-requests", token, {"mobile": "09121112233"}
    )
    assert (taken.status_code, taken.json()["detail"][0]["loc"]) == (422, ["body", "mobile"])
    assert own.status_code == 422

    await scene.call("POST", f"{path}/mobile-change-requests", token, {"mobile": NEW})
    async with scene.platform.services.db.write() as tx:
        await make_person(tx, phone="+989351112233")
    body = {"mobile": NEW, "verification_code": await scene.code("+989351112233")}
    late = await scene.call("POST", f"{path}/mobile-change-confirmations", token, body)
    assert late.status_code == 422
    assert (await scene.call("GET", "/v1/users/me", token)).json()["mobile"] == "09121112233"


async def test_code_for_one_number_does_not_move_the_account_to_another(scene):
    token, path = await scene.token(WRITES), f"/v1/users/{scene.number}"

    await scene.call("POST", f"{path}/mobile-change-requests", token, {"mobile": NEW})
    body = {"mobile": "09361112233", "verification_code": await scene.code("+989351112233")}
    refused = await scene.call("POST", f"{path}/mobile-change-confirmations", token, body)

    assert refused.status_code == 422


async def test_identity_is_verified_once_and_again_only_with_the_same_data(scene):
    token = await scene.token(WRITES)
    path = f"/v1/users/{scene.number}/verification-requests"
    body = {"national_code": NATIONAL_CODE, "birthday": BIRTHDAY}

    first = await scene.call("PATCH", path, token, body)
    again = await scene.call("PATCH", path, token, body)
    other = await scene.call("PATCH", path, token, body | {"national_code": "0012345679"})

    assert first.status_code == again.status_code == 200, first.text
    me = again.json()
    assert (me["national_code"], me["birthday"]) == (NATIONAL_CODE, BIRTHDAY)
    assert me["info_verification_status"] == {
        "name": "احراز شده", "value": 2, "description": None,
    }  # fmt: skip
    assert other.status_code == 422
    assert NATIONAL_CODE not in other.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "national_code"),
        ({"national_code": "123"}, "national_code"),
        ({"national_code": "1111111111"}, "national_code"),
        ({"national_code": NATIONAL_CODE, "birthday": "1369/02/27"}, "birthday"),
        ({"national_code": NATIONAL_CODE, "birthday": "1369-02-27"}, "birthday"),
        ({"national_code": NATIONAL_CODE, "birthday": "2020-01-01"}, "birthday"),
        ({"national_code": NATIONAL_CODE, "birthday": 5}, "birthday"),
        ({"national_code": ["0"]}, "national_code"),
    ],
)
async def test_papers_that_can_be_nobodys_are_refused_by_name(scene, body, field):
    path = f"/v1/users/{scene.number}/verification-requests"

    refused = await scene.call("PATCH", path, await scene.token(WRITES), body)

    assert refused.status_code == 422, refused.text
    assert refused.json()["detail"][0]["loc"] == ["body", field]
    assert isinstance(refused.json()["message"], str)
