"""Writing a post on the site: nothing typed is lost, and what is sent is one post."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image as PillowImage
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in
from tests.factories.posts import make_post

from dalan.domains import identity, media, posts
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_pages

PHONE_FORM = {
    "f_brand_model": "",
    "title": "گوشی سالم و تمیز",
    "description": "یک سال کار کرده، با جعبه.",
    "city": "tehran",
    "chat_enabled": "1",
    "f_status": "used",
    "f_price": "۱۲٬۵۰۰٬۰۰۰",
    "f_price_mode": "مقطوع",
}
GOODS: dict[str, Any] = {
    "title": "مبل هفت‌نفره",
    "description": "تمیز و سالم.",
    "city": "tehran",
    "chat_enabled": "1",
    "f_price": "۱۲٬۵۰۰٬۰۰۰",
    "f_price_mode": "مقطوع",
}
CATEGORY = "furniture"


def picture(colour: str = "red") -> bytes:
    file = BytesIO()
    PillowImage.new("RGB", (640, 480), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def services(db: Any, tmp_path: Path) -> Services:
    return make_services(db, media=media.MediaStore(str(tmp_path / "media")), posts_reviewed=True)


@pytest.fixture
async def stranger(services: Services) -> AsyncIterator[Browser]:
    async with browsing(make_pages(services)) as opened:
        yield opened


@pytest.fixture
async def browser(stranger: Browser, services: Services) -> Browser:
    await sign_in(stranger, services)
    return stranger


async def opened_form(browser: Browser, category: str = CATEGORY) -> httpx.Response:
    """The form of a category, after the redirect that gives it a name of its own."""
    answer = await browser.get(f"/new/{category}")
    assert answer.status_code == 303, answer.text
    return await browser.get(answer.headers["location"])


async def send(
    browser: Browser,
    page: httpx.Response,
    do: str,
    *,
    category: str = CATEGORY,
    files: list[bytes] | None = None,
    names: list[str] | None = None,
    **typed: str,
) -> httpx.Response:
    """The form of ``page`` with these fields typed in and this button pressed."""
    hidden = forms_of(page.text, f"/new/{category}")[0]
    data: dict[str, Any] = {
        "csrf_token": hidden["csrf_token"],
        "draft": hidden["draft"],
        "picture": names if names is not None else shown_pictures(page),
        "do": do,
        **typed,
    }
    sent = [("pictures", (f"{n}.jpg", one, "image/jpeg")) for n, one in enumerate(files or [])]
    if sent:
        return await browser.client.post(f"/new/{category}", data=data, files=sent)
    return await browser.client.post(f"/new/{category}", data=data)


def shown_pictures(page: httpx.Response) -> list[str]:
    return re.findall(r'name="picture" value="([^"]+)"', page.text)


async def posts_of(services: Services, phone: str = "+989121234567") -> list[posts.Post]:
    async with services.db.read() as tx:
        person = await identity.person_by_phone(tx, phone)
        assert person is not None
        return await posts.of_person(tx, person.id)


async def test_the_tree_leads_to_every_form_by_links(stranger):
    page = await stranger.get("/new")
    assert 'href="/new?in=vehicles"' in page.text

    inside = await stranger.get("/new?in=vehicles")
    found = await stranger.get("/new", params={"q": "مبلمان"})

    assert inside.status_code == found.status_code == 200
    assert f'href="/new/{CATEGORY}"' in found.text
    assert (await stranger.get("/new?q=xyzzy")).text.count("دسته‌ای با این نام نیست") == 1
    assert (await stranger.get("/new?in=light")).headers["location"] == "/new/light"
    assert (await stranger.get("/new?in=nothing")).headers["location"] == "/new"
    assert (await stranger.get("/new/nothing")).status_code == 404
    assert (await stranger.get("/new/vehicles")).headers["location"] == "/new?in=vehicles"


async def test_a_post_is_written_looked_over_and_sent_once(browser, services):
    page = await opened_form(browser)
    answer = await send(browser, page, "preview", files=[picture(), picture("blue")], **GOODS)
    assert answer.status_code == 303, answer.text
    preview = await browser.get(answer.headers["location"])
    assert "12٬500٬000 تومان" in preview.text
    action = answer.headers["location"].replace("/preview", "/submit")

    first = await browser.submit(preview, action)
    again = await browser.submit(preview, action)

    made = await posts_of(services)
    assert [(one.title, one.price_tomans, one.state) for one in made] == [
        ("مبل هفت‌نفره", 12_500_000, "waiting_for_review")
    ]
    assert len(made[0].image_names) == 2
    assert (
        first.headers["location"]
        == again.headers["location"]
        == f"/my-divar/my-posts/{made[0].token}"
    )
    for path in (answer.headers["location"], action.replace("/submit", "")):
        assert (await browser.get(path)).headers["location"].endswith(made[0].token)
    assert (
        (await send(browser, page, "preview", **GOODS)).headers["location"].endswith(made[0].token)
    )


async def test_every_mistake_is_named_at_once_and_what_was_typed_stays(browser, services):
    page = await opened_form(browser, "mobile-phones")
    typed: dict[str, Any] = PHONE_FORM | {
        "title": "گو",
        "city": "",
        "f_status": "",
        "f_price": "ارزان",
    }

    answer = await send(
        browser, page, "preview", category="mobile-phones", files=[picture()], **typed
    )

    assert answer.status_code == 422
    for name in ("f_brand_model", "f_status", "f_price", "title", "city"):
        assert f'href="#{name}"' in answer.text, name
    assert 'value="ارزان"' in answer.text
    assert "یک سال کار کرده، با جعبه." in answer.text
    assert len(shown_pictures(answer)) == 1
    assert await posts_of(services) == []


async def test_a_model_is_found_by_a_part_of_its_name_or_asked_about(browser, services):
    page = await opened_form(browser, "light")
    typed = GOODS | {"f_brand_model": "پژو 20", "f_production_year": "۱۳۹۸", "f_usage": "۱۰۰٬۰۰۰"}

    asked = await send(browser, page, "preview", category="light", **typed)
    assert asked.status_code == 422
    assert "منظورتان کدام است؟" in asked.text
    picks = re.findall(r'name="pick_brand_model" value="([^"]+)"', asked.text)
    done = await send(
        browser, asked, "preview", category="light", pick_brand_model=picks[0], **typed
    )

    assert len(picks) > 1
    assert done.status_code == 303
    offered = (await browser.get("/new/options/light/brand_model?q=۲۰۶")).json()
    assert offered
    assert all("206" in name for name in offered)
    assert (await browser.get("/new/options/light/color?q=a")).json() == []


async def test_a_stranger_signs_in_on_the_way_and_keeps_the_draft(stranger, services):
    page = await opened_form(stranger)
    assert "ورود و افزودن عکس" in page.text
    answer = await send(stranger, page, "preview", files=[picture()], **GOODS)
    assert answer.headers["location"].startswith("/sign-in?next=%2Fnew%2Fdrafts%2F")
    token = forms_of(page.text, f"/new/{CATEGORY}")[0]["draft"]

    await sign_in(stranger, services)
    preview = await stranger.get(f"/new/drafts/{token}/preview")
    assert "مبل هفت‌نفره" in preview.text
    await stranger.submit(preview, f"/new/drafts/{token}/submit")

    assert [one.title for one in await posts_of(services)] == ["مبل هفت‌نفره"]


async def test_a_draft_is_its_writers_alone(browser, services):
    page = await opened_form(browser)
    await send(browser, page, "later", **GOODS)
    token = forms_of(page.text, f"/new/{CATEGORY}")[0]["draft"]
    assert "مبل هفت‌نفره" in (await browser.get("/new")).text

    async with browsing(make_pages(services)) as other:
        assert (await other.get(f"/new/drafts/{token}")).status_code == 404
        await sign_in(other, services, "09129876543")
        own = await opened_form(other)
        stolen = forms_of(own.text, f"/new/{CATEGORY}")[0] | {"draft": token, "do": "later"}
        for path in (f"/new/drafts/{token}", f"/new/drafts/{token}/preview"):
            assert (await other.get(path)).status_code == 404
        assert (await other.client.post(f"/new/{CATEGORY}", data=stolen)).status_code == 404
        assert (
            await other.submit(await other.get("/new/light?draft=" + "A" * 22), "/new/light")
        ).status_code in (303, 422)

    kept = await browser.get(f"/new/drafts/{token}")
    assert "مبل هفت‌نفره" in kept.text


async def test_pictures_are_moved_removed_and_never_somebody_elses(browser, services):
    page = await opened_form(browser)
    answer = await send(
        browser, page, "pictures", files=[picture(c) for c in ("red", "green", "blue")]
    )
    page = await browser.get(answer.headers["location"])
    one, two, three = shown_pictures(page)

    async def after(do: str) -> list[str]:
        nonlocal page
        answer = await send(browser, page, do)
        page = await browser.get(answer.headers["location"])
        return shown_pictures(page)

    assert await after(f"first:{three}") == [three, one, two]
    assert await after(f"down:{three}") == [one, three, two]
    assert await after(f"up:{one}") == [one, three, two]
    assert await after(f"remove:{three}") == [one, two]

    async with browsing(make_pages(services)) as other:
        await sign_in(other, services, "09129876543")
        theirs = await opened_form(other)
        stolen = await send(other, theirs, "pictures", names=[one, "no-picture", "../x.jpg"])
        assert stolen.status_code == 422
        assert shown_pictures(stolen) == []


async def test_what_is_no_picture_is_refused_by_name_and_the_others_stay(browser):
    page = await opened_form(browser)

    answer = await send(
        browser, page, "pictures", files=[picture(), b"<svg onload=alert(1)>"], **GOODS
    )

    assert answer.status_code == 422
    assert "1.jpg عکسی خوانا نیست" in answer.text
    assert len(shown_pictures(answer)) == 1
    assert "مبل هفت‌نفره" in answer.text


async def test_a_script_sends_pictures_one_by_one(browser):
    page = await opened_form(browser)
    token = forms_of(page.text, f"/new/{CATEGORY}")[0]["csrf_token"]

    async def upload(content: bytes) -> httpx.Response:
        files = {"pictures": ("a.jpg", content, "image/jpeg")}
        sent: httpx.Response = await browser.client.post(
            "/new/pictures", data={"csrf_token": token}, files=files
        )
        return sent

    added, refused = await upload(picture()), await upload(b"no picture")
    without = await browser.client.post("/new/pictures", data={"csrf_token": token})

    assert added.status_code == 200
    assert len(shown_pictures(added)) == 1
    assert (refused.status_code, without.status_code) == (422, 422)
    assert refused.headers["content-type"].startswith("text/plain")


async def test_districts_come_with_their_city_and_go_with_it(browser):
    page = await opened_form(browser)
    answer = await send(browser, page, "city", **GOODS)
    page = await browser.get(answer.headers["location"])
    assert 'name="district"' in page.text

    wrong = await send(
        browser, page, "preview", **(GOODS | {"city": "mashhad", "district": "tehranpars"})
    )
    preview = await browser.get(wrong.headers["location"])

    assert "مشهد" in preview.text
    assert "تهران" not in preview.text.split("post-page-where")[1].split("</p>")[0]
    assert 'name="district"' in (await browser.get("/new/districts/tehran")).text
    assert (await browser.get("/new/districts/nowhere")).text.strip() == ""


async def test_what_is_given_away_has_no_price_and_nobody_is_unreachable(browser):
    page = await opened_form(browser)
    free = await send(browser, page, "preview", **(GOODS | {"f_price_mode": "مجانی"}))
    preview = await browser.get(free.headers["location"])
    assert "مجانی" in preview.text or "رایگان" in preview.text
    assert "12٬500٬000" not in preview.text

    typed = {name: value for name, value in GOODS.items() if name != "chat_enabled"}
    alone = await send(browser, page, "preview", **typed, hide_phone="1")

    assert alone.status_code == 422
    assert "دست‌کم یک راه ارتباطی" in alone.text


async def test_limits_are_said_kindly_and_nothing_is_made(browser, services, db):
    async with db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
        assert person is not None
        same = await make_post(
            tx, owner_id=person.id, category=CATEGORY, fields={},
            title=GOODS["title"], description=GOODS["description"],
        )  # fmt: skip
    page = await opened_form(browser)
    answer = await send(browser, page, "preview", **GOODS)
    preview = await browser.get(answer.headers["location"])
    action = answer.headers["location"].replace("/preview", "/submit")

    twin = await browser.submit(preview, action)
    async with db.write() as tx:
        for number in range(posts.SUBMISSIONS_PER_DAY):
            await make_post(tx, owner_id=person.id, title=f"پژو شمارهٔ {number}")
    flood = await browser.submit(preview, action)

    assert twin.status_code == flood.status_code == 409
    assert f"/my-divar/my-posts/{same.token}" in twin.text
    assert "که سقف ثبت آگهی است" in flood.text
    assert "که سقف ثبت آگهی است" in (await browser.get("/new")).text
    assert len(await posts_of(services)) == posts.SUBMISSIONS_PER_DAY + 1


async def test_hostile_forms_change_nothing(browser, services):
    page = await opened_form(browser)
    typed = GOODS | {
        "title": "<script>alert(1)</script>",
        "f_price": "9" * 40,
        "f_unknown": "x",
        "district": "../..",
    }
    answer = await send(browser, page, "preview", **typed)
    assert answer.status_code == 422
    assert "<script>alert(1)</script>" not in answer.text
    bare = await browser.client.post(f"/new/{CATEGORY}", data={"do": "preview", **GOODS})
    assert bare.status_code == 403
    assert (await browser.get("/new/drafts/short")).status_code == 404
    assert await posts_of(services) == []
