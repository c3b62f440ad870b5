"""A short domain: its hashes, its defaults, and nothing else of the platform."""

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import links
from tests.factories.developers import make_app
from tests.factories.links import make_link

HOST = "dln.example"


@pytest.fixture
async def short(platform: Platform):
    """Asks the platform under its short domain."""
    async with platform.services.db.write() as tx:
        await links.add_domain(
            tx, "DLN.example", own=platform.services.link_rules.own,
            base_address="https://base.example/", missing_address="https://missing.example/سلام",
        )  # fmt: skip
    await platform.services.short_domains.look()
    transport = httpx.ASGITransport(app=platform)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}:8000") as client:
        yield client


@pytest.fixture
def make(platform: Platform, short):
    async def made(target="https://example.com/", **given) -> links.Link:
        rules = platform.services.link_rules
        async with platform.services.db.write() as tx:
            app_id = (await make_app(tx)).app.id
            return await make_link(tx, app_id, target, rules=rules, **given)

    return made


async def test_path_of_a_short_domain_is_a_hash_of_its_own(http, short, make):
    here = await make("https://here.example/", hash="سلام")
    there = await make("https://there.example/", hash="سلام", domain=HOST)

    assert (await short.get("/سلام")).headers["location"] == "https://there.example/"
    assert (await short.get("/سلام/")).headers["location"] == "https://there.example/"
    assert (await short.get("/سلام+")).status_code == 200
    assert (await http.get("/l/سلام")).headers["location"] == "https://here.example/"
    assert links.short_address(there, base_url="http://127.0.0.1:8000") == (
        "http://dln.example:8000/%D8%B3%D9%84%D8%A7%D9%85"
    )
    assert links.short_address(here, base_url="https://a.example").startswith(
        "https://a.example/l/"
    )


async def test_nothing_else_of_the_platform_is_there(http, short):
    for path in ("/l/x", "/docs", "/kenar/apps", "/health/live", "/v1/open-platform/users"):
        answer = await short.get(path)
        assert answer.status_code == 302
        assert answer.headers["location"] == "https://missing.example/%D8%B3%D9%84%D8%A7%D9%85"
    assert (await short.get("/")).headers["location"] == "https://base.example/"
    assert (await short.post("/srv/sc/nzh/doServiceCall")).status_code in (302, 405)
    assert (await http.get("/")).status_code == 200
    assert (await short.get("/static/nothing.css")).status_code == 404


async def test_link_that_is_over_leads_nowhere_of_the_domains(short, make, platform):
    link = await make(domain=HOST, hash="off")
    async with platform.services.db.write() as tx:
        await links.set_active(tx, link.id, owner=link.owner, active=False)

    assert (await short.get("/off")).status_code == 404


async def test_removed_domain_is_the_platform_again_and_takes_no_links(http, short, make, platform):
    link = await make(domain=HOST, hash="mine")
    async with platform.services.db.write() as tx:
        await links.remove_domain(tx, HOST)
    await platform.services.short_domains.look()

    assert (await short.get("/docs/guide/short-links")).status_code == 200
    with pytest.raises(links.InvalidLink) as refusal:
        await make("https://x.example/", domain=HOST)
    assert refusal.value.field == "domain"
    with pytest.raises(links.UnknownDomain):
        async with platform.services.db.write() as tx:
            await links.remove_domain(tx, HOST)
    async with platform.services.db.write() as tx:
        await links.add_domain(tx, HOST, own=platform.services.link_rules.own)
    await platform.services.short_domains.look()
    assert (await short.get("/mine")).headers["location"] == link.target
    assert (await short.get("/")).status_code == 404


async def test_address_on_a_short_domain_leads_in_a_circle(make):
    with pytest.raises(links.InvalidLink):
        await make("https://DLN.example/abc")


@pytest.mark.parametrize(
    "name",
    ["", "x", "a b.example", "a.example/x", "a.example:80", "a\x00.example", "a\nb.example",
     "127.0.0.1:8000", "x" * 300 + ".example", "https://a.example"],
)  # fmt: skip
async def test_what_is_no_host_is_no_domain(platform: Platform, name):
    async with platform.services.db.write() as tx:
        with pytest.raises(links.InvalidLink):
            await links.add_domain(tx, name, own=platform.services.link_rules.own)


async def test_own_host_is_no_short_domain(platform: Platform):
    own = links.OwnAddresses("https://dalan.example")
    async with platform.services.db.write() as tx:
        with pytest.raises(links.InvalidLink):
            await links.add_domain(tx, "Dalan.Example", own=own)
        with pytest.raises(links.InvalidLink):
            await links.add_domain(tx, "a.example", own=own, base_address="javascript:x")
