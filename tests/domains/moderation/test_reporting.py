"""Reports of visitors, what they do, and bans."""

from datetime import timedelta

import pytest

from dalan.domains import moderation, posts
from dalan.domains.moderation import Policy, Reporter, ReportRules
from tests.factories.identity import make_person
from tests.factories.posts import make_post

RULES = ReportRules()


async def report(tx, post, *, person=None, browser="b", network="n", rules=RULES, **said):
    return await moderation.report(
        tx, post, reporter=Reporter(person, browser, network), rules=rules,
        **({"reason": "fraud", "text": ""} | said),
    )  # fmt: skip


async def test_the_same_browser_or_person_reports_once(tx):
    post, person = await make_post(tx), (await make_person(tx)).id
    await report(tx, post)
    await report(tx, post, person=person)

    for who in (None, person):
        with pytest.raises(moderation.ReportedAlready):
            await report(tx, post, person=who)
    assert len(await moderation.reports_of(tx, post.id)) == 2


@pytest.mark.parametrize(
    "said", [{"reason": "x"}, {"reason": "other"}, {"reason": "other", "text": " "},
             {"text": "x" * 501}],
)  # fmt: skip
async def test_what_is_no_report_is_refused(tx, said):
    post = await make_post(tx)

    with pytest.raises(moderation.InvalidReport):
        await report(tx, post, **said)
    assert await moderation.reports_of(tx, post.id) == []


async def test_ones_own_and_hidden_posts_are_not_reported(tx):
    post = await make_post(tx)
    with pytest.raises(moderation.OwnPost):
        await report(tx, post, person=post.owner_id)
    with pytest.raises(posts.WrongState):
        await report(tx, await posts.retire(tx, post))


async def test_a_network_reports_so_much_a_day(tx, moment):
    rules = ReportRules(per_reporter_a_day=1, per_network_a_day=2)
    made = [await make_post(tx) for _ in range(4)]
    await report(tx, made[0], browser="1", rules=rules)
    await report(tx, made[1], browser="2", rules=rules)

    with pytest.raises(moderation.ReportLimit):
        await report(tx, made[2], browser="3", rules=rules)
    moment.advance(timedelta(days=1))
    await report(tx, made[3], browser="4", rules=rules)


async def test_most_reported_comes_first(tx, moment):
    first, second = await make_post(tx), await make_post(tx)
    await report(tx, first)
    moment.advance(timedelta(minutes=1))
    for browser in "xy":
        await report(tx, second, browser=browser)

    found = [(one.post_id, one.count) for one in await moderation.reported(tx)]

    assert found == [(second.id, 2), (first.id, 1)]


async def test_so_many_people_hide_a_post_until_a_reviewer_has_looked(tx):
    rules, post = ReportRules(hide_at=2), await make_post(tx)
    for browser in "abcdef":
        assert (await report(tx, post, browser=browser, rules=rules)).state == "published"
    reviewer, *people = [(await make_person(tx)).id for _ in range(3)]
    assert (await report(tx, post, person=people[0], rules=rules)).state == "published"

    hidden = await report(tx, post, person=people[1], rules=rules)

    assert hidden.state == "waiting_for_review"
    assert (await moderation.let_through(tx, hidden, policy=Policy("none"))).state == (
        "waiting_for_review"
    )
    retired = await posts.retire(tx, hidden, by=posts.by_owner(post.owner_id))
    back = await moderation.put_back(
        tx, retired, policy=Policy("none"), by=posts.by_owner(post.owner_id)
    )
    assert back.state == "waiting_for_review"
    seen = await moderation.waiting(tx, post.token)
    assert seen is not None
    await moderation.decide(
        tx, post.token, seen=seen.seen, decision="publish", reviewer_id=reviewer
    )
    assert await moderation.reports_of(tx, post.id) == []


async def test_reports_that_came_later_stay_open(tx):
    post, operator = await make_post(tx), (await make_person(tx)).id
    await report(tx, post, browser="1")
    (read,) = await moderation.reports_of(tx, post.id)
    await report(tx, post, browser="2")

    await moderation.decide_reports(
        tx, post.id, up_to_id=read.id, decision="dismiss", by_id=operator
    )

    assert len(await moderation.reports_of(tx, post.id)) == 1
    with pytest.raises(moderation.NotAsSeen):
        await moderation.decide_reports(
            tx, post.id, up_to_id=read.id, decision="dismiss", by_id=operator
        )


async def test_a_ban_ends_by_itself_and_may_be_lifted(tx, moment):
    person = (await make_person(tx)).id
    await moderation.ban(tx, person, reason="هرزنامه", days=2)
    with pytest.raises(posts.Banned):
        await posts.check_may_submit(tx, person)
    moment.advance(timedelta(days=2))
    await posts.check_may_submit(tx, person)

    await moderation.ban(tx, person, reason="دوباره", days=None)
    moment.advance(timedelta(days=2_000))
    with pytest.raises(posts.Banned):
        await posts.check_may_submit(tx, person)
    assert await posts.lift_ban(tx, person)
    await posts.check_may_submit(tx, person)
    assert not await posts.lift_ban(tx, person)


async def test_a_banned_person_puts_nothing_back(tx):
    post = await posts.retire(tx, await make_post(tx))
    await moderation.ban(tx, post.owner_id, reason="x", days=None)

    with pytest.raises(posts.Banned):
        await moderation.put_back(tx, post, policy=Policy("none"), by=posts.by_owner(post.owner_id))


async def test_closing_an_account_leaves_reports_without_a_name(tx):
    post, person = await make_post(tx), (await make_person(tx)).id
    await report(tx, post, person=person, text="شمارهٔ من ...")

    await moderation.forget(tx, person)

    (left,) = await moderation.reports_of(tx, post.id)
    assert (left.person_id, left.text, str(person) in left.reporter) == (None, "", False)
