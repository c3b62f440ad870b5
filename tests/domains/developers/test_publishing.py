"""The life of an app: which steps there are, and which there are not."""

import pytest
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person

from dalan.domains import developers
from dalan.domains.developers import InvalidField, UnknownApp, WrongState

STEPS = {
    "ask": developers.ask_for_review,
    "withdraw": developers.withdraw_from_review,
    "changes": lambda tx, slug: developers.request_changes(tx, slug, note="نشان را درست کنید"),
    "approve": developers.approve,
    "pause": developers.pause,
    "resume": developers.resume,
    "suspend": developers.suspend,
    "lift": developers.lift_suspension,
}

ALLOWED = {
    "": {"ask": "in_review", "approve": "active", "suspend": "suspended"},
    "ask": {
        "withdraw": "development",
        "changes": "changes_requested",
        "approve": "active",
        "suspend": "suspended",
    },
    "ask changes": {
        "ask": "in_review",
        "withdraw": "development",
        "approve": "active",
        "suspend": "suspended",
    },
    "suspend": {"lift": "development", "suspend": "suspended"},
    "approve": {"pause": "inactive", "approve": "active", "suspend": "suspended"},
    "approve pause": {"resume": "active", "approve": "active", "suspend": "suspended"},
    "approve suspend": {"lift": "inactive", "suspend": "suspended"},
}


@pytest.mark.parametrize("way", ALLOWED)
@pytest.mark.parametrize("step", STEPS)
async def test_step_leads_on_or_is_refused(tx, way, step):
    app = (await make_app(tx)).app
    for earlier in way.split():
        app = await STEPS[earlier](tx, app.slug)

    if step in ALLOWED[way]:
        assert (await STEPS[step](tx, app.slug)).state == ALLOWED[way][step]
    else:
        with pytest.raises(WrongState):
            await STEPS[step](tx, app.slug)
        assert await developers.app(tx, app.id) == app


async def test_approve_makes_the_same_app_a_production_app(tx):
    app, secret, _ = await make_app(tx)

    approved = await developers.approve(tx, app.slug, categories=["light"], cities=["tehran"])

    assert (approved.id, approved.slug, approved.kind) == (app.id, app.slug, "production")
    assert developers.wire_status(approved) == "ACTIVE"
    assert approved.is_for(category="light", city="tehran")
    assert not approved.is_for(category="light", city="shiraz")
    assert await developers.check_client_secret(tx, app.id, secret, keys=KEYS)


async def test_pause_and_resume_keep_where_it_was_activated(tx):
    app = (await make_app(tx)).app
    await developers.approve(tx, app.slug, cities=["tehran"])

    await developers.pause(tx, app.slug)
    resumed = await developers.resume(tx, app.slug)

    assert (resumed.cities, resumed.categories) == (("tehran",), None)


async def test_request_changes_says_what(tx):
    app = (await make_app(tx)).app
    await developers.ask_for_review(tx, app.slug)

    with pytest.raises(InvalidField):
        await developers.request_changes(tx, app.slug, note=" ")
    changed = await developers.request_changes(tx, app.slug, note=" لوگو ")

    assert changed.review_note == "لوگو"
    assert [one.id for one in await developers.apps_in_state(tx, "changes_requested")] == [app.id]


async def test_steps_need_an_app(tx):
    for step in STEPS.values():
        with pytest.raises(UnknownApp):
            await step(tx, "no-such-app")


async def test_apps_are_listed_newest_first_page_by_page(tx):
    owner = await make_person(tx)
    for number in range(5):
        await make_app(tx, owner_id=owner.id, slug=f"listed-{number}")
    await developers.ask_for_review(tx, "listed-2")

    seen: list[str] = []
    cursor = ""
    while len(seen) < 5:
        page = await developers.newest_apps(tx, after=cursor, limit=2)
        seen += [one.slug for one in page.apps]
        cursor = page.next_cursor

    assert seen[:5] == [f"listed-{number}" for number in (4, 3, 2, 1, 0)]
    in_review = await developers.newest_apps(tx, state="in_review")
    assert "listed-2" in [one.slug for one in in_review.apps]
    assert "listed-3" not in [one.slug for one in in_review.apps]
    assert (await developers.state_counts(tx))["in_review"] == len(in_review.apps)
