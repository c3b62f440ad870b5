"""Whatever owners, reviewers, visitors, money and the clock do to posts, in whatever order.

A model says after every step what must hold: who sees a post, where it is counted, whether the
index finds it, what its history tells, who waits for whom, and where the money is. Each step is a
unit of work that commits or rolls back, as on a surface; the outbox is worked off between them.
"""

import asyncio
import itertools
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dalan.app import listeners
from dalan.domains import ledger, moderation, payments, posts, search, wallet
from dalan.domains.moderation import Policy, Reporter, ReportRules
from dalan.errors import DalanError
from dalan.kernel import outbox
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, WriteTransaction, database_at
from tests.factories.identity import make_person
from tests.factories.payments import new_id
from tests.factories.posts import make_owner, make_post

ROUNDS = int(os.environ.get("DALAN_SOAK_ROUNDS", "0"))
HISTORIES = ROUNDS * 10 or 30
STEPS = 60 if ROUNDS else 30
POSTS_MAX = 5
RULES = ReportRules(hide_at=2, per_reporter_a_day=1_000, per_network_a_day=1_000)
FORBIDDEN = "عتیقه"
GONE_UNSEEN = frozenset({"rejected", "deleted", "archived"})

pytestmark = pytest.mark.slow

which = st.integers(0, POSTS_MAX - 1)
Verb = Callable[[WriteTransaction, posts.Post], Awaitable[Any]]


def in_letters(number: int) -> str:
    """A word for a number: digits are words of their own in the index."""
    return "".join("ابپتثجچحخد"[int(digit)] for digit in str(number))


class Lived(msgspec.Struct):
    """What the model remembers of a post."""

    states: list[posts.State]
    """Every state it was seen in, in order."""
    changes_count: int = 0
    approved: bool = False
    """A reviewer let these words out."""


class Diagram(RuleBasedStateMachine):
    """A few posts of one owner, and everybody who may do something to them."""

    db: Database
    runner: asyncio.Runner
    moment: AdjustableClock

    def do(self, work: Awaitable[Any]) -> Any:
        async def done() -> Any:
            return await work

        return self.runner.run(done())

    @initialize(reviews=st.sampled_from(["none", "all", "new_people"]))
    def begin(self, reviews: moderation.Reviews) -> None:
        self.policy = Policy(reviews, trusted_after=1)
        self.lived: dict[int, Lived] = {}
        self.paid: list[payments.Transaction] = []
        self.topped_up_rials = self.typed = 0
        self.step = "begin"

        async def people() -> None:
            async with self.db.write() as tx:
                self.owner_id, self.reviewer_id = await make_owner(tx), await make_owner(tx)

        self.do(people())
        self.owner = posts.by_owner(self.owner_id)
        self.word = "نشان" + in_letters(self.owner_id)
        self.owner_tops_up(2_000_000)
        for unpaid in (True, False, False):
            self.submit(unpaid=unpaid, forbidden=False)

    # What may happen

    def to(self, number: int, verb: Verb) -> bool:
        """Do it to one of the posts in a unit of its own. Whether it was done; a refusal must
        have left the post as it was."""
        self.step = verb.__name__
        post_id = list(self.lived)[number % len(self.lived)]

        async def attempted() -> bool:
            async with self.db.look() as look:
                before = await posts.by_id(look, post_id)
            assert before is not None
            try:
                async with self.db.write() as tx:
                    await verb(tx, before)
            except DalanError:
                async with self.db.look() as look:
                    assert await posts.by_id(look, post_id) == before, "refused and changed"
                return False
            return True

        return bool(self.do(attempted()))

    @precondition(lambda self: len(self.lived) < POSTS_MAX)
    @rule(unpaid=st.booleans(), forbidden=st.booleans())
    def submit(self, unpaid: bool, forbidden: bool) -> None:
        self.step = "submit"

        async def submitted() -> posts.Post:
            async with self.db.write() as tx:
                state: posts.State = "waiting_for_payment" if unpaid else "waiting_for_review"
                post = await make_post(
                    tx, owner_id=self.owner_id, state=state, title=self.title(forbidden=forbidden)
                )
                if not unpaid:
                    await moderation.let_through(tx, post, policy=self.policy)
                return post

        post: posts.Post = self.do(submitted())
        self.lived[post.id] = Lived([post.state])

    def title(self, *, forbidden: bool) -> str:
        self.typed += 1
        return f"{FORBIDDEN if forbidden else 'میز'} {self.word} {in_letters(self.typed)}"

    @precondition(lambda self: self.lived)
    @rule(number=which, forbidden=st.booleans())
    def owner_edits(self, number: int, forbidden: bool) -> None:
        async def edit(tx: WriteTransaction, post: posts.Post) -> None:
            changes = posts.Changes(title=self.title(forbidden=forbidden))
            edited = await posts.edit(tx, post, changes, by=self.owner, reviewed=True)
            await moderation.let_through(tx, edited, policy=self.policy)

        self.to(number, edit)

    @precondition(lambda self: self.lived)
    @rule(number=which, verb=st.sampled_from(["retire", "retire", "retire", "delete"]))
    def owner_ends(self, number: int, verb: str) -> None:
        async def end(tx: WriteTransaction, post: posts.Post) -> None:
            await getattr(posts, verb)(tx, post, by=self.owner)

        self.to(number, end)

    @precondition(lambda self: self.lived)
    @rule(number=which)
    def owner_puts_back(self, number: int) -> None:
        async def put_back(tx: WriteTransaction, post: posts.Post) -> None:
            await moderation.put_back(tx, post, policy=self.policy, by=self.owner)

        self.to(number, put_back)

    @rule(rials=st.sampled_from([200_000, 1_000_000, 3_000_000]))
    def owner_tops_up(self, rials: int) -> None:
        self.step = "owner_tops_up"

        async def top_up() -> None:
            sides = [
                ledger.Side("gateway", 0, -rials),
                ledger.Side("wallet", self.owner_id, rials),
            ]
            async with self.db.write() as tx:
                await ledger.transfer(tx, reference=new_id(), kind="top_up", sides=sides)

        self.do(top_up())
        self.topped_up_rials += rials

    @precondition(lambda self: self.lived)
    @rule(
        number=which,
        operation=st.sampled_from(["submit", "submit", "bump", "renew"]),
        again=st.sampled_from([False, False, False, True]),
    )
    def owner_pays(self, number: int, operation: payments.Operation, again: bool) -> None:
        uuid = self.paid[-1].uuid if again and self.paid else new_id()
        for_sale = "waiting_for_payment" if operation == "submit" else "published"
        fit = [n for n, one in enumerate(self.lived.values()) if one.states[-1] == for_sale]
        number = fit[number % len(fit)] if fit else number

        async def pay(tx: WriteTransaction, post: posts.Post) -> None:
            order = payments.order(payments.by_wallet(self.owner_id), uuid, operation, post)
            rules = wallet.PromotionRules(self.policy)
            self.told = await wallet.promote(tx, order, by=self.owner, rules=rules)

        if self.to(number, pay):
            assert uuid not in [one.uuid for one in self.paid], "paid twice"
            self.paid.append(self.told)

    @precondition(lambda self: self.lived)
    @rule(number=which)
    def visitor_reports(self, number: int) -> None:
        async def report(tx: WriteTransaction, post: posts.Post) -> None:
            reporter = Reporter((await make_person(tx)).id, "", "n")
            await moderation.report(
                tx, post, reporter=reporter, reason="fraud", text="", rules=RULES
            )

        self.to(number, report)

    @precondition(lambda self: self.lived)
    @rule(
        number=which,
        decision=st.sampled_from(["publish", "publish", "publish", "ask_for_edit", "reject"]),
        reasoned=st.booleans(),
    )
    def reviewer_decides(self, number: int, decision: moderation.Decision, reasoned: bool) -> None:
        reason = "price" if reasoned or decision == "publish" else ""

        async def decide(tx: WriteTransaction, post: posts.Post) -> None:
            found = await moderation.waiting(tx, post.token)
            seen = found.seen if found else ""
            await moderation.decide(
                tx, post.token, seen=seen, decision=decision,
                reviewer_id=self.reviewer_id, reason=reason,
            )  # fmt: skip

        if self.to(number, decide) and decision == "publish":
            self.lived[list(self.lived)[number % len(self.lived)]].approved = True

    @precondition(lambda self: self.lived)
    @rule(number=which, decision=st.sampled_from(["dismiss", "ask_for_edit", "take_down"]))
    def operator_answers_reports(self, number: int, decision: moderation.ReportDecision) -> None:
        async def answer(tx: WriteTransaction, post: posts.Post) -> None:
            await moderation.decide_reports(
                tx, post.id, up_to_id=2**62, by_id=self.reviewer_id, reason="price",
                decision=decision,
            )  # fmt: skip

        self.to(number, answer)

    @rule(hours=st.sampled_from([1, 5, 300, 700]))
    def time_passes(self, hours: int) -> None:
        self.step = "time_passes"
        self.moment.advance(timedelta(hours=hours))

        async def age() -> None:
            async with self.db.write() as tx:
                await posts.age(tx)

        self.do(age())

    # What must hold

    @invariant()
    def everything_agrees(self) -> None:
        if not hasattr(self, "lived"):
            return
        self.do(self.agreed())

    async def agreed(self) -> None:
        await outbox.Worker(self.db, listeners()).drain()
        async with self.db.look() as look:
            found = await search.find(look, search.Query(words=self.word), limit=50)
            count = await search.count(look, search.Query(words=self.word), most=50)
        async with self.db.read() as tx:
            now = [await posts.by_id(tx, post_id) for post_id in self.lived]
            standing = [one for one in now if one is not None]
            assert len(standing) == len(now), "no post ever vanishes"
            out = sorted(
                (one for one in standing if one.state == "published"),
                key=lambda one: (one.listed_at, one.id),
                reverse=True,
            )
            assert [(one.token, one.title) for one in found.posts] == [
                (one.token, one.title) for one in out
            ], "the index finds what is published, as it reads now, newest first; nothing else"
            assert count == len(out)
            counted = Counter(one.state for one in standing)
            told = {k: v for k, v in (await posts.counts_of(tx, self.owner_id)).items() if v}
            assert told == {k: v for k, v in counted.items() if told.get(k) or k not in GONE}
            for post in standing:
                await self.one_agrees(tx, post)
            await self.money_agrees(tx, {one.id: one for one in standing})

    async def one_agrees(self, tx: Any, post: posts.Post) -> None:
        lived, step = self.lived[post.id], self.step
        before = lived.states[-1]
        history = await posts.history_of(tx, post.id)
        fresh = history[: len(history) - lived.changes_count]
        passed = [before, *(one.state for one in reversed(fresh))]
        for start, end in itertools.pairwise(passed):
            assert start == end or end in posts.NEXT[start], (step, passed)
        assert passed[-1] == post.state, "history knows every step, and the last word"
        assert len(history) >= lived.changes_count, "nothing is ever struck out of history"
        is_open = await posts.may_see(tx, post, None)
        assert is_open == (post.state in ("published", "retired")), step
        waiting = await moderation.waiting(tx, post.token)
        proposed = await posts.proposed_edit(tx, post.id)
        assert proposed is None or post.state == "published", (
            "only what is seen has an edit waiting"
        )
        assert (waiting is not None) == (
            post.state == "waiting_for_review" or proposed is not None
        ), "whatever waits is in the queue, and nothing else is"
        if post.state == "published":
            assert post.first_published_at is not None
            assert FORBIDDEN not in post.title or lived.approved, "a rule holds until a person says"
        if post.state in ("waiting_for_edit", "rejected"):
            assert post.reject_reason, "whoever refuses says why"
        by_owner_alone = step.startswith(("edit", "end", "put_back", "pay", "time", "submit"))
        if by_owner_alone and self.policy.reviews == "all" and post.state == "published":
            assert lived.approved, "no owner publishes what nobody approved"
        lived.states.append(post.state)
        lived.changes_count = len(history)

    async def money_agrees(self, tx: Any, standing: dict[int, posts.Post]) -> None:
        assert await ledger.check(tx) == []
        spent_rials = 0
        for one in self.paid:
            post = standing[one.post_id]
            never_shown = post.first_published_at is None and post.state in GONE_UNSEEN
            if not (one.operation == "submit" and never_shown):
                spent_rials += one.cost_rials
        held = await wallet.balance_rials(tx, self.owner_id)
        assert held == self.topped_up_rials - spent_rials, "no rial vanishes, none appears"
        assert held >= 0


GONE = frozenset({"deleted", "archived"})


def test_every_path_keeps_what_must_hold(database_url: str, moment: AdjustableClock) -> None:
    with asyncio.Runner() as runner:
        db = database_at(database_url, durable=False, connections_max=4)
        runner.run(db.open())

        async def rules() -> None:
            async with db.write() as tx:
                await moderation.forbid_word(tx, FORBIDDEN, effect="hold")

        runner.run(rules())
        machine = type("Diagram", (Diagram,), {"db": db, "runner": runner, "moment": moment})
        try:
            run_state_machine_as_test(
                seed(1405)(machine) if not ROUNDS else machine,
                settings=settings(
                    max_examples=HISTORIES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    phases=list(Phase) if ROUNDS else [Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(db.close())
