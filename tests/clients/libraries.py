"""Which libraries are tried, and where: the list that the guide's table has to match."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

NODE = Path(__file__).parent / "node"


class Library(NamedTuple):
    """One library, by the name its registry knows, and what tries it: a script or a test."""

    name: str
    language: str
    tried_by: str

    @property
    def version(self) -> str:
        """The version that is tried: the locked one."""
        if self.language == "Python":
            return version(self.name)
        lock = json.loads((NODE / "package-lock.json").read_text())
        locked: str = lock["packages"][f"node_modules/{self.name}"]["version"]
        return locked


NODE_LIBRARIES = (
    Library("oauth4webapi", "Node", "oauth4webapi"),
    Library("openid-client", "Node", "openid-client"),
    Library("oidc-client-ts", "Node", "oidc-client-ts"),
    Library("passport-oauth2", "Node", "passport-oauth2"),
    Library("simple-oauth2", "Node", "simple-oauth2"),
    Library("client-oauth2", "Node", "client-oauth2"),
    Library("@badgateway/oauth2-client", "Node", "badgateway-oauth2-client"),
)

PYTHON_LIBRARIES = (
    Library("Authlib", "Python", "test_authlib_httpx_client_with_pkce"),
    Library("requests-oauthlib", "Python", "test_requests_oauthlib"),
    Library("httpx-oauth", "Python", "test_httpx_oauth"),
    Library("kenar", "Python", "test_kenar_sdk"),
)
