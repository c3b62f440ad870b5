"""Apps whose keys are fetched from an address of theirs, and apps whose secrets prove nothing."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from dalan.domains import developers, identity, media
from dalan.kernel.outbound import Outbound, OutboundPolicy
from dalan.surfaces.oauth import make_app
from dalan.surfaces.web.app import make_app as make_web_app
from tests.factories.browser import browsing, make_services, sign_in
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth import basalam
from tests.surfaces.oauth.conftest import BASE_URL, code_for
from tests.surfaces.oauth.test_private_key_jwt import Signer, proof, register

NUMBERS = itertools.count()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class KeyServer:
    """An app's own server, which publishes its key set and counts how often it is asked."""

    def __init__(self) -> None:
        self.signers: list[Signer] = []
        self.asked_count = 0
        self.status = "200 OK"
        self.headers = ""
        self.body: str | None = None
        self.uri = ""

    def publish(self, *signers: Signer) -> None:
        self.signers = list(signers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            assert request.startswith(b"GET /jwks?app=1 HTTP/1.1\r\n")
            self.asked_count += 1
            body = self.body
            if body is None:
                body = json.dumps({"keys": [one.jwk for one in self.signers]})
            head = f"HTTP/1.1 {self.status}\r\ncontent-length: {len(body)}\r\n{self.headers}\r\n"
            writer.write(head.encode() + body.encode())
            await writer.drain()
        finally:
            writer.close()


@pytest.fixture
async def published() -> AsyncIterator[KeyServer]:
    server = KeyServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.uri = f"http://127.0.0.1:{port}/jwks?app=1"
    yield server
    listening.close()


@pytest.fixture
async def near() -> AsyncIterator[Outbound]:
    async with Outbound(OutboundPolicy(allow_private=True)) as outbound:
        yield outbound


@pytest.fixture
async def market(market: Any, near: Outbound) -> Any:
    services = msgspec.structs.replace(market.services, outbound=near)
    return market._replace(services=services, app=make_app(services))


async def point(market: Any, server: KeyServer, *signers: Signer) -> None:
    """The app publishes these, and says where."""
    server.publish(*signers)
    found = await developers.fetch_key_set(market.services.outbound, server.uri, https_only=False)
    async with market.services.db.write() as tx:
        await developers.set_jwks_uri(tx, market.made.app.id, uri=server.uri, found=found)
    server.asked_count = 0


async def tried(client: httpx.AsyncClient, market: Any, signer: Signer) -> int:
    """What introspection answers an assertion of this signer."""
    form = proof(signer.signed(market.made.app.slug, jti=f"try {next(NUMBERS)}"), token="x")
    return (await client.post("/oauth2/introspect", data=form)).status_code


async def test_key_set_is_asked_for_unknown_keys_once_a_minute_and_for_known_ones_hourly(
    anonymous, market, published, moment
):
    first, second, stranger = Signer(), Signer("RS256"), Signer("EdDSA")
    await point(market, published, first)

    assert await tried(anonymous, market, first) == 200
    assert published.asked_count == 0, "what was found when the address was given is known"

    published.publish(first, second)  # a rotation: nobody tells us
    assert await tried(anonymous, market, second) == 200
    assert [await tried(anonymous, market, stranger) for _ in range(3)] == [401] * 3
    assert published.asked_count == 1

    moment.advance(MINUTE)
    published.publish(second)
    assert await tried(anonymous, market, first) == 200, "known, and fetched a minute ago"
    assert await tried(anonymous, market, stranger) == 401
    assert published.asked_count == 2
    assert await tried(anonymous, market, first) == 401, "it is not on the list any more"

    moment.advance(HOUR)
    assert await tried(anonymous, market, second) == 200
    assert published.asked_count == 3


async def test_sixteen_requests_with_a_new_key_ask_once_and_all_pass(anonymous, market, published):
    first, second = Signer(), Signer()
    await point(market, published, first)
    published.publish(first, second)
    forms = [
        proof(second.signed(market.made.app.slug, jti=f"{number}"), token="x")
        for number in range(16)
    ]

    answers = await asyncio.gather(
        *(anonymous.post("/oauth2/introspect", data=form) for form in forms)
    )

    assert [answer.status_code for answer in answers] == [200] * 16
    assert published.asked_count == 1


BROKEN: dict[str, dict[str, str]] = {
    "not_found": {"status": "404 Not Found"},
    "moved": {"status": "302 Found", "headers": "location: /elsewhere\r\n"},
    "unreadable": {"body": "<html>"},
    "a list": {"body": "[]"},
    "nested": {"body": "[" * 9_000},
    "no list": {"body": '{"keys": {}}'},
    "no keys": {"body": '{"keys": []}'},
    "other uses": {"body": '{"keys": [{"kty": "RSA", "use": "enc"}, {"kty": "oct"}, 7]}'},
    "too long": {"body": " " * 70_000},
    "private": {"body": json.dumps({"keys": [Signer().key.as_dict(private=True)]})},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_broken_key_set_says_so_and_the_keys_of_before_are_good_for_a_day(
    anonymous, market, published, moment, broken
):
    signer = Signer()
    await point(market, published, signer)
    for name, value in broken.items():
        setattr(published, name, value)

    moment.advance(2 * HOUR)
    assert await tried(anonymous, market, signer) == 200
    assert published.asked_count == 1
    async with market.services.db.look() as look:
        stands = await developers.proof_of(look, market.made.app.id)
    assert stands.problem
    assert [one.kid for one in stands.keys] == [signer.kid]
    with pytest.raises(developers.InvalidField) as refused:
        await developers.fetch_key_set(market.services.outbound, published.uri, https_only=False)
    assert refused.value.problem == stands.problem

    moment.advance(DAY - 2 * HOUR)
    assert await tried(anonymous, market, signer) == 401


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("http://keys.example/jwks", "scheme"),
        ("ftp://keys.example/jwks", "scheme"),
        ("", "scheme"),
        ("https://127.0.0.1/jwks", "not_an_address"),
        ("https://[::1]/jwks", "not_an_address"),
        ("https://169.254.169.254/latest", "not_an_address"),
        ("https://user:secret@keys.example/jwks", "not_an_address"),
        ("https://keys.example:22/jwks", "not_an_address"),
        ("https:///jwks", "not_an_address"),
        ("https://keys.example/jwks#first", "fragment"),
        (f"https://keys.example/{'a' * 2_000}", "too_long"),
    ],
)
async def test_real_world_fetches_keys_from_public_https_addresses_only(uri, problem):
    async with Outbound(OutboundPolicy()) as outbound:
        with pytest.raises(developers.InvalidField) as refused:
            await developers.fetch_key_set(outbound, uri, https_only=True)

    assert (refused.value.field, refused.value.problem) == ("jwks_uri", problem)


async def sign_only(market: Any, *, on: bool, app_id: int | None = None) -> None:
    async with market.services.db.write() as tx:
        await developers.sign_only(tx, app_id or market.made.app.id, on=on)


async def test_app_that_signs_only_is_believed_no_secret_at_any_endpoint(
    anonymous, browser, market
):
    made, signer = market.made, Signer()
    await register(market, signer)
    code = {"grant_type": "authorization_code", "code": await code_for(browser, market),
            "redirect_uri": made.redirect_uri}  # fmt: skip
    shop = basalam.Shop(made, await number_of(market))
    own = {"grant_type": "client_credentials", "scope": "vendor.product.read"}
    secret = {"client_id": made.app.slug, "client_secret": made.client_secret}
    key = {"client_id": made.app.slug, "client_secret": market.api_key}
    first_contract = "/v1/open-platform/oauth/access_token"
    asks: list[tuple[str, dict[str, Any]]] = [
        *[("/oauth2/token", code | who) for who in (secret, key)],
        *[(first_contract, code | who) for who in (secret, key)],
        *[(path, {"token": "x"} | who) for path in ("/oauth2/introspect", "/oauth2/revoke")
          for who in (secret, key, {**shop.credentials})],
        ("/oauth2/par", market.request() | secret),
        *[("/oauth/token", fields | {**shop.credentials}) for fields in (
            own, code, {"grant_type": "refresh_token", "refresh_token": "x"})],
    ]  # fmt: skip
    basic = httpx.BasicAuth(made.app.slug, made.client_secret)

    async def errors() -> list[tuple[int, str]]:
        answers = [await anonymous.post(path, data=form) for path, form in asks]
        answers += [
            await anonymous.post("/oauth2/token", data=code, auth=basic),
            await anonymous.post(first_contract, data={"code": "x", "grant_type":
                                 "authorization_code"}, headers={"x-api-key": market.api_key}),
        ]  # fmt: skip
        return [(one.status_code, one.json().get("error", "")) for one in answers]

    await sign_only(market, on=True)
    assert await errors() == [(401, "invalid_client")] * (len(asks) + 2)

    signed = proof(signer.signed(made.app.slug, jti="a"))
    given = await anonymous.post("/oauth2/token", data=code | signed)
    assert given.status_code == 200, "the code was not burnt"
    await sign_only(market, on=False)
    assert (401, "invalid_client") not in await errors()


async def number_of(market: Any) -> str:
    async with market.services.db.look() as look:
        return str(await developers.basalam_client_id(look, market.made.app.id))


@pytest.mark.parametrize("names_itself", ["slug", "number"])
@pytest.mark.parametrize("as_json", [True, False])
async def test_basalams_door_believes_a_signature(anonymous, market, names_itself, as_json):
    signer, number = Signer(), await number_of(market)
    await register(market, signer)
    await sign_only(market, on=True)
    name = number if names_itself == "number" else market.made.app.slug
    form = {"grant_type": "client_credentials", "scope": "vendor.product.read"}
    form |= proof(signer.signed(name, aud=f"{BASE_URL}/oauth/token", jti="a"))
    sent = {"json": form} if as_json else {"data": form}

    given = await anonymous.post("/oauth/token", **sent)
    again = await anonymous.post("/oauth/token", **sent)

    assert given.status_code == 200, given.text
    assert given.json()["scope"] == "vendor.product.read"
    basalam.refused(again, 401, "invalid_client")


async def test_app_that_signs_only_keeps_one_key_at_least(market, published):
    app_id, signer = market.made.app.id, Signer()
    with pytest.raises(developers.NoKeysHeld):
        await sign_only(market, on=True)
    await register(market, signer)
    await sign_only(market, on=True)

    async with market.services.db.write() as tx:
        (key,) = await developers.client_keys(tx, app_id)
        with pytest.raises(developers.NoKeysHeld):
            await developers.remove_client_key(tx, app_id, key_id=key.id)
    await point(market, published, Signer())
    async with market.services.db.write() as tx:
        assert await developers.remove_client_key(tx, app_id, key_id=key.id) == signer.kid
        with pytest.raises(developers.NoKeysHeld):
            await developers.remove_jwks_uri(tx, app_id)
        await developers.sign_only(tx, app_id, on=False)
        assert await developers.remove_jwks_uri(tx, app_id)
        assert not await developers.remove_jwks_uri(tx, app_id)


async def test_panel_takes_an_address_shows_its_keys_and_refuses_the_secret(
    db, tmp_path, tmp_path_factory, published, near
):
    services = make_services(
        db,
        home=tmp_path_factory.getbasetemp(),  # shared: templates are compiled once
        media=media.MediaStore(str(tmp_path / "media")),
        quotas=developers.Quotas(db),
        outbound=near,
    )
    signer = Signer()
    async with browsing(make_web_app(services)) as browser:
        await sign_in(browser, services)
        async with services.db.write() as tx:
            person = await identity.register(tx, phone="+989121234567")
            made = await make_an_app(tx, owner_id=person.id, keys=services.keys)
        path = f"/kenar/management/apps/{made.app.slug}/oauth"
        page = await browser.get(path)
        assert f'action="{path}/signed-only"' not in page.text, "it has no key yet"

        nothing = await browser.submit(page, f"{path}/jwks-uri", uri=published.uri)
        assert nothing.status_code == 303
        page = await browser.get(path)
        assert "کلید امضایی که بپذیریم نیست" in page.text
        published.publish(signer)
        await browser.submit(page, f"{path}/jwks-uri", uri=published.uri)
        page = await browser.get(path)
        assert signer.kid in page.text
        assert published.uri.replace("&", "&amp;") in page.text
        await browser.submit(page, f"{path}/signed-only")
        page = await browser.get(path)
        assert "فقط امضا پذیرفته می‌شود" in page.text
        doors = (await browser.get(f"/kenar/management/apps/{made.app.slug}/credentials")).text
        assert "در هیچ ورودی پذیرفته نمی‌شود" in doors
        assert "CLIENT_SECRET" not in doors
        await browser.submit(page, f"{path}/jwks-uri/remove")
        page = await browser.get(path)
        assert "دست‌کم یک کلید عمومی" in page.text
        await browser.submit(page, f"{path}/signed-only")
        await browser.submit(await browser.get(path), f"{path}/jwks-uri/remove")
        assert signer.kid not in (await browser.get(path)).text
        async with db.look() as tx:
            entries = await tx.rows("SELECT action FROM audit_entry ORDER BY id", ())
    told = [action for (action,) in entries if "jwks" in action or "signed" in action]
    assert told == ["app.jwks_uri_set", "app.signed_only_set", "app.signed_only_set",
                    "app.jwks_uri_removed"]  # fmt: skip
