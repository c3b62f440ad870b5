"""Short links that were reported, and what is done about them."""

from typing import Any, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, developers, identity, links
from dalan.errors import NotFound
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes, link_words
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse, Entered

PATH: Final = f"{desk.PATH}/links"
DECISIONS: Final = ("dismiss", "quarantine", "release", "switch_off", "block_host")
RECENT_CHANGES: Final = 10
_ID_MAX: Final = 2**63 - 1


@get(PATH)
async def links_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Links with open reports, those with most first; those kept from visitors; and the way to
    any other by its address."""
    _ = visitor.gettext
    asked = visitor.request.query_params.get("q", "").strip()
    base_url = services.settings.base_url
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "links")
        found = await links.addressed(tx, asked, base_url=base_url) if asked else None
        reported = await links.reported_links(tx)
        known = await links.by_ids(tx, [one.link_id for one in reported])
        held = await links.quarantined_links(tx)
    if found is not None:
        return visitor.see_other(f"{PATH}/{found.id}")
    return desk.page(
        visitor,
        me,
        "admin/links.html",
        current="links",
        asked=asked,
        reported=[
            {"link": _shown(visitor, known[one.link_id], base_url), "count": one.count,
             "first_at": one.first_at}
            for one in reported
            if one.link_id in known
        ],
        held=[_shown(visitor, one, base_url) for one in held],
    )  # fmt: skip


@get(f"{PATH}/{{link_id:int}}")
async def link_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], link_id: FromPath[int]
) -> AnyResponse:
    """One link: where it leads, whose it is, what is said of it, what was done."""
    return await _link_page(visitor, services, link_id)


@post(f"{PATH}/{{link_id:int}}/decide", status_code=200)
async def decide_link(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], link_id: FromPath[int]
) -> AnyResponse:
    """Dismiss what was read, keep visitors away, let them in again, switch the link off, or block
    a host it leads to."""
    form = await desk.form(visitor, services, "links")
    _ = visitor.gettext
    number = desk.bounded(link_id)
    path, decision = f"{PATH}/{number}", form.text("decision")
    if decision not in DECISIONS:
        return desk.refused(visitor, path, _("Choose what to do with it."))

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "links")
        await _decide(tx, me, number, decision, form)

    try:
        await services.db.transact(work)
    except links.InvalidLinkReport:
        form.fail("note", _("Write at most 500 characters."))
        return await _link_page(visitor, services, number, form=form)
    except links.InvalidHost:
        form.fail("host", _("Choose the host to block."))
        return await _link_page(visitor, services, number, form=form)
    except links.ReportsOutdated:
        said = _("It has changed since you looked. Read it again, or go on with another one.")
        return desk.refused(visitor, path, said)
    return desk.done(visitor, path, _("Decided."))


async def _decide(
    tx: WriteTransaction, me: Entered, link_id: int, decision: str, form: html.Form
) -> None:
    """Do it and write it down; what is so already is done again without an entry."""
    up_to_id = min(max(form.whole_number("up_to_id") or 0, 0), _ID_MAX)
    reason, note = form.text("reason"), form.raw("note")
    before = await links.by_number(tx, link_id)
    subject = audit.Subject("link", str(link_id))
    if decision == "dismiss":
        await links.dismiss_reports(tx, link_id, up_to_id=up_to_id)
        await desk.note(tx, me, "link.reports_dismissed", subject)
    elif decision == "quarantine":
        await links.quarantine(tx, link_id, up_to_id=up_to_id, reason=reason, note=note)
        if before.quarantined_at is None:
            await desk.note(tx, me, "link.quarantined", subject, reason=reason, note=note)
    elif decision == "release":
        await links.release(tx, link_id, note=note)
        if before.quarantined_at is not None:
            await desk.note(tx, me, "link.released", subject, note=note)
    elif decision == "switch_off":
        await links.switch_off(tx, link_id, up_to_id=up_to_id, reason=reason, note=note)
        if before.active:
            await desk.note(tx, me, "link.switched_off", subject, reason=reason, note=note)
    else:
        row = await links.block_host_of(
            tx, link_id, host=form.text("host"), up_to_id=up_to_id, reason=reason, note=note
        )
        of_host = audit.Subject("host", str(row.id))
        await desk.note(tx, me, "host.blocked", of_host, host=row.host, link=str(link_id))


async def _link_page(
    visitor: Visitor, services: Services, link_id: int, *, form: html.Form | None = None
) -> AnyResponse:
    _ = visitor.gettext
    base_url = services.settings.base_url
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "links")
        try:
            link = await links.by_number(tx, desk.bounded(link_id))
        except links.UnknownLink:
            raise NotFound("there is no such link") from None
        reports = await links.reports_of_link(tx, link.id)
        places = await _places(tx, link)
        owner = await _owner(tx, link, me)
        history = await audit.entries_of(
            tx, audit.Subject("link", str(link.id)), limit=RECENT_CHANGES
        )
        shown = await changes.shown(tx, _, history.entries, to_team=False)
    return desk.page(
        visitor,
        me,
        "admin/link.html",
        current="links",
        status=422 if form else 200,
        form=form or html.Form(),
        link=link,
        shown=_shown(visitor, link, base_url),
        owner=owner,
        places=places,
        hosts=[(one["host"], one["host"]) for one in places if one["host"]],
        path=f"{PATH}/{link.id}",
        reports=[
            {
                "reason": link_words.reason_words(_, one.reason),
                "text": one.text,
                "at": one.created_at,
            }
            for one in reports
        ],
        up_to_id=reports[-1].id if reports else 0,
        reasons=link_words.reasons(_),
        note_length_max=links.DECISION_NOTE_LENGTH_MAX,
        changes=shown,
    )


async def _places(tx: ReadTransaction, link: links.Link) -> list[dict[str, Any]]:
    """Every address the link may lead to, with its host, and the entry that blocks it."""
    rows = []
    for _, address in links.addresses_of(link):
        blocked = await links.blocked_by(tx, address)
        rows.append(
            {
                "address": address,
                "host": links.host_of(address),
                "blocked_by": blocked.host if blocked else "",
            }
        )
    return rows


async def _owner(tx: ReadTransaction, link: links.Link, me: Entered) -> tuple[str, str]:
    """The owner's name, and where they are found, "" where the operator may not look."""
    if link.app_id is not None:
        app = await developers.app(tx, link.app_id)
        return app.display, f"{desk.PATH}/apps/{app.slug}" if me.may("apps") else ""
    assert link.person_id is not None, "a link is an app's or a person's"
    person = (await identity.people(tx, [link.person_id])).get(link.person_id)
    name = changes.name_of(person) if person is not None else str(link.person_id)
    return name, f"{desk.PATH}/people/{link.person_id}" if me.may("people") else ""


def _shown(visitor: Visitor, link: links.Link, base_url: str) -> dict[str, Any]:
    """A link in a list: its address, where it leads, and its state as a badge."""
    return {
        "url": f"{PATH}/{link.id}",
        "address": links.short_address(link, base_url=base_url),
        "target": link.target[:200],
        "state": state_badge(visitor, link),
        "created_at": link.created_at,
    }


def state_badge(visitor: Visitor, link: links.Link) -> tuple[str, str]:
    """How a link stands, in a word and its colour."""
    _ = visitor.gettext
    if link.quarantined_at is not None:
        return _("Kept from visitors"), "warning"
    if link.deleted_at is not None:
        return _("Deleted"), "neutral"
    if not link.active:
        return _("Switched off"), "neutral"
    return _("Active"), "success"
