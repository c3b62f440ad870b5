"""What waits for an operator."""

from litestar import get
from litestar.di import NamedDependency

from dalan.domains import (
    audit,
    developers,
    identity,
    links,
    moderation,
    operators,
    posts,
    support,
)
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.admin import desk, log
from dalan.surfaces.web.admin.desk import PATH, AnyResponse

RECENT_CHANGES = 8


@get(PATH)
async def dashboard(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Counts of what waits and of what there is; for admins also who else is here."""
    _ = visitor.gettext
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor)
        counts = await developers.state_counts(tx)
        queue = await developers.apps_in_state(tx, "in_review") if me.may("apps") else []
        colleagues = await operators.operators(tx) if me.may("operators") else []
        people = await identity.people(tx, [one.person_id for one in colleagues])
        waiting = {
            "posts": await posts.waiting_count(tx) if me.may("posts") else 0,
            "reports": await moderation.reported_count(tx) if me.may("posts") else 0,
            "links": await links.reported_links_count(tx) if me.may("links") else 0,
            "requests": await developers.open_requests_count(tx) if me.may("requests") else 0,
            "tickets": await support.waiting_count(tx) if me.may("tickets") else 0,
            "deposits": await support.open_deposits_count(tx) if me.may("deposits") else 0,
        }
        entries: list[audit.Entry] = []
        if me.may("audit"):
            entries = (await audit.entries(tx, limit=RECENT_CHANGES)).entries
        recent = await changes.shown(tx, _, entries, to_team=False)
        subject_of = await log.subjects_of(tx, entries)
    return desk.page(
        visitor,
        me,
        "admin/dashboard.html",
        current="",
        counts=counts,
        waiting=waiting,
        waits_since=queue[0].updated_at if queue else None,
        role=role_name(visitor, me.operator.role),
        colleagues=[
            {
                "id": one.person_id,
                "name": changes.name_of(people[one.person_id]),
                "role": role_name(visitor, one.role),
                "added_at": one.added_at,
            }
            for one in colleagues
        ],
        changes=recent,
        subject_of=subject_of,
    )


def role_name(visitor: Visitor, role: operators.OperatorRole) -> str:
    """A role, as it is shown."""
    _ = visitor.gettext
    return {"admin": _("Chief operator"), "reviewer": _("Reviewer"), "support": _("Support")}[role]
