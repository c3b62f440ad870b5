"""Payment tickets through the contract: the published refusals, word for word."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from dalan.domains import developers, payments
from dalan.kernel import phone
from dalan.kernel.clock import AdjustableClock
from tests.factories.identity import make_person
from tests.factories.payments import new_id
from tests.surfaces.kenar.conftest import Scene

VALIDATE = "/v1/open-platform/payment-ticket/validate"
GENERATE = "/v1/open-platform/payment-ticket/generate"
SERVICE = "REPORT_INSPECTION"
MOST_RIALS = 1_000_000


async def classify(scene: Scene, service_type: str) -> None:
    async with scene.platform.services.db.write() as tx:
        await developers.classify(
            tx, scene.app.id, service_type=service_type, tags=[], by_team=False
        )


async def ticket(scene: Scene, **said: Any) -> payments.Ticket:
    await classify(scene, "INTERNAL")
    whole: dict[str, Any] = {
        "issuer_app_id": scene.app.id,
        "person_id": scene.person.id,
        "service_type": SERVICE,
        "amount_max_rials": MOST_RIALS,
        "issuer_payload": {"campaign": "پاییز"},
    } | said
    async with scene.platform.services.db.write() as tx:
        issued = await payments.issue_ticket(tx, **whole)
    await classify(scene, SERVICE)
    return issued


async def validate(scene: Scene, **said: Any) -> httpx.Response:
    return await scene.call("POST", VALIDATE, json=said)


async def user_id(scene: Scene) -> str:
    async with scene.platform.services.db.write() as tx:
        return await developers.remember_user_id(
            tx,
            keys=scene.platform.services.keys,
            app_id=scene.app.id,
            person_id=scene.person.id,
        )


async def test_ticket_is_valid_for_its_person_as_often_as_asked(scene: Scene):
    issued = await ticket(scene)
    said = {"ticket_uuid": issued.uuid, "service_cost": MOST_RIALS}

    by_phone = await validate(scene, phone_number=phone.national(scene.person.phone), **said)
    by_id = await validate(scene, user_id=await user_id(scene), **said)

    assert by_phone.status_code == by_id.status_code == 200
    assert by_phone.json() == by_id.json() == {"issuer_payload": {"campaign": "پاییز"}}


async def test_ticket_without_a_payload_is_an_empty_object(scene: Scene):
    issued = await ticket(scene, issuer_payload=None)

    answer = await validate(
        scene, ticket_uuid=issued.uuid, service_cost="1", user_id=await user_id(scene)
    )

    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize(
    ("said", "status", "code", "message"),
    [
        ({"user_id": ""}, 400, 3, "user_identifier is required"),
        (
            {"service_cost": MOST_RIALS + 1},
            400,
            3,
            "Actual cost is more than sponsored amount",
        ),
        ({"user_id": "somebody"}, 404, 5, "phone number not match with ticket phone"),
        (
            {"user_id": "", "phone_number": "09120000000"},
            404,
            5,
            "phone number not match with ticket phone",
        ),
        ({"ticket_uuid": new_id()}, 404, 5, "Not found ticket"),
        ({"ticket_uuid": "nonsense"}, 404, 5, "Not found ticket"),
    ],
)
async def test_refusal_is_worded_as_published(scene: Scene, said, status, code, message):
    issued = await ticket(scene)
    whole = {"ticket_uuid": issued.uuid, "service_cost": 1, "user_id": await user_id(scene)}

    answer = await validate(scene, **whole | said)

    assert (answer.status_code, answer.json()) == (status, {"code": code, "message": message})


async def test_app_of_another_service_is_refused_as_published(scene: Scene):
    issued = await ticket(scene)
    await classify(scene, "PHOTOGRAPHY")

    answer = await validate(
        scene, ticket_uuid=issued.uuid, service_cost=1, user_id=await user_id(scene)
    )

    assert answer.status_code == 404
    assert answer.json()["message"] == "App service_type not match ticket service_type"


async def test_key_nobody_issued_is_refused_as_published(scene: Scene):
    unresolved = await scene.call("POST", VALIDATE, key="nonsense", json={})
    missing = await scene.call("POST", VALIDATE, key=None, json={})

    assert unresolved.status_code == 412
    assert unresolved.json() == {"code": 9, "message": "could not retrieve app from db"}
    assert missing.status_code == 401


async def test_spent_ticket_and_one_that_is_over_are_not_found(
    scene: Scene, moment: AdjustableClock
):
    spent, late = await ticket(scene), await ticket(scene)
    who = {"app_id": scene.app.id, "person_id": scene.person.id}
    async with scene.platform.services.db.write() as tx:
        await payments.spend_ticket(tx, spent.uuid, cost_rials=MOST_RIALS, **who)
    named = {"service_cost": 1, "user_id": await user_id(scene)}

    first = await validate(scene, ticket_uuid=spent.uuid, **named)
    moment.advance(timedelta(days=30))
    second = await validate(scene, ticket_uuid=late.uuid, **named)

    assert first.json()["message"] == second.json()["message"] == "Not found ticket"


@pytest.mark.parametrize("missing", ["ticket_uuid", "service_cost"])
async def test_what_is_required_is_named(scene: Scene, missing):
    said = {"ticket_uuid": new_id(), "service_cost": 1, "user_id": "x"}
    del said[missing]

    answer = await validate(scene, **said)

    assert answer.status_code == 400
    assert missing in answer.json()["message"]


async def test_internal_app_issues_a_ticket_that_validates(scene: Scene):
    await classify(scene, "INTERNAL")
    answer = await scene.call(
        "POST",
        GENERATE,
        json={
            "divar_user_id": await user_id(scene),
            "service_type": SERVICE,
            "max_amount_sponsored": "400000",
            "issuer_payload": {"order": 7},
        },
    )
    await classify(scene, SERVICE)

    checked = await validate(
        scene,
        ticket_uuid=answer.json()["ticket_uuid"],
        service_cost=400_000,
        user_id=await user_id(scene),
    )

    assert answer.status_code == 200
    assert checked.json() == {"issuer_payload": {"order": 7}}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"divar_user_id": ""}, 400),
        ({"divar_user_id": "nobody"}, 404),
        ({"divar_user_id": "", "phone": "09120000000"}, 404),
        ({"divar_user_id": "", "phone": "abc"}, 400),
        ({"service_type": "NONSENSE"}, 400),
        ({"max_amount_sponsored": 0}, 400),
        ({"max_amount_sponsored": 2**31}, 400),
        ({"max_amount_sponsored": "much"}, 400),
        ({"issuer_payload": {"a": "x" * 5_000}}, 400),
    ],
)
async def test_ticket_that_makes_no_sense_is_not_issued(scene: Scene, said, status):
    await classify(scene, "INTERNAL")
    whole = {
        "divar_user_id": await user_id(scene),
        "service_type": SERVICE,
        "max_amount_sponsored": 1_000,
    }

    answer = await scene.call("POST", GENERATE, json=whole | said)

    assert answer.status_code == status, answer.text
    async with scene.platform.services.db.look() as look:
        assert await payments.tickets_of(look, scene.app.id, limit=10) == []


async def test_other_apps_issue_no_tickets(scene: Scene):
    await classify(scene, SERVICE)
    async with scene.platform.services.db.write() as tx:
        await make_person(tx)

    answer = await scene.call(
        "POST",
        GENERATE,
        json={
            "divar_user_id": await user_id(scene),
            "service_type": SERVICE,
            "max_amount_sponsored": 1_000,
        },
    )

    assert (answer.status_code, answer.json()["code"]) == (403, 7)
