"""Tickets: whose turn it is, who has read what, what is nobody else's, and how much is too much."""

from datetime import timedelta
from typing import Any

import pytest
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.support import PDF, make_ticket

from dalan.app import listeners
from dalan.domains import support
from dalan.domains.support import InvalidField, TicketClosed, TooMuch, UnknownFile, UnknownTicket
from dalan.kernel.outbox import Worker


@pytest.fixture
async def app(tx):
    return (await make_app(tx)).app


@pytest.fixture
async def operator(tx):
    return await make_person(tx)


async def test_turns_go_back_and_forth(tx, app, operator, moment):
    opened = await make_ticket(tx, app.id, app.owner_id)
    assert (opened.state, opened.assignee_id) == ("open", None)

    moment.advance(timedelta(minutes=1))
    answered = await support.reply(tx, opened.id, person_id=operator.id, text="بررسی شد")
    assert (answered.state, answered.assignee_id) == ("answered", operator.id)

    asked = await support.write(
        tx, opened.id, app_id=app.id, person_id=app.owner_id, text="هنوز نه"
    )
    assert asked.state == "open"
    closed = await support.close_ticket(
        tx, opened.id, person_id=app.owner_id, side="team", app_id=app.id
    )
    assert closed.closed_at is not None
    assert closed == await support.close_ticket(
        tx, opened.id, person_id=operator.id, side="operator"
    )
    for write in (
        support.write(tx, opened.id, app_id=app.id, person_id=app.owner_id, text="x"),
        support.reply(tx, opened.id, person_id=operator.id, text="x"),
    ):
        with pytest.raises(TicketClosed):
            await write
    again = await support.reopen_ticket(
        tx, opened.id, person_id=app.owner_id, side="team", app_id=app.id
    )
    assert (again.state, again.closed_at) == ("reopened", None)
    assert [
        (line.entry.side, line.entry.kind)
        for line in await support.lines_of(tx, again, with_notes=False)
    ] == [
        ("team", "message"),
        ("operator", "message"),
        ("team", "message"),
        ("team", "closed"),
        ("team", "reopened"),
    ]


async def test_note_moves_nothing_and_is_not_the_teams_nor_are_its_files(tx, app, operator):
    opened = await make_ticket(tx, app.id, app.owner_id, files=[PDF])

    noted = await support.reply(
        tx, opened.id, person_id=operator.id, text="مشکوک است", is_note=True, files=[PDF]
    )

    assert (noted.state, noted.updated_at) == (opened.state, opened.updated_at)
    assert noted.last_message_id == opened.last_message_id
    theirs = await support.lines_of(tx, noted, with_notes=False)
    ours = await support.lines_of(tx, noted, with_notes=True)
    assert "مشکوک است" not in str(theirs)
    assert [line.entry.kind for line in ours] == ["message", "note"]
    (file,), (secret,) = (line.files for line in ours)
    assert await support.file_of_app(tx, file.id, app_id=app.id, with_notes=False) == file
    assert await support.content_of(tx, file) == PDF.content
    with pytest.raises(UnknownFile):
        await support.file_of_app(tx, secret.id, app_id=app.id, with_notes=False)
    other = (await make_app(tx)).app
    with pytest.raises(UnknownFile):
        await support.file_of_app(tx, file.id, app_id=other.id, with_notes=False)
    assert await support.file_of_app(tx, secret.id, app_id=None, with_notes=True) == secret
    assert await support.unread(tx, [noted], app.owner_id, side="team") == set()


async def test_unread_is_what_others_wrote_since_one_looked(tx, app, operator):
    opened = await make_ticket(tx, app.id, app.owner_id)
    assert await support.unread_count(tx, app.id, app.owner_id) == 0
    assert await support.unread(tx, [opened], operator.id, side="operator") == {opened.id}

    answered = await support.reply(tx, opened.id, person_id=operator.id, text="بله")

    assert await support.unread(tx, [answered], operator.id, side="operator") == set()
    assert await support.unread(tx, [answered], app.owner_id, side="team") == {opened.id}
    assert await support.unread_count(tx, app.id, app.owner_id) == 1
    await support.mark_read(tx, answered, app.owner_id)
    assert await support.unread_count(tx, app.id, app.owner_id) == 0


async def test_other_apps_tickets_are_as_good_as_none(tx, app):
    opened = await make_ticket(tx, app.id, app.owner_id)
    other = (await make_app(tx)).app
    me: dict[str, Any] = {"app_id": other.id, "person_id": other.owner_id}

    with pytest.raises(UnknownTicket):
        await support.ticket(tx, opened.id, app_id=other.id)
    with pytest.raises(UnknownTicket):
        await support.write(tx, opened.id, text="x", **me)
    with pytest.raises(UnknownTicket):
        await support.close_ticket(tx, opened.id, side="team", **me)
    with pytest.raises(UnknownTicket):
        await support.reopen_ticket(tx, opened.id, side="team", **me)
    assert await support.tickets_of(tx, other.id) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": "gossip"}, "category"),
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 121}, "subject"),
        ({"text": "\u200b"}, "text"),
        ({"text": "x" * 5_001}, "text"),
    ],
)
async def test_ticket_is_refused_by_field(tx, app, given, field):
    with pytest.raises(InvalidField) as error:
        await make_ticket(tx, app.id, app.owner_id, **given)

    assert error.value.field == field
    assert await support.tickets_of(tx, app.id) == []


async def test_flood_stops_at_the_banks(tx, app, moment):
    for _ in range(10):
        opened = await make_ticket(tx, app.id, app.owner_id)
    with pytest.raises(TooMuch) as error:
        await make_ticket(tx, app.id, app.owner_id)
    assert error.value.what == "tickets"

    moment.advance(timedelta(days=1, seconds=1))
    for _ in range(10):
        await make_ticket(tx, app.id, app.owner_id)
    moment.advance(timedelta(days=1, seconds=1))
    with pytest.raises(TooMuch) as error:
        await make_ticket(tx, app.id, app.owner_id)
    assert error.value.what == "open_tickets"

    for _ in range(30):
        await support.write(tx, opened.id, app_id=app.id, person_id=app.owner_id, text="الو؟")
    with pytest.raises(TooMuch) as error:
        await support.write(tx, opened.id, app_id=app.id, person_id=app.owner_id, text="الو؟")
    assert error.value.what == "messages"


async def test_queue_shows_the_longest_waiting_first_and_narrows(tx, app, operator, moment):
    made = []
    for category in ("technical", "finance", "technical"):
        moment.advance(timedelta(minutes=1))
        made.append((await make_ticket(tx, app.id, app.owner_id, category=category)).id)
    moment.advance(timedelta(minutes=1))
    await support.reply(tx, made[1], person_id=operator.id, text="پاسخ")

    async def ids(**given):
        return [one.id for one in (await support.queue(tx, **given)).tickets]

    assert await ids() == [made[0], made[2]]
    assert await ids(view="answered") == [made[1]]
    assert await ids(view="answered", assignee_id=operator.id, category="finance") == [made[1]]
    assert await ids(view="all", app_id=app.id) == [made[1], made[2], made[0]]
    assert await ids(category="finance") == []
    first = await support.queue(tx, limit=1)
    rest = await support.queue(tx, limit=1, after=first.next_cursor)
    assert [one.id for one in (*first.tickets, *rest.tickets)] == [made[0], made[2]]
    newest = await support.queue(tx, view="all", limit=2)
    oldest = await support.queue(tx, view="all", limit=2, after=newest.next_cursor)
    assert [one.id for one in oldest.tickets] == [made[0]]
    assert oldest.next_cursor == ""
    assert await support.waiting_count(tx) == 2


async def test_assignment_is_set_and_taken_away(tx, app, operator):
    opened = await make_ticket(tx, app.id, app.owner_id)

    assert (await support.assign(tx, opened.id, assignee_id=operator.id)).assignee_id == operator.id
    assert (await support.assign(tx, opened.id, assignee_id=None)).assignee_id is None
    with pytest.raises(UnknownTicket):
        await support.assign(tx, 1, assignee_id=None)


async def test_closed_tickets_are_forgotten_with_their_files(tx, app, operator, moment):
    opened = await make_ticket(tx, app.id, app.owner_id, files=[PDF])
    kept = await make_ticket(tx, app.id, app.owner_id)
    await support.close_ticket(tx, opened.id, person_id=operator.id, side="operator")
    ((file,), *_) = [line.files for line in await support.lines_of(tx, opened, with_notes=True)]

    moment.advance(timedelta(days=30))
    assert await support.purge(tx, keep_days=31) == 0
    moment.advance(timedelta(days=1, seconds=1))
    assert await support.purge(tx, keep_days=31) == 1

    assert [one.id for one in await support.tickets_of(tx, app.id)] == [kept.id]
    with pytest.raises(UnknownFile):
        await support.file_of_app(tx, file.id, app_id=None, with_notes=True)


async def test_what_a_person_wrote_is_theirs_to_take_along(tx, app, operator):
    opened = await make_ticket(tx, app.id, app.owner_id)
    await support.reply(tx, opened.id, person_id=operator.id, text="پاسخ")

    mine = await support.written_by(tx, app.owner_id)

    assert [one.text for one in mine.messages] == ["چرا؟"]
    assert mine.subjects == {opened.id: "رویداد نمی‌رسد"}
    assert (await support.written_by(tx, operator.id)).messages == []


async def test_answer_is_announced_and_a_note_is_not(tx, app, operator):
    opened = await make_ticket(tx, app.id, app.owner_id)
    await support.reply(tx, opened.id, person_id=operator.id, text="یادداشت", is_note=True)
    await support.reply(tx, opened.id, person_id=operator.id, text="پاسخ")

    ((body,),) = await tx.rows(
        "SELECT body FROM outbox_fact WHERE kind = 'support.ticket_answered'", ()
    )

    assert str(opened.id) in str(body)
    assert "پاسخ" not in str(body)


async def test_team_is_told_of_an_answer(db):
    async with db.write() as tx:
        app = (await make_app(tx)).app
        opened = await make_ticket(tx, app.id, app.owner_id)
        await support.reply(tx, opened.id, person_id=(await make_person(tx)).id, text="پاسخ")

    await Worker(db, listeners()).drain()

    async with db.read() as tx:
        (told,) = await tx.rows("SELECT kind, person_id FROM notice", ())
    assert tuple(told) == ("ticket", app.owner_id)
