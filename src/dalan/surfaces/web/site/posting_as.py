"""As whom somebody posts: as themselves, or as a business they work in."""

from dalan.domains import businesses
from dalan.errors import DalanError
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import post_form
from dalan.surfaces.web.site.post_form import Typed


async def offered(visitor: Visitor) -> list[tuple[str, str]]:
    """The businesses this visitor may post for: token and name, none for a stranger."""
    if visitor.person is None:
        return []
    async with visitor.services.db.look() as tx:
        mine = await businesses.of_person(tx, visitor.person.id)
    return [(one.token, one.name) for one in mine]


async def chosen(tx: ReadTransaction, person_id: int, typed: Typed) -> businesses.Business | None:
    """The business a form names, None for the person themselves. Raises
    ``businesses.UnknownBusiness`` and, for who does not work there (any more), ``NotOfBusiness``.
    """
    token = post_form.first(typed, post_form.BUSINESS)
    if not token:
        return None
    business = await businesses.by_token(tx, token)
    await businesses.check_member(tx, business.id, person_id)
    return business


async def errors_of(visitor: Visitor, typed: Typed) -> dict[str, str]:
    """What is wrong with the choice, by the name of the form's field."""
    if visitor.person is None:
        return {}
    _ = visitor.gettext
    try:
        async with visitor.services.db.look() as tx:
            await chosen(tx, visitor.person.id, typed)
    except DalanError:
        return {post_form.BUSINESS: _("You do not work there any more; choose again.")}
    return {}
