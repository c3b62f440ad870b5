"""Links of a file brought in: what is kept, what clashes, what is refused, and the file again."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from dalan.domains import clicks, links
from dalan.kernel.db import WriteTransaction
from tests.factories.developers import make_app
from tests.factories.links import RULES, make_link

LONG_AGO = datetime(2019, 4, 5, 6, 7, 8, tzinfo=UTC)


def row(number: int = 1, **given: Any) -> links.ImportRow:
    return links.ImportRow(number=number, **({"target": "https://a.example/"} | given))


async def importing(tx: WriteTransaction, **given: Any) -> links.Importing:
    owner = links.Owner.app((await make_app(tx)).app.id)
    return links.Importing(owner=owner, rules=RULES, **given)


def results(outcomes: list[links.Outcome]) -> list[str]:
    return [one.result for one in outcomes]


async def test_row_keeps_its_hash_time_title_tags_and_terms(tx: WriteTransaction):
    into = await importing(tx)

    (made,) = await links.bring_in(
        tx,
        [
            row(
                hash="بهار", title="بهار", tags="الف,ب", created_at=LONG_AGO, visit_limit=5,
                valid_from=LONG_AGO, forward_query=True, note="از بیت‌لی", clicks=1_204,
                after_address="https://over.example/",
            )
        ],
        into,
    )  # fmt: skip

    link = await links.of_owner(tx, "بهار", owner=into.owner)
    assert (made.result, made.hash, made.lost) == ("made", "بهار", ())
    assert (link.title, link.tags, link.created_at) == ("بهار", "الف,ب", LONG_AGO)
    assert (link.expires_at, link.visits_max, link.note) == (None, 5, "از بیت‌لی")
    assert links.terms_of(link.terms).forwards_query
    assert link.after_address == "https://over.example/"
    assert (await clicks.totals(tx, [link.id]))[link.id].visits == 1_204


async def test_same_file_again_makes_nothing(tx: WriteTransaction):
    into = await importing(tx, on_taken="draw")
    theirs = await make_link(tx, (await make_app(tx)).app.id, hash="taken")
    rows = [
        row(1, hash="one"),
        row(2, hash="two"),
        row(3, target="https://b.example/"),
        row(4, target="https://c.example/", active=False),
        row(5, target="https://d.example/", hash=theirs.hash),
    ]

    first = await links.bring_in(tx, rows, into)
    again = await links.bring_in(tx, rows, into)

    assert results(first) == ["made"] * 5
    assert results(again) == ["stands"] * 5
    assert [one.hash for one in again] == [one.hash for one in first]
    assert await links.count(tx, links.Question(owner=into.owner)) == 5


async def test_hash_of_somebody_else_is_left_alone(tx: WriteTransaction):
    into = await importing(tx)
    await make_link(tx, (await make_app(tx)).app.id, hash="علی")

    (taken,) = await links.bring_in(tx, [row(hash="علي")], into)

    assert (taken.result, taken.code) == ("taken", "links.hash_taken")
    assert await links.count(tx, links.Question(owner=into.owner)) == 0


async def test_own_link_of_that_hash_that_leads_elsewhere_is_not_changed(tx: WriteTransaction):
    into = await importing(tx)
    await links.bring_in(tx, [row(hash="one")], into)

    (taken,) = await links.bring_in(tx, [row(hash="one", target="https://other.example/")], into)

    assert taken.result == "taken"
    assert (await links.of_owner(tx, "one", owner=into.owner)).target == "https://a.example/"


async def test_rows_that_cannot_be_are_refused_one_by_one(tx: WriteTransaction):
    into = await importing(tx)

    outcomes = await links.bring_in(
        tx,
        [
            row(1, problem="it was banned there"),
            row(2, target=""),
            row(3, target="javascript:alert(1)"),
            row(4, hash="a/b"),
            row(5, hash="x" * 65),
            row(6, target="http://127.0.0.1:8000/l/abc"),
            row(7, visit_limit=2**53),
            row(8),
        ],
        into,
    )

    assert results(outcomes) == ["refused"] * 7 + ["made"]
    assert [one.code for one in outcomes[:5]] == [
        "links.import_row", "links.target_missing", "links.invalid", "links.invalid",
        "links.hash_too_long",
    ]  # fmt: skip
    assert await links.count(tx, links.Question(owner=into.owner)) == 1


async def test_what_is_too_long_is_cut_and_said(tx: WriteTransaction):
    into = await importing(tx)

    (made,) = await links.bring_in(
        tx, [row(hash="one", title="ت" * 300, tags=",".join(["x" * 51, *"abcdefghij" * 3]))], into
    )

    link = await links.of_owner(tx, "one", owner=into.owner)
    assert made.lost == ("title", "tags")
    assert len(link.title) == 200
    assert "x" not in link.tags


async def test_link_that_lost_its_password_is_switched_off(tx: WriteTransaction):
    into = await importing(tx)

    (made,) = await links.bring_in(tx, [row(hash="one", active=False, lost=("password",))], into)

    assert made.lost == ("password",)
    assert not (await links.of_owner(tx, "one", owner=into.owner)).active


async def test_preview_says_what_would_become_and_changes_nothing(tx: WriteTransaction):
    into = await importing(tx)
    await make_link(tx, (await make_app(tx)).app.id, hash="taken")
    rows = [
        row(1, hash="one"), row(2, hash="one"), row(3, hash="one", target="https://b.example/"),
        row(4, hash="taken"), row(5, target="ftp://a.example/"), row(6), row(7),
        row(8, target="https://c.example/"),
    ]  # fmt: skip

    foreseen = await links.preview(tx, rows, into, links.Seen())

    assert await links.count(tx, links.Question(owner=into.owner)) == 0
    assert results(foreseen) == [
        "made", "stands", "taken", "taken", "refused", "stands", "stands", "made",
    ]  # fmt: skip
    assert results(await links.bring_in(tx, rows, into)) == results(foreseen)


async def test_a_file_is_taken_in_batches_no_larger_than_a_minute_allows(tx: WriteTransaction):
    into = await importing(tx)
    rows = [row(number) for number in range(250)]
    limits = links.MakingLimits(of_app=links.Allowed(per_minute=150, per_day=99))
    narrow = msgspec.structs.replace(into, rules=msgspec.structs.replace(into.rules, limits=limits))

    assert [len(batch) for batch in links.batches(rows, into)] == [100, 100, 50]
    assert [len(batch) for batch in links.batches(rows, narrow)] == [99, 99, 52]
