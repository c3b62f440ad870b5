"""Doing the steps of a script, each through the verb that a page or an app would call."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from dalan.domains import (
    charges,
    chat,
    developers,
    ledger,
    oauth,
    posts,
    touchpoints,
    wallet,
)
from dalan.domains.world.personas.errors import NothingToActOn, StepFailed
from dalan.domains.world.personas.listening import Listening
from dalan.domains.world.personas.rules import Rules
from dalan.domains.world.personas.runs import Amount, Run
from dalan.domains.world.personas.scripts import Step
from dalan.kernel import randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

OFFER: Final = "با {price} تومان می‌دید؟ ({percent}٪ قیمت آگهی)"
_PERSIAN_DIGITS: Final = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")
_LOOKED_BACK: Final = 50

_NEVER_CAME: Final = {
    "reply": "no reply within %(seconds)s seconds",
    "button": "no button within %(seconds)s seconds",
    "payment": "no request to pay within %(seconds)s seconds",
}

Button = tuple[int, int, int, chat.Button]
"""The number of a message, a row, a column, and the button there."""


class Actor:
    """A person who does the steps of one run, from where the conversation stands."""

    def __init__(self, run: Run, rules: Rules, listening: Listening) -> None:
        self._run = run
        self._rules = rules
        self._db = rules.platform.db
        self._listening = listening
        self._held: chat.Conversation | None = None
        self._post: posts.Post | None = None
        self._app: developers.App | None = None
        self._read_up_to = 0
        self._name = randomness.token_urlsafe(9)
        """Numbers of runs come again after a restart; what they call their messages must not."""

    async def prepare(self) -> None:
        """Find what the run is about. Raises NothingToActOn, and what the rooms raise."""
        target = self._run.target
        if target.post and target.conversation:
            raise NothingToActOn("a run is about a post or a conversation, not both")
        if not (target.post or target.conversation or target.app):
            raise NothingToActOn("a run is about a post, an app or a conversation")
        async with self._db.look() as look:
            if target.app:
                self._app = await developers.app_by_slug(look, target.app)
            if target.post:
                self._post = await posts.by_token(look, target.post)
                if self._post is None:
                    raise NothingToActOn("there is no such post")
            if target.conversation:
                held = await chat.of_person(look, target.conversation, self._run.person_id)
                self._keep(held)
                if held.post_id is not None:
                    self._post = await posts.by_id(look, held.post_id)
                if held.app_id is not None and self._app is None:
                    self._app = await developers.app(look, held.app_id)

    async def do(self, number: int, step: Step) -> str:
        """Do one step; answers what came of it, in a few words. Raises StepFailed, and what the
        rooms raise."""
        ways: dict[str, Callable[[], Awaitable[str]]] = {
            "say": lambda: self._say(str(number), step.text),
            "offer": lambda: self._offer(str(number), step.number),
            "wait_for": lambda: self._wait_for(step),
            "press": lambda: self._press(step),
            "pay": lambda: self._pay(step.number),
            "decline": self._decline,
            "pause": lambda: self._pause(step.number),
            "block": lambda: self._block(blocked=True),
            "unblock": lambda: self._block(blocked=False),
            "report": lambda: self._report(step.text),
            "revoke": lambda: self._revoke(step.text),
        }
        return await ways[step.verb]()

    async def _say(self, name: str, text: str) -> str:
        async def work(tx: WriteTransaction) -> chat.Message:
            held = self._held or await self._open(tx)
            return await chat.send(
                tx,
                held,
                chat.text_content(text),
                writer=chat.Writer(person_id=self._run.person_id),
                client_id=f"persona.{self._name}.{name}",
                per_minute=self._rules.messages_per_minute,
            )

        sent = await self._db.transact(work)
        if self._held is None:
            async with self._db.look() as look:
                held = await chat.by_id(look, sent.conversation_id)
            assert held is not None, "we just wrote into it"
            self._keep(held)
            self._read_up_to = sent.number
        return ""

    async def _open(self, tx: WriteTransaction) -> chat.Conversation:
        if self._post is not None:
            return await chat.open_about_post(
                tx,
                self._post,
                buyer_id=self._run.person_id,
                per_day=self._rules.conversations_per_day,
            )
        assert self._app is not None, "a run is about something"
        return await chat.open_with_bot(tx, self._app, person_id=self._run.person_id)

    def _keep(self, held: chat.Conversation) -> None:
        self._held = held
        self._run.conversation = held.uuid
        self._read_up_to = held.last_number

    async def _offer(self, name: str, percent: int) -> str:
        if self._post is None or not self._post.price_tomans:
            raise StepFailed("nothing here has a price to offer a part of")
        tomans = self._post.price_tomans * percent // 100
        tomans -= tomans % (1_000 if tomans > 10_000 else 1)
        price = f"{tomans:,}".translate(_PERSIAN_DIGITS)
        shown = str(percent).translate(_PERSIAN_DIGITS)
        await self._say(name, OFFER.format(price=price, percent=shown))
        return Amount(f"{tomans} tomans", rials=10 * tomans)

    async def _wait_for(self, step: Step) -> str:
        looks: dict[str, Callable[[ReadTransaction], Awaitable[str | None]]] = {
            "reply": self._next_reply,
            "button": self._any_button,
            "payment": self._any_payment,
        }
        return await self._until(looks[step.text], step, _NEVER_CAME[step.text])

    async def _until(
        self,
        find: Callable[[ReadTransaction], Awaitable[str | None]],
        step: Step,
        missing: str,
        **facts: str,
    ) -> str:
        async def look() -> str | None:
            async with self._db.look() as tx:
                return await find(tx)

        found = await self._listening.until(look, seconds=step.patience_seconds)
        if found is None:
            raise StepFailed(missing, seconds=step.patience_seconds, **facts)
        await self._see()
        return found

    async def _next_reply(self, look: ReadTransaction) -> str | None:
        held = self._conversation()
        mine = held.side_of(self._run.person_id)
        page = await chat.messages(look, held, after=self._read_up_to, limit=_LOOKED_BACK)
        for one in page.messages:
            if one.side != mine and one.removed_at is None:
                self._read_up_to = one.number
                return one.text or one.kind
        return None

    async def _any_button(self, look: ReadTransaction) -> str | None:
        shown = await self._buttons(look)
        return "، ".join(one.caption for *_, one in shown) or None

    async def _any_payment(self, look: ReadTransaction) -> str | None:
        asked = await self._asked(look)
        return None if asked is None else f"{asked.amount_rials} rials"

    async def _buttons(self, look: ReadTransaction) -> list[Button]:
        """What this side may press, of the newest message that has any."""
        held = self._conversation()
        side = held.side_of(self._run.person_id)
        assert side is not None, "it is their conversation"
        page = await chat.messages(look, held, limit=_LOOKED_BACK)
        for message in reversed(page.messages):
            grid = () if message.removed_at else chat.grid_for(message, side)
            found = [
                (message.number, row, column, one)
                for row, line in enumerate(grid)
                for column, one in enumerate(line)
            ]
            if found:
                return found
        return []

    async def _press(self, step: Step) -> str:
        pressed: list[Button] = []

        async def find(look: ReadTransaction) -> str | None:
            for one in await self._buttons(look):
                if step.text in ("", one[3].caption):
                    pressed[:] = [one]
                    return one[3].caption
            return None

        async with self._db.look() as look:
            there = await self._any_button(look) if self._held else None
        if step.text:
            missing = "no button «%(caption)s» (there was: %(there)s) within %(seconds)s seconds"
            await self._until(find, step, missing, caption=step.text, there=there or "–")
        else:
            await self._until(find, step, _NEVER_CAME["button"])
        number, row, column, button = pressed[0]
        held = self._conversation()
        came = await touchpoints.press_message(
            self._rules.platform,
            conversation=held.uuid,
            number=number,
            row=row,
            column=column,
            person_id=self._run.person_id,
            origin_path=f"/chat/{held.uuid}",
        )
        return f"{button.caption}: {came.url or came.path or came.text_message}".rstrip(": ")

    async def _asked(self, look: ReadTransaction) -> charges.Charge | None:
        """What waits to be paid: the app's of this run, if it has one."""
        for one in await charges.waiting_for(look, self._run.person_id):
            if self._app is None or one.app_id == self._app.id:
                return one
        return None

    async def _waiting(self) -> charges.Charge:
        async with self._db.look() as look:
            asked = await self._asked(look)
        if asked is None:
            raise StepFailed("nobody asks this person for money")
        return asked

    async def _pay(self, most_rials: int) -> str:
        asked = await self._waiting()
        if most_rials and asked.amount_rials > most_rials:
            raise StepFailed(
                "%(asked)s rials are asked for, more than %(most)s",
                asked=asked.amount_rials,
                most=most_rials,
            )

        async def work(tx: WriteTransaction) -> None:
            held = await wallet.balance_rials(tx, self._run.person_id)
            missing = asked.amount_rials - held
            if missing > 0:  # the world gives it to them
                await ledger.transfer(
                    tx,
                    reference=f"persona:{asked.reference}",
                    kind="top_up",
                    sides=[
                        ledger.Side("operator", 0, -missing),
                        ledger.Side("wallet", self._run.person_id, missing),
                    ],
                )
            await charges.pay(tx, asked.token, person_id=self._run.person_id)

        await self._db.transact(work)
        return Amount(f"{asked.amount_rials} rials", rials=asked.amount_rials)

    async def _decline(self) -> str:
        asked = await self._waiting()

        async def work(tx: WriteTransaction) -> None:
            await charges.decline(tx, asked.token, person_id=self._run.person_id)

        await self._db.transact(work)
        return Amount(f"{asked.amount_rials} rials", rials=asked.amount_rials)

    async def _pause(self, seconds: int) -> str:
        await asyncio.sleep(seconds)
        return ""

    async def _block(self, *, blocked: bool) -> str:
        held = self._conversation()

        async def work(tx: WriteTransaction) -> None:
            await chat.block(tx, held, self._run.person_id, blocked=blocked)

        await self._db.transact(work)
        return ""

    async def _report(self, reason: str) -> str:
        held = self._conversation()

        async def work(tx: WriteTransaction) -> None:
            await chat.report(tx, held, self._run.person_id, reason=reason, text="")

        await self._db.transact(work)
        return ""

    async def _revoke(self, slug: str) -> str:
        async def work(tx: WriteTransaction) -> str:
            app = await developers.app_by_slug(tx, slug) if slug else self._app
            if app is None:
                raise StepFailed("say whose access: «- revoke: slug»")
            if not await oauth.disconnect(tx, person_id=self._run.person_id, app_id=app.id):
                raise StepFailed("%(app)s holds nothing of this person", app=app.slug)
            return app.slug

        return await self._db.transact(work)

    async def _see(self) -> None:
        """Whoever reads an answer has seen it."""
        held, number = self._held, self._read_up_to
        if held is None or not number:
            return

        async def work(tx: WriteTransaction) -> None:
            await chat.see(tx, held, self._run.person_id, up_to=number)

        await self._db.transact(work)

    def _conversation(self) -> chat.Conversation:
        if self._held is None:
            raise StepFailed("nothing was said yet: there is no conversation")
        return self._held
