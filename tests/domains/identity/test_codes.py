"""One-time codes: right once, soon dead, never counted short."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.factories.identity import make_person

from dalan.domains import identity
from dalan.domains.identity import queries
from dalan.kernel.crypto import Keyring
from dalan.kernel.outbound import Outbound, OutboundPolicy

PHONE = "+989121234567"
RULES = identity.CodeRules(code_seconds=180, attempts_max=5, sends_per_hour=6)
KEYS = Keyring(["a secret of the tests, long enough"])


async def issue(tx, phone=PHONE, asker="a browser"):
    return await identity.issue_code(tx, phone=phone, asker=asker, rules=RULES, keys=KEYS)


async def guess(tx, code, phone=PHONE, asker="a browser"):
    return await identity.sign_in(
        tx,
        phone=phone,
        asker=asker,
        code=code,
        lang="fa",
        device="Firefox",
        session_seconds=3_600,
        rules=RULES,
        keys=KEYS,
    )


def another(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_sign_in_with_right_code_registers_who_is_new(tx, moment):
    issued = await issue(tx)

    result = await guess(tx, issued.code)

    assert isinstance(result, identity.SignedIn)
    assert result.is_new
    assert result.person == await identity.person_by_phone(tx, PHONE)
    mac = KEYS.token_mac(result.session.token)
    assert mac is not None
    presence = await identity.session(tx, mac)
    assert presence is not None
    assert presence.person == result.person


async def test_sign_in_of_known_person_keeps_them(tx):
    person = await make_person(tx, phone=PHONE)
    issued = await issue(tx)

    result = await guess(tx, issued.code)

    assert isinstance(result, identity.SignedIn)
    assert (result.person, result.is_new) == (person, False)


async def test_code_is_good_once(tx):
    issued = await issue(tx)
    await guess(tx, issued.code)

    again = await guess(tx, issued.code)

    assert again == identity.NoLiveCode()


async def test_code_of_another_number_is_wrong(tx):
    await issue(tx)
    other = await issue(tx, "+989127654321")

    result = await guess(tx, other.code)

    # The two codes could be equal by chance, one time in a million; the MACs never are.
    assert result == identity.WrongCode(attempts_left=4)


async def test_right_code_after_too_many_wrong_ones_is_refused(tx):
    issued = await issue(tx)

    results = [await guess(tx, another(issued.code)) for _ in range(5)]

    assert results == [identity.WrongCode(attempts_left=left) for left in (4, 3, 2, 1, 0)]
    assert await guess(tx, issued.code) == identity.NoLiveCode()


async def test_guesses_at_once_share_no_attempt(db):
    async with db.write() as tx:
        issued = await issue(tx)

    async def wrong():
        async with db.write() as tx:
            return await guess(tx, another(issued.code))

    results = await asyncio.gather(*(wrong() for _ in range(20)))

    counted = [result for result in results if isinstance(result, identity.WrongCode)]
    assert sorted(result.attempts_left for result in counted) == [0, 1, 2, 3, 4]
    assert results.count(identity.NoLiveCode()) == 15


async def test_right_code_at_once_signs_in_once(db):
    async with db.write() as tx:
        issued = await issue(tx)

    async def right():
        async with db.write() as tx:
            return await guess(tx, issued.code)

    results = await asyncio.gather(*(right() for _ in range(5)))

    signed_in = [result for result in results if isinstance(result, identity.SignedIn)]
    assert len(signed_in) == 1
    async with db.read() as tx:
        assert len(await identity.sessions(tx, signed_in[0].person.id)) == 1


async def test_guesses_of_another_browser_cost_no_attempt_and_open_nothing(tx):
    issued = await issue(tx)

    foreign = [await guess(tx, another(issued.code), asker="another browser") for _ in range(9)]
    right_code_elsewhere = await guess(tx, issued.code, asker="another browser")

    assert {*foreign, right_code_elsewhere} == {identity.NoLiveCode()}
    assert await guess(tx, another(issued.code)) == identity.WrongCode(attempts_left=4)
    assert isinstance(await guess(tx, issued.code), identity.SignedIn)


async def test_code_asked_for_in_another_browser_leaves_the_first_alive(tx):
    first = await issue(tx)
    second = await issue(tx, asker="another browser")
    for _ in range(5):
        await guess(tx, another(second.code), asker="another browser")

    assert await guess(tx, second.code, asker="another browser") == identity.NoLiveCode()
    assert isinstance(await guess(tx, first.code), identity.SignedIn)


async def test_guesses_at_a_number_stay_few_however_many_browsers_ask(tx, moment):
    counted = sent = 0

    for number in range(40):
        asker = f"browser {number}"
        try:
            issued = await issue(tx, asker=asker)
        except identity.TooManyCodes:
            continue
        sent += 1
        for _ in range(20):
            answer = await guess(tx, another(issued.code), asker=asker)
            counted += isinstance(answer, identity.WrongCode)

    assert (sent, counted) == (RULES.sends_per_hour, RULES.sends_per_hour * RULES.attempts_max)


async def test_code_expires(tx, moment):
    issued = await issue(tx)
    moment.advance(timedelta(seconds=179))
    assert isinstance(await guess(tx, another(issued.code)), identity.WrongCode)

    moment.advance(timedelta(seconds=1))

    assert await guess(tx, issued.code) == identity.NoLiveCode()


async def test_new_code_kills_the_older_one(tx, moment):
    older = await issue(tx)
    moment.advance(timedelta(seconds=1))
    newer = await issue(tx)
    if older.code == newer.code:
        pytest.skip("one time in a million")

    assert isinstance(await guess(tx, older.code), identity.WrongCode)
    assert isinstance(await guess(tx, newer.code), identity.SignedIn)


async def test_new_code_comes_with_new_attempts(tx):
    first = await issue(tx)
    for _ in range(5):
        await guess(tx, another(first.code))

    second = await issue(tx)

    assert isinstance(await guess(tx, second.code), identity.SignedIn)


async def test_sends_are_limited_in_every_hour(tx, moment):
    for _ in range(6):
        await issue(tx)
        moment.advance(timedelta(minutes=5))

    with pytest.raises(identity.TooManyCodes) as refused:
        await issue(tx)

    # The first send was half an hour ago.
    assert refused.value.retry_after_seconds == 1_800
    moment.advance(timedelta(seconds=1_799))
    with pytest.raises(identity.TooManyCodes):
        await issue(tx)
    moment.advance(timedelta(seconds=1))
    await issue(tx)
    with pytest.raises(identity.TooManyCodes):
        await issue(tx)


async def test_sends_at_once_share_the_limit(db):
    sent = []

    class Sender:
        async def send(self, phone, code, lang, purpose="sign_in"):
            sent.append((phone, code))

    async def send(asker):
        try:
            return await identity.send_code(
                db, Sender(), phone=PHONE, asker=asker, lang="fa", rules=RULES, keys=KEYS
            )
        except identity.TooManyCodes:
            return None

    results = await asyncio.gather(*(send(f"browser {number % 4}") for number in range(12)))

    assert len(sent) == len([result for result in results if result]) == 6


async def test_limited_send_leaves_the_last_code_alive(db):
    async with db.write() as tx:
        for _ in range(6):
            issued = await issue(tx)

    with pytest.raises(identity.TooManyCodes):
        async with db.write() as tx:
            await issue(tx)

    async with db.write() as tx:
        assert isinstance(await guess(tx, issued.code), identity.SignedIn)


async def test_code_is_nowhere_in_clear(db):
    async with db.write() as tx:
        issued = await issue(tx)

    async with db.read() as tx:
        rows = await tx.rows("SELECT * FROM one_time_code", ())

    assert issued.code.encode() not in b"".join(v for v in rows[0] if isinstance(v, bytes))
    assert not any(issued.code == value for value in rows[0])


async def test_blocked_person_is_refused(db):
    async with db.write() as tx:
        person = await make_person(tx, phone=PHONE)
        await identity.block(tx, person_id=person.id)
        issued = await issue(tx)

    with pytest.raises(identity.PersonBlocked):
        async with db.write() as tx:
            await guess(tx, issued.code)


async def test_inbox_keeps_the_newest_codes(db, monkeypatch):
    monkeypatch.setattr("dalan.domains.identity.senders.INBOX_LENGTH_MAX", 3)
    sender = identity.InboxSender(db)

    for number in range(5):
        await sender.send(PHONE, f"00000{number}", "fa")

    async with db.read() as tx:
        kept = await identity.inbox(tx)
        newest = await identity.newest_in_inbox(tx, PHONE)
        assert await identity.newest_in_inbox(tx, "+989127654321") is None
    assert [one.code for one in kept] == ["000004", "000003", "000002"]
    assert newest == kept[0]


async def test_no_sender_says_what_is_missing():
    with pytest.raises(identity.CodeNotSent, match="DALAN_CODE_SENDER_URL"):
        await identity.NoSender().send(PHONE, "123456", "fa")


async def test_purge_forgets_what_has_long_been_dead(tx, moment):
    issued = await issue(tx)
    await guess(tx, issued.code)
    moment.advance(timedelta(days=29))
    assert await identity.purge(tx) == 1  # the code; its sends are no news to anybody
    assert await queries.recent_sends_locked.scalar(tx, phone=PHONE) is None

    moment.advance(timedelta(days=2))

    assert await identity.purge(tx) == 1


class Gateway:
    """An operator's gateway on loopback: keeps what it was asked, answers with ``status``."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.asked: list[tuple[str | None, dict[str, str]]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.headers.get("authorization"), await request.json()))
        return web.Response(status=self.status)

    @asynccontextmanager
    async def sender(self) -> AsyncIterator[identity.HttpSender]:
        application = web.Application()
        application.router.add_post("/send", self.answer)
        async with (
            TestServer(application) as server,
            Outbound(OutboundPolicy(allow_private=True)) as outbound,
        ):
            yield identity.HttpSender(
                outbound, url=str(server.make_url("/send")), authorization="Key k"
            )


async def test_http_sender_posts_a_message_ready_to_send():
    gateway = Gateway(200)

    async with gateway.sender() as sender:
        await sender.send(PHONE, "123456", "fa")

    ((authorization, body),) = gateway.asked
    assert authorization == "Key k"
    assert (body["phone"], body["code"], body["lang"]) == (PHONE, "123456", "fa")
    assert "123456" in body["text"]


async def test_http_sender_says_when_the_gateway_refuses():
    async with Gateway(500).sender() as sender:
        with pytest.raises(identity.CodeNotSent, match="500"):
            await sender.send(PHONE, "123456", "fa")
