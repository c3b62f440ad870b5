"""The platform as we see it: its addresses, its two kinds of credentials, its errors.

Our API key says which app is calling and goes with every call. A token says which person agreed
to what; authlib adds it, and refreshes it when it is about to expire.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.common.security import generate_token
from authlib.deprecate import AuthlibDeprecationWarning

from inspector.config import Config
from inspector.errors import ConsentNeeded, PlatformError, UnknownPost

# Authlib 1.9 would rather be used with httpx2, and says so at import; httpx does the same for us.
warnings.simplefilter("ignore", AuthlibDeprecationWarning)

from authlib.integrations.base_client import OAuthError  # noqa: E402 (after the filter)
from authlib.integrations.httpx_client import OAuth2Client  # noqa: E402 (after the filter)

ATTEMPTS_MAX = 3
BUSY = {429, 502, 503, 504}

Token = dict[str, Any]
SaveToken = Callable[[Token], None]


@dataclass(frozen=True)
class Post:
    """What we need of a post."""

    token: str
    title: str
    category: str
    picture: str


@dataclass(frozen=True)
class User:
    """A person, by an id that is the same whenever we meet but means nothing to other apps."""

    id: str
    phone: str


class Platform:
    """Calls to the platform. Every one of them raises PlatformError when it fails for good."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def ask_consent(self, post_token: str) -> tuple[str, str, str]:
        """The consent page's address, and the state and PKCE verifier to keep until the answer."""
        verifier = generate_token(64)
        scopes = ["POST_ADDON_CREATE." + post_token, "USER_PHONE", "USER_ID", "offline_access"]
        with self._client() as client:
            url, state = client.create_authorization_url(
                f"{self._config.platform}/oauth2/auth", code_verifier=verifier, scope=scopes
            )
        return url, state, verifier

    def redeem(self, code: str, verifier: str) -> Token:
        """Exchange the code that came back from the consent page for a token."""
        with self._client() as client:
            try:
                return dict(client.fetch_token(code=code, code_verifier=verifier))
            except OAuthError as error:
                raise ConsentNeeded(str(error)) from error
            except (httpx.HTTPError, ValueError) as error:
                raise PlatformError(f"token endpoint: {error}") from error

    def user(self, token: Token, save: SaveToken) -> User:
        """Who agreed."""
        user = self._call("GET", "/v1/open-platform/users", token=token, save=save)
        return User(user["user_id"], user["phone_number"])

    def post(self, token: str) -> Post:
        """A post's public data. Raises UnknownPost."""
        post = self._call("GET", f"/v1/open-platform/finder/post/{token}")
        data = post.get("data", {})
        picture = next(iter(data.get("images", [])), "")
        return Post(token, data.get("title", ""), post.get("category", ""), picture)

    def upload(self, picture: bytes) -> str:
        """Store a picture for a widget; answers the name to use as its ``image_id``."""
        path = "/v2/image-service/open-platform/image.jpg"
        headers = {"Content-Type": "image/jpeg"}
        name: str = self._call("PUT", path, content=picture, headers=headers)["image_name"]
        return name

    def attach(self, post_token: str, addon: dict[str, Any], token: Token, save: SaveToken) -> None:
        """Put our add-on on a post, in place of the one that may be there already."""
        path = f"/v2/open-platform/addons/post/{post_token}"
        self._call("POST", path, token=token, save=save, json=addon)

    def _client(self, token: Token | None = None, save: SaveToken | None = None) -> OAuth2Client:
        return OAuth2Client(
            client_id=self._config.slug,
            client_secret=self._config.client_secret,
            token_endpoint=f"{self._config.platform}/oauth2/token",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 (a method's name)
            redirect_uri=f"{self._config.base_url}/oauth/callback",
            code_challenge_method="S256",
            token=token,
            update_token=lambda new, **_: save(dict(new)) if save else None,
            base_url=self._config.platform,
            headers={"X-API-Key": self._config.api_key},
            timeout=httpx.Timeout(10, connect=3),
        )

    def _call(
        self, method: str, path: str, *, token: Token | None = None, save: SaveToken | None = None,
        **parts: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """One call, tried again while the platform is busy: all of ours may safely be repeated."""
        problem = ""
        with self._client(token, save) as client:
            for attempt in range(ATTEMPTS_MAX):
                time.sleep(0.3 * attempt)
                try:
                    answer = client.request(method, path, withhold_token=token is None, **parts)
                except httpx.TransportError as error:
                    problem = repr(error)
                    continue
                except OAuthError as error:  # the token could not be refreshed
                    raise ConsentNeeded(str(error)) from error
                problem = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
                if answer.status_code in BUSY:
                    continue
                if answer.status_code in {401, 403} and token:
                    raise ConsentNeeded(problem)
                if answer.status_code == 404:
                    raise UnknownPost(problem)
                if answer.is_success:
                    body: dict[str, Any] = answer.json()
                    return body
                break
        raise PlatformError(problem)
