"""Registering apps and what may be written on them."""

import asyncio

import pytest
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person

from dalan.domains import developers
from dalan.domains.developers import InvalidField, InvalidSlug, SlugTaken, TooMany, UnknownApp
from dalan.kernel import clock


async def test_register_app_without_slug_draws_three_words(tx):
    made = await make_app(tx)

    assert made.app.slug.count("-") >= 2
    assert developers.check_slug(made.app.slug) == made.app.slug


async def test_register_app_gives_everything_and_works_at_once(tx):
    app = (await make_app(tx, slug="light-report")).app

    assert (app.kind, app.state) == ("development", "development")
    assert (app.permissions, app.scopes, app.widgets) == (None, None, None)
    assert app.may_ask_scope("USER_PHONE")
    assert developers.wire_status(app) == "DEVELOPMENT"
    assert await developers.app_by_slug(tx, "light-report") == app
    assert [one.id for one in await developers.apps_of(tx, app.owner_id)] == [app.id]
    assert await developers.is_member(tx, app.id, app.owner_id)


@pytest.mark.parametrize(
    "slug",
    ["ab", "a" * 41, "Upper-case", "two--hyphens", "-first", "last-", "under_score", "فارسی",
     "space here", "a/b", "admin", "oauth", "dalan-support", "addon-x", "xn--abc", "a\0bc"],
)  # fmt: skip
async def test_register_app_refuses_slugs_that_cannot_be(tx, slug):
    with pytest.raises(InvalidSlug):
        await make_app(tx, slug=slug)


async def test_register_app_refuses_a_taken_slug(tx):
    await make_app(tx, slug="first-come")

    with pytest.raises(SlugTaken):
        await make_app(tx, slug="first-come")


async def test_register_app_stops_at_ten_development_apps(tx):
    owner_id = (await make_person(tx)).id
    for number in range(10):
        app = (await make_app(tx, owner_id=owner_id, slug=f"app-{number}")).app

    with pytest.raises(TooMany):
        await make_app(tx, owner_id=owner_id)
    await developers.approve(tx, app.slug)
    await make_app(tx, owner_id=owner_id)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("display", ""),
        ("display", " \u202e\u200f\t "),
        ("display", "ب" * 41),
        ("subtitle", "ب" * 81),
        ("description", "ب" * 1_001),
        ("description", "ب" * 1_000_000),
    ],
)
async def test_register_app_refuses_texts_that_do_not_fit(tx, field, given):
    with pytest.raises(InvalidField) as refused:
        await make_app(tx, **{field: given})

    assert refused.value.field == field


async def test_register_app_drops_what_turns_a_page_around(tx):
    app = (await make_app(tx, display="کارشناس\u202eevil\u202c <b>", subtitle="a\0b")).app

    assert app.display == "کارشناسevil <b>"
    assert app.subtitle == "ab"


@pytest.mark.parametrize("slug", ["", "nobody", "x" * 10_000, "a\0b", "'; drop table app"])
async def test_app_by_slug_knows_nobody_of_that_name(tx, slug):
    with pytest.raises(UnknownApp):
        await developers.app_by_slug(tx, slug)


async def test_edit_display_changes_what_people_see(tx, moment):
    app = (await make_app(tx)).app

    await developers.edit_display(
        tx, app.id, display=" نو ", subtitle="۱۰٬۰۰۰", description="x\r\ny"
    )

    edited = await developers.app(tx, app.id)
    assert (edited.display, edited.subtitle, edited.description) == ("نو", "۱۰٬۰۰۰", "x\ny")
    assert edited.updated_at == clock.now()


async def test_settings_keep_what_was_chosen(tx):
    app = (await make_app(tx)).app
    chosen = developers.AppSettings(session_body="2", attach_without_consent=True)

    await developers.set_settings(tx, app.id, chosen)

    assert (await developers.app(tx, app.id)).settings == chosen


async def test_two_registrations_of_one_slug_at_once_leave_one_app(db):
    async with db.write() as tx:
        owners = [(await make_person(tx)).id for _ in range(4)]

    async def register(owner_id):
        async with db.write() as tx:
            return await developers.register_app(
                tx, keys=KEYS, owner_id=owner_id, display="یکی", slug="only-one"
            )

    results = await asyncio.gather(*map(register, owners), return_exceptions=True)

    assert sum(isinstance(one, SlugTaken) for one in results) == 3
    async with db.read() as tx:
        app = await developers.app_by_slug(tx, "only-one")
        apps_by_owner = [len(await developers.apps_of(tx, owner_id)) for owner_id in owners]
    assert sorted(apps_by_owner) == [0, 0, 0, 1]
    assert app.owner_id in owners


async def test_registrations_at_once_do_not_pass_the_limit(db):
    async with db.write() as tx:
        owner_id = (await make_person(tx)).id
        for _ in range(8):
            await make_app(tx, owner_id=owner_id)

    async def register():
        async with db.write() as tx:
            await developers.register_app(tx, keys=KEYS, owner_id=owner_id, display="یکی دیگر")

    results = await asyncio.gather(*(register() for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(one, TooMany) for one in results) == 3
    async with db.read() as tx:
        assert len(await developers.apps_of(tx, owner_id)) == 10
