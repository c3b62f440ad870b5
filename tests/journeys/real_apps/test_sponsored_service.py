"""4.10: the marketplace pays an app for what it does for one person, by a ticket."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import LINK, Registered, classify, register
from tests.platforms import MARYAM, NILOOFAR, REZA, Browser, Platform

SERVICE = "USER_BACKGROUND_VERIFICATION"
COST_RIALS = 300_000


@pytest.fixture(scope="module")
def sponsor(platform_server: Platform) -> Registered:
    """An app of the marketplace itself, which issues tickets."""
    app = register(
        platform_server,
        MARYAM,
        "sponsor",
        "حامی",
        url="https://sponsor.example",
        addresses={"fallback_url": "/start"},
        places={},
    )
    classify(platform_server, app.slug, "INTERNAL")
    return app


@pytest.fixture(scope="module")
def verifier(platform_server: Platform) -> Registered:
    """The app whose work is paid."""
    app = register(
        platform_server,
        NILOOFAR,
        "verifier",
        "احراز هویت",
        url="https://verifier.example",
        addresses={"fallback_url": "/start"},
        places={"MY_POST": LINK},
    )
    classify(platform_server, app.slug, SERVICE)
    return app


def known_as(server: httpx.Client, app: Registered, phone: str) -> str:
    """What an app calls a person."""
    path = "/v1/open-platform/get-user-id-by-phone"
    return str(server.post(path, json={"phone": phone}, headers=app.key).json()["user_id"])


def start(person: Browser, app: Registered) -> dict[str, str]:
    """What the app is told when it is started from the person's newest post."""
    started = person.get(f"/start/MY_POST/{app.slug}?post={person.own_posts()[0]}")
    return dict(parse_qsl(urlsplit(started.headers["location"]).query))


def test_ticket_pays_once_for_what_the_app_attaches(
    server: httpx.Client, browse: Browse, sponsor: Registered, verifier: Registered
) -> None:
    person = browse(REZA)
    assert "ticket_uuid" not in start(person, verifier)

    # 1, 2. A ticket for one person and a kind of service; it comes along with the start.
    issued = server.post(
        "/v1/open-platform/payment-ticket/generate",
        json={
            "divar_user_id": known_as(server, sponsor, REZA),
            "service_type": SERVICE,
            "max_amount_sponsored": 500_000,
            "issuer_payload": {"campaign": "spring"},
        },
        headers=sponsor.key,
    )
    ticket = issued.json()["ticket_uuid"]
    assert start(person, verifier)["ticket_uuid"] == ticket
    assert "ticket_uuid" not in start(browse(MARYAM), verifier)

    # 3. The app looks at it with its price, as often as it likes.
    user_id = known_as(server, verifier, REZA)

    def validate(**changes: object) -> httpx.Response:
        body = {"ticket_uuid": ticket, "service_cost": COST_RIALS, "user_id": user_id}
        path = "/v1/open-platform/payment-ticket/validate"
        return server.post(path, json=body | changes, headers=verifier.key)

    for _ in range(2):
        assert validate().json() == {"issuer_payload": {"campaign": "spring"}}
    refused = {
        "Actual cost is more than sponsored amount": validate(service_cost=500_001),
        "phone number not match with ticket phone": validate(
            user_id=known_as(server, verifier, MARYAM)
        ),
        "user_identifier is required": validate(user_id=""),
    }
    for message, answer in refused.items():
        assert answer.status_code in (400, 404)
        assert answer.json()["message"] == message

    # 4. It attaches its work to the person with the ticket, which is invoiced to the marketplace.
    query = {
        "response_type": "code",
        "client_id": verifier.slug,
        "redirect_uri": verifier.redirect_uri,
        "scope": "USER_ADDON_CREATE USER_PHONE",
        "state": "s",
    }
    code = person.consent(f"/oauth2/auth?{urlencode(query)}")["code"]
    headers = older.headers_of(verifier, older.exchange(server, verifier, code))

    def attach() -> httpx.Response:
        return server.post(
            f"/v2/open-platform/addons/users/{user_id}",
            json={
                "widgets": [{"title_row": {"text": "هویت فروشنده تأیید شد"}}],
                "ticket_uuid": ticket,
                "cost": COST_RIALS,
            },
            headers=headers,
        )

    assert attach().json()["id"]
    balance = server.get("/experimental/open-platform/balance", headers=verifier.key)
    assert balance.json()["balance_rials"] == str(COST_RIALS)

    # 5. A spent ticket is none.
    for answer in (validate(), attach()):
        assert (answer.status_code, answer.json()["message"]) == (404, "Not found ticket")
    assert "ticket_uuid" not in start(person, verifier)
    assert older.is_shown(browse(), person.own_posts()[0], "هویت فروشنده تأیید شد")
