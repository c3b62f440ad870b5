"""A person's account as a whole: told to them, and ended in every room at once."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from dalan.domains import (
    accounts,
    businesses,
    developers,
    events,
    identity,
    notices,
    oauth,
    operators,
    payments,
    posts,
)
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

    issued = await identity.issue_code(tx, phone=NUMBER, asker="a browser", rules=RULES, keys=KEYS)
    result = await identity.sign_in(
        tx, phone=NUMBER, asker="a browser", code=issued.code, lang="fa", device="",
        session_seconds=60, rules=RULES, keys=KEYS,
    )  # fmt: skip

    assert isinstance(result, identity.SignedIn)
    assert result.is_new
    assert result.person.id != person.id
    assert await posts.of_person(tx, result.person.id) == []


async def test_code_of_before_opens_nothing_afterwards(tx):
    person, *_ = await somebody(tx)
    issued = await identity.issue_code(tx, phone=NUMBER, asker="a browser", rules=RULES, keys=KEYS)
    await accounts.close(tx, person_id=person.id)

    answer = await identity.spend_code(
        tx, phone=NUMBER, asker="a browser", code=issued.code, rules=RULES, keys=KEYS
    )

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


async def test_export_has_drafts_payments_in_apps_and_notices_and_closing_drops_drafts(tx):
    person, _post, app, *_ = await somebody(tx)
    other = await make_person(tx)
    typed = {"title": ["مبل راحتی"], "price": ["۲۰۰۰"]}
    for writer in (person, other):
        await posts.save_draft(
            tx, posts.new_draft_token(), person_id=writer.id, category="furniture", typed=typed
        )
        await payments.report_payment(
            tx,
            app_id=app.id,
            person_id=writer.id,
            reference_id=f"order-{writer.id}",
            amount_rials=120_000,
            profit_rials=12_000,
            services=["car-inspection"],
        )
        await notices.tell(
            tx, [writer.id], kind="post_end", occasion="1", facts={"title": "مبل", "is_over": True}
        )

    told = await accounts.export(tx, person.id, keys=KEYS, base_url="https://bazaar.example")

    (draft,) = told["drafts"]
    assert (draft["category"], draft["typed"]) == ("furniture", typed)
    (paid,) = told["payments_in_apps"]
    assert (paid["app"], paid["reference_id"], paid["amount_rials"]) == (
        app.slug,
        f"order-{person.id}",
        120_000,
    )
    assert "profit_rials" not in paid, "what the app keeps of it is the app's to tell"
    assert [one["title"] for one in told["notices"]] == ["زمان نمایش آگهی «مبل» تمام شد"]
    assert msgspec.json.encode(told)

    await accounts.close(tx, person_id=person.id)

    assert await posts.drafts_of(tx, person.id) == []
    assert len(await posts.drafts_of(tx, other.id)) == 1
    # The books of the app go on: they name an id that nobody answers to any more.
    assert len(await payments.reports_of_app(tx, app.id, limit=9)) == 2
    assert not (await notices.notices_of(tx, person.id)).notices


async def test_export_tells_all_and_no_secret(tx, moment):
    person, post, app, issued, opened = await somebody(tx)
    moment.advance(timedelta(minutes=1))

    told = await accounts.export(tx, person.id, keys=KEYS, base_url="https://bazaar.example")

    text = msgspec.json.encode(told).decode()
    assert told["person"]["phone"] == NUMBER
    assert [one["device"] for one in told["sessions"]] == ["Firefox"]
    assert [one["token"] for one in told["posts"]] == [post.token]
    (connected,) = told["connected_apps"]
    assert connected["app"] == app.slug
    assert {one["scope"] for one in connected["permissions"]} >= {"USER_PHONE"}
    for secret in (issued.access_token, issued.refresh_token, opened.token):
        assert secret not in text


async def test_export_tells_what_apps_are_told_of(tx):
    person, post, app, *_ = await somebody(tx)
    issued = await make_tokens(tx, KEYS, person, app, "USER_POSTS_GET")
    await developers.set_addresses(
        tx, app.id, policy=developers.AddressPolicy(), fallback_url="", session_init_url="",
        dynamic_action_url="", events_url="https://app.example/events",
    )  # fmt: skip
    bearer = await oauth.bearer(tx, KEYS.token_mac(issued.access_token) or b"")
    assert bearer is not None
    await events.subscribe(
        tx, bearer, type_="POST_UPDATE", resource=post.token, metadata={"mine": 1}
    )

    told = await accounts.export(tx, person.id, keys=KEYS, base_url="https://bazaar.example")

    (followed,) = told["told_to_apps"]
    assert (followed["app"], followed["event"], followed["post"], followed["metadata"]) == (
        app.slug, "POST_UPDATE", post.token, {"mine": 1},
    )  # fmt: skip
    await oauth.disconnect(tx, person_id=person.id, app_id=app.id)
    later = await accounts.export(tx, person.id, keys=KEYS, base_url="https://bazaar.example")
    assert later["told_to_apps"] == []


async def test_wrong_codes_are_counted_and_the_right_one_works_once(tx):
    issued = await identity.issue_code(tx, phone=NUMBER, asker="a browser", rules=RULES, keys=KEYS)
    wrong = "000000" if issued.code != "000000" else "000001"

    async def spend(code):
        return await identity.spend_code(
            tx, phone=NUMBER, asker="a browser", code=code, rules=RULES, keys=KEYS
        )

    assert await spend(wrong) == identity.WrongCode(attempts_left=2)
    assert await spend(issued.code) is None
    assert await spend(issued.code) == identity.NoLiveCode()


async def test_consent_given_after_the_account_closed_is_not_written(db):
    async with db.write() as tx:
        person, app = await make_person(tx), (await make_app(tx)).app
        await accounts.close(tx, person_id=person.id)

    with pytest.raises(identity.NoSuchPerson):
        async with db.write() as tx:
            await make_tokens(tx, KEYS, person, app, "USER_PHONE")

    async with db.look() as tx:
        assert await tx.rows("SELECT id FROM authorization_grant", ()) == []


async def test_consent_of_somebody_shut_out_since_is_not_written(tx):
    person, app = await make_person(tx), (await make_app(tx)).app
    await identity.block(tx, person_id=person.id)

    with pytest.raises(identity.PersonBlocked):
        await make_tokens(tx, KEYS, person, app, "USER_PHONE")


@pytest.mark.parametrize("first", ["consent", "close"])
async def test_closing_at_the_moment_of_a_consent_leaves_no_grant(db, first):
    """The two overlap: the one that came first is held open until the other waits for it, or, on
    an engine with one writer, has queued behind it."""
    async with db.write() as tx:
        person, app = await make_person(tx), (await make_app(tx)).app
    begun, waiting = asyncio.Event(), asyncio.Event()

    async def consent(tx):
        await make_tokens(tx, KEYS, person, app, "USER_PHONE")

    async def close(tx):
        await accounts.close(tx, person_id=person.id)

    async def come_first(work):
        async with db.write() as tx:
            await work(tx)
            begun.set()
            await waiting.wait()

    async def come_second(work):
        await begun.wait()
        asyncio.get_running_loop().call_later(0.2, waiting.set)
        async with db.write() as tx:
            await work(tx)

    order = (consent, close) if first == "consent" else (close, consent)
    outcomes = await asyncio.gather(
        come_first(order[0]), come_second(order[1]), return_exceptions=True
    )

    late = None if first == "consent" else identity.NoSuchPerson
    assert [type(one) for one in outcomes] == [type(None), late or type(None)]
    async with db.look() as tx:
        assert await oauth.connections_of(tx, person.id) == []
        live = "SELECT id FROM token_family WHERE revoked_at IS NULL"
        assert await tx.rows(live, ()) == []


PROOF_RULES = identity.ProofRules(
    code_seconds=300, pause_seconds=120, attempts_max=5, sends_per_hour=6
)


async def prove_all(tx, person):
    """A national code, and a bank account that waits for its code."""
    await identity.prove_identity(
        tx, person_id=person.id, national_code="0499370899", birthday="1990-05-17",
        strict=True, keys=KEYS,
    )  # fmt: skip
    await identity.add_bank_account(
        tx, person_id=person.id, card="6037997551234561", sheba=None, owner="نگار",
        strict=True, rules=PROOF_RULES, keys=KEYS,
    )  # fmt: skip


async def test_export_tells_what_was_proved_and_the_bank_accounts(tx):
    person = await make_person(tx)
    await prove_all(tx, person)

    told = await accounts.export(tx, person.id, keys=KEYS, base_url="https://bazaar.example")

    assert told["person"]["national_code"] == "0499370899"
    assert told["person"]["user_number"] == (await identity.number_of(tx, person.id)).number
    (account,) = told["bank_accounts"]
    assert (account["card"], account["owner"]) == ("6037997551234561", "نگار")
    msgspec.json.encode(told)


async def test_closing_forgets_proofs_and_bank_accounts(tx):
    person = await make_person(tx)
    await prove_all(tx, person)

    await accounts.close(tx, person_id=person.id)

    assert (await identity.proof_of(tx, person.id, keys=KEYS)).national_code == ""
    assert await identity.bank_accounts(tx, person.id, keys=KEYS) == []
    assert await tx.rows("SELECT * FROM proof_code", ()) == []


async def test_a_business_with_colleagues_needs_an_owner_who_stays(tx):
    owner, colleague = await make_person(tx), await make_person(tx)
    business = await businesses.open_business(tx, owner_id=owner.id, name="دالان", kind="CAR")
    await businesses.add_member(
        tx, business.id, by_person_id=owner.id, person_id=colleague.id, role="member"
    )

    with pytest.raises(accounts.BusinessesInTheWay) as refused:
        await accounts.close(tx, person_id=owner.id)

    assert refused.value.businesses == [business]


async def test_closing_closes_a_business_of_ones_own_and_leaves_those_of_others(tx):
    person, other = await make_person(tx), await make_person(tx)
    alone = await businesses.open_business(tx, owner_id=person.id, name="تنها", kind="CAR")
    shared = await businesses.open_business(tx, owner_id=other.id, name="با هم", kind="CAR")
    await businesses.add_member(
        tx, shared.id, by_person_id=other.id, person_id=person.id, role="manager"
    )
    post = await make_post(tx, owner_id=person.id, business_id=shared.id)

    await accounts.close(tx, person_id=person.id)

    with pytest.raises(businesses.UnknownBusiness):
        await businesses.by_token(tx, alone.token)
    left = await businesses.members(tx, shared.id)
    assert [one.person_id for one in left] == [other.id]
    kept = await posts.by_id(tx, post.id)
    assert kept is not None
    assert (kept.owner_id, kept.state) == (other.id, "published")
