"""One page of every kind, in a world furnished so that each has something to show.

``KINDS`` names every template that is a whole page; a test keeps it complete. The people who look
are named by what they are here: ``owner`` of posts and businesses, ``developer`` of the sample
app, ``operator`` of the market, ``stranger``.
"""

import os
import re
import subprocess
from contextlib import ExitStack, closing
from typing import Final, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx

from tests.platforms import ALI, DALAN, MARYAM, REZA, SARA, Browser, Platform

OPERATOR: Final = "09120009999"
PEOPLE: Final = {"owner": SARA, "developer": ALI, "operator": OPERATOR, "stranger": ""}

BUSINESSES: Final = "/my-divar/businesses"
APPS: Final = "/kenar/management/apps"
APP: Final = f"{APPS}/inspector"
LINKS: Final = "/my-divar/links"
NEW_APP: Final = f"{APPS}/addressless"
"""The sample app, and one that its developer has offered before it has an address."""


class Kind(NamedTuple):
    """A kind of page: the template it is made from, who looks, and where one stands.

    Braces in ``path`` are filled in from what ``furnish`` answers."""

    template: str
    who: str
    path: str


KINDS: Final = (
    Kind("site/newest", "stranger", "/"),
    Kind("site/cities", "stranger", "/s"),
    Kind("site/search", "stranger", "/s/iran"),
    Kind("site/search", "owner", "/s/tehran/residential-sell?price_min=1000000000000&sort=dearest"),
    Kind("site/post", "stranger", "/v/{post}"),
    Kind("site/post", "owner", "/v/{other_post}"),
    Kind("site/contact", "owner", "/v/{other_post}/contact"),
    Kind("site/report", "owner", "/v/{other_post}/report"),
    Kind("site/business", "stranger", "/b/{business}"),
    Kind("site/new_category", "owner", "/new"),
    Kind("site/new_post", "owner", "/new/furniture?draft={draft}"),
    Kind("site/preview_post", "owner", "/new/drafts/{draft}/preview"),
    Kind("site/my_posts", "owner", "/my-divar/my-posts"),
    Kind("site/manage_post", "owner", "/my-divar/my-posts/{post}"),
    Kind("site/manage_post", "owner", "/my-divar/my-posts/{sent_back}"),
    Kind("site/edit_post", "owner", "/my-divar/my-posts/{post}/edit"),
    Kind("site/ending_post", "owner", "/my-divar/my-posts/{post}/ending"),
    Kind("site/promote", "owner", "/my-divar/my-posts/{post}/promote"),
    Kind("site/payment", "owner", "/pay/{payment}"),
    Kind("site/charge", "owner", "{charge}"),
    Kind("chats/list", "owner", "/chat"),
    Kind("chats/conversation", "owner", "{chat}"),
    Kind("chats/report", "owner", "{chat}/report"),
    Kind("site/businesses", "owner", "/my-divar/businesses"),
    Kind("site/business_new", "owner", "/my-divar/businesses/new"),
    Kind("site/business_manage", "owner", "/my-divar/businesses/{business}"),
    Kind("site/keep_post", "owner", "/v/{unkept}/bookmark"),
    Kind("site/bookmarks", "owner", "/my-divar/bookmarks"),
    Kind("site/saved_searches", "owner", "/my-divar/bookmarks/searches"),
    Kind("links/list", "owner", LINKS),
    Kind("links/list", "developer", f"{APP}/links"),
    Kind("links/form", "owner", f"{LINKS}/new"),
    Kind("links/form", "owner", f"{LINKS}/at/yalda/edit"),
    Kind("links/link", "owner", f"{LINKS}/at/yalda"),
    Kind("links/code", "owner", f"{LINKS}/at/yalda/qr"),
    Kind("links/import", "owner", f"{LINKS}/import"),
    Kind("links/deleted", "owner", f"{LINKS}/deleted"),
    Kind("links/compare", "owner", f"{LINKS}/compare?link=/yalda&link=/nowruz"),
    Kind("redirect/text", "stranger", "/l/{short_text}"),
    Kind("redirect/preview", "stranger", "/l/{short_text}+"),
    Kind("redirect/preview", "stranger", "/l/described+"),
    Kind("redirect/password", "stranger", "/l/locked"),
    Kind("redirect/refused", "stranger", "/l/nobody-has-this"),
    Kind("site/report_link", "stranger", "/report-link?link=nowruz"),
    Kind("bank/pay", "owner", "{bank_page}"),
    Kind("bank/unknown", "stranger", "/pay/bank/pg/StartPay/A00000000000000000000000000000000000"),
    Kind("account/sign_in", "stranger", "/sign-in"),
    Kind("account/sign_in_code", "guest", "/sign-in/code"),
    Kind("account/sign_in_again", "owner", "/sign-in/again?back=/my-divar"),
    Kind("account/home", "owner", "/my-divar"),
    Kind("account/profile", "owner", "/my-divar/profile"),
    Kind("account/mail_address", "owner", "/my-divar/mail"),
    Kind("account/notices", "owner", "/my-divar/notices"),
    Kind("account/sessions", "owner", "/my-divar/sessions"),
    Kind("account/wallet", "owner", "/my-divar/wallet"),
    Kind("account/close", "owner", "/my-divar/profile/close"),
    Kind("connections/apps", "owner", "/my-divar/apps"),
    Kind("connections/take_back", "owner", "/my-divar/apps/inspector/take-back"),
    Kind("starts/app", "stranger", "/apps/inspector"),
    Kind("starts/failed", "developer", "{failed_start}"),
    Kind("oauth/consent", "owner", "{consent}"),
    Kind("error", "stranger", "/v/nothing0"),
    Kind("panel/introduction", "stranger", "/kenar"),
    Kind("panel/apps", "developer", "/kenar/management/apps"),
    Kind("panel/new_app", "developer", "/kenar/management/apps/new"),
    Kind("panel/overview", "developer", APP),
    Kind("panel/edit", "developer", f"{APP}/edit"),
    Kind("panel/addresses", "developer", f"{APP}/addresses"),
    Kind("panel/credentials", "developer", f"{APP}/credentials"),
    Kind("panel/oauth", "developer", f"{APP}/oauth"),
    Kind("panel/keys", "developer", f"{APP}/keys"),
    Kind("panel/personal_tokens", "developer", f"{APP}/tokens"),
    Kind("panel/permission", "developer", f"{APP}/permission"),
    Kind("panel/touchpoints", "developer", f"{APP}/touchpoints"),
    Kind("panel/events", "developer", f"{APP}/events"),
    Kind("panel/event", "developer", "{event}"),
    Kind("panel/members", "developer", f"{APP}/members"),
    Kind("panel/balance", "developer", f"{APP}/balance"),
    Kind("panel/deposits", "developer", f"{APP}/deposits"),
    Kind("panel/requests", "developer", f"{NEW_APP}/requests"),
    Kind("panel/tickets", "developer", f"{APP}/tickets"),
    Kind("panel/new_ticket", "developer", f"{APP}/tickets/new"),
    Kind("panel/ticket", "developer", "{ticket}"),
    Kind("panel/history", "developer", f"{APP}/history"),
    Kind("panel/service", "developer", f"{APP}/service"),
    Kind("panel/settings", "developer", f"{APP}/settings"),
    Kind("panel/notices", "developer", "/kenar/notices"),
    Kind("panel/development_posts", "developer", "/kenar/management/development-posts"),
    Kind("admin/dashboard", "operator", "/admin"),
    Kind("admin/reviews", "operator", "/admin/reviews"),
    Kind("admin/apps", "operator", "/admin/apps"),
    Kind("admin/app", "operator", "/admin/apps/inspector"),
    Kind("admin/requests", "operator", "/admin/requests"),
    Kind("admin/request", "operator", "{request}"),
    Kind("admin/tickets", "operator", "/admin/tickets"),
    Kind("admin/ticket", "operator", "{admin_ticket}"),
    Kind("admin/charges", "operator", "/admin/charges"),
    Kind("admin/deposits", "operator", "/admin/deposits"),
    Kind("admin/posts", "operator", "/admin/posts"),
    Kind("admin/post", "operator", "/admin/posts/{waiting}"),
    Kind("admin/reports", "operator", "/admin/reports"),
    Kind("admin/report", "operator", "/admin/reports/{other_post}"),
    Kind("admin/rules", "operator", "/admin/rules"),
    Kind("admin/links", "operator", "/admin/links"),
    Kind("admin/link", "operator", "{reported_link}"),
    Kind("admin/hosts", "operator", "/admin/hosts"),
    Kind("admin/domains", "operator", "/admin/domains"),
    Kind("admin/lists", "operator", "/admin/lists"),
    Kind("admin/chats", "operator", "/admin/chats"),
    Kind("admin/prices", "operator", "/admin/prices"),
    Kind("admin/payments", "operator", "/admin/payments"),
    Kind("admin/people", "operator", "/admin/people"),
    Kind("admin/person", "operator", "{person}"),
    Kind("admin/settings", "operator", "/admin/settings"),
    Kind("admin/audit", "operator", "/admin/audit"),
    Kind("console/inbox", "stranger", "/console/inbox"),
    Kind("console/world", "stranger", "/console/world"),
    Kind("console/clock", "stranger", "/console/clock"),
    Kind("console/faults", "stranger", "/console/faults?fault=slow"),
    Kind("console/requests", "stranger", "/console/requests"),
    Kind("console/events", "stranger", "/console/events"),
    Kind("console/event", "stranger", "/console/events/{told}"),
    Kind("console/tokens", "stranger", "/console/tokens"),
    Kind("console/people", "stranger", "/console/people"),
    Kind("console/request", "stranger", "/console/requests/{exchange}"),
    Kind("console/personas", "stranger", "/console/personas"),
    Kind("console/persona_run", "stranger", "/console/personas/{persona_run}"),
    Kind("docs/page", "stranger", "/docs/guide/quickstart"),
    Kind("docs/page", "stranger", "/docs/decisions"),
    Kind("docs/api", "stranger", "/docs/api"),
)


def furnish(platform: Platform) -> dict[str, str]:
    """Do what has to have happened for every page to have something on it; answers the names in
    the addresses. About two seconds."""
    make_operator(platform)
    with ExitStack() as stack:
        owner, developer, operator, other = (
            stack.enter_context(closing(platform.browser(phone)))
            for phone in (SARA, ALI, OPERATOR, REZA)
        )
        mine, others = owner.own_posts(), other.own_posts()
        names = {"post": mine[0], "sent_back": mine[1], "other_post": others[0]}
        names["unkept"] = developer.own_posts()[0]
        names["business"] = _first(owner, BUSINESSES, rf'"{BUSINESSES}/([\w-]{{9}})"')
        names["draft"] = _draft(owner, "مبل هفت‌نفرهٔ راحتی")
        names |= _money(owner)
        names["chat"] = _first(owner, "/chat", r'"(/chat/[\w-]{8,})"')
        names["failed_start"] = _dead_start(developer)
        names |= _support(developer, operator)
        _wishes(owner, mine[0], others[0])
        _links(owner)
        _report(owner, others[0])
        _report(other, mine[1])
        _send_back(operator, mine[1])
        names["waiting"] = _waiting(operator, other)
        names["reported_link"] = _suspected(owner, operator)
        names["person"] = _person(operator, REZA)
    names |= _of_the_console(platform)
    names["charge"] = _charge(platform)
    names["short_text"] = _short_text(platform)
    names["persona_run"] = _persona_run(platform)
    _spread(platform)
    names["consent"] = _consent_address(platform)
    return names


def make_operator(platform: Platform, phone: str = OPERATOR, role: str = "admin") -> str:
    """Somebody who runs the market, made at the shell beside the running platform."""
    environment = os.environ | {"DALAN_HOME": str(platform.home)}
    environment.pop("DALAN_DATABASE_URL", None)
    made = subprocess.run(
        [*DALAN, "admin", "create-operator", phone, "--role", role],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return phone


def _of_the_console(platform: Platform) -> dict[str, str]:
    """A call without a key, as the request log numbers it, and an event by its id."""
    with httpx.Client(base_url=platform.base_url, timeout=10) as client:
        client.get("/v1/open-platform/finder/post/AAAAAAAA")
        refused = client.get("/console/api/requests?refused=1").json()["requests"]
        told = client.get("/console/api/events").json()["events"]
    return {"exchange": str(refused[-1]["id"]), "told": told[0]["uid"]}


def _short_text(platform: Platform) -> str:
    """The hash of a short link that holds a text."""
    answer = httpx.post(
        f"{platform.base_url}/srv/tinylink/tiny/add",
        headers={"_token_": platform.credentials["pod"]["token"]},
        data={"urlOrContent": "نشانی انبار: خیابان ولیعصر", "shortenObjectKind": "content"},
        timeout=60,
    )
    hash_: str = answer.json()["result"]["hash"]
    return hash_


def _suspected(owner: Browser, operator: Browser) -> str:
    """Links with a password, with a card, and one that was reported and is kept from visitors;
    a blocked host and a short domain. Answers where operators look at the last link."""
    for hash_, said in (
        ("locked", {"password": "nowruz"}),
        ("described", {"title": "حراج نوروزی", "description": "تخفیف‌های پایان سال"}),
        ("held", {"title": "جایزهٔ شما"}),
    ):
        _send(owner, f"{LINKS}/new", LINKS, target=f"https://пример.example/{hash_}", hash=hash_,
              **said)  # fmt: skip
    _send(owner, "/report-link", "/report-link", link="held", reason="phishing", text="جعلی است")
    found = operator.get("/admin/links?q=held").headers["location"]
    _send(operator, found, f"{found}/decide", decision="quarantine", reason="phishing")
    _send(owner, "/report-link", "/report-link", link="described", reason="spam")
    _send(operator, "/admin/hosts", "/admin/hosts", host="evil.example", note="فیشینگ")
    _send(operator, "/admin/domains", "/admin/domains", name="s.example")
    return found


def _first(browser: Browser, path: str, pattern: str) -> str:
    page = browser.get(path)
    found = re.search(pattern, page.text)
    assert found, f"nothing like {pattern} on {path}: {page.status_code}"
    return found.group(1)


def _send(browser: Browser, path: str, action: str, **fields: str) -> httpx.Response:
    """Send a form of a page; whatever is not accepted fails here, not in a page that is empty."""
    answer = browser.submit(browser.get(path), action, **fields)
    said = re.findall(r'(?s)<[^>]+role="alert".*?</', answer.text) or answer.text[:2000]
    assert answer.status_code == 303, f"{action}: {answer.status_code} {said}"
    return answer


def _draft(browser: Browser, title: str) -> str:
    """A draft that could be sent as it stands."""
    opened = browser.get("/new/furniture")
    token = opened.headers["location"].partition("draft=")[2]
    fields = {"description": "تمیز و سالم، بازدید عصرها.", "city": "tehran", "f_price": "12500000"}
    _send(
        browser,
        f"/new/furniture?draft={token}",
        "/new/furniture",
        title=title,
        do="preview",
        **fields,
    )
    return token


def _money(owner: Browser) -> dict[str, str]:
    """A paid charge of the wallet, and another that waits at the bank."""
    wallet = "/my-divar/wallet"
    paid = _send(owner, wallet, wallet, amount_tomans="70000").headers["location"]
    back = _send(owner, paid, urlsplit(paid).path, decision="pay").headers["location"]
    owner.get(back)
    token = re.search(r"/pay/return/([^/?]+)", back)
    assert token, back
    waiting = _send(owner, wallet, wallet, amount_tomans="90000").headers["location"]
    return {"payment": token.group(1), "bank_page": waiting}


def _support(developer: Browser, operator: Browser) -> dict[str, str]:
    """A ticket, a request and a deposit, each waiting, and an event that was tried."""
    ticket = _send(
        developer,
        f"{APP}/tickets/new",
        f"{APP}/tickets",
        category="technical",
        subject="رویداد نمی‌رسد",
        text="از دیروز هیچ رویدادی نرسیده است.",
    ).headers["location"]
    asking = f"{NEW_APP}/requests"
    _send(developer, asking, asking, wish_scope="USER_ID", reason="تا هر کس گزارش خودش را ببیند")
    _send(
        developer,
        f"{APP}/deposits",
        f"{APP}/deposits",
        amount="5000000",
        method="card",
        tracking_number="140508311234",
    )
    events = f"{APP}/events"
    event = _send(developer, events, f"{events}/test", type="POST_UPDATE").headers["location"]
    return {
        "event": event,
        "ticket": ticket,
        "request": _first(operator, "/admin/requests", r'"(/admin/requests/\d+)'),
        "admin_ticket": _first(operator, "/admin/tickets", r'"(/admin/tickets/\d+)'),
    }


def _wishes(browser: Browser, *tokens: str) -> None:
    """Two bookmarks and a saved search."""
    for token in tokens:
        _send(browser, f"/v/{token}", f"/v/{token}/bookmark")
    _send(browser, "/s/tehran?q=%D9%85%D8%A8%D9%84", "/my-divar/bookmarks/searches")


def _links(owner: Browser) -> None:
    """Two short links, one with every term; the other was visited."""
    _send(owner, f"{LINKS}/new", LINKS, target="https://example.com/n", hash="nowruz", tags="عید")
    _send(
        owner,
        f"{LINKS}/new",
        LINKS,
        target="https://example.com/yalda?page=1",
        hash="yalda",
        title="حراج یلدا",
        tags="یلدا، فروش",
        visits_max="500",
        password="انار",
        utm_source="telegram",
        rule_0_target="https://m.example.com/",
        rule_0_countries="IR",
    )
    owner.get("/l/nowruz")
    _send(owner, f"{LINKS}/new", LINKS, target="https://example.com/old", hash="gone")
    _send(owner, f"{LINKS}/at/gone", f"{LINKS}/at/gone/delete")


def _report(browser: Browser, token: str) -> None:
    _send(
        browser,
        f"/v/{token}/report",
        f"/v/{token}/report",
        reason="fraud",
        text="بیعانه خواست و دیگر پاسخ نداد.",
    )


def _send_back(operator: Browser, token: str) -> None:
    """By a reviewer, with a reason its owner reads."""
    path = f"/admin/reports/{token}"
    _send(
        operator, path, path, reason="misleading", decision="ask_for_edit", note="قیمت را بنویسید."
    )


def _waiting(operator: Browser, person: Browser) -> str:
    """A post that a rule holds for a reviewer."""
    _send(operator, "/admin/rules", "/admin/rules/words", word="کلکسیونی", effect="hold")
    preview = f"/new/drafts/{_draft(person, 'ساعت کلکسیونی')}"
    sent = _send(person, f"{preview}/preview", f"{preview}/submit")
    return sent.headers["location"].rpartition("/")[2].partition("?")[0]


def _spread(platform: Platform) -> None:
    """Something an app shows on all posts of the owner, and of the business."""
    ids = platform.credentials["ids"]
    for path in (
        f"/v2/open-platform/addons/users/{ids['divar_user_id']}",
        f"/v1/open-platform/addons/business/{ids['business_token']}",
    ):
        made = httpx.post(
            platform.base_url + path,
            headers={
                "X-API-Key": platform.app["api_key"],
                "Authorization": f"Bearer {platform.credentials['person']['access_token']}",
            },
            json={
                "widgets": [
                    {"title_row": {"text": "فروشندهٔ خوش‌نام", "has_divider": True}},
                    {"score_row": {"title": "امتیاز", "percentage_score": 92}},
                ]
            },
        )
        assert made.status_code == 200, made.text


def _charge(platform: Platform) -> str:
    """The page on which an app asks the owner for money."""
    asked = httpx.post(
        f"{platform.base_url}/experimental/open-platform/wallet/payments/create",
        headers={
            "X-API-Key": platform.app["api_key"],
            "Authorization": f"Bearer {platform.credentials['person']['access_token']}",
        },
        json={
            "amount_rials": "400000",
            "description": "گزارش کارشناسی",
            "redirect_url": platform.app["redirect_uri"],
        },
    )
    assert asked.status_code == 200, asked.text
    return str(urlsplit(asked.json()["payment_url"]).path)


def _persona_run(platform: Platform) -> str:
    """Somebody who acted, to no end, and changed nothing."""
    begun = httpx.post(
        f"{platform.base_url}/console/api/personas/runs",
        json={"person": MARYAM, "app": "inspector", "script": ["decline"]},
    )
    assert begun.status_code == 201, begun.text
    number = str(begun.json()["id"])
    httpx.get(f"{platform.base_url}/console/api/personas/runs/{number}?wait=30", timeout=60)
    return number


def _person(operator: Browser, phone: str) -> str:
    """The page of somebody, found by their number."""
    people = "/admin/people"
    found = operator.submit(operator.get(people), people, q=phone)
    link = re.search(r'"(/admin/people/\d+)"', found.text)
    assert link, found.status_code
    return link.group(1)


def _dead_start(developer: Browser) -> str:
    """The link to an app that is offered, but whose address was taken away."""
    _send(developer, f"{APPS}/new", APPS, display="بی‌نشانی", slug="addressless")
    addresses, places = f"{NEW_APP}/addresses", f"{NEW_APP}/touchpoints"
    _send(developer, addresses, addresses, fallback_url="https://app.example/start")
    _send(developer, places, places, enabled_MY_POST="1")
    _send(developer, addresses, addresses, fallback_url="")
    posts = "/kenar/management/development-posts"
    _send(developer, posts, posts)
    token = _first(developer, posts, r"/v/([\w-]{8})")
    return f"/start/MY_POST/addressless?post={token}"


def _consent_address(platform: Platform) -> str:
    asked = {
        "response_type": "code",
        "client_id": platform.app["slug"],
        "redirect_uri": platform.app["redirect_uri"],
        "scope": "USER_PHONE USER_ID offline_access",
        "state": "kinds",
        "prompt": "consent",
    }
    return f"/oauth2/auth?{urlencode(asked)}"
