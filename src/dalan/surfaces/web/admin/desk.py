"""What every page under ``/admin`` does first: who asks, and whether their role reaches there."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from litestar import Response

from dalan.domains import audit, identity, operators
from dalan.domains.operators import BeyondRole, Duty, Operator
from dalan.errors import NotFound
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services

AnyResponse = Response[Any]
Work = Callable[[WriteTransaction], Awaitable[None]]

PATH: Final = "/admin"
REASON_LENGTH_MAX: Final = 500
_ID_MAX: Final = 2**63 - 1


class Entered(NamedTuple):
    """An operator at their desk."""

    person: identity.Person
    operator: Operator

    def may(self, duty: Duty) -> bool:
        """Their role reaches that far."""
        return duty in operators.duties_of(self.operator.role)


async def entered(tx: ReadTransaction, visitor: Visitor, duty: Duty | None = None) -> Entered:
    """The operator who asks, in the caller's transaction.

    Raises SignInNeeded, UnknownOperator (there is no such page, for everybody else) and
    BeyondRole.
    """
    person = visitor.require_person(back=PATH if visitor.request.method == "POST" else "")
    return Entered(person, await operators.require(tx, person.id, duty))


async def form(visitor: Visitor, services: Services, duty: Duty) -> html.Form:
    """The form of an operator; others are refused before it is looked at."""
    async with services.db.read() as tx:
        await entered(tx, visitor, duty)
    return await visitor.form()


async def note(
    tx: WriteTransaction, desk: Entered, action: str, subject: audit.Subject, **facts: audit.Fact
) -> None:
    """Write down what the operator just did, in the unit that did it."""
    await audit.record(tx, audit.Actor.operator(desk.person.id), action, subject, **facts)


def page(
    visitor: Visitor,
    desk: Entered,
    template: str,
    *,
    current: str,
    status: int = 200,
    **values: Any,
) -> AnyResponse:
    """A page with the side navigation of the operator's role. ``current`` is its entry there."""
    _ = visitor.gettext
    entries: tuple[tuple[str, str, str, Duty | None], ...] = (
        ("", _("Dashboard"), "grid", None),
        ("posts", _("Posts to review"), "shield-check", "posts"),
        ("reports", _("Reports"), "flag", "posts"),
        ("chats", _("Reported chats"), "chat", "posts"),
        ("rules", _("Rules"), "filter", "posts"),
        ("links", _("Short links"), "link", "links"),
        ("hosts", _("Blocked hosts"), "block", "links"),
        ("domains", _("Short domains"), "globe", "domains"),
        ("reviews", _("Reviews"), "verified", "apps"),
        ("apps", _("Apps"), "puzzle", "apps"),
        ("requests", _("Requests"), "key", "requests"),
        ("tickets", _("Tickets"), "chat", "tickets"),
        ("deposits", _("Deposits"), "bank", "deposits"),
        ("payments", _("Payments"), "card", "deposits"),
        ("charges", _("Payments to apps"), "wallet", "deposits"),
        ("prices", _("Prices"), "tag", "prices"),
        ("lists", _("Lists"), "list", "lists"),
        ("people", _("People"), "users", "people"),
        ("audit", _("Audit log"), "history", "audit"),
        ("settings", _("Settings"), "settings", "settings"),
    )
    return visitor.page(
        template,
        status=status,
        desk=desk,
        side_title=_("Running the marketplace"),
        side_items=[
            {
                "title": title,
                "url": f"{PATH}/{name}".rstrip("/"),
                "icon": icon,
                "current": name == current,
            }
            for name, title, icon, duty in entries
            if duty is None or desk.may(duty)
        ],
        **values,
    )


async def check_reach(tx: ReadTransaction, me: Entered, person_id: int) -> None:
    """Other operators are an admin's matter. Raises BeyondRole."""
    if person_id == me.person.id or me.may("operators"):
        return
    if await operators.operator(tx, person_id) is not None:
        raise BeyondRole(role=me.operator.role, duty="operators")


def bounded(number: int) -> int:
    """An id out of a path. Raises NotFound where the database would choke on it."""
    if not 0 < number <= _ID_MAX:
        raise NotFound("no id is like this")
    return number


def done(visitor: Visitor, path: str, text: str) -> AnyResponse:
    """Go on to ``path`` and say there that it is done."""
    return visitor.see_other(path, flash=html.Flash("success", text))


def refused(visitor: Visitor, path: str, text: str) -> AnyResponse:
    """Go back to ``path`` and say there why it was not done."""
    return visitor.see_other(path, flash=html.Flash("danger", text))
