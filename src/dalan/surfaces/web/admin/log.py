"""The audit log."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency

from dalan.domains import audit, businesses, developers, identity, support
from dalan.domains.audit import ACTOR_KINDS, ActorKind, Entry, Subject
from dalan.kernel.db import ReadTransaction
from dalan.kernel.paging import InvalidCursor
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse


@get(f"{PATH}/audit")
async def log_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Every change, newest first; ``?action``, ``?who`` and ``?app`` narrow it."""
    _ = visitor.gettext
    asked = visitor.request.query_params
    action = asked["action"] if asked.get("action") in changes.ACTIONS else ""
    who = cast(ActorKind, asked["who"]) if asked.get("who") in ACTOR_KINDS else None
    slug = asked.get("app", "").strip()[:80]
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "audit")
        page = await _page(tx, slug, action, who, asked.get("after", ""))
        shown = await changes.shown(tx, _, page.entries, to_team=False)
        subject_of = await subjects_of(tx, page.entries)
    return desk.page(
        visitor,
        me,
        "admin/audit.html",
        current="audit",
        changes=shown,
        subject_of=subject_of,
        next_cursor=page.next_cursor,
        action=action,
        actions=[(name, _(title)) for name, title in changes.ACTIONS.items()],
        who=who or "",
        kinds=list(changes.actor_kinds(_).items()),
        slug=slug,
    )


async def _page(
    tx: ReadTransaction, slug: str, action: str, who: ActorKind | None, after: str
) -> audit.Page:
    subject = None
    if slug:
        try:
            subject = Subject.app((await developers.app_by_slug(tx, slug)).id)
        except developers.UnknownApp:
            return audit.Page([], "")
    try:
        return await audit.entries(tx, subject=subject, action=action, actor_kind=who, after=after)
    except InvalidCursor:
        return await audit.entries(tx, subject=subject, action=action, actor_kind=who)


async def subjects_of(
    tx: ReadTransaction, entries: list[Entry]
) -> Callable[[Entry], tuple[str, str]]:
    """What each of these is about: a name to show and where it is found, "" where nowhere."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for kind, subject_id in {(one.subject_kind, one.subject_id) for one in entries}:
        shown = (f"{kind} {subject_id}", "")
        if kind == "app":
            try:
                app = await developers.app(tx, int(subject_id))
            except developers.UnknownApp:
                pass
            else:
                shown = (app.display, f"{PATH}/apps/{app.slug}")
        elif kind == "person":
            people = await identity.people(tx, [int(subject_id)])
            if person := people.get(int(subject_id)):
                shown = (changes.name_of(person), f"{PATH}/people/{person.id}")
        elif kind == "business":
            business = await businesses.by_id(tx, int(subject_id))
            path = f"/b/{business.token}" if business.closed_at is None else ""
            shown = (business.name, path)
        elif kind == "link":
            shown = (f"{kind} {subject_id}", f"{PATH}/links/{subject_id}")
        elif kind in ("host", "domain"):
            shown = (subject_id, f"{PATH}/{kind}s")
        elif kind == "list":
            shown = (subject_id, f"{PATH}/lists?{urlencode({'list': subject_id})}")
        elif kind == "ticket":
            try:
                ticket = await support.ticket(tx, int(subject_id))
            except support.UnknownTicket:
                pass  # closed so long ago that it is forgotten
            else:
                shown = (ticket.subject, f"{PATH}/tickets/{ticket.id}")
        found[kind, subject_id] = shown
    return lambda entry: found[entry.subject_kind, entry.subject_id]
