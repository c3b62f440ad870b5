"""A person's own posts: the list, and the page where one of them is managed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import addons, businesses, moderation, posts, touchpoints
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import starts
from dalan.surfaces.web.site import managing, sharing, showing, statistics
from dalan.surfaces.web.site.cards import stills_of
from dalan.surfaces.web.site.post_page import missing_page

LIST_PATH = "/my-divar/my-posts"
HISTORY_SHOWN = 50
BUSINESS_SHOWN = 60
"""Posts of each business in the list; its public page shows what is on display."""

Verb = Callable[..., Awaitable[posts.Post]]
"""``posts.retire`` and the like: takes the unit of work, the post and ``by``."""


@get(LIST_PATH)
async def my_posts(
    visitor: NamedDependency[Visitor],
) -> Response[Any]:
    """All that stand, newest first; below them, for each business the person works in, its posts,
    whoever wrote them, and development posts."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        works = await businesses.of_person(tx, person.id)
        theirs = [(one, await posts.of_business(tx, one.id, limit=BUSINESS_SHOWN)) for one in works]
        elsewhere = {post.id for _one, some in theirs for post in some}
        mine = [post for post in await posts.of_person(tx, person.id) if post.id not in elsewhere]
        development = await posts.development_posts(tx, person.id)
        stills = await stills_of(
            tx, [*mine, *development, *(post for _one, some in theirs for post in some)]
        )
    now, lang = clock.now(), visitor.lang

    def cards(some: Sequence[posts.Post]) -> list[showing.Card]:
        return [
            showing.card(
                one,
                lang,
                now=now,
                url=showing.management_path_of(one),
                tags=[showing.state_badge(one, lang)],
                still=stills.get(one.id),
            )
            for one in some
        ]

    return visitor.page(
        "site/my_posts.html",
        active="mine",
        cards=cards(mine),
        businesses=[
            {
                "name": business.name,
                "token": business.token,
                "cards": cards(some),
                "has_more": len(some) == BUSINESS_SHOWN,
            }
            for business, some in theirs
        ],
        development=cards(development),
    )


@get(LIST_PATH + "/{token:str}")
async def manage_post(
    visitor: NamedDependency[Visitor],
    token: FromPath[str],
) -> Response[Any]:
    """One post, for its owner alone."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        mine = await own_post(tx, token, person.id)
        if mine is None:
            return await _gone_page(visitor, tx, token, person.id)
        may_decide = await posts.may_act(tx, mine, person.id, least="manager")
        business = await business_of(tx, mine)
        waiting = await posts.proposed_edit(tx, mine.id)
        history = await posts.history_of(tx, mine.id, limit=HISTORY_SHOWN)
        blocks = await addons.of_post(tx, mine, viewer_id=person.id, linkage="POST_MANAGEMENT")
        blocks += await addons.of_post(tx, mine, viewer_id=person.id)
        counted = await posts.statistics_of(tx, mine.id)
        offers = await touchpoints.offered(tx, "MY_POST", post=mine, person_id=person.id)
        is_mine = mine.owner_id == person.id
        short = await sharing.shared(tx, visitor.services, mine) if is_mine else None
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
        business=business,
        may_decide=may_decide,
        may_publish=may_decide and mine.state == "retired",
        may_edit=mine.state in posts.EDITABLE,
        ends_soon=mine.state == "published"
        and mine.expires_at - clock.now() <= posts.REMIND_BEFORE_END,
        has_expired=mine.state == "retired" and mine.expires_at <= clock.now(),
        edit_changes=managing.changes(mine, waiting[1], lang) if waiting else [],
        edit_waits_since=waiting[0].proposed_at if waiting else None,
        history=managing.history_lines(history, lang),
        may_retire=may_decide and "retired" in posts.NEXT[mine.state],
        statistics=statistics.shown(counted, lang),
        short=short,
        may_shorten=is_mine and mine.state == "published" and not mine.development,
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

    async def publish_retired(
        tx: WriteTransaction, mine: posts.Post, *, by: posts.Author
    ) -> posts.Post:
        return await moderation.put_back(tx, mine, policy=visitor.services.review_policy, by=by)

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
        mine = await own_post(tx, token, person.id, least="manager")
        return None if mine is None else await verb(tx, mine, by=posts.by_owner(person.id))

    flash = html.Flash("success", said)
    try:
        moved = await visitor.services.db.transact(work)
        if moved is None:
            return missing_page(visitor)
        if moved.state == "waiting_for_review":
            flash = html.Flash("info", _("A reviewer looks at it first."))
        path = LIST_PATH if moved.is_gone else showing.management_path_of(moved)
    except posts.WrongState:
        flash = html.Flash("warning", _("The post has changed meanwhile; look at its state again."))
        path = f"{LIST_PATH}/{token}"
    except posts.Banned as ban:
        flash = html.Flash("danger", f"{_('You may not post for now.')} {ban.reason}")
        path = f"{LIST_PATH}/{token}"
    except posts.DevelopmentLimit as limit:
        flash = html.Flash(
            "warning",
            _("You have %(num)s active development posts; retire one first.", num=limit.allowed),
        )
        path = f"{LIST_PATH}/{token}"
    return visitor.see_other(path, flash=flash)


async def _gone_page(
    visitor: Visitor, tx: ReadTransaction, token: str, person_id: int
) -> Response[Any]:
    """Why there is nothing to manage: one's own post is over, or there is none."""
    gone = await posts.by_token_though_gone(tx, token)
    if gone is None or gone.owner_id != person_id:
        return missing_page(visitor)
    _ = visitor.gettext
    deleted = gone.state == "deleted"
    return visitor.error_page(
        410,
        _("You deleted this post") if deleted else _("This post is archived"),
        _("It cannot come back; you can write a new one.")
        if deleted
        else _("It was off display for 30 days. You can write a new one."),
        (
            html.Action(_("Post an ad"), f"/new/{gone.category}"),
            html.Action(_("My posts"), LIST_PATH),
        ),
    )


async def business_of(tx: ReadTransaction, post: posts.Post) -> businesses.Business | None:
    """The standing business a post belongs to, if it belongs to one."""
    origin = await posts.origin_of(tx, post.id)
    if origin is None or origin.business_id is None:
        return None
    business = await businesses.by_id(tx, origin.business_id)
    return business if business.closed_at is None else None


async def own_post(
    tx: ReadTransaction,
    token: str,
    person_id: int,
    *,
    least: businesses.BusinessRole = "member",
) -> posts.Post | None:
    """The post, if it is theirs or of a business where they have that role."""
    found = await posts.by_token(tx, token)
    if found is None or not await posts.may_act(tx, found, person_id, least=least):
        return None
    return found
