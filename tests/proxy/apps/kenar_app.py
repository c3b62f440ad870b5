"""An app written with the published ``kenar`` package as its README says: no address of ours, no
certificate, nothing it would not do before the marketplace itself.

Reads its credentials, prints the link it sends a person to, reads the code they come back with.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")  # it is written for the ways of an older pydantic

import kenar  # noqa: E402 (as above)
from kenar.oauth import OauthResourceType  # noqa: E402 (as above)

given = json.loads(sys.stdin.readline())
client = kenar.Client(
    kenar.ClientConfig(
        app_slug=given["slug"],
        api_key=given["api_key"],
        oauth_secret=given["client_secret"],
        oauth_redirect_url=given["redirect_uri"],
    )
)
client._client.timeout = 60  # it gives up after a second, which a busy machine may need

scopes = [kenar.Scope(resource_type=OauthResourceType.USER_PHONE)]
link = client.oauth.get_oauth_redirect(scopes, state="its-state")
sys.stdout.write(json.dumps({"open": link}) + "\n")
sys.stdout.flush()
code = json.loads(sys.stdin.readline())["code"]

token = client.oauth.get_access_token(code, max_retry=0)
user = client.finder.get_user(token.access_token, max_retry=0)
post = client.finder.get_post(kenar.GetPostRequest(token=given["post_token"]), max_retry=0)
cities = client.asset.get_cities()
told = {
    "phones": user.phone_numbers,
    "post": post.token,
    "cities": [city.slug for city in cities.cities],
}
sys.stdout.write(json.dumps(told) + "\n")
