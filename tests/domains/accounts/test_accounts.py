"""A person's account as a whole: told to them, and ended in every room at once."""

from datetime import timedelta

import msgspec
import pytest

from dalan.domains import accounts, developers, identity, oauth, operators, posts
from dalan.kernel import phone
from tests.factories.developers import KEYS, make_app, make_key
from tests.factories.identity import make_person
from tests.factories.oauth import make_tokens
from tests.factories.posts import make_post

NUMBER = "+989121112233"
RULES = identity.CodeRules(code_seconds=180, attempts_max=3, sends_per_hour=6)


async def somebody(tx):
    """A person who has done all that can be done."""
    person = await make_person(tx, phone=NUMBER, name="نگار")
    post = await make_post(tx, owner_id=person.id)
    app = (await make_app(tx)).app
    issued = await make_tokens(tx, KEYS, person, app, f"USER_PHONE POST_EDIT.{post.token}")
    await developers.remember_user_id(tx, keys=KEYS, app_id=app.id, person_id=person.id)
    opened = await identity.open_session(
        tx, person_id=person.id, device="Firefox", session_seconds=3_600, keys=KEYS
    )
    return person, post, app, issued, opened


async def test_closing_ends_everything_at_once_and_keeps_the_ids(tx):
    person, post, app, issued, opened = await somebody(tx)
    await make_post(tx, owner_id=person.id, development=True)

    await accounts.close(tx, person_id=person.id)

    left = await identity.person(tx, person.id)
    assert left.name == ""
    assert NUMBER not in msgspec.json.encode(left).decode()
    with pytest.raises(phone.InvalidPhone):
        phone.parse(left.phone)
    assert await identity.account_closed_at(tx, person.id)
    assert await identity.session(tx, KEYS.token_mac(opened.token) or b"") is None
    for token in (issued.access_token, issued.refresh_token):
        mac = KEYS.token_mac(token)
        assert mac is not None
        assert await oauth.bearer(tx, mac) is None
    assert await oauth.connections_of(tx, person.id) == []
    kept = await posts.by_token(tx, post.token)
    assert kept is not None
    assert (kept.state, kept.owner_id) == ("retired", person.id)
    (development,) = await posts.development_posts(tx, person.id)
    assert development.state == "retired"
    assert await developers.user_id_of(tx, app_id=app.id, person_id=person.id) is not None, (
        "the app's own records still add up"
    )


async def test_number_signs_up_anew_as_somebody_else(tx):
    person, *_ = await somebody(tx)
    await accounts.close(tx, person_id=person.id)

    issued = await identity.issue_code(tx, phone=NUMBER, rules=RULES, keys=KEYS)
    result = await identity.sign_in(
        tx, phone=NUMBER, code=issued.code, lang="fa", device="", session_seconds=60,
        rules=RULES, keys=KEYS,
    )  # fmt: skip

    assert isinstance(result, identity.SignedIn)
    assert result.is_new
    assert result.person.id != person.id
    assert await posts.of_person(tx, result.person.id) == []


async def test_code_of_before_opens_nothing_afterwards(tx):
    person, *_ = await somebody(tx)
    issued = await identity.issue_code(tx, phone=NUMBER, rules=RULES, keys=KEYS)
    await accounts.close(tx, person_id=person.id)

    answer = await identity.spend_code(tx, phone=NUMBER, code=issued.code, rules=RULES, keys=KEYS)

    assert answer == identity.NoLiveCode()


async def test_app_that_others_need_stands_in_the_way(tx):
    person, colleague = await make_person(tx), await make_person(tx)
    app = (await make_app(tx, owner_id=person.id)).app
    await developers.add_member(
        tx, app.id, by_person_id=person.id, person_id=colleague.id, role="developer"
    )
    live = (await make_app(tx, owner_id=person.id, production=True)).app

    with pytest.raises(accounts.AppsInTheWay) as refused:
        await accounts.close(tx, person_id=person.id)
    assert sorted(refused.value.slugs) == sorted([app.slug, live.slug])
    assert (await identity.person(tx, person.id)).phone == person.phone

    for one in (app, live):
        if one is live:
            await developers.add_member(
                tx, one.id, by_person_id=person.id, person_id=colleague.id, role="owner"
            )
        else:
            await developers.change_role(
                tx, one.id, by_person_id=person.id, person_id=colleague.id, role="owner"
            )
    await accounts.close(tx, person_id=person.id)

    assert [one.person_id for one in await developers.members(tx, app.id)] == [colleague.id]


async def test_development_app_of_nobody_else_is_left_without_keys(tx):
    person = await make_person(tx)
    app = (await make_app(tx, owner_id=person.id)).app
    await make_key(tx, app.id)

    await accounts.close(tx, person_id=person.id)

    assert all(key.revoked_at for key in await developers.keys_of(tx, app.id))


async def test_operator_leaves_the_place_to_others_first(tx):
    person, other = await make_person(tx), await make_person(tx)
    await operators.appoint(tx, other.id, role="admin")
    await operators.appoint(tx, person.id, role="support")

    assert isinstance(await accounts.what_stands_in_the_way(tx, person.id), accounts.IsOperator)
    await operators.dismiss(tx, person.id)
    assert await accounts.what_stands_in_the_way(tx, person.id) is None


async def test_export_tells_all_and_no_secret(tx, moment):
    person, post, app, issued, opened = await somebody(tx)
    moment.advance(timedelta(minutes=1))

    told = await accounts.export(tx, person.id, base_url="https://bazaar.example")

    text = msgspec.json.encode(told).decode()
    assert told["person"]["phone"] == NUMBER
    assert [one["device"] for one in told["sessions"]] == ["Firefox"]
    assert [one["token"] for one in told["posts"]] == [post.token]
    (connected,) = told["connected_apps"]
    assert connected["app"] == app.slug
    assert {one["scope"] for one in connected["permissions"]} >= {"USER_PHONE"}
    for secret in (issued.access_token, issued.refresh_token, opened.token):
        assert secret not in text


async def test_wrong_codes_are_counted_and_the_right_one_works_once(tx):
    issued = await identity.issue_code(tx, phone=NUMBER, rules=RULES, keys=KEYS)
    wrong = "000000" if issued.code != "000000" else "000001"

    async def spend(code):
        return await identity.spend_code(tx, phone=NUMBER, code=code, rules=RULES, keys=KEYS)

    assert await spend(wrong) == identity.WrongCode(attempts_left=2)
    assert await spend(issued.code) is None
    assert await spend(issued.code) == identity.NoLiveCode()
