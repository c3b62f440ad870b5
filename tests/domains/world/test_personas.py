"""Personas act as anybody would: through the rooms' verbs, under everybody's limits."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from dalan.domains import (
    addons,
    charges,
    chat,
    developers,
    identity,
    ledger,
    oauth,
    posts,
    touchpoints,
)
from dalan.domains.world import personas
from dalan.kernel.db import Database
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.factories.app_server import AppServer, app_server, ok, raw
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person
from tests.factories.oauth import make_token
from tests.factories.posts import make_post

PATIENCE_SECONDS = 60
BASE_URL = "http://127.0.0.1:8000"


class Scene(msgspec.Struct):
    """A seller with a post, a buyer, and a production app with a server."""

    db: Database
    server: AppServer
    stage: personas.Stage
    seller: identity.Person
    buyer: identity.Person
    post: posts.Post
    app: developers.App

    async def begin(self, *steps: Any, person: Any = None, **about: str) -> personas.Run:
        target = personas.Target(**(about or {"post": self.post.token}))
        return await self.stage.begin(
            persona="test",
            person=person or self.buyer,
            target=target,
            steps=personas.read_script(list(steps)),
        )

    async def play(self, *steps: Any, person: Any = None, **about: str) -> personas.Run:
        run = await self.begin(*steps, person=person, **about)
        assert await run.wait(PATIENCE_SECONDS), [one.state for one in run.progress]
        return run

    async def conversation(self, run: personas.Run) -> chat.Conversation:
        async with self.db.look() as look:
            held = await chat.by_uuid(look, run.conversation)
        assert held is not None
        return held

    async def said(self, run: personas.Run) -> list[tuple[str, str]]:
        held = await self.conversation(run)
        async with self.db.look() as look:
            page = await chat.messages(look, held)
        return [(one.side, one.text) for one in page.messages]

    async def write(
        self, run: personas.Run, text: str, *, by_app: bool = False, **buttons: Any
    ) -> None:
        held = await self.conversation(run)
        person_id = None if held.kind == "bot" else self.seller.id
        app_id = self.app.id if by_app or held.kind == "bot" else None
        async with self.db.write() as tx:
            await chat.send(
                tx,
                held,
                chat.text_content(text, **buttons),
                writer=chat.Writer(person_id=person_id, app_id=app_id),
            )


async def until(so: Callable[[], Any]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not so():
        assert time.monotonic() < ends
        await asyncio.sleep(0.01)


@pytest.fixture
async def scene(db: Database) -> AsyncIterator[Scene]:
    async with app_server() as server, Outbound(OutboundPolicy(allow_private=True)) as outbound:
        async with db.write() as tx:
            seller = await make_person(tx, phone="+989360000001")
            buyer = await make_person(tx, phone="+989360000002")
            app = (await make_app(tx, production=True)).app
            post = await make_post(tx, owner_id=seller.id)
            await developers.set_addresses(
                tx,
                app.id,
                policy=developers.AddressPolicy(any_http=True),
                fallback_url=f"{server.url}/landing",
                session_init_url=f"{server.url}/session",
                dynamic_action_url=f"{server.url}/dynamic",
                events_url="",
            )
        stage = personas.Stage(
            personas.Rules(
                platform=touchpoints.Platform(
                    db=db, outbound=outbound, keys=KEYS, base_url=BASE_URL
                ),
                messages_per_minute=5,
                conversations_per_day=50,
            )
        )
        yield Scene(db, server, stage, seller, buyer, post, app)
        await stage.close()


async def test_buyer_writes_waits_for_the_answer_and_has_seen_it(scene: Scene):
    run = await scene.begin({"say": "سلام"}, {"wait_for": "reply"}, {"say": "ممنون"})
    await until(lambda: run.conversation)
    await scene.write(run, "سلام، بفرمایید")

    assert await run.wait(PATIENCE_SECONDS)

    assert run.state == "done", run.why
    assert await scene.said(run) == [
        ("buyer", "سلام"),
        ("seller", "سلام، بفرمایید"),
        ("buyer", "ممنون"),
    ]
    assert [one.result for one in run.progress] == ["", "سلام، بفرمایید", ""]
    held = await scene.conversation(run)
    async with scene.db.look() as look:
        mine, _ = await chat.participants(look, held, scene.buyer.id)
    assert mine.unread_count == 0


async def test_seller_answers_in_a_conversation_that_is_there(scene: Scene):
    asked = await scene.play({"say": "هست؟"})
    answered = await scene.play(
        {"say": "بله"}, person=scene.seller, conversation=asked.conversation
    )

    assert answered.state == "done", answered.why
    assert await scene.said(asked) == [("buyer", "هست؟"), ("seller", "بله")]


async def test_offer_is_a_part_of_the_price(scene: Scene):
    assert scene.post.price_tomans

    run = await scene.play({"offer": "80%"})

    tomans = scene.post.price_tomans * 80 // 100
    assert run.progress[0].result == f"{tomans - tomans % 1_000} tomans"
    assert "۸۰٪" in (await scene.said(run))[0][1]


async def test_nobody_answers_and_the_run_ends_saying_so(scene: Scene):
    run = await scene.play({"say": "سلام"}, {"wait_for": "reply within 1"}, {"say": "هستید؟"})

    assert run.state == "failed"
    assert "no reply within 1 seconds" in run.why
    assert [one.state for one in run.progress] == ["done", "failed", "to_do"]


async def test_blocked_scammer_gets_no_word_through(scene: Scene):
    run = await scene.begin({"say": "لینک"}, {"wait_for": "reply"}, {"say": "کد رو بدید"})
    await until(lambda: run.conversation)
    held = await scene.conversation(run)
    async with scene.db.write() as tx:
        await chat.send(
            tx, held, chat.text_content("نه"), writer=chat.Writer(person_id=scene.seller.id)
        )
        await chat.block(tx, held, scene.seller.id, blocked=True)

    assert await run.wait(PATIENCE_SECONDS)

    assert run.state == "failed"
    assert run.why.startswith("chat.")
    assert len(await scene.said(run)) == 2


async def test_persona_blocks_reports_and_lifts_it(scene: Scene):
    run = await scene.play({"say": "سلام"}, "block")
    held = await scene.conversation(run)
    async with scene.db.write() as tx:
        with pytest.raises(chat.DeliveryRestricted):
            await chat.send(
                tx, held, chat.text_content("؟"), writer=chat.Writer(person_id=scene.seller.id)
            )

    again = await scene.play("unblock", {"report": "spam"}, conversation=run.conversation)

    assert again.state == "done", again.why
    async with scene.db.look() as look:
        assert [one.reason for one in await chat.open_reports(look)] == ["spam"]
    await scene.write(run, "حالا شد")


async def test_limits_of_chats_hold_for_personas(scene: Scene):
    run = await scene.play(*[{"say": str(number)} for number in range(7)])

    assert run.state == "failed"
    assert [one.state for one in run.progress[:6]] == ["done"] * 5 + ["failed"]


async def test_button_of_an_app_is_pressed_and_the_app_asked(scene: Scene):
    scene.server.answers["/dynamic"] = ok({"status": "200", "text_message": "ثبت شد"})
    run = await scene.begin({"say": "سلام"}, {"wait_for": "button"}, {"press": "رزرو"})
    await until(lambda: run.conversation)
    action = addons.Action(get_dynamic_action=addons.AppData({"order": "7"}))
    grid = ((chat.Button("بعداً", "", action), chat.Button("رزرو", "", action)),)
    await scene.write(run, "انتخاب کنید", by_app=True, buttons=chat.both((), grid))

    assert await run.wait(PATIENCE_SECONDS)

    assert run.state == "done", run.why
    assert [one.result for one in run.progress] == ["", "بعداً، رزرو", "رزرو: ثبت شد"]
    assert len(scene.server.asked) == 1


async def test_button_that_is_not_there_is_named(scene: Scene):
    run = await scene.play({"say": "سلام"}, {"press": "رزرو within 1"})

    assert run.state == "failed"
    assert "no button «رزرو» (there was: –) within 1 seconds" in run.why


async def test_app_that_fails_ends_the_run_with_its_fault(scene: Scene):
    scene.server.answers["/dynamic"] = raw(500)
    run = await scene.begin({"say": "سلام"}, "press")
    await until(lambda: run.conversation)
    action = addons.Action(get_dynamic_action=addons.AppData({}))
    grid = ((chat.Button("دکمه", "", action),),)
    await scene.write(run, "؟", by_app=True, buttons=chat.both((), grid))

    assert await run.wait(PATIENCE_SECONDS)

    assert run.state == "failed"
    assert run.why.startswith("touchpoints.app_did_not_answer")


async def ask(scene: Scene, rials: int) -> charges.Charge:
    async with scene.db.write() as tx:
        return await charges.ask(
            tx,
            app=scene.app,
            person_id=scene.buyer.id,
            amount_rials=rials,
            description="گزارش",
            return_url="https://app.example/back",
            policy=developers.AddressPolicy(),
        )


async def test_payer_waits_for_the_question_and_pays_what_they_have_not(scene: Scene):
    run = await scene.begin(
        {"say": "سلام"}, {"wait_for": "payment"}, {"pay": "anything"}, app=scene.app.slug
    )
    await until(lambda: run.conversation)
    asked = await ask(scene, 400_000)

    assert await run.wait(PATIENCE_SECONDS)

    assert run.state == "done", run.why
    async with scene.db.look() as look:
        paid = await charges.for_person(look, asked.token, person_id=scene.buyer.id)
        assert paid.state == "paid"
        assert await ledger.check(look) == []


async def test_persona_pays_no_more_than_they_were_told_and_may_decline(scene: Scene):
    asked = await ask(scene, 400_000)

    careful = await scene.play({"pay": 399_999}, app=scene.app.slug)
    unwilling = await scene.play("decline", app=scene.app.slug)
    idle = await scene.play("decline", app=scene.app.slug)

    assert "more than 399999" in careful.why
    assert unwilling.state == "done"
    assert "nobody asks" in idle.why
    async with scene.db.look() as look:
        found = await charges.for_person(look, asked.token, person_id=scene.buyer.id)
    assert found.state == "over"


async def test_revoker_takes_everything_back(scene: Scene):
    async with scene.db.write() as tx:
        await make_token(tx, KEYS, scene.buyer, scene.app, "USER_PHONE")

    run = await scene.play({"say": "خداحافظ"}, "revoke", app=scene.app.slug)
    again = await scene.play({"revoke": scene.app.slug})

    assert run.state == "done", run.why
    assert again.state == "failed"
    async with scene.db.look() as look:
        assert await oauth.connections_of(look, scene.buyer.id) == []


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"post": "nothing0"}, personas.NothingToActOn),
        ({"app": "nobody"}, developers.UnknownApp),
        ({"conversation": "6f1d0c3e-0000-4000-8000-000000000000"}, chat.UnknownConversation),
        ({"post": "a", "conversation": "b"}, personas.NothingToActOn),
    ],
)
async def test_run_about_nothing_does_not_begin(scene: Scene, about, refusal):
    with pytest.raises(refusal):
        await scene.begin({"say": "سلام"}, **about)

    assert scene.stage.runs == []


async def test_owner_of_the_post_is_told_that_it_is_theirs(scene: Scene):
    run = await scene.play({"say": "سلام"}, person=scene.seller)

    assert run.why.startswith("chat.own_post")


async def test_run_is_stopped_and_others_go_on(scene: Scene):
    run = await scene.begin({"say": "سلام"}, {"wait_for": "reply"})
    await until(lambda: run.progress[0].state == "done")

    stopped = await scene.stage.stop(run.id)

    assert stopped.state == "stopped"
    assert [one.state for one in stopped.progress] == ["done", "to_do"]
    assert (await scene.play({"say": "هنوز هستم"})).state == "done"


async def test_no_more_than_a_few_act_at_once(scene: Scene):
    waiting = [{"say": "سلام"}, {"pause": 60}]
    while len(scene.stage.runs) < 10:
        await scene.begin(*waiting)

    with pytest.raises(personas.TooManyRuns):
        await scene.begin(*waiting)

    await scene.stage.close()
    assert {one.state for one in scene.stage.runs} <= {"stopped", "failed"}


async def test_old_runs_are_forgotten(scene: Scene):
    first = await scene.play({"revoke": "nobody"})
    for _ in range(51):
        await scene.play({"revoke": "nobody"})

    with pytest.raises(personas.UnknownRun):
        scene.stage.run(first.id)
    assert len(scene.stage.runs) <= 51
