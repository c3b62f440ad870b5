"""Starting apps, clicking widgets, and coming back."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import chat, developers, touchpoints
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.starts.showing import BUTTON

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
    that no link elsewhere makes us call it: such a link leads to the post, or to the page it is
    offered on."""
    token = visitor.request.query_params.get("post", "")
    async with services.db.read() as tx:
        is_direct = await touchpoints.is_direct(tx, place=place, slug=slug)
    if not is_direct:
        path = _page_path(token, from_management=False) if token else _offers_path(visitor, place)
        return visitor.see_other(path)
    return await _start(visitor, services, place, slug)


@post("/start/{place:str}/{slug:str}", status_code=200)
async def start_app(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    place: FromPath[str],
    slug: FromPath[str],
) -> Response[Any]:
    """Ask the app's server for an address, and go there."""
    await visitor.form()
    return await _start(visitor, services, place, slug)


@post("/press/{slug:str}/{token:str}/{index:str}", status_code=200)
async def press_widget(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    token: FromPath[str],
    index: FromPath[str],
) -> Response[Any]:
    """Do what a widget does, or the post's customized button in its place."""
    await visitor.form()
    from_management = visitor.request.query_params.get("from") == "management"
    at = html.forms.number_in(index, digits_max=3)
    number = -1 if at is None else at
    page_path = _page_path(token, from_management=from_management)
    _ = visitor.gettext
    try:
        if index == BUTTON:
            pressed = await touchpoints.press_button(
                platform_of(services), slug=slug, post_token=token, person_id=_person_id(visitor)
            )
        else:
            pressed = await touchpoints.press(
                platform_of(services),
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
        return await app_failed(visitor, services, slug, error, page_path)
    keep_start(visitor, pressed.token)
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


async def _start(visitor: Visitor, services: Services, place: str, slug: str) -> Response[Any]:
    page_path = _offers_path(visitor, place)
    if place not in touchpoints.PLACES:
        return not_offered(visitor)
    if place != "DEMAND_POST":
        visitor.require_person(back=page_path)
    try:
        started = await touchpoints.start(
            platform_of(services),
            place=place,
            slug=slug,
            person_id=_person_id(visitor),
            post_token=visitor.request.query_params.get("post", ""),
            business_token=visitor.request.query_params.get("business", ""),
        )
    except touchpoints.NotOffered:
        return not_offered(visitor)
    except touchpoints.PersonNeeded:
        visitor.require_person(back=page_path)
        raise
    except (chat.DeliveryRestricted, chat.ChatLimit):
        return visitor.see_other(page_path, flash=not_delivered(visitor))
    except touchpoints.AppDidNotAnswer as error:
        return await app_failed(visitor, services, slug, error, page_path)
    keep_start(visitor, started.token)
    return visitor.see_other(started.path or started.url)


def not_delivered(visitor: Visitor) -> html.Flash:
    """Said where a bot could not be written to."""
    _ = visitor.gettext
    text = _("This message was not delivered: one of you does not take messages here.")
    return html.Flash("warning", text)


def not_offered(visitor: Visitor) -> Response[Any]:
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("This app is not offered here"),
        _("It may have been switched off, or it is not for this post."),
        (html.Action(_("Home"), "/"),),
    )


async def app_failed(
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


def keep_start(visitor: Visitor, token: str) -> None:
    """The browser remembers its last start, for an app that does not bring its token back."""
    if token:
        seconds = int(touchpoints.START_LIFE.total_seconds())
        visitor.keep_signed(START_COOKIE, token, purpose=START_PURPOSE, seconds=seconds)


def _offers_path(visitor: Visitor, place: str) -> str:
    """The page an app is offered on at a place, as the address of the start names it."""
    query = visitor.request.query_params
    if place == "MY_DIVAR":
        return touchpoints.ACCOUNT_PATH
    if place == "DIVAR_PRO":
        return f"{touchpoints.ACCOUNT_PATH}/businesses/{quote(query.get('business', ''), safe='')}"
    return _page_path(query.get("post", ""), from_management=place == "MY_POST")


def _page_path(token: str, *, from_management: bool) -> str:
    quoted = quote(token, safe="")
    if not quoted:
        return "/"
    return f"/my-divar/my-posts/{quoted}" if from_management else f"/v/{quoted}"


def platform_of(services: Services) -> touchpoints.Platform:
    return touchpoints.Platform(
        db=services.db,
        outbound=services.outbound,
        keys=services.keys,
        base_url=services.settings.base_url,
        timeout_seconds=services.settings.outbound_seconds,
    )


def _person_id(visitor: Visitor) -> int | None:
    return visitor.person.id if visitor.person else None
