"""Telling people things: once each, as they chose, and gone when their time is over."""

from datetime import timedelta
from typing import Any

import pytest
from tests.factories.developers import make_app
from tests.factories.identity import make_person

from dalan.domains import notices
from dalan.domains.notices import NoticeKind, Preference
from dalan.kernel import clock

DAY = timedelta(days=1)
FACTS = {"app": "کارشناس", "slug": "x", "window": "day", "percent": 80, "most": "1,000"}


async def tell(tx, *people, occasion="quota:1", kind="quota"):
    return await notices.tell(
        tx, [one.id for one in people], kind=kind, occasion=occasion, facts=FACTS
    )


async def told(tx, person):
    return (await notices.notices_of(tx, person.id)).notices


async def test_everybody_is_told_once_of_an_occasion(tx):
    sara, ali = await make_person(tx), await make_person(tx)

    assert await tell(tx, sara, ali, ali) == 2
    assert await tell(tx, sara, ali) == 0
    assert await tell(tx, sara, occasion="quota:2") == 1

    assert [len(await told(tx, one)) for one in (sara, ali)] == [2, 1]
    assert await notices.unread_count(tx, sara.id) == 2


async def test_reading_one_or_all_leaves_those_of_others_unread(tx, moment):
    sara, ali = await make_person(tx), await make_person(tx)
    for number in range(3):
        await tell(tx, sara, ali, occasion=f"quota:{number}")
    newest, middle, _ = await told(tx, sara)

    await notices.mark_read(tx, sara.id, notice_id=newest.id)
    assert await notices.unread_count(tx, sara.id) == 2
    with pytest.raises(notices.NoSuchNotice):
        await notices.mark_read(tx, ali.id, notice_id=middle.id)
    await notices.mark_all_read(tx, sara.id, up_to_id=middle.id)

    assert await notices.unread_count(tx, sara.id) == 0
    assert await notices.unread_count(tx, ali.id) == 3
    read_at = (await told(tx, sara))[0].read_at
    moment.advance(DAY)
    await notices.mark_read(tx, sara.id, notice_id=newest.id)
    assert (await told(tx, sara))[0].read_at == read_at


async def test_who_reads_all_does_not_read_what_came_meanwhile(tx):
    sara = await make_person(tx)
    await tell(tx, sara)
    (seen,) = await told(tx, sara)
    await tell(tx, sara, occasion="quota:2")

    await notices.mark_all_read(tx, sara.id, up_to_id=seen.id)

    assert await notices.unread_count(tx, sara.id) == 1


async def test_kind_nobody_wants_is_not_told(tx):
    sara = await make_person(tx)
    await notices.set_preferences(tx, sara.id, {"quota": Preference(False, True)})

    assert await tell(tx, sara) == 0  # by mail only, and there is no address
    assert await tell(tx, sara, kind="key_age", occasion="key_age:1") == 1
    assert [one.kind for one in await told(tx, sara)] == ["key_age"]


async def test_preferences_say_whether_they_changed(tx):
    sara = await make_person(tx)
    assert set((await notices.preferences(tx, sara.id)).values()) == {Preference(True, True)}

    assert await notices.set_preferences(tx, sara.id, {"quota": Preference(True, False)})
    assert not await notices.set_preferences(tx, sara.id, {"quota": Preference(True, False)})

    assert (await notices.preferences(tx, sara.id))["quota"] == Preference(True, False)


async def test_pages_go_on_where_the_one_before_ended(tx):
    sara = await make_person(tx)
    for number in range(5):
        await tell(tx, sara, occasion=f"quota:{number}")

    first = await notices.notices_of(tx, sara.id, limit=3)
    second = await notices.notices_of(tx, sara.id, after=first.next_cursor, limit=3)

    assert [len(first.notices), len(second.notices), second.next_cursor] == [3, 2, ""]
    assert len({one.id for one in first.notices + second.notices}) == 5


async def test_notices_of_long_ago_are_forgotten(tx, moment):
    sara = await make_person(tx)
    await tell(tx, sara)
    moment.advance(180 * DAY)
    await notices.purge(tx, keep_days=180)
    assert len(await told(tx, sara)) == 1

    moment.advance(timedelta(seconds=1))
    await notices.purge(tx, keep_days=180)
    assert await told(tx, sara) == []


async def test_who_leaves_leaves_nothing(tx):
    sara = await make_person(tx)
    await tell(tx, sara)
    await notices.set_preferences(tx, sara.id, {"quota": Preference(True, False)})

    await notices.forget(tx, sara.id)

    assert await told(tx, sara) == []
    assert (await notices.preferences(tx, sara.id))["quota"] == Preference()


@pytest.mark.parametrize("lang", ["fa", "en"])
async def test_every_kind_has_words_in_both_languages(tx, lang):
    sara = await make_person(tx)
    app = (await make_app(tx)).app
    every: list[tuple[NoticeKind, dict[str, Any]]] = [
        ("app_state", {"state": state, "note": "یادداشت"})
        for state in ("active", "changes_requested", "suspended", "lifted")
    ]
    every += [
        ("quota", {"window": window, "percent": percent, "most": "60"})
        for window in ("minute", "day")
        for percent in (80, 100)
    ]
    every += [
        ("key_age", {"key": "سرور", "days": 61, "days_max": 60}),
        ("key_expiry", {"key": "سرور", "days": 6}),
        ("token_reuse", {}),
        ("events", {"what": "failing", "hours": 24}),
        ("events", {"what": "failing", "hours": 0}),
        ("events", {"what": "gone", "hours": 0}),
        ("ticket", {"subject": "پرسش"}),
        ("business", {"business": "املاک صدف", "by": "سارا"}),
        ("phone", {"ending": "4567"}),
        ("saved_search", {"count": 3, "name": "پژو"}),
        ("chat_message", {"count": 3, "title": "پژو", "path": "/chat/x"}),
        ("post_end", {"is_over": False, "title": "پژو"}),
        ("post_end", {"is_over": True, "title": "پژو"}),
        *(
            ("link", {"decided": decided, "link": "nowruz", "reason": reason, "note": "x"})
            for decided in ("quarantined", "released", "deactivated", "host_blocked")
            for reason in ("phishing", "")
        ),
        ("post_review", {"decided": "published", "title": "پژو", "reason": ""}),
    ]
    for number, (kind, facts) in enumerate(every):
        await notices.tell(
            tx, [sara.id], kind=kind, occasion=f"{number}", app_id=app.id,
            facts={"app": app.display, "slug": app.slug} | facts,
        )  # fmt: skip

    said = [notices.words_of(one, lang) for one in await told(tx, sara)]

    assert len({(one.title, one.text) for one in said}) == len(every)
    assert all(one.title and one.text and "{" not in one.title + one.text for one in said)
    assert {kind for kind, _ in every} == set(notices.KINDS)
    assert all(notices.kind_words(kind, lang) for kind in notices.KINDS)
    assert clock.now() == (await told(tx, sara))[0].created_at
