"""The published Python SDK, ``kenar`` 0.7.1 from PyPI, unmodified but for where it connects.

Its hosts are compiled in (``api.divar.ir``, ``divar.ir``). A request hook of httpx, which the SDK
is written with, leads each request to the platform under test at the last moment; path, query,
headers (``Host`` among them) and body stay exactly as the SDK made them. Only its patience of one
second is lengthened, for the machine may be busy with other tests.

Source: reference/kenar.md 11.6.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.platforms import Platform

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is written for the ways of an older pydantic
    import kenar

TIMEOUT_SECONDS = 30


@contextmanager
def sdk_for(
    platform: Platform, *, slug: str, api_key: str, client_secret: str, redirect_uri: str
) -> Iterator[kenar.Client]:
    """The SDK, configured as its README says."""
    client = kenar.Client(
        kenar.ClientConfig(
            app_slug=slug,
            api_key=api_key,
            oauth_secret=client_secret,
            oauth_redirect_url=redirect_uri,
        )
    )

    def lead_here(request: httpx.Request) -> None:
        request.url = httpx.URL(platform.url_of(str(request.url)))

    client._client.event_hooks["request"].append(lead_here)
    client._client.timeout = httpx.Timeout(TIMEOUT_SECONDS)
    try:
        yield client
    finally:
        client._client.close()
