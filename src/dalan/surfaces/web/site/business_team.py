"""Who works in a business, and which apps may submit for it."""

from collections.abc import Awaitable, Callable
from typing import cast, get_args

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import addons, businesses, developers, identity
from dalan.errors import DalanError
from dalan.kernel import phone
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import business_words as words
from dalan.surfaces.web.site.business_log import note
from dalan.surfaces.web.site.businesses import (
    LIST_PATH,
    AnyResponse,
    business_page,
    missing_page,
    opened,
    refused,
)

ROLES: tuple[businesses.BusinessRole, ...] = get_args(businesses.BusinessRole)

ID_MAX = 2**63 - 1

Work = Callable[[WriteTransaction], Awaitable[bool]]


@post(f"{LIST_PATH}/{{token:str}}/members", status_code=200)
async def add_member(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Let somebody in who has an account here, by their number."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    form = await visitor.form()
    _ = visitor.gettext
    role, number = form.text("role"), ""
    if role not in ROLES:
        form.fail("role", _("Choose a role."))
    try:
        number = phone.parse(form.raw("phone"))
    except phone.InvalidPhone:
        form.fail("phone", _("Write a mobile number, such as 09121234567."))

    async def work(tx: WriteTransaction) -> bool:
        found = await opened(tx, token, person)
        # Who may not let anybody in is not told who has an account.
        if found is None or not found.reaches("owner"):
            raise businesses.NotOfBusiness
        added = await identity.person_by_phone(tx, number)
        if added is not None:
            await businesses.add_member(
                tx,
                found.business.id,
                by_person_id=person.id,
                person_id=added.id,
                role=cast(businesses.BusinessRole, role),
            )
            await note(
                tx,
                person.id,
                "business.member_added",
                found.business.id,
                person_id=added.id,
                role=role,
            )
        return added is not None

    if form.ok:
        try:
            if not await visitor.services.db.transact(work):
                form.fail(
                    "phone",
                    _("Nobody has an account with this number. Ask them to sign in here once."),
                )
        except businesses.NotOfBusiness as error:
            return refused(visitor, f"{LIST_PATH}/{token}", words.refusal(_, error))
        except (businesses.AlreadyOfBusiness, businesses.TooManyOfBusiness) as error:
            form.fail("phone", words.refusal(_, error))
    if not form.ok:
        return await business_page(visitor, token, person, team_form=form, status=422)
    return _done(visitor, token, _("The member is added."))


@post(f"{LIST_PATH}/{{token:str}}/members/{{person_id:int}}/role", status_code=200)
async def change_role(
    visitor: NamedDependency[Visitor], token: FromPath[str], person_id: FromPath[int]
) -> AnyResponse:
    """Give a colleague another role."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    form = await visitor.form()
    _ = visitor.gettext
    role = form.text("role")
    if role not in ROLES:
        return refused(visitor, f"{LIST_PATH}/{token}", _("Choose a role."))

    async def work(tx: WriteTransaction) -> bool:
        found = await opened(tx, token, person)
        if found is not None:
            await businesses.change_role(
                tx,
                found.business.id,
                by_person_id=person.id,
                person_id=_bounded(person_id),
                role=role,
            )
            await note(
                tx,
                person.id,
                "business.member_role_set",
                found.business.id,
                person_id=person_id,
                role=role,
            )
        return found is not None

    return await _do(visitor, token, work, _("Saved."))


@post(f"{LIST_PATH}/{{token:str}}/members/{{person_id:int}}/remove", status_code=200)
async def remove_member(
    visitor: NamedDependency[Visitor], token: FromPath[str], person_id: FromPath[int]
) -> AnyResponse:
    """Let a colleague go, or leave."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> bool:
        found = await opened(tx, token, person)
        if found is not None:
            await businesses.remove_member(
                tx, found.business.id, by_person_id=person.id, person_id=_bounded(person_id)
            )
            await note(
                tx, person.id, "business.member_removed", found.business.id, person_id=person_id
            )
        return found is not None

    left = person_id == person.id
    said = _("You have left the business.") if left else _("The member is removed.")
    return await _do(visitor, token, work, said, gone=left)


@post(f"{LIST_PATH}/{{token:str}}/apps", status_code=200)
async def link_app(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Let an app submit in its own name for the business."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    form = await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> bool:
        found = await opened(tx, token, person)
        if found is not None:
            app = await developers.app_by_slug(tx, form.text("slug"))
            is_team = await developers.is_member(tx, app.id, person.id)
            if app.state != "active" and not is_team:
                raise developers.UnknownApp(app.slug)
            await businesses.link_app(tx, found.business.id, app_id=app.id, by_person_id=person.id)
            await note(tx, person.id, "business.app_linked", found.business.id, app_id=app.id)
        return found is not None

    try:
        return await _do(visitor, token, work, _("The app may submit for this business now."))
    except developers.UnknownApp:
        form.fail("slug", _("There is no app of this name."))
    return await business_page(visitor, token, person, team_form=form, status=422)


@post(f"{LIST_PATH}/{{token:str}}/apps/{{slug:str}}/remove", status_code=200)
async def unlink_app(
    visitor: NamedDependency[Visitor], token: FromPath[str], slug: FromPath[str]
) -> AnyResponse:
    """Let an app submit no more; what it submitted stays."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> bool:
        found = await opened(tx, token, person)
        if found is not None:
            app = await developers.app_by_slug(tx, slug)
            await businesses.unlink_app(
                tx, found.business.id, app_id=app.id, by_person_id=person.id
            )
            await note(tx, person.id, "business.app_unlinked", found.business.id, app_id=app.id)
        return found is not None

    try:
        return await _do(visitor, token, work, _("The app submits for this business no more."))
    except developers.UnknownApp:
        return refused(visitor, f"{LIST_PATH}/{token}", _("There is no app of this name."))


@post(f"{LIST_PATH}/{{token:str}}/apps/{{slug:str}}/remove-addon", status_code=200)
async def remove_addon(
    visitor: NamedDependency[Visitor], token: FromPath[str], slug: FromPath[str]
) -> AnyResponse:
    """Take away what an app shows on all posts of the business: a manager's to do."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> bool:
        found = await opened(tx, token, person)
        if found is None:
            return False
        if not found.reaches("manager"):
            raise businesses.NotOfBusiness
        app = await developers.app_by_slug(tx, slug if slug.isascii() else "")
        if await addons.remove_from_business(tx, app_id=app.id, business_id=found.business.id):
            await note(tx, person.id, "business.addon_removed", found.business.id, app_id=app.id)
        return True

    try:
        return await _do(visitor, token, work, _("It is off all posts of the business."))
    except developers.UnknownApp:
        return refused(visitor, f"{LIST_PATH}/{token}", _("There is no app of this name."))


async def _do(
    visitor: Visitor, token: str, work: Work, said: str, *, gone: bool = False
) -> AnyResponse:
    """Do it in one unit of work; ``work`` answers whether the person works there at all."""
    try:
        found = await visitor.services.db.transact(work)
    except (
        businesses.NotOfBusiness,
        businesses.UnknownColleague,
        businesses.LastOwnerOfBusiness,
        businesses.TooManyOfBusiness,
    ) as error:
        return refused(visitor, f"{LIST_PATH}/{token}", _why(visitor, error))
    if not found:
        return missing_page(visitor)
    return _done(visitor, "" if gone else token, said)


def _why(visitor: Visitor, error: DalanError) -> str:
    return words.refusal(visitor.gettext, error)


def _done(visitor: Visitor, token: str, said: str) -> AnyResponse:
    path = f"{LIST_PATH}/{token}" if token else LIST_PATH
    return visitor.see_other(path, flash=html.Flash("success", said))


def _bounded(number: int) -> int:
    """A number of the address as an id there may be; 0 is nobody's."""
    return number if 0 < number <= ID_MAX else 0
