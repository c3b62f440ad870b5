"""Short links measured by the million: ``python -m tools.bench.links [COUNT]``, or ``make soak
links``.

On each engine, in one process: how fast links are made through the POD door while redirects run
beside it, and how long lists take of somebody who has nearly all of ``COUNT`` links: in each order,
narrowed, searched for what is everywhere, in few and nowhere, from three letters down to one.
"""

import argparse
import asyncio
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert
from tests.databases import postgres_binaries, postgres_server
from tests.factories.developers import make_app
from tests.factories.links import make_link

from dalan import migrations
from dalan.app import Platform
from dalan.domains import links
from dalan.domains.clicks import click_total
from dalan.domains.links import grams, tables
from dalan.domains.links.creating import expiry_order, fingerprint
from dalan.domains.links.hashes import ALPHABET
from dalan.domains.links.searchable import searchable
from dalan.domains.links.tags import tags_in
from dalan.kernel import clock, logs
from dalan.kernel.db import Database, statement
from dalan.settings import Settings
from tools.bench.search import say, spread

ROUNDS, BATCH, OTHERS_SHARE = 40, 2_000, 20
WORDS = ("khane", "bagh", "sale", "ketab", "ghaza", "safar", "bazar", "کتاب", "خانه", "فروش")
TAGS = ("spring", "summer", "sale", "بهار", "news", "mail", "sms", "print", "rare", "shop")

_add = {
    table: statement(insert(table), sets=[column.name for column in table.c])
    for table in (tables.link, tables.link_words, tables.link_tag, tables.link_tally, click_total)
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("count", type=int, nargs="?", default=1_000_000)
    options.add_argument("--engine", choices=("sqlite", "postgresql"))
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="dalan-links-") as name:
        folder = Path(name)
        logs.setup("error", str(folder / "log"))
        if given.engine != "postgresql":
            asyncio.run(measure("SQLite", f"sqlite:///{folder / 'links.db'}", folder, given.count))
        if given.engine == "sqlite":
            return
        if postgres_binaries() is None and not os.environ.get("DALAN_TEST_POSTGRES_URL"):
            print("PostgreSQL is not installed: its rows are left out", file=sys.stderr)
            return
        with postgres_server() as url:
            asyncio.run(measure("PostgreSQL", url, folder, given.count))


async def measure(name: str, url: str, home: Path, count: int) -> dict[str, list[float]]:
    """Furnish the database and print its rows; milliseconds by question."""
    await migrations.upgrade_in_thread(url)
    settings = Settings(
        world="dev", home=home, database_url=url, database_durable=False,
        secret=secrets.token_urlsafe(48), log_file=str(home / "log"),
    )  # fmt: skip
    platform = Platform(settings, works=False)
    await platform.start()
    db = platform.services.db
    async with db.write() as tx:
        many, few = [(await make_app(tx)).app.id for _ in range(2)]
    began = time.perf_counter()
    for batch in _batches(count, many, few):
        async with db.write() as tx:
            for table, rows in batch.items():
                await _add[table].execute_many(tx, rows)
    say(name, f"{count} links written", f"{count / (time.perf_counter() - began):.0f} a second")
    if db.engine == "postgresql":
        async with db.look() as tx:
            await tx.execute(
                "SELECT setval(pg_get_serial_sequence('link', 'id'), (SELECT max(id) FROM link))",
                (),
            )
            await tx.execute("VACUUM ANALYZE", ())
    took = await lists(db, links.Owner.app(many))
    for what, each in took.items():
        say(name, what, spread(each))
    made = min(count // 10, 100_000)
    say(name, f"{made} links made while redirects run", await _made(platform, few, made))
    await platform.stop()
    return took


async def lists(db: Database, owner: links.Owner) -> dict[str, list[float]]:
    """Milliseconds of each question asked many times: a page and how many there are."""
    chance = random.Random(5)  # noqa: S311 (questions to measure with)
    took: dict[str, list[float]] = {}
    for what, asked in questions(chance).items():
        for turn in range(ROUNDS + 3):
            given = asked()
            offset = given.pop("offset", 0)
            question = links.Question(owner=owner, **given)
            began = time.perf_counter()
            async with db.look() as tx:
                await links.look_up(tx, question, offset=offset, most=10)
            if turn >= 3:  # the first compile statements and warm caches
                took.setdefault(what, []).append((time.perf_counter() - began) * 1_000)
    return took


def questions(chance: random.Random) -> dict[str, Callable[[], dict[str, Any]]]:
    """What lists are asked, by what is said of it."""
    orders: tuple[links.Order, ...] = ("created_at", "expires_at", "hash", "visits_count")
    now = clock.now()
    return {
        "newest first": lambda: {"offset": chance.randrange(100)},
        "any order, up or down": lambda: {
            "order": chance.choice(orders), "ascending": chance.random() < 0.5,
        },
        "a word in a tenth": lambda: {"text": chance.choice(WORDS), "order": chance.choice(orders)},
        "a number in one or few": lambda: {"text": f"/{chance.randrange(10**6)}/"},
        "a hash's beginning": lambda: {"text": "".join(chance.choices(ALPHABET, k=4))},
        "three letters": lambda: {"text": "".join(chance.choices("abcdefghijklmnop", k=3))},
        "two letters": lambda: {"text": "".join(chance.choices("qxzw123", k=2))},
        "one letter": lambda: {"text": chance.choice("qxzé؟")},
        "nothing that is there": lambda: {"text": f"nowhere{chance.randrange(99)}"},
        "a common tag": lambda: {"tags": chance.choice(TAGS[:8])},
        "a rare tag": lambda: {"tags": "rare", "order": chance.choice(orders)},
        "in tags": lambda: {"words": chance.choice(("spr", "ale", "are", "هار"))},
        "a kind": lambda: {"kind": chance.choice(links.KINDS), "order": chance.choice(orders)},
        "an hour": lambda: {
            "created_from": now - timedelta(hours=5), "created_until": now - timedelta(hours=4),
            "order": chance.choice(orders),
        },
        "a state": lambda: {"state": chance.choice(links.STATES)},
        "a word, a tag and a kind": lambda: {
            "text": chance.choice(WORDS), "tags": chance.choice(TAGS), "kind": "link",
        },
    }  # fmt: skip


def _batches(count: int, many: int, few: int) -> Iterator[dict[Any, list[dict[str, Any]]]]:
    """Rows of so many links, a twentieth of them another's; in the end their counts."""
    chance = random.Random(4)  # noqa: S311 (links to measure with)
    tallies: dict[tuple[int, str, int], int] = {}
    begin = clock.now() - timedelta(seconds=count)
    batch: dict[Any, list[dict[str, Any]]] = {}
    for number in range(1, count + 1):
        owner = links.Owner.app(few if number % OTHERS_SHARE == 0 else many)
        _add_row(batch, tallies, chance, number, owner, begin + timedelta(seconds=number))
        if number % BATCH == 0 or number == count:
            yield batch
            batch = {}
    yield {
        tables.link_tally: [
            {"owner_no": owner_no, "facet": facet, "slot": slot, "links_count": links_count}
            for (owner_no, facet, slot), links_count in tallies.items()
        ]
    }


def _add_row(
    batch: dict[Any, list[dict[str, Any]]], tallies: dict[tuple[int, str, int], int],
    chance: random.Random, number: int, owner: links.Owner, created_at: Any,
) -> None:  # fmt: skip
    hash_ = "".join(chance.choices(ALPHABET, k=7)) + (str(number) if number % 50 == 0 else "")
    kind: links.LinkKind = (
        "content" if number % 97 == 0 else "file" if number % 99_991 == 0 else "link"
    )
    place = f"{chance.choice(WORDS)}{chance.randrange(1_000)}.example"
    target = f"https://{place}/{chance.choice(WORDS)}/{number}/{chance.randrange(10**6)}"
    tags = ["rare"] if number % 50_000 == 0 else chance.sample(TAGS[:8], chance.randrange(3))
    expires_at = None if number % 10 == 0 else created_at + timedelta(days=chance.randrange(730))
    method: links.HashMethod = "custom" if number % 50 == 0 else "auto"
    text = searchable(hash_, target)
    row = dict.fromkeys(column.name for column in tables.link.c) | dict.fromkeys(
        ("domain", "title", "note", "description", "picture", "after_address", "terms"), ""
    )
    row |= {
        "id": number, "hash": hash_, "folded_hash": hash_, "hash_method": method, "kind": kind,
        "target": target, "app_id": owner.app_id, "owner_no": owner.number,
        "fingerprint": fingerprint(owner, kind, target), "tags": ",".join(tags),
        "searchable": text, "active": number % 1_000 != 0, "created_at": created_at,
        "changed_at": created_at, "expires_at": expires_at,
        "expiry_order": expiry_order(expires_at),
    }  # fmt: skip
    words = grams.words_of(text, tags, owner_no=owner.number, kind=kind, method=method)
    batch.setdefault(tables.link, []).append(row)
    batch.setdefault(tables.link_words, []).append({"link_id": number, "words": words})
    batch.setdefault(click_total, []).append(
        {"link_id": number, "group_id": owner.number, "visits": int(chance.paretovariate(0.7)),
         "base": 0, "bots": 0}
    )  # fmt: skip
    for name in tags_in(",".join(tags)):
        tag = {"link_id": number, "folded_name": name, "owner_no": owner.number}
        batch.setdefault(tables.link_tag, []).append(tag)
    for facet in (f"k:{kind}:{method}", *(f"t:{one}" for one in tags_in(",".join(tags)))):
        key = owner.number, facet, number % 8
        tallies[key] = tallies.get(key, 0) + 1


async def _made(platform: Platform, app_id: int, count: int) -> str:
    """Links made one by one, eight at a time, while somebody is led about beside them."""
    owner = links.Owner.app(app_id)
    db, rules = platform.services.db, platform.services.link_rules
    async with db.write() as tx:
        visited = await make_link(tx, owner, "https://visited.example/", rules=rules)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=platform), base_url="http://127.0.0.1:8000"
    )
    numbers, led, is_over = iter(range(count)), 0, False

    async def make() -> None:
        for number in numbers:
            wish = links.Wish("link", f"https://made.example/{number}")

            async def work(tx: Any, wish: links.Wish = wish) -> object:
                return await links.create(tx, wish, owner=owner, rules=rules)

            await db.transact(work)

    async def visit() -> None:
        nonlocal led
        while not is_over:
            answer = await client.get(f"/l/{visited.hash}")
            assert answer.status_code == 302, answer.text
            led += 1

    began = time.perf_counter()
    visiting = asyncio.create_task(visit())
    await asyncio.gather(*[make() for _ in range(8)])
    is_over, seconds = True, time.perf_counter() - began
    await visiting
    await client.aclose()
    return f"{count / seconds:.0f} a second, {led / seconds:.0f} redirects a second beside them"


if __name__ == "__main__":
    main()
