"""Who works on an app: members come, get roles and leave."""

from tests.factories.panel import APPS, OTHER_PHONE, app_of, registered, submit

from dalan.domains import developers, identity


async def test_members_are_added_by_number_up_to_ones_role(browser, other, services):
    path = await registered(browser)
    nobody = await submit(
        browser, f"{path}/members", f"{path}/members", phone="09100000000", role="admin"
    )
    assert nobody.status_code == 422
    assert "کسی با این شماره" in nobody.text

    await submit(
        browser, f"{path}/members", f"{path}/members", phone="۰۹۳۵۱۱۱۲۲۳۳", role="developer"
    )
    page = await other.get(f"{path}/members")

    assert page.status_code == 200
    assert OTHER_PHONE not in page.text
    assert (await other.get(APPS)).text.count("light-report") >= 1
    refused = await submit(
        other, f"{path}/addresses", f"{path}/members", phone="09121234567", role="owner"
    )
    assert refused.status_code == 403
    rotated = await submit(other, f"{path}/addresses", f"{path}/oauth/secret", overlap_hours="0")
    assert rotated.status_code == 403
    again = await submit(
        browser, f"{path}/members", f"{path}/members", phone=OTHER_PHONE, role="admin"
    )
    assert "این فرد از قبل عضو است." in again.text


async def test_last_owner_cannot_leave(browser, services):
    path = await registered(browser)
    app = await app_of(services)

    answer = await submit(browser, f"{path}/members", f"{path}/members/{app.owner_id}/remove")

    assert answer.status_code == 303
    assert "اول مالک دیگری تعیین کنید" in (await browser.get(f"{path}/members")).text
    async with services.db.read() as tx:
        assert await developers.is_member(tx, app.id, app.owner_id)


async def test_owner_leaves_once_there_is_another(browser, other, services):
    path = await registered(browser)
    app = await app_of(services)
    members = f"{path}/members"
    await submit(browser, members, members, phone=OTHER_PHONE, role="developer")
    async with services.db.read() as tx:
        person = await identity.person_by_phone(tx, "+989351112233")
    assert person is not None

    await submit(browser, members, f"{members}/{person.id}/role", role="owner")
    answer = await submit(browser, members, f"{members}/{app.owner_id}/remove")

    assert answer.headers["location"] == APPS
    assert (await browser.get(path)).status_code == 404
    assert (await other.get(path)).status_code == 200
