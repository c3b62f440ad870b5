"""What other rooms announce becomes a notice of everybody it concerns, once."""

from datetime import timedelta

from tests.factories.developers import KEYS, make_app, make_key
from tests.factories.identity import make_person
from tests.factories.oauth import make_tokens

from dalan.app import listeners
from dalan.domains import developers, identity, notices, oauth
from dalan.domains.developers import Limits, QuotaRules, Quotas
from dalan.domains.notices.texts import words
from dalan.kernel import clock, outbox


async def team(db):
    """An app of two people; answers the app and both."""
    async with db.write() as tx:
        owner, other = await make_person(tx), await make_person(tx)
        app = (await make_app(tx, owner_id=owner.id)).app
        await developers.add_member(
            tx, app.id, by_person_id=owner.id, person_id=other.id, role="developer"
        )
    return app, owner, other


async def heard(db, *people):
    """Let the worker act, and answer who was told what, oldest first."""
    await outbox.Worker(db, listeners()).drain()
    async with db.read() as tx:
        return [
            [(one.kind, one.facts) for one in (await notices.notices_of(tx, who.id)).notices][::-1]
            for who in people
        ]


async def test_decisions_about_an_app_are_told_to_its_team(db):
    app, owner, other = await team(db)
    async with db.write() as tx:
        await developers.ask_for_review(tx, app.slug)
        await developers.request_changes(tx, app.slug, note="لوگو")
        await developers.ask_for_review(tx, app.slug)
        await developers.approve(tx, app.slug)
        await developers.pause(tx, app.slug)
        await developers.resume(tx, app.slug)
        await developers.suspend(tx, app.slug, note="شکایت")
        await developers.lift_suspension(tx, app.slug)

    first, second = await heard(db, owner, other)

    assert [facts["state"] for _, facts in first] == [
        "changes_requested", "active", "suspended", "lifted",
    ]  # fmt: skip
    assert first == second
    assert first[0][1]["note"] == "لوگو"


async def test_quota_is_told_once_a_day_whatever_many_processes_say(db, moment):
    app, owner, _ = await team(db)
    async with db.write() as tx:
        _, text = await make_key(tx, app.id)
        caller = await developers.caller(tx, text, KEYS)
    rules = QuotaRules(development=Limits(1_000, 10), enforced=False)
    for _ in range(2):
        quotas = Quotas(db, rules)
        for _ in range(8):
            quotas.count(caller)
        await quotas.flush()

    (told,) = await heard(db, owner)

    assert [(facts["window"], facts["percent"]) for _, facts in told] == [("day", 80), ("day", 100)]
    assert told[0][1]["most"] == "10"
    moment.advance(timedelta(days=1))
    for _ in range(8):
        quotas.count(caller)
    await quotas.flush()
    assert len((await heard(db, owner))[0]) == 3


async def test_old_and_ending_keys_are_told(db, moment):
    app, owner, _ = await team(db)
    async with db.write() as tx:
        await make_key(tx, app.id, title="قدیمی")
        moment.advance(timedelta(days=60))
        now = clock.now()
        await make_key(tx, app.id, title="کوتاه", expires_at=now + timedelta(days=3))
    for _ in range(2):
        async with db.write() as tx:
            await developers.warn_of_keys(tx)

    (told,) = await heard(db, owner)

    assert [(kind, facts["key"], facts["days"]) for kind, facts in told] == [
        ("key_age", "قدیمی", 60),
        ("key_expiry", "کوتاه", 3),
    ]


async def test_token_used_twice_is_told_to_the_apps_team_and_not_to_the_person(db, moment):
    app, owner, _ = await team(db)
    async with db.write() as tx:
        person = await make_person(tx)
        pair = await make_tokens(tx, KEYS, person, app, "USER_ID offline_access")
    for _ in range(2):
        async with db.write() as tx:
            await oauth.refresh(
                tx, keys=KEYS, app_id=app.id, refresh_token=pair.refresh_token or "",
                scope=None, access_seconds=3_600, grace_seconds=120,
            )  # fmt: skip
        moment.advance(timedelta(minutes=3))

    of_owner, of_person = await heard(db, owner, person)

    assert [kind for kind, _ in of_owner] == ["token_reuse"]
    assert of_person == []


async def test_tokens_given_back_by_the_app_are_nothing_to_tell(db):
    app, owner, _ = await team(db)
    async with db.write() as tx:
        fact = oauth.FamilyRevoked(
            family_id=1, person_id=owner.id, app_id=app.id, reason="revoked_by_app"
        )
        await outbox.record(tx, fact)

    assert await heard(db, owner) == [[]]


async def test_person_is_told_which_app_changed_their_number_and_how_it_ends(db):
    app, owner, _ = await team(db)
    wanted = "+989351114567"
    rules = identity.ProofRules(
        code_seconds=300, pause_seconds=120, attempts_max=5, sends_per_hour=5
    )
    async with db.write() as tx:
        person, leaver = await make_person(tx), await make_person(tx)
        asked = await identity.ask_phone_change(
            tx, person_id=person.id, phone=wanted, rules=rules, keys=KEYS
        )
        await identity.change_phone(
            tx, person_id=person.id, phone=wanted, code=asked.code, app_id=app.id, rules=rules,
            keys=KEYS,
        )  # fmt: skip
        await outbox.record(tx, identity.PhoneChanged(person_id=person.id))
        await outbox.record(tx, identity.PhoneChanged(person_id=leaver.id, app_id=app.id))
        await identity.hold_to_close(tx, leaver.id)
        await identity.close_account(tx, person_id=leaver.id)

    of_person, of_owner, of_leaver = await heard(db, person, owner, leaver)

    assert [kind for kind, _ in of_person] == ["phone", "phone"]
    through_app, alone = (facts for _, facts in of_person)
    assert (through_app["slug"], through_app["path"]) == (app.slug, "/my-divar/apps")
    assert wanted[:-4] not in str(through_app)
    for lang in ("fa", "en"):
        said = words("phone", through_app, lang)
        assert app.display in said.title
        assert "4567" in said.text
        assert app.display not in words("phone", alone, lang).title
    assert of_owner == of_leaver == []
