"""Changing a post: the form it was written with, and what happens to the change."""

from collections.abc import Collection, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import media, moderation, payments, posts, taxonomy
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import (
    foreseeing,
    form_pictures,
    my_posts,
    post_form,
    showing,
    submitting,
)
from dalan.surfaces.web.site.post_form import Typed
from dalan.surfaces.web.site.post_page import missing_page

_EDIT = my_posts.LIST_PATH + "/{token:str}/edit"
_ENDING = my_posts.LIST_PATH + "/{token:str}/ending"


@get(_EDIT)
async def edit_form(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """The form with what the post says, or with what an edit that waits would have it say."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        mine = await my_posts.own_post(tx, token, person.id, least="member")
        waiting = await posts.proposed_edit(tx, mine.id) if mine is not None else None
    if mine is None:
        return missing_page(visitor)
    if mine.state not in posts.EDITABLE:
        return _cannot(visitor, mine)
    shown = posts.with_content(mine, waiting[1]) if waiting else mine
    return await _form_page(
        visitor, mine, post_form.typed_of_post(shown), shown.image_names, waits=waiting is not None
    )


@post(_EDIT, status_code=200, request_max_body_size=None)
async def edit_post(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Show the form again after a button about pictures, or change the post."""
    person = visitor.require_person(back=my_posts.LIST_PATH)
    form = await submitting.read_form(visitor)
    if form is None:
        return submitting.too_large_page(visitor)
    async with visitor.services.db.read() as tx:
        mine = await my_posts.own_post(tx, token, person.id, least="member")
        waiting = await posts.proposed_edit(tx, mine.id) if mine is not None else None
    if mine is None:
        return missing_page(visitor)
    if mine.state not in posts.EDITABLE:
        return _cannot(visitor, mine)
    allowed = {*mine.image_names, *(waiting[1].image_names if waiting else ())}
    pictures = await form_pictures.of_form(visitor, form, allowed=allowed)
    typed = post_form.typed_of(form, mine.category) | {"city": [mine.city]}
    errors = {"pictures": " ".join(dict.fromkeys(pictures.problems))} if pictures.problems else {}
    saves = form.raw("do", "save") == "save"
    if saves:
        errors = (
            post_form.errors_of(typed, mine.category, pictures.names, visitor.lang, standing=mine)
            | errors
        )
    if errors or not saves:
        return await _form_page(
            visitor, mine, typed, pictures.names, errors=errors, status=422 if errors else 200
        )
    return await _save(visitor, mine, typed, pictures.names)


@get(_ENDING)
async def ask_at_the_end(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Sold, or shall it stand on? What a reminder leads to."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        mine = await my_posts.own_post(tx, token, person.id, least="manager")
    if mine is None:
        return missing_page(visitor)
    if mine.state not in ("published", "retired"):
        return visitor.see_other(showing.management_path_of(mine))
    return visitor.page(
        "site/ending_post.html",
        active="mine",
        post=mine,
        thumbnail_url=showing.first_picture(mine, showing.CARD_SIZE),
        management_url=showing.management_path_of(mine),
        is_over=mine.state == "retired",
    )


@post(_ENDING, status_code=200)
async def answer_at_the_end(
    visitor: NamedDependency[Visitor], token: FromPath[str]
) -> Response[Any]:
    """Do what was answered: ``sold`` takes it off display, ``renew`` lets it stand on (where that
    costs something, through the page where it is paid)."""
    person = visitor.require_person(back=my_posts.LIST_PATH)
    form = await visitor.form()
    _ = visitor.gettext
    answer, policy = form.raw("answer"), visitor.services.review_policy

    async def work(tx: WriteTransaction) -> tuple[posts.Post, str] | None:
        mine = await my_posts.own_post(tx, token, person.id, least="manager")
        if mine is None:
            return None
        by = posts.by_owner(person.id)
        if answer == "sold":
            return (
                mine if mine.state == "retired" else await posts.retire(tx, mine, by=by)
            ), "sold"
        if answer == "renew" and mine.state == "retired":
            return await moderation.put_back(tx, mine, policy=policy, by=by), "renewed"
        if answer == "renew":
            priced = await payments.cost(
                tx, "renew", category=mine.category, city=mine.city, app_id=None
            )
            if priced.cost_rials:
                return mine, "pay"
            return await posts.renew(tx, mine, by=by), "renewed"
        return mine, ""

    words = {
        "sold": _("We are glad it worked out. The post is off display."),
        "renewed": _("The post stands on."),
    }
    path = f"{my_posts.LIST_PATH}/{token}"
    try:
        done = await visitor.services.db.transact(work)
    except (posts.WrongState, posts.TooSoon, posts.DevelopmentLimit, posts.Banned):
        changed = _("The post has changed meanwhile; look at its state again.")
        return visitor.see_other(path, flash=html.Flash("warning", changed))
    if done is None:
        return missing_page(visitor)
    mine, what = done
    if what == "pay":
        return visitor.see_other(f"{showing.management_path_of(mine)}/promote")
    flash = html.Flash("success", words[what]) if what else None
    return visitor.see_other(showing.management_path_of(mine), flash=flash)


async def _save(
    visitor: Visitor, shown: posts.Post, typed: Typed, names: list[str]
) -> Response[Any]:
    person = visitor.require_person()
    _ = visitor.gettext
    said = post_form.wording(typed, shown.category, names)
    changes = posts.Changes(
        title=said.title,
        description=said.description,
        district=said.district,
        fields=said.fields,
        image_names=said.image_names,
        chat_enabled=said.chat_enabled,
        hide_phone=said.hide_phone,
    )
    policy = visitor.services.review_policy

    async def work(tx: WriteTransaction) -> tuple[posts.Post, bool] | None:
        mine = await my_posts.own_post(tx, shown.token, person.id, least="member")
        if mine is None:
            return None
        edited = await posts.edit(
            tx, mine, changes, by=posts.by_owner(person.id), reviewed=not mine.development
        )
        edited = await moderation.let_through(tx, edited, policy=policy)
        return edited, await posts.proposed_edit(tx, mine.id) is not None

    try:
        done = await visitor.services.db.transact(work)
    except posts.WrongState:
        return _cannot(visitor, shown)
    except (taxonomy.InvalidFields, posts.InvalidPost, media.UnknownImage):
        errors = {"": _("Something in the post is no longer possible; please look it through.")}
        return await _form_page(visitor, shown, typed, names, errors=errors, status=422)
    if done is None:
        return missing_page(visitor)
    edited, waits = done
    if waits:
        text = _("Your edit is sent. Until it is approved, people see the post as it was.")
    elif edited.state == "waiting_for_review":
        text = _("Your edit is saved; the post is on display as soon as it is approved.")
    else:
        text = _("Your edit is saved.")
    return visitor.see_other(showing.management_path_of(edited), flash=html.Flash("success", text))


async def _form_page(
    visitor: Visitor,
    mine: posts.Post,
    typed: Typed,
    names: Collection[str],
    *,
    errors: Mapping[str, str] | None = None,
    waits: bool = False,
    status: int = 200,
) -> Response[Any]:
    async with visitor.services.db.look() as tx:
        seen_first = await moderation.is_seen_first(tx, mine, policy=visitor.services.review_policy)
    values = submitting.form_values(visitor, mine.category, typed, list(names), errors or {})
    return visitor.page(
        "site/edit_post.html",
        status=status,
        active="mine",
        post=mine,
        management_url=showing.management_path_of(mine),
        place_fixed=True,
        city_name=taxonomy.city(mine.city).display,
        edit_waits=waits,
        what_follows=foreseeing.of_edit(mine, visitor.lang, seen_first=seen_first),
        **values,
    )


def _cannot(visitor: Visitor, mine: posts.Post) -> Response[Any]:
    _ = visitor.gettext
    text = _("In its present state the post cannot be edited.")
    return visitor.see_other(showing.management_path_of(mine), flash=html.Flash("warning", text))
