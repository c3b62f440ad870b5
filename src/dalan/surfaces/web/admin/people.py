"""People: found by number or name, helped, and barred."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, chat, developers, identity, oauth, operators, posts
from dalan.errors import NotFound
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction
from dalan.kernel.text import TextTooLong, clean
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.dashboard import role_name
from dalan.surfaces.web.admin.desk import PATH, REASON_LENGTH_MAX, AnyResponse, Entered
from dalan.surfaces.web.admin.held import held_of
from dalan.surfaces.web.panel import words

NAME_LENGTH_MIN = 2
RECENT_CHANGES = 10
ID_MAX = 2**63 - 1


@get(f"{PATH}/people")
async def people_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """The form to find somebody; nobody is listed unasked."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "people")
    return _found_page(visitor, me, html.Form(), None)


@post(f"{PATH}/people", status_code=200)
async def find(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Who has this number, or a name that holds these letters. A form: numbers stay out of
    addresses, and so out of logs and histories."""
    form = await desk.form(visitor, services, "people")
    _ = visitor.gettext
    asked = form.text("q")
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "people")
        try:
            person = await identity.person_by_phone(tx, phone.parse(asked))
            found = [] if person is None else [person]
        except phone.InvalidPhone:
            if len(asked) < NAME_LENGTH_MIN:
                form.fail("q", _("Write a mobile number, or two letters of a name."))
                return _found_page(visitor, me, form, None, status=422)
            found = await identity.find_people(tx, asked)
    return _found_page(visitor, me, form, found)


@get(f"{PATH}/people/{{person_id:int}}")
async def person_page(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    person_id: FromPath[int],
) -> AnyResponse:
    """One person: apps, devices, what was done about them. The number is masked."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "people")
        return await _person_page(tx, visitor, me, _bounded(person_id), shows_phone=False)


@post(f"{PATH}/people/{{person_id:int}}/phone", status_code=200)
async def show_phone(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    person_id: FromPath[int],
) -> AnyResponse:
    """The same page with the number, which is written down."""
    await desk.form(visitor, services, "people")
    async with services.db.write() as tx:
        me = await desk.entered(tx, visitor, "people")
        await identity.person(tx, _bounded(person_id))
        await desk.note(tx, me, "person.phone_shown", audit.Subject.person(person_id))
        return await _person_page(tx, visitor, me, person_id, shows_phone=True)


@post(f"{PATH}/people/{{person_id:int}}/block", status_code=200)
async def block(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    person_id: FromPath[int],
) -> AnyResponse:
    """Shut a person out, and the apps that act for them, in one unit of work. Nobody shuts
    themselves out; other operators are an admin's matter."""
    form = await desk.form(visitor, services, "people")
    _ = visitor.gettext
    try:
        reason = clean(form.raw("reason"), longest=REASON_LENGTH_MAX, multiline=True)
    except TextTooLong:
        reason = ""
    if not reason:
        return desk.refused(visitor, _path(person_id), _("Give a reason, in a few words."))
    async with services.db.write() as tx:
        me = await desk.entered(tx, visitor, "people")
        person = await identity.person(tx, _bounded(person_id))
        if person.id == me.person.id:
            return desk.refused(visitor, _path(person_id), _("You cannot block yourself."))
        await desk.check_reach(tx, me, person.id)
        if person.blocked_at is None:
            await identity.block(tx, person_id=person.id)
            # The worker would do it too, but only when its turn comes.
            await oauth.disconnect_all(tx, person_id=person.id, reason="person_blocked")
            await desk.note(
                tx, me, "person.blocked", audit.Subject.person(person.id), reason=reason
            )
    return desk.done(visitor, _path(person_id), _("The person is blocked."))


@post(f"{PATH}/people/{{person_id:int}}/unblock", status_code=200)
async def unblock(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    person_id: FromPath[int],
) -> AnyResponse:
    """Let a person in again."""
    await desk.form(visitor, services, "people")
    async with services.db.write() as tx:
        me = await desk.entered(tx, visitor, "people")
        person = await identity.person(tx, _bounded(person_id))
        await desk.check_reach(tx, me, person.id)
        if person.blocked_at is not None:
            await identity.unblock(tx, person_id=person.id)
            await desk.note(tx, me, "person.unblocked", audit.Subject.person(person.id))
    _ = visitor.gettext
    return desk.done(visitor, _path(person_id), _("The person may come in again."))


@post(f"{PATH}/people/{{person_id:int}}/sign-out", status_code=200)
async def sign_out(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    person_id: FromPath[int],
) -> AnyResponse:
    """End the person's sessions on every device."""
    await desk.form(visitor, services, "people")
    async with services.db.write() as tx:
        me = await desk.entered(tx, visitor, "people")
        person = await identity.person(tx, _bounded(person_id))
        await desk.check_reach(tx, me, person.id)
        count = await identity.revoke_all_sessions(tx, person_id=person.id)
        await desk.note(
            tx, me, "person.signed_out", audit.Subject.person(person.id), sessions=count
        )
    _ = visitor.gettext
    return desk.done(visitor, _path(person_id), _("They are signed out everywhere."))


def _path(person_id: int) -> str:
    return f"{PATH}/people/{person_id}"


def _bounded(number: int) -> int:
    if not 0 < number <= ID_MAX:
        raise NotFound("there is no such person")
    return number


def _found_page(
    visitor: Visitor,
    me: Entered,
    form: html.Form,
    found: list[identity.Person] | None,
    *,
    status: int = 200,
) -> AnyResponse:
    return desk.page(
        visitor,
        me,
        "admin/people.html",
        current="people",
        status=status,
        form=form,
        found=None
        if found is None
        else [
            {"url": _path(one.id), "person": one, "phone": phone.masked(one.phone)} for one in found
        ],
        found_max=identity.FOUND_MAX,
    )


async def _person_page(
    tx: ReadTransaction, visitor: Visitor, me: Entered, person_id: int, *, shows_phone: bool
) -> AnyResponse:
    _ = visitor.gettext
    person = await identity.person(tx, person_id)
    role = await operators.operator(tx, person.id)
    apps = await developers.apps_of(tx, person.id)
    page = await audit.entries_of(tx, audit.Subject.person(person.id), limit=RECENT_CHANGES)
    values: dict[str, Any] = {
        "person": person,
        "person_path": _path(person.id),
        "phone": phone.national(person.phone) if shows_phone else phone.masked(person.phone),
        "shows_phone": shows_phone,
        "operator_role": role_name(visitor, role.role) if role else "",
        "is_me": person.id == me.person.id,
        "may_act": role is None or me.may("operators") or person.id == me.person.id,
        "sessions": await identity.sessions(tx, person.id),
        "apps": [{"app": app, "state": words.state(_, app)} for app in apps],
        "changes": await changes.shown(tx, _, page.entries, to_team=False),
        "ban": await posts.ban_of(tx, person.id),
        "held": await held_of(tx, me, person.id),
        "chat_ban": await chat.ban_of(tx, person.id),
        "reason_length_max": REASON_LENGTH_MAX,
    }
    return desk.page(visitor, me, "admin/person.html", current="people", **values)
