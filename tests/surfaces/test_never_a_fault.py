"""Whatever is sent to a page or a form, by whomever, the answer is never a fault of ours."""

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx
import pytest
from litestar import Litestar

from dalan.app import Platform
from dalan.domains import identity, operators
from dalan.surfaces import oauth
from dalan.surfaces.bank import make_app as make_bank
from dalan.surfaces.console.app import make_app as make_console
from dalan.surfaces.docs import make_app as make_docs
from dalan.surfaces.html import csrf
from dalan.surfaces.web.app import make_pages
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.posts import make_post

BASE_URL = "http://127.0.0.1:8000"
NO_FORMS = (
    ("multipart/form-data", b"--x\r\n\r\n"),
    ("multipart/form-data; boundary=", b"--\r\n\r\n"),
    ("multipart/form-data; boundary=\xe9", b"--x\r\n\r\n"),
    ("multipart/form-data; boundary=" + "b" * 5_000, b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data\r\n\r\na\r\n--x--"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\ncontent-disposition: form-data; name="phone"\r\n\r\n\xff\xfe\r\n--x--',
    ),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\ncontent-disposition: form-data; name="phone"\r\n'
        + b"a: b\r\n" * 500
        + b"\r\n\r\n--x--",
    ),
    (
        "multipart/form-data; boundary=x",
        b"".join(
            b'--x\r\ncontent-disposition: form-data; name="phone"\r\n\r\na\r\n' for _ in range(500)
        )
        + b"--x--",
    ),
    (
        "multipart/form-data; boundary=x; charset=nonsense",
        b'--x\r\ncontent-disposition: form-data; name="phone"\r\n'
        b"content-type: text/plain; charset=nonsense\r\n\r\na\r\n--x--",
    ),
    ("application/x-www-form-urlencoded", b"phone=%ff"),
    ("application/x-www-form-urlencoded", b"\xff\xfe"),
    ("application/x-www-form-urlencoded", b"a=1&" * 1_000),
    ("application/x-www-form-urlencoded", b"phone=" + b"9" * 300_000),
    ("application/json", b'{"phone":"0912"}'),
    ("", b"phone=1"),
    (";;;", b"phone=1"),
)

HOWS = ("form", "form", "multipart", "bytes", "anonymous")

PIECES = (
    "", "0", "-1", "1", "٣", "۱۲۳", "9" * 19, "-" + "9" * 30, str(2**63), str(2**63 - 1), "1e9",
    "0x1", " 1", "1.5", "NaN", "\0", "a\0b", "\r\nset-cookie: a=b", "..", "../../etc/passwd",
    "//evil.example", "\\\\evil", "javascript:alert(1)", "https://[::1", "http://a:99999/",
    "https://app.example/سلام", "<script>", "{{7*7}}", "%s%(x)s", "%zz", "\u202e", "ی", "\ufffd",
    "😀" * 40, "a" * 5_000, "on", "MY_POST", "POST_ADDON", "2026-11-21T00:00:00Z", "\U0010ffff",
)  # fmt: skip


class Route(NamedTuple):
    """A route with what its parameters are called in front of their type."""

    method: str
    path: str


class Hall(NamedTuple):
    """The platform, and the browser of a person who owns a post and an app."""

    browser: httpx.AsyncClient
    anonymous: httpx.AsyncClient
    routes: list[Route]
    values: dict[str, str]
    fields: list[str]
    token: str
    foreign_token: str


def routes_of(app: Litestar) -> list[Route]:
    """Every method and path of a surface that is made of Litestar's."""
    found = []
    for route in app.routes:
        methods: Any = getattr(route, "methods", set())
        found += [Route(method, route.path) for method in methods if method != "OPTIONS"]
    return found


@pytest.fixture
async def hall(platform: Platform) -> AsyncIterator[Hall]:
    services = platform.services
    async with services.db.write() as tx:
        person = await make_person(tx)
        await operators.appoint(tx, person.id, role="admin")
        post = await make_post(tx, owner_id=person.id)
        made = await make_app(tx, owner_id=person.id, keys=services.keys)
        opened = await identity.open_session(
            tx, person_id=person.id, device="test", session_seconds=86_400, keys=services.keys
        )
    surfaces = [make_pages(services), oauth.make_pages(services)]
    surfaces += [make_bank(services), make_console(services), make_docs(services)]
    routes = sorted({route for surface in surfaces for route in routes_of(surface)})
    mac = services.keys.token_mac(opened.token)
    assert mac is not None
    secret = services.keys.derived_secret("html csrf").encode()
    transport = httpx.ASGITransport(app=platform, raise_app_exceptions=True)
    cookies = {"dalan_session": opened.token}
    async with (
        httpx.AsyncClient(transport=transport, base_url=BASE_URL, cookies=cookies) as browser,
        httpx.AsyncClient(transport=transport, base_url=BASE_URL) as anonymous,
    ):
        yield Hall(
            browser,
            anonymous,
            routes,
            {
                "slug": made.app.slug,
                "token": post.token,
                "place": "MY_POST",
                "person_id": str((await _other(platform)).id),
            },
            _fields(),
            csrf.issue(secret, mac.hex()),
            csrf.issue(secret, "the session of somebody else"),
        )


async def _other(platform: Platform) -> identity.Person:
    async with platform.services.db.write() as tx:
        return await make_person(tx)


def _fields() -> list[str]:
    """The names of every field that a template gives a form or code reads of one."""
    found: set[str] = set()
    for file in (Path(__file__).parents[2] / "src" / "dalan" / "surfaces").rglob("*.py"):
        found |= set(
            re.findall(
                r"(?:form\.(?:raw|text|all|flag|whole_number|phone|file)|query(?:_params)?\.get)"
                r'\("(\w+)"',
                file.read_text("utf-8"),
            )
        )
    assert len(found) > 20
    return sorted(found - {csrf.FIELD})


def test_every_surface_of_pages_is_asked(hall: Hall):
    paths = {route.path for route in hall.routes}

    assert {"/sign-in/code", "/oauth2/auth", "/oauth2/token", "/console/inbox", "/docs"} <= paths
    assert len(hall.routes) > 60


async def test_no_page_or_form_ever_ends_in_a_fault(hall: Hall):
    chance = random.Random(7)
    seen: set[int] = set()
    for route in hall.routes:
        if route.path == "/sign-out":  # it would end the session of all that follow
            continue
        for how in HOWS:
            known = chance.random() < 0.6
            fields = [
                (chance.choice(hall.fields), text(chance)) for _ in range(chance.randint(0, 8))
            ]
            path = path_of(route, hall, chance, known=known)
            client = hall.anonymous if how == "anonymous" else hall.browser
            sent = body(hall, fields, how) if route.method != "GET" else {}

            answer = await client.request(route.method, path, params=dict(fields[:3]), **sent)

            seen.add(answer.status_code)
            assert answer.status_code < 500, (route, path, fields, how, answer.text[:500])
            location = answer.headers.get("location", "/")
            assert location.startswith("/"), (route, path, location)
            assert not location.startswith("//"), (route, path, location)
    assert {200, 303, 403, 404, 422} <= seen


def text(chance: random.Random) -> str:
    """Something a person would not type."""
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 2)))


def path_of(route: Route, hall: Hall, chance: random.Random, *, known: bool) -> str:
    """The route's path with its parameters filled in, with what exists if ``known``."""

    def filled(match: re.Match[str]) -> str:
        name, _, kind = match[1].partition(":")
        value = hall.values.get(name, "1" if kind == "int" else None) if known else None
        return quote(value or text(chance) or "0", safe="")

    return re.sub(r"\{([^}]+)\}", filled, route.path)


def body(hall: Hall, fields: list[tuple[str, str]], how: str) -> dict[str, Any]:
    """A form that the browser was shown, with these fields in it."""
    sent = [(csrf.FIELD, hall.token), *fields]
    if how == "multipart":
        files = [
            (name, (f"{value}.png" if number % 3 else None, value.encode()))
            for number, (name, value) in enumerate(sent, start=3)
        ]
        return {"files": files}
    kind = {"content-type": "application/x-www-form-urlencoded"}
    content = urlencode(sent) + ("&a=%ff%fe&=&&x" if how == "bytes" else "")
    return {"content": content, "headers": kind}


async def test_bodies_that_are_no_forms_are_refused(hall: Hall):
    for kind, content in NO_FORMS:
        for path in ("/sign-in", "/oauth2/auth", "/oauth2/token"):
            headers = {b"content-type": kind.encode("latin-1")}
            answer = await hall.anonymous.post(path, content=content, headers=headers)

            assert 400 <= answer.status_code < 500, (path, kind, content, answer.text)


SCRIPTS = "/console/api/"
"""A dev world's JSON for scripts. It reads no cookie; that no page of another site may ask for it
is seen to before it is reached."""

NO_TOKEN_NEEDED = {
    "/pay/bank/pg/v4/payment/request.json",  # merchants name themselves there
    "/pay/bank/pg/v4/payment/verify.json",
    "/oauth2/token",  # apps prove themselves there
    "/v1/open-platform/oauth/access_token",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/oauth2/par",
    "/oauth/token",
    "/accounts/token",
    "/userinfo",
    "/preferences/theme",  # the worst is another colour
    "/sign-in",  # whoever is in already is only led on
    "/sign-in/code",
    "/sign-in/code/resend",
    "/{rest:path}",
}


async def test_every_form_is_refused_without_the_token_of_its_browser(hall: Hall):
    asked = 0
    for route in hall.routes:
        if route.method in ("GET", "HEAD") or route.path in NO_TOKEN_NEEDED:
            continue
        if route.path.startswith(SCRIPTS):
            continue
        path = path_of(route, hall, random.Random(1), known=True)
        for token in ("", hall.token[:-4] + "AAAA", hall.foreign_token):
            answer = await hall.browser.request(
                route.method, path, data={csrf.FIELD: token, "a": "b"}
            )

            assert answer.status_code == 403, (route, token, answer.status_code)
        asked += 1
    assert asked > 30


async def test_no_page_of_another_site_reaches_what_scripts_do(hall: Hall):
    asked = 0
    for route in hall.routes:
        if not route.path.startswith(SCRIPTS):
            continue
        for site in ("cross-site", "same-site"):
            answer = await hall.browser.request(
                route.method,
                path_of(route, hall, random.Random(1), known=True),
                headers={"sec-fetch-site": site},
            )

            assert answer.status_code == 403, (route, answer.status_code)
        asked += 1
    assert asked > 20


async def test_every_page_says_what_may_run_in_it_and_is_kept_by_nobody(hall: Hall):
    pages = 0
    for route in hall.routes:
        if route.method != "GET":
            continue
        for client in (hall.browser, hall.anonymous):
            answer = await client.get(path_of(route, hall, random.Random(1), known=True))
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue  # public metadata, say, which any site may read
            assert "access-control-allow-origin" not in answer.headers
            pages += 1
            policy = answer.headers["content-security-policy"]
            for rule in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                         "base-uri 'none'"):  # fmt: skip
                assert rule in policy, (route, policy)
            assert "unsafe" not in policy
            assert answer.headers["cache-control"] == "no-store", route
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer")
            assert not re.search(r"<[^>]* (on[a-z]+|style)=", answer.text), route
    assert pages > 40
