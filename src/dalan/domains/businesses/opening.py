"""Opening a business, what it says of itself, closing it."""

from collections.abc import Sequence

from dalan.domains import taxonomy
from dalan.domains.businesses import queries
from dalan.domains.businesses.errors import InvalidBusiness, TooManyOfBusiness, UnknownBusiness
from dalan.domains.businesses.events import BusinessClosed
from dalan.domains.businesses.members import check_member
from dalan.domains.businesses.tables import (
    BUSINESS_TYPES,
    NAME_LENGTH_MAX,
    NAME_LENGTH_MIN,
    Business,
    BusinessRole,
    BusinessType,
)
from dalan.kernel import clock, outbox, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

ABOUT_LENGTH_MAX = 2_000
LINE_LENGTH_MAX = 200
"""Of an address and of opening hours, each a line or two."""

OWNED_MAX = 10
"""Businesses one person may own."""

TOKEN_LENGTH = 9
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


async def open_business(
    tx: WriteTransaction,
    *,
    owner_id: int,
    name: str,
    kind: BusinessType,
    about: str = "",
    city: str = "",
    address: str = "",
    hours: str = "",
    logo_image_id: int | None = None,
) -> Business:
    """Open a business with its first owner. Raises ``InvalidBusiness``, ``taxonomy.UnknownCity``
    and ``TooManyOfBusiness`` past ten of one owner. The caller owns the transaction."""
    said = _said(name=name, kind=kind, about=about, city=city, address=address, hours=hours)
    owned = await queries.roles_of_person.all(tx, person_id=owner_id)
    if sum(one.role == "owner" for one in owned) >= OWNED_MAX:
        raise TooManyOfBusiness("businesses", OWNED_MAX)
    now = clock.now()
    opened = await queries.add_business.one(
        tx,
        token=randomness.choice_text(_ALPHABET, TOKEN_LENGTH),
        logo_image_id=logo_image_id,
        created_at=now,
        closed_at=None,
        **said,
    )
    await queries.set_member.execute(
        tx, business_id=opened.id, person_id=owner_id, role="owner", added_at=now
    )
    return opened


async def by_token(tx: ReadTransaction, token: str) -> Business:
    """The standing business of that public token. Raises ``UnknownBusiness``."""
    found = None
    if token.isascii() and token.isalnum() and len(token) <= 16:
        found = await queries.business_by_token.one_or_none(tx, wanted=token)
    if found is None:
        raise UnknownBusiness(token)
    return found


async def by_id(tx: ReadTransaction, business_id: int) -> Business:
    """The business of that number, standing or closed; it must exist."""
    return await queries.business_by_id.one(tx, business_id=business_id)


async def of_person(tx: ReadTransaction, person_id: int) -> Sequence[Business]:
    """The standing businesses somebody works in, oldest first."""
    return await queries.businesses_of_person.all(tx, person_id=person_id)


async def roles_of_person(tx: ReadTransaction, person_id: int) -> dict[int, BusinessRole]:
    """What somebody is, by the id of each standing business they work in."""
    return {
        one.business_id: one.role
        for one in await queries.roles_of_person.all(tx, person_id=person_id)
    }


async def edit_business(
    tx: WriteTransaction,
    business_id: int,
    *,
    by_person_id: int,
    name: str,
    kind: BusinessType,
    about: str,
    city: str,
    address: str,
    hours: str,
) -> Business:
    """Change what a business says of itself; a manager's to do.

    Raises ``NotOfBusiness``, ``InvalidBusiness`` and ``taxonomy.UnknownCity``.
    """
    await check_member(tx, business_id, by_person_id, least="manager")
    said = _said(name=name, kind=kind, about=about, city=city, address=address, hours=hours)
    return await queries.edit_business.one(tx, business_id=business_id, **said)


async def set_logo(
    tx: WriteTransaction, business_id: int, *, by_person_id: int, image_id: int | None
) -> None:
    """Give a business a logo, or none; a manager's to do. The picture is attached by the
    caller. Raises ``NotOfBusiness``."""
    await check_member(tx, business_id, by_person_id, least="manager")
    await queries.set_logo.execute(tx, business_id=business_id, logo_image_id=image_id)


async def close_business(tx: WriteTransaction, business_id: int, *, by_person_id: int) -> None:
    """Close a business for good; an owner's to do. Its posts go off display (``BusinessClosed``,
    which the posts room hears), nobody acts for it any more. Raises ``NotOfBusiness``."""
    await check_member(tx, business_id, by_person_id, least="owner")
    await queries.close_business.execute(tx, business_id=business_id, closed_at=clock.now())
    await outbox.record(tx, BusinessClosed(business_id=business_id))


def _said(
    *, name: str, kind: BusinessType, about: str, city: str, address: str, hours: str
) -> dict[str, str]:
    if kind not in BUSINESS_TYPES:
        raise InvalidBusiness(f"must be one of {', '.join(BUSINESS_TYPES)}", field="type")
    if city:
        taxonomy.city(city)
    return {
        "name": _clean(name, field="name", shortest=NAME_LENGTH_MIN, longest=NAME_LENGTH_MAX),
        "type": kind,
        "about": _clean(about, field="about", shortest=0, longest=ABOUT_LENGTH_MAX),
        "city": city,
        "address": _clean(address, field="address", shortest=0, longest=LINE_LENGTH_MAX),
        "hours": _clean(hours, field="hours", shortest=0, longest=LINE_LENGTH_MAX),
    }


def _clean(text: str, *, field: str, shortest: int, longest: int) -> str:
    try:
        cleaned = clean(text, longest=longest, multiline=field != "name")
    except TextTooLong:
        cleaned = None
    if cleaned is None or len(cleaned) < shortest:
        raise InvalidBusiness(f"has {shortest} to {longest} characters", field=field)
    return cleaned
