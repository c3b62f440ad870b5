"""Whatever grows is deleted when its time is over, and not before."""

import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import (
    audit,
    bank,
    bookmarks,
    charges,
    chat,
    clicks,
    deliveries,
    developers,
    identity,
    links,
    media,
    moderation,
    notices,
    oauth,
    posts,
    support,
)
from dalan.domains.chat import desk_queries as chat_desk_queries
from dalan.domains.deliveries import queries as deliveries_queries
from dalan.domains.developers import queries as developers_queries
from dalan.domains.oauth import queries as oauth_queries
from dalan.domains.touchpoints import queries as touchpoints_queries
from dalan.domains.wallet import queries as wallet_queries
from dalan.housekeeping import Housekeeper
from dalan.kernel import clock, outbox
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import WriteTransaction
from dalan.settings import Settings
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.media import make_file, make_image, make_upload, movie
from tests.factories.oauth import make_tokens
from tests.factories.payments import make_failed_payment, make_ticket_to_pay_with
from tests.factories.posts import make_post
from tests.factories.support import PDF, make_ticket

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "operate-it.md"
RULES = identity.CodeRules(code_seconds=180, attempts_max=3, sends_per_hour=6)
PROOF_RULES = identity.ProofRules(
    code_seconds=300, pause_seconds=120, attempts_max=5, sends_per_hour=6
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

LIVES = [
    ("one_time_code", "keep_codes_days", 3 * MINUTE + DAY),
    ("code_sends", "keep_codes_days", 5 * MINUTE + DAY),
    ("proof_code", "keep_codes_days", 5 * MINUTE + DAY),
    ("bank_account", "keep_temporary_bank_accounts_days", 7 * DAY),
    ("web_session", "keep_sessions_days", HOUR + 30 * DAY),
    ("authorization_code", "keep_tokens_days", HOUR + DAY),
    ("pushed_request", "keep_tokens_days", HOUR + DAY),
    ("client_assertion", "keep_tokens_days", HOUR + DAY),
    ("token", "keep_tokens_days", HOUR + DAY),
    ("token_family", "keep_tokens_days", HOUR + DAY),
    ("client_token", "keep_tokens_days", HOUR + DAY),
    ("outbox_fact", "keep_facts_days", 30 * DAY),
    ("event", "keep_events_days", 30 * DAY),
    ("event_delivery", "keep_events_days", 30 * DAY),
    ("event_attempt", "keep_events_days", 30 * DAY),
    ("app_usage", "keep_usage_days", timedelta(days=400, hours=15, minutes=30)),
    ("start", "keep_starts_days", HOUR + DAY),
    ("image", "keep_temporary_pictures_hours", DAY),
    ("media_file", "keep_temporary_pictures_hours", DAY),
    ("upload", "keep_temporary_pictures_hours", DAY),
    ("upload_part", "keep_temporary_pictures_hours", DAY),
    ("notice", "keep_notices_days", 180 * DAY),
    ("ticket", "keep_closed_tickets_days", 730 * DAY),
    ("ticket_entry", "keep_closed_tickets_days", 730 * DAY),
    ("ticket_reading", "keep_closed_tickets_days", 730 * DAY),
    ("support_file", "keep_closed_tickets_days", 730 * DAY),
    ("audit_entry", "keep_audit_days", 1_095 * DAY),
    ("payment_transaction", "keep_failed_payments_days", 90 * DAY),
    ("payment_ticket", "keep_failed_payments_days", 120 * DAY),
    ("post_draft", "keep_drafts_hours", DAY),
    ("post_change", "keep_post_history_days", 400 * DAY),
    ("post_day", "keep_post_statistics_days", timedelta(days=400, hours=12)),
    ("post_report", "keep_moderation_days", 400 * DAY),
    ("link_report", "keep_moderation_days", 400 * DAY),
    ("post_screening", "keep_moderation_days", 400 * DAY),
    ("posting_ban", "keep_moderation_days", 400 * DAY + HOUR),
    ("saved_search_match", "keep_moderation_days", 400 * DAY),
    ("chat_ban", "keep_moderation_days", 400 * DAY + HOUR),
    ("conversation_report", "keep_moderation_days", 400 * DAY),
    ("conversation", "keep_chats_days", 730 * DAY),
    ("participation", "keep_chats_days", 730 * DAY),
    ("message", "keep_chats_days", 730 * DAY),
    ("wallet_payment", "keep_unpaid_payments_days", 30 * DAY),
    ("bank_payment", "keep_unpaid_payments_days", 30 * DAY),
    ("charge", "keep_unpaid_payments_days", 30 * DAY),
    ("link_creation", "keep_idempotency_days", 7 * DAY),
    ("click", "keep_clicks_days", 90 * DAY),
    ("click_minute", "keep_click_minutes_days", 14 * DAY + 15 * MINUTE),
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
        await _signed_in(tx, platform, person, app)
        await touchpoints_queries.add_start.execute(
            tx, mac=b"start", app_id=app.id, person_id=person.id, origin_path="/",
            created_at=clock.now(), expires_at=in_an_hour,
        )  # fmt: skip
        post = await make_post(tx, owner_id=person.id)
        await posts.count(tx, "view", post.id)
        await make_failed_payment(tx, app.id, post)
        await make_ticket_to_pay_with(tx, app.id, person.id)
        await _moderated(tx, post)
        await _chatted(tx, await make_post(tx))
        await posts.save_draft(
            tx, posts.new_draft_token(), person_id=person.id, category="furniture", typed={}
        )
        await _asked_for_money(tx, person, app)
        await notices.tell(
            tx, [person.id], kind="quota", occasion="quota:1", app_id=app.id,
            facts={"app": "x", "window": "day", "percent": 80, "most": "60"},
        )  # fmt: skip
        link = await links.create(
            tx, links.Wish("content", "x"), owner=links.Owner.app(app.id), idempotency_key="k",
            rules=links.LinkRules(links.OwnAddresses("http://127.0.0.1:8000")),
        )  # fmt: skip
        await _reported_link(tx)
        ticket = await make_ticket(tx, app.id, person.id, files=[PDF])
        await support.close_ticket(tx, ticket.id, person_id=person.id, side="team")
        await audit.record(tx, audit.SYSTEM, "app.tested", audit.Subject.app(app.id))
        await _told_of_something(tx, app.id)
        await outbox.record(tx, identity.AccountClosed(person_id=person.id))
    await platform.services.clicks.record(link.id, "192.0.2.1", clicks.Told("Mozilla/5.0"))
    await platform.services.clicks.drain()
    await make_image(db, platform.services.media)
    await make_file(db, platform.services.media, movie(), kind="video")
    await make_upload(db, platform.services.media, keys)
    assert platform.worker is not None
    await platform.worker.drain()
    return platform


async def _signed_in(
    tx: WriteTransaction, platform: Platform, person: identity.Person, app: developers.App
) -> None:
    """Codes, sessions and tokens of every kind, and a count of calls."""
    keys, in_an_hour = platform.services.keys, clock.now() + HOUR
    await identity.issue_code(tx, phone=person.phone, asker="a browser", rules=RULES, keys=keys)
    await identity.add_bank_account(
        tx, person_id=person.id, card="6037997551234561", sheba=None, strict=True,
        rules=PROOF_RULES, keys=keys,
    )  # fmt: skip
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
    await oauth.issue_client_token(tx, keys=keys, app=app, scope="*", access_seconds=3_600)
    await oauth_queries.use_assertion.execute(
        tx, app_id=app.id, jti_hash=b"assertion", expires_at=in_an_hour
    )
    await developers_queries.add_usage.scalar(
        tx, app_id=app.id, day=clock.now().date().isoformat(), count=3
    )


async def _asked_for_money(
    tx: WriteTransaction, person: identity.Person, app: developers.App
) -> None:
    """A payment by card that failed, a charge that was declined, a wish of the simulated bank."""
    await wallet_queries.add.one(
        tx, token="t", person_id=person.id, amount_rials=10_000, purpose="top_up",
        post_id=None, price_rials=0, order_uuid="", state="failed", bank_reference="",
        outcome="unpaid", created_at=clock.now(), checks_count=0,
    )  # fmt: skip
    asked = await charges.ask(
        tx, app=app, person_id=app.owner_id, amount_rials=1_000, description="x",
        return_url="https://a.example/", policy=developers.AddressPolicy(),
    )  # fmt: skip
    await charges.decline(tx, asked.token, person_id=app.owner_id)
    await bank.ask(
        tx,
        bank.Wish(
            merchant_id="m" * 36, amount_rials=10_000, callback_url="http://a.example/",
            description="x",
        ),
    )  # fmt: skip


async def _moderated(tx: WriteTransaction, post: posts.Post) -> None:
    """A report that was decided, a ban of an hour, a post found for a search."""
    reader = await make_person(tx)
    await bookmarks.save(
        tx, reader.id, name="x", address="/s/tehran", city="tehran", category="",
        criteria=bookmarks.Criteria(),
    )  # fmt: skip
    await bookmarks.find_matches(tx, post)
    await moderation.must_be_seen(tx, post)
    await moderation.must_be_seen(tx, post, wanted=False)
    await moderation.report(
        tx, post, reporter=moderation.Reporter(reader.id, "", "net"), reason="sold", text="",
        rules=moderation.ReportRules(),
    )  # fmt: skip
    await moderation.decide_reports(
        tx, post.id, up_to_id=2**62, decision="dismiss", by_id=reader.id
    )
    await posts.ban(tx, post.owner_id, reason="x", ends_at=clock.now() + HOUR)


async def _reported_link(tx: WriteTransaction) -> None:
    """A decided report of the one link there is."""
    (link,) = (await links.by_ids(tx, [1])).values()
    reporter = links.LinkReporter("browser", "net")
    await links.report_link(tx, link, reporter=reporter, reason="spam", text="")
    await links.dismiss_reports(tx, link.id, up_to_id=2**62)


async def _chatted(tx: WriteTransaction, post: posts.Post) -> None:
    """A conversation with one message, a decided report of it, and a ban of an hour."""
    buyer = await make_person(tx)
    held = await chat.open_about_post(tx, post, buyer_id=buyer.id)
    await chat.send(tx, held, chat.text_content("سلام"), writer=chat.Writer(person_id=buyer.id))
    report = await chat.report(tx, held, post.owner_id, reason="spam", text="")
    await chat.decide_report(tx, report.id, upheld=False)
    await chat_desk_queries.put_ban.execute(
        tx, person_id=buyer.id, reason="x", banned_at=clock.now(), ends_at=clock.now() + HOUR
    )


async def _told_of_something(tx: WriteTransaction, app_id: int) -> None:
    """An event that was tried once."""
    await developers.set_addresses(
        tx, app_id, policy=developers.AddressPolicy(), fallback_url="", session_init_url="",
        dynamic_action_url="", events_url="https://app.example/events",
    )  # fmt: skip
    news = deliveries.News(
        app_id=app_id, type="POST_UPDATE", resource="post:1", body="{}", happened_at=clock.now()
    )
    await deliveries.append(tx, [news])
    ((delivery_id,),) = await tx.rows("SELECT id FROM event_delivery", ())
    await deliveries_queries.add_attempt.execute(
        tx, delivery_id=delivery_id, began_at=clock.now(), duration_ms=1, url="https://app.example",
        outcome="refused", status=500, error="", headers={}, body="",
    )  # fmt: skip


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


async def test_a_fault_of_one_duty_keeps_no_other_from_its_work(platform: Platform):
    done = []

    async def faulty() -> None:
        raise RuntimeError("nobody thought of this")

    async def useful() -> None:
        done.append("useful")

    await Housekeeper(platform.services).do([("faulty", faulty), ("useful", useful)])

    assert done == ["useful"]
