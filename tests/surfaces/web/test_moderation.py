"""Pages of reviewers, the report form, favourites and saved searches, with both engines."""

from collections.abc import AsyncIterator

import pytest
from tests.factories.browser import Browser, browsing, forms_of, sign_in
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import audit, bookmarks, identity, moderation, operators, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app as make_web

REVIEWER, OWNER, VISITOR = "09121110002", "09121110003", "09121110004"


@pytest.fixture
async def owner(services: Services) -> identity.Person:
    async with services.db.write() as tx:
        reviewer = await make_person(tx, phone=f"+98{REVIEWER[1:]}", name="بازبین")
        await operators.appoint(tx, reviewer.id, role="reviewer")
        await make_person(tx, phone=f"+98{VISITOR[1:]}")
        return await make_person(tx, phone=f"+98{OWNER[1:]}", name="صاحب")


@pytest.fixture
async def desk(services: Services, owner: identity.Person) -> AsyncIterator[Browser]:
    async with browsing(make_web(services)) as opened:
        await sign_in(opened, services, REVIEWER)
        yield opened


@pytest.fixture
async def visitor(services: Services, owner: identity.Person) -> AsyncIterator[Browser]:
    async with browsing(make_web(services)) as opened:
        await sign_in(opened, services, VISITOR)
        yield opened


async def state(services: Services, token: str) -> str:
    async with services.db.read() as tx:
        post = await posts.by_token_though_gone(tx, token)
    assert post is not None
    return post.state


async def actions(services: Services) -> list[str]:
    async with services.db.read() as tx:
        return [one.action for one in (await audit.entries(tx)).entries]


async def waiting(services: Services, owner: identity.Person, title: str) -> posts.Post:
    async with services.db.write() as tx:
        return await make_post(tx, owner_id=owner.id, state="waiting_for_review", title=title)


async def test_reviewer_publishes_and_the_next_one_opens_by_itself(services, desk, owner):
    first = await waiting(services, owner, "میز اول")
    second = await waiting(services, owner, "میز دوم")

    page = await desk.get("/admin/posts")
    taken = await desk.submit(page, "/admin/posts/next")
    path = taken.headers["location"]
    assert path == f"/admin/posts/{first.token}"
    page = await desk.get(path)
    assert "میز اول" in page.text
    decided = await desk.submit(page, f"{path}/decide", decision="publish")

    assert decided.headers["location"] == f"/admin/posts/{second.token}"
    assert await state(services, first.token) == "published"
    assert await actions(services) == ["post.claimed", "post.published", "post.claimed"]


async def test_rejecting_needs_a_reason_and_keeps_what_was_typed(services, desk, owner):
    post = await waiting(services, owner, "میز")
    path = f"/admin/posts/{post.token}"
    page = await desk.get(path)

    missing = await desk.submit(page, f"{path}/decide", decision="reject", note=" ")
    rejected = await desk.submit(page, f"{path}/decide", decision="reject", reason="price")
    again = await desk.submit(page, f"{path}/decide", decision="publish")

    assert missing.status_code == 422
    assert (rejected.status_code, again.status_code) == (303, 303)
    assert await state(services, post.token) == "rejected"
    async with browsing(make_web(services)) as theirs:
        await sign_in(theirs, services, OWNER)
        manage = await theirs.get(f"/my-divar/my-posts/{post.token}")
        assert "قیمت درست نیست" in manage.text
        notices = await theirs.get("/kenar/notices")
        assert "پذیرفته نشد" in notices.text


async def test_an_edit_is_shown_beside_what_it_changes(services, desk, owner):
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, title="میز <سفید> چوبی")
        await posts.edit(
            tx, post, posts.Changes(title="میز <سیاه> چوبی"), by=posts.by_owner(owner.id),
            reviewed=True,
        )  # fmt: skip

    page = await desk.get(f"/admin/posts/{post.token}")

    assert "<del>&lt;سفید&gt;</del>" in page.text
    assert "<ins>&lt;سیاه&gt;</ins>" in page.text


async def test_taking_and_leaving_a_post_is_written_down(services, desk, owner):
    post = await waiting(services, owner, "میز")
    path = f"/admin/posts/{post.token}"

    await desk.submit(await desk.get(path), f"{path}/claim")
    await desk.submit(await desk.get(path), f"{path}/leave")

    assert await actions(services) == ["post.let_go", "post.claimed"]


async def test_only_reviewers_come_in(services, visitor, desk, owner):
    post = await waiting(services, owner, "میز")
    for path in ("/admin/posts", f"/admin/posts/{post.token}", "/admin/reports", "/admin/rules"):
        assert (await visitor.get(path)).status_code == 404
    assert (await visitor.get(f"/v/{post.token}")).status_code == 404
    for path in ("/admin/posts?kind=x&city=y&category=z", "/admin/reports", "/admin/rules"):
        assert (await desk.get(path)).status_code == 200
    assert (await desk.get("/admin/posts/AAAAAAAA")).status_code == 404
    assert (await desk.get("/admin/reports/AAAAAAAA")).status_code == 404


async def test_rules_and_words_are_set_and_written_down(services, desk):
    page = await desk.get("/admin/rules")
    await desk.submit(page, "/admin/rules/words", word="عتیقه", effect="hold")
    await desk.submit(page, "/admin/rules/words", word="x", effect="hold")
    await desk.submit(page, "/admin/rules", rule="many_posts", effect="hold", number="۵")
    page = await desk.get("/admin/rules")

    assert "عتیقه" in page.text
    async with services.db.read() as tx:
        (word,) = await moderation.forbidden_words(tx)
        assert (await moderation.rules(tx))["many_posts"].number == 5
    await desk.submit(page, f"/admin/rules/words/{word.id}/allow")
    assert await actions(services) == [
        "moderation.word_allowed",
        "moderation.rule_set",
        "moderation.word_forbidden",
    ]


async def test_visitor_reports_once_and_the_post_comes_down(services, visitor, desk, owner):
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=owner.id)
    path = f"/v/{post.token}/report"
    page = await visitor.get(path)
    wrong = await visitor.submit(page, path, reason="other", text=" ")
    first = await visitor.submit(page, path, reason="fraud", text="<b>پول</b> خواست")
    second = await visitor.submit(page, path, reason="fraud")
    assert (wrong.status_code, first.status_code, second.status_code) == (422, 303, 303)

    shown = await desk.get(f"/admin/reports/{post.token}")
    assert "&lt;b&gt;پول&lt;/b&gt; خواست" in shown.text
    assert post.title in (await desk.get("/admin/reports")).text
    banned = await desk.submit(
        shown, f"/admin/reports/{post.token}/decide", decision="ban", reason="misleading", days="7"
    )

    assert banned.status_code == 303
    assert await actions(services) == ["person.banned_from_posting", "post.reports_upheld"]
    assert await state(services, post.token) == "rejected"
    async with services.db.read() as tx:
        ban = await posts.ban_of(tx, owner.id)
        assert ban is not None
        assert ban.ends_at is not None
        with pytest.raises(posts.Banned):
            await posts.check_may_submit(tx, owner.id)
        assert await moderation.reports_of(tx, post.id) == []
    assert (await visitor.get(path)).status_code in (404, 410)


async def test_anybody_may_report_unless_it_is_for_people_signed_in(services, owner):
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=owner.id)
    path = f"/v/{post.token}/report"
    async with browsing(make_web(services)) as stranger:
        page = await stranger.get(path)
        assert (await stranger.submit(page, path, reason="sold")).status_code == 303
        assert (await stranger.get("/v/AAAAAAAA/report")).status_code == 404
    settings = services.settings.__class__(**{
        **{n: getattr(services.settings, n) for n in services.settings.__struct_fields__},
        "reports_signed_in": True,
    })  # fmt: skip
    strict = services.__class__(**{
        **{n: getattr(services, n) for n in services.__struct_fields__}, "settings": settings
    })  # fmt: skip
    async with browsing(make_web(strict)) as stranger:
        assert (await stranger.get(path)).headers["location"].startswith("/sign-in")


async def test_favourites_are_kept_with_a_note_and_say_when_a_post_is_gone(
    services, visitor, owner
):
    async with services.db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, title="میز نشان‌شده")
    act = f"/v/{post.token}/bookmark"
    await visitor.submit(await visitor.get(f"/v/{post.token}"), act)
    page = await visitor.get("/my-divar/bookmarks")
    assert "میز نشان‌شده" in page.text
    note = f"/my-divar/bookmarks/{post.token}/note"
    await visitor.submit(page, note, note="<i>چانه</i> بزن")
    async with services.db.write() as tx:
        await posts.delete(tx, post)
    page = await visitor.get("/my-divar/bookmarks")
    assert "دیگر نمایش داده نمی‌شود" in page.text
    assert "&lt;i&gt;چانه&lt;/i&gt; بزن" in page.text
    await visitor.submit(page, act)
    assert "دیگر نمایش داده نمی‌شود" not in (await visitor.get("/my-divar/bookmarks")).text


async def test_a_saved_search_hears_of_what_fits(services, visitor, owner):
    page = await visitor.get("/my-divar/bookmarks/searches")
    token = forms_of(page.text, "/sign-out")[0]["csrf_token"]
    assert page.status_code == 200
    path = "/my-divar/bookmarks/searches"
    for address in (
        "/s/tehran/vehicles?q=پژو&price_max=۹۰۰٬۰۰۰٬۰۰۰&sort=newest",
        "/s/tehran?x=1",
        "//evil.example/s/tehran",
        "/s/atlantis",
        "/s/tehran?price_min=abc",
    ):
        answer = await visitor.post(path, {"csrf_token": token, "address": address})
        assert answer.status_code == 303
    async with services.db.write() as tx:
        fits = await make_post(tx, owner_id=owner.id, title="پژوی سفید")
        await bookmarks.find_matches(tx, fits)
        await bookmarks.find_matches(tx, fits)
        await bookmarks.find_matches(tx, await make_post(tx, owner_id=owner.id, city="karaj"))
        assert await bookmarks.tell_due(tx) == 1
        assert await bookmarks.tell_due(tx) == 0

    page = await visitor.get(path)
    assert "1 آگهی تازه" in page.text
    assert page.text.count("دیدن نتیجه‌ها") == 1


async def test_a_search_is_saved_from_its_page_of_results(services, visitor):
    page = await visitor.get("/s/tehran/vehicles?q=پژو&price_max=900000000")

    answer = await visitor.submit(page, "/my-divar/bookmarks/searches")

    assert answer.status_code == 303
    listed = await visitor.get("/my-divar/bookmarks/searches")
    assert listed.text.count("دیدن نتیجه‌ها") == 1
    assert "پژو" in listed.text
