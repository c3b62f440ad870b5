"""Changing the lists in /admin: the page, what is refused, and who sees the change at once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories.browser import Browser, browsing, forms_of, make_services, sign_in

from dalan.domains import audit, identity, media, operators, taxonomy
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app

PAGE = "/admin/lists"


@pytest.fixture(autouse=True)
def shipped_lists_again() -> Iterator[None]:
    yield
    taxonomy.use([])


@pytest.fixture
def services(db: Any, tmp_path: Path, tmp_path_factory: Any) -> Services:
    return make_services(
        db, home=tmp_path_factory.getbasetemp(), media=media.MediaStore(str(tmp_path / "media"))
    )


@pytest.fixture
async def chief(services: Services) -> AsyncIterator[Browser]:
    async with services.db.write() as tx:
        one = await identity.register(tx, phone="+989121110001", name="سرپرست")
        await operators.appoint(tx, one.id, role="admin")
    async with browsing(make_app(services)) as opened:
        await sign_in(opened, services, "09121110001")
        yield opened


async def test_new_category_is_in_the_submit_form_at_once_and_audited(services, chief):
    page = await chief.get(PAGE)

    added = await chief.submit(
        page, f"{PAGE}/add", slug="drones", title="پهپاد", title_en="Drones",
        parent="electronic-devices",
    )  # fmt: skip

    assert added.status_code == 303
    listed = await chief.get(added.headers["location"])
    assert "افزودهٔ همین‌جا" in listed.text
    assert "پهپاد" in (await chief.get("/new?in=electronic-devices")).text
    assert (await chief.get("/new/drones", follow_redirects=True)).status_code == 200
    assert "پهپاد" in (await chief.get("/s/iran/electronic-devices")).text
    async with services.db.read() as tx:
        [entry] = (await audit.entries(tx, action="list.entry_added")).entries
    assert entry.facts == {"slug": "drones", "title": "پهپاد"}


async def test_retired_city_is_offered_no_more_until_it_is_brought_back(services, chief):
    assert "قم" in (await chief.get("/s")).text
    page = await chief.get(f"{PAGE}?list=city&q=qom")

    retired = await chief.submit(page, f"{PAGE}/retire")
    gone = await chief.get("/s")
    after = await chief.get(retired.headers["location"])
    await chief.submit(after, f"{PAGE}/retire")

    assert 'href="/s?city=qom"' not in gone.text
    assert "بازنشسته" in after.text
    assert 'href="/s?city=qom"' in (await chief.get("/s")).text
    assert (await chief.get("/s/qom")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"slug": "light", "title": "x", "title_en": "x", "parent": "vehicles"}, "slug"),
        ({"slug": "A b", "title": "x", "title_en": "x", "parent": "vehicles"}, "slug"),
        ({"slug": "a", "title": "", "title_en": "x", "parent": "vehicles"}, "title"),
        ({"slug": "a", "title": "<b>نو</b>", "title_en": "x", "parent": "light"}, "parent"),
        ({"slug": "a", "title": "x", "title_en": "x", "parent": "nowhere"}, "parent"),
    ],
)
async def test_what_cannot_be_added_is_said_beside_the_field(chief, typed, field):
    page = await chief.get(PAGE)

    refused = await chief.submit(page, f"{PAGE}/add", **typed)

    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert "<b>نو</b>" not in refused.text
    assert forms_of(refused.text, f"{PAGE}/add")[0]["slug"] == typed["slug"]


async def test_what_is_needed_stays_and_unknown_lists_are_refused(chief):
    page = await chief.get(PAGE)
    token = forms_of(page.text, f"{PAGE}/add")[0]["csrf_token"]
    before = {name: taxonomy.entries_of(name) for name in ("category", "city")}

    for typed in (
        {"list": "category", "slug": "root"},
        {"list": "category", "slug": "vehicles"},
        {"list": "category", "slug": "nothing"},
        {"list": "nothing", "slug": "nothing"},
        {},
    ):
        answer = await chief.post(f"{PAGE}/retire", {"csrf_token": token} | typed)
        assert answer.status_code == 303, typed
    for typed in ({"list": "city", "slug": "qom", "title": " "}, {"list": "x", "slug": "y"}):
        answer = await chief.post(f"{PAGE}/rename", {"csrf_token": token} | typed)
        assert answer.status_code == 303, typed
    assert (await chief.post(f"{PAGE}/add", {"csrf_token": token, "list": "x"})).status_code == 303

    assert {name: taxonomy.entries_of(name) for name in before} == before


async def test_every_list_has_a_page_in_both_languages(chief):
    for name in taxonomy.lists():
        for lang in ("fa", "en"):
            answer = await chief.get(PAGE, params={"list": name, "lang": lang})
            assert answer.status_code == 200, name
