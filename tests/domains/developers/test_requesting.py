"""What an app does not have is asked for, answered one by one, and had at once."""

import pytest
from tests.factories.developers import KEYS, make_app, make_key
from tests.factories.identity import make_person

from dalan.domains import developers
from dalan.domains.developers import (
    AlreadyAsked,
    Ceiling,
    InvalidField,
    PermissionMissing,
    TooMany,
    UnknownRequest,
)

OFFERED = {
    "permission": developers.PERMISSION_NAMES,
    "scope": ("USER_PHONE", "USER_ID"),
    "widget": ("title_row",),
    "category": ("vehicles",),
    "city": ("tehran", "karaj"),
}
LITTLE = Ceiling(("GET_POST",), (), ())


async def bounded(tx, **given):
    """A production app that may read posts and nothing else, in Tehran."""
    made = await make_app(tx, **given)
    await developers.approve(tx, made.app.slug, categories=(), cities=("tehran",), ceiling=LITTLE)
    return await developers.app(tx, made.app.id)


async def ask(tx, app, *wishes, **given):
    values = {"reason": "برای گزارش خودرو", "person_id": app.owner_id, "offered": OFFERED} | given
    return await developers.ask(tx, app.id, wishes=wishes, **values)


async def test_grant_is_had_at_once_by_keys_and_consent(tx):
    app, operator = await bounded(tx), await make_person(tx)
    key = await make_key(tx, app.id, permissions=["GET_POST"])
    asked = await ask(
        tx, app, ("permission", "SEARCH_POST"), ("scope", "USER_PHONE"), ("city", "karaj"),
        ("category", "vehicles"), ("widget", "title_row"),
    )  # fmt: skip
    assert not app.may_ask_scope("USER_PHONE")
    with pytest.raises(developers.BeyondCeiling):
        await make_key(tx, app.id, permissions=["SEARCH_POST"])

    answered = await developers.decide(
        tx,
        asked.request.id,
        by_id=operator.id,
        granted=[(one.kind, one.name) for one in asked.wishes],
    )

    after = await developers.app(tx, app.id)
    assert answered.app == after
    assert after.may_ask_scope("USER_PHONE")
    assert after.may_use_widget("title_row")
    assert after.is_for(category="light", city="karaj")
    assert after.permissions == ("GET_POST", "SEARCH_POST")
    wide = await make_key(tx, app.id, permissions=["SEARCH_POST"])
    (await developers.caller(tx, wide.text, KEYS)).need("SEARCH_POST")
    with pytest.raises(PermissionMissing):  # a key never gains what it was not made with
        (await developers.caller(tx, key.text, KEYS)).need("SEARCH_POST")
    assert (await developers.request(tx, asked.request.id)).state == "granted"


async def test_part_is_granted_part_refused_and_the_rest_waits(tx):
    app, operator = await bounded(tx), await make_person(tx)
    asked = await ask(
        tx, app, ("scope", "USER_PHONE"), ("scope", "USER_ID"), ("permission", "SEARCH_POST")
    )

    answered = await developers.decide(
        tx,
        asked.request.id,
        by_id=operator.id,
        granted=[("scope", "USER_ID")],
        refused=[("scope", "USER_PHONE")],
        note="شماره لازم نیست",
    )

    states = {one.name: (one.state, one.note) for one in (await all_of(tx, app)).wishes}
    assert states == {
        "USER_PHONE": ("refused", "شماره لازم نیست"),
        "USER_ID": ("granted", "شماره لازم نیست"),
        "SEARCH_POST": ("open", ""),
    }
    assert answered.app.scopes == ("USER_ID",)
    assert [one.request.id for one in await developers.open_requests(tx)] == [asked.request.id]
    again = await developers.decide(
        tx, asked.request.id, by_id=operator.id, granted=[("scope", "USER_PHONE")]
    )
    assert again.granted == []  # what was refused stays refused
    assert again.app.scopes == ("USER_ID",)


async def all_of(tx, app):
    return (await developers.requests_of(tx, app.id))[0]


@pytest.mark.parametrize(
    ("wishes", "given", "field"),
    [
        ((), {}, "wishes"),
        ((("scope", "NO_SUCH"),), {}, "wishes"),
        ((("nonsense", "USER_ID"),), {}, "wishes"),
        ((("scope", "USER_ID"),), {"reason": " "}, "reason"),
        ((("scope", "USER_ID"),), {"reason": "x" * 2_001}, "reason"),
        ((("scope", "USER_ID"),), {"evidence_needed": True}, "evidence_url"),
        ((("scope", "USER_ID"),), {"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        ((("scope", "USER_ID"),), {"evidence_url": "http://a.ir"}, "evidence_url"),
        ((("scope", "USER_ID"),), {"evidence_url": "https://"}, "evidence_url"),
        ((("scope", "USER_ID"),), {"evidence_url": "https://a b"}, "evidence_url"),
        ((("scope", "USER_ID"),), {"evidence_url": "https://a.ir/" + "x" * 500}, "evidence_url"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_field(tx, wishes, given, field):
    app = await bounded(tx)

    with pytest.raises(InvalidField) as refused:
        await ask(tx, app, *wishes, **given)

    assert refused.value.field == field
    assert await developers.requests_of(tx, app.id) == []


async def test_nothing_is_asked_for_twice_nor_when_it_is_had(tx):
    app = await bounded(tx)
    await ask(tx, app, ("scope", "USER_ID"))

    with pytest.raises(AlreadyAsked):
        await ask(tx, app, ("scope", "USER_ID"), ("scope", "USER_PHONE"))
    with pytest.raises(AlreadyAsked):
        await ask(tx, app, ("permission", "GET_POST"))

    assert len(await developers.requests_of(tx, app.id)) == 1


async def test_withdrawing_takes_back_only_what_waits_and_only_ones_own(tx):
    app, other, operator = await bounded(tx), await bounded(tx), await make_person(tx)
    asked = await ask(tx, app, ("scope", "USER_ID"), ("scope", "USER_PHONE"))
    await developers.decide(tx, asked.request.id, by_id=operator.id, granted=[("scope", "USER_ID")])

    with pytest.raises(UnknownRequest):
        await developers.withdraw_request(tx, other.id, asked.request.id)
    taken = await developers.withdraw_request(tx, app.id, asked.request.id)

    assert [one.name for one in taken] == ["USER_PHONE"]
    assert await developers.withdraw_request(tx, app.id, asked.request.id) == []
    assert await developers.open_requests_count(tx) == 0
    assert (await developers.app(tx, app.id)).scopes == ("USER_ID",)


@pytest.mark.parametrize(
    ("granted", "refused", "note", "field"),
    [
        ([], [], "", "wishes"),
        ([("scope", "USER_ID")], [("scope", "USER_ID")], "x", "wishes"),
        ([], [("scope", "USER_ID")], " ", "note"),
        ([], [("scope", "USER_ID")], "x" * 2_001, "note"),
    ],
)
async def test_answer_is_clear_and_a_refusal_has_a_reason(tx, granted, refused, note, field):
    app = await bounded(tx)
    asked = await ask(tx, app, ("scope", "USER_ID"))

    with pytest.raises(InvalidField) as error:
        await developers.decide(
            tx, asked.request.id, by_id=app.owner_id, granted=granted, refused=refused, note=note
        )

    assert error.value.field == field
    assert (await developers.request(tx, asked.request.id)).state == "open"


async def test_asking_has_its_limits(tx):
    app = await bounded(tx)
    for _ in range(20):
        asked = await ask(tx, app, ("scope", "USER_ID"))
        await developers.withdraw_request(tx, app.id, asked.request.id)

    with pytest.raises(TooMany) as error:
        await ask(tx, app, ("scope", "USER_ID"))

    assert error.value.what == "requests"


async def test_wishes_of_a_development_app_are_answered_by_its_approval(tx):
    app, operator = (await make_app(tx)).app, await make_person(tx)
    await ask(tx, app, ("scope", "USER_ID"), ("scope", "USER_PHONE"))
    assert await developers.wished(tx, app.id) == {"scope": ["USER_ID", "USER_PHONE"]}

    await developers.approve(
        tx, app.slug, ceiling=Ceiling(permissions=(), scopes=("USER_ID",), widgets=None)
    )
    answered = await developers.settle(tx, app.id, by_id=operator.id, note="شماره نه")

    assert [one.name for one in answered.granted] == ["USER_ID"]
    assert [one.name for one in answered.refused] == ["USER_PHONE"]
    assert await developers.open_requests_count(tx) == 0
    after = await developers.app(tx, app.id)
    assert (after.permissions, after.scopes, after.widgets) == ((), ("USER_ID",), None)
    assert (await developers.wished(tx, app.id)) == {"scope": ["USER_ID"]}


async def test_everything_stays_everything(tx):
    app, operator = (await make_app(tx)).app, await make_person(tx)
    asked = await ask(tx, app, ("scope", "USER_ID"))

    await developers.decide(tx, asked.request.id, by_id=operator.id, granted=[("scope", "USER_ID")])

    assert (await developers.app(tx, app.id)).scopes is None
