"""Personas: who acts by which script, on what, and how far they are."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import identity
from dalan.domains.world import personas
from dalan.domains.world.content.people import people
from dalan.errors import Conflict, DalanError, Forbidden, Invalid, NotFound
from dalan.kernel import phone
from dalan.surfaces import html
from dalan.surfaces.console import desk
from dalan.surfaces.console.sections import personas_said
from dalan.surfaces.html.session import Visitor

PATH: Final = "/console/personas"
REFRESH_SECONDS: Final = 2
WAIT_SECONDS_MAX: Final = 30
OWN_SCRIPT: Final = "own"
_NUMBER_MAX: Final = 2**31


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``person`` acts by the script of a ``persona``, or by one of their own."""

    person: str
    persona: str = ""
    script: str | list[Any] = ""
    post: str = ""
    app: str = ""
    conversation: str = ""


class StepShown(msgspec.Struct, frozen=True):
    """A step, as it is written, and what came of it."""

    step: str
    state: personas.StepState
    result: str
    at: datetime | None


class RunShown(msgspec.Struct, frozen=True):
    """A run for a script: ``why`` says what ended it before its end."""

    id: int
    persona: str
    person: str
    state: str
    why: str
    conversation: str
    steps: list[StepShown]

    @classmethod
    def of(cls, run: personas.Run) -> "RunShown":
        steps = [StepShown(one.step.line, one.state, one.result, one.at) for one in run.progress]
        return cls(
            run.id, run.persona, phone.national(run.phone), run.state, run.why, run.conversation,
            steps,
        )  # fmt: skip


@get("/personas")
async def personas_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """Who there is, a form that lets one act, and who acted."""
    form = html.Form({"phone": [phone.national(people()[1].phone)], "app": ["inspector"]})
    return _page(visitor, form)


@post("/personas", status_code=200)
async def begin(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Let somebody act; their progress is a page of its own."""
    form = await visitor.form()
    _ = visitor.gettext
    chosen = form.text("persona")
    own = form.raw("script").strip()
    asked = _Asked(
        person=form.text("phone"),
        persona="" if chosen == OWN_SCRIPT else chosen,
        script=own if chosen == OWN_SCRIPT else "",
        post=_token(form.text("post")),
        app=form.text("app"),
    )
    try:
        run = await _begun(visitor, asked)
    except phone.InvalidPhone:
        form.fail("phone", _("This is no mobile number."))
    except identity.NoSuchPerson:
        form.fail("phone", _("Nobody here has this number."))
    except personas.InvalidScript as error:
        form.fail(
            "script",
            _("This script cannot be read: %(why)s", why=personas_said.unreadable(visitor, error)),
        )
    except personas.TooManyRuns:
        form.fail("persona", _("Too many act at once. Stop one first."))
    except (NotFound, Invalid, Conflict, Forbidden):
        form.fail("post", _("Name a post or an app that is there."))
    else:
        return visitor.see_other(f"{PATH}/{run.id}")
    return _page(visitor, form, status=422)


@get("/personas/{number:int}")
async def run_page(visitor: NamedDependency[Visitor], number: FromPath[int]) -> Response[str]:
    """What somebody did so far; the page renews itself while they act."""
    try:
        run = desk.workshop_of(visitor).acting.stage.run(number)
    except personas.UnknownRun:
        return _gone(visitor)
    _ = visitor.gettext
    why = personas_said.why(visitor, run)
    return desk.page(
        visitor,
        "console/persona_run.html",
        "personas",
        forms=True,
        run=run,
        name=_name(visitor, run.persona),
        phone=phone.national(run.phone),
        state=_run_state(_, run.state),
        why=why,
        steps=[
            (
                _verb(_, one.step.verb),
                _about(_, one.step),
                _step_state(_, one.state),
                why if one.state == "failed" else personas_said.result(visitor, one.result),
            )
            for one in run.progress
        ],
        refresh_seconds=REFRESH_SECONDS,
    )


@post("/personas/{number:int}/stop", status_code=200)
async def stop(visitor: NamedDependency[Visitor], number: FromPath[int]) -> Response[Any]:
    """Let somebody act no further."""
    await visitor.form()
    try:
        await desk.workshop_of(visitor).acting.stage.stop(number)
    except personas.UnknownRun:
        return _gone(visitor)
    return visitor.see_other(f"{PATH}/{number}")


@get("/personas")
async def personas_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Who is ready, with their scripts."""
    del visitor
    return desk.answer(
        {
            "personas": [
                {"name": one.name, "about": one.about_en, "script": one.script}
                for one in personas.CAST
            ]
        }
    )


@post("/personas/runs", status_code=201)
async def begin_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Let somebody act."""
    run = await _begun(visitor, await desk.body_as(visitor, _Asked))
    return desk.answer(RunShown.of(run), status=201)


@get("/personas/runs")
async def runs_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Who acts and who acted, newest first."""
    runs = desk.workshop_of(visitor).acting.stage.runs
    return desk.answer({"runs": [RunShown.of(one) for one in runs]})


@get("/personas/runs/{number:int}")
async def run_api(visitor: NamedDependency[Visitor], number: FromPath[int]) -> Response[Any]:
    """One of them; ``?wait=30`` answers when they are done, or after that many seconds."""
    run = desk.workshop_of(visitor).acting.stage.run(number)
    asked = visitor.request.query_params.get("wait", "0")
    if not (asked.isdecimal() and len(asked) <= 4):
        raise Invalid("wait is a whole number of seconds")
    await run.wait(min(int(asked), WAIT_SECONDS_MAX))
    return desk.answer(RunShown.of(run))


@delete("/personas/runs/{number:int}", status_code=200)
async def stop_api(visitor: NamedDependency[Visitor], number: FromPath[int]) -> Response[Any]:
    """Let somebody act no further."""
    return desk.answer(RunShown.of(await desk.workshop_of(visitor).acting.stage.stop(number)))


async def _begun(visitor: Visitor, asked: _Asked) -> personas.Run:
    """Raises what ``Stage.begin`` raises, InvalidScript, InvalidPhone and NoSuchPerson."""
    number = phone.parse(asked.person)
    if asked.script and asked.persona:
        raise personas.InvalidScript(1, "give a persona or a script of your own, not both")
    script = personas.persona_named(asked.persona).script if asked.persona else asked.script
    steps = personas.read_script(script)
    async with visitor.services.db.look() as look:
        person = await identity.person_by_phone(look, number)
    if person is None:
        raise identity.NoSuchPerson
    return await desk.workshop_of(visitor).acting.stage.begin(
        persona=asked.persona or OWN_SCRIPT,
        person=person,
        target=personas.Target(asked.post, asked.app, asked.conversation),
        steps=steps,
    )


def _page(visitor: Visitor, form: html.Form, *, status: int = 200) -> Response[str]:
    _ = visitor.gettext
    fa = visitor.lang == "fa"
    return desk.page(
        visitor,
        "console/personas.html",
        "personas",
        status=status,
        forms=True,
        form=form,
        cast=[
            (one.title_fa if fa else one.title_en, one.about_fa if fa else one.about_en, one.script)
            for one in personas.CAST
        ],
        options=[
            *((one.name, one.title_fa if fa else one.title_en) for one in personas.CAST),
            (OWN_SCRIPT, _("A script of my own")),
        ],
        people=[(phone.national(one.phone), one.name) for one in people()],
        runs=[
            (one, _name(visitor, one.persona), phone.national(one.phone), _run_state(_, one.state))
            for one in desk.workshop_of(visitor).acting.stage.runs
        ],
    )


def _gone(visitor: Visitor) -> Response[str]:
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("Nothing here"),
        _("This run is forgotten: only the last ones are kept, and none outlives the platform."),
        (html.Action(_("Personas"), PATH),),
    )


def _token(typed: str) -> str:
    """A post's token, or its address pasted whole."""
    try:
        return urlsplit(typed).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return typed


def _name(visitor: Visitor, name: str) -> str:
    try:
        found = personas.persona_named(name)
    except DalanError:
        return visitor.gettext("A script of my own")
    return found.title_fa if visitor.lang == "fa" else found.title_en


def _run_state(_: Callable[..., str], state: str) -> tuple[str, str]:
    words = {
        "acting": (_("Acting"), "info"),
        "done": (_("Done"), "success"),
        "failed": (_("Ended early"), "danger"),
        "stopped": (_("Stopped"), "neutral"),
    }
    return words[state]


def _step_state(_: Callable[..., str], state: str) -> tuple[str, str]:
    words = {
        "to_do": (_("To do"), "neutral"),
        "doing": (_("Under way"), "info"),
        "done": (_("Done"), "success"),
        "failed": (_("Failed"), "danger"),
    }
    return words[state]


def _verb(_: Callable[..., str], verb: str) -> str:
    words = {
        "say": _("Says"),
        "offer": _("Offers"),
        "wait_for": _("Waits for"),
        "press": _("Presses"),
        "pay": _("Pays"),
        "decline": _("Declines to pay"),
        "pause": _("Pauses"),
        "block": _("Blocks the other side"),
        "unblock": _("Unblocks the other side"),
        "report": _("Reports the conversation"),
        "revoke": _("Takes the access back"),
    }
    return words[verb]


def _about(_: Callable[..., str], step: personas.Step) -> str:
    if step.verb == "wait_for":
        awaited = {
            "reply": _("an answer"),
            "button": _("a button"),
            "payment": _("a request to pay"),
        }
        return awaited[step.text]
    return step.text or (str(step.number) if step.number else "")


PAGES: Final = (personas_page, begin, run_page, stop)
API: Final = (personas_api, begin_api, runs_api, run_api, stop_api)
