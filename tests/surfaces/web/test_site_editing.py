"""An owner edits, is told what happens next, and answers when a post ends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.posts import make_post
from tests.surfaces.web.test_site_submitting import picture, shown_pictures

from dalan.domains import identity, media, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_pages

LIST = "/my-divar/my-posts"
SOFA: dict[str, Any] = {
    "category": "furniture",
    "title": "مبل هفت‌نفره",
    "description": "تمیز و سالم.",
    "fields": {"price": 12_500_000, "price_mode": "مقطوع"},
}
TYPED = {
    "title": "مبل هفت‌نفرهٔ نو",
    "description": "تمیز و سالم.",
    "chat_enabled": "1",
    "f_price": "۱۱٬۰۰۰٬۰۰۰",
    "f_price_mode": "توافقی",
    "district": "",
}


@pytest.fixture
def services(db: Any, tmp_path: Path) -> Services:
    return make_services(db, media=media.MediaStore(str(tmp_path / "media")), posts_reviewed=True)


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    async with browsing(make_pages(services)) as opened:
        await sign_in(opened, services)
        yield opened


@pytest.fixture
async def owner(browser: Browser, services: Services) -> identity.Person:
    async with services.db.read() as tx:
        found = await identity.person_by_phone(tx, "+989121234567")
    assert found is not None
    return found


async def save(
    browser: Browser, path: str, page: httpx.Response, do: str = "save", **said: Any
) -> httpx.Response:
    files = said.pop("files", [])
    data = {
        "csrf_token": forms_of(page.text, f"{path}/edit")[0]["csrf_token"],
        "picture": shown_pictures(page),
        "do": do,
        **(TYPED | said),
    }
    sent = [("pictures", ("a.jpg", one, "image/jpeg")) for one in files]
    return await browser.client.post(f"{path}/edit", data=data, files=sent or None)


async def now_of(services: Services, post: posts.Post) -> posts.Post:
    async with services.db.read() as tx:
        found = await posts.by_id(tx, post.id)
    assert found is not None
    return found


async def test_an_edit_of_a_published_post_waits_and_shows_what_will_change(
    db, browser, owner, services
):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, **SOFA)
    path = f"{LIST}/{post.token}"
    page = await browser.get(f"{path}/edit")
    assert 'value="12,500,000"' in page.text
    assert "دوازده میلیون و پانصد هزار تومان" in page.text

    answer = await save(browser, path, page, files=[picture()])
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    shown = await browser.get(path)
    public = await browser.get(f"/v/{post.token}")
    again = await browser.get(f"{path}/edit")

    assert "در انتظار بررسی است" in shown.text
    assert "مبل هفت‌نفرهٔ نو" in shown.text
    assert "مبل هفت‌نفرهٔ نو" not in public.text
    assert 'value="مبل هفت‌نفرهٔ نو"' in again.text
    assert len(shown_pictures(again)) == 1
    assert (await now_of(services, post)).title == post.title

    async with db.write() as tx:
        await posts.accept_edit(tx, post, by=posts.by_operator(owner.id))
    edited = await now_of(services, post)
    assert (edited.title, edited.price_tomans, edited.price_mode) == (
        "مبل هفت‌نفرهٔ نو", 11_000_000, "توافقی",
    )  # fmt: skip
    assert "ویرایش تأیید شد" in (await browser.get(path)).text


async def test_a_refused_edit_is_shown_with_its_reason(db, browser, owner):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, **SOFA)
        changes = posts.Changes(title="عنوان دیگر")
        await posts.edit(tx, post, changes, by=posts.by_owner(owner.id), reviewed=True)
        await posts.refuse_edit(tx, post, by=posts.by_operator(owner.id), reason="شماره ننویسید.")

    for path in (f"{LIST}/{post.token}", f"{LIST}/{post.token}/edit"):
        page = (await browser.get(path)).text
        assert "آخرین ویرایش شما رد شد" in page
        assert "شماره ننویسید." in page


async def test_a_post_sent_back_goes_to_the_reviewers_once_it_is_edited(
    db, browser, owner, services
):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, state="waiting_for_review", **SOFA)
        post = await posts.ask_for_edit(tx, post, reason="عکس بگذارید.")
    path = f"{LIST}/{post.token}"
    assert "عکس بگذارید." in (await browser.get(path)).text

    await save(browser, path, await browser.get(f"{path}/edit"), files=[picture()])

    edited = await now_of(services, post)
    assert (edited.state, len(edited.image_names)) == ("waiting_for_review", 1)


async def test_mistakes_keep_what_was_typed_and_change_nothing(db, browser, owner, services):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, **SOFA)
    path = f"{LIST}/{post.token}"
    page = await browser.get(f"{path}/edit")

    wrong = await save(browser, path, page, title="", f_price="بسیار", files=[picture()])
    more = await save(browser, path, wrong, do="pictures", files=[picture("blue")])
    bare = await browser.client.post(f"{path}/edit", data=TYPED)

    assert (wrong.status_code, more.status_code, bare.status_code) == (422, 200, 403)
    assert 'value="بسیار"' in wrong.text
    assert len(shown_pictures(more)) == 2
    assert await now_of(services, post) == post


async def test_nobody_edits_anothers_post_nor_one_that_is_over(db, browser, owner):
    async with db.write() as tx:
        theirs = await make_post(tx, **SOFA)
        rejected = await posts.reject(
            tx, await make_post(tx, owner_id=owner.id, state="waiting_for_review"), reason="x"
        )
        mine = await make_post(tx, owner_id=owner.id, **(SOFA | {"title": "دیگری"}))
    token = forms_of(
        (await browser.get(f"{LIST}/{mine.token}/edit")).text, f"{LIST}/{mine.token}/edit"
    )[0]["csrf_token"]

    for method, path in (("GET", "edit"), ("POST", "edit"), ("GET", "ending"), ("POST", "ending")):
        data = {"csrf_token": token, "do": "save", "answer": "sold", **TYPED}
        answer = await browser.client.request(
            method, f"{LIST}/{theirs.token}/{path}", data=data if method == "POST" else None
        )
        assert answer.status_code == 404, (method, path)
    closed = await browser.get(f"{LIST}/{rejected.token}/edit")
    assert closed.headers["location"] == f"{LIST}/{rejected.token}"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting_for_payment", "/promote"),
        ("waiting_for_review", "در حال بررسی"),
        ("waiting_for_edit", "دوباره بررسی شود"),
        ("published", "در فهرست"),
        ("rejected", "مطابق قوانین"),
        ("retired", "تا 30 روز"),
    ],
)
async def test_every_state_says_what_can_be_done_now(db, browser, owner, state, said):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, state=state, **SOFA)

    page = await browser.get(f"{LIST}/{post.token}")

    assert page.status_code == 200
    assert said in page.text


async def test_what_is_over_for_good_says_so_to_its_owner_alone(db, browser, owner):
    async with db.write() as tx:
        deleted = await posts.delete(tx, await make_post(tx, owner_id=owner.id, **SOFA))
        archived = await make_post(tx, owner_id=owner.id, state="archived", **SOFA)
        theirs = await posts.delete(tx, await make_post(tx, **SOFA))

    for post, said in ((deleted, "حذف کرده‌اید"), (archived, "بایگانی شده")):
        page = await browser.get(f"{LIST}/{post.token}")
        assert page.status_code == 410
        assert said in page.text
        assert "/new/furniture" in page.text
    assert (await browser.get(f"{LIST}/{theirs.token}")).status_code == 404


@pytest.mark.parametrize(("answer", "state"), [("sold", "retired"), ("renew", "published")])
async def test_the_end_is_answered_with_one_press(
    db, browser, owner, services, moment, answer, state
):
    async with db.write() as tx:
        post = await make_post(tx, owner_id=owner.id, **SOFA)
    path = f"{LIST}/{post.token}"
    moment.advance(posts.LIFETIME + timedelta(minutes=1))
    async with db.write() as tx:
        await posts.age(tx)
    await sign_in(browser, services)
    page = await browser.get(f"{path}/ending")
    assert "فروش رفت؟" in page.text
    assert (await now_of(services, post)).state == "retired"

    forms = [one for one in forms_of(page.text, f"{path}/ending") if one["answer"] == answer]
    done = await browser.post(f"{path}/ending", forms[0])

    assert done.headers["location"] == path
    assert (await now_of(services, post)).state == state
