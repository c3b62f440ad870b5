"""People at the operators' desk: found, seen in part, shut out."""

import pytest
from tests.factories.desk import CHIEF, SUPPORT, at_desk, chief, person, shipped_lists_again, submit
from tests.factories.developers import make_app
from tests.factories.oauth import make_tokens

from dalan.domains import oauth, operators

__all__ = ["chief", "person", "shipped_lists_again"]


@pytest.mark.parametrize(
    "asked", ["09121119999", "+98 912 111 9999", "۰۹۱۲۱۱۱۹۹۹۹", "كاظمی", "نگار"]
)
async def test_person_is_found_by_number_or_name_with_the_number_masked(chief, person, asked):
    page = await submit(chief, "/admin/people", {"q": asked})

    assert f'href="/admin/people/{person.id}"' in page.text
    one = await chief.get(f"/admin/people/{person.id}")
    for text in (page.text.replace(asked, ""), one.text):
        assert "9121119999" not in text
        assert "0912***9999" in text


@pytest.mark.parametrize(("asked", "status"), [("x", 422), ("", 422), ("%%", 200), ("__", 200)])
async def test_nobody_is_found_by_what_fits_everybody(chief, person, asked, status):
    page = await submit(chief, "/admin/people", {"q": asked})

    assert page.status_code == status
    assert f'href="/admin/people/{person.id}"' not in page.text


async def test_number_is_shown_when_asked_for(chief, person):
    page = await submit(chief, f"/admin/people/{person.id}/phone")

    assert page.status_code == 200
    assert "09121119999" in page.text
    assert (await chief.get("/admin/people/999999999")).status_code == 404
    assert (await chief.get(f"/admin/people/{2**70}")).status_code == 404


async def test_blocking_and_signing_out_shut_a_person_out(chief, services, person):
    async with at_desk(services, "09121119999") as theirs:
        await submit(chief, f"/admin/people/{person.id}/sign-out")
        assert (await theirs.get("/my-divar")).status_code == 303

    async with at_desk(services, "09121119999") as theirs:
        nothing = await submit(chief, f"/admin/people/{person.id}/block", {"reason": " "})
        assert nothing.status_code == 303
        assert (await theirs.get("/my-divar")).status_code == 200
        await submit(chief, f"/admin/people/{person.id}/block", {"reason": "کلاه‌برداری"})
        assert (await theirs.get("/my-divar")).status_code == 303
        assert "کلاه‌برداری" in (await chief.get(f"/admin/people/{person.id}")).text
        await submit(chief, f"/admin/people/{person.id}/unblock")
        assert (await theirs.get("/my-divar")).status_code == 200


async def test_blocking_ends_the_tokens_of_a_person_before_any_worker_comes(
    chief, services, person
):
    async with services.db.write() as tx:
        app = (await make_app(tx, keys=services.keys)).app
        pair = await make_tokens(tx, services.keys, person, app, "USER_PHONE offline_access")

    await submit(chief, f"/admin/people/{person.id}/block", {"reason": "کلاه‌برداری"})

    assert pair.refresh_token is not None
    async with services.db.write() as tx:
        mac = services.keys.token_mac(pair.access_token)
        assert await oauth.bearer(tx, mac) is None
        refreshed = await oauth.refresh(
            tx, keys=services.keys, app_id=app.id, refresh_token=pair.refresh_token, scope=None,
            access_seconds=3_600, grace_seconds=120,
        )  # fmt: skip
        assert isinstance(refreshed, oauth.Refusal)


async def test_operators_cannot_be_shut_out_by_support_nor_by_themselves(services, person):
    async with services.db.read() as tx:
        found = {one.role: one.person_id for one in await operators.operators(tx)}
    async with at_desk(services, SUPPORT) as support, at_desk(services, CHIEF) as chief:
        for act in ("block", "unblock", "sign-out"):
            path = f"/admin/people/{found['admin']}/{act}"
            assert (await submit(support, path, {"reason": "x"})).status_code == 403
        await submit(chief, f"/admin/people/{found['admin']}/block", {"reason": "x"})
        assert (await chief.get("/admin")).status_code == 200
        await submit(chief, f"/admin/people/{found['support']}/block", {"reason": "x"})
        assert (await support.get("/admin")).status_code == 303
