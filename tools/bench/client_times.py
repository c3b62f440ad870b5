"""How long the token endpoint takes to refuse an app that does not exist, and a wrong secret.

    python -m tools.bench.client_times [rounds]

Both are asked in turn, in one process and without a socket, so that whatever else the machine
does falls on both alike. What is printed are medians, and how far apart they are in standard
errors of the mean: under about 4 nobody learns anything from the clock.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from dalan.app import Platform
from dalan.domains import developers, identity
from dalan.settings import Settings

ROUNDS = 4_000
WARM_UP = 200


async def measure(rounds: int) -> None:
    """Ask both questions so many times each, and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(
            world="dev", home=home, secret="s" * 40, log_file=str(home / "log"),
            database_durable=False,
        )  # fmt: skip
        platform = Platform(settings, works=False)
        await platform.start()
        async with platform.services.db.write() as tx:
            owner = await identity.register(tx, phone="+989120000000")
            made = await developers.register_app(
                tx, keys=platform.services.keys, owner_id=owner.id, display="bench"
            )
        known, unknown = made.app.slug, made.app.slug[:-1] + "0"
        transport: Any = httpx.ASGITransport(app=platform)
        times: dict[str, list[float]] = {known: [], unknown: []}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            for number in range(rounds + WARM_UP):
                for slug in (known, unknown) if number % 2 else (unknown, known):
                    form = {
                        "grant_type": "refresh_token", "refresh_token": "x",
                        "client_id": slug, "client_secret": "w" * 43,
                    }  # fmt: skip
                    began = time.perf_counter()
                    answer = await client.post("/oauth2/token", data=form)
                    took = time.perf_counter() - began
                    assert answer.status_code == 401, answer.text
                    if number >= WARM_UP:
                        times[slug].append(took * 1e6)
        await platform.stop()
    wrong, absent = (_trimmed(times[slug]) for slug in (known, unknown))
    apart = statistics.mean(wrong) - statistics.mean(absent)
    error = (
        statistics.variance(wrong) / len(wrong) + statistics.variance(absent) / len(absent)
    ) ** 0.5
    print(f"wrong secret   median {statistics.median(wrong):7.1f} us")
    print(f"unknown app    median {statistics.median(absent):7.1f} us")
    print(f"means apart    {apart:7.2f} us, {abs(apart) / error:.1f} standard errors")


def _trimmed(times: list[float]) -> list[float]:
    """The quicker nine tenths: the rest is the machine's own business."""
    return sorted(times)[: len(times) * 9 // 10]


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
