"""The published Python SDK ``basalam-sdk`` 1.2.0, unmodified, asks about people.

Its configuration has an address for each service; the rest of it is as it comes, the sample
numbers of its documentation too, whose check digits a development world does not look at.
"""

import warnings
from typing import Any

import httpx
import pytest

from tests.conftest import Browse
from tests.platforms import SARA, Platform, forms_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is written for the ways of an older pydantic
    from basalam_sdk import BasalamAPIError, BasalamClient, BasalamConfig, PersonalToken
    from basalam_sdk.core import models

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CARD, SHEBA = "1234567890123456", "IR123456789012345678901234"
CLAIM = {"national_code": "0123456789", "birthday": "1990-01-01"}


def sdk_for(platform: Platform, token: str) -> Any:
    """The SDK with a personal token, its services led to the platform under test."""
    config = BasalamConfig()
    config.service_urls = dict.fromkeys(config.service_urls, f"{platform.base_url}/v1")
    return BasalamClient(auth=PersonalToken(token=token, config=config), config=config)


@pytest.fixture
def own(platform_server: Platform) -> dict[str, Any]:
    found: dict[str, Any] = platform_server.credentials["basalam"]
    return found


def code_of(platform: Platform, phone: str) -> str:
    """The code that was sent to a number last."""
    answer = httpx.get(f"{platform.base_url}/console/api/inbox", params={"phone": phone})
    return str(answer.json()["code"])


def test_sdk_reads_the_person_of_its_token(platform_server: Platform, own: dict[str, Any]):
    me = sdk_for(platform_server, own["access_token"]).core.get_current_user_sync()

    assert (me.id, me.hash_id) == (own["user_id"], own["hash_id"])
    assert me.mobile == platform_server.credentials["person"]["phone"]
    assert me.vendor is None


def test_sdk_proves_the_number(platform_server: Platform, own: dict[str, Any]):
    core = sdk_for(platform_server, own["access_token"]).core

    asked = core.create_user_mobile_confirmation_request_sync(own["user_id"])
    code = int(code_of(platform_server, platform_server.credentials["person"]["phone"]))
    done = core.verify_user_mobile_confirmation_request_sync(
        own["user_id"],
        models.ConfirmCurrentUserMobileConfirmSchema(verification_code=code),
    )

    assert (asked.result, done.result) == (True, True)
    with pytest.raises(BasalamAPIError) as refused:
        core.create_user_mobile_confirmation_request_sync(own["user_id"])
    assert refused.value.status_code == 429


def test_sdk_takes_a_bank_account_all_the_way_and_away(
    platform_server: Platform, own: dict[str, Any]
):
    core, user_id = sdk_for(platform_server, own["access_token"]).core, own["user_id"]

    verified = core.update_user_verification_sync(user_id, models.UserVerificationSchema(**CLAIM))
    made = core.create_user_bank_account_sync(
        user_id, models.UserCardsSchema(card_number=CARD, sheba_number=SHEBA)
    )
    otp = code_of(platform_server, platform_server.credentials["person"]["phone"])
    core.verify_user_bank_account_otp_sync(
        user_id, models.UserCardsOtpSchema(card_number=CARD, otp_code=otp)
    )
    done = core.verify_user_bank_account_sync(
        user_id, models.UserVerifyBankInformationSchema(bank_information_id=made["id"], **CLAIM)
    )
    changed = core.update_user_bank_account_sync(
        made["id"],
        models.UpdateUserBankInformationSchema(
            user_id=user_id, sheba_number=SHEBA, account_owner="سارا محمدی", status=1
        ),
    )
    listed = core.get_user_bank_accounts_sync(user_id, prefer="return=full")
    left = core.delete_user_bank_account_sync(user_id, made["id"])

    assert verified.info_verification_status.value == 2
    assert done["bank_account_status"]["value"] == changed["bank_account_status"]["value"] == 1
    assert [one["card_number"] for one in listed] == [CARD]
    assert left == []


def test_sdk_raises_its_own_error_with_our_message(platform_server: Platform, own: dict[str, Any]):
    core = sdk_for(platform_server, own["access_token"]).core

    with pytest.raises(BasalamAPIError) as refused:
        core.get_user_bank_accounts_sync(12_345_678)

    assert refused.value.status_code == 403
    assert "متعلق به شما نیست" in str(refused.value)


def test_personal_token_of_the_panel_is_one_for_the_sdk(platform_server: Platform, browse: Browse):
    browser = browse(SARA)
    home = browser.get("/kenar/management/apps/new")
    made = browser.submit(home, "/kenar/management/apps", display="ابزار من", slug="sdk-token")
    path = f"{made.headers['location'].partition('?')[0]}/tokens"
    page = browser.get(path)
    csrf = next(form for form in forms_of(page.text) if form.action == path).fields["csrf_token"]
    answer = browser.client.post(
        path,
        data={
            "csrf_token": csrf, "title": "ربات", "life_days": "30",
            "scopes": ["customer.profile.read"],
        },
        headers={"Origin": platform_server.base_url},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    token = browser.get(path).text.partition('data-copy="')[2].partition('"')[0]

    me = sdk_for(platform_server, token).core.get_current_user_sync()

    assert me.mobile == SARA
