"""A new post: its form, the draft behind it, how it will look, and sending it once.

Whatever is sent to the form is kept first, as a draft, and judged then: so nothing that was
typed is ever lost to a mistake, a sign-in or a closed browser.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import businesses, moderation, payments, posts, taxonomy
from dalan.errors import DalanError, NotFound
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html import forms
from dalan.surfaces.html.session import SignInNeeded, Visitor
from dalan.surfaces.web.site import (
    foreseeing,
    form_pictures,
    post_form,
    post_limits,
    posting_as,
    showing,
)
from dalan.surfaces.web.site.post_form import Typed

PICTURES_AT_ONCE: Final = 6
"""Pictures of the largest size one form may bring without JavaScript; with it each comes alone."""

FIELDS_COUNT_MAX: Final = 400
AUTOSAVE: Final = "autosave"

_NO_CONTENT: Final = 204


@get("/new/{category:str}")
async def new_post(visitor: NamedDependency[Visitor], category: FromPath[str]) -> Response[Any]:
    """The empty form of a category, under a name of its own: who comes back to that address
    finds what they typed."""
    leaf = _leaf(category)
    if not leaf.leaf:
        return visitor.see_other("/new?" + urlencode({"in": leaf.slug}))
    token = visitor.request.query_params.get("draft", "")
    if not posts.is_draft_token(token):
        return visitor.see_other(f"/new/{leaf.slug}?draft={posts.new_draft_token()}")
    try:
        draft = await _draft(visitor, token)
    except posts.UnknownDraft:
        return await _form_page(visitor, leaf.slug, post_form.empty(leaf.slug), [], draft=token)
    return visitor.see_other(f"/new/drafts/{draft.token}")


@post("/new/{category:str}", status_code=200, request_max_body_size=None)
async def keep_post(visitor: NamedDependency[Visitor], category: FromPath[str]) -> Response[Any]:
    """Keep what was typed and do what the pressed button says: show it as it will look, add or
    move pictures, show the districts of the city, sign in, or nothing more."""
    form = await read_form(visitor)
    if form is None:
        return too_large_page(visitor)
    leaf = _leaf(category)
    if not leaf.leaf:
        raise NotFound("posts are filed under leaves")
    typed = post_form.typed_of(form, leaf.slug)
    pictures = await form_pictures.of_form(visitor, form)
    do, token = form.raw("do"), form.raw("draft")
    if not posts.is_draft_token(token):
        token = posts.new_draft_token()
    try:
        draft = await _save(visitor, token, leaf.slug, typed, pictures.names)
    except posts.DraftsFull:
        raise SignInNeeded(f"/new/{leaf.slug}") from None
    if draft.post_id is not None:
        return await _to_post(visitor, draft.post_id)
    if do == AUTOSAVE:
        return Response(None, status_code=_NO_CONTENT, cookies=visitor.cookies())
    errors = {"pictures": " ".join(dict.fromkeys(pictures.problems))} if pictures.problems else {}
    if do == "preview":
        errors = await _errors_of(visitor, typed, leaf.slug, pictures.names) | errors
    if errors:
        return await _form_page(
            visitor, leaf.slug, typed, pictures.names, draft=token, errors=errors, status=422
        )
    path = f"/new/drafts/{token}"
    if do == "preview":
        visitor.require_person(back=f"{path}/preview")
        return visitor.see_other(f"{path}/preview")
    if do == "sign-in":
        visitor.require_person(back=path)
    if do == "later":
        _ = visitor.gettext
        visitor.require_person(back=path)
        return visitor.see_other("/new", flash=html.Flash("success", _("Your draft is kept.")))
    return visitor.see_other(path + ("#place" if do == "city" else "#pictures-part"))


@post("/new/pictures", status_code=200, request_max_body_size=None)
async def add_picture(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Store one picture for a form that is open, for its script: the picture as the form shows
    it, or 422 with the reason."""
    visitor.require_person(back="/new")
    form = await read_form(visitor)
    _ = visitor.gettext
    file = form.file(form_pictures.FILES_FIELD) if form is not None else None
    if file is None:
        return _said(_("This picture is too large, or did not arrive."), 422)
    name, problem = await form_pictures.store(visitor, file)
    if not name:
        return _said(problem, 422)
    return visitor.page("site/_form_picture.html", picture=form_pictures.shown([name])[0], count=2)


@get("/new/drafts/{token:str}")
async def open_draft(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """The form as it was left. ``?check``: with what is wrong; ``?category``: under another one,
    where it keeps what both ask."""
    draft = await _draft(visitor, token)
    if draft.post_id is not None:
        return await _to_post(visitor, draft.post_id)
    category = visitor.request.query_params.get("category", "") or draft.category
    leaf = _leaf(category)
    if not leaf.leaf:
        return visitor.see_other("/new?" + urlencode({"in": leaf.slug, "draft": token}))
    names = await form_pictures.standing(visitor, draft.image_names)
    errors: dict[str, str] = {}
    if "check" in visitor.request.query_params:
        errors = await _errors_of(visitor, draft.typed, leaf.slug, names)
    if len(names) < len(draft.image_names):
        _ = visitor.gettext
        errors["pictures"] = _("Some pictures were kept for a day only; please add them again.")
    return await _form_page(visitor, leaf.slug, draft.typed, names, draft=token, errors=errors)


@get("/new/drafts/{token:str}/preview")
async def preview_post(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """The post as people will see it, before it is sent."""
    visitor.require_person()
    draft = await _draft(visitor, token)
    if draft.post_id is not None:
        return await _to_post(visitor, draft.post_id)
    return await _preview(visitor, draft)


@post("/new/drafts/{token:str}/submit", status_code=200)
async def submit_post(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Make the draft a post. Sent twice, by an impatient hand or the back button, it is one."""
    person = visitor.require_person(back=f"/new/drafts/{token[:40]}/preview")
    await visitor.form()
    _ = visitor.gettext
    draft = await _draft(visitor, token)
    if draft.post_id is None:
        names = await form_pictures.standing(visitor, draft.image_names)
        errors = await _errors_of(visitor, draft.typed, draft.category, names)
        if errors or len(names) < len(draft.image_names):
            return visitor.see_other(f"/new/drafts/{token}?check=1")
    policy = visitor.services.review_policy
    try:
        made = await visitor.services.db.transact(
            lambda tx: _make(tx, token, person_id=person.id, policy=policy)
        )
    except (posts.SubmissionLimit, posts.Offender, posts.Banned, posts.DuplicatePost) as refused:
        return await _preview(visitor, draft, refusal=refused)
    except (taxonomy.InvalidFields, posts.InvalidPost, NotFound, businesses.NotOfBusiness):
        # Another window changed the draft meanwhile, or a picture went.
        return visitor.see_other(f"/new/drafts/{token}?check=1")
    if isinstance(made, int):
        return await _to_post(visitor, made)
    words = {
        "published": _("Your post is on display."),
        "waiting_for_payment": _("Your post is written down; it goes on once its fee is paid."),
    }
    said = words.get(
        made.state, _("Your post was sent. It is on display as soon as it is approved.")
    )
    return visitor.see_other(showing.management_path_of(made), flash=html.Flash("success", said))


@post("/new/drafts/{token:str}/delete", status_code=200)
async def drop_draft(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """Throw a draft away."""
    person = visitor.require_person(back="/new")
    await visitor.form()
    _ = visitor.gettext
    async with visitor.services.db.write() as tx:
        await posts.drop_draft(tx, token, person_id=person.id)
    return visitor.see_other("/new", flash=html.Flash("success", _("The draft is gone.")))


@get("/new/districts/{city:str}")
async def district_field(visitor: NamedDependency[Visitor], city: FromPath[str]) -> Response[Any]:
    """The field of a city's districts, for the form's script; empty for a city without any."""
    return visitor.page(
        "site/_district_field.html", districts=districts_of(city), district="", errors={}
    )


@get("/new/options/{category:str}/{field:str}")
async def option_names(
    visitor: NamedDependency[Visitor], category: FromPath[str], field: FromPath[str]
) -> Response[Any]:
    """What a looked-up field offers for ``?q``, for the form's script."""
    leaf = _leaf(category)
    if not leaf.leaf:
        raise NotFound("only leaves have a form")
    query = visitor.request.query_params.get("q", "")
    return Response(
        post_form.offered(leaf.slug, field, query),
        media_type="application/json",
        headers={"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"},
    )


async def _make(
    tx: WriteTransaction, token: str, *, person_id: int, policy: moderation.Policy
) -> posts.Post | int:
    """The post a draft becomes, or the id of the one it is already."""
    held = await posts.hold_draft(tx, token, person_id=person_id)
    if held.post_id is not None:
        return held.post_id
    await posts.check_may_submit(tx, person_id)
    said = post_form.wording(held.typed, held.category, held.image_names)
    business = await posting_as.chosen(tx, person_id, held.typed)
    is_free = await payments.submit_is_free(
        tx, person_id=person_id, category=said.category, city=said.city
    )
    made = await posts.create(
        tx,
        owner_id=person_id,
        business_id=business.id if business is not None else None,
        category=said.category,
        city=said.city,
        district=said.district,
        title=said.title,
        description=said.description,
        fields=said.fields,
        image_names=said.image_names,
        chat_enabled=said.chat_enabled,
        hide_phone=said.hide_phone,
        state=posts.first_state(unpaid=not is_free, reviewed=True),
    )
    await posts.check_not_said_before(tx, made)
    await posts.draft_became(tx, held, made)
    return await moderation.let_through(tx, made, policy=policy)


async def _errors_of(
    visitor: Visitor, typed: Typed, category: str, names: list[str]
) -> dict[str, str]:
    errors = post_form.errors_of(typed, category, names, visitor.lang)
    return errors | await posting_as.errors_of(visitor, typed)


async def read_form(visitor: Visitor) -> forms.Form | None:
    """A form with pictures in it; None when it is larger than we take."""
    settings = visitor.services.settings
    try:
        return await visitor.form(
            size_bytes_max=settings.image_bytes_max * PICTURES_AT_ONCE + forms.SIZE_BYTES_MAX,
            fields_count_max=FIELDS_COUNT_MAX,
        )
    except forms.FormUnreadable as unreadable:
        if "larger" in str(unreadable):
            return None
        raise


def too_large_page(visitor: Visitor) -> Response[Any]:
    """413: too many large pictures at once."""
    _ = visitor.gettext
    return visitor.error_page(
        413,
        _("Too many large pictures at once"),
        _("Go back: what you wrote is still there. Then add a few pictures at a time."),
    )


def districts_of(city: str, *, standing: str = "") -> list[tuple[str, str]]:
    """The districts of a city, as a field of the form offers them; ``standing``: the one that is
    chosen, which stays when it is offered no more."""
    offered = [(one.slug, one.display) for one in taxonomy.districts_of(city)]
    if standing and standing not in {slug for slug, _display in offered}:
        offered.append((standing, taxonomy.district(standing).display))
    return offered


def cities() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every city, the largest ones first."""
    major = [(one.slug, one.display) for one in taxonomy.major_cities()]
    known = {slug for slug, _display in major}
    others = [(one.slug, one.display) for one in taxonomy.cities() if one.slug not in known]
    return [("major", major), ("other", others)]


def form_values(
    visitor: Visitor, category: str, typed: Typed, names: list[str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """What the form's template takes, for a new post and for one that is edited."""
    lang = visitor.lang
    leaf = taxonomy.category(category)
    line = (*taxonomy.ancestors(category)[1:], leaf)
    groups = cities()
    city = post_form.first(typed, "city")
    return {
        "category": category,
        "categories": [one.title if lang == "fa" else one.title_en for one in line],
        "controls": post_form.controls(category, typed, errors, lang),
        "errors": dict(errors),
        "title": "".join(typed.get("title", [])[:1]),
        "description": "".join(typed.get("description", [])[:1]),
        "city": city,
        "district": post_form.district_of(typed),
        "major_cities": groups[0][1],
        "other_cities": groups[1][1],
        "districts": districts_of(city, standing=post_form.district_of(typed)),
        "chat_enabled": "chat_enabled" in typed,
        "hide_phone": "hide_phone" in typed,
        "pictures": form_pictures.shown(names),
        "pictures_max": posts.IMAGES_MAX,
        "title_length_max": posts.TITLE_LENGTH_MAX,
        "description_length_max": posts.DESCRIPTION_LENGTH_MAX,
        "signed_in": visitor.person is not None,
    }


async def _form_page(
    visitor: Visitor,
    category: str,
    typed: Typed,
    names: list[str],
    *,
    draft: str,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response[Any]:
    return visitor.page(
        "site/new_post.html",
        status=status,
        active="post_new",
        forms=True,
        draft=draft,
        keep_hours=visitor.services.settings.keep_drafts_hours,
        businesses=await posting_as.offered(visitor),
        business=post_form.first(typed, post_form.BUSINESS),
        **form_values(visitor, category, typed, names, errors or {}),
    )


async def _preview(
    visitor: Visitor, draft: posts.Draft, *, refusal: DalanError | None = None
) -> Response[Any]:
    person = visitor.require_person()
    names = await form_pictures.standing(visitor, draft.image_names)
    if await _errors_of(visitor, draft.typed, draft.category, names):
        return visitor.see_other(f"/new/drafts/{draft.token}?check=1")
    shown = posts.would_be(
        post_form.wording(draft.typed, draft.category, names), owner_id=person.id
    )
    policy = visitor.services.review_policy
    async with visitor.services.db.look() as tx:
        business = await posting_as.chosen(tx, person.id, draft.typed)
        seen_first = await moderation.is_seen_first(tx, shown, policy=policy)
        is_free = await payments.submit_is_free(
            tx, person_id=person.id, category=shown.category, city=shown.city
        )
    lang, duplicate = visitor.lang, refusal if isinstance(refusal, posts.DuplicatePost) else None
    return visitor.page(
        "site/preview_post.html",
        status=200 if refusal is None else 409,
        active="post_new",
        draft=draft.token,
        post=shown,
        pictures=showing.pictures(shown),
        price_lines=showing.price_lines(shown, lang),
        specs=showing.specs(shown, lang),
        place=showing.place_of(shown),
        categories=showing.category_line(shown, lang),
        business=business,
        what_follows=foreseeing.of_new_post(
            lang, policy=policy, seen_first=seen_first, is_free=is_free
        ),
        refusal=post_limits.in_words(refusal, lang) if refusal is not None else "",
        duplicate_url=f"/my-divar/my-posts/{duplicate.token}" if duplicate is not None else "",
    )


async def _save(
    visitor: Visitor, token: str, category: str, typed: Typed, names: list[str]
) -> posts.Draft:
    async def work(tx: WriteTransaction) -> posts.Draft:
        return await posts.save_draft(
            tx,
            token,
            person_id=visitor.person.id if visitor.person else None,
            category=category,
            typed=typed,
            image_names=names,
        )

    return await visitor.services.db.transact(work)


async def _draft(visitor: Visitor, token: str) -> posts.Draft:
    async with visitor.services.db.look() as tx:
        return await posts.draft(tx, token, person_id=visitor.person.id if visitor.person else None)


async def _to_post(visitor: Visitor, post_id: int) -> Response[Any]:
    """Where the form was sent before: to the post it became."""
    _ = visitor.gettext
    async with visitor.services.db.look() as tx:
        made = await posts.by_id(tx, post_id)
    flash = html.Flash("info", _("This form was sent already; here is your post."))
    if made is None or made.is_gone:
        return visitor.see_other("/my-divar/my-posts", flash=flash)
    return visitor.see_other(showing.management_path_of(made), flash=flash)


def _leaf(slug: str) -> taxonomy.Category:
    """A category new posts are filed under. Raises ``taxonomy.UnknownCategory``, which is 404."""
    if taxonomy.is_retired("category", slug):
        raise taxonomy.UnknownCategory(slug)
    return taxonomy.category(slug)


def _said(text: str, status: int) -> Response[str]:
    return Response(text, status_code=status, media_type="text/plain; charset=utf-8")
