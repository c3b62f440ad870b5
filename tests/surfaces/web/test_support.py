"""What passes between a team and the operators, on both sides' pages."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, sign_in
from tests.factories.developers import make_key
from tests.factories.media import picture
from tests.factories.support import new_id

from dalan.domains import developers, identity, operators, support
from dalan.settings import Settings
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin.settings import shown
from dalan.surfaces.web.app import make_app

APPS = "/kenar/management/apps"
APP = f"{APPS}/light-report"
OWNER, STRANGER, CHIEF = "09121119999", "09351112233", "09120009999"
PDF = ("رسید.pdf", b"%PDF-1.4 <script>", "text/html")


@asynccontextmanager
async def browser_of(services: Services, phone: str) -> AsyncIterator[Browser]:
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services, phone)
        yield opened


@pytest.fixture
async def developer(services: Services) -> AsyncIterator[Browser]:
    async with browser_of(services, OWNER) as opened:
        await submit(opened, APPS, {"display": "گزارش", "slug": "light-report"})
        yield opened


@pytest.fixture
async def chief(services: Services) -> AsyncIterator[Browser]:
    async with services.db.write() as tx:
        one = await identity.register(tx, phone=f"+98{CHIEF[1:]}", name="سرپرست نامی")
        await operators.appoint(tx, one.id, role="admin")
    async with browser_of(services, CHIEF) as opened:
        yield opened


async def submit(browser: Browser, action: str, typed: dict[str, Any], **kwargs: Any) -> Any:
    page = await browser.get(f"{APPS}/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(action, {"csrf_token": token[1]} | typed, **kwargs)


async def app_of(services: Services) -> developers.App:
    async with services.db.read() as tx:
        return await developers.app_by_slug(tx, "light-report")


async def open_ticket(developer: Browser, **given: Any) -> str:
    """The path of a new ticket's page."""
    typed = {"category": "technical", "subject": "<b>رویداد</b>", "text": "<i>نمی‌رسد</i>"}
    answer = await submit(developer, f"{APP}/tickets", typed, **given)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_scope_is_asked_granted_and_had_at_once(developer, chief, services):
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        await developers.approve(tx, app.slug, ceiling=developers.Ceiling(("GET_POST",), (), None))
    page = await developer.get(f"{APP}/requests")
    assert 'value="USER_PHONE"' in page.text
    assert 'value="GET_POST"' not in page.text  # it has that
    typed = {"wish_scope": "USER_ID", "wish_permission": "SEARCH_POST", "reason": "<b>گزارش</b>"}

    sent = await submit(developer, f"{APP}/requests", typed)

    assert sent.status_code == 303, sent.text
    queue = await chief.get("/admin/requests")
    link = re.search(r'href="(/admin/requests/\d+)"', queue.text)
    assert link is not None
    page = await chief.get(link[1])
    assert "&lt;b&gt;گزارش&lt;/b&gt;" in page.text
    refused = await submit(chief, f"{link[1]}/decide", {"answer_scope_USER_ID": "refuse"})
    assert refused.status_code == 422  # a refusal takes a note
    assert (await app_of(services)).scopes == ()
    done = await submit(
        chief,
        f"{link[1]}/decide",
        {
            "answer_scope_USER_ID": "grant",
            "answer_permission_SEARCH_POST": "refuse",
            "note": "جست‌وجو نه",
        },
    )
    assert done.status_code == 303
    app = await app_of(services)
    assert (app.scopes, app.permissions) == (("USER_ID",), ("GET_POST",))
    seen = await developer.get(f"{APP}/requests")
    assert "جست‌وجو نه" in seen.text
    assert "داده شد" in seen.text
    history = await developer.get(f"{APP}/history")
    assert "به درخواستی پاسخ داد" in history.text
    assert "سرپرست نامی" not in history.text


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"wish_scope": "USER_ID"},
        {"wish_scope": "NO_SUCH", "reason": "x"},
        {"wish_scope": "USER_PHONE", "reason": "x"},  # delicate, and no evidence
        {"wish_scope": "USER_ID", "reason": "x", "evidence_url": "http://a.ir"},
        {"wish_city": "nowhere-at-all", "reason": "x"},
    ],
)
async def test_request_that_will_not_do_is_shown_again(developer, services, typed):
    answer = await submit(developer, f"{APP}/requests", typed)

    assert answer.status_code == 422
    async with services.db.read() as tx:
        assert await developers.open_requests(tx) == []


async def test_approval_gives_what_was_asked_and_chosen_only(developer, chief, services):
    app = await app_of(services)
    async with services.db.write() as tx:
        key = await make_key(tx, app.id, keys=services.keys)
    typed = {"wish_scope": ["USER_ID", "USER_POSTS_GET"], "wish_permission": "GET_POST"}
    await submit(developer, f"{APP}/requests", typed | {"reason": "گزارش"})
    page = await chief.get("/admin/apps/light-report")
    assert re.search(r'name="scopes" value="USER_ID" checked', page.text)
    assert not re.search(r'name="scopes" value="USER_PHONE" checked', page.text)

    await submit(
        chief,
        "/admin/apps/light-report/approve",
        {
            "all_categories": "1",
            "all_cities": "1",
            "permissions": "GET_POST",
            "scopes": "USER_ID",
            "all_widgets": "1",
            "note": "فهرست آگهی‌ها لازم نیست",
        },
    )

    after = await app_of(services)
    assert (after.permissions, after.scopes) == (("GET_POST",), ("USER_ID",))
    async with services.db.read() as tx:
        caller = await developers.caller(tx, key.text, services.keys)
        (asked,) = await developers.requests_of(tx, app.id)
    assert caller.permissions == {"GET_POST"}
    states = {one.name: one.state for one in asked.wishes}
    assert states == {"USER_ID": "granted", "GET_POST": "granted", "USER_POSTS_GET": "refused"}
    assert "فهرست آگهی‌ها لازم نیست" in (await developer.get(f"{APP}/requests")).text
    await submit(
        chief,
        "/admin/apps/light-report/approve",
        {"all_categories": "1", "cities": "tehran", "all_permissions": "1"},
    )
    assert (await app_of(services)).permissions == ("GET_POST",)  # places only, once it is out


async def test_ticket_goes_back_and_forth_and_notes_stay_inside(developer, chief, services):
    path = await open_ticket(developer, files={"files": PDF})
    number = path.rpartition("/")[2]
    assert "&lt;i&gt;نمی‌رسد&lt;/i&gt;" in (await developer.get(path)).text
    queue = await chief.get("/admin/tickets")
    assert "&lt;b&gt;رویداد&lt;/b&gt;" in queue.text
    assert "تازه" in queue.text
    theirs = f"/admin/tickets/{number}"

    await submit(chief, f"{theirs}/reply", {"text": "یادداشت پنهانی", "is_note": "1"},
                 files={"files": ("note.txt", b"secret", "text/plain")})  # fmt: skip
    await submit(chief, f"{theirs}/reply", {"text": "درست شد"})

    page = await developer.get(f"{APP}/tickets")
    assert "پاسخ داده شد" in page.text
    assert 'class="count">1<' in page.text
    seen = await developer.get(path)
    assert "درست شد" in seen.text
    assert "سرپرست نامی" not in seen.text
    for hidden in ("یادداشت پنهانی", "note.txt"):
        assert hidden not in seen.text
        assert hidden in (await chief.get(theirs)).text
    assert 'class="count">1<' not in (await developer.get(f"{APP}/tickets")).text
    history = await developer.get(f"{APP}/history")
    assert "یادداشت" not in history.text
    note_file = re.search(r'href="/admin/files/(\d+)"[^>]*>[^<]*<svg.*?note.txt', (
        await chief.get(theirs)).text, re.DOTALL)  # fmt: skip
    assert note_file is not None
    ids = re.findall(r"/admin/files/(\d+)", (await chief.get(theirs)).text)
    answers = {(await developer.get(f"{APP}/files/{one}")).status_code for one in set(ids)}
    assert answers == {200, 404}


async def test_file_is_a_download_for_the_team_and_operators_only(developer, chief, services):
    path = await open_ticket(developer, files={"files": PDF})
    found = re.search(rf'href="({APP}/files/\d+)"', (await developer.get(path)).text)
    assert found is not None
    file_id = found[1].rpartition("/")[2]

    mine = await developer.get(found[1])

    assert mine.content == PDF[1]
    assert mine.headers["content-type"].startswith("application/pdf")
    assert mine.headers["content-disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%D8%B1%D8%B3%DB%8C%D8%AF.pdf" in mine.headers["content-disposition"]
    assert mine.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in mine.headers["content-security-policy"]
    assert (await chief.get(f"/admin/files/{file_id}")).content == PDF[1]
    async with browser_of(services, STRANGER) as stranger:
        await submit(stranger, APPS, {"display": "دیگری", "slug": "other-app"})
        for address in (found[1], f"{APPS}/other-app/files/{file_id}", f"/admin/files/{file_id}"):
            assert (await stranger.get(address)).status_code == 404, address
        assert (await stranger.get(path)).status_code == 404
        other = path.replace("light-report", "other-app")
        assert (await stranger.get(other)).status_code == 404
        assert (await submit(stranger, f"{other}/messages", {"text": "x"})).status_code == 404
    async with browsing(make_app(services)) as anonymous:
        assert (await anonymous.get(found[1])).status_code == 303


@pytest.mark.parametrize(
    "files",
    [
        [("files", ("a.exe", b"MZ\x00\x01", "image/png"))],
        [("files", ("a.png", b"\x89PNG\r\n\x1a\n broken", "image/png"))],
        [("files", ("a.txt", b"", "text/plain"))],
        [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(4)],
    ],
)
async def test_files_we_do_not_take_change_nothing(developer, services, files):
    typed = {"category": "technical", "subject": "رویداد", "text": "متن من"}

    answer = await submit(developer, f"{APP}/tickets", typed, files=files)

    assert answer.status_code == 422
    assert "متن من" in answer.text
    async with services.db.read() as tx:
        assert (
            await support.tickets_of(tx, (await developers.app_by_slug(tx, "light-report")).id)
            == []
        )


async def test_deposit_is_asked_confirmed_and_stands_in_the_balance(developer, chief, services):
    typed = {"deposit_id": new_id(), "amount": "۱۲٬۵۰۰٬۰۰۰", "method": "paya",
             "tracking_number": "۱۲۳۴۵"}  # fmt: skip
    receipt = {"receipt": ("r.png", picture(), "image/png")}

    for _ in range(2):
        sent = await submit(developer, f"{APP}/deposits", typed, files=receipt)
        assert sent.status_code == 303, sent.text

    queue = await chief.get("/admin/deposits")
    assert queue.text.count("/confirm") == 1
    assert "12345" in queue.text
    refused = await submit(chief, f"/admin/deposits/{typed['deposit_id']}/refuse", {"answer": " "})
    assert refused.status_code == 303
    for _ in range(2):
        await submit(chief, f"/admin/deposits/{typed['deposit_id']}/confirm", {"answer": "رسید"})
    page = await developer.get(f"{APP}/deposits")
    assert "1٬250٬000 تومان" in page.text
    assert "تأیید شد" in page.text
    app = await app_of(services)
    async with services.db.read() as tx:
        assert await support.confirmed_rials(tx, app.id) == 12_500_000
        facts = await tx.rows("SELECT id FROM outbox_fact WHERE kind LIKE 'support.%'", ())
    assert len(facts) == 1
    gone = await submit(developer, f"{APP}/deposits/{typed['deposit_id']}/withdraw", {})
    assert gone.status_code == 303
    async with services.db.read() as tx:
        assert await support.confirmed_rials(tx, app.id) == 12_500_000


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "ten"},
        {"amount": "-1000000"},
        {"amount": "9" * 18},
        {"method": "gold"},
        {"tracking_number": "<script>"},
        {"deposit_id": "1"},
        {"note": "x" * 600},
    ],
)
async def test_deposit_that_will_not_do_is_shown_again(developer, services, typed):
    good = {"deposit_id": new_id(), "amount": "1000000", "method": "paya", "tracking_number": "1"}

    answer = await submit(developer, f"{APP}/deposits", good | typed)

    assert answer.status_code == 422
    async with services.db.read() as tx:
        assert await support.open_deposits(tx) == []


async def test_tags_are_on_the_public_page_and_the_team_chooses_them_until_review(
    developer, chief, services
):
    path = f"{APP}/service"
    await submit(developer, path, {"service_type": "PHOTOGRAPHY", "tags": ["VERIFIED"]})

    page = await developer.get("/apps/light-report")
    assert "عکاسی" in page.text
    assert "تأییدشده" in page.text
    assert "گزارش" in (await chief.get("/admin/apps?tag=VERIFIED&service=PHOTOGRAPHY")).text
    assert "light-report" not in (await chief.get("/admin/apps?tag=SECURE_PAYMENT")).text
    assert (await submit(developer, path, {"tags": ["NO_SUCH"]})).status_code == 422
    await submit(developer, f"{APP}/step", {"step": "ask-for-review"})
    await submit(developer, path, {"tags": ["SECURE_PAYMENT"]})
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        assert await developers.tags_of(tx, app.id) == ("VERIFIED",)
    await submit(chief, "/admin/apps/light-report/classify", {"tags": ["SECURE_PAYMENT"]})
    async with services.db.read() as tx:
        assert await developers.tags_of(tx, app.id) == ("SECURE_PAYMENT",)


async def test_members_without_the_role_see_and_may_not_ask(developer, services):
    async with services.db.write() as tx:
        app = await developers.app_by_slug(tx, "light-report")
        other = await identity.register(tx, phone=f"+98{STRANGER[1:]}")
        await developers.add_member(
            tx, app.id, by_person_id=app.owner_id, person_id=other.id, role="developer"
        )
    async with browser_of(services, STRANGER) as member:
        for page in ("requests", "deposits", "tickets", "service"):
            assert (await member.get(f"{APP}/{page}")).status_code == 200
        typed = {"wish_scope": "USER_ID", "reason": "x"}
        assert (await submit(member, f"{APP}/requests", typed)).status_code == 403
        typed = {"deposit_id": new_id(), "amount": "1000000", "method": "paya",
                 "tracking_number": "1"}  # fmt: skip
        assert (await submit(member, f"{APP}/deposits", typed)).status_code == 403
        assert "/tickets/" in await open_ticket(member)


async def test_settings_page_shows_no_secret(chief):
    settings = Settings(
        secret="Zk3o9sK1xPq7Lm2Vt8Rw5Yb4Nc6Hd0Jf",
        database_url="postgresql://dalan:pass-word@db/dalan",
        code_sender_authorization="Bearer very-hidden",
    )

    told = str(shown(settings))

    for secret in (settings.secret, "pass-word", "very-hidden"):
        assert secret not in told
    page = await chief.get("/admin/settings")
    assert "DALAN_REQUESTS_PER_DAY_PRODUCTION" in page.text
    assert "a secret of the tests" not in page.text


async def test_operators_are_led_to_their_desk_and_nobody_else(developer, chief):
    assert 'href="/admin"' in (await chief.get("/my-divar")).text
    assert 'href="/admin"' not in (await developer.get("/my-divar")).text
