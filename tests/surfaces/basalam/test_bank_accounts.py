"""Bank accounts: added, confirmed, verified, changed and taken away."""

from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import identity
from dalan.kernel.clock import AdjustableClock
from tests.surfaces.basalam.conftest import (
    BIRTHDAY,
    CARD,
    NATIONAL_CODE,
    READS,
    SHEBA,
    WRITES,
    Scene,
)

CLAIM = {"national_code": NATIONAL_CODE, "birthday": BIRTHDAY}


def accounts_path(scene: Scene) -> str:
    return f"/v1/users/{scene.number}/bank-accounts"


async def added(scene: Scene, token: str, **body: Any) -> dict[str, Any]:
    """An account that was just created."""
    made = await scene.call("POST", accounts_path(scene), token, body or {"card_number": CARD})
    assert made.status_code == 200, made.text
    account: dict[str, Any] = made.json()
    return account


async def verified(scene: Scene, token: str, **body: Any) -> dict[str, Any]:
    """An account all the way."""
    made = await added(scene, token, **body)
    number = body.get("card_number") or body.get("sheba_number") or CARD
    otp = {"card_number": number, "otp_code": str(await scene.code())}
    confirmed = await scene.call("POST", f"{accounts_path(scene)}/verify-otp", token, otp)
    assert confirmed.status_code == 200, confirmed.text
    claim = CLAIM | {"bank_information_id": made["id"]}
    done = await scene.call("POST", f"{accounts_path(scene)}/verify", token, claim)
    assert done.status_code == 200, done.text
    account: dict[str, Any] = done.json()
    return account


async def test_account_goes_from_temporary_to_verified_and_away(scene: Scene):
    token = await scene.token(WRITES)

    made = await added(scene, token, card_number=CARD, sheba_owner="نگار صالحی")
    assert made["bank_account_status"] == {"name": "موقت", "value": 6}
    assert made["card_number"] == "603799******4561"
    assert made["bank_name"] == "بانک ملی ایران"
    assert (made["user_id"], made["is_default"]) == (scene.number, False)
    assert made["bank_information_id"] == made["id"]

    otp = {"card_number": CARD, "otp_code": str(await scene.code())}
    claim = CLAIM | {"bank_information_id": made["id"]}
    verify = f"{accounts_path(scene)}/verify"
    assert (await scene.call("POST", verify, token, claim)).status_code == 422, "the code is first"
    confirmed = await scene.call("POST", f"{accounts_path(scene)}/verify-otp", token, otp)
    assert confirmed.json()["bank_information_id"] == made["id"]
    done = (await scene.call("POST", verify, token, claim)).json()
    assert done["bank_account_status"]["value"] == 1
    assert done["verify_type"]["value"] == 1
    assert done["is_default"] is True
    assert (await scene.call("POST", verify, token, claim)).status_code == 422, "already verified"

    me = (await scene.call("GET", "/v1/users/me", token)).json()
    assert me["credit_card_number"] == "603799******4561"
    assert me["credit_card_owner"] == "نگار صالحی"

    gone = await scene.call("DELETE", f"{accounts_path(scene)}/{made['id']}", token)
    assert (gone.status_code, gone.json()) == (200, [])
    again = await scene.call("DELETE", f"{accounts_path(scene)}/{made['id']}", token)
    assert again.status_code == 404


async def test_card_is_masked_unless_all_of_it_is_preferred(scene: Scene):
    token = await scene.token(WRITES)
    await added(scene, token, card_number=CARD, sheba_number=SHEBA)

    (short,) = (await scene.call("GET", accounts_path(scene), token)).json()
    (whole,) = (await scene.call("GET", accounts_path(scene), token, Prefer="return=full")).json()

    assert short["card_number"] == "603799******4561"
    assert whole["card_number"] == CARD
    assert whole["sheba_number"] == short["sheba_number"] == SHEBA


@pytest.mark.parametrize("scope", ["customer.identity.read", READS, "vendor.profile.read"])
async def test_any_of_three_scopes_reads_accounts_and_none_of_them_writes(scene: Scene, scope):
    token = await scene.token(scope)

    assert (await scene.call("GET", accounts_path(scene), token)).json() == []
    refused = await scene.call("POST", accounts_path(scene), token, {"card_number": CARD})
    assert refused.status_code == 403


async def test_same_card_again_is_refused_while_its_code_lives_and_sends_another_later(
    scene: Scene, moment: AdjustableClock
):
    token = await scene.token(WRITES)
    first = await added(scene, token)

    twice = await scene.call("POST", accounts_path(scene), token, {"card_number": CARD})
    assert (twice.status_code, twice.json()["detail"][0]["loc"]) == (422, ["body", "card_number"])

    moment.advance(timedelta(minutes=6))
    again = await added(scene, token, card_number=CARD, sheba_owner="نگار")
    assert again["id"] == first["id"]
    assert again["account_owner"] == "نگار"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"card_number": "", "sheba_number": ""},
        {"card_number": "123"},
        {"card_number": CARD + "1"},
        {"sheba_number": "IR12"},
        {"card_number": CARD, "sheba_owner": "x" * 101},
        {"card_number": CARD, "national_code": "12"},
        {"card_number": CARD, "birthday": "yesterday"},
        {"card_number": {"a": 1}},
    ],
)
async def test_account_that_can_be_nobodys_is_refused_and_nothing_is_kept(scene: Scene, body):
    token = await scene.token(WRITES)

    refused = await scene.call("POST", accounts_path(scene), token, body)

    assert refused.status_code == 422, refused.text
    assert (await scene.call("GET", accounts_path(scene), token)).json() == []


@pytest.mark.parametrize("name", ["bank_account_status", "verify_type", "operator_id"])
async def test_fields_of_staff_are_refused(scene: Scene, name):
    token = await scene.token(WRITES)

    refused = await scene.call("POST", accounts_path(scene), token, {"card_number": CARD, name: 1})

    assert refused.status_code == 403


async def test_account_by_sheba_alone_is_confirmed_by_its_sheba(scene: Scene):
    done = await verified(scene, await scene.token(WRITES), sheba_number=SHEBA)

    assert done["card_number"] is None
    assert done["bank_account_status"]["value"] == 1


async def test_other_numbers_have_to_be_proved_again(scene: Scene):
    token = await scene.token(WRITES)
    account = await verified(scene, token, card_number=CARD, sheba_owner="نگار")
    path = f"/v3/bank-information/{account['id']}"
    body = {"sheba_number": SHEBA, "account_owner": "نگار", "status": 1, "user_id": 5}

    same = await scene.call("PATCH", path, token, body | {"bank_name": "بانک من"})
    other = await scene.call("PATCH", path, token, body | {"card_number": "6104337912345673"})
    claimed = await scene.call("PATCH", path, token, body)

    assert same.status_code == 200, same.text
    assert (same.json()["bank_account_status"]["value"], same.json()["bank_name"]) == (1, "بانک من")
    assert other.json()["bank_account_status"]["value"] == 2
    assert (other.json()["verify_type"], other.json()["is_default"]) == (None, False)
    assert claimed.status_code == 403, "only a proof makes it verified again"


async def test_change_to_a_number_of_another_account_is_refused(scene: Scene, moment):
    token = await scene.token(WRITES)
    await added(scene, token, card_number="6104337912345673", sheba_number=SHEBA)
    moment.advance(timedelta(minutes=3))
    account = await added(scene, token)

    refused = await scene.call(
        "PATCH", f"{accounts_path(scene)}/{account['id']}", token,
        {"sheba_number": SHEBA, "account_owner": "", "status": 6},
    )  # fmt: skip

    assert (refused.status_code, refused.json()["detail"][0]["loc"]) == (
        422, ["body", "sheba_number"],
    )  # fmt: skip


async def test_verification_by_somebody_else_is_refused(scene: Scene):
    token = await scene.token(WRITES)
    await scene.call("PATCH", f"/v1/users/{scene.number}/verification-requests", token, CLAIM)
    account = await added(scene, token)
    await scene.call(
        "POST", f"{accounts_path(scene)}/verify-otp", token,
        {"card_number": CARD, "otp_code": await scene.code()},
    )  # fmt: skip

    refused = await scene.call(
        "POST", f"{accounts_path(scene)}/verify", token,
        {"bank_information_id": account["id"], "national_code": "0012345679",
         "birthday": BIRTHDAY},
    )  # fmt: skip

    assert refused.status_code == 422


async def test_nobody_reaches_the_account_of_another(scene: Scene):
    from dalan.domains.identity import number_of
    from tests.factories.identity import make_person

    account = await added(scene, await scene.token(WRITES))
    async with scene.platform.services.db.write() as tx:
        other = await make_person(tx)
        number = (await number_of(tx, other.id)).number
    theirs = await scene.token(WRITES, person_id=other.id)
    body = {"sheba_number": SHEBA, "account_owner": "", "status": 2}

    for method, path in (
        ("DELETE", f"/v1/users/{number}/bank-accounts/{account['id']}"),
        ("PATCH", f"/v1/users/{number}/bank-accounts/{account['id']}"),
        ("PATCH", f"/v3/bank-information/{account['id']}"),
    ):
        assert (await scene.call(method, path, theirs, body)).status_code == 404


async def test_numbers_lie_in_sealed_boxes_only(scene: Scene):
    await verified(scene, await scene.token(WRITES), card_number=CARD, sheba_number=SHEBA)

    async with scene.platform.services.db.look() as look:
        rows = [
            *await look.rows("SELECT * FROM bank_account", ()),
            *await look.rows("SELECT * FROM proof_code", ()),
        ]
    kept = b" ".join(
        value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
    )
    for secret in (CARD, SHEBA[4:], NATIONAL_CODE, BIRTHDAY):
        assert secret.encode() not in kept


async def test_strict_world_looks_at_check_digits(scene: Scene):
    checks = (
        (identity.papers.card, "6037997551234568"),
        (identity.papers.sheba, "IR123456789012345678901234"),
        (identity.papers.national_code, "0123456788"),
    )
    for check, wrong in checks:
        check(wrong, strict=False)
        with pytest.raises(identity.InvalidPaper) as refused:
            check(wrong, strict=True)
        assert wrong not in str(refused.value)
    for check, right in (
        (identity.papers.card, CARD),
        (identity.papers.sheba, SHEBA),
        (identity.papers.national_code, NATIONAL_CODE),
    ):
        assert check(right, strict=True) == right
