"""The list of notices, the same in the developers' panel and among a person's own pages."""

from typing import Any, Final

from litestar import Response

from dalan.domains import audit, developers, notices
from dalan.domains.notices import KINDS, Notice, NoticeKind, Preference
from dalan.kernel.paging import InvalidCursor
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor, local_path

PANEL: Final = "/kenar/notices"
OWN: Final = "/my-divar/notices"

OF_APPS: Final[frozenset[NoticeKind]] = frozenset(
    {"app_state", "quota", "key_age", "key_expiry", "token_reuse", "events", "ticket"}
)
"""What only people with apps are told; nobody else is asked about it."""


async def list_page(visitor: Visitor, *, at: str) -> Response[Any]:
    """What the person was told and what they want to be told; ``?after`` is the cursor of the
    page before. ``at``: where the list stands, ``PANEL`` or ``OWN``."""
    person = visitor.require_person()
    services = visitor.services
    after = visitor.request.query_params.get("after", "")
    async with services.db.read() as tx:
        try:
            listed = await notices.notices_of(tx, person.id, after=after)
        except InvalidCursor:
            listed = await notices.notices_of(tx, person.id)
        chosen = await notices.preferences(tx, person.id)
        address = await notices.mail_address(tx, person.id)
        has_apps = at == PANEL or bool(await developers.roles_of(tx, person.id))
    offered = [kind for kind in KINDS if has_apps or kind not in OF_APPS]
    words = {kind: notices.kind_words(kind, visitor.lang) for kind in offered}
    return visitor.page(
        "panel/notices.html" if at == PANEL else "account/notices.html",
        active="developers" if at == PANEL else "account",
        at=at,
        notices=[_shown(one, visitor.lang) for one in listed.notices],
        newest_id=listed.notices[0].id if listed.notices and not after else 0,
        has_unread=visitor.unread_count > 0,
        next_cursor=listed.next_cursor,
        kinds=[
            {
                "name": kind,
                "title": words[kind][0],
                "text": words[kind][1],
                "in_panel": chosen[kind].in_panel,
                "by_mail": chosen[kind].by_mail,
            }
            for kind in offered
        ],
        address=address.address if address else "",
        can_mail=services.mail_sender is not None and services.mail_sender.is_there,
    )


async def read_all(visitor: Visitor, *, at: str) -> Response[None]:
    """The person has seen what the page showed, not what came since."""
    person = visitor.require_person(back=at)
    form = await visitor.form()
    up_to_id = form.whole_number("up_to_id") or 0
    async with visitor.services.db.write() as tx:
        await notices.mark_all_read(tx, person.id, up_to_id=min(max(up_to_id, 0), 2**63 - 1))
    return visitor.see_other(at)


async def open_one(visitor: Visitor, notice_id: int, *, at: str) -> Response[None]:
    """Seen; on to where something can be done about it. A stranger's notice leads nowhere."""
    person = visitor.require_person(back=at)
    await visitor.form()
    if not 0 < notice_id < 2**63:
        return visitor.see_other(at)
    async with visitor.services.db.write() as tx:
        try:
            notice = await notices.mark_read(tx, person.id, notice_id=notice_id)
        except notices.NoSuchNotice:
            return visitor.see_other(at)
        has_left = notice.app_id is not None and notice.app_id not in await developers.roles_of(
            tx, person.id
        )
    return visitor.see_other(at if has_left else local_path(notices.path_of(notice)) or at)


async def save_preferences(visitor: Visitor, *, at: str) -> Response[None]:
    """Keep what was ticked; a kind that was offered and not ticked is told nowhere, one that was
    not offered stays as it was."""
    person = visitor.require_person(back=at)
    form = await visitor.form()
    in_panel, by_mail, offered = form.all("in_panel"), form.all("by_mail"), form.all("offered")
    asked = [kind for kind in KINDS if kind in offered]
    async with visitor.services.db.write() as tx:
        chosen = await notices.preferences(tx, person.id)
        chosen |= {kind: Preference(kind in in_panel, kind in by_mail) for kind in asked}
        if await notices.set_preferences(tx, person.id, chosen):
            await audit.record(
                tx,
                audit.Actor.person(person.id),
                "person.notices_chosen",
                audit.Subject.person(person.id),
                enabled=[kind for kind in KINDS if any(chosen[kind])],
            )
    _ = visitor.gettext
    return visitor.see_other(at, flash=html.Flash("success", _("Saved.")))


def _shown(notice: Notice, lang: str) -> dict[str, object]:
    said = notices.words_of(notice, lang)
    return {
        "id": notice.id,
        "title": said.title,
        "text": said.text,
        "at": notice.created_at,
        "is_read": notice.read_at is not None,
        "leads_on": bool(notices.path_of(notice)),
    }
