"""Mail: to proven addresses only, after the commit, again when it failed, and once."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories.developers import KEYS
from tests.factories.identity import make_person

from dalan.domains import identity, notices
from dalan.domains.notices import (
    ClaimRules,
    Mail,
    MailAddress,
    MailNotSent,
    MailRules,
    NoLiveClaim,
    Preference,
    SmtpMail,
    SmtpServer,
    WrongClaimCode,
)

CLAIM_RULES = ClaimRules(attempts_max=3, sends_per_hour=2)
RULES = MailRules(base_url="https://dalan.example")
FACTS = {"app": "کارشناس\nهمراه", "key": "سرور", "days": 61, "days_max": 60}


class Outgoing:
    """A sender as the platform's own, which keeps what it was given, or refuses."""

    is_there = True

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.is_down = False

    async def send(self, mail: Mail) -> None:
        await asyncio.sleep(0)
        if self.is_down:
            raise MailNotSent("down")
        self.sent.append(mail)


async def claim(db, sender, person, address="sara@example.com"):
    await notices.send_claim(
        db, sender, person=person, address=address, rules=CLAIM_RULES, keys=KEYS
    )
    return sender.sent[-1].text.split(": ")[1][:6]


async def verify(db, person, code):
    async with db.write() as tx:
        return await notices.verify_address(
            tx, person_id=person.id, code=code, rules=CLAIM_RULES, keys=KEYS
        )


async def address_of(db, person):
    async with db.read() as tx:
        found = await notices.mail_address(tx, person.id)
    return found and found.address


@pytest.fixture
async def sara(db):
    async with db.write() as tx:
        return await make_person(tx)


@pytest.fixture
async def reachable(db, sara):
    """Sara, with a verified address."""
    await verify(db, sara, await claim(db, Outgoing(), sara))
    return sara


async def tell(db, *people, occasion="key_age:1"):
    async with db.write() as tx:
        await notices.tell(
            tx, [one.id for one in people], kind="key_age", occasion=occasion, facts=FACTS
        )


async def test_right_code_makes_the_address_theirs(db, sara):
    code = await claim(db, Outgoing(), sara, " Sara@Example.COM ")
    assert await address_of(db, sara) is None

    proven = await verify(db, sara, code)

    assert isinstance(proven, MailAddress)
    assert await address_of(db, sara) == "Sara@example.com"
    assert isinstance(await verify(db, sara, code), NoLiveClaim)


async def test_wrong_guesses_are_counted_and_then_nothing_helps(db, sara):
    code = await claim(db, Outgoing(), sara)
    wrong = "000000" if code != "000000" else "000001"

    assert [await verify(db, sara, wrong) for _ in range(3)] == [
        WrongClaimCode(2), WrongClaimCode(1), WrongClaimCode(0),
    ]  # fmt: skip
    assert isinstance(await verify(db, sara, code), NoLiveClaim)
    assert await address_of(db, sara) is None


async def test_code_dies_with_its_time_and_belongs_to_one_person(db, sara, moment):
    async with db.write() as tx:
        ali = await make_person(tx)
    code = await claim(db, Outgoing(), sara)

    assert isinstance(await verify(db, ali, code), NoLiveClaim)
    moment.advance(timedelta(seconds=notices.CLAIM_SECONDS))
    assert isinstance(await verify(db, sara, code), NoLiveClaim)


async def test_only_so_many_codes_are_sent_within_an_hour(db, sara, moment):
    sender = Outgoing()
    for _ in range(2):
        await claim(db, sender, sara)

    with pytest.raises(notices.TooManyClaims) as refused:
        await claim(db, sender, sara, "other@example.com")

    assert refused.value.retry_after_seconds == 3_600
    assert len(sender.sent) == 2
    moment.advance(timedelta(hours=1))
    await claim(db, sender, sara)


async def test_old_address_stays_until_the_new_one_is_proven(db, reachable):
    code = await claim(db, Outgoing(), reachable, "new@example.com")
    assert await address_of(db, reachable) == "sara@example.com"

    await verify(db, reachable, code)

    assert await address_of(db, reachable) == "new@example.com"


@pytest.mark.parametrize(
    "address",
    ["", "sara", "sara@", "@example.com", "sara@example", "sa ra@example.com",
     "sara@example.com\nBcc: all@example.com", "سارا@example.com", "a..b@example.com",
     "sara@-example.com", "<sara@example.com>", "s" * 65 + "@example.com",
     "sara@" + "e" * 250 + ".com"],
)  # fmt: skip
async def test_what_is_no_address_is_sent_nothing(db, sara, address):
    sender = Outgoing()

    with pytest.raises(notices.InvalidAddress):
        await claim(db, sender, sara, address)

    assert sender.sent == []


async def test_notice_is_mailed_once_in_the_persons_language(db, reachable):
    sender = Outgoing()
    await tell(db, reachable)

    assert await notices.mail_due(db, sender, RULES) == 1
    assert await notices.mail_due(db, sender, RULES) == 0

    (mail,) = sender.sent
    assert mail.address == "sara@example.com"
    assert mail.subject == "کلید «سرور» ۶۱ روزه شد"
    assert "https://dalan.example/my-divar/notices" in mail.text
    assert "\n" not in mail.subject


async def test_english_reader_gets_english(db, reachable):
    async with db.write() as tx:
        await identity.set_language(tx, person_id=reachable.id, language="en")
    sender = Outgoing()
    await tell(db, reachable)

    await notices.mail_due(db, sender, RULES)

    assert sender.sent[0].subject == "The key “سرور” is 61 days old"


async def test_who_proved_no_address_or_wants_no_mail_gets_none(db, sara, reachable):
    async with db.write() as tx:
        ali = await make_person(tx)
        await notices.set_preferences(tx, reachable.id, {"key_age": Preference(True, False)})
    sender = Outgoing()
    await tell(db, reachable, ali)

    assert await notices.mail_due(db, sender, RULES) == 0
    async with db.read() as tx:
        assert await notices.unread_count(tx, reachable.id) == 1


async def test_mail_only_is_not_shown_in_the_panel(db, reachable):
    async with db.write() as tx:
        await notices.set_preferences(tx, reachable.id, {"key_age": Preference(False, True)})
    sender = Outgoing()
    await tell(db, reachable)

    assert await notices.mail_due(db, sender, RULES) == 1
    async with db.read() as tx:
        assert await notices.unread_count(tx, reachable.id) == 0
        assert (await notices.notices_of(tx, reachable.id)).notices == []


async def test_failed_mail_is_tried_again_later_and_given_up_after_days(db, reachable, moment):
    sender = Outgoing()
    sender.is_down = True
    await tell(db, reachable)

    assert await notices.mail_due(db, sender, RULES) == 0
    sender.is_down = False
    assert await notices.mail_due(db, sender, RULES) == 0
    moment.advance(timedelta(minutes=1))
    assert await notices.mail_due(db, sender, RULES) == 1

    await tell(db, reachable, occasion="key_age:2")
    moment.advance(timedelta(days=3, minutes=1))
    assert await notices.mail_due(db, sender, RULES) == 0
    assert len(sender.sent) == 1


async def test_killed_before_noting_sends_again_under_the_same_reference(db, reachable, moment):
    class Dying(Outgoing):
        async def send(self, mail: Mail) -> None:
            await super().send(mail)
            raise KeyboardInterrupt

    dying, sender = Dying(), Outgoing()
    await tell(db, reachable)
    with pytest.raises(KeyboardInterrupt):
        await notices.mail_due(db, dying, RULES)

    assert await notices.mail_due(db, sender, RULES) == 0
    moment.advance(timedelta(minutes=10))
    assert await notices.mail_due(db, sender, RULES) == 1

    assert dying.sent == sender.sent


async def test_two_workers_send_every_mail_once(db, reachable):
    sender = Outgoing()
    for number in range(25):
        await tell(db, reachable, occasion=f"key_age:{number}")

    counts = await asyncio.gather(*(notices.mail_due(db, sender, RULES) for _ in range(3)))

    assert sum(counts) == 25
    assert len({mail.reference for mail in sender.sent}) == 25


async def test_blocked_and_closed_accounts_get_no_mail(db, reachable):
    await tell(db, reachable)
    async with db.write() as tx:
        await identity.block(tx, person_id=reachable.id)
    sender = Outgoing()

    assert await notices.mail_due(db, sender, RULES) == 0
    async with db.write() as tx:
        await identity.unblock(tx, person_id=reachable.id)
        await notices.forget(tx, reachable.id)
    assert await notices.mail_due(db, sender, RULES) == 0
    assert await address_of(db, reachable) is None


async def test_dev_world_keeps_mail_in_its_inbox(db, reachable):
    sender = notices.InboxMail(db)
    await tell(db, reachable)

    await notices.mail_due(db, sender, RULES)

    async with db.read() as tx:
        (mail,) = await notices.mail_inbox(tx)
    assert (mail.address, mail.subject) == ("sara@example.com", "کلید «سرور» ۶۱ روزه شد")


async def test_without_a_server_nothing_is_claimed(db, reachable):
    await tell(db, reachable)

    assert await notices.mail_due(db, notices.NoMail(), RULES) == 0

    assert await notices.mail_due(db, Outgoing(), RULES) == 1


class Smtp(asyncio.Protocol):
    """As much of an SMTP server as a mail needs; keeps what it was sent."""

    received: bytes = b""

    def connection_made(self, transport):
        self.transport, self.in_data = transport, False
        transport.write(b"220 here\r\n")

    def data_received(self, data):
        if self.in_data:
            type(self).received += data
            if type(self).received.endswith(b"\r\n.\r\n"):
                self.in_data = False
                self.transport.write(b"250 taken\r\n")
            return
        for line in data.splitlines():
            verb = line[:4].upper()
            self.in_data = verb == b"DATA"
            self.transport.write(
                {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 fine\r\n")
            )


async def smtp_sender():
    loop = asyncio.get_running_loop()
    Smtp.received = b""
    listening = await loop.create_server(Smtp, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server = SmtpServer(host="127.0.0.1", port=port, encrypted=False, on_this_machine=True)
    return listening, SmtpMail(server, sender="Dalan <no-reply@dalan.example>"), server


async def test_mail_goes_out_by_smtp():
    listening, sender, _ = await smtp_sender()
    async with listening:
        await sender.send(Mail("sara@example.com", "کلید «سرور»", "متن\n", "notice-7"))

    text = Smtp.received.decode()
    assert "From: Dalan <no-reply@dalan.example>" in text
    assert "To: sara@example.com" in text
    assert "Message-ID: <notice-7@dalan.example>" in text
    assert "Auto-Submitted: auto-generated" in text


async def test_server_elsewhere_must_speak_tls():
    listening, _, server = await smtp_sender()
    elsewhere = SmtpServer(host="127.0.0.1", port=server.port, encrypted=False,
                           on_this_machine=False, user="u", password="p")  # fmt: skip
    async with listening:
        with pytest.raises(MailNotSent):
            await SmtpMail(elsewhere, sender="a@b.example").send(Mail("c@d.example", "s", "t", "r"))

    assert Smtp.received == b""


async def test_server_that_is_away_is_told_by_its_kind_alone():
    server = SmtpServer(host="127.0.0.1", port=1, encrypted=False, on_this_machine=True)

    with pytest.raises(MailNotSent) as refused:
        await SmtpMail(server, sender="a@b.example").send(Mail("c@d.example", "s", "t", "r"))

    assert "c@d.example" not in str(refused.value)
