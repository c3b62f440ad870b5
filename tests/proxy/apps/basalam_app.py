"""An app written with the published ``basalam-sdk`` as its README says: no address of ours.

Reads its credentials, prints the link it sends a person to, reads the code they come back with;
asks who that is by the gateway, and by a host of the time before it, which older versions call.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")  # it is written for the ways of an older pydantic

import httpx  # noqa: E402 (as above)
from basalam_sdk import BasalamClient, BasalamConfig  # noqa: E402 (as above)
from basalam_sdk.auth import AuthorizationCode, Scope  # noqa: E402 (as above)

given = json.loads(sys.stdin.readline())
config = BasalamConfig(environment=given["environment"], timeout=60)
auth = AuthorizationCode(
    given["client_id"],
    given["client_secret"],
    given["redirect_uri"],
    [Scope.CUSTOMER_PROFILE_READ],
    config,
)
link = auth.get_authorization_url(state="its-state")
sys.stdout.write(json.dumps({"open": link}) + "\n")
sys.stdout.flush()
code = json.loads(sys.stdin.readline())["code"]

auth.get_token_sync(code)
me = BasalamClient(auth=auth, config=config).core.get_current_user_sync()
domain = config.base_url.removeprefix("https://")
before = httpx.get(
    f"https://core.{domain}/v3/users/me", headers=auth.get_auth_headers_sync(), timeout=60
)
told = {"id": me.id, "mobile": me.mobile, "before_the_gateway": before.json()["id"]}
sys.stdout.write(json.dumps(told) + "\n")
