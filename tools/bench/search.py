"""Search measured on many posts: ``python -m tools.bench.search [COUNT]``, or ``make soak search``;
``make bench`` does it with 100,000.

On each engine, in one process: how fast posts are written, indexed and followed, how soon a
submitted one can be found, and how long a page of results takes: three filters and a Persian word,
newest first, five pages deep, beside the same rows asked for by hand in the engine's own SQL, which
is the floor. Questions and floor are asked twice, in turn, for machines are seldom alone.
"""

import argparse
import asyncio
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from tests.databases import postgres_binaries, postgres_server

from dalan import migrations
from dalan.app import Platform
from dalan.domains import posts, search, taxonomy
from dalan.kernel import logs, outbox
from dalan.kernel.db import Database
from dalan.settings import Settings
from tools.make_posts import make_posts

PAGES, PAGE, ROUNDS = 5, 24, 60
FOLLOWED_COUNT = 5_000
COUNT_OF_BENCH = 100_000
WORDS = ("سفید", "مشکی", "فوری", "سالم", "بیمه", "نورگیر", "مترو", "تخفیف", "نوساز", "پژ", "سند")
CITIES = ("tehran", "mashhad", "karaj", "shiraz", "isfahan", "ahvaz", "rasht")
KINDS: tuple[tuple[str, str, int, int], ...] = (
    ("light", "price", 300_000_000, 3_000_000_000),
    ("vehicles", "usage", 20_000, 200_000),
    ("apartment-sell", "size", 60, 120),
    ("residential-rent", "credit", 200_000_000, 900_000_000),
    ("mobile-phones", "price", 5_000_000, 40_000_000),
    ("home-kitchen", "price", 1_000_000, 20_000_000),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("count", type=int, nargs="?", default=1_000_000)
    options.add_argument("--engine", choices=("sqlite", "postgresql"))
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="dalan-search-") as name:
        measure_both(Path(name), given.count, only=given.engine)


def measure_both(folder: Path, count: int = COUNT_OF_BENCH, *, only: str | None = None) -> None:
    """Print the rows of both engines, or of one; ``folder`` is empty and ours."""
    logs.setup("error", str(folder / "search.log"))
    if only != "postgresql":
        home = folder / "search-sqlite"
        home.mkdir()
        asyncio.run(measure("SQLite", f"sqlite:///{home / 'search.db'}", home, count))
    if only == "sqlite":
        return
    if postgres_binaries() is None and not os.environ.get("DALAN_TEST_POSTGRES_URL"):
        print("PostgreSQL is not installed: its rows are left out", file=sys.stderr)
        return
    home = folder / "search-postgresql"
    home.mkdir()
    with postgres_server() as url:
        asyncio.run(measure("PostgreSQL", url, home, count))


async def measure(name: str, url: str, home: Path, count: int) -> None:
    """Furnish the database and print its rows."""
    await migrations.upgrade_in_thread(url)
    settings = Settings(
        world="dev", home=home, database_url=url, database_durable=False,
        secret=secrets.token_urlsafe(48), log_file=str(home / "log"),
    )  # fmt: skip
    platform = Platform(settings, works=False)
    await platform.start()
    db = platform.services.db
    seconds = await make_posts(db, count)
    say(name, f"{count} posts written", f"{count / seconds:.0f} a second")
    began, worked = time.perf_counter(), time.process_time()
    indexed = await search.reindex(db)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    say(
        name,
        f"{indexed} posts indexed",
        f"{indexed / seconds:.0f} a second, {indexed / cpu:.0f} a second of our own CPU",
    )
    followed_count = min(count, FOLLOWED_COUNT)
    seconds = await followed(db, followed_count)
    say(name, f"{followed_count} posts followed", f"{followed_count / seconds:.0f} a second")
    if db.engine == "postgresql":
        async with db.look() as tx:
            await tx.execute("VACUUM ANALYZE", ())
    for _ in range(2):
        say(name, "three filters and a word, five pages deep", spread(await found(db, by_search)))
        say(name, "the same rows by hand (the floor)", spread(await found(db, by_hand)))
    say(name, "counted as far as 301", spread(await found(db, by_count)))
    took, sizes = await pages(platform)
    say(name, "a result page, made by the server", spread(took))
    say(name, "its weight, without pictures", f"{max(sizes) / 1_000:.0f} KB at most")
    say(name, "submitted to findable", f"{await submitted_to_findable(platform) * 1000:.0f} ms")
    await platform.stop()


Ask = Callable[[Database, search.Query, search.Place | None], Awaitable[search.Place | None]]


async def found(db: Database, ask: Ask) -> list[float]:
    """Milliseconds of each page of each question; the same questions whoever answers."""
    chance, took = random.Random(3), []  # noqa: S311 (questions to measure with)
    for turn in range(ROUNDS + 5):
        kind, number, least, most = chance.choice(KINDS)
        query = search.Query(
            words=chance.choice(WORDS), category=kind, cities=(chance.choice(CITIES),),
            ranges={number: search.Range(least, most)},
        )  # fmt: skip
        after: search.Place | None = None
        for _ in range(PAGES):
            began = time.perf_counter()
            after = await ask(db, query, after)
            if turn >= 5:  # the first compile statements and warm caches
                took.append((time.perf_counter() - began) * 1000)
            if after is None:
                break
    return took


async def by_search(
    db: Database, query: search.Query, after: search.Place | None
) -> search.Place | None:
    """A page as everybody gets it, posts and all."""
    async with db.look() as tx:
        return (await search.find(tx, query, after=after, limit=PAGE)).next


async def by_count(db: Database, query: search.Query, _: search.Place | None) -> None:
    """What the head of a result page says."""
    async with db.look() as tx:
        await search.count(tx, query, most=301)


async def by_hand(
    db: Database, query: search.Query, after: search.Place | None
) -> search.Place | None:
    """The same in the engine's own SQL, typed for this question alone; the posts read too."""
    [(column, bounds)] = query.ranges.items()
    least, most = bounds.least or 0, bounds.most or 0
    before = after.id if after else 2**63 - 1
    tokens = (f"c:{query.category}", f"t:{query.cities[0]}")
    async with db.look() as tx:
        if db.engine == "sqlite":
            wanted = " AND ".join(f'"{one}"' for one in tokens) + f' AND "{query.words}"'
            wanted += " *" if len(query.words) > 2 else ""
            rows = await tx.rows(
                "SELECT e.id, e.post_id FROM search_words w JOIN search_entry e ON e.id = +w.rowid"  # noqa: S608
                f" WHERE search_words MATCH ? AND w.rowid < ? AND e.{column} BETWEEN ? AND ?"
                f" ORDER BY w.rowid DESC LIMIT {PAGE + 1}",
                (wanted, before, least, most),
            )
        else:
            wanted = " & ".join(f"'{one}'" for one in tokens) + f" & '{query.words}'"
            wanted += ":*" if len(query.words) > 2 else ""
            rows = await tx.rows(
                "SELECT id, post_id FROM search_entry WHERE words @@ $1::text::tsquery AND id < $2"  # noqa: S608
                f" AND {column} BETWEEN $3 AND $4 ORDER BY id DESC LIMIT {PAGE + 1}",
                (wanted, before, least, most),
            )
        await posts.by_ids(tx, [row[1] for row in rows[:PAGE]])
    return search.Place(0, rows[PAGE - 1][0]) if len(rows) > PAGE else None


async def followed(db: Database, count: int) -> float:
    """Seconds until the index has heard the news of so many posts, each a fact of its own."""
    async with db.write() as tx:
        for post in await posts.from_id(tx, after_id=0, limit=count):
            await outbox.record(
                tx, posts.PostRelisted(post_id=post.id, token=post.token, how="bump")
            )
    began = time.perf_counter()
    await outbox.Worker(db, search.listeners()).drain()
    return time.perf_counter() - began


async def pages(platform: Platform) -> tuple[list[float], list[int]]:
    """Milliseconds and bytes of whole result pages, asked of the platform without a socket."""
    chance, took, sizes = random.Random(4), [], []  # noqa: S311 (as above)
    transport = httpx.ASGITransport(app=platform)
    async with httpx.AsyncClient(
        transport=transport, base_url=platform.services.settings.base_url
    ) as http:
        for turn in range(ROUNDS + 5):
            kind, number, least, most = chance.choice(KINDS)
            path = f"/s/{chance.choice(CITIES)}/{kind}"
            if number != "credit":  # not every kind of rent asks it on its page
                path += f"?q={chance.choice(WORDS)}&{number}_min={least}&{number}_max={most}"
            began = time.perf_counter()
            answer = await http.get(path)
            if turn >= 5:
                took.append((time.perf_counter() - began) * 1000)
                sizes.append(len(answer.content))
            assert answer.status_code == 200, answer.headers
    return took, sizes


async def submitted_to_findable(platform: Platform) -> float:
    """Seconds from the commit of a new post to the first search that finds it, worker running."""
    db, worker = platform.services.db, platform.worker
    assert worker is not None
    working = asyncio.create_task(worker.run())
    await asyncio.sleep(1)
    async with db.write() as tx:
        one = (await posts.newest(tx, limit=1))[0]
        made = await posts.create(
            tx, owner_id=one.owner_id, category="furniture", city=taxonomy.major_cities()[0].slug,
            title="یگانه‌ترین مبل", description="برای سنجش", fields={"status": "used"},
        )  # fmt: skip
    began = time.perf_counter()
    while True:
        async with db.look() as tx:
            page = await search.find(tx, search.Query(words="یگانه‌ترین"), limit=5)
        if any(post.id == made.id for post in page.posts):
            break
        await asyncio.sleep(0.002)
    seconds = time.perf_counter() - began
    worker.stop()
    await working
    return seconds


def spread(took: list[float]) -> str:
    """p50, p99 and the longest, in milliseconds."""
    took = sorted(took)
    return (
        f"p50 {took[len(took) // 2]:.1f} ms, p99 {took[int(len(took) * 0.99)]:.1f} ms, "
        f"longest {took[-1]:.1f} ms, {len(took)} times"
    )


def say(name: str, what: str, figure: str) -> None:
    print(f"{name:11} {what:44} {figure}", flush=True)


if __name__ == "__main__":
    main()
