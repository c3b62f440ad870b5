"""Notices in the panel, the bell above it, and the address that mail goes to."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, make_services, sign_in
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.app import listeners
from dalan.domains import audit, businesses, developers, identity, media, notices, posts
from dalan.kernel import clock, outbox
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app

PAGE, MAIL = "/kenar/notices", "/my-divar/mail"
PHONE = "+989121234567"


@pytest.fixture
def services(db: Any, tmp_path: Path, tmp_path_factory: Any) -> Services:
    return make_services(
        db,
        home=tmp_path_factory.getbasetemp(),  # shared: templates are compiled once
        media=media.MediaStore(str(tmp_path / "media")),
        quotas=developers.Quotas(db),
        mail_sender=notices.InboxMail(db),
    )


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services)
        yield opened


async def tell(services: Services, *, occasion: str = "1", title: str = "سرور") -> None:
    """Tell the person who is signed in about a key of an app of theirs."""
    async with services.db.write() as tx:
        person = await identity.register(tx, phone=PHONE)
        apps = await developers.apps_of(tx, person.id)
        if not apps:
            made = await developers.register_app(
                tx, keys=services.keys, owner_id=person.id, display="گزارش", slug="light-report"
            )
            apps = [made.app]
        await notices.tell(
            tx, [person.id], kind="key_expiry", occasion=occasion, app_id=apps[0].id,
            facts={"app": "گزارش", "slug": "light-report", "key": title, "days": 6},
        )  # fmt: skip


async def post(browser: Browser, path: str, typed: dict[str, Any], *, via: str = PAGE) -> Any:
    page = await browser.get(via)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(path, {"csrf_token": token[1]} | typed)


async def mails(services: Services) -> list[notices.DevMail]:
    async with services.db.read() as tx:
        return await notices.mail_inbox(tx)


async def confirmed(browser: Browser, services: Services, address: str) -> None:
    assert (await post(browser, MAIL, {"address": address}, via=MAIL)).status_code == 303
    code = re.search(r"\d{6}", (await mails(services))[0].text)
    assert code is not None
    done = await post(browser, f"{MAIL}/verify", {"code": code[0]}, via=MAIL)
    assert done.status_code == 303, done.text


async def test_notice_is_listed_counted_and_opened(browser, services):
    empty = await browser.get(PAGE)
    assert "خبری نیست" in empty.text
    await tell(services, title="<b>سرور</b>")

    listed = await browser.get(PAGE)
    assert "&lt;b&gt;سرور&lt;/b&gt;" in listed.text
    assert 'aria-label="1 اعلان تازه"' in listed.text
    assert 'aria-label="1 اعلان تازه"' in (await browser.get("/kenar/management/apps")).text
    action = re.search(r'action="(/kenar/notices/\d+/open)"', listed.text)
    assert action is not None
    opened = await browser.submit(listed, action[1])

    assert opened.headers["location"] == "/kenar/management/apps/light-report/keys"
    assert 'aria-label="اعلان‌ها"' in (await browser.get(PAGE)).text


async def test_page_speaks_english_where_it_is_asked_to(browser, services):
    await tell(services)

    page = await browser.get(f"{PAGE}?lang=en")

    assert "The key “سرور” ends within 6 days" in page.text


async def test_all_are_read_up_to_what_the_page_showed(browser, services):
    await tell(services)
    shown = await browser.get(PAGE)
    await tell(services, occasion="2")

    await browser.submit(shown, f"{PAGE}/read")

    assert 'aria-label="1 اعلان تازه"' in (await browser.get(PAGE)).text


async def test_notices_of_others_are_not_opened(browser, services):
    await tell(services)
    async with browsing(make_app(services)) as other:
        await sign_in(other, services, "09351112233")
        answer = await post(other, f"{PAGE}/1/open", {})

    assert answer.headers["location"] == PAGE
    assert 'aria-label="1 اعلان تازه"' in (await browser.get(PAGE)).text


async def test_choices_are_kept_and_leave_an_entry_when_they_differ(browser, services):
    typed = {
        "offered": list(notices.KINDS),
        "in_panel": ["quota"],
        "by_mail": ["quota", "key_age"],
    }

    for _ in range(2):
        assert (await post(browser, f"{PAGE}/preferences", typed)).status_code == 303
    await tell(services)

    async with services.db.read() as tx:
        person = await identity.person_by_phone(tx, PHONE)
        assert person is not None
        chosen = await notices.preferences(tx, person.id)
        logged = [one.action for one in (await audit.entries(tx)).entries]
    assert chosen["quota"] == (True, True)
    assert chosen["key_age"] == (False, True)
    assert chosen["key_expiry"] == (False, False)
    assert logged.count("person.notices_chosen") == 1
    assert "خبری نیست" in (await browser.get(PAGE)).text


async def test_strangers_are_asked_to_sign_in_and_cursors_to_be_ours(browser, services):
    async with browsing(make_app(services)) as stranger:
        for path in (PAGE, MAIL):
            assert (await stranger.get(path)).status_code == 303
    assert (await browser.get(f"{PAGE}?after=nonsense")).status_code == 200
    for number in (0, 2**63, 2**70):
        answer = await post(browser, f"{PAGE}/{number}/open", {})
        assert answer.status_code in (303, 404)
    assert (await post(browser, f"{PAGE}/read", {"up_to_id": str(2**70)})).status_code == 303


async def test_address_is_confirmed_by_the_code_that_was_mailed(browser, services):
    await confirmed(browser, services, "sara@example.com")

    page = await browser.get(MAIL)
    assert "sara@example.com" in page.text
    assert "sara@example.com" in (await browser.get(PAGE)).text
    await tell(services)
    rules = notices.MailRules(base_url="http://dalan.test")
    assert await notices.mail_due(services.db, services.mail_sender, rules) == 1
    assert (await mails(services))[0].subject == "کلید «سرور» تا ۶ روز دیگر از کار می‌افتد"
    async with services.db.read() as tx:
        logged = (await audit.entries(tx)).entries
    assert [one.action for one in logged] == ["person.mail_address_set"]
    assert "sara@example.com" not in str(logged[0].facts)


async def test_wrong_codes_and_addresses_are_said_so_on_the_page(browser, services, moment):
    refused = await post(browser, MAIL, {"address": "nobody"}, via=MAIL)
    assert refused.status_code == 422
    assert "نشانی ایمیل را کامل بنویسید" in refused.text
    await post(browser, MAIL, {"address": "sara@example.com"}, via=MAIL)
    for left in (4, 3, 2, 1):
        wrong = await post(browser, f"{MAIL}/verify", {"code": "x"}, via=MAIL)
        assert wrong.status_code == 422
        assert f"{left} بار دیگر" in wrong.text
    for _ in range(2):
        dead = await post(browser, f"{MAIL}/verify", {"code": "x"}, via=MAIL)
        assert "دیگر هیچ کدی معتبر نیست" in dead.text
    for _ in range(5):
        await post(browser, MAIL, {"address": "sara@example.com"}, via=MAIL)
    assert (
        "تا یک ساعت دیگر"
        in (await post(browser, MAIL, {"address": "sara@example.com"}, via=MAIL)).text
    )
    moment.advance(timedelta(hours=1))
    assert (await post(browser, MAIL, {"address": "b@example.com"}, via=MAIL)).status_code == 303


async def test_removed_address_gets_no_mail(browser, services):
    await confirmed(browser, services, "sara@example.com")

    for _ in range(2):
        assert (await post(browser, f"{MAIL}/remove", {}, via=MAIL)).status_code == 303

    assert "sara@example.com" not in (await browser.get(MAIL)).text
    async with services.db.read() as tx:
        logged = [one.action for one in (await audit.entries(tx)).entries]
    assert logged == ["person.mail_address_removed", "person.mail_address_set"]


async def test_world_without_mail_says_so_and_takes_no_address(db, tmp_path):
    services = make_services(
        db, home=tmp_path, quotas=developers.Quotas(db), mail_sender=notices.NoMail()
    )
    async with browsing(make_app(services)) as browser:
        await sign_in(browser, services)

        assert "این بازار ایمیل نمی‌فرستد" in (await browser.get(MAIL)).text
        assert "این بازار ایمیل نمی‌فرستد" in (await browser.get(PAGE)).text
        answer = await post(browser, MAIL, {"address": "sara@example.com"}, via=PAGE)
        assert answer.status_code == 422
        assert await mails(services) == []


OWN = "/my-divar/notices"


async def test_people_without_apps_read_theirs_and_each_opens_its_page(browser, services, moment):
    async with services.db.write() as tx:
        person = await identity.register(tx, phone=PHONE)
        ended = await make_post(tx, owner_id=person.id)
        boss = await make_person(tx)
        business = await businesses.open_business(
            tx, owner_id=boss.id, name="فرش دستباف", kind="MARKETPLACE"
        )
        await businesses.add_member(
            tx, business.id, by_person_id=boss.id, person_id=person.id, role="member"
        )
        # What was told before it was known where to look.
        await notices.tell(
            tx, [person.id], kind="saved_search", occasion="old", facts={"name": "پژو", "count": 2}
        )
    moment.advance(ended.expires_at - clock.now() - timedelta(hours=3))
    async with services.db.write() as tx:
        await posts.remind_of_ends(tx)
    await outbox.Worker(services.db, listeners()).drain()

    listed = await browser.get(OWN)

    assert 'href="/my-divar/notices" aria-label="3 اعلان تازه"' in (await browser.get("/")).text
    assert "سقف درخواست" not in listed.text, "nobody without apps is asked about quotas"
    places = set()
    for action in re.findall(rf'action="({OWN}/\d+/open)"', listed.text):
        place = (await browser.submit(listed, action)).headers["location"]
        assert (await browser.get(place)).status_code == 200, place
        places.add(place)
    assert places == {
        f"/my-divar/my-posts/{ended.token}/ending",
        f"/my-divar/businesses/{business.token}",
        "/my-divar/bookmarks/searches",
    }
    assert 'href="/my-divar/notices" aria-label="اعلان‌ها"' in (await browser.get("/")).text


async def test_choices_of_kinds_that_were_not_offered_stay(browser, services):
    assert (await browser.get(OWN)).status_code == 200
    page = await browser.get(OWN)
    offered = re.findall(r'name="offered" value="([^"]+)"', page.text)

    await post(browser, f"{OWN}/preferences", {"offered": offered}, via=OWN)

    async with services.db.read() as tx:
        person = await identity.person_by_phone(tx, PHONE)
        assert person is not None
        chosen = await notices.preferences(tx, person.id)
    assert "post_end" in offered
    assert "quota" not in offered
    assert chosen["post_end"] == (False, False)
    assert chosen["quota"] == (True, True)


async def test_own_notices_are_for_people_signed_in(services):
    async with browsing(make_app(services)) as stranger:
        answer = await stranger.get(OWN)

    assert answer.headers["location"] == "/sign-in?next=%2Fmy-divar%2Fnotices"
