"""A person's own posts: the list, and the page where one of them is managed."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import addons, posts, touchpoints
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import starts
from dalan.surfaces.web.site import showing
from dalan.surfaces.web.site.post_page import missing_page

LIST_PATH = "/my-divar/my-posts"

Verb = Callable[[WriteTransaction, posts.Post], Awaitable[posts.Post]]


@get(LIST_PATH)
async def my_posts(
    visitor: NamedDependency[Visitor],
) -> Response[Any]:
    """All that stand, newest first; development posts below."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        mine = await posts.of_person(tx, person.id)
        development = await posts.development_posts(tx, person.id)
    now, lang = clock.now(), visitor.lang

    def cards(some: list[posts.Post]) -> list[showing.Card]:
        return [
            showing.card(
                one,
                lang,
                now=now,
                url=showing.management_path_of(one),
                tags=[showing.state_badge(one, lang)],
            )
            for one in some
        ]

    return visitor.page(
        "site/my_posts.html", active="mine", cards=cards(mine), development=cards(development)
    )


@get(LIST_PATH + "/{token:str}")
async def manage_post(
    visitor: NamedDependency[Visitor],
    token: FromPath[str],
) -> Response[Any]:
    """One post, for its owner alone."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        mine = await _own(tx, token, person.id)
        if mine is None:
            return missing_page(visitor)
        blocks = await addons.of_post(tx, mine, viewer_id=person.id, linkage="POST_MANAGEMENT")
        blocks += await addons.of_post(tx, mine, viewer_id=person.id)
        offers = await touchpoints.offered(tx, "MY_POST", post=mine, person_id=person.id)
    lang = visitor.lang
    return visitor.page(
        "site/manage_post.html",
        active="mine",
        form_action=False,  # starting an app leads on to it
        post=mine,
        state=showing.state_badge(mine, lang),
        thumbnail_url=showing.first_picture(mine, showing.CARD_SIZE),
        price_lines=showing.price_lines(mine, lang),
        place=showing.place_of(mine),
        url=showing.path_of(mine),
        management_url=showing.management_path_of(mine),
        may_publish=mine.state == "retired",
        may_retire="retired" in posts.NEXT[mine.state],
        apps=starts.shown_offers(offers, mine, lang),
        addons=starts.shown_addons(blocks, mine, lang, on_management=True),
    )


@post(LIST_PATH + "/{token:str}/retire", status_code=200)
async def retire_post(
    visitor: NamedDependency[Visitor],
    token: FromPath[str],
) -> Response[Any]:
    """Take it out of sight; it can come back."""
    _ = visitor.gettext
    return await _move(visitor, token, posts.retire, _("The post is off display."))


@post(LIST_PATH + "/{token:str}/publish", status_code=200)
async def publish_post_again(
    visitor: NamedDependency[Visitor],
    token: FromPath[str],
) -> Response[Any]:
    """Bring a retired post back."""
    _ = visitor.gettext

    async def publish_retired(tx: WriteTransaction, mine: posts.Post) -> posts.Post:
        if mine.state != "retired":  # a first publication is the reviewers' to give
            raise posts.WrongState(state=mine.state, wanted="published")
        return await posts.publish(tx, mine)

    return await _move(visitor, token, publish_retired, _("The post is on display again."))


@post(LIST_PATH + "/{token:str}/delete", status_code=200)
async def delete_post(
    visitor: NamedDependency[Visitor],
    token: FromPath[str],
) -> Response[Any]:
    """Take it away for good."""
    _ = visitor.gettext
    return await _move(visitor, token, posts.delete, _("The post is deleted."))


async def _move(visitor: Visitor, token: str, verb: Verb, said: str) -> Response[Any]:
    person = visitor.require_person(back=LIST_PATH)
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> posts.Post | None:
        mine = await _own(tx, token, person.id)
        return None if mine is None else await verb(tx, mine)

    flash = html.Flash("success", said)
    try:
        moved = await visitor.services.db.transact(work)
        if moved is None:
            return missing_page(visitor)
        path = LIST_PATH if moved.is_gone else showing.management_path_of(moved)
    except posts.WrongState:
        flash = html.Flash("warning", _("The post has changed meanwhile; look at its state again."))
        path = f"{LIST_PATH}/{token}"
    except posts.DevelopmentLimit as limit:
        flash = html.Flash(
            "warning",
            _("You have %(num)s active development posts; retire one first.", num=limit.allowed),
        )
        path = f"{LIST_PATH}/{token}"
    return visitor.see_other(path, flash=flash)


async def _own(tx: ReadTransaction, token: str, person_id: int) -> posts.Post | None:
    found = await posts.by_token(tx, token)
    return found if found is not None and found.owner_id == person_id else None
