"""Posts and edits that wait for a reviewer: the queue, one of them, and what is decided."""

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, developers, identity, moderation, posts, taxonomy
from dalan.domains.moderation import Claim, Decision, Filters, Kind, Waiting
from dalan.errors import NotFound
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import support_words
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse
from dalan.surfaces.web.admin.posts_shown import (
    as_it_would_be,
    differences,
    flag_words,
    pictures,
    reason_options,
    record_of,
)
from dalan.surfaces.web.changes import name_of
from dalan.surfaces.web.site import showing

PATH: Final = f"{desk.PATH}/posts"
KINDS: Final[tuple[Kind, ...]] = ("post", "edit")

_ACTIONS: Final[dict[tuple[Kind, Decision], str]] = {
    ("post", "publish"): "post.published",
    ("post", "ask_for_edit"): "post.edit_asked",
    ("post", "reject"): "post.rejected",
    ("edit", "publish"): "post.edit_accepted",
    ("edit", "ask_for_edit"): "post.edit_refused",
    ("edit", "reject"): "post.edit_refused",
}


class Narrowed(NamedTuple):
    """Which part of the queue a reviewer works on, as its address says it. What is not known is
    as if it were not said."""

    kind: str = ""
    category: str = ""
    city: str = ""

    @classmethod
    def of(cls, said: Any) -> "Narrowed":
        """Out of an address or a form: anything with ``get``."""
        kind, category, city = (said.get(name, "") for name in cls._fields)
        return cls(
            kind if kind in KINDS else "",
            category if category in {one.slug for one in taxonomy.categories()} else "",
            city if city in {one.slug for one in taxonomy.cities()} else "",
        )

    @property
    def filters(self) -> Filters:
        """For the room."""
        return Filters(
            kind=next((kind for kind in KINDS if kind == self.kind), None),
            categories=developers.leaves_of(self.category) if self.category else None,
            cities=[self.city] if self.city else None,
        )

    def at(self, path: str) -> str:
        """The address of a page that goes on with this part."""
        said = {name: value for name, value in self._asdict().items() if value}
        return f"{path}?{urlencode(said)}" if said else path


@get(PATH)
async def queue_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """What waits, longest first, narrowed by kind, category and city."""
    narrowed = Narrowed.of(visitor.request.query_params)
    _ = visitor.gettext
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "posts")
        found = await moderation.queue(tx, narrowed.filters)
        names = await _reviewers(tx, found)
    return desk.page(
        visitor,
        me,
        "admin/posts.html",
        current="posts",
        narrowed=narrowed,
        next_url=f"{PATH}/next",
        kinds=[("post", _("New posts")), ("edit", _("Edits"))],
        categories=[
            (one.slug, one.title if visitor.lang == "fa" else one.title_en)
            for one in support_words.offered_categories()
        ],
        cities=[(one.slug, one.display) for one in taxonomy.cities()],
        rows=[_row(visitor, one, narrowed, names, me.person.id) for one in found],
    )


@post(f"{PATH}/next", status_code=200)
async def take_next(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Open what waits longest and nobody else looks at, and make it this reviewer's."""
    narrowed = Narrowed.of(_Raw(await desk.form(visitor, services, "posts")))
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> Waiting | None:
        me = await desk.entered(tx, visitor, "posts")
        return await _claim_next(tx, me, narrowed)

    return _go_on(visitor, narrowed, await services.db.transact(work))


@get(f"{PATH}/{{token:str}}")
async def review_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], token: FromPath[str]
) -> AnyResponse:
    """One post as people would see it, an edit beside what it changes, and its author."""
    return await _review_page(visitor, services, token)


@post(f"{PATH}/{{token:str}}/decide", status_code=200)
async def decide(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], token: FromPath[str]
) -> AnyResponse:
    """Publish, ask for an edit, or reject; then the next one opens."""
    form = await desk.form(visitor, services, "posts")
    _ = visitor.gettext
    narrowed = Narrowed.of(_Raw(form))
    chosen: Decision
    match form.text("decision"):
        case "publish" | "ask_for_edit" | "reject" as decision:
            chosen = decision
        case _other:
            return desk.refused(visitor, f"{PATH}/{token}", _("Choose what to do with it."))

    async def work(tx: WriteTransaction) -> Waiting | None:
        me = await desk.entered(tx, visitor, "posts")
        decided = await moderation.decide(
            tx,
            token,
            seen=form.text("seen"),
            decision=chosen,
            reviewer_id=me.person.id,
            reason=form.text("reason"),
            note=form.raw("note"),
        )
        kind: Kind = "edit" if form.text("seen").startswith("edit-") else "post"
        await desk.note(
            tx,
            me,
            _ACTIONS[kind, chosen],
            audit.Subject("post", decided.token),
            reason=form.text("reason"),
        )
        return await _claim_next(tx, me, narrowed)

    try:
        following = await services.db.transact(work)
    except moderation.ReasonMissing:
        form.fail("reason", _("Choose a reason, or write one of at most 700 characters."))
        return await _review_page(visitor, services, token, form=form)
    except moderation.ClaimedByAnother:
        said = _("Another reviewer has taken it meanwhile; nothing was decided.")
        return desk.refused(visitor, narrowed.at(PATH), said)
    except (moderation.NotAsSeen, posts.WrongState, posts.NoSuchEdit):
        said = _("It has changed since you looked. Read it again, or go on with another one.")
        return desk.refused(visitor, narrowed.at(f"{PATH}/{token}"), said)
    return _go_on(visitor, narrowed, following, decided=True)


@post(f"{PATH}/{{token:str}}/claim", status_code=200)
async def take(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], token: FromPath[str]
) -> AnyResponse:
    """Make this one the reviewer's own for ten minutes."""
    return await _claim_or_leave(visitor, services, token, leaves=False)


@post(f"{PATH}/{{token:str}}/leave", status_code=200)
async def leave(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], token: FromPath[str]
) -> AnyResponse:
    """Leave it to others."""
    return await _claim_or_leave(visitor, services, token, leaves=True)


class _Raw:
    """A form, asked as an address is."""

    def __init__(self, form: html.Form) -> None:
        self._form = form

    def get(self, name: str, _: str = "") -> str:
        return self._form.raw(name)


async def _claim_or_leave(
    visitor: Visitor, services: Services, token: str, *, leaves: bool
) -> AnyResponse:
    narrowed = Narrowed.of(_Raw(await desk.form(visitor, services, "posts")))
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> bool:
        me = await desk.entered(tx, visitor, "posts")
        found = await moderation.waiting(tx, token)
        if found is None:
            return False
        verb = moderation.let_go if leaves else moderation.claim
        await verb(tx, found.post.id, reviewer_id=me.person.id)
        action = "post.let_go" if leaves else "post.claimed"
        await desk.note(tx, me, action, audit.Subject("post", found.post.token))
        return True

    try:
        found = await services.db.transact(work)
    except moderation.ClaimedByAnother:
        said = _("Another reviewer has taken it meanwhile; nothing was decided.")
        return desk.refused(visitor, narrowed.at(PATH), said)
    if not found:
        return desk.refused(visitor, narrowed.at(PATH), _("It waits for nobody any more."))
    return visitor.see_other(narrowed.at(PATH if leaves else f"{PATH}/{token}"))


async def _claim_next(tx: WriteTransaction, me: desk.Entered, narrowed: Narrowed) -> Waiting | None:
    found = await moderation.claim_next(tx, reviewer_id=me.person.id, filters=narrowed.filters)
    if found is not None:
        await desk.note(tx, me, "post.claimed", audit.Subject("post", found.post.token))
    return found


def _go_on(
    visitor: Visitor, narrowed: Narrowed, following: Waiting | None, *, decided: bool = False
) -> AnyResponse:
    _ = visitor.gettext
    if following is None:
        said = _("Decided. Nothing else waits.") if decided else _("Nothing waits for you here.")
        return desk.done(visitor, narrowed.at(PATH), said)
    path = narrowed.at(f"{PATH}/{following.post.token}")
    return desk.done(visitor, path, _("Decided.")) if decided else visitor.see_other(path)


async def _review_page(
    visitor: Visitor, services: Services, token: str, *, form: html.Form | None = None
) -> AnyResponse:
    narrowed = Narrowed.of(_Raw(form) if form else visitor.request.query_params)
    _ = visitor.gettext
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "posts")
        one = await moderation.waiting(tx, token)
        if one is None:
            if await posts.by_token(tx, token) is None:
                raise NotFound("there is no such post")
            return desk.refused(visitor, narrowed.at(PATH), _("It waits for nobody any more."))
        record = await record_of(tx, visitor, one.post.owner_id)
        reports = await moderation.reports_of(tx, one.post.id)
        names = await _reviewers(tx, [one])
        lines = await posts.history_of(tx, one.post.id, limit=10)
    shown = as_it_would_be(one)
    lang = visitor.lang
    return desk.page(
        visitor,
        me,
        "admin/post.html",
        current="posts",
        status=422 if form else 200,
        form=form or html.Form(),
        one=one,
        post=shown,
        narrowed=narrowed,
        back_url=narrowed.at(PATH),
        path=f"{PATH}/{one.post.token}",
        flags=[flag_words(visitor, flag) for flag in one.flags],
        differences=differences(visitor, one),
        pictures=pictures(one),
        price_lines=showing.price_lines(shown, lang),
        specs=showing.specs(shown, lang),
        place=showing.place_of(shown),
        categories=showing.category_line(shown, lang),
        record=record,
        reports_count=len(reports),
        reasons=reason_options(lang),
        note_length_max=moderation.NOTE_LENGTH_MAX,
        mine=_is_mine(one.claim, me.person.id),
        claimed_by=_claimed_by(one.claim, names, me.person.id),
        history=lines,
    )


def _row(
    visitor: Visitor, one: Waiting, narrowed: Narrowed, names: dict[int, str], my_id: int
) -> dict[str, Any]:
    shown = as_it_would_be(one)
    return {
        "card": showing.card(shown, visitor.lang, now=clock.now()),
        "url": narrowed.at(f"{PATH}/{one.post.token}"),
        "is_edit": one.kind == "edit",
        "since": one.since,
        "place": showing.place_of(shown),
        "category": showing.category_line(shown, visitor.lang)[-1],
        "flags": [flag_words(visitor, flag) for flag in one.flags],
        "must_be_seen": one.must_be_seen,
        "mine": _is_mine(one.claim, my_id),
        "claimed_by": _claimed_by(one.claim, names, my_id),
    }


def _is_mine(claim: Claim | None, my_id: int) -> bool:
    return claim is not None and claim.reviewer_id == my_id


def _claimed_by(claim: Claim | None, names: dict[int, str], my_id: int) -> str:
    return "" if claim is None or claim.reviewer_id == my_id else names[claim.reviewer_id]


async def _reviewers(tx: ReadTransaction, found: list[Waiting]) -> dict[int, str]:
    ids = [one.claim.reviewer_id for one in found if one.claim is not None]
    people = await identity.people(tx, ids)
    return {person_id: name_of(person) for person_id, person in people.items()}
