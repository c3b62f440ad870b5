"""Service types and tags: published words, chosen by a team until its app is looked at."""

import pytest
from tests.factories.developers import make_app

from dalan.domains import developers
from dalan.domains.developers import InvalidField, WrongState


async def test_team_chooses_until_review(tx):
    app = (await make_app(tx)).app

    chosen = await developers.classify(
        tx,
        app.id,
        service_type="REPORT_INSPECTION",
        tags=["SECURE_PAYMENT", "VERIFIED", "VERIFIED"],
        by_team=True,
    )

    assert chosen.tags == ("VERIFIED", "SECURE_PAYMENT")
    assert (await developers.app(tx, app.id)).service_type == "REPORT_INSPECTION"
    await developers.ask_for_review(tx, app.slug)
    with pytest.raises(WrongState):
        await developers.classify(tx, app.id, service_type="", tags=[], by_team=True)
    after = await developers.classify(tx, app.id, service_type="", tags=["VERIFIED"], by_team=False)
    assert after == (None, ("VERIFIED",))


@pytest.mark.parametrize(
    ("service_type", "tags", "field"),
    [
        ("NO_SUCH", [], "service_type"),
        ("", ["NO_SUCH"], "tags"),
        ("", list(developers.TAG_NAMES[:6]), "tags"),
    ],
)
async def test_unknown_words_and_too_many_are_refused(tx, service_type, tags, field):
    app = (await make_app(tx)).app

    with pytest.raises(InvalidField) as error:
        await developers.classify(tx, app.id, service_type=service_type, tags=tags, by_team=True)

    assert error.value.field == field
    assert await developers.tags_of(tx, app.id) == ()


async def test_apps_are_found_by_type_tag_and_state(tx):
    first, second = (await make_app(tx)).app, (await make_app(tx, production=True)).app
    for app, tag in ((first, "VERIFIED"), (second, "SECURE_PAYMENT")):
        await developers.classify(tx, app.id, service_type="PHOTOGRAPHY", tags=[tag], by_team=False)

    async def found(**given):
        return [one.id for one in (await developers.find_apps(tx, **given)).apps]

    assert await found(service_type="PHOTOGRAPHY") == [second.id, first.id]
    assert await found(tag="VERIFIED") == [first.id]
    assert await found(tag="VERIFIED", state="active") == []
    assert await found(state="active", service_type="PHOTOGRAPHY") == [second.id]
    page = await developers.find_apps(tx, service_type="PHOTOGRAPHY", limit=1)
    rest = await developers.find_apps(
        tx, service_type="PHOTOGRAPHY", limit=1, after=page.next_cursor
    )
    assert [one.id for one in rest.apps] == [first.id]
    assert await developers.tags_of_apps(tx, [first.id]) == {first.id: ["VERIFIED"]}
