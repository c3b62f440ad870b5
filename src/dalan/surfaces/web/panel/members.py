"""Who may see and change an app."""

from typing import cast, get_args

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, identity
from dalan.domains.developers import AlreadyMember, LastOwner, Role, TooMany, UnknownMember
from dalan.errors import DalanError
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

ROLES: tuple[Role, ...] = get_args(Role)


@get(f"{APPS_PATH}/{{slug:str}}/members")
async def members_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Everybody of the app, and the form to let somebody in."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        people = await _people(tx, visitor, opened)
    return _page(visitor, opened, people, html.Form({"role": ["developer"]}))


@post(f"{APPS_PATH}/{{slug:str}}/members", status_code=200)
async def add_member(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Let somebody in who has an account here, by their number."""
    visitor.require_person(back=desk.path_of(slug, "members"))
    form = await visitor.form()
    _ = visitor.gettext
    role = form.text("role")
    if role not in ROLES:
        form.fail("role", _("Choose a role."))
    number = ""
    try:
        number = phone.parse(form.raw("phone"))
    except phone.InvalidPhone:
        form.fail("phone", _("Write a mobile number, such as 09121234567."))
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        people = await _people(tx, visitor, opened)
    if not form.ok:
        return _page(visitor, opened, people, form, status=422)
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            person = await identity.person_by_phone(tx, number)
            if person is not None:
                await developers.add_member(
                    tx,
                    opened.app.id,
                    by_person_id=opened.person.id,
                    person_id=person.id,
                    role=cast(Role, role),
                )
                await desk.note(tx, opened, "app.member_added", person_id=person.id, role=role)
    except (AlreadyMember, TooMany) as error:
        form.fail("phone", words.refusal(_, error))
    else:
        if person is None:
            form.fail(
                "phone",
                _("Nobody has an account with this number. Ask them to sign in here once."),
            )
    if not form.ok:
        return _page(visitor, opened, people, form, status=422)
    return desk.saved(visitor, desk.path_of(slug, "members"), _("The member is added."))


@post(f"{APPS_PATH}/{{slug:str}}/members/{{person_id:int}}/role", status_code=200)
async def change_role(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    person_id: FromPath[int],
) -> AnyResponse:
    """Give a member another role."""
    back = desk.path_of(slug, "members")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    role = form.text("role")
    if role not in ROLES:
        return desk.refused(visitor, back, _("Choose a role."))
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            await developers.change_role(
                tx,
                opened.app.id,
                by_person_id=opened.person.id,
                person_id=desk.bounded(person_id),
                role=role,
            )
            await desk.note(tx, opened, "app.member_role_set", person_id=person_id, role=role)
    except (LastOwner, UnknownMember) as error:
        return desk.refused(visitor, back, _refusal(visitor, error))
    return desk.saved(visitor, back, _("Saved."))


@post(f"{APPS_PATH}/{{slug:str}}/members/{{person_id:int}}/remove", status_code=200)
async def remove_member(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    person_id: FromPath[int],
) -> AnyResponse:
    """Let a member go, or leave."""
    back = desk.path_of(slug, "members")
    person = visitor.require_person(back=back)
    await visitor.form()
    _ = visitor.gettext
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            await developers.remove_member(
                tx,
                opened.app.id,
                by_person_id=opened.person.id,
                person_id=desk.bounded(person_id),
            )
            await desk.note(tx, opened, "app.member_removed", person_id=person_id)
    except (LastOwner, UnknownMember) as error:
        return desk.refused(visitor, back, _refusal(visitor, error))
    if person_id == person.id:
        return desk.saved(visitor, APPS_PATH, _("You have left the app."))
    return desk.saved(visitor, back, _("The member is removed."))


def _refusal(visitor: Visitor, error: DalanError) -> str:
    return words.refusal(visitor.gettext, error)


async def _people(tx: ReadTransaction, visitor: Visitor, opened: Opened) -> list[dict[str, object]]:
    members = await developers.members(tx, opened.app.id)
    people = {}
    for member in members:
        people[member.person_id] = await identity.person(tx, member.person_id)
    return [
        {
            "id": member.person_id,
            "name": people[member.person_id].name,
            # Colleagues added each other by number, but a role is no address book.
            "phone": phone.masked(people[member.person_id].phone),
            "role": member.role,
            "role_name": words.role(visitor.gettext, member.role),
            "added_at": member.added_at,
            "is_me": member.person_id == opened.person.id,
            "can_change": opened.reaches("admin")
            and (opened.reaches("owner") or member.role != "owner"),
        }
        for member in members
    ]


def _page(
    visitor: Visitor,
    opened: Opened,
    people: list[dict[str, object]],
    form: html.Form,
    *,
    status: int = 200,
) -> AnyResponse:
    _ = visitor.gettext
    explained = {
        "owner": _("everything, also naming owners"),
        "admin": _("secrets, redirect addresses, members and publication too"),
        "developer": _("names, addresses, touchpoints and API keys"),
    }
    roles = [
        (role, words.role(_, role), explained[role])
        for role in reversed(ROLES)
        if role != "owner" or opened.reaches("owner")
    ]
    return desk.app_page(
        visitor,
        opened,
        "panel/members.html",
        current="members",
        status=status,
        form=form,
        people=people,
        roles=roles,
        role_options=[(role, name) for role, name, _text in roles],
    )
