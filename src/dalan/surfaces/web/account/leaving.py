"""Taking one's data along, and closing the account."""

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.domains import accounts, identity
from dalan.errors import Unavailable
from dalan.kernel import phone
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import fold_digits
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services

AnyResponse = Response[Any]

PAGE: Final = "/my-divar/profile/close"


@get("/my-divar/profile/export")
async def export_data(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Everything we hold about the person, as a file."""
    services = visitor.services
    person = visitor.require_person(back="/my-divar/profile")
    async with services.db.read() as tx:
        told = await accounts.export(
            tx, person.id, keys=services.keys, base_url=services.settings.base_url
        )
    return Response(
        msgspec.json.format(msgspec.json.encode(told), indent=2),
        media_type="application/json",
        headers={
            "content-disposition": 'attachment; filename="dalan-account.json"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        },
        cookies=visitor.cookies(flash_was_shown=False),
    )


@get(PAGE)
async def close_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """What closing means, and the way to it; ``?sent`` once a code is on its way."""
    visitor.require_person()
    return await _page(visitor, html.Form(), is_sent="sent" in visitor.request.query_params)


@post(f"{PAGE}/code", status_code=200)
async def send_close_code(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Send the person a fresh code: a browser left open must not be enough."""
    services = visitor.services
    person = visitor.require_person(back=PAGE)
    form = await visitor.form()
    _ = visitor.gettext
    async with services.db.look() as tx:
        if await accounts.what_stands_in_the_way(tx, person.id):
            return visitor.see_other(PAGE)
    try:
        await identity.send_code(
            services.db,
            services.code_sender,
            phone=person.phone,
            asker=visitor.asker("closing"),
            lang=visitor.lang,
            rules=_rules(services),
            keys=services.keys,
        )
    except identity.TooManyCodes as error:
        minutes = -(-(error.retry_after_seconds or 60) // 60)
        ngettext = html.i18n.plural_translator(visitor.lang)
        form.fail(
            "code",
            ngettext(
                "Too many codes were sent to this number. Try again in %(num)s minute.",
                "Too many codes were sent to this number. Try again in %(num)s minutes.",
                minutes,
            ),
        )
        return await _page(visitor, form, is_sent=True, status=429)
    except Unavailable:
        form.fail("code", _("The code could not be sent just now. Try again in a few minutes."))
        return await _page(visitor, form, is_sent=False, status=503)
    return visitor.see_other(f"{PAGE}?sent=1")


@post(PAGE, status_code=200)
async def close_account(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Close the account, if the code is the one that was sent."""
    services = visitor.services
    person = visitor.require_person(back=PAGE)
    form = await visitor.form()
    _ = visitor.gettext
    code = "".join(fold_digits(form.text("code")).split())
    if len(code) != identity.CODE_LENGTH or not (code.isascii() and code.isdecimal()):
        form.fail("code", _("The code has six digits."))
        return await _page(visitor, form, is_sent=True, status=422)

    async def work(tx: WriteTransaction) -> identity.WrongCode | identity.NoLiveCode | None:
        refused = await identity.spend_code(
            tx,
            phone=person.phone,
            asker=visitor.asker("closing"),
            code=code,
            rules=_rules(services),
            keys=services.keys,
        )
        if refused is None:
            await accounts.close(tx, person_id=person.id)
        return refused

    try:
        refused = await services.db.transact(work)
    except (accounts.AppsInTheWay, accounts.BusinessesInTheWay, accounts.IsOperator):
        return visitor.see_other(PAGE)
    if refused is not None:
        form.fail("code", why_not(visitor, refused))
        return await _page(visitor, form, is_sent=True, status=422)
    visitor.leave()
    flash = html.Flash("success", _("Your account is closed. Your name and number are forgotten."))
    return visitor.see_other("/", flash=flash)


def why_not(visitor: Visitor, refused: identity.WrongCode | identity.NoLiveCode) -> str:
    """What to say of a code that was not taken."""
    _ = visitor.gettext
    if isinstance(refused, identity.NoLiveCode):
        return _("This code is no longer valid. Ask for a new one.")
    if not refused.attempts_left:
        return _("This was not the code, and it is dead now. Ask for a new one.")
    ngettext = html.i18n.plural_translator(visitor.lang)
    return ngettext(
        "This is not the code. You can try %(num)s more time.",
        "This is not the code. You can try %(num)s more times.",
        refused.attempts_left,
    )


async def _page(
    visitor: Visitor, form: html.Form, *, is_sent: bool, status: int = 200
) -> AnyResponse:
    person = visitor.require_person(back=PAGE)
    newest = None
    async with visitor.services.db.look() as tx:
        obstacle = await accounts.what_stands_in_the_way(tx, person.id)
        if is_sent and visitor.services.dev:
            newest = await identity.newest_in_inbox(tx, person.phone)
    return visitor.page(
        "account/close.html",
        status=status,
        active="account",
        form=form,
        phone=phone.national(person.phone),
        is_sent=is_sent,
        is_operator=isinstance(obstacle, accounts.IsOperator),
        app_slugs=obstacle.slugs if isinstance(obstacle, accounts.AppsInTheWay) else [],
        needed_businesses=(
            obstacle.businesses if isinstance(obstacle, accounts.BusinessesInTheWay) else []
        ),
        dev_code=newest.code if newest else "",
    )


def _rules(services: Services) -> identity.CodeRules:
    settings = services.settings
    return identity.CodeRules(
        code_seconds=settings.one_time_code_seconds,
        attempts_max=settings.one_time_code_attempts_max,
        sends_per_hour=settings.one_time_code_sends_per_hour,
    )
