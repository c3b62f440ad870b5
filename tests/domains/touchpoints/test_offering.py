"""Who is offered which app, and where."""

import pytest

from dalan.domains import developers, posts, touchpoints
from tests.domains.touchpoints.conftest import Scene
from tests.factories.developers import make_app
from tests.factories.posts import make_post

DIRECT, SERVER, BOT = touchpoints.OPERATIONS


async def test_settings_of_new_app_are_all_off(scene: Scene):
    async with scene.db.read() as tx:
        settings = await touchpoints.settings_of(tx, scene.app.id)

    assert [one.place for one in settings] == list(touchpoints.PLACES)
    assert not any(one.enabled for one in settings)
    assert [one.operation for one in settings] == [DIRECT, SERVER, SERVER, SERVER, DIRECT]


async def test_configure_again_replaces_the_setting(scene: Scene):
    await scene.configure("MY_POST", DIRECT)
    await scene.configure("MY_POST", SERVER, enabled=False)

    async with scene.db.read() as tx:
        settings = {one.place: one for one in await touchpoints.settings_of(tx, scene.app.id)}
    assert (settings["MY_POST"].enabled, settings["MY_POST"].operation) == (False, SERVER)


@pytest.mark.parametrize(
    ("place", "operation"),
    [
        ("MY_DIVAR", DIRECT),
        ("DIVAR_PRO", DIRECT),
        ("CHAT", DIRECT),
        ("MY_POST", "OPEN_NATIVE_FORM_PAGE"),
        ("KITCHEN", SERVER),
    ],
)
async def test_configure_what_does_not_fit_is_refused(scene: Scene, place, operation):
    with pytest.raises(touchpoints.InvalidTouchpoint):
        await scene.configure(place, operation)


async def test_offered_to_the_owner_on_management_and_to_others_on_the_post(scene: Scene):
    await scene.configure("MY_POST", DIRECT)
    await scene.configure("DEMAND_POST", SERVER)
    slug = scene.app.slug

    assert await scene.offers("MY_POST", scene.owner) == [slug]
    assert await scene.offers("MY_POST", scene.viewer) == []
    assert await scene.offers("MY_POST", None) == []
    assert await scene.offers("DEMAND_POST", scene.viewer) == [slug]
    assert await scene.offers("DEMAND_POST", None) == [slug]
    assert await scene.offers("DEMAND_POST", scene.owner) == []


async def test_not_offered_when_off_or_as_a_bot_or_without_an_address(scene: Scene):
    await scene.configure("DEMAND_POST", DIRECT, enabled=False)
    assert await scene.offers("DEMAND_POST", None) == []

    await scene.configure("DEMAND_POST", BOT)
    assert await scene.offers("DEMAND_POST", None) == []

    await scene.configure("DEMAND_POST", SERVER)
    await scene.set_addresses(session_init_url="")
    assert await scene.offers("DEMAND_POST", None) == []


@pytest.mark.parametrize("state", ["paused", "suspended", "team_only"])
async def test_not_offered_to_everybody_unless_active(scene: Scene, state):
    await scene.configure("DEMAND_POST", DIRECT)
    async with scene.db.write() as tx:
        if state == "paused":
            await developers.pause(tx, scene.app.slug)
        elif state == "suspended":
            await developers.suspend(tx, scene.app.slug)
        else:
            await developers.set_settings(tx, scene.app.id, developers.AppSettings(team_only=True))

    assert await scene.offers("DEMAND_POST", scene.viewer) == []


async def test_not_offered_for_other_categories_and_cities(scene: Scene):
    await scene.configure("DEMAND_POST", DIRECT)
    async with scene.db.write() as tx:
        other_city = await make_post(tx, owner_id=scene.owner.id, city="shiraz")
        await tx.execute("UPDATE app SET cities = '[\"tehran\"]'", [])

    assert await scene.offers("DEMAND_POST", None) == [scene.app.slug]
    assert await scene.offers("DEMAND_POST", None, other_city) == []


async def test_development_app_is_offered_to_its_team_on_development_posts(scene: Scene):
    async with scene.db.write() as tx:
        app = (await make_app(tx, owner_id=scene.viewer.id)).app
        own = await make_post(tx, owner_id=scene.viewer.id, development=True)
        for place in ("MY_POST", "DEMAND_POST"):
            await touchpoints.configure(tx, app.id, place=place, enabled=True, operation=SERVER)

    assert await scene.offers("DEMAND_POST", scene.viewer, own) == [app.slug]
    assert await scene.offers("MY_POST", scene.viewer, own) == [app.slug]
    assert await scene.offers("DEMAND_POST", scene.owner, own) == []
    assert await scene.offers("DEMAND_POST", scene.viewer) == []


async def test_not_offered_on_a_post_that_is_not_on_display(scene: Scene):
    await scene.configure("DEMAND_POST", DIRECT)
    async with scene.db.write() as tx:
        retired = await posts.retire(tx, scene.post)

    assert await scene.offers("DEMAND_POST", None, retired) == []


async def test_offered_on_ones_own_page_and_in_the_panel_of_a_business(scene: Scene):
    places: tuple[touchpoints.Place, ...] = ("MY_DIVAR", "DIVAR_PRO")
    for place in places:
        await scene.configure(place, SERVER)
    async with scene.db.write() as tx:
        app = (await make_app(tx, owner_id=scene.viewer.id)).app
        for place in places:
            await touchpoints.configure(tx, app.id, place=place, enabled=True, operation=SERVER)

    for place in places:
        async with scene.db.read() as tx:
            seen = [
                {
                    offer.app.slug
                    for offer in await touchpoints.offered(
                        tx, place, post=None, person_id=person.id
                    )
                }
                for person in (scene.owner, scene.viewer)
            ]
        # What is not out yet is seen by who makes it.
        assert seen == [{scene.app.slug}, {scene.app.slug, app.slug}]
