"""A link's terms as visitors meet them: asked for passwords, counted down, led here or there."""

import re
from datetime import timedelta
from urllib.parse import quote

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import links
from dalan.kernel import clock
from dalan.surfaces.redirect import Redirect
from tests.factories.developers import make_app
from tests.factories.links import make_link

BROWSER = {"accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def make(platform: Platform):
    async def made(target="https://example.com/", **given) -> links.Link:
        rules = platform.services.link_rules
        async with platform.services.db.write() as tx:
            app_id = (await make_app(tx)).app.id
            return await make_link(tx, app_id, target, rules=rules, **given)

    return made


def token_in(page: httpx.Response) -> str:
    found = re.search('name="token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


async def test_password_is_asked_for_and_leads_on_without_a_cookie(http, make):
    link = await make("https://example.com/secret", password="راز", hash="رمز", title="برای تو")
    path = f"/l/{quote(link.hash)}"

    form = await http.get(path, headers=BROWSER)

    assert form.status_code == 200
    assert "secret" not in form.text
    assert "برای تو" in form.text
    assert "form-action" not in form.headers["content-security-policy"]
    preview = await http.get(f"{path}+", headers=BROWSER)
    assert "secret" not in preview.text
    sent = {"token": token_in(form), "password": "راز"}
    entered = await http.post(path, data=sent)
    assert (entered.status_code, entered.headers["location"]) == (303, "https://example.com/secret")
    assert "set-cookie" not in entered.headers


async def test_password_that_is_wrong_or_from_elsewhere_opens_nothing(http, make):
    link, other = await make(password="x"), await make(password="y")
    path = f"/l/{link.hash}"
    token = token_in(await http.get(path))
    right = {"token": token, "password": "x"}

    for sent, headers in (
        ({**right, "password": "y"}, {}),
        ({**right, "token": token_in(await http.get(f"/l/{other.hash}"))}, {}),
        ({"password": "x"}, {}),
        ({}, {}),
        (right, {"sec-fetch-site": "cross-site"}),
        (right, {"origin": "https://evil.example"}),
    ):
        answer = await http.post(path, data=sent, headers=headers)
        assert answer.status_code == 403
        assert "location" not in answer.headers
    for body in (b"\xff", b"x" * 10_000, b"a=1&" * 50, b"token=%00&password=%ED%A0%80"):
        assert (await http.post(path, content=body)).status_code == 403
    origin = str(http.base_url).rstrip("/")
    assert (await http.post(path, data=right, headers={"origin": origin})).status_code == 303


async def test_form_is_good_for_an_hour(http, make, moment):
    link = await make(password="x")
    sent = {"token": token_in(await http.get(f"/l/{link.hash}")), "password": "x"}
    moment.advance(timedelta(hours=1))

    assert (await http.post(f"/l/{link.hash}", data=sent)).status_code == 403


async def test_guessing_ends_after_a_few_and_right_ones_are_none(http, make):
    link = await make(password="x")
    path = f"/l/{link.hash}"
    right = {"token": token_in(await http.get(path)), "password": "x"}
    for _ in range(12):
        assert (await http.post(path, data=right)).status_code == 303
    for _ in range(10):
        assert (await http.post(path, data={**right, "password": "y"})).status_code == 403

    refused = await http.post(path, data=right)

    assert refused.status_code == 429
    assert "location" not in refused.headers


async def test_visits_are_counted_down_and_then_lead_elsewhere(http, make):
    link = await make(visits_max=2, after_address="https://after.example/سلام")
    path = f"/l/{link.hash}"
    assert (await http.head(path)).headers["location"] == "https://example.com/"
    assert (await http.get(f"{path}+")).status_code == 200

    for _ in range(2):
        assert (await http.get(path)).headers["location"] == "https://example.com/"

    for answer in (await http.get(path), await http.head(path)):
        assert answer.status_code == 302
        assert answer.headers["location"] == "https://after.example/%D8%B3%D9%84%D8%A7%D9%85"
    preview = await http.get(f"{path}+")
    assert (preview.status_code, "location" in preview.headers) == (404, False)


async def test_text_has_limits_and_passwords_too(http, make):
    link = await make("متن", kind="content", visits_max=1, password="x")
    sent = {"token": token_in(await http.get(f"/l/{link.hash}")), "password": "x"}

    shown = await http.post(f"/l/{link.hash}", data=sent)

    assert (shown.status_code, shown.text) == (200, "متن")
    assert (await http.post(f"/l/{link.hash}", data=sent)).status_code == 404


async def test_expired_link_leads_where_its_owner_said(http, make, moment):
    link = await make(after_address="https://after.example/", expires_at=clock.now() + timedelta(1))
    early = await make(valid_from=clock.now() + timedelta(2))
    assert (await http.get(f"/l/{early.hash}")).status_code == 404
    moment.advance(timedelta(days=2))

    assert (await http.get(f"/l/{link.hash}")).headers["location"] == "https://after.example/"
    assert (await http.get(f"/l/{early.hash}")).status_code == 302


async def test_rules_see_what_the_request_says(platform: Platform, http, make):
    class Places:
        def code_of(self, cut: bytes) -> str:
            is_here = cut == bytes((127, 0, 0))
            return "IR" if is_here else ""

    services = msgspec.structs.replace(platform.services, places=Places())
    platform._surfaces["redirect"] = Redirect(services)
    terms = links.Terms(
        rules=(
            links.Rule(target="https://query.example/", query={"to": "q"}),
            links.Rule(target="https://fox.example/", browsers=("Firefox",), countries=("IR",)),
            links.Rule(target="https://fa.example/?x=1#y", languages=("fa",)),
        ),
        forwards_query=True,
        utm=links.Utm(source="short"),
    )
    link = await make(terms=terms)

    async def led(query="", **headers) -> str:
        answer = await http.get(f"/l/{link.hash}{query}", headers=headers)
        return str(answer.headers["location"])

    utm = "utm_source=short"
    assert await led("?to=q&qr") == f"https://query.example/?to=q&{utm}"
    fox = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
    assert await led(**{"user-agent": fox}) == f"https://fox.example/?{utm}"
    assert await led(**{"accept-language": "fa-IR"}) == f"https://fa.example/?x=1&{utm}#y"
    assert await led(**{"accept-language": "en"}) == f"https://example.com/?{utm}"


async def test_visitor_of_several_places_is_led_to_the_same_again(http, make):
    targets = tuple(links.WeightedTarget(f"https://{n}.example/", 1) for n in range(10))
    link = await make(terms=links.Terms(weighted=targets))

    first = await http.get(f"/l/{link.hash}")

    cookie = first.headers["set-cookie"]
    assert f"Path=/l/{link.hash}" in cookie
    assert "HttpOnly" in cookie
    choice = {"cookie": cookie.partition(";")[0]}
    http.cookies.clear()
    for _ in range(5):
        again = await http.get(f"/l/{link.hash}", headers=choice)
        assert again.headers["location"] == first.headers["location"]
        http.cookies.clear()


async def test_post_is_for_passwords_alone(http, make):
    link = await make()

    assert (await http.post(f"/l/{link.hash}")).status_code == 405
    assert (await http.post("/l/nobody")).status_code == 404
