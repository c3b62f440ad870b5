"""Whichever way lists find links, they find the same: a model beside them is asked too."""

import random
from datetime import timedelta

import pytest

from dalan.domains import clicks, links
from dalan.domains.links import grams, listing
from dalan.domains.links.searchable import searchable
from dalan.kernel import clock
from dalan.kernel.text import fold
from tests.factories.developers import make_app
from tests.factories.links import edit, make_link

WORDS = ("خانه", "باغ", "city", "Sea", "100%", "a_b", "x", "é", "؟", "کتاب")
TAGS = ("بهار", "spring", "sale", "sell")


@pytest.fixture
async def made(tx, moment):
    """Forty links of one owner and some of another, of all sorts."""
    chance = random.Random(6)
    app_id, other = (await make_app(tx)).app.id, (await make_app(tx)).app.id
    found = []
    for number in range(40):
        words = "/".join(chance.sample(WORDS, 2))
        kind = chance.choice(("link", "link", "content"))
        target = f"https://{number}.example/{words}" if kind == "link" else f"{number} {words}"
        link = await make_link(
            tx, app_id, target.replace("%", "%25") if kind == "link" else target, kind=kind,
            tags=",".join(chance.sample(TAGS, chance.randrange(3))),
            hash=f"h{number}" if chance.random() < 0.3 else "",
            expires_at=clock.now() + timedelta(days=chance.choice((1, 40, 700))),
        )  # fmt: skip
        if chance.random() < 0.2:
            link = await links.set_active(tx, link.id, owner=link.owner, active=False)
        if chance.random() < 0.1:
            await links.delete(tx, link.id, owner=link.owner)
        else:
            found.append(link)
        if number % 5 == 0:
            await make_link(tx, other, f"https://{number}.example/{words}x".replace("%", "%25"))
        if chance.random() < 0.5:
            moment.advance(timedelta(hours=chance.randrange(40)))
    for link in found:
        await clicks.set_base(tx, link.id, chance.randrange(4))
    return found


def questions(made):
    chance = random.Random(7)
    at = [link.created_at for link in made]
    for _ in range(50):
        asked = {"order": chance.choice(("hash", "created_at", "expires_at", "visits_count")),
                 "ascending": chance.random() < 0.5}  # fmt: skip
        if chance.random() < 0.6:
            word = chance.choice((*WORDS, "example", "خان", "10", "q", "nowhere", "h1", "  "))
            asked["text"] = word
        if chance.random() < 0.3:
            asked["kind"] = chance.choice(("link", "content", "file"))
        if chance.random() < 0.2:
            asked["hash_method"] = chance.choice(("auto", "custom"))
        if chance.random() < 0.3:
            asked["tags"] = chance.choice(("sale", "SALE,بهار", "none", "sell"))
        if chance.random() < 0.2:
            asked["words"] = chance.choice(("s", "prin,ell", "هار", "none"))
        if chance.random() < 0.2:
            asked["created_from"] = chance.choice(at)
        if chance.random() < 0.2:
            asked["created_until"] = chance.choice(at)
        if chance.random() < 0.3:
            asked["state"] = chance.choice(("active", "inactive", "expired"))
        yield asked


def fits(link: links.Link, asked) -> bool:
    tags = [fold(tag) for tag in link.tags.split(",") if tag]
    now = clock.now()
    state = "inactive" if not link.active else "expired" if link.is_expired(now) else "active"
    text = fold(asked.get("text", ""))
    wanted = [fold(one) for one in asked.get("tags", "").split(",") if one]
    words = [fold(one) for one in asked.get("words", "").split(",") if one]
    return (
        text in searchable(link.hash, link.target)
        and asked.get("kind") in (None, link.kind)
        and asked.get("hash_method") in (None, link.hash_method)
        and all(one in tags for one in wanted)
        and (not words or any(word in tag for word in words for tag in tags))
        and asked.get("created_from", link.created_at) <= link.created_at
        and link.created_at <= asked.get("created_until", link.created_at)
        and asked.get("state") in (None, state)
    )


WAYS = ((3_000, 4_000), (7, 4_000), (7, 5), (1, 10))
"""How many are looked at one by one, and how many an index may find: so that each way is gone."""


async def test_every_way_finds_what_the_model_does(tx, made, monkeypatch):
    visits = {
        id_: one.visits for id_, one in (await clicks.totals(tx, [x.id for x in made])).items()
    }
    keys = {
        "hash": lambda one: (one.hash.encode(), one.id),
        "created_at": lambda one: (one.created_at, one.id),
        "expires_at": lambda one: (one.expires_at, one.id),
        "visits_count": lambda one: (visits[one.id], one.id),
    }
    for number, asked in enumerate(questions(made)):
        model = sorted(
            (one for one in made if fits(one, asked)), key=keys[asked["order"]],
            reverse=not asked["ascending"],
        )  # fmt: skip
        question = links.Question(owner=made[0].owner, **asked)
        offset = 3 * (number % 2)
        for way in WAYS:
            monkeypatch.setattr(listing, "WINDOW", way[0])
            monkeypatch.setattr(listing, "CHOSEN_MAX", way[1])
            found = await links.look_up(tx, question, offset=offset, most=5)

            got, want = [one.id for one in found.links], [one.id for one in model[offset:][:5]]
            assert got == want, (way, asked)
            if found.is_exact:
                assert found.total == len(model), (way, asked)
            else:
                assert found.total >= offset + len(got), (way, asked)


async def test_text_too_long_to_be_cut_is_looked_through(tx, monkeypatch):
    monkeypatch.setattr(grams, "PIECES_MAX", 50)
    monkeypatch.setattr(listing, "WINDOW", 1)
    app_id = (await make_app(tx)).app.id
    long = await make_link(tx, app_id, "".join(map(chr, range(0x4E00, 0x4F00))), kind="content")
    for number in range(3):
        await make_link(tx, app_id, f"https://{number}.example/")

    question = links.Question(owner=long.owner, text="\u4e10\u4e11\u4e12\u4e13")

    assert [one.id for one in await links.page(tx, question)] == [long.id]


async def test_what_was_deleted_is_listed_for_who_may_restore_it(tx, moment):
    app_id = (await make_app(tx)).app.id
    kept, first, second = [await make_link(tx, app_id, f"https://{n}.example/") for n in range(3)]
    for one in (first, second):
        moment.advance(timedelta(hours=1))
        await links.delete(tx, one.id, owner=one.owner)

    gone = await links.deleted(tx, kept.owner)

    assert [one.id for one in gone] == [second.id, first.id]
    assert await links.count(tx, links.Question(owner=kept.owner)) == 1


async def test_tags_are_counted_as_links_come_and_go(tx):
    app_id = (await make_app(tx)).app.id
    first = await make_link(tx, app_id, "https://a.example/", tags="one,two")
    second = await make_link(tx, app_id, "https://b.example/", tags="One")
    assert await links.tags_of(tx, first.owner) == [("one", 2), ("two", 1)]

    await edit(tx, first.id, app_id, tags="three")
    await links.delete(tx, second.id, owner=second.owner)

    assert await links.tags_of(tx, first.owner) == [("three", 1)]
