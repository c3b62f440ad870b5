"""Clicks on short links: links to be clicked, a recorder on a folder, visitors."""

from pathlib import Path

from dalan.domains import clicks, links
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database
from tests.factories.developers import make_app
from tests.factories.links import make_link

KEYS = Keyring(["a secret of the tests, long enough to be one"])

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/120.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.1 Mobile/15E148 Safari/604.1"
)
WHATSAPP = "WhatsApp/2.23.20.0"


def make_recorder(db: Database, folder: Path, **given: object) -> clicks.Recorder:
    """A recorder that nobody started: nothing happens by itself."""
    return clicks.Recorder(db, KEYS, folder, clicks.RecordingRules(**given))  # type: ignore[arg-type]  # as they are spelled there


def told(agent: str = CHROME, referrer: str = "", language: str = "fa-IR,fa;q=0.9",
         purpose: str = "") -> clicks.Told:  # fmt: skip
    """What a visitor's browser says."""
    return clicks.Told(agent, referrer, language, purpose)


async def make_links(db: Database, count: int = 1) -> list[links.Link]:
    """Links of one app, that nobody clicked yet."""
    async with db.write() as tx:
        app = (await make_app(tx, keys=KEYS)).app
        return [
            await make_link(tx, app.id, f"https://example.com/{number}") for number in range(count)
        ]
