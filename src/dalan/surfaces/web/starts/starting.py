"""Starting apps, clicking widgets, and coming back."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, touchpoints
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services

START_COOKIE = "dalan_start"
START_PURPOSE = "start"


@get("/start/{place:str}/{slug:str}")
async def follow_direct_link(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    place: FromPath[str],
    slug: FromPath[str],
) -> Response[Any]:
    """Open an app by its own address. One that has to be asked first is started by a form, so
    that no link elsewhere makes us call it: such a link leads to the post."""
    token = visitor.request.query_params.get("post", "")
    async with services.db.read() as tx:
        is_direct = await touchpoints.is_direct(tx, place=place, slug=slug)
    if not is_direct:
        return visitor.see_other(f"/v/{quote(token, safe='')}" if token else "/")
    return await _start(visitor, services, place, slug, token)


@post("/start/{place:str}/{slug:str}", status_code=200)
async def start_app(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    place: FromPath[str],
    slug: FromPath[str],
) -> Response[Any]:
    """Ask the app's server for an address, and go there."""
    await visitor.form()
    token = visitor.request.query_params.get("post", "")
    return await _start(visitor, services, place, slug, token)


@post("/press/{slug:str}/{token:str}/{index:str}", status_code=200)
async def press_widget(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    token: FromPath[str],
    index: FromPath[str],
) -> Response[Any]:
    """Do what a widget does."""
    await visitor.form()
    from_management = visitor.request.query_params.get("from") == "management"
    number = int(index) if index.isascii() and index.isdecimal() and len(index) <= 3 else -1
    page_path = _page_path(token, from_management=from_management)
    _ = visitor.gettext
    try:
        pressed = await touchpoints.press(
            _platform(services),
            slug=slug,
            post_token=token,
            widget_index=number,
            person_id=_person_id(visitor),
            from_management=from_management,
        )
    except touchpoints.NothingToPress:
        flash = html.Flash("warning", _("This is no longer here; the app may have changed it."))
        return visitor.see_other(page_path, flash=flash)
    except touchpoints.AppDidNotAnswer as error:
        return await _failed(visitor, services, slug, error, page_path)
    _keep_start(visitor, pressed.token)
    said = html.Flash("info", pressed.text_message) if pressed.text_message else None
    return visitor.see_other(pressed.url or pressed.path or page_path, flash=said)


@get("/press/{slug:str}/{token:str}/{index:str}")
async def pressed_before(
    visitor: NamedDependency[Visitor],
    slug: FromPath[str],  # noqa: ARG001 (a reload of the answer to a click)
    token: FromPath[str],
    index: FromPath[str],  # noqa: ARG001 (the same)
) -> Response[Any]:
    """The page the widget is on."""
    is_management = visitor.request.query_params.get("from") == "management"
    return visitor.see_other(_page_path(token, from_management=is_management))


@get("/completion")
async def completion(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> Response[Any]:
    """Where an app sends people when it is done: back to where they left from.

    Nothing an app puts into the address is shown or followed (reference 4.9).
    """
    async with services.db.read() as tx:
        path = await touchpoints.return_path(
            tx,
            keys=services.keys,
            token=visitor.request.query_params.get("s", ""),
            browser_token=visitor.signed(START_COOKIE, purpose=START_PURPOSE) or "",
            person_id=_person_id(visitor),
        )
    return visitor.see_other(path or "/")


async def _start(
    visitor: Visitor, services: Services, place: str, slug: str, token: str
) -> Response[Any]:
    _ = visitor.gettext
    at_management = place == "MY_POST"
    page_path = _page_path(token, from_management=at_management)
    if at_management:
        visitor.require_person(back=page_path)
    if place not in touchpoints.PLACES:
        return _not_offered(visitor)
    try:
        started = await touchpoints.start(
            _platform(services),
            place=place,
            slug=slug,
            post_token=token,
            person_id=_person_id(visitor),
        )
    except touchpoints.NotOffered:
        return _not_offered(visitor)
    except touchpoints.AppDidNotAnswer as error:
        return await _failed(visitor, services, slug, error, page_path)
    _keep_start(visitor, started.token)
    return visitor.see_other(started.url)


def _not_offered(visitor: Visitor) -> Response[Any]:
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("This app is not offered here"),
        _("It may have been switched off, or it is not for this post."),
        (html.Action(_("Home"), "/"),),
    )


async def _failed(
    visitor: Visitor,
    services: Services,
    slug: str,
    error: touchpoints.AppDidNotAnswer,
    page_path: str,
) -> Response[Any]:
    """502: the app let us down, with a way to try again. Its developers are told what it was."""
    person_id = _person_id(visitor)
    async with services.db.read() as tx:
        app = await developers.app_by_slug(tx, slug)
        is_team = person_id is not None and await developers.is_member(tx, app.id, person_id)
    return visitor.page(
        "starts/failed.html",
        status=502,
        forms=True,
        form_action=False,
        app=app,
        fault=error.fault,
        detail=error.detail if is_team else "",
        retry_url=visitor.request.url.path
        + (f"?{visitor.request.url.query}" if visitor.request.url.query else ""),
        is_link=visitor.request.method == "GET",
        page_path=page_path,
    )


def _keep_start(visitor: Visitor, token: str) -> None:
    """The browser remembers its last start, for an app that does not bring its token back."""
    if token:
        seconds = int(touchpoints.START_LIFE.total_seconds())
        visitor.keep_signed(START_COOKIE, token, purpose=START_PURPOSE, seconds=seconds)


def _page_path(token: str, *, from_management: bool) -> str:
    quoted = quote(token, safe="")
    if not quoted:
        return "/"
    return f"/my-divar/my-posts/{quoted}" if from_management else f"/v/{quoted}"


def _platform(services: Services) -> touchpoints.Platform:
    return touchpoints.Platform(
        db=services.db,
        outbound=services.outbound,
        keys=services.keys,
        base_url=services.settings.base_url,
        timeout_seconds=services.settings.outbound_seconds,
    )


def _person_id(visitor: Visitor) -> int | None:
    return visitor.person.id if visitor.person else None
