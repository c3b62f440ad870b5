"""Categories, places, makes and models, options: what operators add, rename and retire."""

from typing import Final
from urllib.parse import urlencode

from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import audit, taxonomy
from dalan.domains.taxonomy import Listed
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import fold
from dalan.surfaces import html
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse, Entered

PATH: Final = f"{desk.PATH}/lists"
SHOWN_MAX: Final = 60
"""Entries on a page; a search or the next page shows the others."""

QUERY_LENGTH_MAX: Final = 80

_TITLES: Final = {
    "category": marked("Categories"),
    "city": marked("Cities"),
    "district": marked("Districts"),
    "brand_models/light": marked("Makes and models of cars"),
    "brand_models/mobile-phones": marked("Makes and models of phones"),
    "colors/light": marked("Colours of cars"),
    "colors/mobile-phones": marked("Colours of phones"),
    "body_statuses": marked("Body statuses"),
    "chassis_statuses": marked("Chassis statuses"),
    "internal_storages": marked("Sizes of storage"),
    "ram_memories": marked("Sizes of memory"),
}


@get(PATH)
async def lists_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """One list: ``?list``, narrowed by ``?q``, ``?of`` (a city's districts, a group's
    categories) and ``?state``, from the entry ``?from`` on."""
    async with services.db.look() as tx:
        me = await desk.entered(tx, visitor, "lists")
    return _page(visitor, me, _list_asked(visitor), html.Form())


@post(f"{PATH}/add", status_code=200)
async def add_entry(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Add what the form says to a list."""
    form = await desk.form(visitor, services, "lists")
    _ = visitor.gettext
    name, slug = form.raw("list"), form.text("slug")
    if name not in taxonomy.lists():
        return desk.refused(visitor, PATH, _("There is no such list."))

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "lists")
        entry = await taxonomy.add(
            tx,
            name,
            slug=slug,
            title=form.raw("title"),
            title_en=form.raw("title_en"),
            parent=form.text("parent"),
            leaf=not form.flag("group"),
            by_person_id=me.person.id,
        )
        await _note(tx, me, "list.entry_added", entry.list, entry.slug, entry.title)

    try:
        await services.db.transact(work)
    except taxonomy.EntryExists:
        form.fail("slug", _("The list has one of this name; perhaps it is retired."))
    except (taxonomy.UnknownEntry, taxonomy.NotALeafCategory):
        form.fail("parent", _("Choose one of these."))
    except taxonomy.InvalidEntry as invalid:
        form.fail(invalid.field, _words(visitor)[invalid.field])
    if form.ok:
        await taxonomy.refresh(services.db)
        return desk.done(visitor, path_of(name, q=slug), _("Added. It is offered from now on."))
    async with services.db.look() as tx:
        me = await desk.entered(tx, visitor, "lists")
    return _page(visitor, me, name, form, status=422)


@post(f"{PATH}/rename", status_code=200)
async def rename_entry(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Call an entry otherwise."""
    form = await desk.form(visitor, services, "lists")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "lists")
        entry = await taxonomy.rename(
            tx,
            form.raw("list"),
            form.raw("slug"),
            title=form.raw("title"),
            title_en=form.raw("title_en"),
            by_person_id=me.person.id,
        )
        await _note(tx, me, "list.entry_renamed", entry.list, entry.slug, entry.title)

    return await _do(
        visitor, services, form, work, _("Renamed. Older posts are found by the new name soon.")
    )


@post(f"{PATH}/retire", status_code=200)
async def retire_entry(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Offer an entry no more (``back`` is 1: again)."""
    form = await desk.form(visitor, services, "lists")
    _ = visitor.gettext
    is_back = form.flag("back")

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "lists")
        verb = taxonomy.bring_back if is_back else taxonomy.retire
        entry = await verb(tx, form.raw("list"), form.raw("slug"), by_person_id=me.person.id)
        action = "list.entry_brought_back" if is_back else "list.entry_retired"
        await _note(tx, me, action, entry.list, entry.slug, entry.title)

    said = _("It is offered again.") if is_back else _("It is offered no more; old posts keep it.")
    return await _do(visitor, services, form, work, said)


def path_of(name: str, **narrowed: str) -> str:
    """Where a list is shown."""
    return f"{PATH}?{urlencode({'list': name} | {k: v for k, v in narrowed.items() if v})}"


async def _do(
    visitor: Visitor, services: Services, form: html.Form, work: desk.Work, said: str
) -> AnyResponse:
    _ = visitor.gettext
    name = form.raw("list")
    back = path_of(name, q=form.text("q")[:QUERY_LENGTH_MAX], of=form.text("of"))
    try:
        await services.db.transact(work)
    except taxonomy.UnknownEntry:
        return desk.refused(visitor, PATH, _("There is no such entry."))
    except taxonomy.NeededEntry:
        text = _("Others stand on this one, or on what is retired; it cannot be done.")
        return desk.refused(visitor, back, text)
    except taxonomy.InvalidEntry:
        text = _("A name has 1 to %(num)s letters.", num=taxonomy.TITLE_LENGTH_MAX)
        return desk.refused(visitor, back, text)
    await taxonomy.refresh(services.db)
    return desk.done(visitor, back, said)


async def _note(
    tx: WriteTransaction, me: Entered, action: str, name: str, slug: str, title: str
) -> None:
    await desk.note(tx, me, action, audit.Subject("list", name), slug=slug, title=title)


def _list_asked(visitor: Visitor) -> str:
    name = visitor.request.query_params.get("list", "category")
    return name if name in taxonomy.lists() else "category"


def _page(
    visitor: Visitor, me: Entered, name: str, form: html.Form, *, status: int = 200
) -> AnyResponse:
    _ = visitor.gettext
    query = visitor.request.query_params
    words, of, state = (
        query.get("q", "")[:QUERY_LENGTH_MAX],
        query.get("of", ""),
        query.get("state"),
    )
    everything = taxonomy.entries_of(name)
    found = [
        one
        for one in everything
        if (not words or fold(words) in fold(f"{one.title} {one.title_en} {one.slug}"))
        and (not of or one.parent == of)
        and (state != "retired" or one.retired)
        and (state != "added" or one.added)
    ]
    begin = query.get("from", "")
    first = min(html.forms.number_in(begin, digits_max=5) or 0, len(found))
    return desk.page(
        visitor,
        me,
        "admin/lists.html",
        current="lists",
        status=status,
        list=name,
        list_title=_title(name, visitor),
        lists=[(one, _title(one, visitor)) for one in taxonomy.lists()],
        rows=[(one, _place_of(one)) for one in found[first : first + SHOWN_MAX]],
        count=len(found),
        first=first,
        next_from=first + SHOWN_MAX if first + SHOWN_MAX < len(found) else None,
        q=words,
        of=of,
        state=state or "",
        parents=_parents(name, visitor),
        form=form,
        title_length_max=taxonomy.TITLE_LENGTH_MAX,
        slug_length_max=taxonomy.SLUG_LENGTH_MAX,
    )


def _title(name: str, visitor: Visitor) -> str:
    _ = visitor.gettext
    if name in _TITLES:
        return _(_TITLES[name])
    field = taxonomy.field_lists()[name][0]
    of = name.removeprefix("field/").partition("/")[2]
    title = field.title if visitor.lang == "fa" else field.title_en
    return f"{title} ({taxonomy.category(of).title})" if of else title


def _place_of(one: Listed) -> str:
    """What an entry stands under, as people read it."""
    if one.list == "category" and one.parent:
        return " › ".join(up.title for up in taxonomy.ancestors(one.slug)[1:])
    return taxonomy.city(one.parent).display if one.list == "district" else one.parent


def _parents(name: str, visitor: Visitor) -> list[tuple[str, str]]:
    """What something can be added to."""
    if name == "category":
        lang = visitor.lang
        return [
            (one.slug, f"{'— ' * one.level}{one.title if lang == 'fa' else one.title_en}")
            for one in taxonomy.categories()
            if not one.leaf
        ]
    if name == "district":
        return [(one.slug, one.display) for one in taxonomy.cities()]
    if name == "city":
        provinces = sorted({one.parent for one in taxonomy.entries_of("city")})
        return [(one, one) for one in provinces if one]
    return []


def _words(visitor: Visitor) -> dict[str, str]:
    _ = visitor.gettext
    name = _("A name has 1 to %(num)s letters.", num=taxonomy.TITLE_LENGTH_MAX)
    return {
        "slug": _("Small Latin letters, digits and hyphens; of an option, what apps will send."),
        "title": name,
        "title_en": name,
        "parent": _("This group has too many levels above it; choose one further up."),
    }
