"""One ordered table chooses the surface; every surface is observed alike."""

from typing import Any

import httpx
import pytest

from dalan.app import Platform, surface_of


@pytest.mark.parametrize(
    ("path", "surface"),
    [
        ("/", "web"),
        ("/v/AaEB0vbO", "web"),
        ("/v/متن/AaEB0vbO", "web"),
        ("/v1/open-platform/finder/post/AaEB0vbO", "kenar"),
        ("/v2/open-platform/addons/post/AaEB0vbO", "kenar"),
        ("/v17/open-platform/x", "kenar"),
        ("/experimental/open-platform/balance", "kenar"),
        ("/experimental/open-platform", "kenar"),
        ("/experimental/open-platformx", "web"),
        ("/v1/open-platform/oauth/access_token", "oauth"),
        ("/v1/open-platform/oauth/access_token/", "kenar"),
        ("/v2/image-service/open-platform/image.jpg", "kenar"),
        ("/v8/upload/post/live-post-image", "kenar"),
        ("/v1/upload-video/", "kenar"),
        ("/upload/image", "kenar"),
        ("/upload/image/more", "web"),
        ("/oauth2/auth", "oauth"),
        ("/oauth2/token", "oauth"),
        ("/oauth2/revoke", "oauth"),
        ("/oauth2/introspect", "oauth"),
        ("/oauth2/par", "oauth"),
        ("/userinfo", "oauth"),
        ("/jwks", "oauth"),
        ("/oauth", "oauth"),
        ("/auth", "oauth"),
        ("/authors", "web"),
        ("/.well-known/oauth-authorization-server", "oauth"),
        ("/v1/products", "basalam"),
        ("/v1", "basalam"),
        ("/v3/users/me", "basalam"),
        ("/whoami", "basalam"),
        ("/validate", "basalam"),
        ("/v1x", "web"),
        ("/srv/sc/nzh/doServiceCall", "pod"),
        ("/srv/core/nzh/doServiceCall/", "pod"),
        ("/srv/basic-platform/nzh/doServiceCall", "pod"),
        ("/srv/tinylink/tiny/add", "pod"),
        ("/srv/sc/nzh/other", "absent"),
        ("/srv/tinylink/aB3dE6g", "redirect"),
        ("/l/aB3dE6g", "redirect"),
        ("/l/", "redirect"),
        ("/l", "web"),
        ("/lists", "web"),
        ("/console/inbox", "console"),
        ("/consoles", "web"),
        ("/health/live", "operation"),
        ("/openapi/kenar.json", "operation"),
        ("/metrics", "operation"),
        ("/metrics/more", "web"),
        ("/docs", "docs"),
        ("/docs/api", "docs"),
        ("/kenar/management/apps", "web"),
        ("/static/app.css", "web"),
        ("//v1/open-platform", "web"),
    ],
)
def test_path_belongs_to_its_surface(path: str, surface: str):
    assert surface_of(path) == surface


@pytest.mark.parametrize(
    "path", ["/", "/oauth2/auth", "/kenar", "/console/inbox", "/docs", "/openapi/kenar.json"]
)
async def test_every_surface_answers_when_first_asked(http: httpx.AsyncClient, path: str):
    answer = await http.get(path)

    assert answer.status_code < 500
    assert answer.headers["x-request-id"]


async def test_request_id_of_the_caller_is_kept_only_when_harmless(http: httpx.AsyncClient):
    kept = await http.get("/health/live", headers={"x-request-id": "abc-12345"})
    replaced = await http.get("/health/live", headers={"x-request-id": "a b\tc<>"})

    assert kept.headers["x-request-id"] == "abc-12345"
    assert replaced.headers["x-request-id"] != "a b\tc<>"


async def test_metrics_count_requests_by_route_and_never_by_path(http: httpx.AsyncClient):
    await http.get("/v1/open-platform/finder/post/AAAAAAAA")

    text = (await http.get("/metrics")).text

    assert "get_post" in text
    assert "AAAAAAAA" not in text


async def test_head_is_get_without_a_body_on_pages(http: httpx.AsyncClient):
    answer = await http.head("/")

    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize("path", ["/", "/sign-in", "/oauth2/auth", "/docs", "/v/AAAAAAAA"])
async def test_raw_bytes_in_a_query_are_no_fault(platform: Platform, path: str):
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await platform(
        {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
         "query_string": b"a=\xff\xfe&state=\xd8%00", "headers": [(b"host", b"x")],
         "scheme": "http", "server": ("x", 80), "client": ("127.0.0.1", 1), "root_path": "",
         "http_version": "1.1", "extensions": {}},
        receive,
        send,
    )  # fmt: skip

    assert sent[0]["status"] < 500
