"""A page of another site cannot read a dev world's codes, whatever its name resolves to."""

import httpx
import pytest

from dalan.app import Platform
from dalan.settings import Settings
from dalan.surfaces.hosts import OwnHosts


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "localhost:8000", "localhost", "dalan.localhost:8000", "[::1]:8000",
     "192.168.1.7:8000", "LOCALHOST"],
)  # fmt: skip
async def test_own_names_are_answered(http: httpx.AsyncClient, host: str):
    for path in ("/", "/sign-in", "/console/inbox"):
        assert (await http.get(path, headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example:8000", "localhost.evil.example",
     "evil.example@127.0.0.1", "[evil", "", "0x7f.1.evil.example"],
)  # fmt: skip
async def test_foreign_names_get_no_page_and_no_code(http: httpx.AsyncClient, host: str):
    if host.startswith("evil.example@"):  # what stands before the @ is nobody's name
        host = "127.0.0.1@evil.example"
    for path in ("/", "/sign-in", "/console/inbox", "/console/api/inbox?phone=09120000001"):
        answer = await http.get(path, headers={"host": host})

        assert answer.status_code == 403
        assert "DALAN_PUBLIC_BASE_URL" in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host",
    ["divar.ir", "open-platform-redirect.divar.ir", "oauth.divar.ir:443", "basalam.com",
     "BASALAM.dev:80"],
)  # fmt: skip
async def test_published_names_led_here_get_pages_but_no_code(http: httpx.AsyncClient, host: str):
    headers = {"host": host}

    assert (await http.get("/completion", headers=headers)).status_code == 303
    assert (await http.get("/sign-in", headers=headers)).status_code == 200
    for path in ("/console/inbox", "/console/api/inbox?phone=09120000001"):
        assert (await http.get(path, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    "host", ["evildivar.ir", "divar.ir.evil.example", "evil.divar.ir", "shop.basalam.com"]
)
async def test_names_like_the_published_ones_are_foreign(http: httpx.AsyncClient, host: str):
    assert (await http.get("/sign-in", headers={"host": host})).status_code == 403


async def test_apps_call_by_whatever_name_they_know(http: httpx.AsyncClient):
    for path in ("/openapi/kenar.json", "/v1/open-platform/finder/post/AAAAAAAA", "/docs"):
        answer = await http.get(path, headers={"host": "host.docker.internal:8000"})

        assert answer.status_code != 403


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 404), ("none", 404)],
)
async def test_inbox_answers_scripts_and_not_other_sites(
    http: httpx.AsyncClient, site: str, status: int
):
    answer = await http.get(
        "/console/api/inbox?phone=09120000001", headers={"sec-fetch-site": site}
    )

    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"origin": "https://evil.example"},
        {"origin": "http://10.0.0.9"},
        {"origin": "null"},
    ],
)
@pytest.mark.parametrize(
    "path",
    ["/console/api/faults/rules", "/console//api/faults/rules", "/console///api//faults/rules"],
)
async def test_other_sites_order_nothing_however_they_spell_it(
    http: httpx.AsyncClient, path: str, headers: dict[str, str]
):
    answer = await http.post(path, content='{"fault": "slow"}', headers=headers)

    assert answer.status_code == 403
    assert (await http.get("/console/api/faults/rules")).json() == {"rules": []}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://LOCALHOST:9000", "host": "localhost:9000"},
        {"origin": "http://127.0.0.1:8000", "host": "dalan.localhost"},
    ],
)
async def test_scripts_and_own_pages_order(http: httpx.AsyncClient, headers: dict[str, str]):
    answer = await http.post(
        "/console/api/faults/rules", content='{"fault": "slow"}', headers=headers
    )

    assert answer.status_code == 200


def test_the_published_name_is_ones_own():
    hosts = OwnHosts(Settings(public_base_url="http://dalan.lan:8000"))

    def asked(host: bytes) -> object:
        return hosts.refusal("web", {"path": "/", "headers": [(b"host", host)]})

    assert asked(b"dalan.lan:8000") is None
    assert asked(b"DALAN.lan") is None
    assert asked(b"other.lan:8000") is not None


async def test_real_world_makes_no_address_of_the_host(database_url: str, tmp_path):
    settings = Settings(
        world="real", home=tmp_path, secret="a secret of the tests, long enough to be one",
        public_base_url="https://bazaar.example", database_url=database_url,
        log_file=str(tmp_path / "log"),
    )  # fmt: skip
    platform = Platform(settings, works=False)
    await platform.start()
    transport = httpx.ASGITransport(app=platform)
    async with httpx.AsyncClient(transport=transport, base_url="https://evil.example") as client:
        for path in ("/", "/sign-in", "/kenar", "/docs", "/openapi/kenar.json", "/nothing"):
            assert "evil.example" not in (await client.get(path)).text
        for path in ("/console", "/console/inbox", "/console/api/inbox?phone=09120000001"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert "console" not in answer.headers.get("location", "")
        for cookie in (await client.get("/sign-in")).headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-")
            assert "Secure" in cookie
            assert "HttpOnly" in cookie
            assert "Path=/;" in cookie
            assert "Domain" not in cookie
    await platform.stop()
