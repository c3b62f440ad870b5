"""Signing in: a phone number, then the code that was sent to it. And signing out."""

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.domains import identity
from dalan.errors import Unavailable
from dalan.kernel import phone
from dalan.kernel.text import fold_digits
from dalan.surfaces import html
from dalan.surfaces.callers import Allowance, network_of
from dalan.surfaces.html.session import Visitor, local_path
from dalan.surfaces.services import Services
from dalan.surfaces.web.account.devices import device_of

PURPOSE: Final = "sign-in"
"""What the codes of these pages are for; none is good for anything else."""

PHONE_COOKIE: Final = "dalan_sign_in"
PHONE_PURPOSE: Final = "sign-in phone"
PHONE_SECONDS: Final = 1_800

SENDS_PER_HOUR_MAX: Final = 120
WRONG_CODES_PER_HOUR_MAX: Final = 120
"""From one network address, whatever the numbers: whole offices and mobile networks share one,
so this is wide, and still six digits outlast it by years. Each process counts for itself."""

sends = Allowance(SENDS_PER_HOUR_MAX, 3_600)
wrong_codes = Allowance(WRONG_CODES_PER_HOUR_MAX, 3_600)

AnyResponse = Response[Any]


@get("/sign-in")
async def sign_in_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Ask for a phone number; whoever is signed in goes straight on.

    ``phone``: a number to begin with, if it is one; an app may know it (``login_hint``).
    """
    query = visitor.request.query_params
    back = _next(query.get("next", ""))
    if visitor.person is not None:
        return visitor.see_other(back or "/my-divar")
    return _phone_page(visitor, html.Form(_typed(query.get("phone", ""))), back)


@post("/sign-in", status_code=200)
async def send_code(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Send a code. The answer is the same whether the number is known or not."""
    if visitor.person is not None:
        return await _already_in(visitor)
    form = await visitor.form()
    back = _next(form.raw("next"))
    try:
        number = phone.parse(form.raw("phone"))
    except phone.InvalidPhone:
        _ = visitor.gettext
        form.fail(
            "phone",
            _("Write a mobile number, such as 09121234567.")
            if form.text("phone")
            else _("Write your mobile number."),
        )
        return _phone_page(visitor, form, back, status=422)
    status, retry_after_seconds = await send(visitor, form, number)
    if not form.ok:
        return _phone_page(
            visitor, form, back, status=status, retry_after_seconds=retry_after_seconds
        )
    visitor.keep_signed(PHONE_COOKIE, number, purpose=PHONE_PURPOSE, seconds=PHONE_SECONDS)
    return visitor.see_other(_with_next("/sign-in/code", back))


@get("/sign-in/code")
async def code_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Ask for the code. Without a number asked for in this browser there is nothing to type."""
    services = visitor.services
    query = visitor.request.query_params
    back = _next(query.get("next", ""))
    if visitor.person is not None:
        return visitor.see_other(back or "/my-divar")
    number = visitor.signed(PHONE_COOKIE, purpose=PHONE_PURPOSE)
    if number is None:
        return visitor.see_other(_with_next("/sign-in", back))
    form = html.Form()
    if "dead" in query:
        _fail_dead(visitor, form)
    return await _code_page(visitor, services, form, number, back)


@post("/sign-in/code", status_code=200)
async def sign_in(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Try a code. The session that opens is new: no earlier cookie becomes a signed-in one."""
    services = visitor.services
    if visitor.person is not None:
        return await _already_in(visitor)
    form = await visitor.form()
    back = _next(form.raw("next"))
    number = visitor.signed(PHONE_COOKIE, purpose=PHONE_PURPOSE)
    if number is None:
        return visitor.see_other(_with_next("/sign-in", back))
    _ = visitor.gettext
    code = "".join(fold_digits(form.text("code")).split())
    if len(code) != identity.CODE_LENGTH or not (code.isascii() and code.isdecimal()):
        form.fail("code", _("The code has six digits."))
        return await _code_page(visitor, services, form, number, back, status=422)
    address = network_of(visitor.request.scope)
    if seconds := wrong_codes.spent(address):
        fail_often(visitor, form, "code", seconds)
        return await _code_page(
            visitor, services, form, number, back, status=429, retry_after_seconds=seconds
        )
    try:
        result = await _try_code(visitor, services, number, code)
    except identity.PersonBlocked:
        return visitor.error_page(
            403,
            _("This account is closed"),
            _("The operator has closed this account. Write to support if this is a mistake."),
        )
    if isinstance(result, identity.NoLiveCode):
        # A redirect, for the page then knows whether another press of the button has signed in.
        return visitor.see_other(_with_next("/sign-in/code?dead=1", back))
    if isinstance(result, identity.WrongCode):
        wrong_codes.count(address)
        if result.attempts_left:
            ngettext = html.i18n.plural_translator(visitor.lang)
            form.fail(
                "code",
                ngettext(
                    "This is not the code. You can try %(num)s more time.",
                    "This is not the code. You can try %(num)s more times.",
                    result.attempts_left,
                ),
            )
        else:
            form.fail("code", _("This was not the code, and it is dead now. Ask for a new one."))
        return await _code_page(visitor, services, form, number, back, status=422)
    visitor.enter(result.session)
    visitor.forget(PHONE_COOKIE)
    if result.is_new and not back:
        return visitor.see_other("/my-divar/profile?welcome=1")
    return visitor.see_other(back or "/my-divar")


@post("/sign-in/code/resend", status_code=200)
async def send_code_again(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Send a new code to the same number; this browser's older one is dead from then on."""
    services = visitor.services
    if visitor.person is not None:
        return await _already_in(visitor)
    form = await visitor.form()
    back = _next(form.raw("next"))
    number = visitor.signed(PHONE_COOKIE, purpose=PHONE_PURPOSE)
    if number is None:
        return visitor.see_other(_with_next("/sign-in", back))
    status, retry_after_seconds = await send(visitor, form, number, field="code")
    if not form.ok:
        return await _code_page(
            visitor,
            services,
            form,
            number,
            back,
            status=status,
            retry_after_seconds=retry_after_seconds,
        )
    _ = visitor.gettext
    visitor.keep_signed(PHONE_COOKIE, number, purpose=PHONE_PURPOSE, seconds=PHONE_SECONDS)
    flash = html.Flash("success", _("A new code is on its way. The older one is no longer valid."))
    return visitor.see_other(_with_next("/sign-in/code", back), flash=flash)


@post("/sign-out", status_code=200)
async def sign_out(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """End this browser's session. Whoever is not signed in is simply led to the first page.

    ``next`` is for changing accounts: there one is asked to sign in again.
    """
    services = visitor.services
    if visitor.person is None or visitor.session_id is None:
        return visitor.see_other("/")
    form = await visitor.form()
    async with services.db.write() as tx:
        await identity.sign_out(tx, person_id=visitor.person.id, session_id=visitor.session_id)
    visitor.leave()
    flash = html.Flash("success", visitor.gettext("You are signed out."))
    return visitor.see_other(_next(form.raw("next")) or "/", flash=flash)


async def _try_code(
    visitor: Visitor, services: Services, number: str, code: str
) -> identity.SignedIn | identity.WrongCode | identity.NoLiveCode:
    async with services.db.write() as tx:
        return await identity.sign_in(
            tx,
            phone=number,
            asker=visitor.asker(PURPOSE),
            code=code,
            lang=visitor.lang,
            device=device_of(visitor.request.headers.get("user-agent", "")),
            session_seconds=services.settings.session_seconds,
            rules=rules(services),
            keys=services.keys,
        )


async def _already_in(visitor: Visitor) -> AnyResponse:
    """A second press of the button, or another tab, has done it: go on. Nothing is changed."""
    form = await html.forms.read(visitor.request)
    return visitor.see_other(_next(form.raw("next")) or "/my-divar")


async def send(
    visitor: Visitor,
    form: html.Form,
    number: str,
    *,
    field: str = "phone",
    purpose: str = PURPOSE,
) -> tuple[int, int | None]:
    """Send a code, or note in the form why not; answers a status and when to try again."""
    services, _ = visitor.services, visitor.gettext
    address = network_of(visitor.request.scope)
    if seconds := sends.spent(address):
        fail_often(visitor, form, field, seconds)
        return 429, seconds
    sends.count(address)
    try:
        await identity.send_code(
            services.db,
            services.code_sender,
            phone=number,
            asker=visitor.asker(purpose),
            lang=visitor.lang,
            rules=rules(services),
            keys=services.keys,
        )
    except identity.TooManyCodes as error:
        seconds = error.retry_after_seconds or 60
        ngettext = html.i18n.plural_translator(visitor.lang)
        form.fail(
            field,
            ngettext(
                "Too many codes were sent to this number. Try again in %(num)s minute.",
                "Too many codes were sent to this number. Try again in %(num)s minutes.",
                -(-seconds // 60),
            ),
        )
        return 429, seconds
    except Unavailable:
        form.fail(field, _("The code could not be sent just now. Try again in a few minutes."))
        return 503, 60
    return 303, None


def _phone_page(
    visitor: Visitor,
    form: html.Form,
    back: str,
    *,
    status: int = 200,
    retry_after_seconds: int | None = None,
) -> AnyResponse:
    return visitor.page(
        "account/sign_in.html",
        status=status,
        forms=True,
        headers=_retry_after(retry_after_seconds),
        form=form,
        next=back,
    )


async def _code_page(
    visitor: Visitor,
    services: Services,
    form: html.Form,
    number: str,
    back: str,
    *,
    status: int = 200,
    retry_after_seconds: int | None = None,
) -> AnyResponse:
    newest = None
    if services.dev:
        async with services.db.look() as tx:
            newest = await identity.newest_in_inbox(tx, number)
    return visitor.page(
        "account/sign_in_code.html",
        status=status,
        forms=True,
        # Going on may lead through consent to an app's own host.
        form_action=not back,
        headers=_retry_after(retry_after_seconds),
        form=form,
        next=back,
        phone=phone.national(number),
        change_url=_with_next("/sign-in", back),
        dev_code=newest.code if newest else "",
    )


def fail_often(visitor: Visitor, form: html.Form, field: str, seconds: int) -> None:
    """Note in the form that this network asks or guesses too often, and when it may again."""
    ngettext = html.i18n.plural_translator(visitor.lang)
    form.fail(
        field,
        ngettext(
            "Too many codes were asked for or tried from your network."
            " Try again in %(num)s minute.",
            "Too many codes were asked for or tried from your network."
            " Try again in %(num)s minutes.",
            -(-seconds // 60),
        ),
    )


def _fail_dead(visitor: Visitor, form: html.Form) -> None:
    _ = visitor.gettext
    form.fail("code", _("This code is no longer valid. Ask for a new one."))


def rules(services: Services) -> identity.CodeRules:
    """What this installation decided about codes."""
    settings = services.settings
    return identity.CodeRules(
        code_seconds=settings.one_time_code_seconds,
        attempts_max=settings.one_time_code_attempts_max,
        sends_per_hour=settings.one_time_code_sends_per_hour,
    )


def _typed(number: str) -> dict[str, list[str]]:
    """A number of an address as if somebody had typed it; nothing else is put into a form."""
    try:
        return {"phone": [phone.national(phone.parse(number))]}
    except phone.InvalidPhone:
        return {}


def _next(text: str) -> str:
    return local_path(text) or ""


def _with_next(path: str, back: str) -> str:
    if not back:
        return path
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'next': back})}"


def _retry_after(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"retry-after": str(seconds)}
