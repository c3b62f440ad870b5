"""The people of this world: one press, or one call of a script, and one is signed in as them."""

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, identity, posts
from dalan.errors import Invalid
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.console import desk
from dalan.surfaces.html.forms import number_in
from dalan.surfaces.html.session import SESSION_COOKIE, Visitor, cookie_name, local_path
from dalan.surfaces.services import Services

PATH: Final = "/console/people"
PAGE_SIZE: Final = 50
DEVICE: Final = "console"
_NUMBER_MAX: Final = 2**53


class Person(msgspec.Struct, frozen=True):
    """Somebody, their apps by slug and how many posts they have on display."""

    id: int
    phone: str
    name: str
    apps: list[str]
    posts_count: int
    is_blocked: bool


class People(msgspec.Struct, frozen=True):
    """``last`` is what to pass as ``after`` next time; None at the end."""

    people: list[Person]
    last: int | None


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who to sign in, by their number as anybody types it."""

    phone: str


class Cookie(msgspec.Struct, frozen=True):
    """What a browser of a script carries."""

    name: str
    value: str


class SignedIn(msgspec.Struct, frozen=True):
    """A new session; the answer sets its cookie as well."""

    phone: str
    name: str
    cookie: Cookie


@get("/people")
async def people_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """Everybody, those who came first first; or whoever has a name or number."""
    query = visitor.request.query_params
    sought = query.get("q", "")[:100].strip()
    after = number_in(query.get("after", "")) or 0
    async with visitor.services.db.read() as tx:
        found = await _listed(tx, after) if not sought else await _sought(tx, sought)
    return desk.page(
        visitor,
        "console/people.html",
        "people",
        forms=True,
        people=found.people,
        sought=sought,
        is_first=not after,
        next_after=found.last,
        me=visitor.person,
    )


@post("/people/{person_id:int}/session", status_code=200)
async def sign_in_page(
    visitor: NamedDependency[Visitor], person_id: FromPath[int]
) -> Response[Any]:
    """Sign this browser in, and go on to the site."""
    form = await visitor.form()
    _ = visitor.gettext
    try:
        person, opened = await _open(visitor.services, person_id=person_id)
    except (identity.NoSuchPerson, identity.PersonBlocked) as error:
        is_blocked = isinstance(error, identity.PersonBlocked)
        said = _("This person is shut out.") if is_blocked else _("There is no such person.")
        return visitor.see_other(PATH, flash=html.Flash("danger", said))
    visitor.enter(opened)
    name = person.name or phone.national(person.phone)
    said = _("You are signed in as %(name)s.", name=name)
    back = local_path(form.raw("next")) or "/"
    return visitor.see_other(back, flash=html.Flash("success", said))


@get("/people")
async def people_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The same for scripts, in parts of fifty: ``?after`` goes on."""
    text = visitor.request.query_params.get("after", "")
    after = number_in(text) if text else 0
    if after is None:
        raise Invalid("after is a whole number")
    async with visitor.services.db.read() as tx:
        return desk.answer(await _listed(tx, after))


@post("/sessions", status_code=200)
async def session_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Sign a script's browser in, without a code."""
    asked = await desk.body_as(visitor, Asked)
    number = phone.parse(asked.phone)
    person, opened = await _open(visitor.services, number=number)
    secure = visitor.services.settings.secure
    visitor.enter(opened)
    said = SignedIn(
        phone.national(person.phone),
        person.name,
        Cookie(cookie_name(SESSION_COOKIE, secure=secure), opened.token),
    )
    answer = desk.answer(said)
    answer.cookies.extend(visitor.cookies())
    return answer


async def _open(
    services: Services, *, person_id: int = 0, number: str = ""
) -> tuple[identity.Person, identity.OpenedSession]:
    """Raises NoSuchPerson and PersonBlocked."""

    async def work(tx: WriteTransaction) -> tuple[identity.Person, identity.OpenedSession]:
        if number:
            person = await identity.person_by_phone(tx, number)
            if person is None:
                raise identity.NoSuchPerson
        else:
            person = await identity.person(tx, max(0, min(person_id, _NUMBER_MAX)))
        if person.blocked_at is not None:
            raise identity.PersonBlocked
        opened = await identity.open_session(
            tx,
            person_id=person.id,
            device=DEVICE,
            session_seconds=services.settings.session_seconds,
            keys=services.keys,
        )
        return person, opened

    return await services.db.transact(work)


async def _listed(tx: ReadTransaction, after: int) -> People:
    found = await identity.people_after(tx, after, most=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    last = shown[-1].id if len(found) > PAGE_SIZE else None
    return People([await _told(tx, one) for one in shown], last)


async def _sought(tx: ReadTransaction, sought: str) -> People:
    try:
        person = await identity.person_by_phone(tx, phone.parse(sought))
    except phone.InvalidPhone:
        found = await identity.find_people(tx, sought, limit=PAGE_SIZE)
    else:
        found = [person] if person is not None else []
    return People([await _told(tx, one) for one in found], None)


async def _told(tx: ReadTransaction, one: identity.Person) -> Person:
    apps = await developers.apps_of(tx, one.id)
    counts = await posts.counts_of(tx, one.id)
    return Person(
        one.id,
        phone.national(one.phone),
        one.name,
        [app.slug for app in apps],
        counts.get("published", 0),
        one.blocked_at is not None,
    )


PAGES: Final = (people_page, sign_in_page)
API: Final = (people_api, session_api)
