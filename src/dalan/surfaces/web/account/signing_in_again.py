"""Proving once more who one is: for requests a browser left open must not be enough for.

Source: OpenID Connect Core, 3.1.2.1 (``prompt=login``, ``max_age``).
"""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from dalan.domains import identity
from dalan.kernel import phone
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import fold_digits
from dalan.surfaces import html
from dalan.surfaces.callers import network_of
from dalan.surfaces.html.session import SIGN_IN_AGAIN_PATH, Visitor, again_url, local_path
from dalan.surfaces.web.account import sign_in
from dalan.surfaces.web.account.leaving import why_not

AnyResponse = Response[Any]

_PURPOSE: Final = "sign-in again"


@get(SIGN_IN_AGAIN_PATH)
async def again_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Who it is that must prove it, and the way to a code; ``?sent`` once one is on its way."""
    query = visitor.request.query_params
    back = local_path(query.get("next", "")) or ""
    visitor.require_person(back=back)
    return await _page(visitor, html.Form(), back, is_sent="sent" in query)


@post(f"{SIGN_IN_AGAIN_PATH}/code", status_code=200)
async def send_again_code(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Send a code to the number of whoever is signed in, and to no other."""
    person = visitor.require_person()
    form = await visitor.form()
    back = local_path(form.raw("next")) or ""
    status, retry_after_seconds = await sign_in.send(
        visitor, form, person.phone, field="code", purpose=_PURPOSE
    )
    if not form.ok:
        return await _page(
            visitor, form, back, is_sent=True, status=status, retry_after=retry_after_seconds
        )
    return visitor.see_other(again_url(back, sent=True))


@post(SIGN_IN_AGAIN_PATH, status_code=200)
async def prove_again(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Try the code. The session stays the same one; when it was proven is new."""
    person = visitor.require_person()
    session_id = visitor.session_id
    assert session_id is not None, "whoever is signed in has a session"
    form = await visitor.form()
    back = local_path(form.raw("next")) or ""
    _ = visitor.gettext
    code = "".join(fold_digits(form.text("code")).split())
    if len(code) != identity.CODE_LENGTH or not (code.isascii() and code.isdecimal()):
        form.fail("code", _("The code has six digits."))
        return await _page(visitor, form, back, is_sent=True, status=422)
    address = network_of(visitor.request.scope)
    if seconds := sign_in.wrong_codes.spent(address):
        sign_in.fail_often(visitor, form, "code", seconds)
        return await _page(visitor, form, back, is_sent=True, status=429, retry_after=seconds)
    services = visitor.services

    async def work(tx: WriteTransaction) -> identity.WrongCode | identity.NoLiveCode | None:
        refused = await identity.spend_code(
            tx,
            phone=person.phone,
            asker=visitor.asker(_PURPOSE),
            code=code,
            rules=sign_in.rules(services),
            keys=services.keys,
        )
        if refused is None:
            await identity.prove_again(tx, person_id=person.id, session_id=session_id)
        return refused

    try:
        refused = await services.db.transact(work)
    except identity.NoSuchSession:  # ended on another device just now
        return visitor.see_other(again_url(back))
    if refused is not None:
        if isinstance(refused, identity.WrongCode):
            sign_in.wrong_codes.count(address)
        form.fail("code", why_not(visitor, refused))
        return await _page(visitor, form, back, is_sent=True, status=422)
    return visitor.see_other(back or "/my-divar")


async def _page(
    visitor: Visitor,
    form: html.Form,
    back: str,
    *,
    is_sent: bool,
    status: int = 200,
    retry_after: int | None = None,
) -> AnyResponse:
    person = visitor.require_person(back=back)
    newest = None
    if is_sent and visitor.services.dev:
        async with visitor.services.db.look() as tx:
            newest = await identity.newest_in_inbox(tx, person.phone)
    return visitor.page(
        "account/sign_in_again.html",
        status=status,
        # Going on may lead through consent to an app's own host.
        form_action=not back,
        headers={} if retry_after is None else {"retry-after": str(retry_after)},
        form=form,
        next=back,
        path=SIGN_IN_AGAIN_PATH,
        phone=phone.national(person.phone),
        is_sent=is_sent,
        dev_code=newest.code if newest else "",
    )
