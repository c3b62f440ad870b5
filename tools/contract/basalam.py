"""What the checker needs to call Basalam's operations that are served."""

import time
from collections.abc import Mapping
from typing import Any

import httpx

CODE = "12345"
CARDS = ("6037997551234561", "6104337912345673")
SHEBA = "IR062960000000100324200001"


def auth(credentials: Mapping[str, Any]) -> dict[str, Any]:
    """Headers, ids and bodies. A bank account is added first, for its id is drawn by chance."""
    own = credentials["basalam"]
    headers = {"Authorization": f"Bearer {own['access_token']}"}
    mobile = "09351112233"
    claim = {"national_code": "0499370899", "birthday": "1990-05-17"}
    accounts = "/v1/users/{user_id}/bank-accounts"
    added = httpx.post(
        f"{credentials['base_url']}/v1/users/{own['user_id']}/bank-accounts",
        json={"card_number": CARDS[0]},
        headers=headers,
    )
    account_id = added.json()["id"]
    time.sleep(1.1)  # the pause between two codes
    return {
        "headers": headers,
        "ids": {"user_id": own["user_id"], "bank_account_id": account_id},
        "requests": {
            "POST /v1/users/{user_id}/mobile-verification-requests": {},
            "POST /v1/users/{user_id}/mobile-verification-confirmations": {
                "body": {"verification_code": int(CODE)}
            },
            "POST /v1/users/{user_id}/mobile-change-requests": {"body": {"mobile": mobile}},
            "POST /v1/users/{user_id}/mobile-change-confirmations": {
                "body": {"mobile": mobile, "verification_code": int(CODE)}
            },
            "PATCH /v1/users/{user_id}/verification-requests": {"body": claim},
            f"POST {accounts}/verify-otp": {"body": {"card_number": CARDS[0], "otp_code": CODE}},
            f"POST {accounts}/verify": {"body": {"bank_information_id": account_id, **claim}},
            f"PATCH {accounts}/{{bank_account_id}}": {
                "body": {"sheba_number": SHEBA, "account_owner": "سارا محمدی", "status": 1}
            },
            f"POST {accounts}": {"body": {"card_number": CARDS[1]}},
            f"DELETE {accounts}/{{bank_account_id}}": {},
        },
    }
