"""The room's only statements."""

from sqlalchemy import Integer, Text, bindparam, cast, delete, func, literal, select, text, update

from dalan.domains.moderation.tables import (
    OPEN,
    Claim,
    ForbiddenWord,
    Report,
    ReportCount,
    Reported,
    RuleRow,
    Screening,
    forbidden_word,
    moderation_rule,
    post_report,
    post_screening,
    report_allowance,
    review_claim,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

put_screening = statement(
    upsert(
        post_screening,
        key=["post_id"],
        update=["words", "category", "price_tomans", "flags", "screened_at"],
    ),
    sets=[column.name for column in post_screening.c],
)
"""What the rules found in a post; whether it must be seen stays as it was."""

set_must_be_seen = statement(
    update(post_screening).where(post_screening.c.post_id == bindparam("of_post_id", type_=Id)),
    sets=["must_be_seen"],
)
"""Whether a reviewer has to look whatever the rules say."""

screenings = statement(
    select(post_screening).where(in_list(post_screening.c.post_id, "ids")), into=Screening
)
"""What the rules found in these posts."""

same_words = statement(
    select(post_screening.c.post_id)
    .where(
        post_screening.c.words == bindparam("words"),
        post_screening.c.post_id != bindparam("post_id", type_=Id),
    )
    .order_by(post_screening.c.post_id.desc())
    .limit(bindparam("count", type_=Integer)),
)
"""Other posts that said the same, newest first."""

prices = statement(
    select(post_screening.c.price_tomans)
    .where(
        post_screening.c.category == bindparam("category"),
        post_screening.c.price_tomans > 0,
        post_screening.c.post_id != bindparam("post_id", type_=Id),
    )
    .order_by(post_screening.c.post_id.desc())
    .limit(bindparam("count", type_=Integer)),
)
"""What the newest posts of a category ask, in tomans."""

purge_screenings = statement(
    delete(post_screening).where(
        post_screening.c.screened_at < bindparam("before", type_=UtcTime),
        post_screening.c.must_be_seen.is_(False),
    )
)
"""What the rules found long ago."""

drop_stale_claim = statement(
    delete(review_claim).where(
        review_claim.c.post_id == bindparam("post_id", type_=Id),
        (review_claim.c.expires_at <= bindparam("at", type_=UtcTime))
        | (review_claim.c.reviewer_id == bindparam("reviewer_id", type_=Id)),
    )
)
"""A claim that ran out, or the reviewer's own, which is about to be renewed."""

add_claim = statement(
    upsert(review_claim, key=["post_id"], returning=[review_claim.c.post_id]),
    sets=["post_id", "reviewer_id", "expires_at"],
)
"""Claim a post; no row when somebody else has."""

drop_claim = statement(
    delete(review_claim).where(review_claim.c.post_id == bindparam("post_id", type_=Id))
)
"""Nobody is looking any more."""

claims = statement(
    select(review_claim).where(
        in_list(review_claim.c.post_id, "ids"),
        review_claim.c.expires_at > bindparam("at", type_=UtcTime),
    ),
    into=Claim,
)
"""Who is looking at these posts."""

purge_claims = statement(
    delete(review_claim).where(review_claim.c.expires_at <= bindparam("at", type_=UtcTime))
)
"""Claims that ran out."""

rules = statement(select(moderation_rule), into=RuleRow)
"""Rules that were set otherwise than they come."""

put_rule = statement(
    upsert(moderation_rule, key=["name"], update=["effect", "number"]),
    sets=["name", "effect", "number"],
)
"""Set a rule."""

words = statement(
    select(forbidden_word)
    .order_by(forbidden_word.c.folded)
    .limit(bindparam("count", type_=Integer)),
    into=ForbiddenWord,
)
"""Every forbidden word, in order."""

count_words = statement(select(func.count()).select_from(forbidden_word))
"""How many words are forbidden."""

add_word = statement(
    upsert(forbidden_word, key=["folded"], update=["shown", "effect"]),
    sets=["folded", "shown", "effect", "added_at"],
)
"""Forbid a word, or let it do something else."""

drop_word = statement(
    delete(forbidden_word)
    .where(forbidden_word.c.id == bindparam("word_id", type_=Id))
    .returning(*forbidden_word.c),
    into=ForbiddenWord,
)
"""Allow a word again."""

add_report = statement(
    upsert(post_report, key=["post_id", "reporter"], returning=[post_report.c.id]),
    sets=[
        *("post_id", "owner_id", "reporter", "person_id", "reason", "text"),
        *("created_at", "state", "decided_at"),
    ],
)
"""One report more; no row when the same person reported the post before."""

count_report = statement(
    upsert(
        report_allowance,
        key=["source", "day"],
        update=lambda _: {"count": report_allowance.c.count + 1},
        returning=[report_allowance.c.count],
    ),
    sets=["source", "day", "count"],
)
"""One report more from there; answers how many that makes today."""

purge_allowances = statement(
    delete(report_allowance).where(report_allowance.c.day < bindparam("before", type_=Text))
)
"""What was counted on days before."""

reported = statement(
    select(
        post_report.c.post_id,
        func.count().label("count"),
        func.min(post_report.c.created_at, type_=UtcTime).label("first_at"),
    )
    .where(text(OPEN))
    .group_by(post_report.c.post_id)
    .order_by(
        func.count().desc(),
        func.min(post_report.c.created_at, type_=UtcTime),
        post_report.c.post_id,
    )
    .limit(bindparam("count", type_=Integer)),
    into=Reported,
)
"""Posts with open reports, those with most reports first, then longest."""

open_reports = statement(
    select(post_report)
    .where(text(OPEN), post_report.c.post_id == bindparam("post_id", type_=Id))
    .order_by(post_report.c.id)
    .limit(bindparam("count", type_=Integer)),
    into=Report,
)
"""What is open against a post, oldest first."""

count_open_of_people = statement(
    select(func.count()).where(
        text(OPEN),
        post_report.c.post_id == bindparam("post_id", type_=Id),
        post_report.c.person_id.is_not(None),
    )
)
"""How many people who were signed in have an open report against a post."""

count_reported = statement(
    select(func.count(post_report.c.post_id.distinct())).where(text(OPEN)),
)
"""How many posts have open reports."""

decide_reports = statement(
    update(post_report)
    .where(
        text(OPEN),
        post_report.c.post_id == bindparam("of_post_id", type_=Id),
        post_report.c.id <= bindparam("up_to_id", type_=Id),
    )
    .values(state=bindparam("into_state", type_=Text)),
    sets=["decided_at"],
)
"""Close the reports of a post that were read."""

reports_against = statement(
    select(post_report.c.state, func.count().label("count"))
    .where(post_report.c.owner_id == bindparam("owner_id", type_=Id))
    .group_by(post_report.c.state),
    into=ReportCount,
)
"""How many reports there are against somebody's posts, by state."""

reports_by = statement(
    select(post_report)
    .where(post_report.c.person_id == bindparam("person_id", type_=Id))
    .order_by(post_report.c.id)
    .limit(bindparam("count", type_=Integer)),
    into=Report,
)
"""What somebody reported."""

forget_reports_by = statement(
    update(post_report)
    .where(post_report.c.person_id == bindparam("of_person_id", type_=Id))
    .values(person_id=None, reporter=literal("left:") + cast(post_report.c.id, Text), text=""),
)
"""Keep what somebody reported, but not that it was them, nor their words."""

purge_reports = statement(
    delete(post_report).where(post_report.c.decided_at < bindparam("before", type_=UtcTime))
)
"""Reports that were decided before then."""
