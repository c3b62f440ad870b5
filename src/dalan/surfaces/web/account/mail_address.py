"""A person's mail address: given, proven by a code, taken away."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.domains import audit, identity, notices
from dalan.errors import Unavailable
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services

AnyResponse = Response[Any]
PATH = "/my-divar/mail"


@get(PATH)
async def mail_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The address that stands, the one that waits for its code, and a form for another."""
    visitor.require_person()
    return await _page(visitor, html.Form())


@post(PATH, status_code=200)
async def send_code(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Mail a code to an address; an address that stands stays until the new one is proven."""
    services = visitor.services
    person = visitor.require_person(back=PATH)
    form = await visitor.form()
    _ = visitor.gettext
    try:
        await notices.send_claim(
            services.db,
            services.mail_sender or notices.NoMail(),
            person=person,
            address=form.raw("address"),
            rules=_rules(services),
            keys=services.keys,
        )
    except notices.InvalidAddress:
        form.fail("address", _("Write a whole mail address, such as name@example.com."))
    except notices.TooManyClaims:
        form.fail("address", _("Enough codes were sent for now. Try again within the hour."))
    except Unavailable:
        form.fail("address", _("The code could not be mailed. Please try again in a moment."))
    if not form.ok:
        return await _page(visitor, form, status=422)
    flash = html.Flash("success", _("A code is on its way to your mailbox."))
    return visitor.see_other(PATH, flash=flash)


@post(f"{PATH}/verify", status_code=200)
async def verify(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Try a code; the right one makes the address theirs."""
    services = visitor.services
    person = visitor.require_person(back=PATH)
    form = await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> object:
        outcome = await notices.verify_address(
            tx,
            person_id=person.id,
            code=form.text("code"),
            rules=_rules(services),
            keys=services.keys,
        )
        if isinstance(outcome, notices.MailAddress):
            await _note(tx, person, "person.mail_address_set")
        return outcome

    match await services.db.transact(work):
        case notices.MailAddress():
            flash = html.Flash("success", _("The address is confirmed. Notices go there too."))
            return visitor.see_other(PATH, flash=flash)
        case notices.WrongClaimCode(attempts_left=left) if left:
            ngettext = html.i18n.plural_translator(visitor.lang)
            form.fail(
                "code",
                ngettext(
                    "This is not the code. %(num)s attempt is left.",
                    "This is not the code. %(num)s attempts are left.",
                    left,
                ),
            )
        case _dead:
            form.fail("code", _("No code is good any more. Ask for a new one."))
    return await _page(visitor, form, status=422)


@post(f"{PATH}/remove", status_code=200)
async def remove(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """No mail any more; twice changes nothing."""
    services = visitor.services
    person = visitor.require_person(back=PATH)
    await visitor.form()
    async with services.db.write() as tx:
        if await notices.drop_address(tx, person.id):
            await _note(tx, person, "person.mail_address_removed")
    _ = visitor.gettext
    flash = html.Flash("success", _("The address is removed. You get no mail any more."))
    return visitor.see_other(PATH, flash=flash)


async def _note(tx: WriteTransaction, person: identity.Person, action: str) -> None:
    """That it changed, and not the address: the log keeps nobody's."""
    actor = audit.Actor.person(person.id)
    await audit.record(tx, actor, action, audit.Subject.person(person.id))


def _rules(services: Services) -> notices.ClaimRules:
    settings = services.settings
    return notices.ClaimRules(
        attempts_max=settings.one_time_code_attempts_max,
        sends_per_hour=settings.one_time_code_sends_per_hour,
    )


async def _page(visitor: Visitor, form: html.Form, *, status: int = 200) -> AnyResponse:
    person, services = visitor.require_person(), visitor.services
    async with services.db.read() as tx:
        standing = await notices.mail_address(tx, person.id)
        claimed = await notices.claimed_address(tx, person.id)
    return visitor.page(
        "account/mail_address.html",
        status=status,
        active="account",
        form=form,
        address=standing.address if standing else "",
        claimed=claimed or "",
        can_mail=services.mail_sender is not None and services.mail_sender.is_there,
    )
