"""Add-ons for tests: one of every widget at its longest, and a submission of them all."""

from typing import Any

from dalan.domains import addons, developers
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.outbox import Worker
from tests.factories.developers import KEYS

LINK = "https://app.example/report/1"

LONGEST: dict[str, dict[str, Any]] = {
    "title_row": {"text": "ت" * 49, "has_divider": True},
    "subtitle_row": {"text": "ز" * 200, "has_divider": True},
    "description_row": {"text": "م" * 200},
    "button_bar": {"title": "د" * 49, "action": {"open_direct_link": LINK}},
    "selector_row": {
        "title": "ا" * 200,
        "icon_name": "ADD",
        "action": {"open_server_link": {"data": {"flow": "visit"}}},
    },
    "event_row": {
        "title": "ر" * 24,
        "subtitle": "ف" * 59,
        "label": "ب" * 15,
        "image_id": "logo",
    },
    "group_info_row": {
        "items": [{"title": "س" * 50, "value": "ع" * 100} for _ in range(3)],
        "has_divider": True,
    },
    "score_row": {
        "title": "ف" * 25,
        "descriptive_score": "ی" * 17,
        "score_color": "WARNING_SECONDARY",
        "icon_name": "CAR_ENGINE",
    },
    "evaluation_row": {
        "left": {"text": "ا" * 18, "section_color": "SUCCESS_PRIMARY"},
        "middle": {"text": "م" * 18, "section_color": "WARNING_SECONDARY"},
        "right": {"text": "گ" * 18, "section_color": "ERROR_PRIMARY"},
        "indicator_text": "۴۵۰ میلیون",
        "indicator_percentage": 100,
        "icon_name": "MONEY",
    },
    "image_carousel_row": {"items": [{"image_id": "logo", "description": "جلو"}] * 20},
}
"""Every widget of the contract, each of its texts as long as it may be."""


def every_widget() -> list[dict[str, Any]]:
    """A list of them, as a body holds it."""
    return [{name: data} for name, data in LONGEST.items()]


async def attach(
    db: Database,
    app: developers.App,
    post_token: str,
    body: dict[str, Any] | None = None,
    *,
    person_id: int | None = None,
    keys: Keyring = KEYS,
) -> None:
    """Submit an add-on and let the worker attach it."""
    async with db.write() as tx:
        await submit(tx, app, post_token, body, person_id=person_id, keys=keys)
    await worker(db).drain()


async def submit(
    tx: WriteTransaction,
    app: developers.App,
    post_token: str,
    body: dict[str, Any] | None = None,
    *,
    person_id: int | None = None,
    keys: Keyring = KEYS,
) -> None:
    """Submit an add-on: every widget unless ``body`` says otherwise."""
    read = addons.read_submission({"widgets": every_widget()} if body is None else body)
    await addons.submit(
        tx, app=app, post_token=post_token, submission=read, keys=keys, person_id=person_id
    )


def worker(db: Database) -> Worker:
    """A worker that knows this room's listeners only."""
    return Worker(db, addons.listeners())
