"""Whatever is sent, the answer has a shape, leads nowhere unregistered, and is never a 500."""

import random
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import pytest

from tests.surfaces.oauth.conftest import code_for

PIECES = (
    "", " ", "+", ".", "__", "\0", "\r\n", "\\", "//", "..", "%", "%00", "%zz", "é", "ج", "\ud800",
    "😀", "'\"><script>", "{{7*7}}", "USER_PHONE", "POST_EDIT.", "POST_EDIT.MINE", "code", "S256",
    "https://evil.example", "https://app.example/oauth/callback", "javascript:alert(1)", "null",
    "A" * 200, "9" * 400, "-1", "1e309", "ory_ac_" + "a" * 87,
    "ory_rt_" + "b" * 43 + "." + "c" * 43,
)  # fmt: skip
PARAMETERS = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge",
    "code_challenge_method", "lang", "nonce", "request", "[]",
)  # fmt: skip
FIELDS = (
    "grant_type", "code", "client_id", "client_secret", "redirect_uri", "refresh_token", "scope",
    "code_verifier",
)  # fmt: skip

Pairs = list[tuple[str, str]]


def spoiled(chance: random.Random, good: dict[str, str], names: tuple[str, ...]) -> Pairs:
    """A good request with some values replaced, some added, some left out."""
    pairs = [pair for pair in good.items() if chance.random() > 0.05]
    for _ in range(chance.randint(1, 3)):
        value = "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 3)))
        name = chance.choice(names)
        if chance.random() < 0.8:
            pairs = [pair for pair in pairs if pair[0] != name]
        pairs.append((name, value))
    return pairs


def encoded(chance: random.Random, pairs: Pairs) -> bytes:
    safe = chance.choice(["", "\\|<>\"'{}+%&=#;"])
    return "&".join(
        f"{quote(key, safe=safe)}={quote(value, safe=safe, errors='surrogatepass')}"
        for key, value in pairs
    ).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("seed", range(3))
async def test_authorize_answers_anything(browser, anonymous, market, seed):
    chance = random.Random(seed)
    for _ in range(150):
        query = encoded(chance, spoiled(chance, market.request(), PARAMETERS))
        client = chance.choice([browser, anonymous])

        answer = await client.get(f"/oauth2/auth?{query.decode('latin-1')}")

        assert answer.status_code in (200, 303, 400, 403), (query, answer.text)
        if answer.status_code == 303:
            to = urlsplit(answer.headers["location"])
            assert (to.netloc, to.path) in [("app.example", "/oauth/callback"), ("", "/sign-in")]


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"<>\"'\\|^`{}", b"\x00\x01\x7f", "سلام".encode(), b"a;b", b"%", b"&&==&"]
)
async def test_authorize_answers_bytes_no_client_would_send(market, raw):
    asked = urlencode(market.request() | {"state": ""}).encode() + raw
    answers = []

    async def send(message):
        answers.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    for cookie in (b"", b"dalan_session=" + market.session.encode()):
        answers.clear()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": "/oauth2/auth", "raw_path": b"/oauth2/auth",
            "query_string": asked, "root_path": "", "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80), "headers": [(b"host", b"x"), (b"cookie", cookie)],
        }  # fmt: skip
        await market.app(scope, receive, send)

        assert answers[0]["status"] == (200 if cookie else 303)
        for _, value in answers[0]["headers"]:
            assert not set(value) & set(b"\r\n\x00")


@pytest.mark.parametrize("seed", range(3))
async def test_token_answers_anything(browser, market, seed):
    chance = random.Random(seed)
    good = {
        "grant_type": "authorization_code",
        "client_id": market.made.app.slug,
        "client_secret": market.made.client_secret,
        "redirect_uri": market.made.redirect_uri,
        "code": await code_for(browser, market),
    }
    for _ in range(150):
        pairs = spoiled(chance, good, FIELDS)
        content = encoded(chance, pairs)
        if chance.random() < 0.4:
            clean = {
                key: value.encode("utf-8", "replace").decode() for key, value in pairs
            }  # fmt: skip
            content = msgspec.json.encode(clean).replace(b"A" * 200, b"\\ud800")
        path = chance.choice(["/oauth2/token", "/v1/open-platform/oauth/access_token"])

        answer = await browser.post(path, content=content)

        assert answer.status_code in (200, 400, 401), (content, answer.text)
        body = answer.json()
        assert ("access_token" in body) == (answer.status_code == 200)
        assert ("error" in body) == (answer.status_code != 200)


@pytest.mark.parametrize("fields", [
    {"request": "x"}, {"request": "é.é"}, {"request": "." * 50_000}, {"decision": "allow"},
])  # fmt: skip
async def test_decide_answers_anything(browser, anonymous, market, fields):
    for client in (browser, anonymous):
        answer = await client.post("/oauth2/auth", data=fields)

        assert answer.status_code in (303, 400, 403)
        assert answer.status_code != 303 or answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/oauth2/revoke", "/oauth2/introspect", "/oauth2/par"])
@pytest.mark.parametrize("seed", range(3))
async def test_endpoints_for_apps_answer_anything(browser, market, path, seed):
    chance = random.Random(seed)
    good = market.request() | {
        "client_id": market.made.app.slug,
        "client_secret": market.made.client_secret,
        "token": market.services.keys.new_token("rt"),
        "authorization_details": '[{"type":"kenar","actions":["POST_EDIT"],"identifier":"MINE"}]',
    }
    for _ in range(40):
        body = encoded(chance, spoiled(chance, good, tuple(good)))

        answer = await browser.post(path, content=body)

        assert answer.status_code in (200, 201, 400, 401), body
        assert isinstance(answer.json(), dict)


@pytest.mark.parametrize("token", ["", "x", "é" * 50, "a" * 9_000, "ory_at_" + "x" * 87])
async def test_userinfo_answers_anything(anonymous, token):
    header = [(b"authorization", b"Bearer " + token.encode())]

    asked = await anonymous.get("/userinfo", headers=header)
    posted = await anonymous.post("/userinfo", data={"access_token": token})
    rubbish = await anonymous.post("/userinfo", content=b"\xff\xfe")

    assert asked.status_code == posted.status_code == 401
    assert rubbish.status_code == 400
