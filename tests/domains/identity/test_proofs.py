"""What people prove: under races, at the limits, and nothing of it in clear."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories.developers import KEYS
from tests.factories.identity import make_person

from dalan.domains import identity
from dalan.domains.identity import papers
from dalan.domains.identity.outside_numbers import NUMBER_MAX, NUMBER_MIN
from dalan.settings import SettingsError, from_environment

RULES = identity.ProofRules(code_seconds=300, pause_seconds=120, attempts_max=5, sends_per_hour=6)
WANTED = "+989351112233"
CARD = "6037997551234561"


async def test_everybody_has_a_number_that_tells_nothing(tx):
    people = [await make_person(tx) for _ in range(20)]

    numbers = [await identity.number_of(tx, one.id) for one in people]

    assert all(NUMBER_MIN <= one.number <= NUMBER_MAX for one in numbers)
    assert len({one.number for one in numbers} | {one.hash_id for one in numbers}) == 40
    assert [one.number for one in numbers] != sorted(one.number for one in numbers)
    assert await identity.person_of_number(tx, numbers[3].number) == people[3].id
    assert await identity.person_of_number(tx, 5) is None


async def test_number_wanted_by_two_goes_to_one(db):
    async with db.write() as tx:
        both = [await make_person(tx) for _ in range(2)]
        codes = [
            (
                await identity.ask_phone_change(
                    tx, person_id=one.id, phone=WANTED, rules=RULES, keys=KEYS
                )
            ).code
            for one in both
        ]

    async def claim(person_id: int, code: str) -> str:
        async def work(tx):
            return await identity.change_phone(
                tx,
                person_id=person_id,
                phone=WANTED,
                code=code,
                app_id=None,
                rules=RULES,
                keys=KEYS,
            )

        try:
            return "taken" if await db.transact(work) is None else "refused"
        except identity.PhoneTaken:
            return "too late"

    done = await asyncio.gather(
        *(claim(one.id, code) for one, code in zip(both, codes, strict=True))
    )

    assert sorted(done) == ["taken", "too late"]


async def test_number_changed_to_while_somebody_signs_up_with_it_has_one_owner(db):
    async with db.write() as tx:
        person = await make_person(tx)
        code = (
            await identity.ask_phone_change(
                tx, person_id=person.id, phone=WANTED, rules=RULES, keys=KEYS
            )
        ).code

    async def change():
        async def work(tx):
            return await identity.change_phone(
                tx,
                person_id=person.id,
                phone=WANTED,
                code=code,
                app_id=None,
                rules=RULES,
                keys=KEYS,
            )

        try:
            await db.transact(work)
        except identity.PhoneTaken:
            return

    async def sign_up():
        async def work(tx):
            return await identity.register(tx, phone=WANTED)

        await db.transact(work)

    await asyncio.gather(change(), sign_up())

    async with db.read() as tx:
        assert await identity.person_by_phone(tx, WANTED) is not None
        assert (await identity.person(tx, person.id)).phone in (WANTED, person.phone)


async def test_a_crowd_shares_the_guesses_of_one_code(db):
    async with db.write() as tx:
        person = await make_person(tx)
        right = (
            await identity.ask_phone_proof(tx, person_id=person.id, rules=RULES, keys=KEYS)
        ).code
    wrong = "100000" if right != "100000" else "100001"

    async def guess():
        async def work(tx):
            return await identity.prove_phone(
                tx, person_id=person.id, code=wrong, rules=RULES, keys=KEYS
            )

        return await db.transact(work)

    answers = await asyncio.gather(*(guess() for _ in range(12)))

    assert sum(isinstance(one, identity.WrongCode) for one in answers) == 5
    assert sum(isinstance(one, identity.NoLiveCode) for one in answers) == 7


async def test_codes_of_all_kinds_share_the_limit_of_an_hour(tx):
    person = await make_person(tx)
    rules = identity.CodeRules(code_seconds=180, attempts_max=5, sends_per_hour=6)
    for number in range(6):
        await identity.issue_code(
            tx, phone=person.phone, asker=f"browser {number}", rules=rules, keys=KEYS
        )

    with pytest.raises(identity.TooManyCodes):
        await identity.ask_phone_proof(tx, person_id=person.id, rules=RULES, keys=KEYS)


async def test_code_of_a_proof_signs_nobody_in(tx):
    person = await make_person(tx)
    issued = await identity.ask_phone_proof(tx, person_id=person.id, rules=RULES, keys=KEYS)
    rules = identity.CodeRules(code_seconds=180, attempts_max=5, sends_per_hour=6)

    spent = await identity.spend_code(
        tx, phone=person.phone, asker="browser", code=issued.code, rules=rules, keys=KEYS
    )

    assert isinstance(spent, identity.NoLiveCode)


async def test_same_card_twice_at_once_is_one_account(db):
    async with db.write() as tx:
        person = await make_person(tx)

    async def add():
        async def work(tx):
            return await identity.add_bank_account(
                tx,
                person_id=person.id,
                card=CARD,
                sheba=None,
                strict=True,
                rules=RULES,
                keys=KEYS,
            )

        try:
            await db.transact(work)
        except (identity.AccountExists, identity.TooManyCodes):
            return

    await asyncio.gather(*(add() for _ in range(6)))

    async with db.read() as tx:
        assert len(await identity.bank_accounts(tx, person.id, keys=KEYS)) == 1


async def test_oldest_verified_account_inherits_being_the_default(tx, moment):
    person = await make_person(tx)
    made = []
    for card in (CARD, "6104337912345673"):
        moment.advance(timedelta(seconds=RULES.pause_seconds))
        account, issued = await identity.add_bank_account(
            tx, person_id=person.id, card=card, sheba=None, strict=True, rules=RULES, keys=KEYS
        )
        await identity.confirm_bank_account(
            tx, person_id=person.id, number=card, code=issued.code, rules=RULES, keys=KEYS
        )
        made.append(
            await identity.verify_bank_account(
                tx,
                person_id=person.id,
                account_id=account.id,
                national_code="0499370899",
                birthday="1990-05-17",
                strict=True,
                keys=KEYS,
            )
        )
    assert [one.is_default for one in made] == [True, False]

    (left,) = await identity.remove_bank_account(
        tx, person_id=person.id, account_id=made[0].id, keys=KEYS
    )

    assert (left.id, left.is_default) == (made[1].id, True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("6037-9975-5123-4561", CARD),
        ("۶۰۳۷ ۹۹۷۵ ۵۱۲۳ ۴۵۶۱", CARD),
        ("٦٠٣٧٩٩٧٥٥١٢٣٤٥٦١", CARD),
    ],
)
def test_card_is_read_as_people_type_it(typed, kept):
    assert papers.card(typed, strict=True) == kept


@pytest.mark.parametrize(
    "typed",
    ["ir062960000000100324200001", "062960000000100324200001", "IR06 2960 0000 0010 0324 2000 01"],
)
def test_sheba_is_read_with_and_without_its_letters(typed):
    assert papers.sheba(typed, strict=True) == "IR062960000000100324200001"


def test_bank_is_known_by_sheba_or_by_card():
    assert papers.bank_name(card_number=CARD, sheba_number="") == "بانک ملی ایران"
    assert papers.bank_name(card_number=CARD, sheba_number="IR000120" + "0" * 18) == "بانک ملت"
    assert papers.bank_name(card_number="9" * 16, sheba_number="") == ""


def test_real_world_knows_no_code_beforehand():
    environment = {
        "DALAN_FIXED_CODE": "12345",
        "DALAN_SECRET": "qN3vX8zK1mB5tY7rW2cF9hL4pS6dG0jA",
        "DALAN_PUBLIC_BASE_URL": "https://bazaar.example",
    }

    with pytest.raises(SettingsError, match="DALAN_FIXED_CODE"):
        from_environment(environment, world="real")
    with pytest.raises(SettingsError, match="DALAN_FIXED_CODE"):
        from_environment({"DALAN_FIXED_CODE": "01234"}, world="dev")
