"""Chats in pages: two people write to each other about a post, without any script."""

import re
from collections.abc import AsyncIterator

import pytest
from tests.factories.browser import Browser, browsing, forms_of, sign_in
from tests.factories.identity import make_person
from tests.factories.media import picture
from tests.factories.posts import make_post

from dalan.domains import audit, chat, identity, operators, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.app import make_app as make_web

SELLER, BUYER, STRANGER = "09121110011", "09121110012", "09121110013"


@pytest.fixture
async def people(services: Services) -> dict[str, identity.Person]:
    async with services.db.write() as tx:
        return {
            number: await make_person(tx, phone=f"+98{number[1:]}")
            for number in (SELLER, BUYER, STRANGER)
        }


@pytest.fixture
async def post(services: Services, people: dict[str, identity.Person]) -> posts.Post:
    async with services.db.write() as tx:
        return await make_post(tx, owner_id=people[SELLER].id, hide_phone=True)


async def _browser(services: Services, number: str) -> AsyncIterator[Browser]:
    async with browsing(make_web(services)) as opened:
        await sign_in(opened, services, number)
        yield opened


@pytest.fixture
async def seller(services: Services, post: posts.Post) -> AsyncIterator[Browser]:
    async for one in _browser(services, SELLER):
        yield one


@pytest.fixture
async def buyer(services: Services, post: posts.Post) -> AsyncIterator[Browser]:
    async for one in _browser(services, BUYER):
        yield one


async def begun(browser: Browser, post: posts.Post, text: str = "هنوز موجوده؟") -> str:
    """The path of a conversation the browser's person began."""
    path = f"/v/{post.token}/chat"
    page = await browser.get(path)
    answer = await browser.submit(page, path, nth=1, message=text)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("#")[0]


async def test_two_people_write_to_each_other_and_see_what_was_seen(
    seller: Browser, buyer: Browser, post: posts.Post
):
    shown = await buyer.get(f"/v/{post.token}")
    assert f'href="/v/{post.token}/chat"' in shown.text

    path = await begun(buyer, post, "سلام، <b>موجوده</b>؟")
    before = (await buyer.get(path)).text
    listed = (await seller.get("/chat")).text
    read = await seller.get(path)
    after = (await buyer.get(path)).text
    answered = await seller.submit(read, f"{path}/messages", nth=1, message="بله")
    at_last = (await buyer.get(path)).text

    assert "سلام، &lt;b&gt;موجوده&lt;/b&gt;؟" in before
    assert "is-seen" not in before
    assert "is-unread" in listed
    assert post.title in listed
    assert "is-seen" in after
    assert answered.status_code == 303
    assert at_last.index("موجوده") < at_last.index(">بله<")
    assert "is-unread" not in (await seller.get("/chat")).text
    assert "1 پیام خوانده‌نشده" not in (await seller.get("/")).text


async def test_a_form_sent_twice_writes_once(buyer: Browser, post: posts.Post, services: Services):
    path = await begun(buyer, post)
    page = await buyer.get(path)
    fields = forms_of(page.text, f"{path}/messages")[1] | {"message": "آخرین قیمت؟"}

    for _ in range(2):
        assert (await buyer.post(f"{path}/messages", fields)).status_code == 303

    assert (await buyer.get(path)).text.count("آخرین قیمت؟</div>") == 1


async def test_pictures_places_and_contacts_are_sent_from_plain_forms(
    seller: Browser, buyer: Browser, post: posts.Post
):
    path = await begun(buyer, post)
    page = await buyer.get(path)
    fields = forms_of(page.text, f"{path}/messages")[1]

    async def send(name: str, **typed: str) -> int:
        said = fields | {"client_id": name} | typed
        return (await buyer.post(f"{path}/messages", said)).status_code

    sent = await buyer.client.post(
        f"{path}/messages",
        data=fields | {"client_id": "picture"},
        files={"file": ("a.jpg", picture(), "image/jpeg")},
    )
    assert sent.status_code == 303
    assert await send("place", latitude="۳۵٫۷", longitude="51.4") == 303
    assert await send("contact", contact_phone="۰۹۱۲۱۲۳۴۵۶۷", contact_name="علی") == 303
    assert await send("nowhere", latitude="91", longitude="0") == 422
    assert await send("nobody", contact_phone="12") == 422
    assert await send("nothing", message="  ") == 422
    assert await send("long", message="س" * 4_001) == 422
    broken = await buyer.client.post(
        f"{path}/messages",
        data=fields | {"client_id": "broken"},
        files={"file": ("a.jpg", b"nothing", "image/jpeg")},
    )
    assert broken.status_code == 422

    shown = (await seller.get(path)).text
    assert 'src="/media/600/' in shown
    assert 'href="geo:35.7,51.4"' in shown
    assert 'href="tel:09121234567"' in shown
    assert shown.count('class="bubble') - shown.count('class="bubble-') >= 4


async def test_a_conversation_is_nobody_elses(services: Services, buyer: Browser, post: posts.Post):
    path = await begun(buyer, post)
    async with browsing(make_web(services)) as other:
        anonymous = await other.get(path)
        await sign_in(other, services, STRANGER)
        home = await other.get("/chat")
        token = {"csrf_token": forms_of(home.text, "/sign-out")[0]["csrf_token"]}
        read = [await other.get(f"{path}{rest}") for rest in ("", "/news", "/live", "/report")]
        written = [
            await other.post(f"{path}{rest}", token)
            for rest in ("/messages", "/seen", "/block", "/clear", "/report", "/remove/1",
                         "/press/1/0/0")
        ]  # fmt: skip

    assert anonymous.status_code == 303
    assert {one.status_code for one in (*read, *written)} == {404}
    assert "هنوز موجوده؟" not in "".join(one.text for one in (*read, *written))


async def test_blocking_putting_away_and_taking_back(
    seller: Browser, buyer: Browser, post: posts.Post
):
    path = await begun(buyer, post)
    page = await seller.get(path)
    blocked = await seller.submit(page, f"{path}/block", do="block")
    refused = await buyer.submit(await buyer.get(path), f"{path}/messages", nth=1, message="سلام؟")
    closed = (await seller.get(path)).text
    await seller.submit(await seller.get(path), f"{path}/block", do="unblock")
    sent = await buyer.submit(await buyer.get(path), f"{path}/messages", nth=1, message="ممنون")
    removed = await buyer.submit(await buyer.get(path), f"{path}/remove/1")
    after = (await seller.get(path)).text
    cleared = await seller.submit(await seller.get(path), f"{path}/clear")
    empty = (await seller.get("/chat")).text
    still = (await buyer.get(path)).text
    await buyer.submit(await buyer.get(path), f"{path}/messages", nth=1, message="هستید؟")
    again = (await seller.get(path)).text

    assert (blocked.status_code, refused.status_code, sent.status_code) == (303, 409, 303)
    assert "سلام؟" in refused.text  # what was typed is not lost
    assert f'action="{path}/messages"' not in closed
    assert removed.status_code == 303
    assert "هنوز موجوده؟" not in after.partition('id="messages"')[2].partition("talk-foot")[0]
    assert "ممنون" in after
    assert cleared.status_code == 303
    assert path not in empty
    assert "ممنون" in still
    assert "هستید؟" in again
    assert "ممنون" not in again


async def test_news_say_what_came_after_and_who_has_seen_what(
    seller: Browser, buyer: Browser, post: posts.Post
):
    path = await begun(buyer, post)
    first = (await seller.get(f"{path}/news?after=0")).json()
    nothing = (await seller.get(f"{path}/news?after=1")).json()
    fields = forms_of((await seller.get(path)).text, f"{path}/messages")[1]
    told = await seller.client.post(
        f"{path}/messages",
        data=fields | {"message": "بله", "after": "1"},
        headers={"x-dalan-chat": "1"},
    )
    seen = (await buyer.get(f"{path}/news?after=1")).json()

    assert (first["number"], "هنوز موجوده؟" in first["html"]) == (1, True)
    assert (nothing["number"], nothing["html"]) == (1, "")
    assert told.json()["number"] == 2
    assert "بله" in told.json()["html"]
    assert seen["seen"] == 1


async def test_a_report_lets_nobody_pass_without_a_reason(
    services: Services, seller: Browser, buyer: Browser, post: posts.Post
):
    path = await begun(buyer, post)
    page = await seller.get(f"{path}/report")
    refused = await seller.submit(page, f"{path}/report")
    taken = await seller.submit(page, f"{path}/report", reason="spam", block="1")

    assert (refused.status_code, taken.status_code) == (422, 303)
    async with services.db.look() as look:
        (told,) = await chat.open_reports(look)
        (said,) = await chat.reported_messages(look, told)
    assert (told.reason, said.text) == ("spam", "هنوز موجوده؟")


async def test_nobody_begins_where_chat_is_off_or_the_post_is_theirs(
    services: Services, seller: Browser, buyer: Browser, people: dict[str, identity.Person]
):
    async with services.db.write() as tx:
        closed = await make_post(tx, owner_id=people[SELLER].id, chat_enabled=False)
    own = await seller.get(f"/v/{closed.token}/chat")
    off = await buyer.get(f"/v/{closed.token}/chat")
    none = await buyer.get("/v/nothinghere/chat")
    strange = await buyer.get("/chat/addon_nothing-here")

    assert (own.status_code, own.headers["location"]) == (303, "/chat")
    assert (off.status_code, none.status_code, strange.status_code) == (409, 404, 404)
    assert f"/v/{closed.token}/chat" not in (await buyer.get(f"/v/{closed.token}")).text


async def test_operators_read_what_was_reported_and_nothing_else(
    services: Services,
    seller: Browser,
    buyer: Browser,
    post: posts.Post,
    people: dict[str, identity.Person],
):
    path = await begun(buyer, post, "کد پیامک را بفرستید")
    await seller.submit(
        await seller.get(f"{path}/report"), f"{path}/report", reason="fraud", text="رمز می‌خواهد"
    )
    await buyer.submit(await buyer.get(path), f"{path}/messages", nth=1, message="بعد از گزارش")
    async with services.db.write() as tx:
        await operators.appoint(tx, people[STRANGER].id, role="admin")
    async with browsing(make_web(services)) as desk:
        await sign_in(desk, services, STRANGER)
        listed = await desk.get("/admin/chats")
        (address,) = set(re.findall(r"/admin/chats/\d+", listed.text))
        shown = await desk.get(address)
        wrong = await desk.submit(shown, f"{address}/decide", decision="ban", days="7")
        banned = await desk.submit(
            shown, f"{address}/decide", decision="ban", days="7", reason="فریب"
        )
        again = await desk.submit(shown, f"{address}/decide", decision="dismiss")
        theirs = await desk.get(path)
        person = f"/admin/people/{people[BUYER].id}"
        record = await desk.get(person)
        told = (await buyer.get(path)).text
        lifted = await desk.submit(record, f"{person}/lift-chat-ban")

    assert "رمز می‌خواهد" in shown.text
    assert "کد پیامک را بفرستید" in shown.text
    assert "بعد از گزارش" not in shown.text
    assert (wrong.status_code, banned.status_code, again.status_code) == (422, 303, 303)
    assert theirs.status_code == 404
    assert "فریب" in told
    assert f'action="{path}/messages"' not in told
    assert lifted.status_code == 303
    async with services.db.look() as look:
        acts = [one.action for one in (await audit.entries(look)).entries]
        assert acts == ["person.chat_ban_lifted", "chat.report_upheld"]
        assert set(acts) < set(changes.ACTIONS)
        assert await chat.open_reports(look) == []
        assert await chat.ban_of(look, people[BUYER].id) is None
