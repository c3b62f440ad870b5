"""Apps that prove themselves with a signed assertion (RFC 7523), and what is no such proof."""

import asyncio
import hmac
import json
import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dalan.domains import developers
from dalan.kernel import clock
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import BASE_URL, code_for

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN = f"{BASE_URL}/oauth2/token"


class Signer:
    """An app's own server: a private key, and what it signs."""

    def __init__(self, alg: str = "ES256") -> None:
        from joserfc.jwk import ECKey, OKPKey, RSAKey

        made: dict[str, Callable[[], Any]] = {
            "RS256": lambda: RSAKey.generate_key(2048),
            "ES256": lambda: ECKey.generate_key("P-256"),
            "EdDSA": lambda: OKPKey.generate_key("Ed25519"),
        }
        self.alg, self.key = alg, made[alg]()
        self.kid = self.key.thumbprint()

    @property
    def jwk(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False, kid=self.kid))

    @property
    def pem(self) -> str:
        return str(self.key.as_pem(private=False).decode())

    def signed(self, slug: str, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        from joserfc import jwt

        now = int(clock.now().timestamp())
        said = {"iss": slug, "sub": slug, "aud": TOKEN, "exp": now + 60, "jti": f"{id(claims)}"}
        said = {name: value for name, value in (said | claims).items() if value is not None}
        head = {"alg": self.alg, "kid": self.kid} | (header or {})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return jwt.encode(head, said, self.key, algorithms=[head["alg"]])


@pytest.fixture
def signer() -> Signer:
    return Signer()


async def register(market: Any, signer: Signer, app_id: int | None = None) -> None:
    async with market.services.db.write() as tx:
        await developers.add_client_keys(
            tx,
            app_id or market.made.app.id,
            found=developers.read_public_keys(json.dumps(signer.jwk)),
        )


def proof(text: str, **given: str) -> dict[str, str]:
    return {"client_assertion_type": BEARER, "client_assertion": text} | given


async def refused_at_introspection(client: httpx.AsyncClient, form: dict[str, str]) -> int:
    answer = await client.post("/oauth2/introspect", data={"token": "x"} | form)
    return answer.status_code


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
async def test_code_is_exchanged_by_an_app_that_signs(browser, market, alg):
    signer = Signer(alg)
    await register(market, signer)
    code = await code_for(browser, market)

    answer = await browser.post(
        "/oauth2/token",
        data=proof(
            signer.signed(market.made.app.slug),
            grant_type="authorization_code",
            code=code,
            redirect_uri=market.made.redirect_uri,
        ),
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["access_token"]


@pytest.mark.parametrize("path", ["/oauth2/introspect", "/oauth2/revoke", "/oauth2/par"])
@pytest.mark.parametrize("audience", [TOKEN, BASE_URL, "", [BASE_URL], [BASE_URL, TOKEN]])
async def test_assertion_is_taken_at_every_endpoint_for_apps(
    anonymous, market, signer, path, audience
):
    await register(market, signer)
    text = signer.signed(market.made.app.slug, aud=audience or BASE_URL + path)

    answer = await anonymous.post(path, data=market.request(token="x") | proof(text))

    assert answer.status_code in (200, 201), answer.text


async def test_pem_and_key_set_are_read_like_a_single_key():
    for alg in ("RS256", "ES256", "EdDSA"):
        signer = Signer(alg)
        (of_pem,) = developers.read_public_keys(signer.pem)
        (of_set,) = developers.read_public_keys(json.dumps({"keys": [signer.jwk]}))
        assert of_pem == of_set
        assert of_pem.kid == signer.kid


def _weak() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = rsa.generate_private_key(public_exponent=65_537, key_size=1_024).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: "", "unreadable"),
        (lambda: "{}", "unknown_key_type"),
        (lambda: '{"keys": []}', "unreadable"),
        (lambda: '{"keys": [1]}', "unreadable"),
        (lambda: "[" * 9_000, "unreadable"),
        (lambda: "x" * 20_000, "too_long"),
        (lambda: '{"kty": "oct", "k": "AAAA"}', "private_key"),
        (lambda: '{"kty": "oct"}', "unknown_key_type"),
        (lambda: '{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}', "unreadable"),
        (lambda: '{"kty": "EC", "crv": "P-521"}', "unknown_key_type"),
        (lambda: '{"kty": ["RSA"]}', "unknown_key_type"),
        (lambda: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "unreadable"),
        (lambda: "-----BEGIN PRIVATE KEY-----\nAAAA", "private_key"),
        (lambda: json.dumps(Signer("RS256").key.as_dict(private=True)), "private_key"),
        (_weak, "weak_key"),
    ],
)
def test_what_is_no_public_key_is_refused(make, problem):
    with pytest.raises(developers.InvalidField) as refused:
        developers.read_public_keys(make())

    assert refused.value.problem == problem


CLAIMS = {
    "iss of another": {"iss": "another-app"},
    "sub of another": {"sub": "another-app"},
    "no sub": {"sub": None},
    "no aud": {"aud": None},
    "aud of another": {"aud": "https://other.example"},
    "aud of another beside ours": {"aud": [BASE_URL, "https://other.example"]},
    "empty aud": {"aud": []},
    "aud is a number": {"aud": [1]},
    "no exp": {"exp": None},
    "exp is a text": {"exp": "9999999999"},
    "exp is true": {"exp": True},
    "expired": {"exp": 1},
    "exp now": {"exp": 0},
    "exp too far": {"exp": 601},
    "exp beyond all": {"exp": 1e300},
    "iat to come": {"iat": 120},
    "nbf to come": {"nbf": 120},
    "nbf is a text": {"nbf": "now"},
    "no jti": {"jti": None},
    "empty jti": {"jti": ""},
    "long jti": {"jti": "x" * 256},
    "jti is a number": {"jti": 7},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_assertion_with_other_claims_proves_nothing(anonymous, market, signer, claims):
    await register(market, signer)
    now = int(clock.now().timestamp())
    shifted = {
        name: now + value
        if name in ("exp", "iat", "nbf") and type(value) is int and value != 1
        else value
        for name, value in claims.items()
    }

    answer = await anonymous.post(
        "/oauth2/introspect",
        data={"token": "x"} | proof(signer.signed(market.made.app.slug, **shifted)),
    )

    assert answer.status_code == 401, answer.text
    assert answer.json()["error"] == "invalid_client"


async def test_assertion_is_good_once(anonymous, market, signer):
    await register(market, signer)
    form = proof(signer.signed(market.made.app.slug, jti="one"))

    assert await refused_at_introspection(anonymous, form) == 200
    assert await refused_at_introspection(anonymous, form) == 401


async def test_assertion_sixteen_times_at_once_is_good_once(anonymous, market, signer):
    await register(market, signer)
    form = proof(signer.signed(market.made.app.slug, jti="one"))

    answers = await asyncio.gather(*(refused_at_introspection(anonymous, form) for _ in range(16)))

    assert sorted(answers) == [200] + [401] * 15


async def test_same_jti_of_another_app_is_another_assertion(anonymous, market, signer):
    other = Signer()
    async with market.services.db.write() as tx:
        made = await make_an_app(tx, redirect_uri="https://other.example/cb")
    await register(market, signer)
    await register(market, other, made.app.id)

    first = proof(signer.signed(market.made.app.slug, jti="one"))
    second = proof(other.signed(made.app.slug, jti="one"))

    assert await refused_at_introspection(anonymous, first) == 200
    assert await refused_at_introspection(anonymous, second) == 200


async def test_key_of_another_app_signs_for_nobody_else(anonymous, market, signer):
    async with market.services.db.write() as tx:
        made = await make_an_app(tx, redirect_uri="https://other.example/cb")
    await register(market, signer, made.app.id)

    form = proof(signer.signed(market.made.app.slug))

    assert await refused_at_introspection(anonymous, form) == 401


async def test_removed_key_signs_nothing_any_more(anonymous, market, signer):
    await register(market, signer)
    async with market.services.db.write() as tx:
        (key,) = await developers.client_keys(tx, market.made.app.id)
        assert await developers.remove_client_key(tx, key.app_id, key_id=key.id) == signer.kid

    form = proof(signer.signed(market.made.app.slug))

    assert await refused_at_introspection(anonymous, form) == 401


def forged(signer: Signer, slug: str) -> dict[str, str]:
    """Texts that are no proof, each made of a good one or of what attackers know."""
    from base64 import urlsafe_b64encode

    def part(value: object) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    good = signer.signed(slug)
    head, body, signature = good.split(".")
    # A library that takes the public key for a shared secret would believe this one.
    shared = hmac.digest(signer.pem.encode(), f"{part({'alg': 'HS256'})}.{body}".encode(), "sha256")
    another = Signer()
    return {
        "none": f"{part({'alg': 'none'})}.{body}.",
        "None": f"{part({'alg': 'None', 'kid': signer.kid})}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "public key as a shared secret": f"{part({'alg': 'HS256'})}.{body}."
        + urlsafe_b64encode(shared).rstrip(b"=").decode(),
        "key inside": f"{part({'alg': 'ES256', 'jwk': another.jwk})}."
        + another.signed(slug).partition(".")[2],
        "another key by our kid": another.signed(slug, header={"kid": signer.kid}),
        "kid of nobody": signer.signed(slug, header={"kid": "nobody"}),
        "kid is a list": f"{part({'alg': 'ES256', 'kid': []})}.{body}.{signature}",
        "alg is a list": f"{part({'alg': ['ES256']})}.{body}.{signature}",
        "crit": f"{part({'alg': 'ES256', 'crit': ['x'], 'x': 1})}.{body}.{signature}",
        "changed": f"{head}.{part({'iss': slug, 'sub': slug})}.{signature}",
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.x",
        "dots": "..",
        "not ascii": "é.é.é",
        "too long": f"{good}{'A' * 9_000}",
        "body is a list": f"{head}.{part([])}.{signature}",
        "nested": f"{head}.{part(0)[:-1]}{'W' * 4_000}.{signature}",
    }


async def test_forged_assertions_prove_nothing(anonymous, market, signer):
    await register(market, signer)

    for name, text in forged(signer, market.made.app.slug).items():
        answer = await anonymous.post("/oauth2/introspect", data={"token": "x"} | proof(text))

        assert answer.status_code == 401, (name, answer.text)
        assert answer.json()["error"] == "invalid_client", name


async def test_two_ways_of_authenticating_at_once_are_refused(anonymous, market, signer):
    await register(market, signer)
    slug = market.made.app.slug

    beside_secret = proof(signer.signed(slug), client_id=slug) | {
        "client_secret": market.made.client_secret
    }
    answer = await anonymous.post("/oauth2/introspect", data={"token": "x"} | beside_secret)
    beside_basic = await anonymous.post(
        "/oauth2/introspect",
        data={"token": "x"} | proof(signer.signed(slug)),
        auth=(slug, market.made.client_secret),
    )

    for one in (answer, beside_basic):
        assert (one.status_code, one.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("form", [
    {"client_assertion": "x"},
    {"client_assertion_type": BEARER},
    {"client_assertion_type": "urn:x", "client_assertion": "x"},
])  # fmt: skip
async def test_half_an_assertion_is_none(anonymous, market, form):
    answer = await anonymous.post("/oauth2/introspect", data={"token": "x"} | form)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_client_id_beside_must_be_the_one_inside(anonymous, market, signer):
    await register(market, signer)

    form = proof(signer.signed(market.made.app.slug), client_id="another-app")

    assert await refused_at_introspection(anonymous, form) == 401


async def test_used_assertions_are_forgotten_after_they_expired(anonymous, market, signer, moment):
    from dalan.domains import oauth

    await register(market, signer)
    await refused_at_introspection(anonymous, proof(signer.signed(market.made.app.slug)))

    moment.advance(timedelta(days=1, minutes=2))
    async with market.services.db.write() as tx:
        await oauth.purge(tx, grace_seconds=120)

    async with market.services.db.look() as tx:
        assert await tx.rows("SELECT app_id FROM client_assertion", ()) == []


async def test_no_more_than_five_keys_and_a_known_name_keeps_its_key(market):
    signers = [Signer() for _ in range(6)]
    for signer in signers[:5]:
        await register(market, signer)
    with pytest.raises(developers.TooMany):
        await register(market, signers[5])

    impostor = signers[5]
    impostor.kid = signers[0].kid
    await register(market, impostor)

    async with market.services.db.look() as tx:
        keys = {one.kid: one for one in await developers.client_keys(tx, market.made.app.id)}
    assert len(keys) == 5
    assert keys[signers[0].kid].public_jwk["x"] == signers[0].jwk["x"]


async def test_panel_takes_a_key_refuses_a_private_one_and_writes_both_changes_down(platform):
    from dalan.domains import identity
    from tests.factories.browser import browsing, forms_of, sign_in

    async with browsing(platform, base_url=BASE_URL) as browser:
        await sign_in(browser, platform.services, "09121234567")
        async with platform.services.db.write() as tx:
            person = await identity.person_by_phone(tx, "+989121234567")
            assert person is not None
            made = await make_an_app(tx, owner_id=person.id, keys=platform.services.keys)
        path = f"/kenar/management/apps/{made.app.slug}/oauth"
        signer = Signer()
        page = await browser.get(path)

        refused = await browser.submit(page, f"{path}/keys", key=json.dumps(signer.key.as_dict()))
        added = await browser.submit(page, f"{path}/keys", key=signer.pem)
        page = await browser.get(path)
        assert signer.kid in page.text
        async with platform.services.db.look() as tx:
            (key,) = await developers.client_keys(tx, made.app.id)
        removed = await browser.submit(page, f"{path}/keys/{key.id}/remove")

        assert {refused.status_code, added.status_code, removed.status_code} == {303}
        assert forms_of((await browser.get(path)).text, f"{path}/keys/{key.id}/remove") == []
        async with platform.services.db.look() as tx:
            entries = await tx.rows("SELECT action FROM audit_entry ORDER BY id", ())
    told = [action for (action,) in entries if "client_key" in action]
    assert told == ["app.client_key_added", "app.client_key_removed"]
