"""The world: put aside, taken back, made what it was at first."""

from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains.world.snapshots import FURNISHED, NAME_LENGTH_MAX, Snapshot
from dalan.errors import DalanError
from dalan.surfaces.console import desk
from dalan.surfaces.html.context import Flash
from dalan.surfaces.html.session import Visitor

PAGE: Final = "/console/world"


class NameBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot is to be called."""

    name: str


class SnapshotList(msgspec.Struct, frozen=True):
    snapshots: list[Snapshot]


class Restored(msgspec.Struct, frozen=True):
    """Which world is there now, and what time it is in it."""

    name: str
    now: datetime


@get("/snapshots")
async def snapshots_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """What was put aside, the newest first."""
    return desk.answer(SnapshotList(_worlds(visitor).snapshots.all()))


@post("/snapshots", status_code=201)
async def take_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Put the world aside."""
    body = await desk.body_as(visitor, NameBody)
    return desk.answer(await _worlds(visitor).take(body.name), status=201)


@post("/snapshots/{name:str}/restore", status_code=200)
async def restore_api(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """Take it back."""
    await _worlds(visitor).restore(name)
    return _restored(visitor, name)


@delete("/snapshots/{name:str}", status_code=204)
async def delete_api(visitor: NamedDependency[Visitor], name: FromPath[str]) -> None:
    """Forget it."""
    await _worlds(visitor).delete(name)


@post("/reset", status_code=200)
async def reset_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Make the world what it was when it was furnished."""
    await _worlds(visitor).reset()
    return _restored(visitor, FURNISHED)


def _restored(visitor: Visitor, name: str) -> Response[Any]:
    return desk.answer(Restored(name, desk.workshop_of(visitor).time.clock()))


@get("/world")
async def world_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """What was put aside, and the way back."""
    return _page(visitor)


@post("/world", status_code=200)
async def act_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Put aside, take back, forget, reset."""
    form = await visitor.form()
    _ = visitor.gettext
    worlds, name = _worlds(visitor), form.text("name")
    done = ""
    try:
        match form.text("act"):
            case "take":
                await worlds.take(name)
                done = _("The world is put aside.")
            case "restore":
                await worlds.restore(name)
                done = _("The world is what it was.")
            case "delete":
                await worlds.delete(name)
                done = _("The snapshot is gone.")
            case "reset" if not form.flag("sure"):
                return _page(visitor, problem=_("Say that you are sure."), status=400)
            case "reset":
                await worlds.reset()
                done = _("The world is what it was.")
            case _:
                return _page(visitor, status=400)
    except DalanError as refusal:
        problem = _said(visitor, refusal.code)
        if not problem:
            raise
        return _page(visitor, problem=problem, name=name, status=400)
    return visitor.see_other(PAGE, flash=Flash("success", done))


def _page(
    visitor: Visitor, *, problem: str = "", name: str = "", status: int = 200
) -> Response[str]:
    snapshots = _worlds(visitor).snapshots
    return desk.page(
        visitor,
        "console/world.html",
        "world",
        status=status,
        forms=True,
        snapshots=snapshots.all(),
        can_reset=snapshots.has(FURNISHED),
        problem=problem,
        name=name,
        name_length_max=NAME_LENGTH_MAX,
    )


def _said(visitor: Visitor, code: str) -> str:
    """A refusal as people read it; "" when it is not for them."""
    _ = visitor.gettext
    return {
        "world.invalid_snapshot_name": _(
            "A name has small Latin letters, digits, hyphens and underscores."
        ),
        "world.unknown_snapshot": _("There is no such snapshot."),
        "world.snapshot_exists": _("There is a snapshot of that name already."),
        "world.too_many_snapshots": _("There are too many snapshots. Delete some first."),
        "world.snapshot_needed": _("The world as it was furnished stays."),
        "world.snapshot_failed": _("That did not work: a file is damaged or the disk is full."),
        "world.no_snapshots_here": _("Only a world on SQLite can be put aside."),
        "console.world_busy": _("Requests are under way that do not end. Try again."),
    }.get(code, "")


def _worlds(visitor: Visitor) -> Any:
    return desk.workshop_of(visitor).time.worlds


PAGES: Final = (world_page, act_page)
API: Final = (snapshots_api, take_api, restore_api, delete_api, reset_api)
