"""A person's businesses: the list, opening one, its profile, closing it, the own picture."""

from typing import Any, Final, cast

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import (
    addons,
    businesses,
    developers,
    identity,
    media,
    taxonomy,
    touchpoints,
    wallet,
)
from dalan.kernel import phone, randomness
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import starts
from dalan.surfaces.web.site import business_words as words
from dalan.surfaces.web.site.business_log import note

LIST_PATH: Final = "/my-divar/businesses"
LOGO_SIZE: Final[media.Size] = 200
FORM_BYTES: Final = 256 * 1024

AnyResponse = Response[Any]


class Opened(msgspec.Struct, frozen=True):
    """A business somebody works in, and what they are there."""

    business: businesses.Business
    person: identity.Person
    role: businesses.BusinessRole

    def reaches(self, least: businesses.BusinessRole) -> bool:
        return businesses.reaches(self.role, least)

    @property
    def path(self) -> str:
        return f"{LIST_PATH}/{self.business.token}"


async def opened(tx: ReadTransaction, token: str, person: identity.Person) -> Opened | None:
    """The business of that token, if that person works there."""
    try:
        business = await businesses.by_token(tx, token)
    except businesses.UnknownBusiness:
        return None
    role = await businesses.role_of(tx, business.id, person.id)
    return None if role is None else Opened(business, person, role)


@get(LIST_PATH)
async def my_businesses(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The businesses the person works in, and their professional picture."""
    person = visitor.require_person()
    return await _list_page(visitor, person, html.Form())


@post("/my-divar/professional-picture", status_code=200)
async def set_picture(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Keep the picture that was chosen, or take away the one there is."""
    person = visitor.require_person(back=LIST_PATH)
    form = await visitor.form(size_bytes_max=visitor.services.settings.image_bytes_max + FORM_BYTES)
    _ = visitor.gettext
    image_id = None
    if not form.flag("remove"):
        image_id = await stored_picture(visitor, form, "picture", person)
        if image_id is None:
            form.fail("picture", _("Choose a picture."))
            return await _list_page(visitor, person, form, status=422)
    async with visitor.services.db.write() as tx:
        if image_id is not None:
            await media.attach(tx, image_id)
        await businesses.set_profile_image(tx, person_id=person.id, image_id=image_id)
    return visitor.see_other(LIST_PATH, flash=html.Flash("success", _("Saved.")))


@get(f"{LIST_PATH}/new")
async def new_business(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The form of a new business."""
    visitor.require_person()
    return _new_page(visitor, html.Form({"type": ["MARKETPLACE"]}))


@post(f"{LIST_PATH}/new", status_code=200)
async def open_business(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Open it, with this person as its owner."""
    person = visitor.require_person(back=f"{LIST_PATH}/new")
    form = await visitor.form(size_bytes_max=visitor.services.settings.image_bytes_max + FORM_BYTES)
    _ = visitor.gettext
    check_profile(visitor, form)
    image_id = await stored_picture(visitor, form, "logo", person) if form.ok else None
    if form.ok:
        try:
            async with visitor.services.db.write() as tx:
                if image_id is not None:
                    await media.attach(tx, image_id)
                made = await businesses.open_business(
                    tx, owner_id=person.id, logo_image_id=image_id, **said(form)
                )
                await note(tx, person.id, "business.opened", made.id, kind=made.type)
        except businesses.InvalidBusiness as error:
            form.fail(error.field, words.refusal(_, error))
        except businesses.TooManyOfBusiness as error:
            form.fail("name", words.refusal(_, error))
    if not form.ok:
        return _new_page(visitor, form, status=422)
    flash = html.Flash("success", _("The business is open. Now let your colleagues in."))
    return visitor.see_other(f"{LIST_PATH}/{made.token}", flash=flash)


@get(f"{LIST_PATH}/{{token:str}}")
async def manage_business(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Its profile, its people, its apps: what a role may change is a form, the rest is read."""
    person = visitor.require_person()
    return await business_page(visitor, token, person)


@post(f"{LIST_PATH}/{{token:str}}", status_code=200)
async def save_business(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Keep the profile, and the logo if one was chosen; or nothing when one will not do."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    form = await visitor.form(size_bytes_max=visitor.services.settings.image_bytes_max + FORM_BYTES)
    _ = visitor.gettext
    async with visitor.services.db.read() as tx:
        found = await opened(tx, token, person)
    if found is None:
        return missing_page(visitor)
    check_profile(visitor, form)
    image_id = await stored_picture(visitor, form, "logo", person) if form.ok else None
    if form.ok:
        try:
            async with visitor.services.db.write() as tx:
                await businesses.edit_business(
                    tx, found.business.id, by_person_id=person.id, **said(form)
                )
                if image_id is not None or form.flag("remove_logo"):
                    if image_id is not None:
                        await media.attach(tx, image_id)
                    await businesses.set_logo(
                        tx, found.business.id, by_person_id=person.id, image_id=image_id
                    )
                await note(
                    tx,
                    person.id,
                    "business.edited",
                    found.business.id,
                    changed=_changed(found, form),
                )
        except businesses.InvalidBusiness as error:
            form.fail(error.field, words.refusal(_, error))
        except businesses.NotOfBusiness as error:
            return refused(visitor, found.path, words.refusal(_, error))
    if not form.ok:
        return await business_page(visitor, token, person, form=form, status=422)
    return visitor.see_other(found.path, flash=html.Flash("success", _("Saved.")))


@post(f"{LIST_PATH}/{{token:str}}/close", status_code=200)
async def close_business(visitor: NamedDependency[Visitor], token: FromPath[str]) -> AnyResponse:
    """Close it for good; its posts go off display."""
    person = visitor.require_person(back=f"{LIST_PATH}/{token}")
    await visitor.form()
    _ = visitor.gettext
    try:
        async with visitor.services.db.write() as tx:
            found = await opened(tx, token, person)
            if found is None:
                return missing_page(visitor)
            await businesses.close_business(tx, found.business.id, by_person_id=person.id)
            await wallet.give_back_of_business(tx, found.business.id, to_person_id=person.id)
            await note(tx, person.id, "business.closed", found.business.id)
    except businesses.NotOfBusiness as error:
        return refused(visitor, f"{LIST_PATH}/{token}", words.refusal(_, error))
    return visitor.see_other(LIST_PATH, flash=html.Flash("success", _("The business is closed.")))


def _changed(found: Opened, form: html.Form) -> list[str]:
    """Which parts of the profile a form would have otherwise: their names, for the log."""
    now = {"type": found.business.type} | {
        name: getattr(found.business, name)
        for name in ("name", "about", "city", "address", "hours")
    }
    changed = [name for name, text in now.items() if form.text(name) != text]
    if form.file("logo") is not None or form.flag("remove_logo"):
        changed.append("logo")
    return changed


def check_profile(visitor: Visitor, form: html.Form) -> None:
    """Note what is wrong with the choices of a profile; the room checks the texts."""
    _ = visitor.gettext
    if form.text("type") not in businesses.BUSINESS_TYPES:
        form.fail("type", _("Choose what kind of business it is."))
    city = form.text("city")
    if city and city not in {one.slug for one in taxonomy.cities()}:
        form.fail("city", _("Choose a city of the list."))


def said(form: html.Form) -> dict[str, Any]:
    """What a profile's form says, as the room takes it."""
    return {
        "name": form.text("name"),
        "kind": cast(businesses.BusinessType, form.text("type")),
        "about": form.text("about"),
        "city": form.text("city"),
        "address": form.text("address"),
        "hours": form.text("hours"),
    }


async def stored_picture(
    visitor: Visitor, form: html.Form, field: str, person: identity.Person
) -> int | None:
    """The picture that was chosen, drawn anew and stored; None without one, or when it will not
    do, which the form then says."""
    _, services = visitor.gettext, visitor.services
    file = form.file(field)
    if file is None:
        return None
    try:
        stored = await media.store_image(
            services.db,
            services.media,
            file.content,
            purpose="person",
            person_id=person.id,
            bytes_max=services.settings.image_bytes_max,
        )
    except media.ImageTooLarge:
        form.fail(field, _("The picture is too large. Choose a smaller one."))
    except media.UnreadableImage:
        form.fail(field, _("This is no picture we can read. Choose a JPEG, PNG or WebP file."))
    except media.ImagesQueueFull:
        form.fail(field, _("Many pictures are being stored just now. Try again in a moment."))
    else:
        return stored.id
    return None


async def business_page(
    visitor: Visitor,
    token: str,
    person: identity.Person,
    *,
    form: html.Form | None = None,
    team_form: html.Form | None = None,
    money_form: html.Form | None = None,
    status: int = 200,
) -> AnyResponse:
    """The page of a business for those who work there; 404 for everybody else."""
    _ = visitor.gettext
    async with visitor.services.db.read() as tx:
        found = await opened(tx, token, person)
        if found is None:
            return missing_page(visitor)
        colleagues = await businesses.members(tx, found.business.id)
        people = await identity.people(tx, [one.person_id for one in colleagues])
        linked = await businesses.linked_apps(tx, found.business.id)
        apps = [await developers.app(tx, one.app_id) for one in linked]
        logo = await logo_url(tx, found.business.logo_image_id)
        held_rials = await wallet.business_balance_rials(tx, found.business.id)
        own_rials = await wallet.balance_rials(tx, person.id)
        lines = await wallet.business_statement_of(tx, found.business.id)
        offers = await touchpoints.offered(tx, "DIVAR_PRO", post=None, person_id=person.id)
        spreads = await starts.shown_spreads(tx, await addons.of_business(tx, found.business.id))
    business = found.business
    return visitor.page(
        "site/business_manage.html",
        status=status,
        active="account",
        form_action=not offers,  # starting an app leads on to it
        business=business,
        path=found.path,
        logo_url=logo,
        role_name=_(words.ROLES[found.role][0]),
        can_edit=found.reaches("manager"),
        is_owner=found.reaches("owner"),
        form=form or _as_it_stands(business),
        team_form=team_form or html.Form({"role": ["member"]}),
        type_name=_(words.TYPES[business.type]),
        type_options=[(kind, _(name)) for kind, name in words.TYPES.items()],
        city_options=city_options(),
        role_options=[(role, _(name)) for role, (name, _text) in words.ROLES.items()],
        roles=[(_(name), _(text)) for name, text in words.ROLES.values()],
        people=[
            _colleague(visitor, one, people[one.person_id], is_me=one.person_id == person.id)
            for one in colleagues
        ],
        held_rials=held_rials,
        own_rials=own_rials,
        money_form=money_form or html.Form(),
        order_uuid=str(randomness.uuid4()),
        lines=[(_(words.LINES.get(one.kind, words.OTHER_LINE)), one) for one in lines]
        if found.reaches("manager")
        else [],
        spreads=spreads,
        linked_apps=[{"slug": app.slug, "title": app.display} for app in apps],
        apps=starts.shown_offers(offers, None, visitor.lang, business_token=business.token),
    )


def _as_it_stands(business: businesses.Business) -> html.Form:
    return html.Form(
        {
            "name": [business.name],
            "type": [business.type],
            "about": [business.about],
            "city": [business.city],
            "address": [business.address],
            "hours": [business.hours],
        }
    )


def _colleague(
    visitor: Visitor, one: businesses.BusinessMember, person: identity.Person, *, is_me: bool
) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "phone": phone.masked(person.phone),
        "role": one.role,
        "role_name": visitor.gettext(words.ROLES[one.role][0]),
        "added_at": one.added_at,
        "is_me": is_me,
    }


async def logo_url(tx: ReadTransaction, image_id: int | None) -> str:
    """Where a logo or a picture of a person is; "" without one."""
    found = await media.images_by_id(tx, [image_id]) if image_id is not None else {}
    return media.path_of(found[image_id].name, LOGO_SIZE) if image_id in found else ""


def city_options() -> list[tuple[str, str]]:
    """The biggest cities first, then all of them."""
    big = taxonomy.major_cities()
    names = {one.slug for one in big}
    rest = [one for one in taxonomy.cities() if one.slug not in names]
    return [(one.slug, one.display) for one in (*big, *rest)]


def missing_page(visitor: Visitor) -> AnyResponse:
    """404: there is no such business, or not for this person."""
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("No such business"),
        _("The address may be wrong, or the business is closed."),
        (html.Action(_("My businesses"), LIST_PATH),),
    )


def refused(visitor: Visitor, path: str, why: str) -> AnyResponse:
    """Back to the page, which says why nothing was done."""
    return visitor.see_other(path, flash=html.Flash("warning", why))


async def _list_page(
    visitor: Visitor, person: identity.Person, form: html.Form, *, status: int = 200
) -> AnyResponse:
    _ = visitor.gettext
    async with visitor.services.db.read() as tx:
        mine = await businesses.of_person(tx, person.id)
        roles = await businesses.roles_of_person(tx, person.id)
        logos = [await logo_url(tx, one.logo_image_id) for one in mine]
        picture = await logo_url(tx, await businesses.profile_image(tx, person.id))
    return visitor.page(
        "site/businesses.html",
        status=status,
        active="account",
        form=form,
        picture_url=picture,
        businesses=[
            {
                "name": one.name,
                "url": f"{LIST_PATH}/{one.token}",
                "logo_url": logo,
                "type_name": _(words.TYPES[one.type]),
                "role_name": _(words.ROLES[roles[one.id]][0]),
            }
            for one, logo in zip(mine, logos, strict=True)
        ],
    )


def _new_page(visitor: Visitor, form: html.Form, *, status: int = 200) -> AnyResponse:
    _ = visitor.gettext
    return visitor.page(
        "site/business_new.html",
        status=status,
        active="account",
        form=form,
        type_options=[(kind, _(name)) for kind, name in words.TYPES.items()],
        city_options=city_options(),
    )
