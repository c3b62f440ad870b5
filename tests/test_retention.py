"""Whatever grows is deleted when its time is over, and not before."""

import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import audit, identity, media
from dalan.domains.developers import queries as developers_queries
from dalan.domains.oauth import queries as oauth_queries
from dalan.domains.touchpoints import queries as touchpoints_queries
from dalan.housekeeping import Housekeeper
from dalan.kernel import clock, outbox
from dalan.kernel.clock import AdjustableClock
from dalan.settings import Settings
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.media import make_image
from tests.factories.oauth import make_tokens

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "operate-it.md"
RULES = identity.CodeRules(code_seconds=180, attempts_max=3, sends_per_hour=6)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

LIVES = [
    ("one_time_code", "keep_codes_days", 3 * MINUTE + DAY),
    ("web_session", "keep_sessions_days", HOUR + 30 * DAY),
    ("authorization_code", "keep_tokens_days", HOUR + DAY),
    ("pushed_request", "keep_tokens_days", HOUR + DAY),
    ("token", "keep_tokens_days", HOUR + DAY),
    ("token_family", "keep_tokens_days", HOUR + DAY),
    ("outbox_fact", "keep_facts_days", 30 * DAY),
    ("app_usage", "keep_usage_days", timedelta(days=400, hours=15, minutes=30)),
    ("start", "keep_starts_days", HOUR + DAY),
    ("image", "keep_temporary_pictures_hours", DAY),
    ("audit_entry", "keep_audit_days", 1_095 * DAY),
]
"""A table, its setting, and how long its row of ``furnished`` lives by the default."""

COUNT = {table: f"SELECT count(*) FROM {table}" for table, _, _ in LIVES}


@pytest.fixture
async def furnished(platform: Platform) -> Platform:
    """One row, or a few, in every table that grows; what expires does so within the hour."""
    db, keys = platform.services.db, platform.services.keys
    in_an_hour = clock.now() + HOUR
    async with db.write() as tx:
        person = await make_person(tx, phone="+989125554433")
        app = (await make_app(tx, keys=keys)).app
        await identity.issue_code(tx, phone=person.phone, rules=RULES, keys=keys)
        await identity.open_session(
            tx, person_id=person.id, device="", session_seconds=3_600, keys=keys
        )
        await make_tokens(tx, keys, person, app, "USER_PHONE", refresh_seconds=3_600)
        ((family_id,),) = await tx.rows("SELECT id FROM token_family", ())
        await oauth_queries.add_code.execute(
            tx, mac=b"code", family_id=family_id, redirect_uri="https://app.example/",
            code_challenge=None, nonce=None, signed_in_at=None, expires_at=in_an_hour,
        )  # fmt: skip
        await oauth_queries.add_pushed_request.execute(
            tx, mac=b"pushed", app_id=app.id, parameters="", created_at=clock.now(),
            expires_at=in_an_hour,
        )  # fmt: skip
        await developers_queries.add_usage.scalar(
            tx, app_id=app.id, day=clock.now().date().isoformat(), count=3
        )
        await touchpoints_queries.add_start.execute(
            tx, mac=b"start", app_id=app.id, person_id=person.id, origin_path="/",
            created_at=clock.now(), expires_at=in_an_hour,
        )  # fmt: skip
        await audit.record(tx, audit.SYSTEM, "app.tested", audit.Subject.app(app.id))
        await outbox.record(tx, identity.AccountClosed(person_id=person.id))
    await make_image(db, platform.services.media)
    assert platform.worker is not None
    await platform.worker.drain()
    return platform


async def count(platform: Platform, table: str) -> int:
    async with platform.services.db.look() as tx:
        return int((await tx.rows(COUNT[table], ()))[0][0])


async def keep_house(platform: Platform) -> None:
    """Every duty of an hour; a fault of one is a fault of the test."""
    for _, duty in Housekeeper(platform.services).every_hour():
        await duty()
    assert platform.worker is not None
    await platform.worker.purge()


@pytest.mark.parametrize(("table", "_setting", "life"), LIVES, ids=[life[0] for life in LIVES])
async def test_row_goes_when_its_time_is_over_and_not_before(
    furnished: Platform, moment: AdjustableClock, table, _setting, life
):
    moment.advance(life - MINUTE)
    await keep_house(furnished)
    assert await count(furnished, table) > 0

    moment.advance(2 * MINUTE)
    await keep_house(furnished)
    assert await count(furnished, table) == 0


async def test_files_of_pictures_go_with_their_rows(furnished: Platform, moment: AdjustableClock):
    async with furnished.services.db.look() as tx:
        ((name,),) = await tx.rows("SELECT name FROM image", ())
    assert await furnished.services.media.read(name, 200)

    moment.advance(DAY + MINUTE)
    await keep_house(furnished)

    with pytest.raises(media.UnknownImage):
        await furnished.services.media.read(name, 200)


async def test_every_setting_changes_how_long(furnished: Platform, moment: AdjustableClock):
    longest = {name: 10_000 for _, name, _ in LIVES if name != "keep_temporary_pictures_hours"}
    settings = msgspec.structs.replace(
        furnished.settings, keep_temporary_pictures_hours=24 * 365, **longest
    )
    services = msgspec.structs.replace(furnished.services, settings=settings)
    moment.advance(364 * DAY)

    for _, duty in Housekeeper(services).every_hour():
        await duty()

    for table, _, _ in LIVES:
        assert await count(furnished, table) > 0, table


def test_page_names_every_table_that_grows_and_its_setting():
    section = PAGE.read_text("utf-8").partition("\n## What grows\n")[2].partition("\n## ")[0]
    rows = re.findall(
        r"^\| [^|]+ \| (.+?) \| [^|]+ \| `DALAN_([A-Z_]+)` \|$", section, re.MULTILINE
    )
    told = {
        (table, setting.lower())
        for tables, setting in rows
        for table in re.findall(r"`(\w+)`", tables)
    }
    settings = {field.name for field in msgspec.structs.fields(Settings)}

    assert {(table, setting) for table, setting, _ in LIVES} <= told
    assert {setting for _, setting in told} == {n for n in settings if n.startswith("keep_")}
