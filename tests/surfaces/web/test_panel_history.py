"""Every change of an app leaves an entry, and its team can read them."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from tests.factories.browser import Browser, browsing, sign_in
from tests.factories.media import picture
from tests.factories.sink import event_sink

from dalan.domains import audit, deliveries, developers, identity, oauth, support, touchpoints
from dalan.domains.audit import Subject
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes, panel
from dalan.surfaces.web.app import make_app

APPS = "/kenar/management/apps"
APP = f"{APPS}/light-report"
OTHER_PHONE = "09351112233"


async def submit(browser: Browser, action: str, typed: dict[str, Any], **kwargs: Any) -> Any:
    page = await browser.get(f"{APPS}/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(action, {"csrf_token": token[1]} | typed, **kwargs)


async def entries(services: Services) -> list[audit.Entry]:
    async with services.db.read() as tx:
        return (await audit.entries(tx, limit=200)).entries


async def newest_key_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await developers.keys_of(tx, app.id))[0].id


async def pod_credential_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await developers.pod_credentials(tx, app.id))[0].id


async def newest_event_id(services: Services) -> str:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await deliveries.log_page(tx, app.id, deliveries.Filter())).events[0].uid


async def other_person_id(services: Services) -> int:
    async with services.db.write() as tx:
        return (await identity.register(tx, phone="+989351112233")).id


async def uri_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await developers.redirect_uris(tx, app.id))[-1].id


async def request_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await developers.requests_of(tx, app.id))[0].request.id


async def ticket_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await support.tickets_of(tx, app.id))[0].id


async def personal_token_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await oauth.personal_tokens(tx, person_id=app.owner_id, app_id=app.id))[0].id


async def client_key_id(services: Services) -> int:
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        return (await developers.client_keys(tx, app.id))[0].id


async def make_internal(services: Services) -> None:
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        await developers.classify(tx, app.id, service_type="INTERNAL", tags=[], by_team=False)


PUBLIC_KEY = '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
"""The published example of RFC 8037, A.2."""

DEPOSIT = "6f6b2a52-7c5b-4f0c-9c1d-6a1f3a2b4c5d"

TOUCHPOINTS = {
    f"operation_{place}": touchpoints.operations_at(place)[0] for place in touchpoints.PLACES
}

STORY: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("", "", {"display": "گزارش", "slug": "light-report"}, "app.registered"),
    ("/edit", "/edit", {"display": "گزارش خودرو"}, "app.edited"),
    ("/edit/remove-logo", "/edit/remove-logo", {}, "app.edited"),
    ("/addresses", "/addresses",
     {"fallback_url": "https://a.example/s", "events_url": "https://a.example/e"},
     "app.addresses_set"),
    ("/events/test", "/events/test", {"type": "POST_UPDATE"}, "app.event_tested"),
    ("/events/{uid}/resends", "/events/EVENT/resends", {}, "app.events_resent"),
    ("/events/{uid}/skips", "/events/EVENT/skips", {}, "app.event_skipped"),
    ("/events/resends", "/events/resends", {"state": "delivered"}, "app.events_resent"),
    ("/events/links", "/events/links", {"types": "link.created"}, "app.link_events_chosen"),
    ("/events/sending", "/events/sending", {"sending": "off"}, "app.events_switched"),
    ("/events/secret", "/events/secret", {"overlap_hours": "24"}, "app.signing_secret_rotated"),
    ("/touchpoints", "/touchpoints", TOUCHPOINTS | {"enabled_MY_POST": "1"},
     "app.touchpoints_set"),
    ("/keys", "/keys", {"title": "سرور", "life_days": "60", "permissions": "GET_POST"},
     "app.key_made"),
    ("/keys/oauth", "/keys/oauth", {"key_id": "KEY"}, "app.oauth_key_set"),
    ("/keys/{key_id}/rotate", "/keys/KEY/rotate", {"overlap_hours": "24"}, "app.key_rotated"),
    ("/keys/{key_id}/revoke", "/keys/KEY/revoke", {}, "app.key_revoked"),
    ("/credentials/pod", "/credentials/pod", {"kind": "token", "overlap_hours": "0"},
     "app.pod_credential_made"),
    ("/credentials/pod/{credential_id}/revoke", "/credentials/pod/POD/revoke", {},
     "app.pod_credential_revoked"),
    ("/oauth/secret", "/oauth/secret", {"overlap_hours": "24"}, "app.secret_rotated"),
    ("/oauth/secret/revoke-old", "/oauth/secret/revoke-old", {}, "app.old_secret_revoked"),
    ("/oauth/redirect-uris", "/oauth/redirect-uris", {"uri": "https://a.example/cb"},
     "app.redirect_added"),
    ("/oauth/redirect-uris/{uri_id}/remove", "/oauth/redirect-uris/URI/remove", {},
     "app.redirect_removed"),
    ("/members", "/members", {"phone": OTHER_PHONE, "role": "developer"}, "app.member_added"),
    ("/members/{person_id}/role", "/members/OTHER/role", {"role": "admin"},
     "app.member_role_set"),
    ("/members/{person_id}/remove", "/members/OTHER/remove", {}, "app.member_removed"),
    ("/settings", "/settings",
     {"session_body": "1", "user_side_case": "upper", "team_only": "1"}, "app.settings_set"),
    ("/service", "/service", {"tags": "VERIFIED"}, "app.classified"),
    ("/requests", "/requests", {"wish_scope": "USER_ID", "reason": "شناختن"}, "app.requested"),
    ("/requests/{request_id}/withdraw", "/requests/REQUEST/withdraw", {},
     "app.request_withdrawn"),
    ("/tickets", "/tickets", {"category": "technical", "subject": "رویداد", "text": "نمی‌رسد"},
     "ticket.opened"),
    ("/tickets/{ticket_id}/messages", "/tickets/TICKET/messages", {"text": "هنوز"},
     "ticket.written"),
    ("/tickets/{ticket_id}/close", "/tickets/TICKET/close", {}, "ticket.closed"),
    ("/tickets/{ticket_id}/reopen", "/tickets/TICKET/reopen", {}, "ticket.reopened"),
    ("/deposits", "/deposits", {"deposit_id": DEPOSIT, "amount": "۱٬۰۰۰٬۰۰۰", "method": "paya",
     "tracking_number": "۱۲۳"}, "deposit.asked"),
    ("/deposits/{deposit_id}/withdraw", f"/deposits/{DEPOSIT}/withdraw", {},
     "deposit.withdrawn"),
    ("/tokens", "/tokens", {"title": "سرور", "life_days": "90", "scopes": "customer.profile.read"},
     "app.personal_token_made"),
    ("/tokens/{token_id}/revoke", "/tokens/TOKEN/revoke", {}, "app.personal_token_revoked"),
    ("/oauth/keys", "/oauth/keys", {"key": PUBLIC_KEY}, "app.client_key_added"),
    ("/oauth/signed-only", "/oauth/signed-only", {"signed_only": "1"}, "app.signed_only_set"),
    ("/oauth/signed-only", "/oauth/signed-only", {}, "app.signed_only_set"),
    ("/oauth/jwks-uri", "/oauth/jwks-uri", {"uri": "PUBLISHED"}, "app.jwks_uri_set"),
    ("/oauth/jwks-uri/remove", "/oauth/jwks-uri/remove", {}, "app.jwks_uri_removed"),
    ("/oauth/keys/{key_id}/remove", "/oauth/keys/SIGNER/remove", {}, "app.client_key_removed"),
    ("/payment-tickets", "/payment-tickets", {"phone": OTHER_PHONE, "amount": "۱٬۰۰۰٬۰۰۰",
     "service_type": "REPORT_INSPECTION"}, "payment_ticket.issued"),
    ("/step", "/step", {"step": "ask-for-review"}, "app.review_asked"),
    ("/step", "/step", {"step": "withdraw"}, "app.review_withdrawn"),
)  # fmt: skip
"""Every form of the panel that changes an app: its route, its address, what is typed, the entry."""


OF_A_PERSON = {
    "/kenar/notices/read",
    "/kenar/notices/{notice_id}/open",
    "/kenar/notices/preferences",
}
"""What changes nothing of an app: reading is not logged, choices are (``test_notices_pages``)."""


def routes_that_change(services: Services) -> set[str]:
    return {
        route.path_format
        for route in panel.router(services).routes
        if "POST" in getattr(route, "methods", ())
    }


def filled(text: str, names: dict[str, Any]) -> str:
    for name, value in names.items():
        text = text.replace(name, str(value))
    return text


@pytest.fixture
async def key_set_uri(services: Services) -> AsyncIterator[str]:
    """Where an app's keys stand to be fetched."""
    keys = web.Response(text=f'{{"keys": [{PUBLIC_KEY}]}}', content_type="application/json")
    async with event_sink() as sink, services.outbound:
        sink.answers["/jwks"] = lambda _: keys
        yield f"{sink.url}/jwks"


async def test_every_form_of_the_panel_leaves_an_entry(browser, services, key_set_uri):
    names: dict[str, Any] = {
        "OTHER": await other_person_id(services),
        "PUBLISHED": key_set_uri,
    }
    for route, path, typed, action in STORY:
        if "KEY" in path + str(typed):
            names["KEY"] = await newest_key_id(services)
        if "POD" in path:
            names["POD"] = await pod_credential_id(services)
        if "EVENT" in path:
            names["EVENT"] = await newest_event_id(services)
        if "URI" in path:
            names["URI"] = await uri_id(services)
        if "REQUEST" in path:
            names["REQUEST"] = await request_id(services)
        if "TICKET" in path:
            names["TICKET"] = await ticket_id(services)
        if "TOKEN" in path:
            names["TOKEN"] = await personal_token_id(services)
        if "SIGNER" in path:
            names["SIGNER"] = await client_key_id(services)
        if route == "/payment-tickets":
            await make_internal(services)
        if route == "/edit/remove-logo":
            form = {"display": "گزارش خودرو"}
            await submit(
                browser, f"{APP}/edit", form, files={"logo": ("l.png", picture(), "image/png")}
            )
        before = await entries(services)

        fields = {name: filled(text, names) for name, text in typed.items()}
        answer = await submit(browser, filled(f"{APP}{path}", names) if path else APPS, fields)

        assert answer.status_code == 303, (route, answer.text)
        added = (await entries(services))[: -len(before) or None]
        assert [one.action for one in added] == [action], route
        assert added[0].actor_kind == "person"
        assert action in changes.ACTIONS

    made = await submit(browser, "/kenar/management/development-posts", {"preset": "LIGHT"})
    assert made.status_code == 303
    assert (await entries(services))[0].action == "post.development_made"
    walked = {f"{APPS}/{{slug}}{route}" if route else APPS for route, *_ in STORY}
    walked |= OF_A_PERSON
    assert routes_that_change(services) == walked | {"/kenar/management/development-posts"}


async def test_forms_that_change_nothing_leave_no_entry(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    before = await entries(services)

    await submit(browser, f"{APP}/edit", {"display": "گزارش"})
    await submit(browser, f"{APP}/addresses", {})
    await submit(browser, f"{APP}/touchpoints", TOUCHPOINTS)
    await submit(browser, f"{APP}/settings", {"session_body": "merged", "user_side_case": "upper"})
    await submit(browser, f"{APP}/oauth/secret/revoke-old", {})
    await submit(browser, f"{APP}/oauth/redirect-uris/99/remove", {})
    await submit(browser, f"{APP}/edit", {"display": ""})
    await submit(browser, f"{APP}/step", {"step": "resume"})

    assert await entries(services) == before


async def test_entries_hold_no_secret_and_no_number(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    typed = {
        "identification_key": "very-secret-text",
        "fallback_url": "https://a.example/?k=s3cr3t",
    }
    await submit(browser, f"{APP}/addresses", typed)
    await submit(browser, f"{APP}/oauth/secret", {"overlap_hours": "1"})
    key = {"title": "سرور", "life_days": "60", "permissions": "GET_POST"}
    await submit(browser, f"{APP}/keys", key)
    await other_person_id(services)
    await submit(browser, f"{APP}/members", {"phone": OTHER_PHONE, "role": "admin"})
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        hints = [one.hint for one in await developers.keys_of(tx, app.id)]
        hints += [one.hint for one in await developers.client_secrets(tx, app.id)]

    told = str([one.facts for one in await entries(services)])

    assert "app.identification_key_set" in [one.action for one in await entries(services)]
    for secret in ("very-secret-text", "s3cr3t", "9351112233", *hints):
        assert secret not in told


async def test_history_is_shown_to_members_only_page_by_page(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    for number in range(60):
        await submit(browser, f"{APP}/edit", {"display": f"گزارش {number}"})
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        await audit.record(
            tx, audit.CLI, "app.suspended", Subject.app(app.id), reason="<b>تخلف</b>"
        )

    first = await browser.get(f"{APP}/history")
    english = await browser.get(f"{APP}/history?lang=en")
    link = re.search(r'rel="next" href="([^"]+)"', first.text)

    assert first.status_code == 200
    assert "برنامه را تعلیق کرد" in first.text
    assert "گردانندگان بازار" in first.text
    assert "&lt;b&gt;تخلف&lt;/b&gt;" in first.text
    assert "Changed the name or the logo" in english.text
    assert link is not None
    last = await browser.get(link[1].replace("&amp;", "&"))
    assert "Registered the app" in last.text
    assert (await browser.get(f"{APP}/history?after=nonsense")).status_code == 200
    async with browsing(make_app(services)) as stranger:
        assert (await stranger.get(f"{APP}/history")).status_code == 303
        await sign_in(stranger, services, OTHER_PHONE)
        assert (await stranger.get(f"{APP}/history")).status_code == 404


async def test_member_who_closed_the_account_is_named_no_more(browser, services):
    await submit(browser, APPS, {"display": "گزارش", "slug": "light-report"})
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        left = await identity.register(tx, phone="+989351112233", name="سارا رفته")
        await audit.record(tx, audit.Actor.person(left.id), "app.paused", Subject.app(app.id))
        await audit.record(
            tx, audit.CLI, "app.member_added", Subject.app(app.id), person_id=left.id
        )
        await identity.close_account(tx, person_id=left.id)

    page = await browser.get(f"{APP}/history")

    assert page.text.count("حساب بسته‌شده") == 2
    assert "سارا رفته" not in page.text
    assert "+0-" not in page.text
