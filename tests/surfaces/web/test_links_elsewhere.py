"""Short links beside a person's own: of a post, and of an app in its panel."""

import re

from tests.factories.browser import Browser
from tests.factories.posts import make_post

from dalan.domains import identity, links
from dalan.surfaces.services import Services

APPS = "/kenar/management/apps"


async def test_post_has_one_short_link_that_its_visitors_share(
    browser: Browser, other: Browser, services: Services
) -> None:
    async with services.db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
        assert person is not None
        post = await make_post(tx, owner_id=person.id)
    path = f"/my-divar/my-posts/{post.token}"
    assert f"http://dalan.test/v/{post.token}" in (await other.get(f"/v/{post.token}")).text

    for _ in range(2):
        page = await browser.get(path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token is not None
        made = await browser.post(f"{path}/short-link", {"csrf_token": token[1]})
        assert made.headers["location"] == f"{path}#short-link"

    async with services.db.read() as tx:
        question = links.Question(owner=links.Owner.person(person.id))
        (link,) = await links.page(tx, question)
    assert link.target == f"http://dalan.test/v/{post.token}"
    for shown in (await browser.get(path), await other.get(f"/v/{post.token}")):
        assert f"http://dalan.test/l/{link.hash}" in shown.text
    assert f"/my-divar/links/at/{link.hash}/qr" in (await browser.get(path)).text
    assert f"/my-divar/links/at/{link.hash}" not in (await other.get(f"/v/{post.token}")).text


async def test_visitors_share_no_short_link_that_lets_only_some_in(
    browser: Browser, other: Browser, services: Services
) -> None:
    async with services.db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
        assert person is not None
        post = await make_post(tx, owner_id=person.id)
        wish = links.Wish("link", f"http://dalan.test/v/{post.token}", hash="once", visits_max=1)
        owner = links.Owner.person(person.id)
        await links.create(tx, wish, owner=owner, rules=services.link_rules)

    assert "dalan.test/l/once" not in (await other.get(f"/v/{post.token}")).text
    assert "dalan.test/l/once" in (await browser.get(f"/my-divar/my-posts/{post.token}")).text


async def test_post_is_shortened_by_its_owner_alone(
    browser: Browser, other: Browser, services: Services
) -> None:
    async with services.db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
        assert person is not None
        post = await make_post(tx, owner_id=person.id)
    page = await other.get("/my-divar/links")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None

    path = f"/my-divar/my-posts/{post.token}/short-link"
    answer = await other.post(path, {"csrf_token": token[1]})
    without = await browser.post(path, {})

    assert (answer.status_code, without.status_code) == (404, 403)


async def test_apps_team_has_links_of_the_app_in_its_panel(
    browser: Browser, other: Browser, services: Services
) -> None:
    page = await browser.get(f"{APPS}/new")
    await browser.submit(page, APPS, display="گزارش", slug="light-report")
    path = f"{APPS}/light-report/links"

    made = await browser.submit(
        await browser.get(path), path, target="https://example.com/", hash="report"
    )

    assert made.headers["location"] == f"{path}/at/report"
    shown = (await browser.get(f"{path}/at/report")).text
    assert "dalan.test/l/report" in shown
    edit = f"{path}/at/report/edit"
    await browser.submit(await browser.get(edit), edit, title="تازه", expires="never")
    assert "پیوند را تغییر داد" in (await browser.get(edit)).text
    async with services.db.read() as tx:
        link = await links.find(tx, "report")
        assert link is not None
        assert link.app_id is not None
    assert 'value="/report"' not in (await browser.get("/my-divar/links")).text
    for page_ in ("", "/new", "/import", "/at/report", "/at/report/live"):
        assert (await other.get(path + page_)).status_code == 404, page_
